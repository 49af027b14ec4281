"""What the last save packed: pictures with the same tiles still are copied, not packed again."""

import contextlib
import os
import weakref
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop.document.tiles import Key, TiledImage
from inference.values import Array

_UNREADABLE = (OSError, zipfile.BadZipFile, EOFError, KeyError, ValueError, NotImplementedError)

Stamp = tuple[int, int, int, int]
"""Device, inode, bytes and time: another file, or the same one written again, has another."""


def stamp_of(file: BinaryIO) -> Stamp:
    """That of an open file, as far as it is written."""
    file.flush()
    known = os.fstat(file.fileno())
    return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns


@dataclass(frozen=True, eq=False)
class Packed:
    """A member of the file, and the tiles that it was packed of.

    Tiles of a snapshot are never written into, so the same tile has the same pixels. They are
    held weakly: what was painted over is not kept for the next save.
    """

    member: str
    kind: str
    tiles: dict[Key, "weakref.ref[Array]"]
    facts: tuple[object, ...]

    @classmethod
    def of(cls, member: str, kind: str, image: TiledImage) -> "Packed":
        """What that image was packed into."""
        tiles = {key: weakref.ref(tile) for key, tile in image.tiles.items()}
        return cls(member, kind, tiles, _facts(image))

    def holds(self, image: TiledImage, kind: str) -> bool:
        """True where the image would be packed into the same bytes."""
        return (
            (kind, _facts(image)) == (self.kind, self.facts)
            and image.tiles.keys() == self.tiles.keys()
            and all(self.tiles[key]() is tile for key, tile in image.tiles.items())
        )


def _facts(image: TiledImage) -> tuple[object, ...]:
    return image.width, image.height, image.channels, image.dtype, image.fill.tobytes()


@dataclass(frozen=True, eq=False)
class Former:
    """A project file as it was written, and the pictures in it."""

    path: Path
    stamp: Stamp
    pictures: Sequence[Packed]

    def packed(self, image: TiledImage, kind: str) -> bytes | None:
        """The PNG that such an image was packed into; None where there is none to be relied on."""
        for picture in self.pictures:
            if picture.holds(image, kind):
                return self._read(picture.member)
        return None

    def _read(self, member: str) -> bytes | None:
        """The checksum is compared, too: what a disk has lost is packed anew."""
        with contextlib.suppress(*_UNREADABLE), self.path.open("rb") as file:
            if stamp_of(file) == self.stamp:
                return zipfile.ZipFile(file).read(member)
        return None
