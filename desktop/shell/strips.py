"""Strips above the canvas: what went wrong, what was found again. Never in the way."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.icons import icon
from inference.values import Problem

DETAIL_PX = 120


class Strip(QFrame):
    """A sentence with buttons, gone when it is closed.

    kind is "trouble" (red edge) or "notice" (accent). detail is for a bug report: hidden until
    asked for, and then to be copied.
    """

    def __init__(self, kind: str, sentence: str, remedy: str = "", detail: str = "") -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setProperty("kind", kind)
        self.setAccessibleName(sentence)
        self.detail = detail
        self._runs: dict[QPushButton, Callable[[], object]] = {}
        self._line = QHBoxLayout()
        self._line.setContentsMargins(12, 6, 6, 6)
        self._line.setSpacing(8)
        self._line.addWidget(self._words(sentence, remedy), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._line)
        if detail:
            column.addWidget(self._details())
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setToolTip(self.tr("Close"))
        close.setAccessibleName(self.tr("Close this message"))
        close.clicked.connect(self.deleteLater)
        self._line.addWidget(close)

    def add_button(self, text: str, run: Callable[[], object]) -> QPushButton:
        """A button before the one that closes; the strip goes with it, unless `run` gives False."""
        button = QPushButton(text)
        self._runs[button] = run
        button.clicked.connect(self._on_clicked)
        self._line.insertWidget(self._line.count() - 1, button)
        return button

    def _on_clicked(self) -> None:
        button = self.sender()  # no closure: it would hold the strip while that is deleted
        if isinstance(button, QPushButton) and self._runs[button]() is not False:
            self.deleteLater()

    def _words(self, sentence: str, remedy: str) -> QLabel:
        label = QLabel(f"{sentence} {remedy}".strip())
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _details(self) -> QPlainTextEdit:
        text = QPlainTextEdit(self.detail)
        text.setReadOnly(True)
        text.setFixedHeight(DETAIL_PX)
        text.setAccessibleName(self.tr("Details for a bug report"))
        text.hide()
        show = QPushButton(self.tr("Details"))
        show.setProperty("flat", True)
        show.setCheckable(True)
        show.toggled.connect(text.setVisible)
        copy = QPushButton(self.tr("Copy"))
        copy.setProperty("flat", True)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.detail))
        copy.hide()
        show.toggled.connect(copy.setVisible)
        self._line.addWidget(show)
        self._line.addWidget(copy)
        return text


class Strips(QWidget):
    """The place for strips: the newest on top, at most three."""

    MOST = 3

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_problem(self, problem: Problem) -> Strip:
        """Say what went wrong; the same sentence is not said twice."""
        return self.add(Strip("trouble", problem.sentence, problem.remedy, problem.detail))

    def add(self, strip: Strip) -> Strip:
        """Show a strip."""
        for older in self.shown():
            if older.accessibleName() == strip.accessibleName():
                older.deleteLater()
                older.setParent(None)
        self._column.insertWidget(0, strip)
        for older in self.shown()[self.MOST :]:
            older.deleteLater()
        return strip

    def shown(self) -> list[Strip]:
        """The strips that are there, newest first."""
        strips = self.findChildren(Strip, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return sorted(strips, key=self._column.indexOf)
