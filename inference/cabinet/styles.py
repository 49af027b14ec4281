"""Which styles have a name: the painting each was learned from, bundled ones and the person's own.

Bundled ones are rows of the table in the bundled painter, in the order of `index.json`. Each of the
person's own is a picture and, beside it, the vector that was learned from it. Reads no weights.
"""

import difflib
import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from inference.values import Cure, Problem

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "styles"
VECTOR = ".safetensors"


@dataclass(frozen=True)
class NamedStyle:
    """A style as a person chooses it.

    name: what it is asked for by; picture: the file it was learned from; row: its place in the
    painter's table, or None for the person's own, whose vector is in the file `vector`.
    """

    name: str
    title: str
    picture: Path
    painter: str = ""
    year: str = ""
    row: int | None = None

    @property
    def own(self) -> bool:
        """True where the person added it."""
        return self.row is None

    @property
    def vector(self) -> Path:
        """Where the vector of one's own style lies."""
        return self.picture.with_suffix(VECTOR)


def user_folder() -> Path:
    """Where a person's own styles are; need not exist."""
    return Path(platformdirs.user_data_dir("Grisaille", appauthor=False)) / "styles"


def styles() -> tuple[NamedStyle, ...]:
    """All styles as they lie on the disk now: bundled ones first, then the person's by name."""
    return (*_bundled(), *_own())


def style(name: str) -> NamedStyle:
    """The style of that name, however it is spelt; Problem with the nearest names if there is none.

    >>> style("Starry Night").name
    'starry_night'
    """
    known = {_plain(found.name): found for found in styles()}
    if (found := known.get(_plain(name))) is not None:
        return found
    near = difflib.get_close_matches(_plain(name), known, n=3, cutoff=0.5)
    near += [plain for plain in known if _plain(name) and _plain(name) in plain]
    likely = ", ".join(known[plain].name for plain in dict.fromkeys(near))
    raise Problem(
        f"There is no style called {name!r}.",
        remedy=f"Did you mean {likely}?" if likely else "Choose one of those there are.",
        cure=Cure.OTHER_STYLE,
        option="" if likely else "`styles list` shows them",
    )


def named(word: str) -> str:
    """A word or the stem of a file as the name of a style: small letters and underscores."""
    return "_".join("".join(c if c.isalnum() else " " for c in word.lower()).split())


def free_name(word: str) -> str:
    """A name that no style has yet, after a word or the stem of a file; "" if that says nothing."""
    name, taken = named(word), {found.name for found in styles()}
    spare = (f"{name}_{number}" for number in itertools.count(2))
    return name if name not in taken else next(one for one in spare if one not in taken)


def _plain(name: str) -> str:
    return named(name).replace("_", "")


def _bundled() -> list[NamedStyle]:
    told = json.loads((BUNDLED / "index.json").read_text("utf-8"))
    return [
        NamedStyle(
            row["name"], row["title"], BUNDLED / row["file"], row["painter"], row["year"], place
        )
        for place, row in enumerate(told)
    ]


def _own() -> list[NamedStyle]:
    taken = {found.name for found in _bundled()}
    files = sorted(user_folder().glob("*.png"))
    return [NamedStyle(p.stem, p.stem.replace("_", " "), p) for p in files if p.stem not in taken]
