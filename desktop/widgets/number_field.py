"""A number with its unit: typed, or stepped with the arrows, ten times with Shift.

The theme hides the buttons; NoButtons would leave no room for the text under a stylesheet.
"""

from decimal import Decimal

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from inference.settings import Control


class NumberField(QDoubleSpinBox):
    """Signals: moved(value) - by the person only, never by show_amount."""

    moved = Signal(float)

    def __init__(self, control: Control, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        step = control.step or 0.01
        self.setDecimals(max(0, -int(Decimal(str(step)).normalize().as_tuple().exponent)))
        self.setRange(
            control.minimum if control.minimum is not None else -1e9,
            control.maximum if control.maximum is not None else 1e9,
        )
        self.setSingleStep(step)
        if control.unit:
            self.setSuffix(f" {control.unit}")
        self.setKeyboardTracking(False)  # a half-typed number is not a choice
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedHeight(28)
        self.valueChanged.connect(self.moved)

    def show_amount(self, value: float) -> None:
        """Show a value without choosing it."""
        with QSignalBlocker(self):
            self.setValue(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with Up and Down, ten times with Shift; Enter is done with it."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.clearFocus()  # so that the next letter is a tool's key again
            return
        ten = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.stepBy(steps * (10 if ten else 1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only the focused field; otherwise the panel scrolls."""
        if not self.hasFocus():
            event.ignore()
            return
        super().wheelEvent(event)
