"""Small pictures of layers and masks, made when they are shown and kept until they change."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from desktop.document.layers import Layer, RasterLayer
from desktop.document.tiles import TILE, TiledImage
from desktop.widgets.images import image_of, paint_checker, reduced
from inference.values import Array

SIDE_PX = 36
"""Logical pixels of the square that a thumbnail lies in."""


class Thumbnails:
    """Remembers the images of layers by id; forgotten ones are made again when asked for."""

    def __init__(self) -> None:
        self._images: dict[tuple[str, str, int], QImage] = {}

    def forget(self) -> None:
        """Pixels changed."""
        self._images.clear()

    def paint(
        self, painter: QPainter, layer: Layer, target: str, square: QRectF, scale: float
    ) -> QRectF:
        """Paint the "image" or "mask" of a layer into a square; returns the place it takes."""
        samples = _samples_of(layer, target)
        side = round(SIDE_PX * scale)
        key = (layer.id, target, side)
        if key not in self._images:
            self._images[key] = image_of(reduced(sampled(samples, 4 * side), side))
        image = self._images[key]
        width = square.width() * samples.width / max(samples.width, samples.height)
        height = square.height() * samples.height / max(samples.width, samples.height)
        place = QRectF(0, 0, max(2.0, width), max(2.0, height))
        place.moveCenter(square.center())
        if image.hasAlphaChannel():
            paint_checker(painter, place)
        painter.drawImage(place, image, QRectF(image.rect()))
        return place


def sampled(image: TiledImage, side: int) -> Array:
    """Every n-th pixel, the long side about `side` or less than twice that; cheap at any size."""
    skip = 1
    while max(image.width, image.height) // (skip * 2) >= side and skip < TILE:
        skip *= 2
    shape = (-(-image.height // skip), -(-image.width // skip), image.channels)
    samples = np.empty(shape, image.dtype)
    samples[...] = image.fill
    step = TILE // skip
    for (row, column), tile in image.tiles.items():
        few = tile[::skip, ::skip]
        y, x = row * step, column * step
        samples[y : y + few.shape[0], x : x + few.shape[1]] = few
    return samples


def _samples_of(layer: Layer, target: str) -> TiledImage:
    if target == "mask":
        assert layer.mask is not None
        return layer.mask
    assert isinstance(layer, RasterLayer)
    return layer.image
