"""Colour made at a small size, laid on a large picture so that it stops at the picture's edges.

The guided filter (arXiv:1505.00996, in its fast form): around each place ab is a linear function
of lightness. The function is found on a picture of medium size and read at full size with the full
lightness, so that a large scan costs little more than a small one.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from inference.values import Array

MEDIUM_PX = 1024  # longest side at which the functions are found
_REACH = 1.5  # of one pixel of the small colours: how far around a place is looked
_CALM = 4.0  # L* units: differences in lightness below this are grain, not edges


@dataclass(frozen=True, eq=False)
class ColorField:
    """At each place color = slope * L* + offset; maps (h, w, 2 * channels) at medium size.

    The slopes of all channels come first, then their offsets.
    """

    maps: Array

    def at(self, light: Array) -> Array:
        """Colours (h, w, channels) for the lightness (h, w) at medium size."""
        return _read(self.maps, light)

    def shifted(self, by: Array) -> "ColorField":
        """The same with colours (h, w, channels) added everywhere."""
        return ColorField(np.concatenate([np.zeros_like(by), by], 2) + self.maps)

    def band(self, light: Array, top: int, height: int) -> Array:
        """Colours (rows, W, channels) of rows from `top` on, of a picture `height` high."""
        rows, width = light.shape
        return _read(cv2.resize(_rows(self.maps, top, rows, height), (width, rows)), light)


def medium_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the medium picture: the picture itself where it is no larger."""
    shrink = min(1.0, MEDIUM_PX / max(width, height))
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def guided_by(light: Array, colors: Array) -> ColorField:
    """Fit small colours (h, w, channels) to the edges of L* (H, W), whose size the field gets."""
    height, width = light.shape
    enlarged = cv2.resize(colors, (width, height), interpolation=cv2.INTER_LINEAR)
    cell = max(height / colors.shape[0], width / colors.shape[1])
    reach = 2 * max(1, round(_REACH * cell)) + 1
    window = (min(reach, 2 * width - 1), min(reach, 2 * height - 1))
    mean_light, mean_color = _mean(light, window), _mean(enlarged, window)
    spread = _mean(light * light, window) - mean_light**2
    shared = _mean(enlarged * light[..., None], window) - mean_color * mean_light[..., None]
    slope = shared / (np.maximum(spread, 0) + _CALM**2)[..., None]
    offset = mean_color - slope * mean_light[..., None]
    return ColorField(np.concatenate([_mean(slope, window), _mean(offset, window)], 2))


def _read(maps: Array, light: Array) -> Array:
    channels = maps.shape[2] // 2
    colors: Array = np.empty((*light.shape, channels), np.float32)
    for channel in range(channels):  # three times as fast as all at once
        np.multiply(maps[..., channel], light, out=colors[..., channel])
        colors[..., channel] += maps[..., channels + channel]
    return colors


def _mean(plane: Array, window: tuple[int, int]) -> Array:
    mean: Array = cv2.blur(plane, window, borderType=cv2.BORDER_REFLECT).reshape(plane.shape)
    return mean


def _rows(maps: Array, top: int, rows: int, height: int) -> Array:
    """Rows of `maps` (h, w, C), enlarged to `height` rows, of which `rows` from `top` on."""
    count = len(maps)
    place = (np.arange(top, top + rows, dtype=np.float32) + 0.5) * (count / height) - 0.5
    place = np.clip(place, 0, count - 1)
    above = np.minimum(place.astype(np.intp), max(0, count - 2))
    below = np.minimum(above + 1, count - 1)
    share = (place - above).astype(np.float32)[:, None, None]
    mixed: Array = maps[above] * (1 - share) + maps[below] * share
    return mixed
