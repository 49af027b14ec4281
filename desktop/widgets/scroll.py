"""A column that scrolls when the dock is too low for it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


class Scroll(QScrollArea):
    """Scrolls downwards only, and has the ground of the panel that it lies in."""

    def __init__(self, body: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        if body is not None:
            self.show_body(body)

    def show_body(self, body: QWidget) -> None:
        """Show this column in place of the one before."""
        self.setWidget(body)
        body.setAutoFillBackground(False)
