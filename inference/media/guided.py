"""Colour made at a small size, laid on a large picture so that it stops at the picture's edges.

The guided filter (arXiv:1505.00996, in its fast form): around each place ab is a linear function
of lightness. The function is found on a picture of medium size and read at full size with the full
lightness, so that a large scan costs little more than a small one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from inference.media.bands import row_bands
from inference.media.color import compose_lab, lightness
from inference.values import Array

MEDIUM_PX = 1024  # longest side at which the functions are found
_REACH = 1.5  # of one pixel of the small colours: how far around a place is looked
_CALM = 4.0  # L* units: differences in lightness below this are grain, not edges


@dataclass(frozen=True, eq=False)
class ColorField:
    """At each place color = slope * L* + offset; planes (channels, h, w) at medium size."""

    slopes: Array
    offsets: Array

    def at(self, light: Array) -> Array:
        """Colours (h, w, channels) for the lightness (h, w) at medium size."""
        return _read(self.slopes, self.offsets, light)

    def small(self, light: Array) -> Array:
        """Planes of colours (channels, h, w) for the lightness (h, w) of the picture made small."""
        read = np.empty((len(self.slopes), *light.shape), np.float32)
        for plane, *line in zip(read, self.slopes, self.offsets, strict=True):
            slope, offset = (cv2.resize(part, light.shape[::-1]) for part in line)
            plane[:] = slope * light + offset
        return read

    def scaled(self, by: float) -> "ColorField":
        """The same with all colours multiplied."""
        return ColorField(self.slopes * np.float32(by), self.offsets * np.float32(by))

    def shifted(self, by: Array) -> "ColorField":
        """The same with planes of colours (channels, h, w) of any size added everywhere."""
        size, offsets = self.offsets.shape[:0:-1], self.offsets.copy()
        for plane, change in zip(offsets, by, strict=True):
            plane += cv2.resize(change, size, interpolation=cv2.INTER_LINEAR).reshape(plane.shape)
        return ColorField(self.slopes, offsets)

    def band(self, light: Array, top: int, height: int) -> Array:
        """Colours (rows, W, channels) of rows from `top` on, of a picture `height` high."""
        count, width = self.slopes.shape[1:]
        if (count, width) == (height, light.shape[1]):
            rows = slice(top, top + len(light))
            return _read(self.slopes[:, rows], self.offsets[:, rows], light)
        taken = _Rows(count, top, len(light), light.shape[1], height)
        return _read(map(taken.of, self.slopes), map(taken.of, self.offsets), light)

    def on(self, pixels: Array) -> Array:
        """A picture (H, W, 1 or 3) of any depth in these a*b*; its lightness and depth are kept."""
        height, width = pixels.shape[:2]
        colored = np.empty((height, width, 3), pixels.dtype)
        for rows in row_bands(height, width, pixels=_BAND_PIXELS):
            light = lightness(pixels[rows])
            ab = self.band(light, rows.start, height)
            colored[rows] = compose_lab(light, ab, pixels.dtype)
        return colored


_BAND_PIXELS = 1 << 18


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
    mean_light = _mean(light, window)
    spread = np.maximum(_mean(light * light, window) - mean_light**2, 0) + np.float32(_CALM**2)
    shape = (colors.shape[2], height, width)
    slopes, offsets = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for channel, plane in enumerate(cv2.split(enlarged)):
        mean_color = _mean(plane, window)
        slope = (_mean(plane * light, window) - mean_color * mean_light) / spread
        slopes[channel] = _mean(slope, window)
        offsets[channel] = _mean(mean_color - slope * mean_light, window)
    return ColorField(slopes, offsets)


def _read(slopes: Iterable[Array], offsets: Iterable[Array], light: Array) -> Array:
    lines = zip(slopes, offsets, strict=True)
    read = cv2.merge([slope * light + offset for slope, offset in lines])
    return read.reshape(*light.shape, -1)


def _mean(plane: Array, window: tuple[int, int]) -> Array:
    mean: Array = cv2.blur(plane, window, borderType=cv2.BORDER_REFLECT).reshape(plane.shape)
    return mean


class _Rows:
    """Takes `rows` rows from `top` on out of planes (count, w) enlarged to (height, width)."""

    def __init__(self, count: int, top: int, rows: int, width: int, height: int) -> None:
        place = (np.arange(top, top + rows, dtype=np.float32) + 0.5) * (count / height) - 0.5
        place = np.clip(place, 0, count - 1)
        self._above = np.minimum(place.astype(np.intp), max(0, count - 2))
        self._below = np.minimum(self._above + 1, count - 1)
        self._share = (place - self._above).astype(np.float32)[:, None]
        self._size = (width, rows)

    def of(self, plane: Array) -> Array:
        """Its rows, (rows, width)."""
        mixed = plane[self._above] * (1 - self._share) + plane[self._below] * self._share
        wide: Array = cv2.resize(mixed, self._size).reshape(self._size[::-1])
        return wide
