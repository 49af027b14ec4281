"""Looks through a clip once, in a thread: when each frame is shown, the shots, small pictures."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference.media.film import Frame, Reader, open_film
from inference.request import Cancelled, Context
from inference.values import Array, Clip, Picture, Problem

if TYPE_CHECKING:
    from inference.film.shots import Survey

THUMBNAILS = 160
"""About so many small pictures are kept of a clip."""


class Surveyor:
    """Calls noticed(time, (h, w, 3) uint8 RGB) now and then, and found(Survey) at the end.

    Both are called in its own thread, none of them after `close`; failed(Problem) likewise.
    """

    def __init__(
        self,
        clip: Clip,
        noticed: Callable[[int, Array], None],
        found: Callable[["Survey"], None],
        failed: Callable[[Problem], None],
    ) -> None:
        self._clip = clip
        self._noticed, self._found, self._failed = noticed, found, failed
        self._stop, self._free = threading.Event(), threading.Event()
        self._free.set()
        self._telling = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="film-surveyor", daemon=True)
        self._thread.start()

    def rest(self, on: bool) -> None:
        """Leave the processor to others for a while; or go on."""
        (self._free.clear if on else self._free.set)()

    def close(self) -> None:
        """Call nobody any more, and end the thread soon."""
        with self._telling:
            self._stop.set()
        self._free.set()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        from inference.film.shots import survey  # takes a while to import

        with suppress(Cancelled):
            try:
                reader = _Noticing(open_film(self._clip), self._notice)
                try:
                    found = survey(reader, Context(cancelled=self._stop))
                finally:
                    reader.close()
                self._tell(lambda: self._found(found))
            except Problem as problem:
                self._tell(lambda problem=problem: self._failed(problem))  # type: ignore[misc]

    def _notice(self, time: int, small: Array) -> None:
        self._free.wait()
        turned = np.ascontiguousarray(np.rot90(small, self._clip.rotation // 90))
        self._tell(lambda: self._noticed(time, turned))

    def _tell(self, what: Callable[[], None]) -> None:
        with self._telling:
            if not self._stop.is_set():
                what()


class _Noticing:
    """A reader whose frames tell when they were glanced at."""

    def __init__(self, reader: Reader, notice: Callable[[int, Array], None]) -> None:
        self.clip = reader.clip
        self.notes = reader.notes
        self._reader = reader
        self._notice = notice
        expected = self.clip.frames or round((self.clip.seconds or 0) * self.clip.rate)
        self._every = max(1, expected // THUMBNAILS)

    def frames(self, start: int | None = None) -> Iterator[Frame]:
        for number, frame in enumerate(self._reader.frames(start)):
            yield _Seen(frame, self._notice) if number % self._every == 0 else frame

    def close(self) -> None:
        self._reader.close()


@dataclass(frozen=True, eq=False)
class _Seen:
    """A frame whose small picture somebody else gets, too."""

    frame: Frame
    notice: Callable[[int, Array], None]

    @property
    def time(self) -> int:
        return self.frame.time

    @property
    def duration(self) -> int:
        return self.frame.duration

    @property
    def interlaced(self) -> bool:
        return self.frame.interlaced

    def picture(self) -> Picture:
        return self.frame.picture()

    def glance(self, width: int) -> Array:
        small = self.frame.glance(width)
        self.notice(self.frame.time, small)
        return small

    def luma(self) -> Array:
        return self.frame.luma()
