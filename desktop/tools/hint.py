"""The hint tool: says which colour a place shall have, and the picture follows.

Click for a point, drag for a stroke, drag a hint to move it. Around the selected hint lie the
colours that the network thinks likely there; a click takes one.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QT_TRANSLATE_NOOP, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from desktop.studio import Studio
from desktop.tools.drawing import LIGHT, ring, swatch, swatches
from desktop.tools.marks import Marks
from desktop.tools.options import HintOptions
from desktop.tools.picking import take_color
from desktop.tools.tool import Pointer, Surface, Tool
from desktop.widgets.theme import DARK
from inference.values import RGB, Hint

GREY: RGB = (128, 128, 128)
MARK = 7.0
"""Radius of a hint's mark in logical pixels; its true radius is a thin ring where it is larger."""
_REACH = 11.0  # how near a click must come to a mark
_FAN, _DISC = 38.0, 9.0  # radius of the circle of suggested colours, and of each
_STEP = 4.0  # logical pixels between the points of a stroke
_SMALLEST, _LARGEST = 1.0, 200.0


class HintTool(Tool):
    """Points and strokes of colour for the network."""

    name = "hint"
    label = str(QT_TRANSLATE_NOOP("Tools", "Colour hint"))
    icon = "hint"
    key = "H"
    shows_kept_grey = True

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._coloring = self.editor.coloring
        self._known = Marks(())
        self._path: list[Pointer] = []  # of the hint that is being drawn
        self._moving: tuple[int, Hint, Pointer] | None = None
        self._moved = False
        self._over: int | None = None  # suggested colour under the pointer
        self._resized = (-1, -1)  # hint, and place in the history up to which its radius changes

    @classmethod
    def options(cls, studio: Studio) -> QWidget:
        """Colour, radius, grey."""
        return HintOptions(studio)

    @property
    def busy(self) -> bool:
        """A hint is being drawn or moved."""
        return bool(self._path) or self._moving is not None

    # The pointer.

    def begin(self, pointer: Pointer) -> None:
        """Take a suggested colour, take hold of a hint, or begin a new one."""
        suggested = self._suggested_at(pointer)
        if suggested is not None:
            take_color(self.studio, self._coloring.hint_colors[suggested])
            return
        index = self._hint_at(pointer)
        if index is not None:
            if index != self._coloring.selected:
                self._coloring.select(index)
            self._moving, self._moved = (index, self._coloring.hints.points[index], pointer), False
        elif self._within(pointer):
            self._path = [pointer]

    def move(self, pointer: Pointer) -> None:
        """Move the hint, or draw on."""
        if self._moving is not None:
            index, hint, start = self._moving
            if not self._moved and (pointer.view - start.view).manhattanLength() < _STEP:
                return
            document = self.editor.document  # the hint's first point stays within
            x = min(max(hint.x + pointer.x - start.x, 0), document.width)
            y = min(max(hint.y + pointer.y - start.y, 0), document.height)
            shifted = hint.moved(x - hint.x, y - hint.y)
            self._coloring.replace_hint(index, shifted, merge=self._moved)
            self._moved = True
        elif self._path and (pointer.view - self._path[-1].view).manhattanLength() >= _STEP:
            self._path.append(pointer)
        self.surface.refresh()

    def finish(self, _pointer: Pointer) -> None:
        """Add the hint that was drawn; a moved one lies already where it shall."""
        path, self._path = self._path, []
        moving, self._moving = self._moving, None
        if moving is not None and self._moved:
            self._coloring.select(moving[0])  # other colours are likely where it lies now
        if path:
            brush = self.studio.brush
            color = GREY if brush.hint_grey else brush.color
            points = tuple((p.x, p.y) for p in path)
            self._coloring.add_hint(Hint(points, color, brush.hint_radius))
        self.surface.refresh()

    def cancel(self) -> None:
        """Draw nothing; a hint that was moved goes back."""
        moving, self._moving = self._moving, None
        self._path = []
        if moving is not None and self._moved:
            self.editor.history.undo()
        self.surface.refresh()

    def hover(self, pointer: Pointer) -> None:
        """Lift the suggested colour under the pointer."""
        self._over = self._suggested_at(pointer)
        on_mark = self._over is not None or self._hint_at(pointer) is not None
        self.cursor = Qt.CursorShape.PointingHandCursor if on_mark else Qt.CursorShape.CrossCursor

    def menu(self, pointer: Pointer) -> None:
        """Show the likely colours around a hint."""
        index = self._hint_at(pointer)
        if index is not None:
            self._coloring.select(index)

    # Keys.

    def on_key(self, key: int, modifiers: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Delete removes, Escape deselects, brackets change the radius."""
        if modifiers & ~Qt.KeyboardModifier.KeypadModifier:
            return None
        selected = self._coloring.selected
        if key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            factor = 1.25 if key == Qt.Key.Key_BracketRight else 0.8
            return lambda: self._scale_radius(factor)
        if selected is None:
            return None
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return lambda: self._coloring.delete_hint(selected)
        return (lambda: self._coloring.select(None)) if key == Qt.Key.Key_Escape else None

    def _scale_radius(self, factor: float) -> None:
        index = self._coloring.selected
        before = self.studio.brush.hint_radius
        if index is not None:
            before = self._coloring.hints.points[index].radius
        radius = min(max(round(before * factor, 1), _SMALLEST), _LARGEST)
        if index is not None:
            hint = replace(self._coloring.hints.points[index], radius=radius)
            goes_on = self._resized == (index, self.editor.history.index())
            self._coloring.replace_hint(index, hint, merge=goes_on)
            self._resized = (index, self.editor.history.index())
        self.studio.brush.choose(hint_radius=radius)

    # Where things are.

    def _within(self, pointer: Pointer) -> bool:
        document = self.editor.document
        return 0 <= pointer.x < document.width and 0 <= pointer.y < document.height

    def _hint_at(self, pointer: Pointer) -> int | None:
        """The topmost hint whose mark or way is under the pointer."""
        if not self._coloring.hints_seen:
            return None
        under = self._marks().near(self.surface.transform(), pointer.view, _REACH)
        return int(under[-1]) if len(under) else None

    def _suggested_at(self, pointer: Pointer) -> int | None:
        for index, place in enumerate(self._fan()):
            if _distance(pointer.view, place) <= _DISC + 1:
                return index
        return None

    def _fan(self) -> list[QPointF]:
        """Where the suggested colours lie: around the selected hint, the likeliest on top."""
        selected, colors = self._coloring.selected, self._coloring.hint_colors
        if selected is None or not colors or self.busy or not self._coloring.hints_seen:
            return []
        hint = self._coloring.hints.points[selected]
        edge = _FAN + _DISC + 4
        seen = self._seen(hint.x, hint.y)
        x = min(max(seen.x(), edge), self.surface.width() - edge)
        y = min(max(seen.y(), edge), self.surface.height() - edge)
        step = 2 * math.pi / max(len(colors), 5)
        return [
            QPointF(x + _FAN * math.sin(i * step), y - _FAN * math.cos(i * step))
            for i in range(len(colors))
        ]

    def _marks(self) -> Marks:
        points = self._coloring.hints.points
        if self._known.points is not points:
            self._known = Marks(points)
        return self._known

    def _seen(self, x: float, y: float) -> QPointF:
        return self.surface.transform().map(QPointF(x, y))

    # Marks.

    def paint(self, painter: QPainter) -> None:
        """All hints, the one that is being drawn, the suggested colours."""
        if self._coloring.hints_seen:
            self._paint_marks(painter)
        if self._path:
            brush = self.studio.brush
            color = GREY if brush.hint_grey else brush.color
            path = tuple((p.x, p.y) for p in self._path)
            self._paint_hint(painter, Hint(path, color, brush.hint_radius))
        self._paint_fan(painter)

    def _paint_marks(self, painter: QPainter) -> None:
        """Those that may be seen, the selected one on top."""
        marks, selected = self._marks(), self._coloring.selected
        room = QRectF(0, 0, self.surface.width(), self.surface.height())
        seen, places = marks.within(self.surface.transform(), room, MARK + 2)
        for index in seen[marks.extended(seen, (MARK + 2) / self.surface.pixel)]:
            self._paint_extent(painter, marks.points[index], LIGHT)
        swatches(painter, places, MARK, (marks.points[index].rgb for index in seen), LIGHT)
        if selected is not None and selected < len(marks.points):
            self._paint_hint(painter, marks.points[selected])

    def _paint_hint(self, painter: QPainter, hint: Hint) -> None:
        """One that is selected, or being drawn."""
        edge = QColor(DARK.accent)  # over the picture, not the theme
        self._paint_extent(painter, hint, edge)
        swatch(painter, self._seen(hint.x, hint.y), MARK + 1, hint.rgb, edge)

    def _paint_extent(self, painter: QPainter, hint: Hint, edge: QColor) -> None:
        """The way of a stroke, the true size of a point that is larger than its mark."""
        radius = hint.radius * self.surface.pixel
        if len(hint.path) > 1:
            _paint_way(painter, [self._seen(x, y) for x, y in hint.path], hint.rgb, edge)
        elif radius > MARK + 2:
            ring(painter, self._seen(hint.x, hint.y), radius)

    def _paint_fan(self, painter: QPainter) -> None:
        for index, (place, rgb) in enumerate(
            zip(self._fan(), self._coloring.hint_colors, strict=False)
        ):
            swatch(painter, place, _DISC + (2 if index == self._over else 0), rgb, LIGHT)


def _paint_way(painter: QPainter, way: list[QPointF], rgb: RGB, edge: QColor) -> None:
    path = QPainterPath(way[0])
    for point in way[1:]:
        path.lineTo(point)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((QColor(0, 0, 0, 190), 8.0), (edge, 6.0), (QColor(*rgb), 3.0)):
        painter.setPen(
            QPen(
                color,
                width,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        painter.drawPath(path)
    painter.restore()


def _distance(first: QPointF, second: QPointF) -> float:
    return math.hypot(first.x() - second.x(), first.y() - second.y())
