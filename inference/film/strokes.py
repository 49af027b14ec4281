"""Paintings that hold still: each frame keeps a share of the last one, carried along by the flow.

Strokes then stay on the things that they were painted on. Only where the film itself shows the
same thing as before is anything kept: so nothing trails behind what moves.
"""

from collections.abc import Mapping

import cv2
import numpy as np

from inference.film.flow import Motion, inside, places
from inference.values import Array, Picture, in_depth

_LONGEST = 16.0  # frames over which strokes are averaged at strength 1


class SteadyStrokes:
    """The filter along shots; strength 0 changes nothing, 1 holds strokes as long as it can."""

    def __init__(self, strength: float) -> None:
        self._kept = 1 - _LONGEST**-strength
        self._last: Array | None = None  # (H, W, 3), as it was shown

    def steadied(self, _frame: Picture, result: Picture, motion: Motion | None) -> Picture:
        """The next result; motion: how things moved at small size, None at the first of a shot."""
        if self._last is not None and motion is not None:
            result = result.with_pixels(self._mixed(result.pixels, self._last, motion))
        self._last = result.pixels
        return result

    def _mixed(self, now: Array, last: Array, motion: Motion) -> Array:
        height, width = now.shape[:2]
        rows, columns = motion.sure.shape
        enlarged = cv2.resize(motion.back, (width, height), interpolation=cv2.INTER_LINEAR)
        enlarged *= np.array([width / columns, height / rows], np.float32)
        before = cv2.remap(  # type: ignore[call-overload]
            in_depth(last, np.float32),
            enlarged + places(height, width),
            None,
            cv2.INTER_CUBIC,  # linear would blur what is carried along again and again
            borderMode=cv2.BORDER_REPLICATE,
        )
        sure = motion.sure * inside(motion.back)  # else borders are drawn out into streaks
        share = np.float32(self._kept) * cv2.resize(sure, (width, height))
        new = in_depth(now, np.float32)
        mixed = new + share[..., None] * (before - new)
        return in_depth(np.clip(mixed, 0, 1), now.dtype)

    def memory(self) -> dict[str, Array]:
        """All that the next frame depends on."""
        return {"last": np.asarray(self._last)}

    def remember(self, memory: Mapping[str, Array]) -> None:
        """Go on from there."""
        self._last = memory["last"]
