"""Films in and out: ask what a clip is, open it. The door to reader.py and its like."""

from fractions import Fraction
from pathlib import Path

from inference.media.names import is_pattern
from inference.media.probing import probe_clip
from inference.media.reader import FilmReader, Frame, Reader
from inference.media.sequence import (
    SEQUENCE,
    SequenceReader,
    pattern_in,
    probe_sequence,
)
from inference.values import Clip

__all__ = ["Frame", "Reader", "open_film", "probe_film"]


def probe_film(path: Path | str, rate: Fraction | None = None) -> Clip:
    """What a film is: a file, a pattern of numbered pictures, or a folder of them.

    rate: frames a second of numbered pictures. Problem where it is none of these.
    """
    path = Path(path)
    if path.is_dir():
        path = pattern_in(path)
    return probe_sequence(path, rate) if is_pattern(path) else probe_clip(path)


def open_film(clip: Clip, *, deinterlace: bool = False) -> Reader:
    """Open a clip to read its frames; close it afterwards."""
    if clip.format == SEQUENCE:
        return SequenceReader(clip)
    return FilmReader(clip, deinterlace=deinterlace)
