"""The name of a setting: drag it to change the value, double-click it for the default."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

PX_PER_STEP = 4
DOT_PX = 5
MARGIN_PX = 12


class ScrubLabel(QLabel):
    """Signals: scrub_began(), scrubbed(steps since it began), scrub_ended(), reset()."""

    scrub_began = Signal()
    scrubbed = Signal(int)
    scrub_ended = Signal()
    reset = Signal()

    def __init__(self, text: str, parent: QWidget | None = None, *, scrubs: bool = True) -> None:
        super().__init__(text, parent)
        self._scrubs = scrubs
        self._pressed_at: float | None = None
        self._differs = False
        self.setContentsMargins(0, 0, MARGIN_PX, 0)
        if scrubs:
            self.setCursor(Qt.CursorShape.SizeHorCursor)

    @property
    def differs(self) -> bool:
        """True while the dot is shown: the value is not the default."""
        return self._differs

    def show_difference(self, differs: bool) -> None:
        """Show or hide the dot behind the name."""
        self._differs = differs
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin."""
        if self._scrubs and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().x()
            self.scrub_began.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub: so many pixels a step, ten steps with Shift."""
        if self._pressed_at is None:
            return
        ten = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        steps = int((event.globalPosition().x() - self._pressed_at) / PX_PER_STEP)
        self.scrubbed.emit(steps * (10 if ten else 1))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """The drag is over."""
        if self._pressed_at is not None:
            self._pressed_at = None
            self.scrub_ended.emit()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Back to the default."""
        self.reset.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The name, then the dot."""
        super().paintEvent(event)
        if self._differs:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().highlight())
            x = self.fontMetrics().horizontalAdvance(self.text()) + MARGIN_PX - DOT_PX - 2
            painter.drawEllipse(QRectF(x, (self.height() - DOT_PX) / 2, DOT_PX, DOT_PX))
