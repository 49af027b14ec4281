"""What is to be said of a picture before it is decoded: its memory, and what stays unread."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from inference.media.picture import Facts, probe, refuse_too_large

LARGE_BYTES = 200_000_000
"""What takes less is open before it is read that it will be."""
SENTENCE = "Opening “{name}”: {width:,} × {height:,} pixels, about {gigabytes:.1f} GB of memory."
FIRST = "“{name}” holds {count} pictures; only the first is opened."


def announcement(path: Path, *, layered: bool, translated: Callable[[str], str] = str) -> str:
    """The sentence to show before a picture is opened; empty where it is not large.

    layered: it becomes the layer of a document. Raises Problem where it cannot be opened, because
    it is too large, too.
    """
    facts = probe(path)
    refuse_too_large(path.name, facts)
    needed = max(facts.memory_bytes, _laid_out(facts)) if layered else facts.memory_bytes
    if needed < LARGE_BYTES:
        return ""
    size = {"width": facts.width, "height": facts.height}
    return translated(SENTENCE).format(name=path.name, gigabytes=needed / 1e9, **size)


def left_out(path: Path, translated: Callable[[str], str] = str) -> str:
    """The sentence about further pages, or pictures of an animation; empty where there are none."""
    count = probe(path).frames
    return translated(FIRST).format(name=path.name, count=count) if count > 1 else ""


def _laid_out(facts: Facts) -> int:
    """Bytes while the picture is copied into a layer: four channels of at most 16 bits."""
    sample = np.dtype(facts.dtype).itemsize
    return facts.width * facts.height * (facts.channels * sample + 4 * min(sample, 2))
