"""The command palette: every action, found by a few letters of its name."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.shell.action_set import ActionSet
from desktop.shell.overlay import Overlay
from desktop.widgets.theme import tokens_of

WIDTH_PX = 560
ROW_PX = 32
ROWS = 12
_ACTION = Qt.ItemDataRole.UserRole


def score(wanted: str, text: str) -> int | None:
    """How well a text answers a search: higher is better, None where letters are missing.

    Letters must come in order. Those that begin a word or follow each other count more, so that
    "ml" finds "Mask layer" before "formula".
    """
    wanted, text = wanted.casefold().replace(" ", ""), text.casefold()
    total, place, previous = 0, 0, -2
    for letter in wanted:
        found = _next(letter, text, place, previous)
        if found < 0:
            return None
        starts_word = found == 0 or not text[found - 1].isalnum()
        total += 8 * starts_word + 10 * (found == previous + 1) + 1
        previous, place = found, found + 1
    return total * 100 - len(text)


def _next(letter: str, text: str, place: int, previous: int) -> int:
    """The next place of a letter: right after the last one, or at a word, or anywhere."""
    if text[place : place + 1] == letter and previous >= 0:
        return place
    for found in range(place, len(text)):
        if text[found] == letter and (found == 0 or not text[found - 1].isalnum()):
            return found
    return text.find(letter, place)


class CommandPalette(Overlay):
    """A field and a list; Return does what is chosen."""

    def __init__(self, window: QWidget, actions: ActionSet) -> None:
        super().__init__(window, "palette")
        self._actions = actions
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("Search actions"))
        self.field.textChanged.connect(self._search)
        self.list = QListView()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Actions found"))
        self.list.setItemDelegate(_Row(self.list))
        self.list.setMouseTracking(True)
        self.list.clicked.connect(self._run)
        self._model = QStandardItemModel(self)
        self.list.setModel(self._model)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.setFocusProxy(self.field)
        actions.refresh()
        self._search("")

    def wanted(self, room: QRect) -> QRect:
        """In the middle, near the top."""
        width = min(WIDTH_PX, room.width())
        height = min(ROWS * ROW_PX + 56, room.height())
        return QRect(room.center().x() - width // 2, room.top() + 24, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose, Return does."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8}
        steps[Qt.Key.Key_PageDown] = 8
        if event.key() in steps:
            row = self.list.currentIndex().row() + steps[Qt.Key(event.key())]
            self._choose(min(max(row, 0), self._model.rowCount() - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
        else:
            super().keyPressEvent(event)

    def found(self) -> list[str]:
        """Ids of the actions that are listed, best first."""
        rows = range(self._model.rowCount())
        return [self._model.item(row).data(_ACTION).objectName() for row in rows]

    def _search(self, wanted: str) -> None:
        rated = []
        used = [id_ for id_ in self._actions.last_run if id_ != "help.palette"]
        for order, declared in enumerate(self._actions.declared()):
            action = self._actions[declared.id]
            order = used.index(declared.id) - len(used) if declared.id in used else order
            rating = score(wanted, action.text())
            if rating is not None:
                rated.append((not action.isEnabled(), -rating if wanted else 0, order, action))
        self._model.clear()
        for _, _, _, action in sorted(rated, key=lambda entry: entry[:3]):
            item = QStandardItem(action.text())
            item.setData(action, _ACTION)
            item.setEnabled(action.isEnabled())
            self._model.appendRow(item)
        self._choose(0)

    def _choose(self, row: int) -> None:
        self.list.setCurrentIndex(self._model.index(row, 0))

    def _run(self, index: QModelIndex) -> None:
        action = index.data(_ACTION)
        if isinstance(action, QAction) and action.isEnabled():
            self.dismiss()
            action.trigger()


class _Row(QStyledItemDelegate):
    """Icon, name, and at the right the key."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(WIDTH_PX // 2, ROW_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        action: QAction = index.data(_ACTION)
        area: QRect = option.rect
        state = option.state
        tokens = tokens_of(option.palette)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.chosen))
            painter.drawRoundedRect(area, 4, 4)
        if not action.icon().isNull():
            action.icon().paint(painter, QRect(area.x() + 8, area.y() + 7, 18, 18))
        text = area.adjusted(36, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(tokens.text if action.isEnabled() else tokens.disabled))
        painter.drawText(text, middle, action.text())
        key = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
        painter.setPen(QColor(tokens.quiet if action.isEnabled() else tokens.disabled))
        painter.drawText(text, middle | Qt.AlignmentFlag.AlignRight, key)
