"""Numbered pictures as a film: shot_%04d.png or shot_####.png, one file a frame."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from inference.media.names import number_in
from inference.media.picture import READABLE, WRITABLE, probe, read_picture
from inference.media.reader import Frame
from inference.values import Array, Clip, Picture, Problem, in_depth, peak_of

DEFAULT_RATE = Fraction(24)
SEQUENCE = "sequence"
"""The format of a clip that is made of pictures."""


def numbered(pattern: Path, number: int) -> Path:
    """The file of that number."""
    before, width, after = _parts(pattern)
    return pattern.with_name(f"{before}{number:0{width}d}{after}")


def files_like(pattern: Path) -> dict[int, Path]:
    """All files of that pattern, by number, in order."""
    before, _, after = _parts(pattern)
    shape = re.compile(re.escape(before) + r"(\d+)" + re.escape(after))
    files = pattern.parent.iterdir() if pattern.parent.is_dir() else ()
    found = ((shape.fullmatch(path.name), path) for path in files)
    return dict(sorted((int(name[1]), path) for name, path in found if name and path.is_file()))


def _parts(pattern: Path) -> tuple[str, int, str]:
    """What stands before the number, how many digits that has at least, what stands after it."""
    number = number_in(pattern.name)
    assert number is not None
    width = len(number[0]) if number[0][0] == "#" else int(number[1] or 1)
    return pattern.name[: number.start()], width, pattern.name[number.end() :]


def pattern_in(folder: Path) -> Path:
    """The pattern that all pictures of a folder share. Problem where they share none."""
    shown = (path for path in folder.iterdir() if path.name[0] != ".")
    names = sorted(path.name for path in shown if path.suffix.lower() in READABLE)
    ends = [re.fullmatch(r"(.*?)(\d+)(\.\w+)", name) for name in names]
    shared = {(end[1], end[3]) for end in ends if end}
    if not names or None in ends or len(shared) != 1:
        raise Problem(
            f"The pictures in “{folder.name}” are not numbered as one film."
            if names
            else f"There is no picture in “{folder.name}”.",
            remedy="Name them shot_0001.png, shot_0002.png and so on.",
        )
    digits = {len(end[2]) for end in ends if end}
    first, last = shared.pop()
    return folder / f"{first}%0{min(digits)}d{last}"


def probe_sequence(pattern: Path, rate: Fraction | None = None) -> Clip:
    """What the pictures are as a film, `rate` (24 unless given) of them a second.

    Problem where there are none, one is missing, or the first cannot be read.
    """
    files = _files(pattern)
    facts = probe(files[0])
    rate = rate or DEFAULT_RATE
    return Clip(
        path=pattern,
        format=SEQUENCE,
        codec=files[0].suffix.lower().lstrip("."),
        width=facts.width,
        height=facts.height,
        time_base=1 / rate,
        rate=rate,
        frames=len(files),
        seconds=float(len(files) / rate),
        depth=8 if facts.dtype == "uint8" else 16,
        color_range=2,
        transparent=_is_transparent(files[0], facts.channels),
    )


def _is_transparent(path: Path, channels: int) -> bool:
    alpha = read_picture(path).alpha if channels in (2, 4) else None
    return alpha is not None and bool(alpha.min() < peak_of(alpha.dtype))


def files_of(clip: Clip) -> list[Path]:
    """The pictures of a sequence, in order."""
    return _files(clip.path)


def check_pattern(pattern: Path) -> None:
    """Raise Problem where pictures of that name cannot be written."""
    if pattern.suffix.lower() not in WRITABLE:
        raise Problem(
            f"“{pattern.name}” does not end in a kind of picture that Grisaille writes.",
            remedy=f"Use one of {' '.join(WRITABLE)}.",
        )


def _files(pattern: Path) -> list[Path]:
    """All pictures of the pattern, by number, whatever number is the first."""
    found = files_like(pattern)
    if not found:
        raise Problem(
            f"There are no pictures named like “{pattern.name}” in “{pattern.parent}”.",
            remedy="Write the numbers as %04d, say: shot_%04d.png.",
        )
    missing = sorted(set(range(min(found), max(found))) - found.keys())
    if missing:
        several = f" and {len(missing) - 1} more are" if len(missing) > 1 else " is"
        raise Problem(
            f"The sequence has a hole: “{numbered(pattern, missing[0]).name}”{several} missing.",
            remedy="Add what is missing, or number the pictures without a gap.",
        )
    return list(found.values())


class SequenceReader:
    """Reads numbered pictures as the frames of a film."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self.notes: list[str] = []
        self._files = files_of(clip)

    def close(self) -> None:
        """Nothing is kept open."""

    def frames(self, start: int | None = None) -> Iterator[Frame]:
        """All frames from number `start` on, counted from 0. Problem where a size differs."""
        for time, path in enumerate(self._files):
            if start is None or time >= start:
                picture = read_picture(path)
                if (picture.width, picture.height) != (self.clip.width, self.clip.height):
                    raise Problem(
                        f"“{path.name}” has {picture.width} x {picture.height} pixels, the first"
                        f" of its sequence has {self.clip.width} x {self.clip.height}.",
                        remedy="Bring all to one size, or do them as a folder of pictures.",
                    )
                yield StillFrame(time, picture)


@dataclass(frozen=True, eq=False)
class StillFrame:
    """A picture as a frame."""

    time: int
    content: Picture
    duration: int = 1
    interlaced: bool = False

    def picture(self) -> Picture:
        """Its pixels; float ones as uint16."""
        pixels = self.content.pixels
        deep = pixels if pixels.dtype == np.uint8 else in_depth(pixels, np.uint16)
        return Picture(deep)

    def glance(self, width: int) -> Array:
        """A quick small picture."""
        height = max(2, round(self.content.height * width / self.content.width))
        small = cv2.resize(in_depth(self.content.pixels, np.uint8), (width, height))
        if small.ndim == 2:
            small = np.repeat(small[..., None], 3, axis=2)
        rgb: Array = small
        return rgb

    def luma(self) -> Array:
        """Its greys."""
        pixels = in_depth(self.content.pixels, np.uint8)
        if self.content.grey:
            return pixels[..., 0]
        greys: Array = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        return greys
