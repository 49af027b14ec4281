"""Any frame of a clip, forwards and backwards. Decoders only go forwards, so some are kept."""

from collections.abc import Iterator

from inference.media.film import Frame, open_film
from inference.values import Clip

KEPT_BYTES = 96_000_000
"""About so much may be kept of the frames that were decoded last."""
_FEWEST, _MOST = 4, 48  # frames that are kept, and read ahead of going backwards
_ON_S = 1.0  # seconds that are rather decoded than jumped over


class Seeker:
    """Use it in one thread; close it at the end. Times are timestamps of the clip.

    Frames that were decoded last are kept undeveloped, in one row without gaps.
    """

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self._reader = open_film(clip)
        self._frames: Iterator[Frame] | None = None
        self._kept: list[Frame] = []
        self._room = min(_MOST, max(_FEWEST, KEPT_BYTES // (clip.width * clip.height * 3)))
        self._step = max(1, round(1 / (clip.rate * clip.time_base)))

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def at(self, time: int) -> Frame | None:
        """The first frame at or after a time, the last one where there is none; None: no frame."""
        if self._kept and self._kept[0].time <= time <= self._kept[-1].time:
            return next(frame for frame in self._kept if frame.time >= time)
        on = round(_ON_S / self.clip.time_base)
        if not (self._kept and 0 < time - self._kept[-1].time <= on):
            self._start(time)
        while (frame := self._next()) is not None:
            if frame.time >= time:
                return frame
        return self._kept[-1] if self._kept else self._last_before(time)

    def before(self, time: int) -> Frame | None:
        """The last frame before a time, None where there is none."""
        if self._kept and self._kept[0].time < time <= self._kept[-1].time:
            return next(frame for frame in reversed(self._kept) if frame.time < time)
        return self._last_before(time)

    def forwards(self, time: int) -> Iterator[Frame]:
        """Frames from the first at or after a time on; the last one again where there is none."""
        frame = self.at(time)
        while frame is not None:
            yield frame
            frame = self._after(frame)

    def backwards(self, time: int) -> Iterator[Frame]:
        """Frames before a time, the latest first."""
        frame = self.before(time)
        while frame is not None:
            yield frame
            frame = self.before(frame.time)

    def _after(self, frame: Frame) -> Frame | None:
        if self._kept and self._kept[0].time <= frame.time < self._kept[-1].time:
            return next(kept for kept in self._kept if kept.time > frame.time)
        return self._next()

    def _last_before(self, time: int) -> Frame | None:
        """Read a stretch that ends there, longer ones until a frame is in it."""
        stretch = (self._room - 2) * self._step
        while True:
            start = time - stretch
            self._start(start if start > 0 else None)
            while (frame := self._next()) is not None and frame.time < time:
                pass
            found = [kept for kept in self._kept if kept.time < time]
            if found or start <= 0:
                return found[-1] if found else None
            stretch *= 8

    def _start(self, time: int | None) -> None:
        self._kept.clear()
        self._frames = self._reader.frames(time)

    def _next(self) -> Frame | None:
        frame = next(self._frames, None) if self._frames is not None else None
        if frame is not None:
            self._kept.append(frame)
            del self._kept[: -self._room]
        return frame
