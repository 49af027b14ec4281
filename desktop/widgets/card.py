"""A card: title and note, a summary, facts in pairs."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.widgets.section import QuietLabel

NAMES_PX = 76
LONG_WORD = 22
"""Characters from which a word may be broken at its joints: file names, addresses."""
ONE_LINE = 28
"""So many characters have room beside their name wherever a card is shown."""


def breakable(text: str) -> str:
    """The text with places inside of long words where a line may end (zero-width spaces)."""
    words = text.split(" ")
    return " ".join(
        re.sub(r"([-_/.])(?=\w)", "\\1\u200b", word) if len(word) > LONG_WORD else word
        for word in words
    )


class Card(QFrame):
    """Calm and readable; every fact can be selected."""

    def __init__(
        self,
        title: str,
        note: str,
        summary: str,
        facts: Sequence[tuple[str, str]],
        trouble: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        name, aside = QLabel(title), QuietLabel(note)
        name.setProperty("title", True)
        name.setWordWrap(True)
        aside.setWordWrap(False)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(aside)
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        for text, role in ((summary, ""), (trouble, "trouble")):
            if text:
                label = QLabel(text)
                label.setWordWrap(True)
                label.setProperty(role or "summary", True)
                column.addWidget(label)
        column.addLayout(self._table(facts))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A raised ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().mid(), 1))
        painter.setBrush(self.palette().alternateBase())
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _table(self, facts: Sequence[tuple[str, str]]) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(12)
        table.setVerticalSpacing(4)
        table.setColumnStretch(1, 1)
        table.setColumnMinimumWidth(0, NAMES_PX)
        top = Qt.AlignmentFlag.AlignTop
        for row, (name, value) in enumerate(facts):
            label = QuietLabel(name)
            label.setWordWrap(False)
            table.addWidget(label, row, 0, top)
            table.addWidget(_Fact(value), row, 1, top)
        return table


class _Fact(QLabel):
    """A value that can be selected once the pointer was over it.

    Texts that can be selected, or wrapped, are several times as slow to lay out: a change of theme
    would take twice as long for a page of them.
    """

    def __init__(self, value: str) -> None:
        super().__init__(breakable(value))
        self.setWordWrap(len(value) > ONE_LINE)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Somebody may want to copy it."""
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        super().enterEvent(event)
