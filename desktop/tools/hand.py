"""The hand: pushes the document about. Space with any tool does the same."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QPointF, Qt

from desktop.tools.tool import Pointer, Surface, Tool


class Hand(Tool):
    """Drag to pan."""

    name = "hand"
    label = str(QT_TRANSLATE_NOOP("Tools", "Hand"))
    icon = "hand"
    key = "Shift+H"
    help = str(QT_TRANSLATE_NOOP("Tools", "Drag to pan. Space does the same with any tool."))
    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._last = QPointF()

    def begin(self, pointer: Pointer) -> None:
        """Take hold."""
        self._last = pointer.view
        self.cursor = Qt.CursorShape.ClosedHandCursor

    def move(self, pointer: Pointer) -> None:
        """Push."""
        step = pointer.view - self._last
        self._last = pointer.view
        self.surface.pan(step.x(), step.y())

    def finish(self, pointer: Pointer) -> None:
        """Let go."""
        self.move(pointer)
        self.cancel()

    def cancel(self) -> None:
        """Nothing to take back."""
        self.cursor = Qt.CursorShape.OpenHandCursor
