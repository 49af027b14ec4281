"""The eyedropper: takes the colour under it, from the picture or from the reference."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop.studio import Studio
from desktop.tools.drawing import DARK
from desktop.tools.options import EyedropperOptions
from desktop.tools.picking import color_at
from desktop.tools.tool import Pointer, Tool


class Eyedropper(Tool):
    """Click or drag; a disc beside the pointer shows the colour under it and the present one."""

    name = "eyedropper"
    label = str(QT_TRANSLATE_NOOP("Tools", "Eyedropper"))
    icon = "eyedropper"
    key = "P"
    cursor = Qt.CursorShape.CrossCursor

    @classmethod
    def options(cls, studio: Studio) -> QWidget:
        """The colour, and the way to take one from the reference."""
        return EyedropperOptions(studio)

    def begin(self, pointer: Pointer) -> None:
        """Take it."""
        color = color_at(self.editor.document, pointer.x, pointer.y)
        if color is not None:
            self.studio.brush.choose(color=color)

    def move(self, pointer: Pointer) -> None:
        """Take another."""
        self.begin(pointer)

    def paint(self, painter: QPainter) -> None:
        """Upper half what lies under the pointer, lower half what is current."""
        pointer = self.surface.pointer
        if pointer is None:
            return
        under = color_at(self.editor.document, pointer.x, pointer.y)
        if under is None:
            return
        center = pointer.view + QPointF(30, -30)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(center.x() - 16, center.y() - 16, 32, 32)
        painter.setPen(Qt.PenStyle.NoPen)
        for rgb, start in ((under, 0), (self.studio.brush.color, 180)):
            painter.setBrush(QColor(*rgb))
            painter.drawPie(area, start * 16, 180 * 16)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(DARK, 4), QPen(Qt.GlobalColor.white, 2)):
            painter.setPen(pen)
            painter.drawEllipse(area)
        painter.restore()
