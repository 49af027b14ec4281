"""Parts of a film are planned once, and found again."""

import numpy as np
import pytest

from inference.film.measure import FrameFigures
from inference.film.segments import Segment, Shelf, key_of, segments_of


def test_shots_are_segments_and_long_ones_are_divided():
    found = segments_of(((0, 10), (10, 110), (110, 111)), longest=40)
    assert [(s.start, s.stop, s.shot) for s in found] == [
        (0, 10, 0), (10, 43, 10), (43, 77, 10), (77, 110, 10), (110, 111, 110),
    ]  # fmt: skip
    assert [s.number for s in found] == list(range(5))


@pytest.mark.parametrize("frames", [1, 99, 100, 101, 1000])
def test_every_frame_is_in_one_segment(frames):
    found = segments_of(((0, frames),))
    covered = [frame for s in found for frame in range(s.start, s.stop)]
    assert covered == list(range(frames))
    assert max(s.stop - s.start for s in found) <= 100


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "out.mp4")


PART = Segment(3, 0, 2, 0)
FIGURES = [
    FrameFigures(np.arange(768, dtype=np.uint32).reshape(3, 256), 12.5),
    FrameFigures(np.full((3, 256), 2**31, np.uint32), 7.25, 0.125),
]


def complete(shelf):
    shelf.open("key")
    shelf.part(PART).write_bytes(b"frames")
    shelf.complete(PART, FIGURES, FIGURES[::-1], {"held": np.arange(3)})


def test_a_part_is_complete_when_it_has_its_name(shelf):
    shelf.open("key")
    shelf.part(PART).write_bytes(b"fra")
    assert not shelf.has(PART)
    complete(shelf)
    assert shelf.has(PART)
    assert shelf.path(PART).read_bytes() == b"frames"


def test_figures_come_back_as_they_were(shelf):
    complete(shelf)
    before, after = shelf.figures(PART)
    for kept, given in zip((*before, *after), (*FIGURES, *FIGURES[::-1]), strict=True):
        assert np.array_equal(kept.histograms, given.histograms)
        assert (kept.colorfulness, kept.warping) == (given.colorfulness, given.warping)


def test_the_same_plan_finds_its_parts(shelf):
    complete(shelf)
    shelf.part(Segment(4, 2, 3, 0)).write_bytes(b"half")
    assert shelf.open("key") is False
    assert shelf.has(PART)
    assert not list(shelf.folder.glob("*.part"))


@pytest.mark.parametrize("damage", [None, b"", b"[]", b"{"])
def test_another_plan_or_none_begins_anew(shelf, damage):
    complete(shelf)
    if damage is not None:
        (shelf.folder / "plan.json").write_bytes(damage)
    assert shelf.open("another") is True
    assert not shelf.has(PART)


def finish(shelf, segment):
    shelf.part(segment).write_bytes(b"frames")
    shelf.complete(segment, FIGURES, FIGURES, {"held": np.full(2, segment.number)})


def test_a_segment_amid_a_shot_goes_on_from_the_one_before(shelf):
    segments = segments_of(((0, 25), (25, 30)), longest=10)
    shelf.open("key")
    for segment in segments[:2]:
        finish(shelf, segment)
    assert shelf.missing(segments) == segments[2:]
    assert shelf.memory_before(segments[2])["held"].tolist() == [1, 1]


def test_where_that_is_gone_the_shot_is_begun_anew(shelf):
    segments = segments_of(((0, 25), (25, 30)), longest=10)
    shelf.open("key")
    for segment in segments:
        finish(shelf, segment)
    assert shelf.missing(segments) == []
    shelf.path(segments[2]).unlink()
    assert shelf.missing(segments) == segments[:3], "its memory went when it was complete"
    shelf.path(segments[3]).unlink()
    assert shelf.missing(segments) == segments


def test_a_key_tells_plans_apart():
    plan = {"a": 1, "b": [0.5, None]}
    assert key_of(plan) == key_of({"b": [0.5, None], "a": 1})
    assert len({key_of({**plan, "a": value}) for value in (1, 2, "1", None)}) == 4


def test_clearing_leaves_nothing(shelf, tmp_path):
    complete(shelf)
    shelf.clear()
    assert list(tmp_path.iterdir()) == []
