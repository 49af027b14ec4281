"""Where paint goes: the pixels of the active layer, or its mask; and how it is mixed in there."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.commands import Stroke
from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer, RasterLayer
from desktop.document.tiles import TiledImage
from desktop.editor import Editor
from inference.values import RGB, Array, Cure, Problem, Region, peak_of

_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Target:
    """Pixels ("image", RGBA) or mask ("mask", one channel) of a layer."""

    document: Document
    layer_id: str
    kind: str

    @property
    def image(self) -> TiledImage:
        """What is written to."""
        image = getattr(self.document.layer(self.layer_id), self.kind)
        assert isinstance(image, TiledImage)
        return image

    def stroke(self, text: str) -> Stroke:
        """A stroke that has begun; raises Problem where the layer is locked."""
        stroke = Stroke(self.document, self.layer_id, self.kind, text)
        stroke.begin()
        return stroke

    def cover(
        self, stroke: Stroke, region: Region, share: Callable[[Region], Array], rgb: RGB
    ) -> None:
        """Paint a region within the selection, tile by tile.

        share gives how much of each pixel of a part, (h, w) float32 0..1, the colour covers.
        """
        for key in self.image.keys(region):
            part = self.image.region_of(key).clipped(region)
            amount, inside = share(part), selected(self.document, part)
            if inside is not None:
                amount = amount * inside
            if amount.any():
                stroke.write(part, self.painted(self.image.read(part), amount, rgb))

    def painted(self, below: Array, coverage: Array, rgb: RGB) -> Array:
        """Paint over (h, w, channels) samples where (h, w) coverage, 0..1, is not 0.

        A mask takes the lightness of the colour: white shows the layer, black hides it.
        """
        if self.kind == "mask":
            grey = sum(share * value for share, value in zip(_LUMA, rgb, strict=True)) / 255
            return _toward(below, coverage, grey)
        return _over(below, coverage, rgb)

    def erased(self, below: Array, coverage: Array) -> Array:
        """Take away; a mask then hides."""
        if self.kind == "mask":
            return _toward(below, coverage, 0.0)
        result = below.copy()
        result[..., 3:] = _toward(below[..., 3:], coverage, 0.0)
        return result


def target_of(editor: Editor) -> Target:
    """Where the editor's paint goes. Raises Problem, with what to do, where it cannot go."""
    layer = editor.active_layer
    if layer is None:
        raise Problem(
            _tr("There is no layer to paint on."),
            remedy=_tr("Add one in Layers."),
            cure=Cure.NEW_LAYER,
        )
    if not layer.visible:
        raise Problem(
            _tr("The layer “{name}” is hidden.").format(name=layer.name),
            remedy=_tr("Show it in Layers, then paint."),
            cure=Cure.SHOW_LAYER,
            subject=layer.id,
        )
    if editor.painting_mask:
        return Target(editor.document, layer.id, "mask")
    if isinstance(layer, GeneratedLayer):
        raise Problem(
            _tr("“{name}” is made anew at every run, so paint on it would be lost.").format(
                name=layer.name
            ),
            remedy=_tr("Add a layer above it, or paint on its mask."),
            cure=Cure.NEW_LAYER,
        )
    if not isinstance(layer, RasterLayer):
        raise Problem(
            _tr("“{name}” is not a layer of pixels.").format(name=layer.name),
            remedy=_tr("Choose a picture or paint layer in Layers."),
            cure=Cure.NEW_LAYER,
        )
    return Target(editor.document, layer.id, "image")


def selected(document: Document, region: Region) -> Array | None:
    """How much each pixel of a region is selected, (h, w) float32 0..1; None for all of it."""
    if document.selection is None:
        return None
    samples = document.selection.read(region)[..., 0]
    return samples.astype(np.float32) / np.float32(255)


def _toward(below: Array, coverage: Array, value: float) -> Array:
    """Samples moved toward a value (0..1) by the coverage."""
    start = below.astype(np.float32)
    end = np.float32(value * peak_of(below.dtype))
    mixed: Array = (start + (end - start) * coverage[..., None] + np.float32(0.5)).astype(
        below.dtype
    )
    return mixed


def _over(below: Array, coverage: Array, rgb: RGB) -> Array:
    """A colour over straight-alpha RGBA."""
    peak = np.float32(peak_of(below.dtype))
    paint = np.array(rgb, np.float32) * (peak / 255)
    mixed = np.empty(below.shape, np.float32)
    if below[..., 3].any():
        alpha = below[..., 3].astype(np.float32) / peak
        together = coverage + alpha * (1 - coverage)
        share = (coverage / np.where(together > 0, together, np.float32(1)))[..., None]
        mixed[..., :3] = below[..., :3] * (1 - share) + paint * share
    else:
        together = coverage
        mixed[..., :3] = paint
    mixed[..., 3] = together * peak
    mixed += np.float32(0.5)
    return mixed.astype(below.dtype)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Tools", text)
