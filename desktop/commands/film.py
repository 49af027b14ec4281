"""What is changed about a film: its part and rate, and which frame is shown."""

from dataclasses import replace

from desktop.commands.base import Change, tr
from desktop.document.document import Document
from desktop.document.film import Film
from desktop.document.layers import GeneratedLayer
from desktop.document.tiles import TiledImage


class MarkPart(Change):
    """Other in and out points: timestamps of the first and the last frame, None for the ends."""

    def __init__(self, document: Document, start: int | None, stop: int | None, text: str) -> None:
        super().__init__(document, text)
        self._marks = (start, stop)

    def redo(self) -> None:
        """Set them, and note those before."""
        film = _film_of(self.document)
        marks, self._marks = self._marks, (film.start, film.stop)
        self.document.set_film(replace(film, start=marks[0], stop=marks[1]))

    undo = redo


class SetRate(Change):
    """Another rate of numbered pictures, as text: 24, or 24000/1001."""

    def __init__(self, document: Document, rate: str) -> None:
        super().__init__(document, tr("Frames a second"))
        self._rate = rate

    def redo(self) -> None:
        """Set it, and note the one before."""
        film = _film_of(self.document)
        rate, self._rate = self._rate, film.rate
        self.document.set_film(replace(film, rate=rate))

    undo = redo


def mark_in(document: Document, moment: int) -> MarkPart:
    """The part begins at that frame; an out point before it goes."""
    stop = _film_of(document).stop
    kept = stop if stop is not None and stop >= moment else None
    return MarkPart(document, moment, kept, tr("In point"))


def mark_out(document: Document, moment: int) -> MarkPart:
    """The part ends with that frame; an in point after it goes."""
    start = _film_of(document).start
    kept = start if start is not None and start <= moment else None
    return MarkPart(document, kept, moment, tr("Out point"))


def clear_marks(document: Document) -> MarkPart:
    """All of the clip."""
    return MarkPart(document, None, None, tr("No in and out points"))


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
