"""The three stages of a film's frames: read and see motion; the task; steady, measure, encode."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from inference.film.coherence import SteadyColors
from inference.film.flow import Motion, motion, small, small_grey, warping_error
from inference.film.measure import FrameFigures, figures_of
from inference.film.pipeline import keep_freed_memory, overlapped
from inference.film.segments import Segment, Shelf
from inference.film.strokes import SteadyStrokes
from inference.media.codecs import Look
from inference.media.film import open_film
from inference.media.writer import PartWriter
from inference.request import Context, Result
from inference.values import Array, Clip, Picture, Problem, in_depth

FrameTask = Callable[[Picture, Context], Result]
"""What is done to each frame: a pure function, so that a frame gives the same pixels again.

Where it changes nothing but colours, the result tells what was `laid` on."""


@dataclass(frozen=True, eq=False)
class Work:
    """What is done to the frames of a clip. times: (n,) timestamps of the frames that are shown."""

    clip: Clip
    look: Look
    times: Array
    task: FrameTask
    keeps_light: bool
    coherence: float
    deinterlace: bool


@dataclass(frozen=True, eq=False)
class Sight:
    """A frame as it leaves the reader. motion: None where nothing comes before it in its shot."""

    number: int
    time: int
    picture: Picture
    motion: Motion | None


@dataclass(frozen=True, eq=False)
class Shown:
    """A frame before and after the steadying. memory: what the filter knows then."""

    number: int
    motion: Motion | None
    before: Picture
    after: Picture
    memory: Callable[[], dict[str, Array]]


def compute(work: Work, missing: list[Segment], shelf: Shelf, context: Context) -> None:
    """Make all missing segments, run after run of neighbours."""
    keep_freed_memory()
    clock = Clock(sum(part.stop - part.start for part in missing), len(work.times), context)
    bench = Bench(work, clock, context)
    for run in _runs(missing):
        _compute_run(work, run, shelf, bench)


def _compute_run(work: Work, run: list[Segment], shelf: Shelf, bench: "Bench") -> None:
    calm, press = Calm(work, run, shelf), Press(work, run, shelf)
    try:
        overlapped(sights(work, run), bench.treat, lambda done: press.write(calm.steadied(*done)))
    finally:
        press.close()


class Clock:
    """Progress, and the time left by the pace of the last frames: it adapts as the pace does."""

    def __init__(self, frames: int, all_frames: int, context: Context) -> None:
        self._left = frames
        self._all = all_frames
        self._context = context
        self._pace = 0.0
        self._last = time.monotonic()

    def check(self) -> None:
        """Raise Cancelled where nobody waits any more."""
        fraction = 0.05 + 0.93 * (1 - self._left / self._all)
        left = self._left * self._pace if self._pace else None
        shown = f"Frame {self._all - self._left + 1} of {self._all}"
        self._context.checkpoint(min(fraction, 0.98), shown, left=left)

    def frame_done(self) -> None:
        """One more is done."""
        now = time.monotonic()
        took, self._last = now - self._last, now
        self._pace = took if not self._pace else self._pace + _ADAPTS * (took - self._pace)
        self._left -= 1


_ADAPTS = 0.05  # share of the newest frame in the pace


def _runs(missing: list[Segment]) -> Iterator[list[Segment]]:
    """Segments that follow each other."""
    run: list[Segment] = []
    for segment in missing:
        if run and segment.number != run[-1].number + 1:
            yield run
            run = []
        run.append(segment)
    if run:
        yield run


def sights(work: Work, run: list[Segment]) -> Iterator[Sight]:
    """The frames of a run with their motion; so the one before it is looked at too."""
    first = run[0].start - run[0].goes_on
    starts = {segment.shot for segment in run}
    reader = open_film(work.clip, deinterlace=work.deinterlace)
    try:
        frames = reader.frames(int(work.times[first]))
        before: Array | None = None
        for number in range(first, run[-1].stop):
            frame = next(frames, None)
            if frame is None or frame.time != work.times[number]:
                raise Problem(
                    f"“{work.clip.path.name}” gave other frames than a moment before.",
                    remedy="It may be damaged, or still be written. Try again.",
                )
            picture = frame.picture()
            now = small_grey(picture.pixels)
            move = None
            if before is not None and number not in starts:
                move = motion(before, now, precise=not work.keeps_light)
            if number >= run[0].start:
                yield Sight(number, frame.time, picture, move)
            before = now
    finally:
        reader.close()


class Bench:
    """The middle stage, which takes longest and so does nothing else: the task on each frame."""

    def __init__(self, work: Work, clock: Clock, context: Context) -> None:
        self._work = work
        self._clock = clock
        self._context = context

    def treat(self, sight: Sight) -> tuple[Sight, Result]:
        """A frame, and what the task made of it."""
        self._clock.check()
        result = self._work.task(sight.picture, self._context.muted())
        self._clock.frame_done()
        return sight, result


class Calm:
    """Steadies finished frames along their shots, from where the run before it came to."""

    def __init__(self, work: Work, run: list[Segment], shelf: Shelf) -> None:
        steady = SteadyColors if work.keeps_light else SteadyStrokes
        self._filter = steady(work.coherence) if work.coherence else None
        if self._filter is not None and run[0].goes_on:
            self._filter.remember(shelf.memory_before(run[0]))

    def steadied(self, sight: Sight, result: Result) -> Shown:
        """The next frame."""
        before = result.pictures[0]
        if self._filter is None:
            return Shown(sight.number, sight.motion, before, before, dict)
        after = self._filter.steadied(sight.picture, result, sight.motion)
        return Shown(sight.number, sight.motion, before, after, self._filter.memory)


class Press:
    """Takes figures and encodes frames; each segment is completed when it is whole."""

    def __init__(self, work: Work, run: list[Segment], shelf: Shelf) -> None:
        self._work = work
        self._shelf = shelf
        self._waiting = deque(run)
        self._writer: PartWriter | None = None
        self._before: list[FrameFigures] = []
        self._after: list[FrameFigures] = []
        self._smalls: tuple[Array, Array] | None = None

    def write(self, shown: Shown) -> None:
        """The next frame."""
        segment, times = self._waiting[0], self._work.times
        if self._writer is None:
            self._writer = PartWriter(self._shelf.part(segment), self._work.look)
        self._writer.write(shown.after, int(times[shown.number] - times[segment.start]))
        self._measure(shown)
        if shown.number + 1 == segment.stop:
            self._writer.finish()
            self._shelf.complete(segment, self._before, self._after, shown.memory())
            self._waiting.popleft()
            self._writer, self._before, self._after, self._smalls = None, [], [], None

    def close(self) -> None:
        """Leave no half segment."""
        if self._writer is not None:
            self._writer.close()
            self._shelf.part(self._waiting[0]).unlink(missing_ok=True)

    def _measure(self, shown: Shown) -> None:
        smalls = _small(shown.before), _small(shown.after)
        errors: list[float | None] = [None, None]
        if shown.motion is not None and self._smalls is not None:
            errors = [
                warping_error(was, now, shown.motion)
                for was, now in zip(self._smalls, smalls, strict=True)
            ]
        self._before.append(figures_of(shown.before, errors[0]))
        self._after.append(figures_of(shown.after, errors[1]))
        self._smalls = smalls


def _small(picture: Picture) -> Array:
    """(h, w, 3) uint8."""
    pixels = small(in_depth(picture.pixels, np.uint8))
    return cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB) if picture.grey else pixels
