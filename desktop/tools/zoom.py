"""The magnifier: click to come closer, with Alt to go away, drag over what shall fill the view."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from desktop.tools.drawing import two_tone
from desktop.tools.tool import DragTool, Pointer

_LEAST_DRAG = 6.0  # logical pixels; less is a click


class Zoom(DragTool):
    """Click or drag a box."""

    name = "zoom"
    label = str(QT_TRANSLATE_NOOP("Tools", "Zoom"))
    icon = "zoom"
    key = "Z"
    help = str(
        QT_TRANSLATE_NOOP(
            "Tools",
            "Click to come closer, Alt to go away; drag a box.",
        )
    )
    cursor = Qt.CursorShape.CrossCursor

    def done(self, start: Pointer, end: Pointer) -> None:
        """Zoom to the box, or by one step about the click."""
        box = QRectF(start.view, end.view).normalized()
        if max(box.width(), box.height()) < _LEAST_DRAG:
            away = end.holds(Qt.KeyboardModifier.AltModifier)
            self.surface.zoom_by_steps(-1 if away else 1, end.view)
            return
        seen = self.surface.transform().inverted()[0].mapRect(box)
        self.surface.zoom_to_region(seen.x(), seen.y(), seen.width(), seen.height())

    def mark(self, painter: QPainter, start: Pointer, end: Pointer) -> None:
        """The box."""
        path = QPainterPath()
        path.addRect(QRectF(start.view, end.view).normalized())
        two_tone(painter, path)
