"""From a file to what is edited: a picture, or a clip with a frame of it. Beside the window."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop.document.document import Document
from desktop.document.film import Film, fingerprint
from desktop.document.project import ProjectReport
from desktop.needs import announcement, left_out
from inference.media.film import open_film, probe_film
from inference.media.names import is_film, is_pattern
from inference.media.picture import read_picture
from inference.values import Clip, Picture, Problem


@dataclass(frozen=True, eq=False)
class FoundClip:
    """A clip, the timestamp of its first frame, and that frame."""

    clip: Clip
    first: int
    picture: Picture


@dataclass(frozen=True, eq=False)
class Opened:
    """What a file holds. notes: sentences for the person; lost: its clip was not found."""

    document: Document
    found: FoundClip | None = None
    notes: tuple[str, ...] = ()
    lost: bool = False


def open_file(path: Path, tell: Callable[[str], object]) -> Opened:
    """A picture; or a clip, numbered pictures, a folder of them. Raises Problem.

    tell is called with what is to be known before a large picture is decoded.
    """
    if not path.is_dir() and not is_film(path):
        if said := announcement(path, layered=True, translated=_tr):
            tell(said)
        document = Document.from_picture(read_picture(path), path.stem)
        return Opened(document, notes=tuple(filter(None, [left_out(path, _tr)])))
    found = _first_frame(probe_film(path))
    clip = found.clip
    document = Document.from_picture(found.picture, clip.path.name)
    document.film = Film(
        layer=document.root.children[0].id,
        path=str(clip.path),
        rate=str(clip.rate),
        fingerprint=fingerprint(clip),
        moment=found.first,
    )
    return Opened(document, found)


def open_report(report: ProjectReport, project: Path | None) -> Opened:
    """A project with its clip, where it has one; the clip may have gone elsewhere with it."""
    film = report.document.film
    if film is None:
        return Opened(report.document, notes=report.notes)
    other: Opened | None = None
    for place in film.places(project):
        try:
            opened = take_clip(report.document, place)
        except Problem:
            continue
        opened = replace(opened, notes=(*report.notes, *opened.notes))
        if not opened.notes:
            return opened
        other = other or opened
    return other or Opened(report.document, notes=report.notes, lost=True)


def take_clip(document: Document, path: Path) -> Opened:
    """The clip of a document from that place. Problem where there is none that could be it."""
    film = document.film
    assert film is not None
    if is_pattern(Path(film.path)) and not is_pattern(path):
        path = path.parent / Path(film.path).name  # one of the pictures was chosen
    found = _first_frame(probe_film(path, film.pace))
    if found.clip.upright != (document.width, document.height):
        raise Problem(
            f"“{path.name}” has frames of another size than the project.",
            remedy="Choose the clip that the project was made with.",
        )
    known = fingerprint(found.clip) == film.fingerprint
    note = f"“{path.name}” is not the same as when the project was saved. It is used all the same."
    return Opened(document, found, () if known else (note,))


def _first_frame(clip: Clip) -> FoundClip:
    reader = open_film(clip)
    try:
        frame = next(reader.frames(), None)
        if frame is None:
            raise Problem(
                f"“{clip.path.name}” holds no frames that can be read.",
                remedy="Choose another film.",
            )
        return FoundClip(clip, frame.time, frame.picture())
    finally:
        reader.close()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Opening", text)
