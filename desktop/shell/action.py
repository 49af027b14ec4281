"""What an action is: something that menus, keys, buttons and the command palette can call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from desktop.shell.window import Window
    from desktop.studio import Studio


def T(context: str, text: str) -> str:  # noqa: ARG001 - lupdate reads it, as QT_TRANSLATE_NOOP
    """Mark a text for translation; `Action.label` gives it translated."""
    return text


def always(_studio: "Studio") -> bool:
    """For what can be done at any time."""
    return True


def has_document(studio: "Studio") -> bool:
    """For what needs a document."""
    return studio.current is not None


@dataclass(frozen=True)
class Action:
    """Something a person can ask for.

    keys are Krita's (or in its spirit), photoshop those of the other preset where they differ.
    checked: whether it is on, for what is switched on and off. canvas_only: its keys count only
    while the canvas has the focus. of_film: its keys count only while a clip is in front, and the
    canvas or the timeline has the focus; then they come before the same keys of other actions.
    """

    id: str
    text: str
    run: "Callable[[Window], object]"
    keys: tuple[str, ...] = ()
    photoshop: tuple[str, ...] | None = None
    icon: str = ""
    enabled: "Callable[[Studio], bool]" = has_document
    checked: "Callable[[Window], bool] | None" = None
    canvas_only: bool = False
    of_film: bool = False
    context: str = "Actions"

    @property
    def label(self) -> str:
        """The text in the person's language."""
        return QCoreApplication.translate(self.context, self.text)

    @property
    def default_keys(self) -> dict[str, tuple[str, ...]]:
        """Keys by preset."""
        return {
            "krita": self.keys,
            "photoshop": self.keys if self.photoshop is None else self.photoshop,
        }
