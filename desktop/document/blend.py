"""What a document looks like: W3C "Compositing and Blending Level 1", in sRGB as it stands there.

Pixels are mixed as planar float32, premultiplied, in 0..1. What a single opaque layer shows comes
out as exactly its own samples, at 8 and at 16 bits.
"""

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

import numpy as np

from desktop.document.layers import BlendMode, GroupLayer, Layer, RasterLayer
from desktop.document.modes import Floats
from desktop.document.tiles import SCALES, TILE, TiledImage, is_without_holes
from inference.values import Array, Region, peak_of

if TYPE_CHECKING:
    from desktop.document.document import Document

NOTHING: Set[str] = frozenset()


def composite(
    document: "Document", region: Region, *, scale: int = 1, skip: Set[str] = NOTHING
) -> Array:
    """RGBA of what is seen in a region, (h, w, 4) of the document's depth, straight alpha.

    scale is one of tiles.SCALES: the result is that much smaller, rounded up, mixed from layers
    that were made smaller first. skip holds the ids of layers to leave out.
    """
    return composite_layers(document.root.children, region, document.dtype, scale=scale, skip=skip)


def is_opaque(document: "Document") -> bool:
    """Whether nothing shines through anywhere.

    A layer that covers all is seen at once; else it is judged on the picture made small.
    """
    if any(_covers_all(layer) for layer in document.root.children):
        return True
    longest = max(document.width, document.height)
    scale = next(s for s in SCALES if longest <= 1024 * s or s == SCALES[-1])
    alpha = composite(document, document.bounds, scale=scale)[..., 3]
    return bool((alpha == peak_of(document.dtype)).all())


