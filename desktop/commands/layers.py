"""Changes of the tree of layers and of what a layer says about itself."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QUndoCommand

from desktop.commands.base import Change, Steps, refuse_locked, tr
from desktop.document.document import Document
from desktop.document.layers import GroupLayer, Layer
from desktop.document.tiles import TiledImage
from inference.values import Problem

_MERGE_ID = 1


class AddLayer(Change):
    """Put a layer into a group; on top where no index is given, at the root where no parent is."""

    def __init__(
        self,
        document: Document,
        layer: Layer,
        parent_id: str = "",
        index: int | None = None,
        text: str = "",
    ) -> None:
        super().__init__(document, text or tr("Add layer"))
        self._layer = layer
        self._parent = parent_id or document.root.id
        self._index = index

    def redo(self) -> None:
        """Insert it."""
        if self._index is None:
            group = self.document.layer(self._parent)
            self._index = len(group.children) if isinstance(group, GroupLayer) else 0
        self.document.insert(self._layer, self._parent, self._index)

    def undo(self) -> None:
        """Remove it."""
        self._layer = self.document.remove(self._layer.id)


class DeleteLayer(Change):
    """Take a layer out, with all that is inside of it."""

    def __init__(self, document: Document, layer_id: str, text: str = "") -> None:
        super().__init__(document, text or tr("Delete layer"))
        refuse_locked(document, layer_id)
        self._id = layer_id
        self._place = ("", 0)
        self._layer: Layer | None = None

    def redo(self) -> None:
        """Remove it, and note where it was."""
        self._place = (self.document.parent(self._id).id, self.document.index(self._id))
        self._layer = self.document.remove(self._id)

    def undo(self) -> None:
        """Put it back there."""
        assert self._layer is not None
        self.document.insert(self._layer, *self._place)


class DuplicateLayer(AddLayer):
    """Put a copy right above a layer; `.layer_id` is the copy's."""

    def __init__(self, document: Document, layer_id: str) -> None:
        original = document.layer(layer_id)
        copy = original.copied()
        copy.name = tr("{name} copy").format(name=original.name)
        self.layer_id = copy.id
        place = (document.parent(layer_id).id, document.index(layer_id) + 1)
        super().__init__(document, copy, *place, text=tr("Duplicate layer"))


class MoveLayer(Change):
    """Put a layer elsewhere in the tree; index counts from the bottom, without the layer."""

    def __init__(self, document: Document, layer_id: str, parent_id: str, index: int) -> None:
        super().__init__(document, tr("Move layer"))
        if any(inside.id == parent_id for inside in document.layer(layer_id).walk()):
            raise Problem(
                tr("A group cannot go into itself."), remedy=tr("Drop it outside of the group.")
            )
        self._id = layer_id
        self._new = (parent_id, index)
        self._old = ("", 0)

    def redo(self) -> None:
        """Move it, and note where it was."""
        self._old = (self.document.parent(self._id).id, self.document.index(self._id))
        self.document.move(self._id, *self._new)

    def undo(self) -> None:
        """Move it back."""
        self.document.move(self._id, *self._old)


class SetAttribute(Change):
    """Set name, visible, locked, opacity, blend, mask or recipe of a layer.

    With merge, changes of the same attribute that follow one another become one step; where merge
    is a number, only those of the same number do, so that two drags stay two steps.
    """

    def __init__(
        self,
        document: Document,
        layer_id: str,
        name: str,
        value: Any,
        merge: bool | int = False,
        text: str = "",
    ) -> None:
        super().__init__(document, text or _attribute_text(name, value))
        self.key = (layer_id, name, merge)
        self.value = value
        self._old: Any = None

    def redo(self) -> None:
        """Set the new value, and note the old one."""
        layer_id, name, _ = self.key
        self._old = getattr(self.document.layer(layer_id), name)
        self.document.set_attribute(layer_id, name, self.value)

    def undo(self) -> None:
        """Set the old value."""
        layer_id, name, _ = self.key
        self.document.set_attribute(layer_id, name, self._old)

    def id(self) -> int:
        """What Qt asks before it tries to merge."""
        return _MERGE_ID if self.key[2] else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the value of a later change of the same drag."""
        if not isinstance(other, SetAttribute) or other.key != self.key:
            return False
        self.value = other.value
        return True


def _attribute_text(name: str, value: Any) -> str:
    if name == "visible":
        return tr("Show layer") if value else tr("Hide layer")
    if name == "locked":
        return tr("Lock layer") if value else tr("Unlock layer")
    texts = {
        "name": tr("Rename layer"),
        "opacity": tr("Change opacity"),
        "blend": tr("Change blend mode"),
        "mask": tr("Add mask") if value is not None else tr("Delete mask"),
    }
    return texts.get(name, tr("Change layer"))


class SetMask(SetAttribute):
    """Give a layer a mask (one channel of the document's size), or take it away with None."""

    def __init__(self, document: Document, layer_id: str, mask: TiledImage | None) -> None:
        refuse_locked(document, layer_id)
        super().__init__(document, layer_id, "mask", mask)


class Group(Steps):
    """Put layers into a new group where the topmost of them was; `.layer_id` is the group's."""

    def __init__(self, document: Document, layer_ids: Sequence[str], name: str = "") -> None:
        wanted = [layer for layer in document.walk() if layer.id in set(layer_ids)]
        inner = {i.id for layer in wanted for i in layer.walk() if i is not layer}
        chosen = [layer for layer in wanted if layer.id not in inner]
        if not chosen:
            raise Problem(tr("There is no layer to group."), remedy=tr("Choose a layer first."))
        group = GroupLayer(name=name or tr("Group"))
        self.layer_id = group.id
        top = chosen[-1].id
        place = (document.parent(top).id, document.index(top) + 1)
        moves = [MoveLayer(document, c.id, group.id, i) for i, c in enumerate(chosen)]
        steps = [AddLayer(document, group, *place), *moves]
        super().__init__(document, tr("Group layers"), steps)
