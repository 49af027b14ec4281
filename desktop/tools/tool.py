"""What every tool is: it hears the pointer in pixels of the document and asks for changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QWidget

from desktop.editor import Editor
from desktop.studio import Studio
from desktop.tools.options import Note

NO_KEYS = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is, and how it is held.

    x, y in pixels of the document (a pixel's centre lies at +0.5), view in logical pixels of the
    canvas; pressure is 0..1, 1 for a mouse.
    """

    x: float
    y: float
    view: QPointF
    pressure: float = 1.0
    modifiers: Qt.KeyboardModifier = NO_KEYS

    def holds(self, modifier: Qt.KeyboardModifier) -> bool:
        """True where that key is down."""
        return bool(self.modifiers & modifier)


class Surface(Protocol):
    """What a tool may ask of the canvas that it works on."""

    studio: Studio
    pointer: Pointer | None
    """Where the pointer hovers, None outside of the canvas."""

    @property
    def editor(self) -> Editor:
        """The document that it shows."""

    @property
    def pixel(self) -> float:
        """Logical pixels of the canvas per pixel of the document."""

    def transform(self) -> QTransform:
        """Document to canvas."""

    def width(self) -> int:
        """Of the canvas, in logical pixels."""

    def height(self) -> int:
        """Of the canvas, in logical pixels."""

    def refresh(self) -> None:
        """Paint the tool's marks again."""

    def pan(self, dx: float, dy: float) -> None:
        """Push the document by logical pixels."""

    def zoom_by_steps(self, steps: int, at: QPointF | None = None) -> None:
        """Zoom in (or out, below 0) about a point of the canvas."""

    def zoom_to_region(self, x: float, y: float, width: float, height: float) -> None:
        """Show that part of the document as large as the canvas allows."""


class Tool:
    """Does nothing yet. One instance for each canvas that it is in hand on.

    begin, move, finish or cancel follow the pressed left button (or pen); hover the free pointer.
    """

    name: ClassVar[str] = ""
    label: ClassVar[str] = ""
    """English; `title()` gives it in the person's language."""
    icon: ClassVar[str] = ""
    key: ClassVar[str] = ""
    """Key that takes it in hand, as Krita has it where Krita has one."""
    help: ClassVar[str] = ""
    """English; how it is used, for a tool that has nothing to set."""
    shows_kept_grey: ClassVar[bool] = False
    """Whether what is kept grey is hatched while it is in hand."""
    cursor: Qt.CursorShape = Qt.CursorShape.CrossCursor

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.studio = surface.studio
        self.editor = surface.editor

    @classmethod
    def title(cls) -> str:
        """Its name for people."""
        return QCoreApplication.translate("Tools", cls.label)

    @classmethod
    def options(cls, _studio: Studio) -> QWidget:
        """What the strip above the canvas shows while it is in hand."""
        return Note(QCoreApplication.translate("Tools", cls.help))

    @property
    def busy(self) -> bool:
        """There is something that Escape would cancel."""
        return False

    def begin(self, pointer: Pointer) -> None:
        """The button went down."""

    def move(self, pointer: Pointer) -> None:
        """The pointer moved with the button down."""

    def finish(self, pointer: Pointer) -> None:
        """The button went up."""

    def cancel(self) -> None:
        """The person wants none of what began; also before the tool is put away."""

    def hover(self, pointer: Pointer) -> None:
        """The pointer moved freely."""

    def menu(self, pointer: Pointer) -> None:
        """The right button was pressed."""

    def on_key(self, key: int, modifiers: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """What a key does with this tool just now; None where it is not the tool's."""

    def paint(self, painter: QPainter) -> None:
        """Draw the tool's marks in logical pixels of the canvas, over the picture."""


class DragTool(Tool):
    """A tool that is dragged from one place to another; what it does comes when it is let go."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._start: Pointer | None = None
        self._end: Pointer | None = None

    def done(self, start: Pointer, end: Pointer) -> None:
        """It was let go."""

    def mark(self, painter: QPainter, start: Pointer, end: Pointer) -> None:
        """What is seen meanwhile."""

    @property
    def busy(self) -> bool:
        """It is being dragged."""
        return self._start is not None

    def begin(self, pointer: Pointer) -> None:
        """From here."""
        self._start = self._end = pointer

    def move(self, pointer: Pointer) -> None:
        """As far as here."""
        self._end = pointer
        self.surface.refresh()

    def finish(self, pointer: Pointer) -> None:
        """Let go."""
        start, self._start = self._start, None
        self.surface.refresh()
        if start is not None:
            self.done(start, pointer)

    def cancel(self) -> None:
        """Nothing is done."""
        self._start = None
        self.surface.refresh()

    def paint(self, painter: QPainter) -> None:
        """The mark."""
        if self._start is not None and self._end is not None:
            self.mark(painter, self._start, self._end)
