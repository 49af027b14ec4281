"""A titled part of a panel, and the sentence that stands where there is nothing yet."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget


class Section(QWidget):
    """A title with room for small buttons beside it, content below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
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
