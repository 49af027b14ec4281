"""Hue and chroma at one lightness: the colours that a place of the picture can take."""

import functools
import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from desktop.widgets.gesture import Gesture
from desktop.widgets.images import image_of
from inference.media.color import lab_to_srgb, srgb_to_lab
from inference.values import RGB

CHROMA = 100.0
"""Chroma at the rim; few colours of a screen have more."""
DIMMED = 0.16
"""How much is seen of a colour that no screen can show at this lightness."""
EDGE = 0.03
"""Beyond a screen's colours by this much, a colour is dimmed in full: a soft edge."""
SIDE_PX = 152
PLANE_PX = 200
"""Side of the image that is drawn into the disc; more would take longer than a drag allows."""
RING_PX = 6.5


class ColorDisc(QWidget):
    """A disc in the Lab plane: angle is hue, radius chroma, lightness is given from outside.

    Signals: chosen(rgb, goes_on) - the person chose another colour; goes_on within one drag.
    """

    chosen = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lightness = 60.0
        self._rgb: RGB = (0, 0, 0)  # the colour shown
        self._place = (0.0, 0.0)  # its a and b
        self._gesture = Gesture()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(SIDE_PX, SIDE_PX)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Hue and chroma"))
        self.setToolTip(
            self.tr("Angle is hue, distance chroma.\nLeft and Right turn, Up and Down strengthen.")
        )

    def show_color(self, rgb: RGB, lightness: float) -> None:
        """Show the plane at a lightness (0..100), the mark at the hue and chroma of a colour."""
        _l, a, b = lab_of(rgb)
        self._rgb, self._place, self._lightness = rgb, (a, b), lightness
        self.setAccessibleDescription(QColor(*rgb).name())
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(SIDE_PX, SIDE_PX)

    def place_of(self, a: float, b: float) -> QPointF:
        """Where a colour lies in the widget; what has more chroma than the rim, on the rim."""
        over = max(1.0, math.hypot(a, b) / CHROMA)
        factor = self._area().width() / 2 / CHROMA / over
        return self._area().center() + QPointF(a * factor, -b * factor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The disc, and a two-tone ring at the colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = self._area()
        plane = QBrush(plane_image(round(self._lightness)))
        factor = area.width() / PLANE_PX
        plane.setTransform(QTransform(factor, 0, 0, factor, area.x(), area.y()))
        edge = QPen(self.palette().highlight(), 1.5)
        painter.setPen(edge if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(plane)
        painter.drawEllipse(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        mark = self.place_of(*self._place)
        for color, width in ((Qt.GlobalColor.black, 3.5), (Qt.GlobalColor.white, 1.5)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(mark, RING_PX, RING_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the colour under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._gesture.hold(True)
            self._choose_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on choosing."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """The drag is over."""
        self._gesture.hold(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the hue by 2 degrees or change chroma by 2; ten times with Shift."""
        turn, out = {
            Qt.Key.Key_Left: (2, 0),
            Qt.Key.Key_Right: (-2, 0),
            Qt.Key.Key_Up: (0, 2),
            Qt.Key.Key_Down: (0, -2),
        }.get(Qt.Key(event.key()), (0, 0))
        if not (turn or out):
            super().keyPressEvent(event)
            return
        times = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        angle = math.atan2(self._place[1], self._place[0]) + math.radians(turn * times)
        chroma = min(CHROMA, max(0.0, math.hypot(*self._place) + out * times))
        self._choose(chroma * math.cos(angle), chroma * math.sin(angle))

    def _area(self) -> QRectF:
        side = min(self.width(), self.height()) - 4
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def _choose_at(self, position: QPointF) -> None:
        offset = (position - self._area().center()) * (2 * CHROMA / self._area().width())
        over = max(1.0, math.hypot(offset.x(), offset.y()) / CHROMA)
        self._choose(offset.x() / over, -offset.y() / over)

    def _choose(self, a: float, b: float) -> None:
        rgb = color_in_gamut(self._lightness, a, b)
        if rgb != self._rgb:  # else a drag would go on from a press that changed nothing
            self.chosen.emit(rgb, self._gesture.goes_on())


def lab_of(rgb: RGB) -> tuple[float, float, float]:
    """Lab of one sRGB colour."""
    lab = srgb_to_lab(np.array(rgb, np.float32) / 255)
    return float(lab[0]), float(lab[1]), float(lab[2])


def color_in_gamut(lightness: float, a: float, b: float) -> RGB:
    """The sRGB colour of that lightness and hue, with as much of the chroma as screens have."""
    shares = np.linspace(1, 0, 65, dtype=np.float32)[:, None]
    lab = np.concatenate([np.full_like(shares, lightness), shares * a, shares * b], axis=1)
    unit = lab_to_srgb(lab)
    fits = np.all((unit >= -0.002) & (unit <= 1.002), axis=-1)
    red, green, blue = np.clip(np.rint(unit[int(np.argmax(fits))] * 255), 0, 255).astype(int)
    return int(red), int(green), int(blue)


def with_lightness(rgb: RGB, lightness: float) -> RGB:
    """How a colour looks where the picture has that lightness."""
    _l, a, b = lab_of(rgb)
    return color_in_gamut(lightness, a, b)


@functools.lru_cache(maxsize=8)
def plane_image(lightness: int) -> QImage:
    """The square around the disc, PLANE_PX wide; what no screen can show is dimmed."""
    axis = (np.arange(PLANE_PX, dtype=np.float32) + 0.5) * (2 * CHROMA / PLANE_PX) - CHROMA
    a, b = np.meshgrid(axis, -axis)
    unit = lab_to_srgb(np.stack([np.full_like(a, lightness), a, b], axis=-1))
    beyond = np.maximum(-unit.min(axis=-1), unit.max(axis=-1) - 1)
    seen = np.clip(1 - beyond / EDGE, DIMMED, 1)
    shown = np.concatenate([np.clip(unit, 0, 1), seen[..., None]], axis=-1)
    return image_of(shown.astype(np.float32))
