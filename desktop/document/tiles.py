"""Pixels in 256 px tiles that are shared until written: a snapshot costs a dictionary.

A tile that nobody wrote does not exist; it reads as the fill. Whoever holds a snapshot sees the
pixels as they were, so undo, autosave and saving in the background all start from one.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import cv2
import numpy as np
import numpy.typing as npt

from inference.values import Array, Region, in_depth, peak_of

TILE = 256
SCALES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""What a view may be reduced by; powers of two, so that tiles stay whole."""

Key = tuple[int, int]
"""Row and column of a tile."""


class TiledImage:
    """A picture of (height, width, channels) samples, uint8 or uint16.

    fill is the value of what was never written, one number or one a channel.
    """

    def __init__(
        self,
        width: int,
        height: int,
        channels: int,
        dtype: npt.DTypeLike,
        fill: int | Sequence[int] = 0,
    ) -> None:
        if width < 1 or height < 1:
            raise ValueError(f"an image needs pixels, not {width} x {height}")
        self.width = width
        self.height = height
        self.channels = channels
        self.dtype = np.dtype(dtype)
        self.fill: Array = np.broadcast_to(np.asarray(fill, self.dtype), (channels,)).copy()
        self._tiles: dict[Key, Array] = {}
        self._own: set[Key] = set()  # tiles that no snapshot shares: may be written in place
        self._reduced: dict[tuple[int, int], Array] = {}  # by the tile's identity, and scale

    @classmethod
    def from_array(cls, samples: Array, fill: int | Sequence[int] = 0) -> "TiledImage":
        """Tiles holding a copy of (height, width, channels) samples."""
        height, width, channels = samples.shape
        image = cls(width, height, channels, samples.dtype, fill)
        image.write(image.bounds, samples)
        return image

    @property
    def bounds(self) -> Region:
        """All of it."""
        return Region(0, 0, self.width, self.height)

    @property
    def content(self) -> Region:
        """The smallest rectangle around the tiles that exist; empty where there are none."""
        return self._around(iter(self._tiles))

    @property
    def extent(self) -> Region:
        """Where there may be anything but 0."""
        return self.bounds if self.fill.any() else self.content

    @property
    def tiles(self) -> Mapping[Key, Array]:
        """The tiles that exist, read only; those at the right and lower edge may be smaller."""
        return MappingProxyType(self._tiles)

    def read(self, region: Region, scale: int = 1) -> Array:
        """A fresh (h, w, channels) array of a region; outside of the picture lies the fill.

        With a scale of SCALES it is that much smaller, rounded up; averages weigh by alpha.
        The region's corner is rounded down to a multiple of the scale.
        """
        x, y = region.x // scale, region.y // scale
        width, height = -(-region.right // scale) - x, -(-region.bottom // scale) - y
        result = np.empty((max(height, 0), max(width, 0), self.channels), self.dtype)
        wanted, size = Region(x, y, width, height), TILE // scale
        blank = np.broadcast_to(self.fill, (size, size, self.channels))
        if region.clipped(self.bounds) != region:
            result[...] = self.fill
        for key in self.keys(region):
            tile = self.tile(key, scale)
            samples = blank if tile is None else tile
            place = Region(key[1] * size, key[0] * size, samples.shape[1], samples.shape[0])
            _copy(samples, place, result, wanted)
        return result

    def write(self, region: Region, samples: Array) -> None:
        """Put (h, w, channels) samples in place of a region; what lies outside is left out."""
        if samples.shape != (region.height, region.width, self.channels):
            raise ValueError(f"{samples.shape} samples do not fit {region}")
        samples = in_depth(samples, self.dtype)
        for key in self.keys(region):
            place = self.region_of(key)
            whole = place.clipped(region) == place
            _copy(samples, region, self._writable(key, whole), place)

    def put_tile(self, key: Key, samples: Array) -> None:
        """Take over a whole tile as it is. Nobody writes into it: many places may share one."""
        self._forget_reduced(key)
        self._tiles[key] = samples
        self._own.discard(key)

    def tile(self, key: Key, scale: int = 1) -> Array | None:
        """One tile, reduced by the scale; None where nothing was written. Not to be changed."""
        tile = self._tiles.get(key)
        if tile is None or scale == 1:
            return tile
        reduced = self._reduced.get((id(tile), scale))
        if reduced is None:
            reduced = self._reduced[id(tile), scale] = _reduce(tile, scale)
        return reduced

    def keys(self, region: Region) -> Iterator[Key]:
        """The places of the tiles that a region touches, existing or not."""
        inside = region.clipped(self.bounds)
        if not inside.empty:
            for row in range(inside.y // TILE, -(-inside.bottom // TILE)):
                for column in range(inside.x // TILE, -(-inside.right // TILE)):
                    yield row, column

    def region_of(self, key: Key) -> Region:
        """Where a tile lies."""
        return Region(key[1] * TILE, key[0] * TILE, TILE, TILE).clipped(self.bounds)

    def snapshot(self) -> "TiledImage":
        """The same pixels, independent from now on; tiles are shared until either is written."""
        copy = TiledImage(self.width, self.height, self.channels, self.dtype)
        copy.fill = self.fill
        copy._tiles = dict(self._tiles)
        self._own.clear()
        return copy

    def restore(self, snapshot: "TiledImage") -> Region:
        """Take over size and pixels of a snapshot; returns what may look different now."""
        changed = self.changed_since(snapshot)
        taken = snapshot.snapshot()
        self.width, self.height, self.fill = taken.width, taken.height, taken.fill
        kept = {id(tile) for tile in self._tiles.values()} & {id(t) for t in taken._tiles.values()}
        self._reduced = {k: small for k, small in self._reduced.items() if k[0] in kept}
        self._tiles = taken._tiles
        self._own.clear()
        return changed

    def changed_since(self, snapshot: "TiledImage") -> Region:
        """The smallest rectangle around all tiles that are not the same as then."""
        if self.bounds != snapshot.bounds or (self.fill != snapshot.fill).any():
            return self.bounds.united(snapshot.bounds)
        old, new = snapshot._tiles, self._tiles
        return self._around(k for k in old.keys() | new.keys() if old.get(k) is not new.get(k))

    def in_depth(self, dtype: npt.DTypeLike) -> "TiledImage":
        """The same pixels as samples of another type, white to white."""
        if np.dtype(dtype) == self.dtype:
            return self.snapshot()
        image = TiledImage(self.width, self.height, self.channels, dtype)
        image.fill = in_depth(self.fill, dtype)
        for key, tile in self._tiles.items():
            image.put_tile(key, in_depth(tile, dtype))
        return image

    def placed(self, region: Region) -> "TiledImage":
        """The pixels of a region, which may reach outside, as an image of the region's size."""
        image = TiledImage(region.width, region.height, self.channels, self.dtype)
        image.fill = self.fill
        for key in self._tiles:
            place = self.region_of(key)
            moved = Region(place.x - region.x, place.y - region.y, place.width, place.height)
            image.write(moved, self._tiles[key])
        return image

    def _writable(self, key: Key, whole: bool) -> Array:
        """A tile that nobody shares; one that will be written as a whole needs no old pixels."""
        self._forget_reduced(key)
        if key not in self._own:
            place, old = self.region_of(key), self._tiles.get(key)
            tile = np.empty((place.height, place.width, self.channels), self.dtype)
            if not whole:
                tile[...] = self.fill if old is None else old
            self._tiles[key] = tile
            self._own.add(key)
        return self._tiles[key]

    def _forget_reduced(self, key: Key) -> None:
        """Its tile is about to change, or to go."""
        tile = self._tiles.get(key)
        for scale in SCALES:
            self._reduced.pop((id(tile), scale), None)

    def _around(self, keys: Iterator[Key]) -> Region:
        places = list(keys)
        if not places:
            return Region(0, 0, 0, 0)
        rows, columns = zip(*places, strict=True)
        first, last = (min(rows), min(columns)), (max(rows), max(columns))
        return self.region_of(first).united(self.region_of(last))


def is_without_holes(samples: Array) -> bool:
    """Whether all of (..., 4) samples are opaque.

    Bits that all pixels have: found a pixel at a time, not a sample at a time, 20 times as soon.
    """
    pixels = samples.view(f"u{4 * samples.itemsize}").ravel()
    common = np.bitwise_and.reduce(pixels, keepdims=True).view(samples.dtype)
    return bool(common[3] == peak_of(samples.dtype))


def _copy(source: Array, source_place: Region, target: Array, target_place: Region) -> None:
    """Copy what two arrays, each lying somewhere, have in common."""
    shared = source_place.clipped(target_place)
    if not shared.empty:
        target[_inside(shared, target_place)] = source[_inside(shared, source_place)]


def _inside(region: Region, place: Region) -> tuple[slice, slice]:
    moved = Region(region.x - place.x, region.y - place.y, region.width, region.height)
    return moved.slices


def _reduce(tile: Array, scale: int) -> Array:
    """Averages of scale x scale samples; colours weigh by their alpha where there is one."""
    rows, columns = -tile.shape[0] % scale, -tile.shape[1] % scale
    if rows or columns:
        tile = np.pad(tile, ((0, rows), (0, columns), (0, 0)), mode="edge")
    size = (tile.shape[1] // scale, tile.shape[0] // scale)
    if tile.shape[2] != 4 or is_without_holes(tile):
        return _shrunk(tile, size)
    alpha = tile[..., 3:].astype(np.float32)
    weighed = _shrunk(np.concatenate([tile[..., :3] * alpha, alpha], axis=2), size)
    weighed[..., :3] /= np.maximum(weighed[..., 3:], 1e-6)
    rounded: Array = (weighed + np.float32(0.5)).astype(tile.dtype)
    return rounded


def _shrunk(samples: Array, size: tuple[int, int]) -> Array:
    small = cv2.resize(samples, size, interpolation=cv2.INTER_AREA)
    return small.reshape(size[1], size[0], samples.shape[2])
