"""How pictures are written: declared once, for the window's sheet and for the command line."""

from dataclasses import dataclass
from typing import Literal

from inference.features import setting
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
