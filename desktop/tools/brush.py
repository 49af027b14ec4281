"""The brush: paints the current colour on the active layer or its mask."""

from functools import partial

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop.tools.dabs import Mix
from desktop.tools.paint import PaintTool
from desktop.tools.target import Target


class Brush(PaintTool):
    """Soft round strokes."""

    name = "brush"
    label = str(QT_TRANSLATE_NOOP("Tools", "Brush"))
    icon = "brush"
    key = "B"

    def mix(self, target: Target) -> Mix:
        """The colour of the moment."""
        return partial(target.painted, rgb=self.studio.brush.color)
