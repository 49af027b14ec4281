"""One piece of work in a list: what, how far, how long; cancel while it runs."""

from enum import Enum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.buttons import icon_button
from desktop.widgets.details import Details
from desktop.widgets.icons import ICON_PX, pixmap
from desktop.widgets.theme import tokens_of

PADDING_PX = 12
"""Of a flat button, whose word is to stand below the words above it."""


class Mark(Enum):
    """How a piece of work stands: the icon, and the token of its colour."""

    WAITING = "waiting", "quiet"
    RUNNING = "running", "accent"
    DONE = "done", "done"
    FAILED = "failed", "trouble"


class JobRow(QFrame):
    """Shows what it is told. Signals: cancel_asked()."""

    cancel_asked = Signal()

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = QLabel(what)
        self.state = QLabel()
        self.state.setProperty("quiet", True)
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.state.setContentsMargins(0, 0, 4, 0)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.details = Details()
        self.more = self.details.toggle_button()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress of {what}").format(what=what))
        self.cancel = icon_button("close", self.tr("Cancel {what}").format(what=what))
        self.cancel.clicked.connect(self.cancel_asked)
        self._below = QWidget()
        self._mark = QLabel()
        self._mark.setFixedSize(ICON_PX, 28)
        self._standing = Mark.WAITING
        self._build()

    def show_standing(self, mark: Mark, state: str, fraction: float | None) -> None:
        """Show how it stands: an icon, words, and while it runs the bar (None: unknown)."""
        self._standing = mark
        self.state.setText(state)
        live = mark in (Mark.WAITING, Mark.RUNNING)
        self.cancel.setVisible(live)
        self.bar.setVisible(live)
        self.bar.setValue(round(1000 * (fraction or 0)))
        self._paint_mark()

    def show_note(self, sentence: str) -> None:
        """Say something below."""
        self.show_problem(sentence, "")

    def show_problem(self, sentence: str, detail: str) -> None:
        """Say below what went wrong; the detail is for a bug report."""
        self.sentence.setText(sentence)
        self.details.text.setText(detail)
        self.more.setVisible(bool(detail))
        self._below.show()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme: the mark in its colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_mark()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._mark)
        head.addWidget(self.what, 1)
        head.addWidget(self.state)
        head.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 2, 8, 6)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self._below)
        self._below.hide()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(ICON_PX + 8 - PADDING_PX, 0, 4, 4)
        for text in (self.sentence, self.details):
            text.setContentsMargins(PADDING_PX, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(self.sentence)
        below.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self.details)

    def _paint_mark(self) -> None:
        name, token = self._standing.value
        color = QColor(getattr(tokens_of(self.palette()), token))
        self._mark.setPixmap(pixmap(name, ICON_PX, color, self.devicePixelRatioF()))
