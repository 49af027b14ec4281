"""The page of keys: all actions with their keys, every one of them to be changed."""

from PySide6.QtCore import QCoreApplication, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.shell.action import T
from desktop.shell.actions import DOCUMENTS, MENUS, PAGES, TOOL_ACTIONS, Action
from desktop.shell.command_palette import score
from desktop.shell.keys import PRESETS, Keymap, shown
from desktop.shell.overlay import Sheet
from desktop.widgets.icons import icon

WIDTH_PX = 640
KEY_PX = 168
GROUPS = (
    *MENUS,
    (T("Actions", "Tools"), TOOL_ACTIONS),
    (T("Actions", "Window"), PAGES + DOCUMENTS),
)


class KeysSheet(Sheet):
    """Search, preset, the list, and what is in the way of a key."""

    def __init__(self, window: QWidget, keymap: Keymap) -> None:
        super().__init__(window, self.tr("Keys"))
        self._keymap = keymap
        self._labels = {action.id: action.label for _, group in GROUPS for action in group}
        self.rows: dict[str, KeyRow] = {}
        self._headings: list[tuple[QLabel, list[KeyRow]]] = []
        self.note = QLabel()
        self.note.setProperty("quiet", True)
        self.body.addLayout(self._top())
        self.body.addWidget(self._list(), 1)
        self.body.addWidget(self.note)
        self.setFocusProxy(self.field)
        keymap.changed.connect(self._refresh)
        self._say(self.tr("Click on a key to change it; Backspace takes it away."))

    def wanted(self, room: QRect) -> QRect:
        """As tall as there is room, no wider than it must be."""
        width = min(WIDTH_PX, room.width())
        return QRect(room.center().x() - width // 2, room.y(), width, room.height())

    def _top(self) -> QHBoxLayout:
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search"))
        self.field.setAccessibleName(self.tr("Search actions"))
        self.field.textChanged.connect(self._search)
        self.preset = QComboBox()
        self.preset.setAccessibleName(self.tr("Preset of keys"))
        for preset, name in PRESETS.items():
            self.preset.addItem(self.tr("Keys as in {}").format(name), preset)
        self.preset.setCurrentIndex(self.preset.findData(self._keymap.preset))
        self.preset.activated.connect(lambda: self._keymap.use_preset(self.preset.currentData()))
        reset = QPushButton(self.tr("Reset all"))
        reset.setToolTip(self.tr("Back to the keys of the preset"))
        reset.clicked.connect(self._keymap.reset_all)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.field, 1)
        top.addWidget(self.preset)
        top.addWidget(reset)
        return top

    def _list(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(0)
        for title, group in GROUPS:
            heading = QLabel(QCoreApplication.translate("Actions", title))
            heading.setProperty("title", True)
            heading.setContentsMargins(0, 12, 0, 4)
            column.addWidget(heading)
            rows = [self._row(action) for action in group]
            for row in rows:
                column.addWidget(row)
            self._headings.append((heading, rows))
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _row(self, action: Action) -> "KeyRow":
        row = KeyRow(action)
        row.chosen.connect(lambda key: self._bind(action.id, key))
        row.reset.connect(lambda: self._keymap.reset(action.id))
        self.rows[action.id] = row
        self._show(action.id)
        return row

    def _bind(self, action: str, key: str) -> None:
        loser = self._keymap.conflict(action, key) if key else None
        self._keymap.bind(action, key)
        if loser:
            self._say(
                self.tr("{key} was taken from “{loser}”.").format(
                    key=shown(key), loser=self._labels[loser]
                )
            )

    def _search(self, wanted: str) -> None:
        for heading, rows in self._headings:
            for row in rows:
                row.setVisible(score(wanted, f"{row.label} {row.key}") is not None)
            heading.setVisible(any(not row.isHidden() for row in rows))

    def _refresh(self) -> None:
        for action in self.rows:
            self._show(action)

    def _show(self, action: str) -> None:
        keys = ",  ".join(shown(key) for key in self._keymap.keys(action))
        self.rows[action].show_key(keys, self._keymap.differs(action))

    def _say(self, sentence: str) -> None:
        self.note.setText(sentence)


class KeyRow(QWidget):
    """One action and its keys.

    Signals: chosen(key) - "" takes the keys away; reset() - back to the preset's.
    """

    chosen = Signal(str)
    reset = Signal()

    def __init__(self, action: Action) -> None:
        super().__init__()
        self.label = action.label.removesuffix(" …")
        self.key = ""
        self._button = QPushButton()
        self._button.setProperty("flat", True)
        self._button.setObjectName("key")
        self._button.clicked.connect(self._listen)
        self._edit = _KeyEdit()
        self._edit.chosen.connect(self._on_chosen)
        self._edit.gave_up.connect(self._on_gave_up)
        self._edit.setAccessibleName(self.tr("New key for {}").format(self.label))
        self._place = QStackedWidget()
        self._place.addWidget(self._button)
        self._place.addWidget(self._edit)
        self._place.setFixedSize(KEY_PX, 28)
        self._back = QToolButton()
        self._back.setIcon(icon("reset"))
        self._back.setToolTip(self.tr("Back to the preset"))
        self._back.setAccessibleName(self.tr("Reset the key of {}").format(self.label))
        self._back.clicked.connect(self.reset)
        policy = self._back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._back.setSizePolicy(policy)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 2, 0, 2)
        line.setSpacing(4)
        line.addWidget(QLabel(self.label), 1)
        line.addWidget(self._back)
        line.addWidget(self._place)

    def show_key(self, key: str, differs: bool) -> None:
        """Show the keys that hold, and whether there is a way back."""
        self.key = key
        self._button.setText(key or "–")
        self._button.setAccessibleName(
            self.tr("Key of {label}: {key}").format(label=self.label, key=key or self.tr("none"))
        )
        self._back.setVisible(differs)

    def _listen(self) -> None:
        self._edit.clear()
        self._place.setCurrentWidget(self._edit)
        self._edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def _on_gave_up(self) -> None:
        self._place.setCurrentWidget(self._button)

    def _on_chosen(self, key: str) -> None:
        self._place.setCurrentWidget(self._button)
        self._button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(key)


class _KeyEdit(QKeySequenceEdit):
    """Waits for one key; Backspace means none, Escape nothing."""

    chosen = Signal(str)
    gave_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)
        self.editingFinished.connect(self._on_finished)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.gave_up.emit()
        elif event.key() == Qt.Key.Key_Backspace and not event.modifiers():
            self.chosen.emit("")
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.gave_up.emit()

    def _on_finished(self) -> None:
        sequence = self.keySequence()
        if not sequence.isEmpty():
            self.chosen.emit(sequence.toString(QKeySequence.SequenceFormat.PortableText))
