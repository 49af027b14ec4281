"""Which models there are: a card each, bundled ones and the person's own. Reads no weights.

A card is a JSON file beside its weights (see `_CardFile`). A weights file without a card in the
person's folder is a model too, of a family that is recognised when it is loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from inference.values import Cure, Problem

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "models"
WEIGHTS = (".safetensors", ".pth", ".pt", ".ckpt", ".bin")
"""What files of weights end in."""


class _CardFile(msgspec.Struct, frozen=True):
    """What the JSON file says. Paths are relative to it; entries that are unknown are ignored."""

    id: str
    title: str
    family: str
    file: str
    sha256: str
    licence: str = ""
    summary: str = ""
    trained: str = ""
    data: str = ""
    failings: str = ""
    figures: dict[str, Any] = {}


@dataclass(frozen=True)
class Card:
    """What is known of a model.

    id: what a request names it by; family: module in inference.models, "" until recognised;
    path: its weights; sha256: 64 hex digits, "" where no card tells; size: bytes of the file;
    licence, summary, trained (how), data (on what, its licence), failings: sentences for people;
    figures: what was measured; bundled: ships with Grisaille;
    trouble: a sentence where it cannot be used, "" otherwise.
    """

    id: str
    title: str
    family: str
    path: Path
    sha256: str
    size: int
    licence: str = ""
    summary: str = ""
    trained: str = ""
    data: str = ""
    failings: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    bundled: bool = False
    trouble: str = ""

    @property
    def file(self) -> str:
        """Name of the file of weights."""
        return self.path.name


def user_folder() -> Path:
    """Where a person puts models of their own; need not exist, subfolders count."""
    return Path(platformdirs.user_data_dir("Grisaille", appauthor=False)) / "models"


def cards() -> tuple[Card, ...]:
    """All models as they lie on the disk now: bundled ones first, then the person's, by id.

    Of two with the same id the first counts. What cannot be used is there too, with its `trouble`.
    """
    found: dict[str, Card] = {}
    for card in (*_cards_in(BUNDLED, bundled=True), *_cards_in(user_folder(), bundled=False)):
        found.setdefault(card.id, card)
    return tuple(found.values())


def card(model: str) -> Card:
    """The card of that id; Problem if there is none."""
    for found in cards():
        if found.id == model:
            return found
    raise Problem(
        f"There is no model called {model!r}.",
        remedy=f"Choose another one, or put its file into {user_folder()}.",
        cure=Cure.SHOW_MODELS,
        option="`models list` shows them",
    )


def _cards_in(folder: Path, *, bundled: bool) -> Iterator[Card]:
    try:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
    except OSError:  # a folder that nobody may look into holds nothing for us
        return
    described = set()
    for path in files:
        if path.suffix == ".json":
            found = _card_from(path, bundled)
            described.add(found.path)
            yield found
    for path in files:
        if path.suffix.lower() in WEIGHTS and path not in described:
            name = path.relative_to(folder).with_suffix("").as_posix()
            yield Card(name, path.stem, "", path, "", path.stat().st_size, bundled=bundled)


def _card_from(path: Path, bundled: bool) -> Card:
    try:
        told = msgspec.json.decode(path.read_bytes(), type=_CardFile)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        trouble = f"Its card {path.name} cannot be read: {error}."
        return Card(path.stem, path.stem, "", path, "", 0, bundled=bundled, trouble=trouble)
    weights = path.parent / Path(told.file).name  # beside the card, wherever it claims to be
    missing = not weights.is_file()
    return Card(
        path=weights,
        size=0 if missing else weights.stat().st_size,
        bundled=bundled,
        trouble=f"Its file {weights.name} is missing beside {path.name}." if missing else "",
        **{name: getattr(told, name) for name in told.__struct_fields__ if name != "file"},
    )
