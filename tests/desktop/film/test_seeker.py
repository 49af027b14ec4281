"""Any frame of a clip, forwards and backwards, by its own timestamp."""

import random

import numpy as np
import pytest

from desktop.film import seeker as seekers
from desktop.film.seeker import Seeker
from inference.media.film import probe_film
from tests import filmed

TIMES = tuple(np.cumsum([0, *[512, 300, 700, 512] * 25]).tolist())


@pytest.fixture(params=["h264", "gif", "few kept"])
def seeker(request, tmp_path, monkeypatch):
    if request.param == "few kept":
        monkeypatch.setattr(seekers, "KEPT_BYTES", 1)
    if request.param == "gif":
        path = filmed.make_clip(
            tmp_path / "clip.gif", range(0, 404, 4), codec="gif", pixels="rgb8",
            base=filmed.Fraction(1, 100),
        )  # fmt: skip
    else:
        path = filmed.make_clip(tmp_path / "clip.mp4", TIMES, options={"bf": "2", "g": "30"})
    seeker = Seeker(probe_film(path))
    yield seeker
    seeker.close()


@pytest.fixture
def times(seeker):
    return [frame.time for frame in Seeker(seeker.clip).forwards(-100)]


def test_forwards_gives_each_frame_once(times):
    assert len(times) == 101
    assert times == sorted(set(times))


def test_any_frame_is_found_by_its_time(seeker, times):
    for number in random.Random(1).sample(range(101), 12):
        assert seeker.at(times[number]).time == times[number]


def test_between_frames_the_next_is_found(seeker, times):
    assert seeker.at(times[40] + 1).time == times[41]
    assert seeker.at(times[40]).time == times[40]


def test_after_the_end_the_last_is_found(seeker, times):
    assert seeker.at(times[-1] + 100_000).time == times[-1]


def test_the_one_before(seeker, times):
    assert seeker.before(times[50]).time == times[49]
    assert seeker.before(times[49]).time == times[48]
    assert seeker.before(times[0]) is None
    assert seeker.at(times[50]).time == times[50]


def test_backwards_gives_all_in_turn(seeker, times):
    back = [frame.time for frame in seeker.backwards(times[60])]
    assert back == times[59::-1]


def test_a_frame_has_the_same_pixels_whichever_way_it_was_found(seeker, times):
    found = seeker.at(times[33]).picture().pixels
    on_the_way = next(f for f in seeker.backwards(times[60]) if f.time == times[33])
    assert np.array_equal(found, on_the_way.picture().pixels)
