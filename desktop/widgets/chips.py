"""Colours to click."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from inference.values import RGB

CHIP_PX = 24
STEP_PX = CHIP_PX + 4


class Chip(QAbstractButton):
    """One colour; the one that is set has a frame in the accent."""

    def __init__(self, rgb: RGB, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rgb = rgb
        name = QColor(*rgb).name()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setCheckable(True)
        self.setFixedSize(CHIP_PX, CHIP_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def nextCheckState(self) -> None:
        """Only the model decides which one is set."""

    def sizeHint(self) -> QSize:
        """A little lower than a control."""
        return QSize(CHIP_PX, CHIP_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The colour, a thin line that parts it from a ground of its own colour, the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.isChecked() or self.hasFocus()
        if strong or self.underMouse():
            brush = self.palette().highlight() if strong else self.palette().placeholderText()
            painter.setPen(QPen(brush, 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.setPen(QPen(self.palette().mid(), 1))
        painter.setBrush(QColor(*self.rgb))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), 2, 2)


class Chips(QWidget):
    """A row of colours that wraps. Signals: chosen(rgb)."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[Chip] = []
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_colors(self, colors: Sequence[RGB], chosen: RGB | None = None) -> None:
        """Show these colours, one of them as set."""
        if [chip.rgb for chip in self._chips] != list(colors):
            self._replace(colors)
        for chip in self._chips:
            chip.setChecked(chip.rgb == chosen)

    def chips(self) -> Sequence[Chip]:
        """The colours, in order."""
        return tuple(self._chips)

    def sizeHint(self) -> QSize:
        """All in one row."""
        return QSize(len(self._chips) * STEP_PX, self.heightForWidth(len(self._chips) * STEP_PX))

    def minimumSizeHint(self) -> QSize:
        """One column."""
        return QSize(CHIP_PX, CHIP_PX)

    def heightForWidth(self, width: int) -> int:
        """As many rows as it takes."""
        rows = -(-len(self._chips) // _columns(width))
        return max(1, rows) * STEP_PX - (STEP_PX - CHIP_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self._place()

    def _replace(self, colors: Sequence[RGB]) -> None:
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [Chip(rgb, self) for rgb in colors]
        for chip in self._chips:
            chip.clicked.connect(lambda _on=False, rgb=chip.rgb: self.chosen.emit(rgb))
            chip.show()
        self._place()
        self.updateGeometry()

    def _place(self) -> None:
        columns = _columns(self.width())
        for place, chip in enumerate(self._chips):
            chip.move(place % columns * STEP_PX, place // columns * STEP_PX)


def _columns(width: int) -> int:
    return max(1, (width + STEP_PX - CHIP_PX) // STEP_PX)
