"""What is changed about a film: its part and rate, how it is exported, which frame is shown."""

from dataclasses import replace
from typing import Any

from PySide6.QtGui import QUndoCommand

from desktop.commands.base import Change, tr
from desktop.document.document import Document
from desktop.document.film import Film
from desktop.document.layers import GeneratedLayer
from desktop.document.tiles import TiledImage

_MERGE_ID = 3


class ChangeFilm(Change):
    """Other values of some fields of the document's film.

    Changes with the same merge_key that follow one another become one step: a drag of a slider.
    """

    def __init__(
        self, document: Document, text: str, merge_key: object = None, **values: Any
    ) -> None:
        super().__init__(document, text)
        self.key = merge_key
        self._values = values

    def redo(self) -> None:
        """Set them, and note those before."""
        film = _film_of(self.document)
        values, self._values = self._values, {name: getattr(film, name) for name in self._values}
        self.document.set_film(replace(film, **values))

    undo = redo

    def id(self) -> int:
        """What Qt asks before it tries to merge."""
        return -1 if self.key is None else _MERGE_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """A later change of the same kind is done already: what was before both stays noted."""
        return isinstance(other, ChangeFilm) and other.key == self.key


def mark_in(document: Document, moment: int) -> ChangeFilm:
    """The part begins at that frame; an out point before it goes."""
    stop = _film_of(document).stop
    kept = stop if stop is not None and stop >= moment else None
    return ChangeFilm(document, tr("In point"), start=moment, stop=kept)


def mark_out(document: Document, moment: int) -> ChangeFilm:
    """The part ends with that frame; an in point after it goes."""
    start = _film_of(document).start
    kept = start if start is not None and start <= moment else None
    return ChangeFilm(document, tr("Out point"), start=kept, stop=moment)


def clear_marks(document: Document) -> ChangeFilm:
    """All of the clip."""
    return ChangeFilm(document, tr("No in and out points"), start=None, stop=None)


def set_rate(document: Document, rate: str) -> ChangeFilm:
    """Another rate of numbered pictures, as text: 24, or 24000/1001."""
    return ChangeFilm(document, tr("Frames a second"), rate=rate)


def set_way(document: Document, way: str) -> ChangeFilm:
    """Something else is made of each frame."""
    return ChangeFilm(document, tr("Made of each frame"), way=way)


def set_export(document: Document, settings: dict[str, Any], drag: object) -> ChangeFilm:
    """It is written in another way; what belongs to the same drag is one step."""
    return ChangeFilm(document, tr("Film settings"), drag, export=settings)


def show_frame(document: Document, image: TiledImage, moment: int) -> None:
    """Another frame of the clip. No step of undo, since nothing of the film is changed by it.

    What networks made of the last frame goes.
    """
    film = _film_of(document)
    document.set_film(replace(film, moment=moment))
    document.restore(film.layer, image)
    for layer in list(document.walk()):
        if isinstance(layer, GeneratedLayer):
            document.restore(layer.id, document.empty_image())


def _film_of(document: Document) -> Film:
    assert document.film is not None, "only films have frames"
    return document.film
