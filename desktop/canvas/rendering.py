"""How a document becomes pixels of the screen: as it is, as it was before, with a preview."""

from collections.abc import Set

import cv2
import numpy as np

from desktop.canvas.mosaic import Render
from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer, Layer
from inference.values import Array, Picture, Region, in_depth, peak_of

_SMALL_PREVIEW = 0.75
"""A preview with fewer columns than this share of the document's gives its colours only."""


def render_after(document: Document) -> Render:
    """All layers."""
    return lambda region, scale: _for_screen(composite(document, region, scale=scale))


def render_without(document: Document, skip: Set[str]) -> Render:
    """All layers but those."""
    return lambda region, scale: _for_screen(composite(document, region, scale=scale, skip=skip))


def made_from(document: Document, layer_id: str = "") -> Set[str]:
    """What "before" is shown without: a generated layer, and those that lie above it.

    The layer named, where that is a generated one and seen; else the topmost that is seen. So
    before a painted photograph comes the coloured one, and before the coloured one the grey.
    """
    made = [layer for layer in document.walk() if isinstance(layer, GeneratedLayer)]
    seen = [layer.id for layer in made if layer.visible]
    if not seen:
        return frozenset()
    first = layer_id if layer_id in seen else seen[-1]
    ids = [layer.id for layer in made]
    return frozenset(ids[ids.index(first) :])


def render_preview(document: Document, preview: Picture) -> Render:
    """A picture stretched over the document in place of what networks have made.

    A small one gives the colours, and the document the lightness: sharp at every size.
    """
    stretched = _stretched(document, preview)
    small = preview.width < document.width * _SMALL_PREVIEW

    def render(region: Region, scale: int) -> Array:
        made = document.generated_ids()
        below = _for_screen(composite(document, region, scale=scale, skip=made))
        above = stretched(region, scale)
        below[..., :3] = _in_lightness_of(below[..., :3], above) if small else above
        return below

    return render


def render_replaced(document: Document, preview: Picture, layer_id: str) -> Render:
    """A picture stretched over the document in place of one layer, as far as that is seen.

    With no such layer it covers everything.
    """
    stretched = _stretched(document, preview)
    layer = document.layer(layer_id) if layer_id else None

    def render(region: Region, scale: int) -> Array:
        below = _for_screen(composite(document, region, scale=scale, skip={layer_id}))
        share = _opacity(layer, region, scale) if layer else np.float32(1)
        mixed = below[..., :3] + share * (stretched(region, scale) - below[..., :3].astype(float))
        below[..., :3] = np.rint(mixed)
        return below

    return render


def _stretched(document: Document, preview: Picture) -> Render:
    """BGR (h, w, 3) uint8 of a picture that has the document's shape at another size."""
    colors = _bgr(preview)
    step_x, step_y = preview.width / document.width, preview.height / document.height

    def render(region: Region, scale: int) -> Array:
        height, width = (-(-length // scale) for length in (region.height, region.width))
        first_x = (region.x + scale / 2) * step_x - 0.5
        first_y = (region.y + scale / 2) * step_y - 0.5
        matrix = np.array([[scale * step_x, 0, first_x], [0, scale * step_y, first_y]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(
            colors, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )

    return render


def _opacity(layer: Layer, region: Region, scale: int) -> Array:
    """How much of a layer is seen, (h, w, 1) or (1, 1, 1), 0..1."""
    if layer.mask is None:
        return np.full((1, 1, 1), layer.opacity, np.float32)
    mask = layer.mask.read(region)[::scale, ::scale].astype(np.float32)
    return mask * (layer.opacity / peak_of(layer.mask.dtype))


def _for_screen(rgba: Array) -> Array:
    """(h, w, 4) straight RGBA of any depth to what QImage paints fastest."""
    if rgba.dtype == np.uint16:
        rgba = (rgba >> 8).astype(np.uint8)
    premultiplied = cv2.cvtColor(np.ascontiguousarray(rgba), cv2.COLOR_RGBA2mRGBA)
    return cv2.cvtColor(premultiplied, cv2.COLOR_RGBA2BGRA)


def _bgr(picture: Picture) -> Array:
    pixels = in_depth(picture.pixels, np.uint8)
    return cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR if picture.grey else cv2.COLOR_RGB2BGR)


def _in_lightness_of(light: Array, colors: Array) -> Array:
    """The colours of one picture in the lightness of another, both (h, w, 3) uint8 BGR."""
    mixed = cv2.cvtColor(colors, cv2.COLOR_BGR2YCrCb)
    mixed[..., 0] = cv2.cvtColor(np.ascontiguousarray(light), cv2.COLOR_BGR2YCrCb)[..., 0]
    return cv2.cvtColor(mixed, cv2.COLOR_YCrCb2BGR)
