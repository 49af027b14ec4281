"""The zip that an OpenRaster file is: written plainly, and looked through before it is believed.

Nothing is ever unpacked to disk. Names, counts, sizes as declared, ratios and the dimensions of
pictures are checked before anything is decompressed; zipfile then holds each member to its
declared size and checksum.
"""

import contextlib
import io
import re
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import imagecodecs
import numpy as np
import numpy.typing as npt
from PIL import Image

from desktop.document.manifest import LARGEST_SIDE
from inference.media.png import Rows, png
from inference.media.profiles import srgb_profile
from inference.values import Array, Problem

MIMETYPE = b"image/openraster"
MOST_MEMBERS = 10_000
LARGEST_TEXT = 64 << 20
"""Bytes of XML, JSON or metadata that a member may have."""
LARGEST_RATIO = 1100
"""Deflate cannot do better than 1032 to 1: more is a lie."""

_PNG = b"\x89PNG\r\n\x1a\n"
_AT_ONCE = 2  # pictures that are packed beside each other: more would take more memory
_DECODING_ERRORS = (RuntimeError, ValueError, OSError, SyntaxError, TypeError, struct.error)
_REMEDY = "Open an older copy of it; Grisaille has left this file as it is."


def damaged(name: str, why: str, detail: str = "") -> Problem:
    """The refusal of a file that cannot be what it says."""
    return Problem(f"“{name}” is damaged: {why}.", remedy=_REMEDY, detail=detail)


def foreign(name: str) -> Problem:
    """The refusal of a file that is whole, perhaps, but something else."""
    return Problem(
        f"“{name}” is not a Grisaille project.",
        remedy="Choose a .grisaille file, or an OpenRaster file (.ora) of another program.",
    )


def unsafe(name: str, why: str) -> Problem:
    """The refusal of a file that somebody made to do harm, or that looks like it."""
    return Problem(
        f"“{name}” was not opened, because {why}.",
        remedy="If it comes from somebody you trust, ask for a new copy of it.",
    )


@dataclass(frozen=True)
class PngHeader:
    """What the first bytes of a PNG say."""

    width: int
    height: int
    depth: int
    color: int

    @property
    def pixels_bytes(self) -> int:
        """What it takes as RGBA of its depth."""
        return self.width * self.height * 4 * (2 if self.depth == 16 else 1)


