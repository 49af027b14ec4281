"""The gradient: the current colour, fading to nothing along a line."""

import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from desktop.studio import Studio
from desktop.tools.drawing import ring, two_tone
from desktop.tools.options import BrushOptions
from desktop.tools.target import target_of
from desktop.tools.tool import DragTool, Pointer
from inference.values import Array, Problem, Region

_LEAST = 1.0  # pixels; a shorter line has no direction


class Gradient(DragTool):
    """Drag from where the colour is full to where it ends."""

    name = "gradient"
    label = str(QT_TRANSLATE_NOOP("Tools", "Gradient"))
    icon = "gradient"
    key = "G"

    @classmethod
    def options(cls, studio: Studio) -> QWidget:
        """Colour and opacity."""
        return BrushOptions(studio.brush, with_size=False)

    def done(self, start: Pointer, end: Pointer) -> None:
        """Lay it, as one step."""
        if abs(end.x - start.x) + abs(end.y - start.y) < _LEAST:
            return
        try:
            self._lay(start, end)
        except Problem as problem:
            self.studio.report(problem)

    def mark(self, painter: QPainter, start: Pointer, end: Pointer) -> None:
        """The line, a ring where the colour is full."""
        path = QPainterPath(start.view)
        path.lineTo(end.view)
        two_tone(painter, path)
        ring(painter, start.view, 5)

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
