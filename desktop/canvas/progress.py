"""The thin line on top of the canvas while a job of the document runs, and the way to stop it."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop.icons import icon
from desktop.theme import tokens_of
from inference.features import Progress

_LINE = 3


class ProgressLine(QWidget):
    """Signals: cancelled() - the person wants no more of it."""

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._fraction: float | None = None
        self._words = QLabel()
        self._button = QToolButton()
        self._button.setIcon(icon("close"))
        self._button.setToolTip(self.tr("Cancel"))
        self._button.setAccessibleName(self.tr("Cancel the job"))
        self._button.setAutoRaise(True)
        self._button.setCursor(Qt.CursorShape.ArrowCursor)
        self._button.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, _LINE, 4, 0)
        row.setSpacing(8)
        row.addWidget(self._words)
        row.addStretch()
        row.addWidget(self._button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(self.tr("Progress"))
        self.hide()

    def begin(self) -> None:
        """A job runs, and has said nothing yet."""
        self.show_progress(Progress())
        self.show()

    def show_progress(self, progress: Progress) -> None:
        """Where it is."""
        self._fraction = progress.fraction
        self._words.setText(self._in_words(progress))
        self.update()

    def _in_words(self, progress: Progress) -> str:
        parts = [progress.step or self.tr("Working")]
        if progress.fraction is not None:
            parts.append(self.tr("%1 %").replace("%1", f"{100 * progress.fraction:.0f}"))
        if progress.seconds_left is not None and progress.seconds_left >= 1:
            parts.append(self.tr("%1 s left").replace("%1", f"{progress.seconds_left:.0f}"))
        return "  ·  ".join(parts)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A strip of the panel's colour with the line along its upper edge."""
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.panel))
        painter.fillRect(0, 0, self.width(), _LINE, QColor(tokens.line))
        accent = QColor(tokens.accent)
        if self._fraction is None:  # its end is unknown: all of the line, quieter
            accent.setAlpha(110)
        share = 1.0 if self._fraction is None else self._fraction
        painter.fillRect(QRectF(0, 0, self.width() * share, _LINE), accent)
        painter.end()
