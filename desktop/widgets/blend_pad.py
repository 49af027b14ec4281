"""A plane to blend up to four things in: the nearer the handle to one, the more of it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.gesture import Gesture
from desktop.widgets.images import pixmap_of
from inference.values import Picture

PLACES: dict[int, tuple[tuple[float, float], ...]] = {
    2: ((0, 0.5), (1, 0.5)),
    3: ((0, 0), (1, 0), (0.5, 1)),
    4: ((0, 0), (1, 0), (0, 1), (1, 1)),
}
"""Where so many things stand in the unit square, y down."""
HEIGHT_PX = 108
CORNER = QSize(44, 36)
MARGIN_PX = 8
RING_PX = 7.0
STEP = 0.02


def weights_at(x: float, y: float, count: int) -> tuple[float, ...]:
    """How much of each at a place of the unit square; their sum is 1."""
    found = {
        2: (1 - x, x),
        3: (1 - x - y / 2, x - y / 2, y),
        4: ((1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y),
    }
    kept = np.maximum(found[count], 0.0)
    return tuple(float(weight) for weight in kept / kept.sum())


def place_of(weights: Sequence[float]) -> tuple[float, float]:
    """The place that has these weights, or is nearest to having them."""
    total = sum(weights)
    pairs = list(zip(PLACES[len(weights)], weights, strict=True))
    x, y = (sum(place[axis] * weight for place, weight in pairs) / total for axis in (0, 1))
    return x, y


class BlendPad(QWidget):
    """Shows pictures at the rim and a handle between them.

    Signals: moved(weights, goes_on) - the person wants these; goes_on within one drag.
    """

    moved = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: tuple[Picture, ...] = ()
        self._weights: tuple[float, ...] = ()
        self._gesture = Gesture()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Blend of styles"))
        self.setToolTip(self.tr("Drag: the nearer to a style, the more of it.\nOr use the arrows."))

    def show_blend(self, pictures: Sequence[Picture], weights: Sequence[float]) -> None:
        """Show two to four pictures, and how much there is of each."""
        self._pictures, self._weights = tuple(pictures), tuple(weights)
        self.setAccessibleDescription(", ".join(f"{weight:.0%}" for weight in weights))
        self.update()

    def sizeHint(self) -> QSize:
        """Wide, and low."""
        return QSize(240, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Room for two pictures and a way between them."""
        return QSize(4 * CORNER.width(), HEIGHT_PX)

    def point_of(self, x: float, y: float) -> QPointF:
        """Where a place of the unit square lies in the widget."""
        area = self._area()
        return QPointF(area.x() + x * area.width(), area.y() + y * area.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The plane, a line to each picture as strong as its share, the pictures, the handle."""
        if not self._pictures:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.palette().highlight() if self.hasFocus() else self.palette().mid()
        painter.setPen(QPen(focus, 1))
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        handle = self.point_of(*place_of(self._weights))
        corners = [self.point_of(*place) for place in PLACES[len(self._pictures)]]
        for corner, weight in zip(corners, self._weights, strict=True):
            line = QColor(self.palette().text().color())
            line.setAlphaF(0.12 + 0.6 * weight)
            painter.setPen(QPen(line, 1 + 2 * weight))
            painter.drawLine(corner, handle)
        for corner, picture in zip(corners, self._pictures, strict=True):
            self._paint_picture(painter, corner, picture)
        self._paint_handle(painter, handle)

    def _paint_picture(self, painter: QPainter, middle: QPointF, picture: Picture) -> None:
        area = QRectF(QPointF(), CORNER.toSizeF())
        area.moveCenter(middle)
        pixmap = pixmap_of(picture, 2 * CORNER.width(), self.devicePixelRatioF())
        whole = QRectF(pixmap.rect())
        keep = Qt.AspectRatioMode.KeepAspectRatio
        part = QRectF(QPointF(), area.size().scaled(whole.size(), keep))
        part.moveCenter(whole.center())
        outline = QPainterPath()
        outline.addRoundedRect(area, 3, 3)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(outline)
        painter.drawPixmap(area, pixmap, part)
        painter.restore()

    def _paint_handle(self, painter: QPainter, middle: QPointF) -> None:
        """Two-tone, so that it shows on every picture."""
        painter.setBrush(self.palette().highlight())
        for color, width in ((Qt.GlobalColor.black, 4.0), (Qt.GlobalColor.white, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(middle, RING_PX, RING_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._gesture.hold(True)
            self._move_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._gesture.hold(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by 2 %, ten times as far with Shift."""
        dx, dy = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }.get(Qt.Key(event.key()), (0, 0))
        if not (dx or dy) or not self._weights:
            super().keyPressEvent(event)
            return
        step = STEP * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        x, y = place_of(self._weights)
        self._choose(x + dx * step, y + dy * step)

    def _area(self) -> QRectF:
        """What the handle moves in: the middles of the corner pictures are its corners."""
        across = MARGIN_PX + CORNER.width() / 2
        down = MARGIN_PX + CORNER.height() / 2
        return QRectF(self.rect()).adjusted(across, down, -across, -down)

    def _move_to(self, position: QPointF) -> None:
        area = self._area()
        self._choose(
            (position.x() - area.x()) / area.width(), (position.y() - area.y()) / area.height()
        )

    def _choose(self, x: float, y: float) -> None:
        x, y = min(1.0, max(0.0, x)), min(1.0, max(0.0, y))
        if self._weights:
            self.moved.emit(weights_at(x, y, len(self._weights)), self._gesture.goes_on())
