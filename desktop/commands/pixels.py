"""Changes of pixels: strokes, results, the canvas, layers made one."""

from desktop.commands.base import Change, Steps, refuse_locked, tr
from desktop.commands.layers import AddLayer, DeleteLayer, SetAttribute
from desktop.document.blend import composite_image
from desktop.document.document import Document
from desktop.document.layers import (
    BlendMode,
    GeneratedLayer,
    GroupLayer,
    Layer,
    RasterLayer,
    Recipe,
)
from desktop.document.tiles import TiledImage
from inference.values import Array, Cure, Picture, Problem, Region


class PaintCommand(Change):
    """A layer's "image" or "mask" before and after; both share the tiles that did not change."""

    def __init__(
        self,
        document: Document,
        layer_id: str,
        target: str,
        before: TiledImage,
        after: TiledImage,
        text: str,
    ) -> None:
        super().__init__(document, text)
        self.changed = after.changed_since(before)
        self._place = (layer_id, target)
        self._before = before
        self._after = after

    def redo(self) -> None:
        """Show it as it is after; nothing happens where that is seen already."""
        layer_id, target = self._place
        self.document.restore(layer_id, self._after, target)

    def undo(self) -> None:
        """Show it as it was before."""
        layer_id, target = self._place
        self.document.restore(layer_id, self._before, target)


class Stroke:
    """Painting as it is seen while it goes on: begin, write as often as needed, finish or cancel.

    Raises Problem on begin where the layer is locked, TypeError where it has no such target.
    """

    def __init__(
        self, document: Document, layer_id: str, target: str = "image", text: str = ""
    ) -> None:
        self.document = document
        self._place = (layer_id, target)
        self._text = text or tr("Paint")
        self._before: TiledImage | None = None

    def begin(self) -> None:
        """Note what was there."""
        refuse_locked(self.document, self._place[0])
        self._before = _target(self.document, *self._place).snapshot()

    def write(self, region: Region, pixels: Array) -> None:
        """Put (h, w, channels) samples there at once."""
        layer_id, target = self._place
        self.document.write(layer_id, region, pixels, target)

    def cancel(self) -> None:
        """Put back what was there."""
        assert self._before is not None, "a stroke begins before it ends"
        self.document.restore(self._place[0], self._before, self._place[1])

    def finish(self) -> PaintCommand:
        """The step to push; its `.changed` is empty where nothing was painted."""
        assert self._before is not None, "a stroke begins before it ends"
        after = _target(self.document, *self._place).snapshot()
        return PaintCommand(self.document, *self._place, self._before, after, self._text)


class SetPixels(Steps):
    """Replace all pixels of a layer, and its recipe where one is given: a result is there.

    A picture is laid at the top left corner; tiles must have the document's size and depth.
    """

    def __init__(
        self,
        document: Document,
        layer_id: str,
        pixels: Picture | TiledImage,
        recipe: Recipe | None = None,
        text: str = "",
    ) -> None:
        refuse_locked(document, layer_id)
        text = text or tr("Replace pixels")
        after = document.image_of(pixels) if isinstance(pixels, Picture) else pixels.snapshot()
        before = _target(document, layer_id, "image").snapshot()
        if (before.bounds, before.dtype) != (after.bounds, after.dtype):
            raise ValueError("the pixels are not of the document's size and depth")
        steps: list[Change] = [PaintCommand(document, layer_id, "image", before, after, text)]
        if recipe is not None and isinstance(document.layer(layer_id), GeneratedLayer):
            steps.append(SetAttribute(document, layer_id, "recipe", recipe))
        super().__init__(document, text, steps)


class MergeDown(Steps):
    """Make a layer one with the one right below it, which keeps its place and id: `.layer_id`.

    image: both as `merged` made them beside the window; made here unless given.
    """

    def __init__(self, document: Document, layer_id: str, image: TiledImage | None = None) -> None:
        lower, _ = _mergeable(document, layer_id)
        self.layer_id = lower.id
        index = document.index(layer_id)
        if image is None:
            image = merged_image(document, layer_id)
        merged = RasterLayer(id=lower.id, name=lower.name, blend=lower.blend, image=image)
        place = (document.parent(layer_id).id, index - 1)
        steps = [
            DeleteLayer(document, layer_id),
            DeleteLayer(document, lower.id),
            AddLayer(document, merged, *place),
        ]
        super().__init__(document, tr("Merge down"), steps)


def merged_image(document: Document, layer_id: str) -> TiledImage:
    """A layer and the one right below it in one.

    Raises Problem where there are no such two, or one of them is locked.
    """
    lower, upper = _mergeable(document, layer_id)
    for layer in (upper, lower):
        refuse_locked(document, layer.id)
    return composite_image(document, [_as_normal(lower), upper])


def flat_image(document: Document) -> TiledImage:
    """All that is seen, in one. Raises Problem where a layer is locked: it could not go."""
    for layer in document.root.children:
        refuse_locked(document, layer.id)
    return composite_image(document, document.root.children)


def _mergeable(document: Document, layer_id: str) -> tuple[Layer, Layer]:
    there = any(layer.id == layer_id for layer in document.walk())
    index = document.index(layer_id) if there else 0
    lower, upper = (
        document.parent(layer_id).children[index - 1 : index + 1] if index else (None,) * 2
    )
    pixels = (RasterLayer, GroupLayer)
    if not isinstance(lower, pixels) or not isinstance(upper, pixels):
        raise Problem(
            tr("There are no two layers of pixels here to merge."),
            remedy=tr("Choose a layer that lies right above another one with pixels."),
        )
    return lower, upper


class Flatten(Steps):
    """Make one layer of all that is seen; what is hidden, and hints, go.

    image: all of it as `flat_image` made it beside the window; made here unless given.
    """

    def __init__(self, document: Document, name: str = "", image: TiledImage | None = None) -> None:
        layers = list(document.root.children)
        image = flat_image(document) if image is None else image
        flat = RasterLayer(name=name or tr("Flattened"), image=image)
        steps: list[Change] = [DeleteLayer(document, layer.id) for layer in layers]
        super().__init__(document, tr("Flatten"), [*steps, AddLayer(document, flat)])


class ResizeCanvas(Change):
    """Make a region the whole document: crop, or room around it; the region may reach outside."""

    def __init__(self, document: Document, region: Region, text: str = "") -> None:
        super().__init__(document, text or tr("Crop"))
        if document.film is not None:
            raise Problem(
                tr("A film keeps the size of its frames."),
                remedy=tr("Export the frame as a picture, and crop that."),
                cure=Cure.EXPORT_ELSEWHERE,
            )
        if region.empty:
            raise Problem(
                tr("A picture needs at least one pixel."), remedy=tr("Choose a larger area.")
            )
        self._region = region
        self._before: Document | None = None

    def redo(self) -> None:
        """Resize, and note all that was there."""
        self._before = self.document.snapshot()
        self.document.resize_canvas(self._region)

    def undo(self) -> None:
        """Put all of it back."""
        assert self._before is not None
        self.document.return_to(self._before)


def _target(document: Document, layer_id: str, target: str) -> TiledImage:
    image = getattr(document.layer(layer_id), target, None)
    if not isinstance(image, TiledImage):
        raise TypeError(f"the layer has no {target}")
    return image


def _as_normal(layer: Layer) -> Layer:
    copy = layer.copied(keep_ids=True)
    copy.blend = BlendMode.NORMAL
    return copy
