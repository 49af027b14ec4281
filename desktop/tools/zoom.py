"""The magnifier: click to come closer, with Alt to go away, drag over what shall fill the view."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from desktop.tools.drawing import two_tone
from desktop.tools.tool import Pointer, Surface, Tool

_LEAST_DRAG = 6.0  # logical pixels; less is a click


class Zoom(Tool):
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

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._start: Pointer | None = None
        self._end: Pointer | None = None

    @property
    def busy(self) -> bool:
        """A box is being drawn."""
        return self._start is not None

    def begin(self, pointer: Pointer) -> None:
        """One corner of the box."""
        self._start = self._end = pointer

    def move(self, pointer: Pointer) -> None:
        """The other corner."""
        self._end = pointer
        self.surface.refresh()

    def finish(self, pointer: Pointer) -> None:
        """Zoom to the box, or by one step about the click."""
        start, self._start = self._start, None
        self.surface.refresh()
        if start is None:
            return
        box = QRectF(start.view, pointer.view).normalized()
        if max(box.width(), box.height()) < _LEAST_DRAG:
            away = pointer.holds(Qt.KeyboardModifier.AltModifier)
            self.surface.zoom_by_steps(-1 if away else 1, pointer.view)
            return
        seen = self.surface.transform().inverted()[0].mapRect(box)
        self.surface.zoom_to_region(seen.x(), seen.y(), seen.width(), seen.height())

    def cancel(self) -> None:
        """No box."""
        self._start = None
        self.surface.refresh()

    def paint(self, painter: QPainter) -> None:
        """The box."""
        if self._start is not None and self._end is not None:
            path = QPainterPath()
            path.addRect(QRectF(self._start.view, self._end.view).normalized())
            two_tone(painter, path)
