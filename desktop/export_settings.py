"""How pictures are written, and what which kind of file cannot be told of that.

Declared once, for the window's sheet and for the command line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from inference.settings import setting
from inference.values import QUALITY

Depth = Literal["own", "8", "16"]

_DEPTHS: dict[Depth, Literal[8, 16] | None] = {"own": None, "8": 8, "16": 16}


@dataclass(frozen=True)
class WriteSettings:
    """For every picture that is written."""

    depth: Depth = setting(
        "own",
        "Bits a channel",
        "Bits a channel; own keeps those of the picture.",
        choices=tuple(_DEPTHS),
        labels=("As the picture", "8", "16"),
    )
    quality: int = setting(
        QUALITY, "Quality", "Of JPEG, and of WebP, which loses nothing from 90 on.",
        minimum=1, maximum=100, step=1,
    )  # fmt: skip

    @property
    def bits(self) -> Literal[8, 16] | None:
        """Bits a channel, None where they are the picture's own."""
        return _DEPTHS[self.depth]


@dataclass(frozen=True)
class ExportSettings(WriteSettings):
    """Where there is an original to compare with, too."""

    report: bool = setting(
        False,
        "Lightness report",
        "Say how far the lightness of what was written is from that of the original, and where "
        "colour gave way to it.",
    )


class Refusal(NamedTuple):
    """Why a kind of file cannot be told a setting. The kind's name goes where the text has {}."""

    text: str
    kind: str = ""
    partly: bool = False
    """True where it can be told some values: which, the writer says."""

    def __str__(self) -> str:
        return self.text.format(self.kind)


Refusals = Mapping[str, Refusal]

_LOSES_NOTHING = "{} loses nothing."
_OF_LAYERS = {
    "depth": Refusal("Layers keep their own depth."),
    "report": Refusal("Layers are not one picture to be compared."),
}
_LAYERED = {".ora": "OpenRaster", ".grisaille": "A project"}

OF_FILMS: Refusals = {
    "depth": Refusal("A film keeps the depth of its source, as far as its codec has it."),
    "quality": Refusal("The quality of a film is told by --crf."),
    "report": Refusal("A film is not one picture to be compared."),
}
"""By the names of settings, as `refusals` gives them."""


def refusals(suffix: str, *, layered: bool = False) -> Refusals:
    """Why a kind of file cannot be told some of the settings, by their names.

    layered: a TIFF with a page for each layer.
    """
    from inference.media.picture import WRITABLE, kind_of

    if suffix in _LAYERED:
        return {**_OF_LAYERS, "quality": Refusal(_LOSES_NOTHING, _LAYERED[suffix])}
    if suffix not in WRITABLE:
        return {}
    kind, refused = kind_of(Path("picture").with_suffix(suffix)), {}
    if not kind.deep:
        refused["depth"] = Refusal("{} has 8 bits only.", kind.name, partly=True)
    if not kind.lossy:
        refused["quality"] = Refusal(_LOSES_NOTHING, kind.name)
    if layered:
        refused["report"] = _OF_LAYERS["report"]
    return refused


def fitting(settings: ExportSettings, suffix: str) -> ExportSettings:
    """The settings without what that kind of file cannot be told."""
    without = {name: getattr(ExportSettings(), name) for name in refusals(suffix)}
    return replace(settings, **without)
