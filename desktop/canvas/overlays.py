"""What the canvas draws around and over the picture: checkerboard, selection, before and after."""

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPen, QPolygonF, QTransform

from desktop.canvas.mosaic import TILE, scale_for
from desktop.canvas.viewport import Viewport
from desktop.document.tiles import TiledImage
from desktop.tools.drawing import DARK, ants
from inference.values import Array, Region

_GRIP = 9.0  # radius of the handle of the split line


def checkerboard(dark: bool) -> QBrush:
    """What shows through where the document is transparent."""
    first, second = (72, 92) if dark else (204, 235)
    board = QImage(16, 16, QImage.Format.Format_RGB32)
    board.fill(QColor(first, first, first))
    painter = QPainter(board)
    for x, y in ((0, 0), (8, 8)):
        painter.fillRect(x, y, 8, 8, QColor(second, second, second))
    painter.end()
    return QBrush(board)


class SelectionOutline:
    """The edge of the selection, in black and white dashes along the pixels' own edges."""

    def __init__(self) -> None:
        self._lines: list[QLineF] = []
        self._found_in: tuple[int, Region] | None = None
        self._stripes: QBrush | None = None

    def forget(self) -> None:
        """The selection changed."""
        self._found_in = None

    def paint(self, painter: QPainter, selection: TiledImage, viewport: Viewport) -> None:
        """Draw what is in view of it; found anew only when the view leaves where it was found."""
        scale = scale_for(viewport.zoom)
        view = viewport.visible(QRectF(QPointF(), viewport.size)).clipped(selection.extent)
        if self._found_in is None or self._found_in[0] != scale or not self._holds(view):
            region = view.grown(TILE * scale).clipped(selection.bounds)
            self._lines = outline(selection, region, scale)
            self._found_in = (scale, region)
        self._stripes = self._stripes or ants()
        transform = viewport.transform()
        painter.setPen(QPen(self._stripes, 1))
        painter.drawLines([transform.map(line) for line in self._lines])

    def _holds(self, view: Region) -> bool:
        return self._found_in is not None and view.clipped(self._found_in[1]) == view


def outline(selection: TiledImage, region: Region, scale: int = 1) -> list[QLineF]:
    """The edges of what is selected within a region, in pixels of the document.

    With a scale they are found on the selection reduced by it.
    """
    left, top = region.x // scale, region.y // scale
    around = Region(left * scale, top * scale, region.width, region.height).grown(scale)
    inside = selection.read(around, scale)[..., 0] >= 128
    level = _runs(inside[1:, 1:-1] != inside[:-1, 1:-1])
    upright = _runs((inside[1:-1, 1:] != inside[1:-1, :-1]).T)
    lines = [QLineF(left + a, top + row, left + b, top + row) for row, a, b in level]
    lines += [QLineF(left + col, top + a, left + col, top + b) for col, a, b in upright]
    larger = QTransform.fromScale(scale, scale)
    return [larger.map(line) for line in lines]


def _runs(edge: Array) -> list[tuple[int, int, int]]:
    """Rows, first and last + 1 columns of the runs of True."""
    padded = np.pad(edge, ((0, 0), (1, 1)))
    width = edge.shape[1] + 1
    turns = np.flatnonzero(padded[:, 1:] != padded[:, :-1])  # of each run its begin and its end
    rows, starts = np.divmod(turns[::2], width)
    return list(zip(rows.tolist(), starts.tolist(), (turns[1::2] % width).tolist(), strict=True))


class Split:
    """The line between before (left of it) and after; `place` is its share of the view's width."""

    REACH = 6.0
    """How near the pointer must come to take hold of it, in logical pixels."""

    def __init__(self) -> None:
        self.shown = False
        self.place = 0.5

    def x(self, viewport: Viewport) -> float:
        """Where the line runs, in logical pixels, on the grid of the display."""
        return round(self.place * viewport.size.width() * viewport.ratio) / viewport.ratio

    def is_near(self, x: float, viewport: Viewport) -> bool:
        """Whether a pointer at x could take hold of it."""
        return abs(x - self.x(viewport)) <= self.REACH

    def drag(self, x: float, viewport: Viewport) -> None:
        """Put the line at x, within the view."""
        self.place = min(max(x / viewport.size.width(), 0.02), 0.98)

    def paint(self, painter: QPainter, viewport: Viewport, font: QFont) -> None:
        """The line, its handle, its two words."""
        x, height = self.x(viewport), viewport.size.height()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(x - 1.5, 0, 3, height), DARK)
        painter.fillRect(QRectF(x - 0.5, 0, 1, height), Qt.GlobalColor.white)
        self._paint_grip(painter, QPointF(x, height / 2))
        painter.setFont(font)
        for words, side in (
            (QCoreApplication.translate("Canvas", "before"), -1),
            (QCoreApplication.translate("Canvas", "after"), 1),
        ):
            label(painter, words, QPointF(x + side * 12, 12), side)
        painter.restore()

    def _paint_grip(self, painter: QPainter, center: QPointF) -> None:
        painter.setPen(QPen(DARK, 1))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(center, _GRIP, _GRIP)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(40, 40, 40))
        for side in (-1, 1):
            tip = center + QPointF(side * 6, 0)
            near = center + QPointF(side * 2.5, 0)
            rise = QPointF(0, 3.5)
            painter.drawPolygon(QPolygonF([tip, near + rise, near - rise]))


def label(painter: QPainter, words: str, corner: QPointF, side: int) -> None:
    """Words on a dark ground; `corner` is their upper edge, side -1 puts them left of it."""
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(words) + 16, 24.0
    left = corner.x() if side > 0 else corner.x() - width
    ground = QRectF(left, corner.y(), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(24, 24, 24, 200))
    painter.drawRoundedRect(ground, 4, 4)
    painter.setPen(QColor(235, 235, 235))
    painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)
