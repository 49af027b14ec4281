"""The clip of one document as it is played: playhead, speed, in and out points, shots."""

import bisect
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.background import Background
from desktop.commands.film import show_frame
from desktop.document.document import Document
from desktop.document.film import Film
from desktop.document.tiles import TiledImage
from desktop.film.clock import Clock, Pace
from desktop.film.decoder import Decoder, Made, Moment
from desktop.film.surveyor import Surveyor
from inference.media.sequence import SEQUENCE
from inference.values import Array, Clip, Problem

if TYPE_CHECKING:
    from inference.film.shots import Survey

TICK_MS = 8
SETTLE_MS = 120
"""A frame that is passed over sooner is never laid into the document."""
FASTEST = 8
_TOO_LATE_S = 0.3  # from there on the film runs slower instead of leaving out yet more


class Reel(QObject):
    """One per document with a clip. Times are timestamps of the clip.

    Signals: frame_changed() - another frame is to be painted; place_changed() - the playhead went;
    played(speed) - 0 where it stopped; part_changed() - other in or out points; found() - the
    shots are known; noticed() - there is one more small picture; laid() - the shown frame is in
    the document; problem_raised(Problem).
    """

    frame_changed = Signal()
    place_changed = Signal()
    played = Signal(float)
    part_changed = Signal()
    found = Signal()
    noticed = Signal()
    laid = Signal()
    problem_raised = Signal(object)
    _landed = Signal(object)  # from the threads
    _surveyed = Signal(object)
    _glanced = Signal(object, object)
    _failed = Signal(object)

    def __init__(
        self,
        clip: Clip,
        first: int,
        document: Document,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        """first: the timestamp of the clip's first frame."""
        super().__init__(parent)
        self.clip = clip
        self.first = first
        self.step = max(1, round(1 / (clip.rate * clip.time_base)))
        self.survey: Survey | None = None
        self.thumbnails: dict[int, Array] = {}
        """Small pictures, (h, w, 3) uint8 RGB, by their time; more come as the survey goes on."""
        self.shown: Moment | None = None
        """What is painted while it moves."""
        self.place = document.moment
        self.speed = 0.0
        self.loops = False
        self.made: Made | None = None
        self._document, self._background = document, background
        self._still = True  # what is seen is in the document
        self._clock, self._pace = Clock(float(clip.time_base)), Pace()
        self._connect()
        self._decoder = Decoder(clip, self._landed.emit, self._failed.emit)
        self._surveyor = Surveyor(clip, self._glanced.emit, self._surveyed.emit, self._failed.emit)

    def _connect(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        self._landed.connect(self._on_landed, queued)
        self._surveyed.connect(self._on_surveyed, queued)
        self._glanced.connect(self._on_glanced, queued)
        self._failed.connect(self._on_failed, queued)
        self._tick = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._on_tick)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._document.film_changed.connect(self._on_film)

    def close(self) -> None:
        """Nobody watches any more; the threads end soon."""
        self._tick.stop()
        self._settle.stop()
        self._document.film_changed.disconnect(self._on_film)
        self._decoder.close()
        self._surveyor.close()

    def join(self) -> None:
        """Wait until the threads have ended; close first."""
        self._decoder.join()
        self._surveyor.join()

    # What it is.

    @property
    def film(self) -> Film:
        """What the document knows of it: the part that is worked on, where the clip is."""
        assert self._document.film is not None
        return self._document.film

    @property
    def last(self) -> int:
        """The timestamp of the last frame; a guess until the survey is there."""
        if self.survey is not None:
            return int(self.survey.times[-1])
        frames = self.clip.frames or round((self.clip.seconds or 0) * self.clip.rate) or 1
        return self.first + (frames - 1) * self.step

    @property
    def end(self) -> int:
        """When the last frame ends."""
        return self.survey.end if self.survey is not None else self.last + self.step

    @property
    def part(self) -> tuple[int, int]:
        """First and last frame of what is played and exported."""
        start, stop = self.film.start, self.film.stop
        return (self.first if start is None else start), (self.last if stop is None else stop)

    @property
    def playing(self) -> bool:
        """True while it runs by itself."""
        return self.speed != 0

    @property
    def moving(self) -> bool:
        """True while what is to be seen is `shown`, and not the document."""
        return not self._still and self.shown is not None

    @property
    def rate_shown(self) -> float:
        """Frames a second that were shown in the last second."""
        return self._pace.rate

    @property
    def dropped(self) -> int:
        """Frames that were left out since it began to play."""
        return self._decoder.dropped

    @property
    def interlaced(self) -> bool:
        """As far as is known."""
        return self.clip.interlaced or (self.survey is not None and self.survey.interlaced)

    @property
    def numbered(self) -> bool:
        """True for numbered pictures, which do not say how fast they are."""
        return self.clip.format == SEQUENCE

    @property
    def shots(self) -> tuple[int, ...]:
        """The time at which each shot begins; the first alone until the survey is there."""
        if self.survey is None:
            return (self.first,)
        return tuple(int(self.survey.times[start]) for start, _ in self.survey.shots)

    def seconds(self, moment: int) -> Fraction:
        """From the first frame on."""
        return (moment - self.first) * self.clip.time_base

    def number(self, moment: int) -> int:
        """The frame shown then, counted from 0."""
        if self.survey is not None:
            return max(0, int(np.searchsorted(self.survey.times, moment, "right")) - 1)
        return max(0, round((moment - self.first) / self.step))

    def nearest(self, moment: float) -> int:
        """The frame that lies nearest to a time, within the clip."""
        if self.survey is None:
            number = round((moment - self.first) / self.step)
            return min(max(self.first + number * self.step, self.first), self.last)
        times = self.survey.times
        place = int(np.searchsorted(times, moment))
        near = times[max(0, place - 1) : place + 1]
        return int(near[np.argmin(np.abs(near - moment))])

    # What a person does.

    def toggle(self) -> None:
        """Play, or stop."""
        self.play(0 if self.playing else 1)

    def forward(self) -> None:
        """Play; each time twice as fast."""
        self.play(min(FASTEST, self.speed * 2) if self.speed > 0 else 1)

    def backward(self) -> None:
        """Play backwards; each time twice as fast."""
        self.play(max(-FASTEST, self.speed * 2) if self.speed < 0 else -1)

    def play(self, speed: float) -> None:
        """Play at a speed, backwards below 0; 0 stops. From the other end where it is at one."""
        if speed == 0:
            if self.playing:
                self.go(self.place)
            return
        start, stop = self.part
        edge, home = (stop, start) if speed > 0 else (start, stop)
        at_edge = self.place >= edge if speed > 0 else self.place <= edge
        if at_edge and not self.playing:
            self.place = home
        self._settle.stop()
        self._surveyor.rest(True)
        self.speed = speed
        self._pace = Pace()
        self._run_from(self.place)
        self._tick.start()
        self.played.emit(self.speed)

    def go(self, moment: int) -> None:
        """Stop there: at the first frame at or after that time."""
        self._fetch(min(max(moment, self.first), self.last))

    def next_frame(self) -> None:
        """One frame on."""
        self.go(self.place + 1)

    def previous_frame(self) -> None:
        """One frame back."""
        if self.place > self.first:
            self._fetch(self.place, earlier=True)

    def jump(self, seconds: float) -> None:
        """So many seconds on, or back."""
        self.go(self.nearest(self.place + seconds / float(self.clip.time_base)))

    def go_to_start(self) -> None:
        """To the in point; from there to the first frame."""
        self.go(self.part[0] if self.place != self.part[0] else self.first)

    def go_to_end(self) -> None:
        """To the out point; from there to the last frame."""
        self.go(self.part[1] if self.place != self.part[1] else self.last)

    def go_to_shot(self, by: int) -> None:
        """To the first frame of the next shot (1) or of this or the one before (-1)."""
        shots = self.shots
        place = (
            bisect.bisect_right(shots, self.place)
            if by > 0
            else (bisect.bisect_left(shots, self.place) - 1)
        )
        if 0 <= place < len(shots):
            self.go(shots[place])

    def set_loops(self, on: bool) -> None:
        """Begin anew at the end of the part."""
        self.loops = on
        self.part_changed.emit()

    def show_at(self, scale: int) -> None:
        """Frames are painted so many times smaller while it plays."""
        self._decoder.scale = scale

    def show(self, made: Made | None) -> None:
        """Have what was made of it as the other side of the picture."""
        self.made = made
        self._decoder.show(made)
        if not self.playing:
            self.go(self.place)

    # Playing.

    def _run_from(self, moment: int) -> None:
        step = abs(self.speed) - 0.5
        least = round(step * self.step) if step > 1 else 0
        self._clock = Clock(float(self.clip.time_base), self.speed)
        self._decoder.play(moment, backwards=self.speed < 0, least=least)

    def _on_tick(self) -> None:
        now = time.perf_counter()
        due = self._clock.due(now)
        self._decoder.due = None if due is None else int(due)
        moment = self._decoder.take(self._decoder.due)
        if moment is not None:
            if due is None or self._clock.late_s(moment.time, now) > _TOO_LATE_S:
                self._clock.set(moment.time, now)
            if self._has_passed_edge(moment.time):
                self._at_edge()
                return
            self._show(moment)
            self._pace.add(now)
        elif self._decoder.ended:
            self._at_edge()

    def _has_passed_edge(self, moment: int) -> bool:
        start, stop = self.part
        return moment > stop if self.speed > 0 else moment < start

    def _at_edge(self) -> None:
        start, stop = self.part
        if self.loops and start < stop:
            self._run_from(start if self.speed > 0 else stop + 1)
        else:
            self.go(stop if self.speed > 0 else start)

    def _show(self, moment: Moment) -> None:
        self.shown, self.place, self._still = moment, moment.time, False
        self.frame_changed.emit()
        self.place_changed.emit()

    # Standing still.

    def _fetch(self, moment: int, *, earlier: bool = False) -> None:
        was = self.speed
        self._tick.stop()
        self._settle.stop()
        self.speed = 0.0
        self._decoder.fetch(moment, earlier=earlier)
        if was:
            self.played.emit(0.0)

    def _on_landed(self, moment: Moment) -> None:
        if not self.playing:
            self._show(moment)
            self._settle.start()

    def _on_settled(self) -> None:
        """It stays there: lay the frame into the document."""
        moment = self.shown
        assert moment is not None
        assert moment.picture is not None
        picture = moment.picture
        self._background.run(
            lambda: self._document.image_of(picture),
            lambda image: self._lay(moment, image),
            self.problem_raised.emit,
        )

    def _lay(self, moment: Moment, image: TiledImage) -> None:
        if self.shown is not moment or self.playing:
            return  # it went on meanwhile
        self._still = True
        self._surveyor.rest(False)
        if moment.time != self._document.moment:
            show_frame(self._document, image, moment.time)
            self.laid.emit()
        self.frame_changed.emit()

    # What the threads tell.

    def _on_surveyed(self, survey: "Survey") -> None:
        self.survey = survey
        for note in survey.notes:
            self.problem_raised.emit(Problem(note))
        self.found.emit()

    def _on_glanced(self, moment: int, small: Array) -> None:
        self.thumbnails[moment] = small
        self.noticed.emit()

    def _on_failed(self, problem: Problem) -> None:
        self._tick.stop()
        self._surveyor.rest(False)
        if self.playing:
            self.speed = 0.0
            self.played.emit(0.0)
        self.problem_raised.emit(problem)

    def _on_film(self) -> None:
        rate = self.film.pace
        if self.numbered and rate is not None and rate != self.clip.rate:
            self._retime(rate)
        self.part_changed.emit()

    def _retime(self, rate: Fraction) -> None:
        """Timestamps of numbered pictures are their numbers: another rate changes seconds only."""
        self.play(0)
        self.clip = self._decoder.clip = replace(self.clip, rate=rate, time_base=1 / rate)
        self.show(None)  # what was made at another rate runs beside it no more
        self.found.emit()
