"""The undoable change of a generated layer: other settings, seed, hints or styles, one step each.

The pixels of a step arrive later than the step itself, when the network has answered. So a step
goes from one `Look` to another, and a look is told its pixels when they are known; a look that is
undone and done again afterwards brings its own pixels back, bit for bit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtGui import QUndoCommand

from desktop.document.document import Document
from desktop.document.layers import Recipe
from desktop.document.tiles import TiledImage
from inference.request import ModelStamp
from inference.values import Hints


@dataclass(eq=False)
class Look:
    """All that decides a generated layer, and its pixels, once they are known.

    hints lie in the layer that the recipe names, where it names one. moment: the frame of a film
    that the pixels were made of.
    """

    recipe: Recipe
    hints: Hints
    image: TiledImage | None = None
    moment: int = 0

    def image_for(self, document: Document) -> TiledImage | None:
        """Its pixels, where they are known for the frame that the document shows."""
        return self.image if self.moment == document.moment else None


class ChangeLook(QUndoCommand):
    """From one look to another. `applied(look)` is called after each do, undo and redo."""

    def __init__(
        self,
        document: Document,
        layer_id: str,
        before: Look | None,
        after: Look,
        text: str,
        applied: Callable[[Look | None], None],
    ) -> None:
        super().__init__(text)
        self._document = document
        self._layer_id = layer_id
        self._before = before
        self._after = after
        self._applied = applied

    def extend(self, after: Look) -> None:
        """Go on to another look in the same step: one drag, one step of undo."""
        self._after = after
        self.redo()

    def redo(self) -> None:
        """Take on the new look."""
        apply_look(self._document, self._layer_id, self._after)
        self._applied(self._after)

    def undo(self) -> None:
        """Go back to the look before; without one, the layer itself goes with its own step."""
        if self._before is not None:
            apply_look(self._document, self._layer_id, self._before)
        self._applied(self._before)


def apply_look(document: Document, layer_id: str, look: Look) -> None:
    """Write a look into its layers; the pixels stay as they are where they are not known yet."""
    document.set_attribute(layer_id, "recipe", look.recipe)
    if look.recipe.hints:
        document.set_hints(look.recipe.hints, look.hints)
    if (image := look.image_for(document)) is not None:
        document.restore(layer_id, image)


def settle(
    document: Document,
    layer_id: str,
    look: Look,
    image: TiledImage,
    made_by: ModelStamp,
    device: str,
) -> None:
    """Tell a look the pixels that the network found, and show them."""
    look.image, look.moment = image, document.moment
    look.recipe = replace(look.recipe, model=made_by.id, sha256=made_by.sha256, device=device)
    apply_look(document, layer_id, look)
