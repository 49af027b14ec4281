"""A strip of small pictures to choose from: hovering previews, clicking keeps."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.images import pixmap_of
from inference.values import Picture

GAP_PX = 8
LARGEST_PX = 96
"""Width of a picture where there is room."""
SHAPE = 0.8
"""Height by width: between what lies and what stands."""
CORNER_PX = 4.0
_KEEP = Qt.AspectRatioMode.KeepAspectRatio


@dataclass(frozen=True)
class Choice:
    """One picture of the strip: what it stands for, its name for people, the picture, help."""

    key: Hashable
    name: str
    picture: Picture
    help: str = ""


class Thumbnail(QAbstractButton):
    """One picture of the strip; the chosen one has a frame in the accent and a tick.

    One that holds for a part of the document only has a dashed square at its lower edge, too.
    """

    def __init__(self, choice: Choice, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice = choice
        self.adds = False
        """True where Ctrl was down when it was pressed."""
        self._partial = False
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setAccessibleName(choice.name)
        self.setToolTip("\n".join(filter(None, (choice.name, choice.help))))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def partial(self) -> bool:
        """True where it holds for a part of the document only."""
        return self._partial

    def show_part(self, *, partial: bool) -> None:
        """Show, to screen readers too, whether it holds for a part only."""
        self._partial = partial
        self.setAccessibleDescription(self.tr("Only in a place of its own") if partial else "")
        self.update()

    def nextCheckState(self) -> None:
        """Only the model decides which one is kept."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note whether it is to be one more."""
        self.adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:
        """All are alike, whatever the picture's shape."""
        return QSize(LARGEST_PX, _height(LARGEST_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The middle of the picture, filling the room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        corner = QPainterPath()
        corner.addRoundedRect(area, CORNER_PX, CORNER_PX)
        painter.setClipPath(corner)
        self._paint_picture(painter, area)
        painter.setClipping(False)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            strong = self.isChecked() or self.hasFocus()
            brush = self.palette().highlight() if strong else self.palette().placeholderText()
            painter.setPen(QPen(brush, 2 if strong else 1))
            painter.drawPath(corner)
        if self.isChecked():
            self._paint_tick(painter, area)
        if self._partial:
            self._paint_place(painter, area)

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        pixmap = pixmap_of(self.choice.picture, 2 * LARGEST_PX, self.devicePixelRatioF())
        whole = QRectF(pixmap.rect())
        middle = QRectF(QPointF(), area.size().scaled(whole.size(), _KEEP))
        middle.moveCenter(whole.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(area, pixmap, middle)

    def _paint_tick(self, painter: QPainter, area: QRectF) -> None:
        middle = area.topRight() + QPointF(-11, 11)
        self._paint_plate(painter, middle)
        tick = [middle + QPointF(x, y) for x, y in ((-3.5, 0.2), (-1, 2.8), (3.5, -2.6))]
        painter.drawPolyline(tick)

    def _paint_place(self, painter: QPainter, area: QRectF) -> None:
        middle = area.bottomRight() + QPointF(-11, -11)
        self._paint_plate(painter, middle)
        pen = painter.pen()
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setWidthF(1.5)
        pen.setDashPattern([1.5, 1.5])  # two of each are a side; corners lie amid dashes
        pen.setDashOffset(0.75)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(middle - QPointF(4.5, 4.5), middle + QPointF(4.5, 4.5)))

    def _paint_plate(self, painter: QPainter, middle: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().highlight())
        painter.drawEllipse(middle, 8, 8)
        painter.setPen(QPen(self.palette().highlightedText(), 1.6))


class ThumbnailStrip(QWidget):
    """Small pictures in rows, walked with the arrow keys.

    Signals: hovered(key or None) - under the mouse or focused; chosen(key) - clicked or Enter;
    added(key) - the same with Ctrl, where several can be kept.
    """

    hovered = Signal(object)
    chosen = Signal(object)
    added = Signal(object)

    def __init__(self, largest_px: int = LARGEST_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._largest = largest_px
        self._thumbnails: list[Thumbnail] = []
        self._hovered: Thumbnail | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_choices(self, choices: Sequence[Choice], *kept: Hashable) -> None:
        """Show these pictures, some of them as kept."""
        if [item.choice for item in self._thumbnails] != list(choices):
            self._replace(choices)
        for item in self._thumbnails:
            item.setChecked(item.choice.key in kept)

    def show_parts(self, partial: Collection[Hashable]) -> None:
        """Mark those that hold for a part of the document only."""
        for item in self._thumbnails:
            item.show_part(partial=item.choice.key in partial)

    def thumbnails(self) -> Sequence[Thumbnail]:
        """The pictures, in order."""
        return tuple(self._thumbnails)

    def hasHeightForWidth(self) -> bool:
        """As many rows as the width makes needed."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Room for all rows."""
        columns, across = self._grid(width)
        rows = -(-len(self._thumbnails) // columns)
        return max(0, rows * (_height(across) + GAP_PX) - GAP_PX)

    def sizeHint(self) -> QSize:
        """Three in a row."""
        width = 3 * self._largest + 2 * GAP_PX
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """One."""
        return QSize(LARGEST_PX // 2, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew."""
        super().resizeEvent(event)
        self._arrange()

    def _replace(self, choices: Sequence[Choice]) -> None:
        self._hover(None)
        for item in self._thumbnails:
            item.removeEventFilter(self)
        for item in self._thumbnails:
            item.hide()
            item.deleteLater()
        self._thumbnails = [Thumbnail(choice, self) for choice in choices]
        for item in self._thumbnails:
            item.clicked.connect(lambda _on=False, item=item: self._choose(item))
            item.installEventFilter(self)
            item.show()
        self.updateGeometry()
        self._arrange()

    def _grid(self, width: int) -> tuple[int, int]:
        """How many stand in a row, and how wide each is."""
        largest = self._largest
        columns = max(1, -(-(width + GAP_PX) // (largest + GAP_PX)))
        columns = min(columns, max(3, len(self._thumbnails)))
        return columns, max(1, min(largest, (width + GAP_PX) // columns - GAP_PX))

    def _arrange(self) -> None:
        columns, across = self._grid(self.width())
        down = _height(across)
        for index, item in enumerate(self._thumbnails):
            row, column = divmod(index, columns)
            item.setGeometry(column * (across + GAP_PX), row * (down + GAP_PX), across, down)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Hover by mouse or focus; arrow keys walk."""
        if isinstance(watched, Thumbnail):
            if isinstance(event, QEnterEvent) or _got_focus(event):
                self._hover(watched)
            elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
                self._hover(None)
            elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
                return self._walk(watched, Qt.Key(event.key()), adds=adds)
        return False

    def _hover(self, thumbnail: Thumbnail | None) -> None:
        if thumbnail is not self._hovered:
            self._hovered = thumbnail
            self.hovered.emit(thumbnail.choice.key if thumbnail else None)

    def _choose(self, thumbnail: Thumbnail) -> None:
        """What is chosen is no preview any more: leaving it must not take it back."""
        self._hovered = None
        (self.added if thumbnail.adds else self.chosen).emit(thumbnail.choice.key)

    def _walk(self, thumbnail: Thumbnail, key: Qt.Key, *, adds: bool) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            thumbnail.adds = adds
            thumbnail.click()
            return True
        columns, _across = self._grid(self.width())
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }.get(key)
        if step is None:
            return False
        index = self._thumbnails.index(thumbnail) + step
        if 0 <= index < len(self._thumbnails):
            self._thumbnails[index].setFocus(Qt.FocusReason.TabFocusReason)
        return True


def _height(across: int) -> int:
    return round(across * SHAPE)


def _got_focus(event: QEvent) -> bool:
    """By key: a window that comes to the front must not preview what it had in focus."""
    by_key = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
    return isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in by_key
