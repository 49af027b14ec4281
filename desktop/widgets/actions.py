"""Buttons for what the window can do: its actions bring text, icon, keys and state."""

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget


class Actions(Protocol):
    """The window's actions by id."""

    def __getitem__(self, action_id: str, /) -> QAction:
        """KeyError if there is none."""
        ...


def action_button(action: QAction, parent: QWidget | None = None) -> QToolButton:
    """A flat button of 28 px with the icon, tooltip, keys and state of an action."""
    button = QToolButton(parent)
    button.setProperty("flat", True)
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFixedSize(28, 28)
    button.setAccessibleName(action.text())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
