"""A thread that decodes a clip ahead of whoever shows it, and leaves out what comes too late."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from desktop.film.seeker import Seeker
from inference.media.film import Frame, open_film, probe_film
from inference.media.quick import bgra, quick_bgra
from inference.values import Array, Clip, Picture, Problem

ROOM = 6
"""Frames that may wait to be shown."""
LATE_IN_A_ROW = 12
"""So many late frames are left out, then one is shown anyway: slow is better than frozen."""


@dataclass(frozen=True, eq=False)
class Moment:
    """A frame, ready to be painted: (h, w, 4) uint8 BGRA, perhaps smaller than the film.

    after: the same of what was made of it, None where nothing was. picture: the whole frame, where
    one alone was asked for.
    """

    time: int
    before: Array
    after: Array | None = None
    picture: Picture | None = None


@dataclass(frozen=True, eq=False)
class Made:
    """A film that was made of a clip, or of a part of it.

    ahead: seconds by which its timestamps are smaller than those of the clip.
    """

    clip: Clip
    ahead: Fraction = Fraction(0)


def made_film(path: Path, start: Fraction) -> Made:
    """The film in a file, whose first frame is that of the clip at `start` seconds."""
    clip = probe_film(path)
    reader = open_film(clip)
    try:
        first = next(reader.frames(), None)
    finally:
        reader.close()
    if first is None:
        raise Problem(f"“{path.name}” holds no frames that can be read.")
    return Made(clip, start - first.time * clip.time_base)


@dataclass(frozen=True)
class _Wish:
    """What the thread is to do from a time on: play, or find one frame (or the one before it)."""

    time: int
    earlier: bool = False
    plays: bool = False
    backwards: bool = False
    least: int = 0


class _Newer(Exception):  # noqa: N818 - ends what is done now
    """Something else is wished for."""


class Decoder:
    """Calls landed(Moment) and failed(Problem) in its own thread, none of them after `close`.

    What is wished for last is done; set `due` while it plays, and take what is there.
    """

    def __init__(
        self, clip: Clip, landed: Callable[[Moment], None], failed: Callable[[Problem], None]
    ) -> None:
        self.due: int | None = None
        """The timestamp that should be on the screen now, while it plays."""
        self.scale = 1
        """So many times smaller frames are wanted while it plays."""
        self.dropped = 0
        """Frames that were left out since it began to play."""
        self.clip = clip
        """Another one of the same file may take its place: the next wish heeds it."""
        self._landed, self._failed = landed, failed
        self._changed = threading.Condition()
        self._wish: _Wish | None = None
        self._made: Made | None = None
        self._closed = self._ended = self._backwards = False
        self._step = max(1, round(1 / (clip.rate * clip.time_base)))
        self._ring: deque[Moment] = deque()
        self._thread = threading.Thread(target=self._run, name="film-decoder", daemon=True)
        self._thread.start()

    def fetch(self, time: int, *, earlier: bool = False) -> None:
        """Have the first frame at or after a time land, whole; or the last one before it."""
        self._want(_Wish(time, earlier))

    def play(self, time: int, *, backwards: bool, least: int) -> None:
        """Decode ahead from there; frames less than `least` timestamps apart are left out."""
        self.due, self.dropped = None, 0
        self._want(_Wish(time, plays=True, backwards=backwards, least=least))

    def show(self, made: Made | None) -> None:
        """Give frames of this film beside those of the clip, from the next wish on."""
        self._made = made

    def take(self, due: int | None) -> Moment | None:
        """The newest frame that is due, dropping older ones; without a time the first that is."""
        taken: Moment | None = None
        with self._changed:
            while self._ring and (due is None or not self._is_ahead(self._ring[0].time, due)):
                self.dropped += taken is not None
                taken = self._ring.popleft()
                if due is None:
                    break
            self._changed.notify_all()
        return taken

    @property
    def ended(self) -> bool:
        """True where it has played to the end, and all was taken."""
        with self._changed:
            return self._ended and not self._ring and self._wish is None

    def close(self) -> None:
        """Call nobody any more, and end the thread soon."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _want(self, wish: _Wish) -> None:
        with self._changed:
            self._wish = wish
            self._ring.clear()
            self._ended = False
            self._changed.notify_all()

    # In the thread.

    def _run(self) -> None:
        before, after = _Opened(), _Opened()
        while (wish := self._next_wish()) is not None:
            try:
                before.open(self.clip)
                made = self._made
                after.open(made.clip if made else None)
                self._do(wish, before, after, made)
            except _Newer:
                pass
            except Problem as problem:
                self._call(self._failed, problem)
        before.open(None)
        after.open(None)

    def _next_wish(self) -> _Wish | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wish is not None or self._closed)
            wish, self._wish = self._wish, None
            self._backwards = wish is not None and wish.backwards
            return None if self._closed else wish

    def _do(self, wish: _Wish, before: "_Opened", after: "_Opened", made: Made | None) -> None:
        assert before.seeker is not None
        if wish.plays:
            self._play(wish, before.seeker, after.seeker, made)
            return
        frame = before.seeker.before(wish.time) if wish.earlier else None
        frame = frame or before.seeker.at(wish.time)
        self._check()
        if frame is None:
            raise Problem(f"“{self.clip.path.name}” gave no frame.", remedy="It may be damaged.")
        picture = frame.picture()
        made_of_it = self._result_of(frame, after.seeker, made)
        shown = None if made_of_it is None else bgra(made_of_it.picture())
        self._call(self._landed, Moment(frame.time, bgra(picture), shown, picture))

    def _play(self, wish: _Wish, before: Seeker, after: Seeker | None, made: Made | None) -> None:
        row, last = 0, None
        frames = before.backwards(wish.time) if wish.backwards else before.forwards(wish.time)
        for frame in frames:
            self._check()
            if last is not None and abs(frame.time - last) < wish.least:
                continue
            if self._is_late(frame.time) and row < LATE_IN_A_ROW:
                row += 1
                self.dropped += 1
                continue
            row, last = 0, frame.time
            scale = self.scale
            made_of_it = self._result_of(frame, after, made)
            shown = None if made_of_it is None else quick_bgra(made_of_it, scale)
            self._put(Moment(frame.time, quick_bgra(frame, scale), shown))
        with self._changed:
            self._ended = True

    def _result_of(self, frame: Frame, seeker: Seeker | None, made: Made | None) -> Frame | None:
        """What was made of a frame, where there is such a one."""
        if seeker is None or made is None:
            return None
        clip = made.clip
        wanted = (frame.time * self.clip.time_base - made.ahead) / clip.time_base
        half = 1 / (2 * clip.rate * clip.time_base)
        found = seeker.at(int(wanted - half) + 1)
        return found if found is not None and abs(found.time - wanted) <= half else None

    def _put(self, moment: Moment) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._ring) < ROOM or self._interrupted)
            self._check()
            self._ring.append(moment)

    @property
    def _interrupted(self) -> bool:
        return self._wish is not None or self._closed

    def _check(self) -> None:
        if self._interrupted:
            raise _Newer

    def _is_late(self, time: int) -> bool:
        """Whether the frame after it is due already."""
        following = time - self._step if self._backwards else time + self._step
        return self.due is not None and not self._is_ahead(following, self.due)

    def _is_ahead(self, time: int, other: int) -> bool:
        """Whether one time is still to come when it is the other's turn."""
        return time < other if self._backwards else time > other

    def _call(self, told: Callable[..., None], value: object) -> None:
        with self._changed:  # so that nobody is called after `close`
            if not self._closed and self._wish is None:
                told(value)


class _Opened:
    """A clip that is open, or none."""

    def __init__(self) -> None:
        self.seeker: Seeker | None = None

    def open(self, clip: Clip | None) -> None:
        """Have this clip open and no other."""
        if self.seeker is not None and self.seeker.clip is not clip:
            self.seeker.close()
            self.seeker = None
        if self.seeker is None and clip is not None:
            self.seeker = Seeker(clip)
