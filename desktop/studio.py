"""The studio: all documents that are open, the tool in hand, the service that does the work."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.background import Background
from desktop.editor import Editor
from desktop.preferences import Preferences
from inference.service import InferenceService
from inference.values import RGB, Picture, Problem


class Brush(QObject):
    """What the paint tools and the hint tool share. Set values through `choose`.

    size is the diameter in pixels; hardness and opacity are 0..1; hint_radius is in pixels.
    """

    changed = Signal()
    size: float = 40.0
    hardness: float = 0.8
    opacity: float = 1.0
    color: RGB = (200, 60, 50)
    hint_radius: float = 6.0
    hint_grey: bool = False

    def choose(self, **values: float | bool | RGB) -> None:
        """Set some of the values and announce it once."""
        for name, value in values.items():
            if not hasattr(Brush, name):
                raise AttributeError(name)
            setattr(self, name, value)
        self.changed.emit()


class Studio(QObject):
    """One per window.

    Signals: editor_opened(Editor), editor_closed(Editor), current_changed(Editor or None),
    tool_changed(name), problem_raised(Problem), working_changed(bool): reading or writing files.
    """

    editor_opened = Signal(object)
    editor_closed = Signal(object)
    current_changed = Signal(object)
    tool_changed = Signal(str)
    problem_raised = Signal(object)
    working_changed = Signal(bool)

    def __init__(self, service: InferenceService, preferences: Preferences) -> None: ...

    service: InferenceService
    preferences: Preferences
    background: Background
    brush: Brush
    editors: list[Editor]
    current: Editor | None
    tool: str
    """Name of the tool in hand ("hint", "brush", ... as in desktop.tools.TOOLS)."""

    def open(self, path: Path) -> None:
        """Read a picture or a project beside the window; editor_opened or problem_raised follow."""

    def open_picture(self, picture: Picture, title: str) -> Editor:
        """A new document from a picture that has no file yet (clipboard)."""

    def close(self, editor: Editor) -> None:
        """Forget a document; whoever asks the person about unsaved changes has done so before."""

    def set_current(self, editor: Editor | None) -> None:
        """Bring a document to the front."""

    def choose_tool(self, name: str) -> None:
        """Take a tool in hand."""

    def report(self, problem: Problem) -> None:
        """Show a problem in the strip above the canvas."""

    def cards(self) -> "tuple[object, ...]":
        """Cards of the models at hand (inference.cabinet.catalog.Card), for the model browser."""
