"""The move tool: shifts the pixels of the active layer, by dragging or with the arrow keys."""

from collections.abc import Callable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from desktop.commands import Stroke
from desktop.tools.drawing import dashed
from desktop.tools.target import Target, target_of
from desktop.tools.tool import Pointer, Surface, Tool
from inference.values import Problem, Region

_LIVE_PIXELS = 4_000_000
"""A layer with more is shown as its outline until the button is let go."""
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Move(Tool):
    """Drag anywhere on the canvas; what leaves the document is lost."""

    name = "move"
    label = str(QT_TRANSLATE_NOOP("Tools", "Move"))
    icon = "move"
    key = "T"
    help = str(
        QT_TRANSLATE_NOOP("Tools", "Drag, or press arrow keys; Shift for ten pixels at once.")
    )
    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._start: Pointer | None = None
        self._shift: _Shift | None = None

    @property
    def busy(self) -> bool:
        """A layer is on its way."""
        return self._shift is not None

    def begin(self, pointer: Pointer) -> None:
        """Take hold of the layer."""
        self._start = pointer
        self._shift = self._take_hold()

    def move(self, pointer: Pointer) -> None:
        """Shift it."""
        if self._shift is not None and self._start is not None:
            self._shift.to(round(pointer.x - self._start.x), round(pointer.y - self._start.y))
            self.surface.refresh()

    def finish(self, pointer: Pointer) -> None:
        """One step of the history."""
        self.move(pointer)
        shift, self._shift = self._shift, None
        if shift is not None:
            self._push(shift)

    def cancel(self) -> None:
        """Back to where it was."""
        shift, self._shift = self._shift, None
        if shift is not None:
            shift.stroke.cancel()
        self.surface.refresh()

    def on_key(self, key: int, modifiers: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Arrows shift by one pixel, with Shift by ten."""
        if key not in _ARROWS or self.busy:
            return None
        times = 10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        dx, dy = _ARROWS[Qt.Key(key)]
        return lambda: self._nudge(dx * times, dy * times)

    def paint(self, painter: QPainter) -> None:
        """Where the layer's pixels are going to be."""
        if self._shift is not None:
            dashed(painter, self.surface.transform().map(self._shift.outline()))

    def _nudge(self, dx: int, dy: int) -> None:
        shift = self._take_hold()
        if shift is not None:
            shift.to(dx, dy)
            self._push(shift)

    def _take_hold(self) -> "_Shift | None":
        try:
            target = target_of(self.editor)
            return _Shift(target, target.stroke(self.title()))
        except Problem as problem:
            self.studio.report(problem)
            return None

    def _push(self, shift: "_Shift") -> None:
        shift.write()
        command = shift.stroke.finish()
        if not command.changed.empty:
            self.editor.push(command)
        self.surface.refresh()


class _Shift:
    """A layer's pixels on their way; those of large layers arrive when told to `write`."""

    def __init__(self, target: Target, stroke: Stroke) -> None:
        self.stroke = stroke
        self._before = target.image.snapshot()
        content = self._before.content
        self._content = content
        self._live = content.width * content.height <= _LIVE_PIXELS
        self._written = self._wanted = (0, 0)

    def to(self, dx: int, dy: int) -> None:
        """So far from where they were."""
        self._wanted = (dx, dy)
        if self._live:
            self.write()

    def write(self) -> None:
        """Put the pixels where they are wanted."""
        if self._wanted == self._written:
            return
        dx, dy = self._wanted
        was = _moved(self._content, *self._written)
        touched = was.united(_moved(self._content, dx, dy)).clipped(self._before.bounds)
        if not touched.empty:
            self.stroke.write(touched, self._before.read(_moved(touched, -dx, -dy)))
        self._written = self._wanted

    def outline(self) -> QPainterPath:
        """The edge of the pixels, in pixels of the document."""
        place = _moved(self._content, *self._wanted)
        path = QPainterPath(QPointF(place.x, place.y))
        for x, y in (
            (place.right, place.y),
            (place.right, place.bottom),
            (place.x, place.bottom),
            (place.x, place.y),
        ):
            path.lineTo(x, y)
        return path


def _moved(region: Region, dx: int, dy: int) -> Region:
    return Region(region.x + dx, region.y + dy, region.width, region.height)
