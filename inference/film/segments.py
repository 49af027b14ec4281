"""A film in parts that are each done once, kept beside the target, found again after a kill.

A part is complete only when it has its final name; the plan's key says what it is part of.
"""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from inference.film.measure import BINS, FrameFigures
from inference.media.atomic import writing_problem
from inference.values import Array

LONGEST = 100  # frames of a segment
_PLAN = "plan.json"
_JOINED = "joined"
_LONG = 200  # bytes of a name to which nothing can be added, where 255 are the most


@dataclass(frozen=True)
class Segment:
    """Frames start (first) to stop (no longer its own) of a film, all of one shot.

    shot: the first frame of that shot, which is where colours begin to be carried along.
    """

    number: int
    start: int
    stop: int
    shot: int

    @property
    def goes_on(self) -> bool:
        """True where it begins amid a shot, so with what the segment before it remembers."""
        return self.start != self.shot


def segments_of(shots: tuple[tuple[int, int], ...], longest: int = LONGEST) -> list[Segment]:
    """Whole shots; those that are too long in equal parts."""
    found: list[Segment] = []
    for start, stop in shots:
        count = -(-(stop - start) // longest)
        edges = np.linspace(start, stop, count + 1).round().astype(int)
        for first, last in pairwise(edges):
            found.append(Segment(len(found), int(first), int(last), start))
    return found


def key_of(facts: Mapping[str, Any]) -> str:
    """What tells one plan from another: all that decides a byte of the result."""
    told = json.dumps(facts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def content_key(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Shelf:
    """The folder beside the target where finished segments lie.

    target: what a link points to, which is renewed, not the link.
    """

    def __init__(self, target: Path) -> None:
        self.target = Path(os.path.realpath(target))
        name = self.target.name
        if len(os.fsencode(name)) > _LONG:
            name = f"{name[:40]}.{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"
        self.folder = self.target.with_name(f".{name}.grisaille-export")

    def open(self, key: str) -> bool:
        """Make the folder ready for that plan; True where parts of another plan were thrown away.

        Problem where the folder cannot be written.
        """
        told = self._read_plan()
        try:
            if told is not None and told.get("key") != key:
                shutil.rmtree(self.folder)
            self.folder.mkdir(exist_ok=True)
            for left in self.folder.glob("*.part*"):
                left.unlink()
            plan = self.folder / f"{_PLAN}.part"
            plan.write_text(json.dumps({"key": key}))
            plan.replace(self.folder / _PLAN)
        except OSError as error:
            raise writing_problem(error, self.target) from error
        return told is not None and told.get("key") != key

    def _read_plan(self) -> dict[str, Any] | None:
        if not self.folder.is_dir():
            return None
        try:
            told = json.loads((self.folder / _PLAN).read_text())
            return told if isinstance(told, dict) else {}
        except (OSError, ValueError):
            return {}

    def has(self, segment: Segment) -> bool:
        """True where that segment is complete."""
        return self.path(segment).is_file()

    def missing(self, segments: Sequence[Segment]) -> list[Segment]:
        """Those that are to be computed: not complete, or needed by one that is not."""
        wanted: set[int] = set()
        for segment in reversed(segments):
            needed = segment.number in wanted
            if needed or not self.has(segment):
                wanted.add(segment.number)
                if segment.goes_on and not self._memory(segment.number - 1).is_file():
                    wanted.add(segment.number - 1)
        return [segment for segment in segments if segment.number in wanted]

    def path(self, segment: Segment) -> Path:
        """The encoded frames of a complete segment."""
        return self.folder / f"{segment.number:05d}.film"

    def part(self, segment: Segment) -> Path:
        """Where a segment is written until it is complete."""
        return self.folder / f"{segment.number:05d}.part"

    def complete(
        self,
        segment: Segment,
        before: list[FrameFigures],
        after: list[FrameFigures],
        memory: Mapping[str, Array],
    ) -> None:
        """Keep the figures, then give the part its final name: from here on it is done.

        memory: what the next segment goes on from, if it is of the same shot.
        """
        _keep(self._figures(segment), {"before": _packed(before), "after": _packed(after)})
        _keep(self._memory(segment.number), memory)
        with self.part(segment).open("rb") as file:
            os.fsync(file.fileno())
        self.part(segment).replace(self.path(segment))
        self._memory(segment.number - 1).unlink(missing_ok=True)

    def memory_before(self, segment: Segment) -> dict[str, Array]:
        """What a segment that goes on goes on from."""
        with np.load(self._memory(segment.number - 1)) as kept:
            return dict(kept)

    def figures(self, segment: Segment) -> tuple[list[FrameFigures], list[FrameFigures]]:
        """The figures of a complete segment's frames, before and after the steadying."""
        with np.load(self._figures(segment)) as kept:
            return _unpacked(kept["before"]), _unpacked(kept["after"])

    def _figures(self, segment: Segment) -> Path:
        return self.folder / f"{segment.number:05d}.npz"

    def _memory(self, number: int) -> Path:
        return self.folder / f"{number:05d}.memory.npz"

    def joining(self) -> None:
        """Note that the target is about to get its name."""
        (self.folder / _JOINED).touch()

    @property
    def was_joining(self) -> bool:
        """True where a kill may have come between the target's renaming and the clearing up."""
        return (self.folder / _JOINED).exists()

    def tidy(self) -> None:
        """Leave no folder that holds nothing worth keeping."""
        if not any(self.folder.glob("*.film")):
            self.clear()

    def clear(self) -> None:
        """All is done: the folder goes."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _keep(path: Path, arrays: Mapping[str, Array]) -> None:
    part = path.with_suffix(".part.npz")
    with part.open("wb") as file:
        np.savez(file, **dict(arrays))  # type: ignore[arg-type]  # compressing takes longer
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


_ROW = np.dtype([("histograms", "u4", (3, BINS)), ("colorfulness", "f8"), ("warping", "f8")])


def _packed(frames: list[FrameFigures]) -> Array:
    """Frames of `_ROW` as bytes (n,), packed; where there is no warping error, not a number."""
    rows = [
        (one.histograms, one.colorfulness, np.nan if one.warping is None else one.warping)
        for one in frames
    ]
    return np.frombuffer(zlib.compress(np.array(rows, _ROW).tobytes(), level=1), np.uint8)


def _unpacked(packed: Array) -> list[FrameFigures]:
    rows = np.frombuffer(zlib.decompress(packed.tobytes()), _ROW)
    return [
        FrameFigures(counts, float(colorful), None if np.isnan(warping) else float(warping))
        for counts, colorful, warping in rows
    ]
