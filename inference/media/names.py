"""What films are named like. Knows nothing of PyAV, which takes long to import."""

import re
from pathlib import Path

FILMS = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".vob", ".ts", ".mts",
    ".m2ts", ".mxf", ".wmv", ".flv", ".ogv", ".3gp", ".dv", ".nut", ".h264", ".gif",
)  # fmt: skip
"""Suffixes to offer in dialogs; what a file is, its content tells."""

NUMBER = re.compile(r"%0?(?P<digits>\d*)d|(?P<hashes>#+)")
"""What stands for the number in the name of numbered pictures."""


def is_pattern(path: Path) -> bool:
    """True for the name of numbered pictures, such as shot_%04d.png."""
    return bool(NUMBER.search(path.name))


def is_film(path: Path) -> bool:
    """True for what is named like a film: clip.mp4, shot_%04d.png."""
    return path.suffix.lower() in FILMS or is_pattern(path)
