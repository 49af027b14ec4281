"""Whether frames are woven of two half pictures though the file does not say so.

What moves in such a frame has combs: a row is more like the one after the next than like the next.
"""

import cv2
import numpy as np

from inference.media.reader import Frame
from inference.values import Array

_EVERY = 6  # of so many frames two neighbours are looked at
_ENOUGH = 60  # pairs with motion after which no more is to be learned
_FEWEST = 4  # pairs with motion before which nothing is said
_MOVES = 12  # grey values by which a place changes where something moves
_MOVING = 0.005  # share of a frame
_COMBED = 1.2  # progressive film has 0.5 to 0.65, noise without a picture 1.0
_SHARE = 0.25  # of the pairs with motion


class Weave:
    """Looks at some frames of a film as they pass."""

    def __init__(self) -> None:
        self._before: Array | None = None
        self._combs: list[float] = []

    def see(self, number: int, frame: Frame) -> None:
        """The next frame."""
        place = number % _EVERY
        if place > 1 or len(self._combs) >= _ENOUGH:
            return
        now = frame.luma()
        if place == 1 and self._before is not None:
            found = combs(self._before, now)
            self._combs += [] if found is None else [found]
        self._before = now

    @property
    def found(self) -> bool:
        """True where the film is interlaced beyond doubt."""
        combed = sum(comb > _COMBED for comb in self._combs)
        return len(self._combs) >= _FEWEST and combed >= _SHARE * len(self._combs)


def combs(before: Array, now: Array) -> float | None:
    """How much more neighbouring rows differ than every other one, where frame `now` moves.

    Both (H, W) uint8. None where too little moves.
    """
    changed = (cv2.absdiff(before, now) > _MOVES).astype(np.float32)
    moving = (cv2.blur(changed, (9, 9)) > 0.4)[:-2].view(np.uint8)
    if moving.size == 0 or moving.mean() < _MOVING:
        return None
    next_row = cv2.mean(cv2.absdiff(now[:-2], now[1:-1]), moving)[0]
    after_next = cv2.mean(cv2.absdiff(now[:-2], now[2:]), moving)[0]
    return next_row / max(after_next, 0.5)
