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
    """Shows a tree as it was when it was last told; the layers themselves are the document's.

    Qt asks between a change of the tree and the news of it, so it must not look at the document.
    Signals: rename_asked(id, name); move_asked(id, parent id, index among its other children).
    """

    rename_asked = Signal(str, str)
    move_asked = Signal(str, str, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = ""
        self._layers: list[Layer] = []  # an index carries a number in this list
        self._numbers: dict[str, int] = {}
        self._parents: dict[str, str] = {}
        self._children: dict[str, list[str]] = {}  # ids by id of the group, the top one first

    def show_document(self, document: Document | None) -> None:
        """Show another document, or the same one with its tree changed."""
        self.beginResetModel()
        groups = [document.root] if document else []
        self._root = groups[0].id if groups else ""
        self._layers = list(document.walk()) if document else []
        self._numbers = {layer.id: number for number, layer in enumerate(self._layers)}
        groups += [layer for layer in self._layers if isinstance(layer, GroupLayer)]
        self._children = {g.id: [child.id for child in reversed(g.children)] for g in groups}
        self._parents = {child.id: g.id for g in groups for child in g.children}
        self.endResetModel()

    def refresh(self, layer_id: str) -> None:
        """One layer looks different."""
        index = self.index_of(layer_id)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def layer_at(self, index: Index) -> Layer | None:
        """The layer of a row."""
        return self._layers[index.internalId()] if index.isValid() else None

    def index_of(self, layer_id: str) -> QModelIndex:
        """The row of a layer; an invalid index where it has none."""
        if layer_id not in self._numbers:
            return QModelIndex()
        row = self._children[self._parents[layer_id]].index(layer_id)
        return self.createIndex(row, 0, self._numbers[layer_id])

    # What Qt asks.

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        """The index of a row."""
        children = self._children_of(parent)
        if column or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, 0, self._numbers[children[row]])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # QObject has one too
        """The group around a row."""
        layer = self.layer_at(index)
        return QModelIndex() if layer is None else self.index_of(self._parents[layer.id])

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many layers a group holds."""
        return len(self._children_of(parent))

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
        layer = self.layer_at(indexes[0])
        data.setData(MIME, layer.id.encode() if layer else b"")
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
        if layer is None:
            return False
        group = self.layer_at(parent)
        group_id = group.id if group else self._root
        children = self._children[group_id]
        index = len(children) - max(row, 0)  # onto a group means on top of it
        if layer.id in children and len(children) - 1 - children.index(layer.id) < index:
            index -= 1  # it is counted without the layer itself
        self.move_asked.emit(layer.id, group_id, index)
        return False

    def _dragged(self, data: QMimeData) -> Layer | None:
        layer_id = data.data(MIME).toStdString()
        number = self._numbers.get(layer_id)  # none where it is of another document
        return None if number is None else self._layers[number]

    def _children_of(self, parent: Index) -> list[str]:
        layer = self.layer_at(parent)
        return self._children.get(layer.id if layer else self._root, [])

    def _spoken(self, layer: Layer) -> str:
        said = [layer.name]
        if not layer.visible:
            said.append(self.tr("hidden"))
        if layer.locked:
            said.append(self.tr("locked"))
        if layer.mask is not None:
            said.append(self.tr("with mask"))
        return ", ".join(said)
