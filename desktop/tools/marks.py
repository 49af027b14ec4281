"""Where many hints lie, asked all at once: there may be thousands, and the pointer moves on."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from inference.values import Array, Hint


class Marks:
    """The places of some hints. transform goes from pixels of the document to those of a view."""

    def __init__(self, points: Sequence[Hint]) -> None:
        self.points = points
        lengths = [len(hint.path) for hint in points]
        ways = [place for hint in points for place in hint.path]
        self._ways: Array = np.array(ways, np.float64).reshape(-1, 2)
        self._owners = np.repeat(np.arange(len(points)), lengths)
        self._lengths = np.array(lengths, np.intp)
        self._starts = np.cumsum([0, *lengths])[:-1]
        self._radii: Array = np.array([hint.radius for hint in points], np.float64)

    def near(self, transform: QTransform, place: QPointF, reach: float) -> Array:
        """Indices of the hints with a point of their way within reach of a place, ascending."""
        away = np.hypot(*(self._seen(transform) - (place.x(), place.y())).T)
        return np.unique(self._owners[away <= reach])

    def within(self, transform: QTransform, room: QRectF, margin: float) -> tuple[Array, Array]:
        """Hints that may be seen in a part of the view: their indices, and where they begin.

        margin: how far a mark reaches around its way, where the hint's own radius reaches less.
        """
        if not len(self.points):
            return np.empty(0, np.intp), np.empty((0, 2))
        seen = self._seen(transform)
        pixel = np.sqrt(abs(transform.determinant()))
        reach = np.maximum(margin, self._radii * pixel + 2)[:, None]
        low = np.minimum.reduceat(seen, self._starts) - reach
        high = np.maximum.reduceat(seen, self._starts) + reach
        corner, end = (room.left(), room.top()), (room.right(), room.bottom())
        found = np.flatnonzero(((low <= end) & (high >= corner)).all(1))
        return found, seen[self._starts[found]]

    def extended(self, indices: Array, radius: float) -> Array:
        """Which of these hints are strokes, or larger than that."""
        larger: Array = (self._lengths[indices] > 1) | (self._radii[indices] > radius)
        return larger

    def _seen(self, transform: QTransform) -> Array:
        matrix = np.array([[transform.m11(), transform.m12()], [transform.m21(), transform.m22()]])
        seen: Array = self._ways @ matrix + (transform.dx(), transform.dy())
        return seen
