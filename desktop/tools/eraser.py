"""The eraser: takes pixels away, or hides through the mask."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop.tools.dabs import Mix
from desktop.tools.paint import PaintTool
from desktop.tools.target import Target


class Eraser(PaintTool):
    """Soft round strokes of nothing."""

    name = "eraser"
    label = str(QT_TRANSLATE_NOOP("Tools", "Eraser"))
    icon = "eraser"
    key = "E"
    picks = False

    def mix(self, target: Target) -> Mix:
        """Less of what is there."""
        return target.erased
