"""Paintings that hold still: each frame keeps a share of the last one, carried along by the flow.

Strokes then stay on the things that they were painted on. Only where the film itself shows the
same thing as before is anything kept: so nothing trails behind what moves.
"""

from collections.abc import Mapping

import cv2
import numpy as np

from inference.film.flow import Motion, inside, places
from inference.film.palette import SteadyPalette
from inference.request import Result
from inference.values import Array, Picture, in_depth

_LONGEST = 16.0  # frames over which strokes are averaged at strength 1
_WEIGHT = 1000.0  # of two pixels together; blendLinear adds 0.00001 to it


class SteadyStrokes:
    """The filter along shots; strength 0 changes nothing, 1 holds strokes as long as it can."""

    def __init__(self, strength: float) -> None:
        self._kept = 1 - _LONGEST**-strength
        self._palette = SteadyPalette(self._kept)
        self._last: Array | None = None  # (H, W, 3), as it was shown

    def steadied(self, _frame: Picture, result: Result, motion: Motion | None) -> Picture:
        """The next result; motion: how things moved at small size, None at the first of a shot."""
        picture = result.pictures[0]
        if self._last is None or motion is None:
            self._palette.begin(picture.pixels)
        else:
            mixed = self._mixed(picture.pixels, self._last, motion)
            picture = picture.with_pixels(self._palette.given_to(mixed, picture.pixels))
        self._last = picture.pixels
        return picture

    def _mixed(self, now: Array, last: Array, motion: Motion) -> Array:
        height, width = now.shape[:2]
        rows, columns = motion.sure.shape
        back = motion.back * np.array([width / columns, height / rows], np.float32)
        came_from = cv2.resize(back, (width, height), interpolation=cv2.INTER_LINEAR)
        came_from += places(height, width)
        before = cv2.remap(  # type: ignore[call-overload]
            _blendable(last),
            came_from,
            None,
            cv2.INTER_CUBIC,  # linear would blur what is carried along again and again
            borderMode=cv2.BORDER_REPLICATE,
        )
        sure = motion.sure * inside(motion.back)  # else borders are drawn out into streaks
        share = cv2.resize(sure, (width, height)) * np.float32(_WEIGHT * self._kept)
        mixed = cv2.blendLinear(before, _blendable(now), share, np.float32(_WEIGHT) - share)
        return in_depth(mixed, now.dtype)

    def memory(self) -> dict[str, Array]:
        """All that the next frame depends on."""
        return {"last": np.asarray(self._last), "palette": self._palette.held}

    def remember(self, memory: Mapping[str, Array]) -> None:
        """Go on from there."""
        self._last, self._palette.held = memory["last"], memory["palette"]


def _blendable(pixels: Array) -> Array:
    """In one of the two depths that OpenCV blends."""
    return pixels if pixels.dtype == np.uint8 else in_depth(pixels, np.float32)
