"""A card that lies over the window for a moment: no window of its own, Escape puts it away."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desktop.widgets.icons import icon

MARGIN_PX = 24


class Overlay(QWidget):
    """Covers the window, dimmed, with one card on it. Work behind it goes on.

    Signals: closed() - it is put away, and the focus is back where it was.
    """

    closed = Signal()

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self.card = QFrame(self)
        self.card.setObjectName(name)
        self._before = QApplication.focusWidget()
        self._window = window
        window.installEventFilter(self)
        self.setGeometry(window.rect())

    def wanted(self, room: QRect) -> QRect:
        """Where the card goes within the room that there is; in the middle unless overridden."""
        size = self.card.sizeHint().boundedTo(room.size())
        return QRect(room.center() - QRect(0, 0, size.width(), size.height()).center(), size)

    def open(self) -> None:
        """Show it and give it the keyboard."""
        self._place()
        self.show()
        self.raise_()
        (self.focusProxy() or self.card).setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Put it away."""
        self.hide()
        if self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts it away."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """So does a click beside the card."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The window steps back."""
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 110))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays on the card."""
        moved = super().focusNextPrevChild(forward)
        focus = QApplication.focusWidget()
        if focus is not None and not self.isAncestorOf(focus):
            (self.focusProxy() or self.card).setFocus(Qt.FocusReason.TabFocusReason)
        return moved

    def _place(self) -> None:
        self.setGeometry(self._window.rect())
        room = self.rect().adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        self.card.setGeometry(self.wanted(room))


class Sheet(Overlay):
    """An overlay with a title, a way to close it, and a body."""

    def __init__(self, window: QWidget, title: str) -> None:
        super().__init__(window, "sheet")
        heading = QLabel(title)
        heading.setProperty("title", True)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setToolTip(self.tr("Close (Esc)"))
        close.setAccessibleName(self.tr("Close"))
        close.clicked.connect(self.dismiss)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(close)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(16, 8, 8, 16)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(self.body)
        self.body.setContentsMargins(0, 0, 8, 0)
        self.card.setAccessibleName(title)
