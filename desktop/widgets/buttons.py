"""Buttons of the panels. A click gives them no focus: the next Space is to pan, not to click again.

Those for what the window can do show its actions, which bring text, icon, keys and state.
"""

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from desktop.widgets.icons import icon

SIDE_PX = 28


class Actions(Protocol):
    """The window's actions by id."""

    def __getitem__(self, action_id: str, /) -> QAction:
        """KeyError if there is none."""
        ...


def action_button(action: QAction, parent: QWidget | None = None) -> QToolButton:
    """A flat button with the icon, tooltip, keys and state of an action."""
    button = _flat(parent)
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setAccessibleName(action.text())
    return button


def icon_button(meaning: str, text: str, parent: QWidget | None = None) -> QToolButton:
    """A flat button with an icon; the text is its tooltip and its name for screen readers."""
    button = _flat(parent)
    button.setIcon(icon(meaning))
    button.setToolTip(text)
    button.setAccessibleName(text)
    return button


def word_button(text: str, parent: QWidget | None = None, *, flat: bool = False) -> QPushButton:
    """A button with a word, as raised or flat as the theme has it."""
    button = QPushButton(text, parent)
    button.setProperty("flat", flat)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _flat(parent: QWidget | None) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("flat", True)
    button.setFixedSize(SIDE_PX, SIDE_PX)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class ActionWord(QPushButton):
    """A button with the words of an action, where an icon alone would be a riddle."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
