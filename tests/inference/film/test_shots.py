"""Cuts and timestamps are found in one look through a film."""

import numpy as np
import pytest

from inference.film.shots import survey
from inference.media.film import open_film, probe_film
from inference.request import Cancelled, Context
from tests import filmed


def surveyed(path, context=None):
    reader = open_film(probe_film(path))
    try:
        return survey(reader, context or Context())
    finally:
        reader.close()


def cut_at_20_and_31(number, width, height):
    frame = filmed.frame(number, width, height)
    return frame // 4 if 20 <= number < 31 else 255 - frame // 2 if number >= 31 else frame


def test_times_and_end_are_those_of_the_file(tmp_path):
    found = surveyed(filmed.make_clip(tmp_path / "clip.mp4", filmed.VARIABLE))
    assert tuple(found.times) == filmed.VARIABLE
    assert found.end > filmed.VARIABLE[-1]
    assert found.shots == ((0, 8),)


def test_cuts_are_found(tmp_path):
    times = tuple(range(0, 45 * 512, 512))
    path = filmed.make_clip(tmp_path / "clip.mp4", times, picture=cut_at_20_and_31)
    assert surveyed(path).shots == ((0, 20), (20, 31), (31, 45))


def test_the_street_has_its_cuts(shared):
    found = surveyed(shared / "data" / "film" / "bikes_street.mp4")
    assert len(found.times) == 187
    assert 4 <= len(found.shots) <= 6


def test_a_film_of_one_shot_stays_one(shared):
    assert surveyed(shared / "data" / "film" / "cockatoo.mp4").cuts == ()


def test_fields_are_noticed(tmp_path):
    tff = {"x264-params": "tff=1"}
    assert surveyed(filmed.make_clip(tmp_path / "clip.mp4", options=tff)).interlaced


def test_a_look_can_be_cancelled(tmp_path):
    import threading

    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        surveyed(filmed.make_clip(tmp_path / "clip.mp4"), Context(cancelled=stop))


def test_times_increase(tmp_path):
    found = surveyed(filmed.make_clip(tmp_path / "clip.h264"))
    assert np.all(np.diff(found.times) > 0)
