"""What the canvas draws around and over the picture: checkerboard, selection, kept grey, split."""

import cv2
import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPen, QPolygonF, QTransform

from desktop.canvas.mosaic import TILE, scale_for
from desktop.canvas.viewport import Viewport
from desktop.document.tiles import TiledImage
from desktop.tools.drawing import DARK, ants
from inference.values import Array, Region

_HATCH = 18  # pixels of the display from line to line
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
    level = _runs(inside[1:, 1:-1] != inside[:-1, 1:-1]) + np.array([top, left, left])
    upright = _runs((inside[1:-1, 1:] != inside[1:-1, :-1]).T) + np.array([left, top, top])
    lines = [QLineF(a, row, b, row) for row, a, b in (scale * level).tolist()]
    return lines + [QLineF(x, a, x, b) for x, a, b in (scale * upright).tolist()]


def _runs(edge: Array) -> Array:
    """(n, 3): row, first and last + 1 column of each run of True."""
    padded = np.pad(edge, ((0, 0), (1, 1)))
    width = edge.shape[1] + 1
    turns = np.flatnonzero(padded[:, 1:] != padded[:, :-1])  # of each run its begin and its end
    rows, starts = np.divmod(turns[::2], width)
    return np.stack([rows, starts, turns[1::2] % width], axis=1)


class Hatching:
    """Hatches what is kept grey, in black and white lines that show on every picture.

    The lines keep their distance at every zoom, and go along with the document.
    """

    def __init__(self) -> None:
        self._mask: Array | None = None
        self._reduced: dict[int, Array] = {}  # the mask by scale: the one that was used last
        self._drawn: tuple[object, QImage] | None = None  # for which view, and what

    def paint(self, painter: QPainter, mask: Array | None, viewport: Viewport) -> None:
        """Hatch where a mask (H, W) of the document, uint8 0..255, is set."""
        if mask is not self._mask:
            self._mask, self._reduced, self._drawn = mask, {}, None
        if mask is None:
            return
        view = (viewport.transform(), QSizeF(viewport.size), viewport.ratio)
        if self._drawn is None or self._drawn[0] != view:
            self._drawn = view, self._draw(mask, viewport)
        painter.drawImage(0, 0, self._drawn[1])

    def _draw(self, mask: Array, viewport: Viewport) -> QImage:
        samples = self._reduce(mask, scale_for(viewport.zoom))
        rows, columns = samples.shape
        shape = QImage(samples.data, columns, rows, samples.strides[0], QImage.Format.Format_Alpha8)
        image = QImage(
            (viewport.size * viewport.ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(viewport.ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, viewport.zoom < 1)
        painter.setTransform(viewport.transform())
        painter.drawImage(QRectF(0, 0, viewport.width, viewport.height), shape)
        painter.resetTransform()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        origin = viewport.transform().map(QPointF())
        lines = hatch()
        lines.setTransform(
            QTransform.fromTranslate(origin.x(), origin.y()).scale(
                1 / viewport.ratio, 1 / viewport.ratio
            )
        )
        painter.fillRect(QRectF(QPointF(), viewport.size), lines)
        painter.end()
        return image

    def _reduce(self, mask: Array, scale: int) -> Array:
        if scale not in self._reduced:
            small = np.ascontiguousarray(mask)
            for _ in range(scale.bit_length() - 1):  # halves are quick, and nearly exact
                size = (max(1, small.shape[1] // 2), max(1, small.shape[0] // 2))
                even = small[: 2 * size[1], : 2 * size[0]]
                small = cv2.resize(even, size, interpolation=cv2.INTER_AREA)
            self._reduced = {scale: small}
        return self._reduced[scale]


def hatch() -> QBrush:
    """A white and a black line side by side, rising, again and again."""
    tile = QImage(_HATCH, _HATCH, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    for x in range(_HATCH):
        tile.setPixelColor(x, _HATCH - 1 - x, QColor(255, 255, 255, 130))
        tile.setPixelColor((x + 1) % _HATCH, _HATCH - 1 - x, QColor(0, 0, 0, 130))
    return QBrush(tile)


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
