"""The document as the view needs it: tiles at several sizes, kept, repaired where it changed."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from inference.values import Array, Region

TILE = 256
"""Side of a tile in pixels of its level."""
KEPT_TILES = 384
"""At most so many are remembered (96 MiB), unless more are in view."""

Render = Callable[[Region, int], Array]
"""Region of the document and scale (1, 2, 4 ...) to (h, w, 4) uint8 BGRA, premultiplied, of
ceil(height / scale) rows and ceil(width / scale) columns."""
_Key = tuple[int, int, int]  # scale, row, column


class Mosaic:
    """Tiles of one rendering of a document, and the picture of those that are in view.

    The tiles in view are laid side by side in one picture, so that it can be turned and scaled in
    one step without seams. A changed region is marked; only its pixels are rendered again.
    """

    def __init__(self, render: Render, width: int, height: int) -> None:
        self._render = render
        self._whole = Region(0, 0, width, height)
        self._tiles: OrderedDict[_Key, Array] = OrderedDict()
        self._stale: dict[_Key, Region] = {}
        self._sheet = _Sheet(1, Region(0, 0, 0, 0))
        self._former: _Sheet | None = None

    def mark(self, region: Region) -> None:
        """The document changed there."""
        region = region.clipped(self._whole)
        if region.empty:
            return
        for scale in {key[0] for key in self._tiles}:
            for key in _keys(region, scale):
                if key in self._tiles:
                    self._stale[key] = self._stale.get(key, Region(0, 0, 0, 0)).united(region)

    def prepare(self, visible: Region, zoom: float, budget_s: float) -> bool:
        """Render what a view of `visible` needs; False where the time did not suffice for all."""
        until = time.perf_counter() + budget_s
        self._turn_to(visible, scale_for(zoom))
        todo = [key for key in _keys(visible, self._sheet.scale) if self._wanting(key)]
        todo.sort(key=partial(_distance, visible))
        for done, key in enumerate(todo):
            if done and time.perf_counter() > until:
                return False
            self._refresh(key)
        self._former = None
        self._forget(KEPT_TILES)
        return True

    def draw(self, painter: QPainter) -> None:
        """Draw what is prepared; the painter's transform maps the document to the device."""
        if self._former is not None:
            self._former.draw(painter)
        self._sheet.draw(painter)

    def forget_unseen(self) -> None:
        """Let go of all tiles that are not in view."""
        self._forget(0)

    def _wanting(self, key: _Key) -> bool:
        return key not in self._tiles or key in self._stale

    def _turn_to(self, visible: Region, scale: int) -> None:
        span = _span(visible, scale)
        if scale == self._sheet.scale and span == self._sheet.span:
            return
        if self._former is None or scale != self._sheet.scale:
            self._former = self._sheet
        self._sheet = _Sheet(scale, span)
        for key in _keys(visible, scale):
            if key in self._tiles:
                self._tiles.move_to_end(key)
                self._sheet.lay(key, self._tiles[key], 0, 0)

    def _refresh(self, key: _Key) -> None:
        scale = key[0]
        area = _area(key).clipped(self._whole)
        part = self._stale.pop(key, area) if key in self._tiles else area
        part = _outward(part, scale).clipped(area)
        pixels = self._render(part, scale)
        if key not in self._tiles:
            shape = (math.ceil(area.height / scale), math.ceil(area.width / scale), 4)
            self._tiles[key] = np.zeros(shape, np.uint8)
        x, y = (part.x - area.x) // scale, (part.y - area.y) // scale
        height, width = pixels.shape[:2]
        self._tiles[key][y : y + height, x : x + width] = pixels
        self._sheet.lay(key, pixels, x, y)

    def _forget(self, kept: int) -> None:
        while len(self._tiles) > max(kept, self._sheet.count):
            key, _ = self._tiles.popitem(last=False)
            self._stale.pop(key, None)


class _Sheet:
    """Tiles of one scale side by side; `span` counts tiles (x, y, width, height)."""

    def __init__(self, scale: int, span: Region) -> None:
        self.scale = scale
        self.span = span
        self.count = span.width * span.height
        rows, columns = max(1, span.height * TILE), max(1, span.width * TILE)
        self._pixels = np.zeros((rows, columns, 4), np.uint8)
        # The image shares the memory of the array: laying a tile needs no conversion.
        self._image = QImage(
            self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied
        )

    def lay(self, key: _Key, pixels: Array, x: int, y: int) -> None:
        left = (key[2] - self.span.x) * TILE + x
        top = (key[1] - self.span.y) * TILE + y
        height, width = pixels.shape[:2]
        self._pixels[top : top + height, left : left + width] = pixels

    def draw(self, painter: QPainter) -> None:
        if not self.count:
            return
        side = TILE * self.scale
        target = QRectF(
            self.span.x * side, self.span.y * side, self.span.width * side, self.span.height * side
        )
        painter.drawImage(target, self._image)


def scale_for(zoom: float) -> int:
    """The size of tiles for a zoom: the smallest that has no less pixels than are shown."""
    return 1 if zoom >= 1 else 1 << int(math.log2(1 / zoom) + 1e-6)


def _span(region: Region, scale: int) -> Region:
    """The tiles that a region touches, counted in tiles."""
    if region.empty:
        return Region(0, 0, 0, 0)
    side = TILE * scale
    left, top = region.x // side, region.y // side
    return Region(left, top, -(-region.right // side) - left, -(-region.bottom // side) - top)


def _keys(region: Region, scale: int) -> Iterator[_Key]:
    span = _span(region, scale)
    for row in range(span.y, span.bottom):
        for column in range(span.x, span.right):
            yield scale, row, column


def _area(key: _Key) -> Region:
    scale, row, column = key
    side = TILE * scale
    return Region(column * side, row * side, side, side)


def _distance(visible: Region, key: _Key) -> float:
    """How far a tile lies from the middle of what is seen, where one looks first."""
    area = _area(key)
    across = area.x + area.right - visible.x - visible.right
    down = area.y + area.bottom - visible.y - visible.bottom
    return math.hypot(across, down)


def _outward(region: Region, scale: int) -> Region:
    """The region grown to whole pixels of a scale."""
    left, top = region.x // scale * scale, region.y // scale * scale
    right, bottom = -(-region.right // scale) * scale, -(-region.bottom // scale) * scale
    return Region(left, top, right - left, bottom - top)
