"""One open document: its history, its file, its active layer, and what colours it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktop.coloring import Coloring
from desktop.document.document import Document
from desktop.document.layers import Layer


class Editor(QObject):
    """Signals: active_layer_changed(layer id or ""), title_changed(), saved(path),
    mask_mode_changed(bool), problem_raised(Problem), modified_changed(bool).
    """

    active_layer_changed = Signal(str)
    title_changed = Signal()
    saved = Signal(object)
    mask_mode_changed = Signal(bool)
    problem_raised = Signal(object)
    modified_changed = Signal(bool)

    document: Document
    history: QUndoStack
    coloring: Coloring
    path: Path | None
    """The project file, None until saved as one. A picture that was opened is `source`."""
    source: Path | None
    title: str
    modified: bool
    active_layer: Layer | None
    painting_mask: bool
    """Paint goes to the mask of the active layer."""

    def activate(self, layer_id: str) -> None:
        """Make a layer the one that tools and panels work on."""

    def set_painting_mask(self, on: bool) -> None:
        """Choose whether paint goes to the mask or the pixels."""

    def push(self, command: QUndoCommand) -> None:
        """Do a command and remember it."""

    def save(self, path: Path | None = None) -> None:
        """Write the project beside the window; `saved` or `problem_raised` follow."""

    def export(self, path: Path, depth: int | None = None, quality: int = 92) -> None:
        """Write the flattened picture, or a layered one for .ora; overwrites (the dialog asked)."""
