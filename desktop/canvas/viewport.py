"""Where the document lies in the view: centre, zoom, rotation, mirror. Values only, no painting."""

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from inference.values import Region

ZOOM_STEPS = (
    0.125, 1 / 6, 0.25, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0
)  # fmt: skip
SHARP_FROM = 2.0
"""From this zoom on a pixel is shown as a square."""
_MARGIN = 0.94  # of the view that a fitted document fills


@dataclass
class Viewport:
    """The view of one document.

    size is the widget's in logical pixels, ratio its physical pixels per logical one, origin its
    corner in the window (which lies on the grid of the display, as the corner may not). zoom is
    physical pixels per document pixel, so that 1 is sharp on every display; rotation in degrees,
    clockwise; center is the place of the document (in its pixels) in the middle of the view.
    """

    width: int
    height: int
    size: QSizeF = field(default_factory=lambda: QSizeF(1, 1))
    ratio: float = 1.0
    origin: QPointF = field(default_factory=QPointF)
    zoom: float = 1.0
    rotation: float = 0.0
    mirrored: bool = False
    fitted: bool = True
    """Follow the size of the widget, until the person zooms or pans."""
    center: QPointF = field(default_factory=QPointF)

    def __post_init__(self) -> None:
        self.center = QPointF(self.width / 2, self.height / 2)

    @property
    def pixel(self) -> float:
        """Logical pixels of the widget per document pixel."""
        return self.zoom / self.ratio

    @property
    def upright(self) -> bool:
        """Rows and columns of the document run along those of the view."""
        return self.rotation % 90 == 0

    def transform(self) -> QTransform:
        """Document to widget, for points and for painting."""
        turned = QTransform()
        turned.rotate(self.rotation)
        turned.scale(-self.pixel if self.mirrored else self.pixel, self.pixel)
        origin = turned.map(-self.center) + QPointF(self.size.width() / 2, self.size.height() / 2)
        if self.upright:  # on the grid of the display, or every pixel would be smeared over two
            origin = self._on_grid(origin + self.origin) - self.origin
        return turned * QTransform.fromTranslate(origin.x(), origin.y())

    def to_view(self, x: float, y: float) -> QPointF:
        """Where a place of the document is seen."""
        return self.transform().map(QPointF(x, y))

    def to_document(self, point: QPointF) -> QPointF:
        """Which place of the document is seen there; may lie outside of it."""
        return self.transform().inverted()[0].map(point)

    def visible(self, view: QRectF) -> Region:
        """The part of the document that may be seen within a rectangle of the widget."""
        seen = self.transform().inverted()[0].mapRect(view)
        left, top = math.floor(seen.left()), math.floor(seen.top())
        right, bottom = math.ceil(seen.right()), math.ceil(seen.bottom())
        whole = Region(0, 0, self.width, self.height)
        return Region(left, top, right - left, bottom - top).clipped(whole)

    def resize(self, size: QSizeF, ratio: float) -> None:
        """The widget has another size, or moved to a display with another ratio."""
        self.size, self.ratio = size, ratio
        if self.fitted:
            self.fit()

    def resize_document(self, width: int, height: int) -> None:
        """The document has another size."""
        self.width, self.height = width, height
        self.fit()

    def fit(self) -> None:
        """All of the document, as large as the view allows, never larger than its pixels twice."""
        box = QTransform().rotate(self.rotation).mapRect(QRectF(0, 0, self.width, self.height))
        across = self.size.width() / box.width()
        down = self.size.height() / box.height()
        largest = min(across, down) * self.ratio * _MARGIN
        self.zoom = min(max(largest, 1e-3), SHARP_FROM)
        self.center = QPointF(self.width / 2, self.height / 2)
        self.fitted = True

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Another zoom; what lies under `at` (the middle unless given) stays there."""
        at = at or QPointF(self.size.width() / 2, self.size.height() / 2)
        kept = self.to_document(at)
        self.zoom = min(max(zoom, self._smallest()), ZOOM_STEPS[-1])
        self.fitted = False
        self._bring(kept, at)

    def step(self, by: int) -> float:
        """The zoom that lies so many steps away from this one."""
        if by > 0:
            larger = [z for z in ZOOM_STEPS if z > self.zoom * 1.001]
            return larger[min(by, len(larger)) - 1] if larger else self.zoom
        smaller = [z for z in reversed(ZOOM_STEPS) if z < self.zoom * 0.999]
        return smaller[min(-by, len(smaller)) - 1] if smaller else self._smallest()

    def pan(self, dx: float, dy: float) -> None:
        """Push the document by logical pixels of the widget."""
        middle = QPointF(self.size.width() / 2, self.size.height() / 2)
        seen = self.to_document(middle - QPointF(dx, dy))
        # A document that was pushed out of sight would be lost.
        self.center = QPointF(
            min(max(seen.x(), 0.0), float(self.width)), min(max(seen.y(), 0.0), float(self.height))
        )
        self.fitted = False

    def rotate(self, degrees: float) -> None:
        """Turn the view clockwise about its middle."""
        self.rotation = (self.rotation + degrees) % 360

    def mirror(self) -> None:
        """Swap left and right of the view about its middle."""
        self.mirrored = not self.mirrored
        self.rotation = -self.rotation % 360

    def _bring(self, place: QPointF, at: QPointF) -> None:
        drift = self.to_document(at) - place
        self.center -= drift

    def _smallest(self) -> float:
        whole = min(self.size.width() / self.width, self.size.height() / self.height) * self.ratio
        return min(ZOOM_STEPS[0], whole * _MARGIN)

    def _on_grid(self, point: QPointF) -> QPointF:
        return QPointF(round(point.x() * self.ratio), round(point.y() * self.ratio)) / self.ratio
