"""Colours that hold still: chroma carried along a shot by the flow, so that it does not flicker.

A recursive filter: things keep the colour that they had, and bend slowly to what the network says
now. Vivid colours weigh more, because a network that doubts says grey: a plain mean would wash out.
Its memory is one small field, so a film needs no more of it than a frame. A segment that begins
amid a shot starts from the mean of the few frames before.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from inference.film.flow import Motion, small_size, warped
from inference.media.color import compose_lab, lightness
from inference.values import Array, Picture, in_depth

WARM_UP = 24  # frames before a segment amid a shot whose mean is where its colours begin
_LONGEST = 1000.0  # frames over which colours are averaged at strength 1
_VIVID = 0.3  # weight of a colour, of each unit of its chroma; grey has 1
_SURROUNDINGS = 40  # pixels from which a place of unknown past takes its correction
_SMOOTH = 2  # pixels over which corrections are smoothed, up to edges
_CALM = 16.0  # variance of L* below which nothing is an edge
_KEPT = 0.96  # of a frame's own mean chroma: held colours are made stronger up to that
_STRONGER = 1.01  # at most so much from frame to frame
_DARK = 5.0  # L* under which corrections fade: black has no colour to correct


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What the filter sees of a frame, at small size.

    light: (h, w) L* of the film's frame; colors: (h, w, c) float32, a*b* or L*a*b*;
    motion: how things moved there, None at the first frame of a shot.
    """

    light: Array
    colors: Array
    motion: Motion | None


def glimpse_of(
    frame: Picture, result: Picture, motion: Motion | None, *, light_too: bool = False
) -> Glimpse:
    """a*b* of a finished frame at small size; L*a*b* where the light is to be steadied too."""
    lab = _lab(_small(result))
    return Glimpse(lightness(_small(frame)), lab if light_too else lab[..., 1:], motion)


class Steady:
    """The filter along one shot; strength 0 changes nothing, 1 holds colours as long as it can."""

    def __init__(self, strength: float) -> None:
        self._reach = _LONGEST**strength
        self._held: Array | None = None

    def forget(self) -> None:
        """A cut, or the start of a segment."""
        self._held = None

    def warm_up(self, glimpses: Iterable[Glimpse]) -> None:
        """Begin from the mean of these frames, which are followed by the next one."""
        self.forget()
        for count, glimpse in enumerate(glimpses, 1):
            self._carried(glimpse, min(count, self._reach))

    def correction(self, glimpse: Glimpse) -> Array:
        """What is to be added to the colours of this frame, (h, w, c)."""
        return self._carried(glimpse, self._reach)

    def _carried(self, glimpse: Glimpse, reach: float) -> Array:
        now, move = glimpse.colors, glimpse.motion
        if self._held is None or move is None:
            self._held = now
            return np.zeros_like(now)
        held = warped(self._held, move.back)
        past = np.float32(reach - 1) * _weight_of(held)
        share = (past / (past + _weight_of(now)))[..., None]
        change = _up_to_edges(_with_surroundings(held - now, move.sure), glimpse.light)
        self._held = _within(_as_colorful(now + share * change, now), now)
        difference: Array = self._held - now
        return difference


def corrected(frame: Picture, result: Picture, correction: Array) -> Picture:
    """The result with its colours corrected; its lightness stays that of the film's frame.

    A correction (h, w, 3) of L*a*b* also changes the lightness, of the result then.
    """
    size = (result.width, result.height)
    enlarged = cv2.resize(correction, size, interpolation=cv2.INTER_LINEAR)
    lab = _lab(in_depth(result.pixels, np.float32))
    if correction.shape[2] == 3:
        light, colors = lab[..., 0] + enlarged[..., 0], lab[..., 1:] + enlarged[..., 1:]
    else:
        light, colors = lightness(frame.pixels), lab[..., 1:] + enlarged
    return result.with_pixels(compose_lab(light, colors, result.pixels.dtype))


def _small(picture: Picture) -> Array:
    """Unit float (h, w, channels)."""
    size = small_size(picture.width, picture.height)
    small = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA)
    return in_depth(small.reshape(*small.shape[:2], -1), np.float32)


def _lab(unit: Array) -> Array:
    """By OpenCV: four times as fast as exact, and only differences of it are used."""
    lab: Array = cv2.cvtColor(unit, cv2.COLOR_RGB2Lab)
    return lab


def _weight_of(colors: Array) -> Array:
    weight: Array = 1 + np.float32(_VIVID) * _chroma(colors)
    return weight


def _with_surroundings(change: Array, sure: Array) -> Array:
    """The change where the past is known; elsewhere, and in what comes to sight, that around."""
    known = _mean(sure, _SURROUNDINGS)[..., None]
    change = change * sure[..., None]
    around = _mean(change, _SURROUNDINGS) / (known + np.float32(1e-3))
    mixed: Array = change + (1 - sure[..., None]) * around
    return mixed


def _up_to_edges(change: Array, light: Array) -> Array:
    """The change smoothed by a guided filter, so that no patch of it shows; faded in the dark."""
    mean_light, mean_change = _mean(light, _SMOOTH), _mean(change, _SMOOTH)
    spread = _mean(light * light, _SMOOTH) - mean_light**2
    shared = _mean(change * light[..., None], _SMOOTH) - mean_change * mean_light[..., None]
    slope = shared / (np.maximum(spread, 0) + np.float32(_CALM))[..., None]
    offset = mean_change - slope * mean_light[..., None]
    smooth = _mean(slope, _SMOOTH) * light[..., None] + _mean(offset, _SMOOTH)
    faded: Array = smooth * np.minimum(1, light / np.float32(_DARK))[..., None]
    return faded


def _mean(plane: Array, reach: int) -> Array:
    """Over a square of 2 reach + 1 pixels, at most twice the field itself."""
    window = tuple(min(2 * reach + 1, 2 * side - 1) for side in plane.shape[1::-1])
    mean: Array = cv2.blur(plane, window, borderType=cv2.BORDER_REFLECT).reshape(plane.shape)
    return mean


def _as_colorful(held: Array, now: Array) -> Array:
    """Held colours, a little stronger where they are much paler than the frame's own."""
    paler = _KEPT * _chroma(now).mean() / max(float(_chroma(held).mean()), 1e-3)
    stronger: Array = held.copy()
    stronger[..., -2:] *= np.float32(np.clip(paler, 1, _STRONGER))
    return stronger


def _chroma(colors: Array) -> Array:
    chroma: Array = np.hypot(colors[..., -2], colors[..., -1])
    return chroma


def _within(held: Array, now: Array) -> Array:
    """Held colours, none outside of the range that this frame's own have."""
    inside: Array = np.clip(held, now.min((0, 1)), now.max((0, 1)))
    return inside