class ArchiveReader:
    """A checked zip. Raises Problem on opening and on reading, in one sentence each."""

    def __init__(self, path: Path, memory_limit: int | None = None) -> None:
        self.path = path
        self.name = path.name
        if memory_limit is None:
            import psutil  # type: ignore[import-untyped]

            memory_limit = psutil.virtual_memory().available
        self.memory = memory_limit
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
            if not _begins_as_zip(path):
                raise foreign(self.name) from error
            raise damaged(self.name, "it is no complete zip file", str(error)) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            self._members = self._checked()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> "ArchiveReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def __contains__(self, member: str) -> bool:
        return member in self._members

    def read(self, member: str, limit: int = LARGEST_TEXT) -> bytes:
        """All bytes of a member, which may be no more than the limit."""
        info = self._info(member)
        if info.file_size > limit:
            raise unsafe(self.name, f"its part {member} has {info.file_size:,} bytes")
        with self._reading(member):
            return self._zip.read(info)

    def header(self, member: str) -> PngHeader:
        """The dimensions of a picture, before it is decoded."""
        with self._reading(member), self._zip.open(self._info(member)) as file:
            start = file.read(33)
        if len(start) < 33 or start[:8] != _PNG or start[12:16] != b"IHDR":
            raise damaged(self.name, f"{member} is no PNG picture")
        width, height, depth, color = struct.unpack(">IIBB", start[16:26])
        if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
            raise unsafe(self.name, f"{member} claims to have {width:,} x {height:,} pixels")
        return PngHeader(width, height, depth, color)

    def check_memory(self, needed: int) -> None:
        """Refuse what does not fit, before anything is decoded."""
        if needed > self.memory:
            raise Problem(
                f"“{self.name}” needs about {_gigabytes(needed)} of memory, "
                f"but only {_gigabytes(self.memory)} are free.",
                remedy="Close other programs or pictures, or open it on a larger machine.",
            )

    def picture(self, member: str) -> Array:
        """(h, w, channels) uint8 or uint16 of a PNG: 1, 2, 3 or 4 channels, alpha straight."""
        header = self.header(member)
        self.check_memory(header.pixels_bytes)
        data = self.read(member, max(LARGEST_TEXT, self.memory))
        try:
            pixels = _decoded(data, header)
        except _DECODING_ERRORS as error:
            raise damaged(self.name, f"{member} cannot be decoded", str(error)) from error
        if pixels.shape[:2] != (header.height, header.width):
            raise damaged(self.name, f"{member} has another size than it says")
        return pixels

    def _info(self, member: str) -> zipfile.ZipInfo:
        if member not in self._members:
            raise damaged(self.name, f"its part {member[:80]} is missing")
        return self._members[member]

    @contextlib.contextmanager
    def _reading(self, member: str) -> Iterator[None]:
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise damaged(self.name, f"{member} cannot be read", str(error)) from error
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > MOST_MEMBERS:
            raise unsafe(self.name, f"it has {len(infos):,} parts")
        members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            self._check(info)
            if info.filename in members:
                raise unsafe(self.name, f"it has two parts named {info.filename[:80]}")
            members[info.filename] = info
        if sum(info.compress_size for info in infos) > self.path.stat().st_size:
            raise unsafe(self.name, "its parts overlap")
        return members

    def _check(self, info: zipfile.ZipInfo) -> None:
        if not _is_plain(info.orig_filename):
            raise unsafe(self.name, f"it has a part with the name {info.orig_filename[:80]!r}")
        if info.flag_bits & 1:
            raise unsafe(self.name, "it is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise unsafe(self.name, "it is packed in a way that OpenRaster does not allow")
        if info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
            raise unsafe(self.name, f"its part {info.filename[:80]} lies about its size")
        self.check_memory(info.file_size)


class ArchiveWriter:
    """Writes an OpenRaster zip: mimetype first, pictures stored, texts deflated."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="png")
        self._pending: deque[tuple[str, Future[list[bytes]]]] = deque()
        self.write("mimetype", MIMETYPE, packed=False)

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with (
            contextlib.nullcontext() if error is None else contextlib.suppress(OSError),
            self._zip,
            contextlib.ExitStack() as stack,
        ):
            stack.callback(self._pool.shutdown, cancel_futures=True)
            if error is None:
                self._write_pictures()

    def write(self, member: str, data: bytes, *, packed: bool = True) -> None:
        """Add a member; the date is always the same, so that the same work gives the same file."""
        self._write_pictures()
        self._write(member, [data], packed)

    def write_picture(
        self, member: str, rows: Rows, shape: tuple[int, int, int], dtype: npt.DTypeLike
    ) -> None:
        """Add a PNG of (h, w, 1, 3 or 4) samples, uint8 or uint16, with the profile of sRGB.

        It is packed beside the caller, so the rows must not change until the archive is closed.
        """
        icc = srgb_profile("grey" if shape[2] == 1 else "rgb")  # Krita asks at 16 bits without one
        profile = b"iCCP", b"sRGB\0\0" + zlib.compress(icc)
        packing = self._pool.submit(png, rows, shape, dtype, [profile])
        self._pending.append((member, packing))
        self._write_pictures(_AT_ONCE)

    def _write_pictures(self, but: int = 0) -> None:
        """Write those that are waiting, in their order, but for the last few."""
        while len(self._pending) > but:
            member, packing = self._pending.popleft()
            self._write(member, packing.result(), packed=False)

    def _write(self, member: str, parts: list[bytes], packed: bool) -> None:
        info = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o644 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.file_size = sum(map(len, parts))
        with self._zip.open(info, "w") as file:
            for part in parts:
                file.write(part)


def _decoded(data: bytes, header: PngHeader) -> Array:
    if header.depth == 16 or (header.depth == 8 and header.color == 6):
        pixels: Array = imagecodecs.png_decode(data)
    elif header.depth == 8 and header.color == 0:
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    else:  # palettes, colour keys, few bits
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    return pixels.reshape(*pixels.shape[:2], -1)


def _begins_as_zip(path: Path) -> bool:
    """Or is empty, as what was cut off may be."""
    with path.open("rb") as file:
        return file.read(2) in (b"PK", b"")


def _is_plain(name: str) -> bool:
    """A relative path with forward slashes that stays where it is, on every system."""
    parts = name.rstrip("/").split("/")
    odd = re.search(r'[\\:\x00-\x1f<>"|?*]', name)
    return not odd and len(name) < 250 and all(p and p not in (".", "..") for p in parts)


def _unreadable(path: Path, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        sentence, remedy = f"There is no file “{path}”.", "Look whether it was moved or renamed."
    else:
        reason = error.strerror or type(error).__name__
        sentence, remedy = f"“{path.name}” cannot be read ({reason}).", "Check who may read it."
    return Problem(sentence, remedy=remedy, detail=str(error))


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
