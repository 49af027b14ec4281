"""The project file: NAME.grisaille, which is a valid OpenRaster file.

    mimetype, stack.xml, mergedimage.png, Thumbnails/thumbnail.png    as OpenRaster says
    data/N.png      a layer's own pixels, straight RGBA of 8 or 16 bits, without its mask
    grisaille.json  everything else (manifest.Manifest); where it is there, it decides
    masks/N.png, hints/N.png, metadata/, references/N.png             what the manifest names

Other programs show layers from stack.xml, which knows no masks, and mergedimage.png, which is
what Grisaille shows.

Format history, the number is `format` in grisaille.json:
1   2026-11  layers (raster, generated, hints, group), masks, selection, metadata, references, and
             the clip that a document shows a frame of (by path and fingerprint, not embedded),
             and how a film is made of it (`way`, `export`: as usual where a file lacks them).
             Where each style of a layer goes (`regions`: everywhere where a file lacks them; a
             reader without them shows the layer all the same, and paints anew everywhere).
             Blend modes that a reader does not know become Normal, with a note.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from desktop.document import manifest as plain
from desktop.document.archive import MIMETYPE, ArchiveReader, ArchiveWriter, foreign
from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.document.former import Former, Packed, stamp_of
from desktop.document.manifest import Manifest, Pixels
from desktop.document.openraster import read_stack, write_sparsely, write_stack
from desktop.document.tiles import SCALES, TiledImage
from inference.media.atomic import atomic_write
from inference.media.png import rows_of
from inference.values import Array, Problem, Region, in_depth

MANIFEST = "grisaille.json"
THUMBNAIL_PX = 256


@dataclass(frozen=True, eq=False)
class ProjectReport:
    """What was found in a file: notes are sentences about what could not be kept as it was."""

    document: Document
    notes: tuple[str, ...] = ()


def save_project(
    document: Document,
    path: Path | str,
    overwrite: bool = True,
    former: Former | None = None,
) -> Former:
    """Write a project, whole or not at all; give a snapshot to save beside the GUI thread.

    former: what an earlier save of a snapshot of the same document returned. Pictures that did
    not change since are copied from its file; the bytes are the same as without it. Raises Problem.
    """
    with atomic_write(path, overwrite) as file:
        with ArchiveWriter(file) as archive:
            sink = MemberSink(archive, former)
            described = plain.describe(document, sink)
            archive.write("stack.xml", write_stack(described))
            archive.write(MANIFEST, plain.encode(described, pretty=True))
            write_views(archive, document)
        return Former(Path(path), stamp_of(file), sink.pictures)


def load_project(path: Path | str, memory_limit: int | None = None) -> Document:
    """The document of a .grisaille or .ora file. Raises Problem."""
    return read_project(path, memory_limit).document


def read_project(path: Path | str, memory_limit: int | None = None) -> ProjectReport:
    """The same with notes. memory_limit in bytes; without it, what is free on this machine."""
    notes: list[str] = []
    with ArchiveReader(Path(path), memory_limit) as archive:
        if "mimetype" not in archive or archive.read("mimetype", 100).strip() != MIMETYPE:
            raise foreign(archive.name)
        if MANIFEST not in archive:
            return ProjectReport(read_stack(archive, notes), tuple(notes))
        return _read_own(archive, notes)


def write_views(archive: ArchiveWriter, document: Document) -> None:
    """What is seen: mergedimage.png in full, and the thumbnail."""
    width = document.width

    def seen(top: int, bottom: int) -> Array:
        return composite(document, Region(0, top, width, bottom - top))

    archive.write_picture("mergedimage.png", seen, (document.height, width, 4), document.dtype)
    small = thumbnail(document)
    archive.write_picture("Thumbnails/thumbnail.png", rows_of(small), small.shape, small.dtype)


def thumbnail(document: Document, size: int = THUMBNAIL_PX) -> Array:
    """(h, w, 4) uint8 of what is seen, no larger than size, never larger than the document."""
    longest = max(document.width, document.height)
    scale = max(s for s in SCALES if s == 1 or longest // s >= size)
    small = in_depth(composite(document, document.bounds, scale=scale), np.uint8)
    factor = size / max(small.shape[:2])
    if factor >= 1:
        return small
    width, height = (max(1, round(side * factor)) for side in (small.shape[1], small.shape[0]))
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_AREA))


class MemberSink:
    """Where a manifest's parts go: members of a zip."""

    def __init__(self, archive: ArchiveWriter, former: Former | None = None) -> None:
        self.pictures: list[Packed] = []
        self._archive = archive
        self._former = former
        self._count = 0

    def put_image(self, image: TiledImage, kind: str) -> Pixels:
        """As a PNG of the part that was written."""
        self._count += 1
        pixel = Region(0, 0, 1, 1)  # a layer needs a picture even where it is empty
        stored = image.content if not image.content.empty else pixel
        if kind == "data" and image.fill.any():
            stored = image.bounds  # other programs know no fill
        member = f"{kind}/{self._count}.png"

        def rows(top: int, bottom: int) -> Array:
            return image.read(Region(stored.x, stored.y + top, stored.width, bottom - top))

        packed = self._former.packed(image, kind) if self._former else None
        if packed is not None:
            self._archive.write(member, packed, packed=False)
        else:
            shape = stored.height, stored.width, image.channels
            self._archive.write_picture(member, rows, shape, image.dtype)
        self.pictures.append(Packed.of(member, kind, image))
        fill = [int(value) for value in image.fill]
        return Pixels(
            member=member,
            x=stored.x,
            y=stored.y,
            fill=fill,
            depth=8 if image.dtype == np.uint8 else 16,
        )

    def put_bytes(self, data: bytes, name: str) -> str:
        """As a member of that name."""
        self._archive.write(name, data)
        return name


class _MemberSource:
    """Where they come from again."""

    def __init__(self, archive: ArchiveReader) -> None:
        self._archive = archive

    def get_image(self, pixels: Pixels, width: int, height: int, channels: int) -> TiledImage:
        samples = self._archive.picture(pixels.member)
        place = Region(pixels.x, pixels.y, samples.shape[1], samples.shape[0])
        image = pixels.empty(width, height, channels)
        fits = place.clipped(image.bounds) == place
        if not fits or samples.shape[2] != channels or samples.dtype != image.dtype:
            raise Problem(f"Its part {pixels.member[:80]} is not of the size and kind it says.")
        write_sparsely(image, place, samples)
        return image

    def get_bytes(self, place: str) -> bytes:
        return self._archive.read(place)


def _read_own(archive: ArchiveReader, notes: list[str]) -> ProjectReport:
    try:
        described = plain.decode(archive.read(MANIFEST))
        archive.check_memory(_memory(archive, described))
        document = plain.rebuild(described, _MemberSource(archive), notes)
    except Problem as problem:
        raise _about(archive.name, problem) from problem
    return ProjectReport(document, tuple(notes))


def _memory(archive: ArchiveReader, described: Manifest) -> int:
    """Bytes that the document will take, and decoding its largest part."""
    sizes = [archive.header(image.member).pixels_bytes for image in plain.images(described)]
    return sum(sizes) + 2 * max(sizes, default=0)


def _about(name: str, problem: Problem) -> Problem:
    """The same refusal, saying which file it is about."""
    if name in problem.sentence:
        return problem
    reason = problem.sentence[0].lower() + problem.sentence[1:]
    remedy = problem.remedy or "Open an older copy of it; Grisaille has left this file as it is."
    return Problem(f"“{name}” cannot be opened: {reason}", remedy=remedy, detail=problem.detail)
