"""The actions of one window, alive: as Qt's QAction, with the keys, texts and states that hold."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop.shell.actions import ACTIONS, Action
from desktop.shell.film_actions import has_film
from desktop.shell.keys import Keymap, shown
from desktop.widgets import icons
from inference.values import Problem

if TYPE_CHECKING:
    from desktop.shell.window import Window


class ActionSet(QObject):
    """A QAction for each declaration; menus, buttons and the palette show the same one."""

    def __init__(self, window: "Window", keymap: Keymap) -> None:
        super().__init__(window)
        self._window = window
        self._keymap = keymap
        self.last_run: list[str] = []
        """Ids of what was done, the last one first."""
        self._declared = {action.id: action for action in ACTIONS}
        self._actions = {action.id: self._make(action) for action in ACTIONS}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        window.studio.current_changed.connect(self.refresh_films)
        keymap.changed.connect(self._show_keys)
        self._show_keys()

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def declared(self) -> tuple[Action, ...]:
        """All declarations."""
        return tuple(self._declared.values())

    def add_to(self, timeline: QWidget) -> None:
        """Let the keys of films count there, too."""
        timeline.addActions([self._actions[a.id] for a in ACTIONS if a.of_film])

    def refresh_films(self, *_: object) -> None:
        """There is a clip in front now, or none any more."""
        self._show_keys()
        self.refresh_soon()

    def refresh_soon(self) -> None:
        """Ask anew what can be done, once, when the present change is over."""
        self._soon.start()

    def refresh(self) -> None:
        """Ask anew what can be done and what is switched on."""
        for action_id, action in self._actions.items():
            declared = self._declared[action_id]
            action.setEnabled(declared.enabled(self._window.studio))
            if declared.checked:
                action.setChecked(declared.checked(self._window))

    def run(self, action_id: str) -> None:
        """Do it, if it can be done now."""
        self.refresh()
        self._actions[action_id].trigger()

    def _make(self, declared: Action) -> QAction:
        action = QAction(declared.label, self)
        action.setObjectName(declared.id)
        action.setCheckable(declared.checked is not None)
        action.setIconVisibleInMenu(False)
        if declared.icon:
            action.setIcon(icons.icon(declared.icon))
        action.triggered.connect(lambda: self._run(declared))
        if declared.canvas_only or declared.of_film:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._window.canvas.addAction(action)
        else:
            self._window.addAction(action)  # its keys count although the menu bar is hidden
        return action

    def _run(self, declared: Action) -> None:
        self.last_run = [declared.id, *(i for i in self.last_run if i != declared.id)][:8]
        try:
            declared.run(self._window)
        except Problem as problem:  # a locked layer, say
            self._window.studio.report(problem)
        self.refresh_soon()

    def _show_keys(self) -> None:
        taken = self._keys_of_film()
        for action_id, action in self._actions.items():
            keys = self._keymap.keys(action_id)
            if not self._declared[action_id].of_film:
                keys = tuple(key for key in keys if QKeySequence(key) not in taken)
            action.setShortcuts([QKeySequence(key) for key in keys])
            label = self._declared[action_id].label.removesuffix(" …")
            action.setToolTip(f"{label} ({shown(keys[0])})" if keys else label)

    def _keys_of_film(self) -> list[QKeySequence]:
        """While a clip is in front: Qt would call neither of two actions that have the same key."""
        if not has_film(self._window.studio):
            return []
        films = [action.id for action in ACTIONS if action.of_film]
        return [QKeySequence(key) for film in films for key in self._keymap.keys(film)]
