"""The tree view of the layers: mouse and keys."""

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTreeView, QWidget

from desktop.document.layers import Layer
from desktop.panels.layers.delegate import LayerDelegate, Zone
from desktop.panels.layers.model import Index, LayerModel
from desktop.widgets.icons import pixmap
from desktop.widgets.theme import tokens_of

INDENT_PX = 16
CARET_PX = 12
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LayerTree(QTreeView):
    """Signals: hit(layer id, Zone) - a part of a row was clicked."""

    hit = Signal(str, object)

    def __init__(self, model: LayerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = model
        self._folded: set[str] = set()
        self.delegate = LayerDelegate(model, self)
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setHeaderHidden(True)
        self.setIndentation(INDENT_PX)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # no half names
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setStyleSheet("QTreeView::item { border-radius: 0 }")  # rows go from edge to edge
        self.setAccessibleName(self.tr("Layers"))
        self.collapsed.connect(lambda index: self._fold(index, folded=True))
        self.expanded.connect(lambda index: self._fold(index, folded=False))

    def unfold(self) -> None:
        """Open all groups but those that were folded by hand; after the model was reset."""
        folded = set(self._folded)
        self.expandAll()
        for layer_id in folded:
            index = self._layers.index_of(layer_id)
            if index.isValid():
                self.collapse(index)
        self._folded = folded

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Eye and lock act without choosing the row; the thumbnails also choose what is painted."""
        index, zone = self._under(event)
        layer = self._layers.layer_at(index)
        if layer is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        if zone not in (Zone.EYE, Zone.LOCK):
            super().mousePressEvent(event)
        self.hit.emit(layer.id, zone)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click names the layer, but on the eye it is two clicks."""
        _index, zone = self._under(event)
        if zone in (Zone.EYE, Zone.LOCK):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter names, the arrows walk and fold."""
        if event.key() in ENTER and self.currentIndex().isValid() and not self._is_naming():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row from edge to edge, framed in the accent where the keys go."""
        current = index == self.currentIndex()
        if current:
            painter.fillRect(option.rect, QColor(tokens_of(self.palette()).chosen))
        super().drawRow(painter, option, index)
        if current and self.hasFocus():
            painter.setPen(QColor(tokens_of(self.palette()).accent))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """A caret before groups, nothing else."""
        if self._layers.rowCount(index):
            name = "caret-down" if self.isExpanded(index) else "caret-right"
            ink = QColor(tokens_of(self.palette()).quiet)
            image = pixmap(name, CARET_PX, ink, self.devicePixelRatioF())
            x = rect.right() + 1 - INDENT_PX + (INDENT_PX - CARET_PX) // 2
            painter.drawPixmap(x, rect.center().y() - CARET_PX // 2 + 1, image)

    def _is_naming(self) -> bool:
        """The Enter that ends the naming comes here too."""
        return self.state() == QAbstractItemView.State.EditingState

    def _under(self, event: QMouseEvent) -> tuple[QModelIndex, Zone]:
        index = self.indexAt(event.position().toPoint())
        layer = self._layers.layer_at(index)
        if layer is None:
            return index, Zone.NAME
        return index, self.delegate.zone_at(self.visualRect(index), layer, event.position())

    def _fold(self, index: QModelIndex, *, folded: bool) -> None:
        layer: Layer | None = self._layers.layer_at(index)
        if layer is not None and folded:
            self._folded.add(layer.id)
        elif layer is not None:
            self._folded.discard(layer.id)
