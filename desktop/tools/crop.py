"""The crop tool: draw a box, pull its edges, Return crops, Escape leaves all as it is."""

from collections.abc import Callable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from desktop.commands import ResizeCanvas
from desktop.tools.drawing import swatch, two_tone
from desktop.tools.tool import Pointer, Surface, Tool
from inference.values import Problem, Region

_REACH = 10.0  # logical pixels around a handle
_SIDES = (
    (0.0, 0.0),
    (0.5, 0.0),
    (1.0, 0.0),
    (1.0, 0.5),
    (1.0, 1.0),
    (0.5, 1.0),
    (0.0, 1.0),
    (0.0, 0.5),
)
_INSIDE = (-1.0, -1.0)  # the "handle" that moves all of the box
_CURSORS = {
    _INSIDE: Qt.CursorShape.SizeAllCursor,
    (0.5, 0.0): Qt.CursorShape.SizeVerCursor,
    (0.5, 1.0): Qt.CursorShape.SizeVerCursor,
    (0.0, 0.5): Qt.CursorShape.SizeHorCursor,
    (1.0, 0.5): Qt.CursorShape.SizeHorCursor,
    (1.0, 0.0): Qt.CursorShape.SizeBDiagCursor,
    (0.0, 1.0): Qt.CursorShape.SizeBDiagCursor,
}


class Crop(Tool):
    """A box with eight handles."""

    name = "crop"
    label = str(QT_TRANSLATE_NOOP("Tools", "Crop"))
    icon = "crop"
    key = "C"
    help = str(
        QT_TRANSLATE_NOOP(
            "Tools", "Draw a box and pull its edges. Return crops, Escape leaves all as it is."
        )
    )

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._box: QRectF | None = None  # in pixels of the document
        self._grip = (1.0, 1.0)
        self._last = QPointF()

    @property
    def busy(self) -> bool:
        """There is a box."""
        return self._box is not None

    def begin(self, pointer: Pointer) -> None:
        """Take hold of a handle or of the box, or begin another box."""
        self._last = QPointF(pointer.x, pointer.y)
        grip = self._grip_at(pointer)
        if grip is None:
            self._box = QRectF(self._last, self._last)
            grip = (1.0, 1.0)
        self._grip = grip

    def move(self, pointer: Pointer) -> None:
        """Pull."""
        if self._box is None:
            return
        now = QPointF(pointer.x, pointer.y)
        step, self._last = now - self._last, now
        x, y = self._grip
        if self._grip == _INSIDE:
            self._box.translate(step)
        else:
            left, right = (step.x() if x == 0 else 0), (step.x() if x == 1 else 0)
            top, bottom = (step.y() if y == 0 else 0), (step.y() if y == 1 else 0)
            self._box.adjust(left, top, right, bottom)
        self.surface.refresh()

    def hover(self, pointer: Pointer) -> None:
        """Show what a press would take hold of."""
        grip = self._grip_at(pointer)
        if grip is None:
            self.cursor = Qt.CursorShape.CrossCursor
        else:
            self.cursor = _CURSORS.get(grip, Qt.CursorShape.SizeFDiagCursor)

    def finish(self, pointer: Pointer) -> None:
        """Let go; a click without a box frees all."""
        self.move(pointer)
        if self._box is not None:
            self._box = self._box.normalized()
            if self._region(self._box).empty:
                self._box = None
        self.surface.refresh()

    def cancel(self) -> None:
        """No box."""
        self._box = None
        self.surface.refresh()

    def on_key(self, key: int, _modifiers: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Return crops."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._box is not None:
            return self.apply
        return None

    def apply(self) -> None:
        """Crop, as one step."""
        box, self._box = self._box, None
        if box is None:
            return
        try:
            self.editor.push(ResizeCanvas(self.editor.document, self._region(box)))
        except Problem as problem:
            self.studio.report(problem)

    def paint(self, painter: QPainter) -> None:
        """Dark where it will be cut away, thirds and handles on what stays."""
        if self._box is None:
            return
        document, transform = self.editor.document, self.surface.transform()
        whole, kept = QPainterPath(), QPainterPath()
        whole.addPolygon(transform.map(QPolygonF(QRectF(0, 0, document.width, document.height))))
        kept.addPolygon(transform.map(QPolygonF(self._box.normalized())))
        kept.closeSubpath()
        painter.fillPath(whole.subtracted(kept), QColor(0, 0, 0, 140))
        two_tone(painter, kept)
        for place in _SIDES:
            swatch(painter, self._handle(self._box, place), 5, (255, 255, 255), QColor(90, 90, 90))

    def _region(self, box: QRectF) -> Region:
        left, top = round(box.left()), round(box.top())
        region = Region(left, top, round(box.right()) - left, round(box.bottom()) - top)
        return region.clipped(self.editor.document.bounds)

    def _grip_at(self, pointer: Pointer) -> tuple[float, float] | None:
        if self._box is None:
            return None
        for place in _SIDES:
            if (self._handle(self._box, place) - pointer.view).manhattanLength() <= _REACH:
                return place
        return _INSIDE if self._box.contains(QPointF(pointer.x, pointer.y)) else None

    def _handle(self, box: QRectF, place: tuple[float, float]) -> QPointF:
        x = box.left() + place[0] * box.width()
        y = box.top() + place[1] * box.height()
        return self.surface.transform().map(QPointF(x, y))