def composite_layers(
    layers: Sequence[Layer],
    region: Region,
    dtype: np.dtype[np.generic],
    *,
    scale: int = 1,
    skip: Set[str] = NOTHING,
) -> Array:
    """The same for some layers alone, bottom to top."""
    x, y = region.x // scale, region.y // scale
    width, height = -(-region.right // scale) - x, -(-region.bottom // scale) - y
    result = np.empty((max(height, 0), max(width, 0), 4), dtype)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            rows, columns = min(TILE, height - top), min(TILE, width - left)
            part = Region((x + left) * scale, (y + top) * scale, columns * scale, rows * scale)
            result[top : top + rows, left : left + columns] = _tile(
                layers, part, dtype, scale, skip
            )
    return result


def composite_image(document: "Document", layers: Sequence[Layer]) -> TiledImage:
    """Some layers alone as pixels for a new layer; no tile where nothing is seen."""
    image = document.empty_image()
    for key in image.keys(image.bounds):
        place = image.region_of(key)
        seen = composite_layers(layers, place, document.dtype)
        if seen[..., 3].any():
            image.write(place, seen)
    return image


def _tile(
    layers: Sequence[Layer],
    region: Region,
    dtype: np.dtype[np.generic],
    scale: int,
    skip: Set[str],
) -> Array:
    """One piece, small enough for the processor's cache."""
    layers = [layer for layer in layers if _shows(layer, skip)]
    for index in range(len(layers) - 1, -1, -1):
        if (own := _covering(layers[index], region, scale)) is not None:
            if index == len(layers) - 1:
                return own
            layers = layers[index:]
            break
    return _from_planes(_mixed(layers, region, scale, skip), dtype)


def _shows(layer: Layer, skip: Set[str]) -> bool:
    mixes = isinstance(layer, RasterLayer | GroupLayer)
    return mixes and layer.visible and layer.opacity > 0 and layer.id not in skip


def _covering(layer: Layer, region: Region, scale: int) -> Array | None:
    """The layer's own pixels where nothing below can be seen through them."""
    if not _is_plain(layer) or not isinstance(layer, RasterLayer):
        return None
    own = layer.image.read(region, scale)
    return own if is_without_holes(own) else None


def _covers_all(layer: Layer) -> bool:
    """Whether nothing below a layer can be seen through it anywhere."""
    if not _is_plain(layer) or not layer.visible or not isinstance(layer, RasterLayer):
        return False
    image = layer.image
    tiles = (image.tiles.get(key) for key in image.keys(image.bounds))
    return all(is_without_holes(image.fill if tile is None else tile) for tile in tiles)


def _is_plain(layer: Layer) -> bool:
    return layer.blend is BlendMode.NORMAL and layer.opacity >= 1 and layer.mask is None


def _mixed(layers: Sequence[Layer], region: Region, scale: int, skip: Set[str]) -> Floats:
    """(4, h, w) premultiplied: what the layers are together, over nothing."""
    backdrop: Floats | None = None
    for layer in layers:
        if not _shows(layer, skip):
            continue
        planes = _planes_of(layer, region, scale, skip)
        if planes is None:
            continue
        if backdrop is not None:
            backdrop = _over(backdrop, planes, layer.blend)
        elif layer.blend is not BlendMode.CLIP:
            backdrop = planes
    if backdrop is None:
        return np.zeros((4, -(-region.height // scale), -(-region.width // scale)), np.float32)
    return backdrop


def _planes_of(layer: Layer, region: Region, scale: int, skip: Set[str]) -> Floats | None:
    """(4, h, w) premultiplied pixels of one layer, mask and opacity applied; None for nothing."""
    if isinstance(layer, GroupLayer):
        planes = _mixed(layer.children, region, scale, skip)
    else:
        assert isinstance(layer, RasterLayer)
        own = layer.image.read(region, scale)
        if not own[..., 3].any():
            return None
        planes = _to_planes(own)
    if layer.mask is not None:
        planes *= _coverage(layer.mask, region, scale)
    if layer.opacity < 1:
        planes *= np.float32(layer.opacity)
    return planes


def _coverage(mask: TiledImage, region: Region, scale: int) -> Floats:
    samples = mask.read(region, scale)[..., 0]
    unit: Floats = samples.astype(np.float32) / np.float32(peak_of(samples.dtype))
    return unit


def _over(backdrop: Floats, source: Floats, blend: BlendMode) -> Floats:
    """Source over backdrop, both premultiplied: co = cs' as + cb ab (1 - as)."""
    below, above = backdrop[3], source[3]
    if blend is BlendMode.CLIP:
        return np.concatenate([source[:3] * below + backdrop[:3] * (1 - above), backdrop[3:]])
    if blend is not BlendMode.NORMAL:
        mixed = blend.formula(_straight(backdrop), _straight(source))
        share = above * below
        colors = source[:3] * (1 - below) + share * mixed
    else:
        colors = source[:3]
    result: Floats = backdrop * (1 - above)
    result[:3] += colors
    result[3] += above
    return result


def _straight(planes: Floats) -> Floats:
    """Colours without the alpha they were multiplied by."""
    alpha = planes[3]
    if (alpha == 1).all():
        return planes[:3]
    colors: Floats = planes[:3] / np.maximum(alpha, np.float32(1e-12))
    return colors


def _to_planes(samples: Array) -> Floats:
    """(h, w, 4) samples to (4, h, w) premultiplied."""
    planes = np.empty((4, *samples.shape[:2]), np.float32)
    planes[...] = samples.transpose(2, 0, 1)
    planes /= np.float32(peak_of(samples.dtype))
    if not (planes[3] == 1).all():
        planes[:3] *= planes[3]
    return planes


def _from_planes(planes: Floats, dtype: np.dtype[np.generic]) -> Array:
    """(4, h, w) premultiplied to (h, w, 4) samples with straight alpha, rounded."""
    peak = np.float32(peak_of(dtype))
    planes = np.concatenate([_straight(planes), planes[3:]])
    np.clip(planes, 0, 1, out=planes)
    planes *= peak
    planes += np.float32(0.5)
    samples: Array = np.ascontiguousarray(planes.astype(dtype).transpose(1, 2, 0))
    return samples
