"""What films are named like. Knows nothing of PyAV, which takes long to import."""

import re
from pathlib import Path

FILMS = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".vob", ".ts", ".mts",
    ".m2ts", ".mxf", ".wmv", ".flv", ".ogv", ".3gp", ".dv", ".nut", ".h264", ".gif",
)  # fmt: skip
"""Suffixes to offer in dialogs; what a file is, its content tells."""

_NUMBERS = re.compile(r"%0?(\d*)d"), re.compile(r"#+")


def number_in(name: str) -> re.Match[str] | None:
    """What stands for the number in the name of numbered pictures: %04d, or else the last ####."""
    for kind in _NUMBERS:
        if found := list(kind.finditer(name)):
            return found[-1]
    return None


def is_pattern(path: Path) -> bool:
    """True for the name of numbered pictures, shot_%04d.png; not for a file “take #2.png”."""
    suffix = path.suffix.lower()
    if not suffix or suffix in FILMS or number_in(path.name) is None:
        return False
    return not path.is_file()


def is_film(path: Path) -> bool:
    """True for what is named like a film: clip.mp4, shot_%04d.png."""
    return path.suffix.lower() in FILMS or is_pattern(path)
