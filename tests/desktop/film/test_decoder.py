"""The thread that decodes ahead: what is asked for last lands, what is late is left out."""

import threading
from fractions import Fraction

import numpy as np
import pytest

from desktop.film import decoder as decoders
from desktop.film.decoder import Decoder, Made, made_film
from inference.media.film import open_film, probe_film
from inference.media.quick import bgra
from inference.values import Problem
from tests import filmed
from tests.desktop.film.conftest import TIMES

WAIT_S = 10


class Listener:
    """Hears a decoder, from whichever thread."""

    def __init__(self, clip):
        self.heard, self.problems, self.came = [], [], threading.Event()
        self.decoder = Decoder(clip, self._on_landed, self._on_failed)

    def _on_landed(self, moment):
        self.heard.append(moment)
        self.came.set()

    def _on_failed(self, problem):
        self.problems.append(problem)
        self.came.set()

    def wait(self):
        assert self.came.wait(WAIT_S)
        self.came.clear()
        return self.heard[-1] if self.heard else None

    def all_taken(self, due=None):
        """What comes until the end, one by one."""
        pause, taken = threading.Event(), []
        for _ in range(1000 * WAIT_S):
            moment = self.decoder.take(due)
            if moment is not None:
                taken.append(moment)
            elif self.decoder.ended:
                return taken
            pause.wait(0.001)
        raise AssertionError("it never ended")


@pytest.fixture
def listener(clip):
    listener = Listener(probe_film(clip))
    yield listener
    listener.decoder.close()
    listener.decoder.join()


def frame_at(clip, time):
    reader = open_film(probe_film(clip))
    try:
        return next(reader.frames(time)).picture()
    finally:
        reader.close()


@pytest.mark.parametrize("number", [0, 7, 39])
def test_a_frame_lands_whole(listener, clip, number):
    listener.decoder.fetch(TIMES[number])
    moment = listener.wait()
    assert moment.time == TIMES[number]
    whole = frame_at(clip, TIMES[number])
    assert np.array_equal(moment.picture.pixels, whole.pixels)
    assert np.array_equal(moment.before, bgra(whole))
    assert moment.after is None


def test_the_frame_before(listener):
    listener.decoder.fetch(TIMES[9], earlier=True)
    assert listener.wait().time == TIMES[8]


def test_before_the_first_is_the_first(listener):
    listener.decoder.fetch(TIMES[0], earlier=True)
    assert listener.wait().time == TIMES[0]


def test_playing_gives_all_frames_in_order(listener):
    listener.decoder.play(TIMES[0], backwards=False, least=0)
    assert [moment.time for moment in listener.all_taken()] == list(TIMES)
    assert listener.decoder.dropped == 0


def test_playing_backwards(listener):
    listener.decoder.play(TIMES[30], backwards=True, least=0)
    assert [moment.time for moment in listener.all_taken()] == list(TIMES[29::-1])


def test_at_a_high_speed_only_some_are_decoded(listener):
    listener.decoder.play(TIMES[0], backwards=False, least=round(3.5 * filmed.STEP))
    assert [moment.time for moment in listener.all_taken()] == list(TIMES[::4])


def test_what_waits_is_bounded(listener):
    listener.decoder.play(TIMES[0], backwards=False, least=0)
    pause = threading.Event()
    for _ in range(1000):
        if len(listener.decoder._ring) == decoders.ROOM:
            break
        pause.wait(0.005)
    pause.wait(0.05)
    assert len(listener.decoder._ring) == decoders.ROOM


def test_the_newest_that_is_due_is_taken_and_older_ones_are_dropped(listener):
    listener.decoder.play(TIMES[0], backwards=False, least=0)
    pause = threading.Event()
    while len(listener.decoder._ring) < decoders.ROOM:
        pause.wait(0.005)
    assert listener.decoder.take(TIMES[3] + 1).time == TIMES[3]
    assert listener.decoder.dropped == 3
    assert listener.decoder.take(TIMES[3] + 1) is None


def test_late_frames_are_left_out_but_never_all(listener):
    listener.decoder.play(TIMES[0], backwards=False, least=0)
    listener.decoder.due = TIMES[-1] + 10 * filmed.STEP
    shown = [moment.time for moment in listener.all_taken(TIMES[-1])]
    assert 2 <= len(shown) <= decoders.ROOM + 5
    assert listener.decoder.dropped + len(shown) == len(TIMES)


def test_smaller_frames_where_they_are_shown_small(listener):
    listener.decoder.scale = 4
    listener.decoder.play(TIMES[0], backwards=False, least=0)
    assert {moment.before.shape for moment in listener.all_taken()} == {(12, 16, 4)}


def test_a_newer_wish_ends_the_older(listener):
    listener.decoder.play(TIMES[0], backwards=False, least=0)
    listener.decoder.fetch(TIMES[20])
    assert listener.wait().time == TIMES[20]
    assert listener.decoder.take(None) is None


def test_what_was_made_of_a_part_comes_beside_it(listener, tmp_path):
    def white(number, width, height):
        return np.full((height, width, 3), 255 - number, np.uint8)

    part = filmed.make_clip(tmp_path / "made.mkv", TIMES[:10], picture=white)
    made = made_film(part, TIMES[5] * filmed.BASE)
    assert made.ahead == TIMES[5] * filmed.BASE
    listener.decoder.show(made)
    listener.decoder.play(TIMES[0], backwards=False, least=0)
    moments = listener.all_taken()
    beside = [moment.time for moment in moments if moment.after is not None]
    assert beside == list(TIMES[5:15])
    light = [int(moment.after[20, 20, 0]) for moment in moments[5:15]]
    assert light == sorted(light, reverse=True)
    listener.decoder.fetch(TIMES[7])
    assert abs(int(listener.wait().after[20, 20, 0]) - 253) <= 2


def test_a_film_of_other_timestamps_fits(listener, tmp_path):
    made = filmed.make_clip(
        tmp_path / "made.mp4", range(0, 4000, 100), base=Fraction(1, 2500), size=(64, 48)
    )
    listener.decoder.show(Made(probe_film(made)))
    listener.decoder.play(TIMES[0], backwards=False, least=0)
    assert all(moment.after is not None for moment in listener.all_taken())


def test_what_is_broken_is_a_problem(clip):
    listener = Listener(probe_film(clip))
    clip.write_bytes(b"no film any more")
    listener.decoder.fetch(0)
    listener.wait()
    assert "not a film" in str(listener.problems[0])
    listener.decoder.close()
    listener.decoder.join()


def test_nobody_is_called_after_it_is_closed(clip):
    listener = Listener(probe_film(clip))
    listener.decoder.close()
    listener.decoder.fetch(0)
    listener.decoder.join()
    assert listener.heard == []


def test_a_film_without_frames_is_refused(tmp_path):
    path = tmp_path / "words.mp4"
    path.write_text("words")
    with pytest.raises(Problem, match="not a film"):
        made_film(path, Fraction(0))
