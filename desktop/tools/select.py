"""Selections drawn by hand. Shift adds, Alt takes away, a click frees."""

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QT_TRANSLATE_NOOP, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from desktop.commands import SetSelection
from desktop.document import selection as selections
from desktop.document.tiles import TiledImage
from desktop.tools.drawing import dashed
from desktop.tools.tool import Pointer, Surface, Tool
from inference.values import Region

_LEAST_DRAG = 3.0  # logical pixels; less is a click
_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


class Select(Tool):
    """What all have in common: a way of the pointer becomes a selection."""

    help = str(QT_TRANSLATE_NOOP("Tools", "Shift adds, Alt takes away, a click frees all."))
    shows_kept_grey = True  # what is selected may be kept grey

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._way: list[Pointer] = []

    @property
    def busy(self) -> bool:
        """Something is being drawn."""
        return bool(self._way)

    @abstractmethod
    def shape(self, way: list[Pointer]) -> QPainterPath:
        """The outline so far, in logical pixels of the canvas."""

    @abstractmethod
    def inside(self, way: list[Pointer], width: int, height: int) -> TiledImage:
        """The selection that was drawn, for a document of that size."""

    def begin(self, pointer: Pointer) -> None:
        """The first point."""
        self._way = [pointer]

    def move(self, pointer: Pointer) -> None:
        """One more."""
        self._way.append(pointer)
        self.surface.refresh()

    def finish(self, pointer: Pointer) -> None:
        """Select, as one step."""
        way, self._way = [*self._way, pointer], []
        self.surface.refresh()
        document = self.editor.document
        if max((p.view - way[0].view).manhattanLength() for p in way) < _LEAST_DRAG:
            if document.selection is not None and not pointer.holds(_SHIFT | _ALT):
                self._push(None)
            return
        drawn = self.inside(way, document.width, document.height)
        self._push(self._joined(drawn, way[0]))

    def cancel(self) -> None:
        """Nothing is drawn."""
        self._way = []
        self.surface.refresh()

    def on_key(self, key: int, _modifiers: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Escape frees all."""
        if key == Qt.Key.Key_Escape and self.editor.document.selection is not None:
            return lambda: self._push(None)
        return None

    def paint(self, painter: QPainter) -> None:
        """The outline that is being drawn."""
        if len(self._way) > 1:
            dashed(painter, self.shape(self._way))

    def _joined(self, drawn: TiledImage, first: Pointer) -> TiledImage | None:
        """With what was selected before, as the keys say that were held when it began."""
        before = self.editor.document.selection
        if first.holds(_ALT):
            return selections.less(before, drawn) if before is not None else None
        if first.holds(_SHIFT) and before is not None:
            return selections.united(before, drawn)
        return drawn

    def _push(self, selection: TiledImage | None) -> None:
        self.editor.push(SetSelection(self.editor.document, selection))


class SelectBox(Select):
    """Drag from corner to corner of the box around it."""

    outline: ClassVar[Callable[[QPainterPath, QRectF], None]]
    """Adds what lies in a box to a path."""
    fill: ClassVar[Callable[[int, int, Region], TiledImage]]
    """Selects it in a document of that width and height."""

    def shape(self, way: list[Pointer]) -> QPainterPath:
        """Of whole pixels, turned with the view."""
        region = region_between(way[0], way[-1])
        path = QPainterPath()
        type(self).outline(path, QRectF(region.x, region.y, region.width, region.height))
        return self.surface.transform().map(path)

    def inside(self, way: list[Pointer], width: int, height: int) -> TiledImage:
        """All of it."""
        return type(self).fill(width, height, region_between(way[0], way[-1]))


class SelectRectangle(SelectBox):
    """All pixels of the box."""

    name = "select-rectangle"
    label = str(QT_TRANSLATE_NOOP("Tools", "Rectangle selection"))
    icon = "select-rectangle"
    key = "Ctrl+R"
    outline = QPainterPath.addRect
    fill = selections.rectangle


class SelectEllipse(SelectBox):
    """As large as the box, with a soft edge."""

    name = "select-ellipse"
    label = str(QT_TRANSLATE_NOOP("Tools", "Ellipse selection"))
    icon = "select-ellipse"
    key = "J"
    outline = QPainterPath.addEllipse
    fill = selections.ellipse


class SelectLasso(Select):
    """Draw around it."""

    name = "select-lasso"
    label = str(QT_TRANSLATE_NOOP("Tools", "Lasso"))
    icon = "select-lasso"
    key = "Alt+L"

    def shape(self, way: list[Pointer]) -> QPainterPath:
        """The way of the pointer."""
        path = QPainterPath(self._seen(way[0]))
        for pointer in way[1:]:
            path.lineTo(self._seen(pointer))
        return path

    def inside(self, way: list[Pointer], width: int, height: int) -> TiledImage:
        """What the way encloses."""
        return selections.polygon(width, height, [(p.x, p.y) for p in way])

    def _seen(self, pointer: Pointer) -> QPointF:
        return self.surface.transform().map(QPointF(pointer.x, pointer.y))


def region_between(first: Pointer, last: Pointer) -> Region:
    """The whole pixels between two corners, the nearest edge of a pixel for each."""
    left, right = sorted((round(first.x), round(last.x)))
    top, bottom = sorted((round(first.y), round(last.y)))
    return Region(left, top, right - left, bottom - top)
