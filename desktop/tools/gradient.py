"""The gradient: the current colour, fading to nothing along a line."""

import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from desktop.studio import Studio
from desktop.tools.drawing import ring, two_tone
from desktop.tools.options import BrushOptions
from desktop.tools.target import target_of
from desktop.tools.tool import Pointer, Surface, Tool
from inference.values import Array, Problem, Region

_LEAST = 1.0  # pixels; a shorter line has no direction


class Gradient(Tool):
    """Drag from where the colour is full to where it ends."""

    name = "gradient"
    label = str(QT_TRANSLATE_NOOP("Tools", "Gradient"))
    icon = "gradient"
    key = "G"

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._start: Pointer | None = None
        self._end: Pointer | None = None

    @classmethod
    def options(cls, studio: Studio) -> QWidget:
        """Colour and opacity."""
        return BrushOptions(studio.brush, with_size=False)

    @property
    def busy(self) -> bool:
        """A line is being drawn."""
        return self._start is not None

    def begin(self, pointer: Pointer) -> None:
        """Where the colour is full."""
        self._start = self._end = pointer

    def move(self, pointer: Pointer) -> None:
        """Where it ends."""
        self._end = pointer
        self.surface.refresh()

    def finish(self, pointer: Pointer) -> None:
        """Lay it, as one step."""
        start, self._start = self._start, None
        if start is not None and abs(pointer.x - start.x) + abs(pointer.y - start.y) >= _LEAST:
            try:
                self._lay(start, pointer)
            except Problem as problem:
                self.studio.report(problem)
        self.surface.refresh()

    def cancel(self) -> None:
        """No gradient."""
        self._start = None
        self.surface.refresh()

    def paint(self, painter: QPainter) -> None:
        """The line, a ring where the colour is full."""
        if self._start is None or self._end is None:
            return
        path = QPainterPath(self._start.view)
        path.lineTo(self._end.view)
        two_tone(painter, path)
        ring(painter, self._start.view, 5)

    def _lay(self, start: Pointer, end: Pointer) -> None:
        brush, document = self.studio.brush, self.editor.document
        target = target_of(self.editor)
        stroke = target.stroke(self.title())
        opacity = np.float32(brush.opacity)
        target.cover(
            stroke, document.bounds, lambda part: fade(part, start, end) * opacity, brush.color
        )
        self.editor.push(stroke.finish())


def fade(region: Region, start: Pointer, end: Pointer) -> Array:
    """1 before the start, 0 after the end, even between: (h, w) float32."""
    dx, dy = end.x - start.x, end.y - start.y
    length = np.float32(dx * dx + dy * dy)
    x = np.arange(region.x, region.right, dtype=np.float32) + np.float32(0.5 - start.x)
    y = np.arange(region.y, region.bottom, dtype=np.float32) + np.float32(0.5 - start.y)
    along = (x * np.float32(dx) + (y * np.float32(dy))[:, None]) / length
    faded: Array = 1 - np.clip(along, 0, 1)
    return faded
