"""The styles that have a name, as small pictures to choose from; read when first looked at."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.background import Background
from desktop.widgets.images import reduced
from inference.cabinet.styles import NamedStyle, styles
from inference.media.picture import read_picture
from inference.values import Picture, Problem

SMALL_PX = 256


@dataclass(frozen=True, eq=False)
class Offer:
    """A style to choose: what it is asked for by, what it is called, how it looks."""

    name: str
    title: str
    picture: Picture


class Gallery(QObject):
    """Signals: changed() - the styles are there, problem_raised(Problem)."""

    changed = Signal()
    problem_raised = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__(background)  # which answers it, whoever looks at it then
        self.offers: tuple[Offer, ...] = ()
        self._background = background
        self._asked = False

    def load(self) -> None:
        """Read them beside the window, once."""
        if not self._asked:
            self._asked = True
            self._background.run(_read_all, self._take, self.problem_raised.emit)

    def reload(self) -> None:
        """One more is there, or one less: read them again."""
        self._asked = False
        self.load()

    def _take(self, offers: tuple[Offer, ...]) -> None:
        self.offers = offers
        self.changed.emit()


def _read_all() -> tuple[Offer, ...]:
    return tuple(offer for style in styles() if (offer := _read(style)) is not None)


def _read(style: NamedStyle) -> Offer | None:
    try:
        pixels = read_picture(style.picture).pixels
    except Problem:  # one of the person's own, damaged: the others are there all the same
        return None
    title = ", ".join(filter(None, (style.title, style.painter, style.year)))
    return Offer(style.name, title, Picture(reduced(pixels, SMALL_PX)))
