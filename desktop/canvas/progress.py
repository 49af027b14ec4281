"""The thin line on top of the canvas while a job of the document runs, and the way to stop it."""

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from desktop.widgets.icons import icon
from desktop.widgets.theme import tokens_of
from inference.request import Progress

_LINE, _MARGIN, _NOTE = 3, 8, 32
HEIGHT = _LINE + _MARGIN + _NOTE
_PATIENCE_MS = 600
"""A job that ends sooner shows its line only: words that flash by disturb."""


class ProgressLine(QWidget):
    """A line along the upper edge; after a while a note at its right end, with words and cancel.

    Signals: cancelled() - the person wants no more of it.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._fraction: float | None = None
        self._words = QLabel()
        self.cancel_button = QToolButton()
        self.cancel_button.setIcon(icon("close"))
        self.cancel_button.setFixedSize(28, 28)
        self.cancel_button.setToolTip(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.tr("Cancel the job"))
        self.cancel_button.clicked.connect(self.cancelled)
        self._note = QWidget(self)
        row = QHBoxLayout(self._note)
        row.setContentsMargins(12, 2, 2, 2)
        row.setSpacing(4)
        row.addWidget(self._words)
        row.addWidget(self.cancel_button)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._show_note)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(self.tr("Progress"))
        self.hide()

    @property
    def words(self) -> str:
        """What the note says."""
        return self._words.text()

    def begin(self) -> None:
        """A job runs, and has said nothing yet."""
        self._note.hide()
        self._patience.start()
        self.show_progress(Progress())
        self.show()

    def end(self) -> None:
        """Nothing runs."""
        self._patience.stop()
        self.hide()

    def show_progress(self, progress: Progress) -> None:
        """Where it is."""
        self._fraction = progress.fraction
        self._words.setText(self._in_words(progress))
        self._place()
        self.update()

    def _in_words(self, progress: Progress) -> str:
        parts = [progress.step or self.tr("Working")]
        if progress.fraction is not None:
            parts.append(self.tr("{percent} %").format(percent=round(100 * progress.fraction)))
        left = progress.seconds_left
        if left is not None and left >= 90:
            parts.append(self.tr("{minutes} min left").format(minutes=round(left / 60)))
        elif left is not None and left >= 1:
            parts.append(self.tr("{seconds} s left").format(seconds=round(left)))
        return "  ·  ".join(parts)

    def _show_note(self) -> None:
        self._note.show()
        self._place()

    def _place(self) -> None:
        width = self._note.sizeHint().width()
        note = QRect(self.width() - width - _MARGIN, _LINE + _MARGIN, width, _NOTE)
        self._note.setGeometry(note)
        line = QRegion(0, 0, self.width(), _LINE)
        # Where neither is, the canvas below keeps the pointer.
        self.setMask(line if self._note.isHidden() else line.united(note))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the note at the right end."""
        self._place()
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line, and the ground of the note."""
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), _LINE, QColor(tokens.line))
        accent = QColor(tokens.accent)
        if self._fraction is None:  # its end is unknown: all of the line, quieter
            accent.setAlpha(110)
        share = 1.0 if self._fraction is None else self._fraction
        painter.fillRect(QRectF(0, 0, self.width() * share, _LINE), accent)
        if not self._note.isHidden():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.setBrush(QColor(tokens.panel))
            ground = QRectF(self._note.geometry()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(ground, 4, 4)
        painter.end()
