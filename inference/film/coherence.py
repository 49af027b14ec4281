"""Colours that hold still: chroma carried along a shot by the flow, so that it does not flicker.

A recursive filter. Its memory is one small field, so a film needs no more of it than a frame, and
a segment that begins amid a shot warms it up on the few frames before.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from inference.film.flow import Motion, small_size, warped
from inference.media.color import compose_lab, lightness, srgb_to_lab
from inference.values import Array, Picture, in_depth

WARM_UP = 24  # frames before a segment amid a shot whose mean is where its colours begin
_LONGEST = 50.0  # frames over which colours are averaged at strength 1


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What the filter sees of a frame: its colours (h, w, c) float32 and how things moved there.

    motion is None at the first frame of a shot.
    """

    colors: Array
    motion: Motion | None


def glimpse_of(result: Picture, motion: Motion | None, *, light_too: bool = False) -> Glimpse:
    """a*b* of a finished frame at small size; L*a*b* where the light is to be steadied too."""
    small = cv2.resize(
        result.pixels,
        small_size(result.width, result.height),
        interpolation=cv2.INTER_AREA,
    )
    lab = srgb_to_lab(in_depth(small, np.float32))
    return Glimpse(lab if light_too else lab[..., 1:], motion)


class Steady:
    """The filter along one shot; strength 0 changes nothing, 1 holds colours as long as it can."""

    def __init__(self, strength: float) -> None:
        self._reach = _LONGEST**strength
        self._held: Array | None = None
        self._seen = 0

    def forget(self) -> None:
        """A cut, or the start of a segment."""
        self._held = None

    def correction(self, glimpse: Glimpse) -> Array:
        """What is to be added to the colours of this frame, (h, w, c)."""
        now = glimpse.colors
        if self._held is None or glimpse.motion is None:
            self._held, self._seen = now, 1
        else:
            self._seen += 1  # the plain mean first, so that no frame weighs more than another
            past = 1 - 1 / min(self._seen, self._reach)
            share = (np.float32(past) * glimpse.motion.sure)[..., None]
            held = now + share * (warped(self._held, glimpse.motion.back) - now)
            self._held = _within(held, now)
        difference: Array = self._held - now
        return difference


def _within(held: Array, now: Array) -> Array:
    """Held colours, none outside of the range that this frame's own have."""
    inside: Array = np.clip(held, now.min((0, 1)), now.max((0, 1)))
    return inside


def corrected(frame: Picture, result: Picture, correction: Array) -> Picture:
    """The result with its colours corrected; its lightness stays that of the film's frame.

    A correction (h, w, 3) of L*a*b* also changes the lightness, of the result then.
    """
    size = (result.width, result.height)
    enlarged = cv2.resize(correction, size, interpolation=cv2.INTER_LINEAR)
    lab = srgb_to_lab(in_depth(result.pixels, np.float32))
    if correction.shape[2] == 3:
        light, colors = lab[..., 0] + enlarged[..., 0], lab[..., 1:] + enlarged[..., 1:]
    else:
        light, colors = lightness(frame.pixels), lab[..., 1:] + enlarged
    return result.with_pixels(compose_lab(light, colors, result.pixels.dtype))
