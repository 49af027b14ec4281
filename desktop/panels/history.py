"""History: every step that was taken, the present one marked; a click goes there."""

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QUndoView,
    QVBoxLayout,
    QWidget,
)

from desktop.editor import Editor
from desktop.studio import Studio
from desktop.widgets.icons import pixmap
from desktop.widgets.scroll import WholeRows
from desktop.widgets.theme import tokens_of

ROW_PX = 32
ICON_PX = 14


class HistoryPanel(QWidget):
    """Qt's own view of the undo stack, painted as the other lists are."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = QUndoView()
        self.view.setEmptyLabel(self.tr("Opened"))
        self.view.setAccessibleName(self.tr("History"))
        self.view.setItemDelegate(_StepDelegate(self.view))
        self.view.setToolTip(
            self.tr("Click a step to go there; steps after it stay until you act.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.addWidget(WholeRows(self.view, ROW_PX), 1)
        studio.current_changed.connect(self.show_editor)
        self.show_editor(studio.current)

    def show_editor(self, editor: Editor | None) -> None:
        """Follow the history of this editor from now on."""
        self.view.setVisible(editor is not None)
        if editor is not None:
            self.view.setStack(editor.history)


class _StepDelegate(QStyledItemDelegate):
    """The present step on a ground with a dot, later ones dimmed, the saved one with a disk."""

    def __init__(self, view: QUndoView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as the rows of any list."""
        return QSize(120, ROW_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """One step."""
        stack = self._view.stack()
        if stack is None:
            return
        tokens, row = tokens_of(option.palette), index.row()
        present = row == stack.index()
        ink = tokens.quiet if row > stack.index() else tokens.text
        area: QRect = option.rect
        if present:
            painter.fillRect(area, QColor(tokens.chosen))
            painter.fillRect(QRect(area.x(), area.y(), 2, area.height()), QColor(tokens.accent))
        words = area.adjusted(16, 0, -16, 0)
        if row and row == stack.cleanIndex():  # "Opened" says it already
            self._paint_saved(painter, words, tokens.quiet)
            words.setRight(words.right() - ICON_PX - 8)
        text = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.setPen(QColor(ink))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Say which step was saved."""
        stack = self._view.stack()
        if stack is not None and index.isValid() and index.row() == stack.cleanIndex():
            QToolTip.showText(event.globalPos(), self.tr("Saved at this step"), view)
            return True
        return super().helpEvent(event, view, option, index)

    def _paint_saved(self, painter: QPainter, words: QRect, ink: str) -> None:
        image = pixmap("save", ICON_PX, QColor(ink), self._view.devicePixelRatioF())
        painter.drawPixmap(
            words.right() - ICON_PX + 1, words.center().y() - ICON_PX // 2 + 1, image
        )
