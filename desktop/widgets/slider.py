"""A slider in units of the thing it sets: floats, ten times with Shift, wheel only on focus."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}


class Slider(QSlider):
    """Signals: moved(value) - by the person only, never by show_amount."""

    moved = Signal(float)

    def __init__(
        self, minimum: float, maximum: float, step: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._minimum, self._step = minimum, step
        self._showing = False
        self._grip = 0.0  # from the middle of the handle to where it was taken
        self.setRange(0, round((maximum - minimum) / step))
        self.setPageStep(10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel alone gives no focus
        self.setFixedHeight(28)
        self.valueChanged.connect(self._on_value)

    def amount(self) -> float:
        """The value in units of the thing."""
        return self._minimum + self.value() * self._step

    def show_amount(self, value: float) -> None:
        """Show a value without choosing it."""
        self._showing = True
        self.setValue(round((value - self._minimum) / self._step))
        self._showing = False

    def _on_value(self, _value: int) -> None:
        if not self._showing:
            self.moved.emit(self.amount())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrows, ten times with Shift."""
        direction = KEYS.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
            return
        ten = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.setValue(self.value() + direction * (10 if ten else 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle, or have it jump to where it is pressed."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        handle, x = self._part(QStyle.SubControl.SC_SliderHandle), event.position().x()
        taken = handle.left() <= x <= handle.right() + 1
        self._grip = x - handle.left() - handle.width() / 2 if taken else 0.0
        self.setValue(self._value_at(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only the focused slider; otherwise the panel scrolls."""
        if not self.hasFocus():
            event.ignore()
            return
        ten = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        turn = event.angleDelta().y() or event.angleDelta().x()  # Shift turns it sideways
        self.setValue(self.value() + (1 if turn > 0 else -1) * (10 if ten else 1))

    def _value_at(self, x: float) -> int:
        handle = self._part(QStyle.SubControl.SC_SliderHandle)
        groove = self._part(QStyle.SubControl.SC_SliderGroove)
        position = round(x - self._grip - handle.width() / 2 - groove.x())
        span = groove.width() - handle.width()
        return QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), position, span)

    def _part(self, part: QStyle.SubControl) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
