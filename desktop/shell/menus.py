"""The menu bar: each action under its title, the recent files, and which panels are shown."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.shell.action_set import ActionSet
from desktop.shell.actions import MENU_BREAKS, MENUS
from desktop.studio import Studio


class Menus(QMenuBar):
    """Built from the actions as they are declared."""

    def __init__(self, actions: ActionSet, studio: Studio) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Menu bar"))
        self._actions = actions
        self._studio = studio
        self._menu_of: dict[str, QMenu] = {}
        for title, listed in MENUS:
            menu = self.addMenu(QCoreApplication.translate("Actions", title))
            self._menu_of[title] = menu
            for action in listed:
                if action.id in MENU_BREAKS:
                    menu.addSeparator()
                menu.addAction(actions[action.id])
        self.recent = QMenu(self.tr("Open recent"), self)
        self.recent.aboutToShow.connect(self._fill_recent)
        self._menu_of["File"].insertMenu(actions["file.save"], self.recent)

    def offer_panels(self, toggles: Sequence[QAction]) -> None:
        """List the panels, to be shown and hidden."""
        panels = QMenu(self.tr("Panels"), self)
        panels.addActions(toggles)
        self._menu_of["View"].insertMenu(self._actions["view.reset_layout"], panels)

    def _fill_recent(self) -> None:
        self.recent.clear()
        preferences = self._studio.preferences
        for path in preferences.recent:
            action = QAction(path.name, self.recent)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self._studio.open(path))
            self.recent.addAction(action)
        self.recent.addSeparator()
        forget = self.recent.addAction(self.tr("Forget these files"))
        forget.triggered.connect(lambda: preferences.choose(recent=[]))
