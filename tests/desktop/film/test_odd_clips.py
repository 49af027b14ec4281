"""Clips of every kind open, play to their end and stand there, or say what is wrong."""

import shutil
from fractions import Fraction

import av
import numpy as np
import pytest

from tests import filmed
from tests.desktop.film.conftest import TIMES, opened

FEW = TIMES[:12]
KINDS = {
    "turned": {"rotation": 90},
    "10 bit": {"pixels": "yuv420p10le"},
    "wide pixels": {"aspect": Fraction(4, 3)},
    "full range": {"pixels": "yuvj420p", "colors": (2, 1, 1, 1)},
    "variable": {"times": filmed.VARIABLE},
    "frames out of order": {"options": {"bf": "3", "g": "12"}},
    "one frame": {"times": (0,)},
    "late start": {"times": tuple(90_000 + time for time in FEW)},
}


def played(qtbot, reel):
    """Play it from end to end; what is seen must not go back."""
    places = []
    reel.frame_changed.connect(lambda: places.append(reel.place))
    qtbot.waitUntil(lambda: reel.survey is not None, timeout=10_000)
    reel.go_to_start()
    qtbot.waitUntil(lambda: not reel.moving, timeout=10_000)
    places.clear()
    reel.play(1)
    qtbot.waitUntil(lambda: not reel.playing and not reel.moving, timeout=20_000)
    assert places == sorted(places)
    assert reel.place == reel.last
    reel.previous_frame()
    before = int(reel.survey.times[max(0, len(reel.survey.times) - 2)])
    qtbot.waitUntil(lambda: reel.place == before and not reel.moving, timeout=10_000)


@pytest.mark.parametrize("kind", KINDS)
def test_it_plays_to_its_end_and_back(qtbot, studio, tmp_path, kind):
    wishes = {"times": FEW, **KINDS[kind]}
    suffix = ".mkv" if kind in ("late start", "variable") else ".mp4"
    clip = filmed.make_clip(tmp_path / f"clip{suffix}", wishes.pop("times"), **wishes)
    editor = opened(qtbot, studio, clip)
    if kind == "turned":
        assert (editor.document.width, editor.document.height) == (48, 64)
    if kind == "10 bit":
        assert editor.document.dtype == np.uint16
    played(qtbot, editor.reel)


def test_without_timestamps(qtbot, studio, tmp_path):
    path = tmp_path / "clip.h264"
    with av.open(str(path), "w", format="h264") as out:
        film = out.add_stream("libx264", rate=25)
        film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
        for number in range(8):
            out.mux(film.encode(av.VideoFrame.from_ndarray(filmed.frame(number), "rgb24")))
        out.mux(film.encode(None))
    played(qtbot, opened(qtbot, studio, path).reel)


def test_a_clip_that_changes_its_size_is_told_and_the_rest_is_there(qtbot, studio, tmp_path):
    both, base = tmp_path / "both.ts", Fraction(1, 90_000)
    small = filmed.make_clip(tmp_path / "a.ts", (0, 3600, 7200), base=base)
    large = filmed.make_clip(tmp_path / "b.ts", (10_800, 14_400), base=base, size=(96, 48))
    both.write_bytes(small.read_bytes() + large.read_bytes())
    heard = []
    studio.problem_raised.connect(lambda problem, *_: heard.append(str(problem)))
    reel = opened(qtbot, studio, both).reel
    qtbot.waitUntil(lambda: bool(heard), timeout=10_000)
    assert "changes its size" in heard[0]
    reel.next_frame()
    qtbot.waitUntil(lambda: reel.place > reel.first and not reel.moving, timeout=10_000)


def test_a_clip_that_goes_away_is_told(qtbot, studio, tmp_path):
    clip = filmed.make_clip(tmp_path / "clip.mp4", FEW)
    reel = opened(qtbot, studio, clip).reel
    qtbot.waitUntil(lambda: reel.survey is not None, timeout=10_000)
    shutil.move(clip, tmp_path / "gone.mp4")
    with qtbot.waitSignal(studio.problem_raised, timeout=10_000) as told:
        reel.play(1)
    assert "no file" in str(told.args[0])
    assert not reel.playing
