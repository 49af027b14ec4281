"""Paints one layer in a row of 44 px, and knows what lies where in it."""

from enum import Enum

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop.document.layers import BlendMode, GeneratedLayer, GroupLayer, HintLayer, Layer
from desktop.panels.layers.model import Index, LayerModel
from desktop.panels.layers.thumbnails import SIDE_PX, Thumbnails
from desktop.widgets.icons import ICON_PX, pixmap
from desktop.widgets.texts import translated
from desktop.widgets.theme import Tokens, tokens_of

ROW_PX = 44
GAP_PX = 8
BUTTON_PX = 28


class Zone(Enum):
    """What a mouse can hit in a row."""

    IMAGE = "image"
    MASK = "mask"
    NAME = "name"
    LOCK = "lock"
    EYE = "eye"


class LayerDelegate(QStyledItemDelegate):
    """Knows the layers through the model; what is active it is told by its view."""

    def __init__(self, model: LayerModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.thumbnails = Thumbnails()
        self.painting_mask = False
        """The mask of the current layer is what paint goes to."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows are equally high."""
        return QSize(160, ROW_PX)

    def zones(self, row: QRect, layer: Layer) -> dict[Zone, QRect]:
        """Where the parts of a row lie."""
        top = row.y() + (row.height() - SIDE_PX) // 2
        x = row.x() + 4
        zones = {Zone.IMAGE: QRect(x, top, SIDE_PX, SIDE_PX)}
        x += SIDE_PX + GAP_PX
        if layer.mask is not None:
            zones[Zone.MASK] = QRect(x, top, SIDE_PX, SIDE_PX)
            x += SIDE_PX + GAP_PX
        button_top = row.y() + (row.height() - BUTTON_PX) // 2
        right = row.right() + 1 - 4
        zones[Zone.EYE] = QRect(right - BUTTON_PX, button_top, BUTTON_PX, BUTTON_PX)
        zones[Zone.LOCK] = zones[Zone.EYE].translated(-BUTTON_PX, 0)
        zones[Zone.NAME] = QRect(x, row.y(), zones[Zone.LOCK].x() - 4 - x, row.height())
        return zones

    def zone_at(self, row: QRect, layer: Layer, at: QPointF) -> Zone:
        """What lies under a point of a row."""
        hits = (
            zone for zone, area in self.zones(row, layer).items() if area.contains(at.toPoint())
        )
        return next(hits, Zone.NAME)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Thumbnail, mask, name over details, lock, eye."""
        layer = self._model.layer_at(index)
        if layer is None:
            return
        row = _Row(painter, option, self.zones(option.rect, layer), layer)
        row.paint_thumbnail(self.thumbnails, self.painting_mask)
        row.paint_text()
        row.paint_buttons()

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index
    ) -> QWidget:
        """A field for the name."""
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Name of the layer"))
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Over the name."""
        layer = self._model.layer_at(index)
        if layer is not None:
            area = self.zones(option.rect, layer)[Zone.NAME]
            editor.setGeometry(area.adjusted(-8, 8, 0, -8))

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Say what the part under the mouse is and does."""
        layer = self._model.layer_at(index)
        if layer is None or event.type() != QEvent.Type.ToolTip:
            return False
        zone = self.zone_at(option.rect, layer, QPointF(event.pos()))
        QToolTip.showText(event.globalPos(), self._help(zone, layer), view)
        return True

    def _help(self, zone: Zone, layer: Layer) -> str:
        if zone is Zone.EYE:
            return self.tr("Hide") if layer.visible else self.tr("Show")
        if zone is Zone.LOCK:
            return self.tr("Unlock") if layer.locked else self.tr("Lock")
        if zone is Zone.MASK:
            return self.tr("Paint on the mask")
        if zone is Zone.IMAGE and layer.mask is not None:
            return self.tr("Paint on the picture")
        return self.tr("{name}: double-click or F2 renames").format(name=layer.name)


def details(layer: Layer) -> str:
    """What is worth saying about a layer besides its name; empty for a plain one."""
    said = []
    if isinstance(layer, GeneratedLayer):
        said.append(_tr("Generated"))
    if isinstance(layer, HintLayer):
        count = len(layer.hints.points)
        said.append(_tr("1 hint") if count == 1 else _tr("{count} hints").format(count=count))
    if layer.blend is not BlendMode.NORMAL:
        said.append(translated(layer.blend.label))
    if layer.opacity < 1:
        said.append(f"{round(100 * layer.opacity)} %")
    return " · ".join(said)


def _tr(text: str) -> str:
    return QCoreApplication.translate("LayerDelegate", text)


class _Row:
    """One painting of one row."""

    def __init__(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        zones: dict[Zone, QRect],
        layer: Layer,
    ) -> None:
        self._painter = painter
        self._zones = zones
        self._layer = layer
        self._tokens: Tokens = tokens_of(option.palette)
        state: QStyle.StateFlag = option.state
        self._selected = bool(state & QStyle.StateFlag.State_Selected)
        self._hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        widget: QWidget = option.widget
        self._scale = widget.devicePixelRatioF()

    def paint_thumbnail(self, thumbnails: Thumbnails, painting_mask: bool) -> None:
        """The layer's picture or what stands for it, and its mask."""
        square = QRectF(self._zones[Zone.IMAGE])
        symbol = _symbol(self._layer)
        if symbol:
            self._icon(symbol, self._zones[Zone.IMAGE], self._tokens.quiet, 22)
            image = square
        else:
            image = thumbnails.paint(self._painter, self._layer, "image", square, self._scale)
        if Zone.MASK not in self._zones:
            return
        mask_square = QRectF(self._zones[Zone.MASK])
        mask = thumbnails.paint(self._painter, self._layer, "mask", mask_square, self._scale)
        if self._selected:
            self._painter.setPen(QPen(QColor(self._tokens.accent), 1.5))
            self._painter.drawRect(mask if painting_mask else image)

    def paint_text(self) -> None:
        """The name; below it, quieter, what is worth saying."""
        area, layer = self._zones[Zone.NAME], self._layer
        said = details(layer)
        metrics = self._painter.fontMetrics()
        height = metrics.height() * (2 if said else 1)
        top = area.y() + (area.height() - height) // 2
        color = self._tokens.text if layer.visible else self._tokens.quiet
        for text, ink in ((layer.name, color), (said, self._tokens.quiet)):
            line = QRect(area.x(), top, area.width(), metrics.height())
            left = self._badge(line) if text is said else 0
            line.setLeft(line.left() + left)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            self._painter.setPen(QColor(ink))
            self._painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            top += metrics.height()

    def paint_buttons(self) -> None:
        """The eye always; the lock where it is closed or the mouse is near."""
        layer, tokens = self._layer, self._tokens
        eye = ("visible", tokens.text) if layer.visible else ("hidden", tokens.quiet)
        self._icon(eye[0], self._zones[Zone.EYE], eye[1], ICON_PX)
        if layer.locked:
            self._icon("locked", self._zones[Zone.LOCK], tokens.text, ICON_PX)
        elif self._hovered:
            self._icon("unlocked", self._zones[Zone.LOCK], tokens.quiet, ICON_PX)

    def _badge(self, line: QRect) -> int:
        """A small sparkle before the details of what a network made; returns the room it takes."""
        if not isinstance(self._layer, GeneratedLayer):
            return 0
        self._icon(
            "generated", QRect(line.x(), line.y(), 14, line.height()), self._tokens.accent, 14
        )
        return 18

    def _icon(self, name: str, area: QRect, color: str, size: int) -> None:
        image = pixmap(name, size, QColor(color), self._scale)
        x = area.x() + (area.width() - size) // 2
        y = area.y() + (area.height() - size) // 2
        self._painter.drawPixmap(x, y, image)


def _symbol(layer: Layer) -> str:
    """The icon that stands for a layer that has no pixels of its own; empty where it has."""
    if isinstance(layer, GroupLayer):
        return "group"
    return "hints" if isinstance(layer, HintLayer) else ""
