"""A colour as it was chosen, beside how it looks at the lightness of the picture."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inference.values import RGB


class Swatch(QWidget):
    """Two halves: what was chosen, what the picture makes of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = self._locked = QColor(0, 0, 0)
        self.setFixedHeight(28)
        self.setMinimumWidth(48)

    def show_colors(self, chosen: RGB, locked: RGB) -> None:
        """Show both; equal ones look like one."""
        self._chosen, self._locked = QColor(*chosen), QColor(*locked)
        text = self.tr("Chosen {chosen}, in the picture {locked}")
        shown = text.format(chosen=self._chosen.name(), locked=self._locked.name())
        self.setToolTip(shown)
        self.setAccessibleName(shown)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as any control."""
        return QSize(96, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Left chosen, right in the picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        frame = QPainterPath()
        frame.addRoundedRect(area, 4, 4)
        painter.setClipPath(frame)
        painter.fillRect(self.rect(), self._locked)
        painter.fillRect(0, 0, self.width() // 2, self.height(), self._chosen)
        painter.setClipping(False)
        painter.setPen(QPen(self.palette().mid(), 1))
        painter.drawPath(frame)
