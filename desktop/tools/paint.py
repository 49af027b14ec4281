"""What brush and eraser share: strokes, the cursor of the true size, keys, Ctrl to pick."""

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.studio import Studio
from desktop.tools.dabs import Dab, DabStroke, Mix
from desktop.tools.drawing import ring
from desktop.tools.options import BrushOptions
from desktop.tools.picking import color_at
from desktop.tools.target import Target, target_of
from desktop.tools.tool import Pointer, Surface, Tool
from inference.values import Problem

SMALLEST, LARGEST = 1.0, 1000.0
_STEP = 1.15  # of the size, a press of a key
_KEYS = Qt.KeyboardModifier
_FAINTEST_PEN = 0.1  # share of the size at no pressure


class PaintTool(Tool):
    """Drag to paint; with Ctrl pick a colour, with Shift change the size, as in Krita."""

    cursor = Qt.CursorShape.BlankCursor
    picks: ClassVar[bool] = True

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._stroke: DabStroke | None = None
        self._picking = False
        self._sizing: tuple[Pointer, float] | None = None

    @classmethod
    def options(cls, studio: Studio) -> QWidget:
        """Size, hardness, opacity."""
        return BrushOptions(studio.brush, with_color=cls.picks)

    @property
    def busy(self) -> bool:
        """A stroke goes on."""
        return self._stroke is not None

    @abstractmethod
    def mix(self, target: Target) -> Mix:
        """How a stroke changes samples."""

    def begin(self, pointer: Pointer) -> None:
        """Begin a stroke, or pick, or change the size."""
        self._picking = self.picks and pointer.holds(_KEYS.ControlModifier)
        if self._picking:
            self._pick(pointer)
        elif pointer.holds(_KEYS.ShiftModifier):
            self._sizing = (pointer, self.studio.brush.size)
        else:
            self._begin_stroke(pointer)

    def move(self, pointer: Pointer) -> None:
        """Go on with it."""
        if self._stroke is not None:
            self._stroke.to(self._dab(pointer))
        elif self._picking:
            self._pick(pointer)
        elif self._sizing is not None:
            start, size = self._sizing
            change = (pointer.view.x() - start.view.x()) / self.surface.pixel
            self.studio.brush.choose(size=min(max(size + change, SMALLEST), LARGEST))

    def finish(self, pointer: Pointer) -> None:
        """One step of the history."""
        self.move(pointer)
        self._picking, self._sizing = False, None
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            command = stroke.finish()
            if not command.changed.empty:
                self.editor.push(command)

    def cancel(self) -> None:
        """As if nothing had been painted."""
        self._picking, self._sizing = False, None
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            stroke.cancel()

    def on_key(self, key: int, modifiers: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Brackets change the size, with Shift the hardness."""
        brush = self.studio.brush
        if key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight) and modifiers == _KEYS(0):
            factor = _STEP if key == Qt.Key.Key_BracketRight else 1 / _STEP
            return lambda: brush.choose(size=min(max(brush.size * factor, SMALLEST), LARGEST))
        if key in (Qt.Key.Key_BraceLeft, Qt.Key.Key_BraceRight):
            change = 0.1 if key == Qt.Key.Key_BraceRight else -0.1
            return lambda: brush.choose(hardness=min(max(brush.hardness + change, 0.0), 1.0))
        return None

    def paint(self, painter: QPainter) -> None:
        """The outline of the brush."""
        center = self._sizing[0] if self._sizing else self.surface.pointer
        if center is not None:
            at = QPointF(center.view)
            ring(painter, at, self.studio.brush.size / 2 * self.surface.pixel)

    def _begin_stroke(self, pointer: Pointer) -> None:
        brush = self.studio.brush
        try:
            target = target_of(self.editor)
            self._stroke = DabStroke(
                target, self.mix(target), brush.hardness, brush.opacity, self.title()
            )
        except Problem as problem:
            self.studio.report(problem)
        else:
            self._stroke.to(self._dab(pointer))

    def _dab(self, pointer: Pointer) -> Dab:
        share = _FAINTEST_PEN + (1 - _FAINTEST_PEN) * pointer.pressure
        size = max(self.studio.brush.size * share, SMALLEST)
        return Dab(pointer.x, pointer.y, size, pointer.pressure)

    def _pick(self, pointer: Pointer) -> None:
        color = color_at(self.editor.document, pointer.x, pointer.y)
        if color is not None:
            self.studio.brush.choose(color=color)
