"""Changes of what a person said: hints and the selection."""

from PySide6.QtGui import QUndoCommand

from desktop.commands.base import Change, tr
from desktop.document.document import Document
from desktop.document.layers import HintLayer
from desktop.document.tiles import TiledImage
from inference.values import Hints

_MERGE_ID = 2


class SetHints(Change):
    """Replace the hints of a hint layer.

    Changes with the same merge_key that follow one another become one step: moving a hint.
    """

    def __init__(
        self,
        document: Document,
        layer_id: str,
        hints: Hints,
        text: str = "",
        merge_key: object = None,
    ) -> None:
        super().__init__(document, text or tr("Change hints"))
        self.key = (layer_id, merge_key)
        self.hints = hints
        self._old = Hints()

    def redo(self) -> None:
        """Set the new hints, and note the old ones."""
        layer = self.document.layer(self.key[0])
        if isinstance(layer, HintLayer):
            self._old = layer.hints
        self.document.set_hints(self.key[0], self.hints)

    def undo(self) -> None:
        """Set the old hints."""
        self.document.set_hints(self.key[0], self._old)

    def id(self) -> int:
        """What Qt asks before it tries to merge."""
        return -1 if self.key[1] is None else _MERGE_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the hints of a later change of the same kind."""
        if not isinstance(other, SetHints) or other.key != self.key:
            return False
        self.hints = other.hints
        return True


class SetSelection(Change):
    """Replace the selection; None selects nothing in particular."""

    def __init__(self, document: Document, selection: TiledImage | None, text: str = "") -> None:
        super().__init__(document, text or (tr("Select") if selection else tr("Deselect")))
        self._new = selection
        self._old: TiledImage | None = None

    def redo(self) -> None:
        """Set the new selection, and note the old one."""
        self._old = self.document.selection
        self.document.set_selection(self._new)

    def undo(self) -> None:
        """Set the old selection."""
        self.document.set_selection(self._old)
