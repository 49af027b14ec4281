"""A titled part of a panel, and the sentence that stands where there is nothing yet."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.widgets.scroll import Scroll


class Section(QWidget):
    """A title with room for small buttons beside it, content below."""

    def __init__(self, title: str, *content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(title)
        self.title.setProperty("title", True)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(4)
        self.beside.addWidget(self.title, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(4)
        self.body.addLayout(self.beside)
        for widget in content:
            self.add(widget)

    def add(self, widget: QWidget) -> None:
        """Put a widget below what is there."""
        self.body.addWidget(widget)

    def add_beside(self, widget: QWidget) -> None:
        """Put a small button beside the title."""
        self.beside.addWidget(widget)


class QuietLabel(QLabel):
    """Text of less weight, wrapped."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("quiet", True)
        self.setWordWrap(True)


class EmptyNote(QuietLabel):
    """Says what to do where there is nothing yet."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(16, 24, 16, 24)


def lay_out_page(panel: QWidget, sections: Iterable[Section], foot: QWidget) -> None:
    """Sections that scroll, below them what is always seen: the primary button."""
    body = QWidget()
    edge = QFrame()  # where the sections go under the foot
    edge.setProperty("line", True)
    edge.setFixedHeight(1)
    below = QVBoxLayout()
    below.setContentsMargins(12, 8, 12, 8)
    below.addWidget(foot)
    whole = QVBoxLayout(panel)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    whole.addWidget(Scroll(body), 1)
    whole.addWidget(edge)
    whole.addLayout(below)
    column = QVBoxLayout(body)  # filled in its place: what moves is styled anew each time
    column.setContentsMargins(12, 8, 12, 12)
    column.setSpacing(16)
    for section in sections:
        column.addWidget(section)
    column.addStretch(1)
