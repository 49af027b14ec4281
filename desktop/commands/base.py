"""What all changes share."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from desktop.document.document import Document
from inference.values import Cure, Problem


def tr(text: str) -> str:
    """A text for people in their language."""
    return QCoreApplication.translate("commands", text)


def refuse_locked(document: Document, layer_id: str) -> None:
    """Raise Problem where a layer or a group around it is locked, or it shows a film."""
    if document.film is not None and layer_id == document.film.layer:
        raise Problem(
            tr("This layer shows the film, which stays as it is."),
            remedy=tr("Work on a layer above it."),
            cure=Cure.NEW_LAYER,
        )
    if document.is_locked(layer_id):
        name = document.layer(layer_id).name
        raise Problem(
            tr("The layer “{name}” is locked.").format(name=name),
            remedy=tr("Unlock it in the layers panel first."),
            cure=Cure.UNLOCK_LAYER,
            subject=layer_id,
        )


class Change(QUndoCommand):
    """A step of the history. It notes what was there when it is done, and puts that back."""

    def __init__(self, document: Document, text: str) -> None:
        super().__init__(text)
        self.document = document


class Steps(Change):
    """Several changes that are one step for a person."""

    def __init__(self, document: Document, text: str, steps: Sequence[QUndoCommand]) -> None:
        super().__init__(document, text)
        self._steps = list(steps)

    def redo(self) -> None:
        """Do them in order."""
        for step in self._steps:
            step.redo()

    def undo(self) -> None:
        """Undo them, last first."""
        for step in reversed(self._steps):
            step.undo()
