"""EXIF blocks as bytes (a small TIFF, beginning II or MM): orientation, and a TIFF's own tags."""

import struct
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, TiffImagePlugin

from inference.values import Array

_PREFIX = b"Exif\0\0"
_ORIENTATION = 0x0112
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
TEXT_TAGS = (270, 271, 272, 305, 306, 315, 316, 33432)
"""What a picture is, on what and by whom it was made; all are texts."""


def plain_exif(block: bytes | None) -> bytes | None:
    """The block without the prefix that some formats put before it; None where it is no EXIF."""
    block = (block or b"").removeprefix(_PREFIX)
    return block if block[:4] in (b"II*\0", b"MM\0*") else None


def prefixed(block: bytes) -> bytes:
    """The block as JPEG wants it."""
    return _PREFIX + block


def orientation_of(block: bytes | None) -> int:
    """1 to 8 as EXIF numbers them; 1 (upright) where the block says nothing sensible."""
    place = _orientation_place(block or b"")
    if place is None:
        return 1
    order, offset = place
    (value,) = struct.unpack_from(order + "H", block or b"", offset)
    return value if 1 <= value <= 8 else 1


def upright(block: bytes | None) -> bytes | None:
    """The same block, saying that the picture stands upright; nothing else is touched."""
    place = _orientation_place(block or b"")
    if block is None or place is None:
        return block
    order, offset = place
    return block[:offset] + struct.pack(order + "H", 1) + block[offset + 2 :]


def _orientation_place(block: bytes) -> tuple[str, int] | None:
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return None
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(order + "HH", block, entry)
            if tag == _ORIENTATION and kind == 3 and entry + 10 <= len(block):
                return order, entry + 8
    except struct.error:
        return None
    return None


def turned_upright(plane: Array, orientation: int) -> Array:
    """(H, W, ...) with an EXIF orientation undone; a view where it can be."""
    if orientation in (5, 6, 7, 8):
        plane = plane.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        plane = plane[:, ::-1]
    if orientation in (3, 4, 7, 8):
        plane = plane[::-1]
    return np.ascontiguousarray(plane)


def exif_of_tiff(file: BinaryIO) -> bytes | None:
    """What a TIFF file says of how the picture was made, as an EXIF block; None if nothing."""
    found, kept = Image.Exif(), Image.Exif()
    file.seek(0)
    found.load_from_fp(file)
    for tag in TEXT_TAGS:
        if tag in found:
            kept[tag] = found[tag]
    for tag in (EXIF_IFD, GPS_IFD):
        if entries := found.get_ifd(tag):
            kept[tag] = entries
    return plain_exif(kept.tobytes()) if len(kept) else None


def tags_of(block: bytes) -> tuple[dict[int, Any], dict[int, dict[int, Any]]]:
    """Text tags, and the EXIF and GPS directories, of a block; empty where it is broken."""
    exif = Image.Exif()
    try:
        exif.load(prefixed(block))
        texts = {tag: str(exif[tag]) for tag in TEXT_TAGS if exif.get(tag)}
        directories = {tag: dict(exif.get_ifd(tag)) for tag in (EXIF_IFD, GPS_IFD)}
    except Exception:  # noqa: BLE001 - a broken block must not keep a picture from being saved
        return {}, {}
    return texts, {tag: entries for tag, entries in directories.items() if entries}


def directory(entries: dict[int, Any], offset: int) -> bytes:
    """An EXIF or GPS directory as it stands at `offset` of a little-endian TIFF file."""
    written = TiffImagePlugin.ImageFileDirectory_v2(prefix=b"II")
    for tag, value in entries.items():
        written[tag] = value
    return written.tobytes(offset)
