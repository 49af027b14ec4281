"""Colours that hold still: chroma carried along a shot by the flow, so that it does not flicker.

A recursive filter: things keep the colour that they had, and bend slowly to what the network says
now. Vivid colours weigh more, because a network that doubts says grey: a plain mean would wash out.
Its memory is one small field, so a film needs no more of it than a frame.
"""

from collections.abc import Mapping

import cv2
import numpy as np

from inference.film.flow import Motion, small, warped
from inference.media.color import lightness
from inference.request import Result
from inference.values import Array, Picture

_LONGEST = 150.0  # frames over which colours are averaged at strength 1
_VIVID = 0.3  # weight of a colour, of each unit of its chroma; grey has 1
_SURROUNDINGS = 8  # pixels from which a place of unknown past takes its correction
_SMOOTH = 1  # pixels over which corrections are smoothed, up to edges
_CALM = 4.0  # variance of L* below which nothing is an edge
_MOST = 1.03  # held colours may be so much more vivid than the frames' own, and never less
_SHADE = 0.7  # chroma that is held at most, of each unit of L*: what gets dark does not glow
_TINT = 2.0  # chroma that is held at most in black
_FOLLOWS = 0.1  # share of the newest frame in how vivid the frames' own are
_PACE = 0.5  # power of what is amiss that is mended with each frame


class SteadyColors:
    """The filter along shots; strength 0 changes nothing, 1 holds colours as long as it can."""

    def __init__(self, strength: float) -> None:
        self._reach = _LONGEST**strength
        self._pace = _PACE * (1 - 1 / self._reach)
        self._held: Array | None = None  # (2, h, w) a*b*
        self._vivid = 0.0  # as the frames' own colours have been lately

    def steadied(self, frame: Picture, result: Result, motion: Motion | None) -> Picture:
        """The next result with its colours held; its lightness stays that of the film's frame.

        motion: how things moved at small size, None at the first frame of a shot.
        """
        picture, laid = result.pictures[0], result.laid
        assert laid is not None
        light = lightness(small(frame.pixels))
        now = laid.small(light)
        if self._held is None or motion is None:
            self._held, self._vivid = now, _vividness(now)
            return picture
        change = self.correction(now, light, motion)
        return picture.with_pixels(laid.shifted(change).on(frame.pixels))

    def correction(self, now: Array, light: Array, motion: Motion) -> Array:
        """What is to be added to the colours of this frame; planes a*b* (2, h, w), L* (h, w)."""
        assert self._held is not None
        held = np.stack(cv2.split(warped(cv2.merge(list(self._held)), motion.back)))
        past = np.float32(self._reach - 1) * _weight_of(held)
        share = past / (past + _weight_of(now))
        known, edges = _Known(motion.sure), _Edges(light)
        changes = [share * edges.smoothed(known.filled(plane)) for plane in held - now]
        self._held = _bearable(self._as_vivid(now + np.stack(changes), now), now, light)
        difference: Array = self._held - now
        return difference

    def _as_vivid(self, held: Array, now: Array) -> Array:
        """Held colours a little stronger or paler, where they are not as vivid as the frames'."""
        self._vivid += _FOLLOWS * (_vividness(now) - self._vivid)
        amiss = self._vivid / max(_vividness(held), 1e-3)
        held *= np.float32((max(1.0, amiss) * min(1.0, _MOST * amiss)) ** self._pace)
        return held

    def memory(self) -> dict[str, Array]:
        """All that the next frame depends on."""
        return {"held": np.asarray(self._held), "vivid": np.array(self._vivid)}

    def remember(self, memory: Mapping[str, Array]) -> None:
        """Go on from there."""
        self._held, self._vivid = memory["held"], float(memory["vivid"])


def _weight_of(colors: Array) -> Array:
    weight: Array = 1 + np.float32(_VIVID) * _chroma(colors)
    return weight


def _chroma(colors: Array) -> Array:
    """Not by cv2.magnitude, whose last bit depends on where in memory the answer lies."""
    chroma: Array = np.sqrt(colors[0] * colors[0] + colors[1] * colors[1])
    return chroma


def _vividness(colors: Array) -> float:
    """As colourfulness is measured, of a*b* instead of opponent channels."""
    (a, spread_a), (b, spread_b) = (cv2.meanStdDev(plane) for plane in colors)
    return float(np.hypot(spread_a, spread_b)[0, 0] + 0.3 * np.hypot(a, b)[0, 0])


class _Known:
    """Where the past is known, of one frame: sure (h, w) 0..1."""

    def __init__(self, sure: Array) -> None:
        self._sure = sure
        self._around = (1 - sure) / (_mean(sure, _SURROUNDINGS) + np.float32(1e-3))

    def filled(self, change: Array) -> Array:
        """The change (h, w) where it is known; what has come to sight takes that around it."""
        known = change * self._sure
        filled: Array = known + self._around * _mean(known, _SURROUNDINGS)
        return filled


class _Edges:
    """A guided filter (He et al. 2010) along the light (h, w) of one frame."""

    def __init__(self, light: Array) -> None:
        self._light, self._mean = light, _mean(light, _SMOOTH)
        spread = np.maximum(_mean(light * light, _SMOOTH) - self._mean**2, 0)
        self._spread = spread + np.float32(_CALM)

    def smoothed(self, change: Array) -> Array:
        """The change (h, w) without patches, up to edges."""
        mean = _mean(change, _SMOOTH)
        slope = (_mean(change * self._light, _SMOOTH) - mean * self._mean) / self._spread
        offset = mean - slope * self._mean
        smoothed: Array = _mean(slope, _SMOOTH) * self._light + _mean(offset, _SMOOTH)
        return smoothed


def _mean(plane: Array, reach: int) -> Array:
    """Over a square of 2 reach + 1 pixels, at most twice the field itself."""
    window = tuple(min(2 * reach + 1, 2 * side - 1) for side in plane.shape[::-1])
    mean: Array = cv2.blur(plane, window, borderType=cv2.BORDER_REFLECT)
    return mean


def _bearable(held: Array, now: Array, light: Array) -> Array:
    """Held colours (2, h, w), none more vivid than goes with its light (h, w), or than is said now.

    They may leave the range of the frame's own colours: its ends are what flickers most.
    """
    most = np.maximum(_chroma(now), np.float32(_SHADE) * light + np.float32(_TINT))
    held *= np.minimum(1, most / np.maximum(_chroma(held), np.float32(1e-3)))
    return held
