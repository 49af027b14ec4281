"""Selections: one channel uint8 of the document's size, 0 outside .. 255 selected."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from desktop.document.tiles import TILE, Key, TiledImage
from inference.values import Array, Region

_FULL = np.full((TILE, TILE, 1), 255, np.uint8)
"""A tile that is selected: one for all of them."""
_SAMPLES = 4  # a side, in each pixel of an edge
_SHARE = np.zeros(256, np.uint8)
_SHARE[: _SAMPLES**2 + 1] = np.rint(np.linspace(0, 255, _SAMPLES**2 + 1))
"""A selection's sample for so many samples inside; of 256, as OpenCV's tables are."""
_SUBPIXEL = 4  # bits of a sample's fraction that OpenCV's polygons keep
_CELL = 16  # pixels a side of what tells the tiles on an edge from those within it


def empty(width: int, height: int) -> TiledImage:
    """Nothing selected."""
    return TiledImage(width, height, 1, np.uint8)


def rectangle(width: int, height: int, region: Region) -> TiledImage:
    """A rectangle of whole pixels."""
    selection = empty(width, height)
    inside = region.clipped(selection.bounds)
    for key in selection.keys(inside):
        place = selection.region_of(key)
        part = place.clipped(inside)
        if part == place:
            _select_tile(selection, key)
        else:
            selection.write(part, _FULL[: part.height, : part.width])
    return selection


def ellipse(width: int, height: int, region: Region) -> TiledImage:
    """The ellipse that fills a rectangle, with a soft edge of one pixel."""
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    x = region.x + region.width * (1 + np.cos(angles)) / 2
    y = region.y + region.height * (1 + np.sin(angles)) / 2
    return polygon(width, height, list(zip(x.tolist(), y.tolist(), strict=True)))


def polygon(width: int, height: int, points: Sequence[tuple[float, float]]) -> TiledImage:
    """A closed outline through points (x, y) in pixels, with a soft edge of one pixel."""
    selection = empty(width, height)
    if len(points) < 3:
        return selection
    outline = np.asarray(points, np.float64)
    left, top = np.floor(outline.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(outline.max(axis=0)).astype(int).tolist()
    edge, inside = _coarse(outline, width, height)
    fine = np.empty((TILE * _SAMPLES, TILE * _SAMPLES), np.uint8)  # for all: it is slow to get
    for key in selection.keys(Region(left, top, right - left, bottom - top)):
        if edge[key]:
            place = selection.region_of(key)
            part = fine[: place.height * _SAMPLES, : place.width * _SAMPLES]
            drawn = _filled(outline - (place.x, place.y), part)
            if drawn.any():
                selection.put_tile(key, drawn[..., None])
        elif inside[key]:
            _select_tile(selection, key)
    return selection


def _select_tile(selection: TiledImage, key: Key) -> None:
    place = selection.region_of(key)
    whole = (place.height, place.width) == (TILE, TILE)
    selection.put_tile(key, _FULL if whole else _FULL[: place.height, : place.width])


def _coarse(outline: Array, width: int, height: int) -> tuple[Array, Array]:
    """By row and column of a tile: whether the outline passes through or near it, else within."""
    cells = TILE // _CELL
    rows, columns = -(-height // TILE), -(-width // TILE)
    fixed = np.round(outline / _CELL * 2**_SUBPIXEL).astype(np.int32)
    edge, inside = (np.zeros((rows * cells, columns * cells), np.uint8) for _ in range(2))
    cv2.polylines(edge, [fixed], True, 1, 3, cv2.LINE_8, _SUBPIXEL)
    cv2.fillPoly(inside, [fixed], 1, cv2.LINE_8, _SUBPIXEL)
    by_tile = edge.reshape(rows, cells, columns, cells).max(axis=(1, 3))
    return by_tile, inside[cells // 2 :: cells, cells // 2 :: cells]


def _filled(outline: Array, fine: Array) -> Array:
    """(h, w) uint8: how much of each pixel lies inside, from 4 x 4 samples drawn in `fine`."""
    height, width = (side // _SAMPLES for side in fine.shape)
    fine[...] = 0
    centred = outline * _SAMPLES - 0.5  # OpenCV's pixels have their centre at whole numbers
    fixed = np.round(centred * 2**_SUBPIXEL).astype(np.int32)
    cv2.fillPoly(fine, [fixed], _SAMPLES**2, cv2.LINE_8, _SUBPIXEL)
    for size in ((2 * width, 2 * height), (width, height)):  # averages of 2 x 2 are exact and quick
        fine = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    return cv2.LUT(fine, _SHARE)


def to_mask(selection: TiledImage) -> Array:
    """The (H, W) uint8 samples of a selection."""
    samples: Array = selection.read(selection.bounds)[..., 0]
    return samples


def invert(selection: TiledImage) -> TiledImage:
    """What was outside is selected."""
    return _each(lambda samples: 255 - samples, selection)


def united(one: TiledImage, other: TiledImage) -> TiledImage:
    """What lies in either."""
    return _each(np.maximum, one, other)


def less(one: TiledImage, other: TiledImage) -> TiledImage:
    """What lies in the first and not in the other."""
    return _each(lambda kept, taken: np.minimum(kept, 255 - taken), one, other)


def _each(mix: Callable[..., Array], *selections: TiledImage) -> TiledImage:
    """A selection mixed from others, tile by tile; tiles that they share are mixed once."""
    fill = mix(*(one.fill for one in selections))
    result = TiledImage(selections[0].width, selections[0].height, 1, np.uint8, int(fill[0]))
    mixed: dict[tuple[int, ...], Array] = {}
    for key in {key for one in selections for key in one.tiles}:
        place = result.region_of(key)
        same = (place.height, place.width, *(id(one.tiles.get(key)) for one in selections))
        if same not in mixed:
            mixed[same] = mix(*(one.read(place) for one in selections))
        result.put_tile(key, mixed[same])
    return result
