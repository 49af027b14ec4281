"""What few want to read, a bug report say, folded away behind a word."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.widgets.buttons import word_button


class Details(QWidget):
    """A text that unfolds below, can be selected, and copied with one click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setProperty("quiet", True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.copy = word_button(self.tr("Copy"), flat=True)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.text()))
        foot = QHBoxLayout()
        foot.addWidget(self.copy)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.text)
        column.addLayout(foot)
        self.hide()

    def toggle_button(self) -> QPushButton:
        """A button that folds and unfolds it."""
        button = word_button(self.tr("Details"), flat=True)
        button.setCheckable(True)
        button.toggled.connect(self.setVisible)
        return button
