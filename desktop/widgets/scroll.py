"""What scrolls when the dock is too low for it: a column, and a list."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QScrollArea, QWidget


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


class WholeRows(QWidget):
    """The place of a list whose rows are all as high: it ends with a whole one, none is cut off."""

    def __init__(self, rows: QAbstractItemView, row_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._row_px = rows, row_px
        rows.setParent(self)

    def sizeHint(self) -> QSize:
        """That of the list."""
        return self._rows.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """That of the list."""
        return self._rows.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is left below the last whole row stays empty."""
        super().resizeEvent(event)
        rest = self.height() % self._row_px
        self._rows.setGeometry(0, 0, self.width(), self.height() - rest)
