"""The tree of layers as Qt's views want it: top layer first, ids instead of copies."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.document.document import Document
from desktop.document.layers import GroupLayer, Layer

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-grisaille-layer"
NOWHERE = QModelIndex()


class LayerModel(QAbstractItemModel):
    """Reads the document whenever it is asked; asks for changes by signals.

    Signals: rename_asked(id, name); move_asked(id, parent id, index among its other children).
    """

    rename_asked = Signal(str, str)
    move_asked = Signal(str, str, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._numbers: dict[str, int] = {}  # an index can carry a number, not a name
        self._ids: list[str] = []

    def show_document(self, document: Document | None) -> None:
        """Show another document, or the same one with its tree changed."""
        self.beginResetModel()
        self._document = document
        self._ids = [layer.id for layer in document.walk()] if document else []
        self._numbers = {layer_id: number for number, layer_id in enumerate(self._ids)}
        self.endResetModel()

    def refresh(self, layer_id: str) -> None:
        """One layer looks different."""
        index = self.index_of(layer_id)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def layer_at(self, index: Index) -> Layer | None:
        """The layer of a row."""
        if self._document is None or not index.isValid():
            return None
        return self._document.layer(self._ids[index.internalId()])

    def index_of(self, layer_id: str) -> QModelIndex:
        """The row of a layer; an invalid index where it has none."""
        if self._document is None or layer_id not in self._numbers:
            return QModelIndex()
        siblings = self._document.parent(layer_id).children
        row = len(siblings) - 1 - self._document.index(layer_id)
        return self.createIndex(row, 0, self._numbers[layer_id])

    # What Qt asks.

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        """The index of a row."""
        children = self._children(parent)
        if column or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, 0, self._numbers[children[-1 - row].id])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # QObject has one too
        """The group around a row."""
        layer = self.layer_at(index)
        if layer is None or self._document is None:
            return QModelIndex()
        group = self._document.parent(layer.id)
        return QModelIndex() if group is self._document.root else self.index_of(group.id)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many layers a group holds."""
        return len(self._children(parent))

    def columnCount(self, _parent: Index = NOWHERE) -> int:
        """One; the delegate paints all of a layer in it."""
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name; the rest is painted from the layer itself."""
        layer = self.layer_at(index)
        if layer is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return layer.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(layer)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name."""
        layer, name = self.layer_at(index), str(value).strip()
        if layer is None or role != Qt.ItemDataRole.EditRole or name in ("", layer.name):
            return False
        self.rename_asked.emit(layer.id, name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Everything can be dragged and named, groups and the ground take what is dropped."""
        layer = self.layer_at(index)
        if layer is None:
            return Qt.ItemFlag.ItemIsDropEnabled
        flag = Qt.ItemFlag
        flags = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsEditable
        flags |= flag.ItemIsDragEnabled
        if isinstance(layer, GroupLayer):
            return flags | flag.ItemIsDropEnabled
        return flags | flag.ItemNeverHasChildren

    # Dragging.

    def supportedDropActions(self) -> Qt.DropAction:
        """Layers are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """A layer's id."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The id of the layer that is dragged."""
        data = QMimeData()
        data.setData(MIME, self._ids[indexes[0].internalId()].encode())
        return data

    def canDropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index
    ) -> bool:
        """Anywhere but into itself."""
        layer = self._dragged(data)
        target = self.layer_at(parent)
        return layer is not None and (target is None or target not in set(layer.walk()))

    def dropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index
    ) -> bool:
        """Ask for the move. False: the view must not take the row away by itself."""
        layer = self._dragged(data)
        if layer is None or self._document is None:
            return False
        group = self.layer_at(parent) or self._document.root
        assert isinstance(group, GroupLayer)
        index = len(group.children) - max(row, 0)  # onto a group means on top of it
        if layer in group.children and group.children.index(layer) < index:
            index -= 1
        self.move_asked.emit(layer.id, group.id, index)
        return False

    def _dragged(self, data: QMimeData) -> Layer | None:
        layer_id = data.data(MIME).toStdString()
        if self._document is None or layer_id not in self._numbers:
            return None  # of another document
        return self._document.layer(layer_id)

    def _children(self, parent: Index) -> list[Layer]:
        if self._document is None:
            return []
        layer = self.layer_at(parent) if parent.isValid() else self._document.root
        return layer.children if isinstance(layer, GroupLayer) else []

    def _spoken(self, layer: Layer) -> str:
        said = [layer.name]
        if not layer.visible:
            said.append(self.tr("hidden"))
        if layer.locked:
            said.append(self.tr("locked"))
        if layer.mask is not None:
            said.append(self.tr("with mask"))
        return ", ".join(said)
