"""Selections: one channel uint8 of the document's size, 0 outside .. 255 selected."""

from collections.abc import Sequence

import cv2
import numpy as np

from desktop.document.tiles import TiledImage
from inference.values import Array, Region, in_depth

_SAMPLES = 4  # a side, in each pixel of an edge
_SUBPIXEL = 4  # bits of a sample's fraction that OpenCV's polygons keep


def empty(width: int, height: int) -> TiledImage:
    """Nothing selected."""
    return TiledImage(width, height, 1, np.uint8)


def rectangle(width: int, height: int, region: Region) -> TiledImage:
    """A rectangle of whole pixels."""
    selection = empty(width, height)
    inside = region.clipped(selection.bounds)
    if not inside.empty:
        selection.write(inside, np.full((inside.height, inside.width, 1), 255, np.uint8))
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
    for key in selection.keys(Region(left, top, right - left, bottom - top)):
        place = selection.region_of(key)
        drawn = _filled(outline - (place.x, place.y), place.width, place.height)
        if drawn.any():
            selection.write(place, drawn[..., None])
    return selection


def _filled(outline: Array, width: int, height: int) -> Array:
    """(height, width) uint8: how much of each pixel lies inside, from 4 x 4 samples."""
    fine = np.zeros((height * _SAMPLES, width * _SAMPLES), np.uint8)
    centred = outline * _SAMPLES - 0.5  # OpenCV's pixels have their centre at whole numbers
    fixed = np.round(centred * 2**_SUBPIXEL).astype(np.int32)
    cv2.fillPoly(fine, [fixed], 255, cv2.LINE_8, _SUBPIXEL)
    return np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA))


def from_mask(mask: Array) -> TiledImage:
    """A selection out of (H, W) samples or truth values; the peak is selected."""
    samples = mask.astype(np.uint8) * 255 if mask.dtype == bool else in_depth(mask, np.uint8)
    return TiledImage.from_array(samples[..., None])


def to_mask(selection: TiledImage) -> Array:
    """The (H, W) uint8 samples of a selection."""
    samples: Array = selection.read(selection.bounds)[..., 0]
    return samples


def invert(selection: TiledImage) -> TiledImage:
    """What was outside is selected."""
    return from_mask(255 - to_mask(selection))


def united(one: TiledImage, other: TiledImage) -> TiledImage:
    """What lies in either."""
    return from_mask(np.maximum(to_mask(one), to_mask(other)))


def less(one: TiledImage, other: TiledImage) -> TiledImage:
    """What lies in the first and not in the other."""
    return from_mask(np.minimum(to_mask(one), 255 - to_mask(other)))


def shared(one: TiledImage, other: TiledImage) -> TiledImage:
    """What lies in both."""
    return from_mask(np.minimum(to_mask(one), to_mask(other)))
