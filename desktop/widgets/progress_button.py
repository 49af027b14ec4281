"""The primary button of a page, which shows how far its work is."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

WAVE_MS = 33
WAVE_PX = 3.0


class ProgressButton(QPushButton):
    """A primary button; while busy a line along its lower edge fills, or wanders if unknown."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("primary", True)
        self.setMinimumHeight(32)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # see desktop/widgets/buttons.py
        self._busy = False
        self._fraction: float | None = None
        self._phase = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(WAVE_MS)
        self._timer.timeout.connect(self._wander)

    def show_progress(self, busy: bool, fraction: float | None = None) -> None:
        """Show how far the work is (0..1, None where unknown), or that there is none."""
        self._busy, self._fraction = busy, fraction
        unknown = busy and fraction is None
        if unknown != self._timer.isActive():
            self._timer.start() if unknown else self._timer.stop()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button as the theme has it, the line upon it."""
        super().paintEvent(event)
        if not self._busy:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        button = QPainterPath()
        button.addRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setClipPath(button)
        top, width = self.height() - WAVE_PX, float(self.width())
        ink = QColor(self.palette().buttonText().color())
        painter.fillRect(QRectF(0, top, width, WAVE_PX), _faded(ink, 0.25))
        if self._fraction is not None:
            done = QRectF(0, top, width * min(1.0, max(0.0, self._fraction)), WAVE_PX)
        else:
            done = QRectF((width * 1.3) * self._phase - width * 0.3, top, width * 0.3, WAVE_PX)
        painter.fillRect(done, ink)

    def _wander(self) -> None:
        self._phase = (self._phase + WAVE_MS / 1200) % 1
        self.update()


def _faded(color: QColor, share: float) -> QColor:
    faded = QColor(color)
    faded.setAlphaF(share)
    return faded
