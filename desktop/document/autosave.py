"""Work that outlives a crash: tiles by their content in the user's state folder, and a manifest.

    STATE/<session>/manifest.json      replaced as a whole, after all it names is there
    STATE/<session>/tiles/<blake2b>    one tile or block of bytes, deflated

Only tiles that changed since the last time are hashed and written. A tile's name is the hash of
its content, so what a power cut left half-written is recognised when it is read.
"""

import contextlib
import hashlib
import re
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import msgspec
import numpy as np

from desktop.document import manifest as plain
from desktop.document.document import Document
from desktop.document.layers import new_id
from desktop.document.manifest import Pixels
from desktop.document.project import ProjectReport
from desktop.document.tiles import TiledImage
from inference.media.atomic import atomic_write, writing_problem
from inference.media.lock import Owner
from inference.values import Array, Problem

_MANIFEST = "manifest.json"
_TILES = "tiles"


class _Session(msgspec.Struct):
    path: str
    title: str
    saved_at: float
    owner: Owner
    document: msgspec.Raw


class Autosave:
    """One document's safety net.

    path and title are written along; set them when they change. `save_now` takes a snapshot and
    writes it; to write beside the GUI thread, call `write(document.snapshot())` there: one call
    at a time goes on, the others wait.
    """

    def __init__(
        self, document: Document, state_dir: Path | str, path: Path | None = None, title: str = ""
    ) -> None:
        self.document = document
        self.folder = Path(state_dir) / new_id()
        self.path = path
        self.title = title
        self._known: dict[int, tuple[Array, str]] = {}
        self._busy = threading.Lock()
        self._discarded = False

    def save_now(self) -> None:
        """Write what changed. Raises Problem where the disk does not take it."""
        self.write(self.document.snapshot())

    def write(self, snapshot: Document) -> None:
        """The same for a snapshot that was taken before; from any thread."""
        with self._busy:
            if self._discarded:
                return
            try:
                self._write(snapshot)
            except OSError as error:
                raise writing_problem(error, self.folder / _MANIFEST) from error

    def discard(self) -> None:
        """The work is safe elsewhere, or not wanted: remove all of it, and write no more."""
        with self._busy:
            self._discarded = True
            shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, snapshot: Document) -> None:
        (self.folder / _TILES).mkdir(parents=True, exist_ok=True)
        sink = _TileSink(self.folder / _TILES, self._known)
        session = _Session(
            path=str(self.path or ""),
            title=self.title,
            saved_at=time.time(),
            owner=Owner.current(),
            document=msgspec.Raw(plain.encode(plain.describe(snapshot, sink))),
        )
        with atomic_write(self.folder / _MANIFEST, overwrite=True) as file:
            file.write(msgspec.json.encode(session))
        self._known = sink.known
        for file_path in (self.folder / _TILES).iterdir():
            if file_path.name not in sink.used:
                file_path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Recovery:
    """Work that a crash left behind. path is None where it had never been saved."""

    path: Path | None
    title: str
    saved_at: float
    folder: Path

    def load(self) -> ProjectReport:
        """The document, and notes about what is lost. Raises Problem."""
        notes: list[str] = []
        try:
            session = msgspec.json.decode((self.folder / _MANIFEST).read_bytes(), type=_Session)
            manifest = plain.decode(bytes(session.document))
            document = plain.rebuild(manifest, _TileSource(self.folder / _TILES, notes), notes)
        except (OSError, ValueError, msgspec.MsgspecError, Problem) as error:
            raise Problem(
                f"The automatic copy of “{self.title}” cannot be read.",
                remedy="Open the last version that you saved yourself.",
                detail=str(error),
            ) from error
        return ProjectReport(document, tuple(notes))

    def discard(self) -> None:
        """Remove it: the work is safe, or not wanted."""
        shutil.rmtree(self.folder, ignore_errors=True)


def pending_recoveries(state_dir: Path | str) -> list[Recovery]:
    """What crashed windows left behind, newest first; nothing of windows that still live."""
    found = []
    for path in Path(state_dir).glob(f"*/{_MANIFEST}"):
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            session = msgspec.json.decode(path.read_bytes(), type=_Session)
            if not session.owner.alive():
                original = Path(session.path) if session.path else None
                found.append(Recovery(original, session.title, session.saved_at, path.parent))
    return sorted(found, key=lambda recovery: recovery.saved_at, reverse=True)


class _TileSink:
    """Where a manifest's parts go: writes what is not there yet.

    known: tiles seen before, by identity, and their hashes; used: all that is named now.
    """

    def __init__(self, folder: Path, known: dict[int, tuple[Array, str]]) -> None:
        self._folder = folder
        self._before = known
        self.known: dict[int, tuple[Array, str]] = {}
        self.used: set[str] = set()

    def put_image(self, image: TiledImage, kind: str) -> Pixels:  # noqa: ARG002 - one place for all
        return Pixels(
            fill=[int(value) for value in image.fill],
            depth=8 if image.dtype == np.uint8 else 16,
            tiles={f"{r},{c}": self._put_tile(tile) for (r, c), tile in image.tiles.items()},
        )

    def put_bytes(self, data: bytes, name: str) -> str:  # noqa: ARG002 - named by content
        digest = hashlib.blake2b(data, digest_size=20).hexdigest()
        self.used.add(digest)
        path = self._folder / digest
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_bytes(imagecodecs.deflate_encode(data, level=1))
            part.replace(path)
        return digest

    def _put_tile(self, tile: Array) -> str:
        """By identity first: a snapshot's tiles are never written again."""
        known, digest = self._before.get(id(tile), (None, ""))
        if known is not tile:
            digest = self.put_bytes(np.ascontiguousarray(tile).tobytes(), "")
        self.used.add(digest)
        self.known[id(tile)] = (tile, digest)
        return digest


class _TileSource:
    """Where a manifest's parts come from; tiles that are lost stay empty, with a note."""

    def __init__(self, folder: Path, notes: list[str]) -> None:
        self._folder = folder
        self._notes = notes

    def get_image(self, pixels: Pixels, width: int, height: int, channels: int) -> TiledImage:
        image = pixels.empty(width, height, channels)
        for place, digest in pixels.tiles.items():
            row, column = (int(number) for number in place.split(","))
            region = image.region_of((row, column))
            shape = (region.height, region.width, channels)
            try:
                samples = np.frombuffer(self.get_bytes(digest), image.dtype).reshape(shape)
            except (OSError, ValueError):
                self._note_loss()
            else:
                image.write(region, samples)
        return image

    def get_bytes(self, place: str) -> bytes:
        if not re.fullmatch("[0-9a-f]{40}", place):
            raise ValueError("no name of a tile")
        try:
            data = bytes(imagecodecs.deflate_decode((self._folder / place).read_bytes()))
        except (RuntimeError, MemoryError) as error:  # what a damaged file may ask for
            raise ValueError("not deflated") from error
        if hashlib.blake2b(data, digest_size=20).hexdigest() != place:
            raise ValueError("not what was written")
        return data

    def _note_loss(self) -> None:
        note = "Some parts of the picture did not reach the disk before the crash; they are empty."
        if note not in self._notes:
            self._notes.append(note)
