"""Films that are not as they should be: a sentence each, and no half film."""

import os
import resource
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from inference.film import segments
from inference.film.export import export
from inference.media.film import probe_film
from inference.media.picture import write_picture
from inference.request import Context
from inference.values import Picture, Problem
from tests import filmed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "out.mp4"


def exported(source, target, **wishes):
    return export(filmed.order(source, target, **wishes), Context())


def refused(source, target, **wishes) -> str:
    with pytest.raises(Problem) as problem:
        exported(source, target, **wishes)
    assert not list(target.parent.glob("*.*")), "something lies under the target's name"
    assert "Traceback" not in str(problem.value)
    return str(problem.value)


def clip(tmp_path, name="clip.mp4", times=tuple(range(0, 40 * 512, 512)), **wishes):
    return filmed.make_clip(tmp_path / name, times, **wishes)


@pytest.mark.parametrize("content", [b"These are words.\n" * 40, b"", b"\0" * 5000, b"GIF89a"])
@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.gif", "clip.h264"])
def test_what_is_no_film(tmp_path, target, content, name):
    (tmp_path / name).write_bytes(content)
    said = refused(tmp_path / name, target)
    assert f"“{name}”" in said
    assert "film" in said


def test_no_such_file(tmp_path, target):
    assert "There is no file" in refused(tmp_path / "absent.mp4", target)


def test_sound_alone(tmp_path, target):
    import av

    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as out:
        track = filmed._sound_in(out)
        filmed._hum(out, track, 1)
    assert "holds sound, but no pictures" in refused(path, target)


def test_no_frames(tmp_path, target):
    path = clip(tmp_path)
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    stop = data.index(b"moov") - 4
    data[start:stop] = bytes(stop - start)
    path.write_bytes(data)
    assert "no frames that can be read" in refused(path, target)


def test_a_broken_tail_is_done_as_far_as_it_goes(tmp_path, target):
    noise = np.random.default_rng(0).integers(0, 255, (40, 48, 64, 3), np.uint8)
    path = clip(tmp_path, "clip.mkv", picture=lambda number, *_: noise[number])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    report = exported(path, target)
    assert 15 <= report.frames <= 30
    assert len(filmed.times_of(target)) == report.frames
    assert any("the rest is missing from the file" in note for note in report.notes)


def test_missing_frames_are_counted(tmp_path, target):
    noise = np.random.default_rng(0).integers(0, 255, (40, 48, 64, 3), np.uint8)
    path = clip(tmp_path, picture=lambda number, *_: noise[number])
    data = bytearray(path.read_bytes())
    start, stop = data.index(b"mdat") + 4, data.index(b"moov") - 4
    cut = start + (stop - start) * 6 // 10
    data[cut:stop] = bytes(stop - cut)
    path.write_bytes(data)
    report = exported(path, target)
    assert 15 <= report.frames < 40
    assert any(f"Only {report.frames} of the 40 frames" in note for note in report.notes)


def test_a_changing_size(tmp_path, target):
    small, large = clip(tmp_path, "a.ts", (0, 3600, 7200), base=Fraction(1, 90000)), None
    large = filmed.make_clip(
        tmp_path / "b.ts", (10800, 14400), base=Fraction(1, 90000), size=(96, 48)
    )
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    said = refused(both, target)
    assert "changes its size at" in said
    assert "from 64 x 48 to 96 x 48" in said
    assert "two parts: up to 0.160 s" in said


def test_no_timestamps(tmp_path, target):
    report = exported(clip(tmp_path, "clip.h264"), target)
    assert "has no timestamps: 25 frames a second are assumed" in report.notes[0]
    times = filmed.times_of(target)
    assert times == [Fraction(number, 25) for number in range(40)]


def test_an_odd_width(tmp_path, target):
    source = clip(
        tmp_path, "clip.mkv", (0, 40), base=Fraction(1, 1000), codec="ffv1", size=(63, 48)
    )
    report = exported(source, target)
    assert "needs even sizes" in report.notes[0]
    assert (probe_film(target).width, probe_film(target).height) == (64, 48)


def test_a_film_of_one_frame(tmp_path, target):
    assert exported(clip(tmp_path, times=(0,)), target).frames == 1


def test_frames_that_no_encoder_wants(tmp_path, target):
    assert "DNxHR cannot hold frames of 64 x 48 pixels" in refused(
        clip(tmp_path), target.with_suffix(".mov"), codec="dnxhr"
    )


def test_a_single_pixel(tmp_path, target):
    source = filmed.make_clip(
        tmp_path / "clip.mkv", (0, 40), base=Fraction(1, 1000), codec="ffv1", size=(1, 1),
        pixels="gray",
    )  # fmt: skip
    exported(source, target.with_suffix(".mkv"), codec="ffv1")
    assert probe_film(target.with_suffix(".mkv")).width == 1


@pytest.mark.parametrize(("start", "stop"), [(9.0, None), (1.0, 1.0), (1.0, 0.5)])
def test_nothing_between_from_and_to(tmp_path, target, start, stop):
    assert "no frame" in refused(clip(tmp_path), target, start=start, stop=stop)


@pytest.mark.parametrize(
    ("name", "wishes", "words"),
    [
        ("out.mp4", {"codec": "prores"}, "cannot hold ProRes"),
        ("out.png", {}, "does not end in a kind of film"),
        ("nowhere/out.mp4", {}, "There is no folder"),
    ],
)
def test_a_target_that_cannot_be(tmp_path, target, name, wishes, words):
    assert words in refused(clip(tmp_path), target.parent / name, **wishes)


def test_a_target_that_exists_stays(tmp_path, target):
    target.write_bytes(b"precious")
    with pytest.raises(Problem, match="exists already"):
        exported(clip(tmp_path), target)
    assert target.read_bytes() == b"precious"
    exported(clip(tmp_path), target, overwrite=True)
    assert probe_film(target).frames == 40


def test_a_film_is_not_written_over_itself(tmp_path):
    path = clip(tmp_path)
    before = path.read_bytes()
    with pytest.raises(Problem, match="would replace the film that it is made from"):
        exported(path, path, overwrite=True)
    assert path.read_bytes() == before


def numbered_clip(folder, first=1, count=3):
    folder.mkdir(exist_ok=True)
    for number in range(first, first + count):
        write_picture(Picture(filmed.frame(number)), folder / f"s_{number:04d}.png")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["", "s_%04d.png"])
@pytest.mark.parametrize("first", [1, 7])
def test_numbered_pictures_are_not_written_over_themselves(tmp_path, name, first):
    before = numbered_clip(tmp_path / "shots", first)
    source = tmp_path / "shots" / name
    for target in ("s_%04d.png", "s_####.png", "s_%d.png"):
        with pytest.raises(Problem, match="would replace the film that it is made from"):
            exported(source, tmp_path / "shots" / target, overwrite=True)
    assert {path.name: path.read_bytes() for path in source.parent.rglob("*.png")} == before


def test_no_picture_of_those_names_is_replaced_unasked(tmp_path):
    before = numbered_clip(tmp_path / "old", first=3)
    target = tmp_path / "old" / "s_%04d.png"
    with pytest.raises(Problem, match=r"s_0003\.png exists already"):
        exported(clip(tmp_path), target)
    assert {path.name: path.read_bytes() for path in target.parent.iterdir()} == before


def test_pictures_of_a_longer_film_before_are_told(tmp_path):
    numbered_clip(tmp_path / "old", count=8)
    report = exported(
        clip(tmp_path, times=range(0, 3 * 512, 512)), tmp_path / "old" / "s_%04d.png",
        overwrite=True,
    )  # fmt: skip
    assert "“s_0004.png” and 4 more were there before" in report.notes[-1]
    assert len(list((tmp_path / "old").iterdir())) == 8


def test_a_link_is_kept_and_what_it_points_to_renewed(tmp_path, target):
    link = tmp_path / "link.mp4"
    target.write_bytes(b"old")
    link.symlink_to(target)
    exported(clip(tmp_path), link, overwrite=True)
    assert link.is_symlink()
    assert probe_film(target).frames == 40
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["я" * 120 + ".mp4", "y" * 250 + ".mp4"])
def test_the_longest_names(tmp_path, target, name):
    exported(clip(tmp_path), target.with_name(name))
    assert [path.name for path in target.parent.iterdir()] == [name]


def test_what_is_transparent_is_told(tmp_path, target):
    folder = tmp_path / "shots"
    folder.mkdir()
    alpha = np.full((48, 64), 255, np.uint8)
    for number, hole in enumerate((255, 0)):
        alpha[10:20] = hole
        write_picture(Picture(filmed.frame(0), alpha.copy()), folder / f"{number}.png")
    assert not exported(folder, target).notes
    (folder / "0.png").unlink()
    (note,) = exported(folder, target, overwrite=True).notes
    assert "transparent in places" in note


def test_what_cannot_be_put_together_is_a_problem(tmp_path, target, monkeypatch):
    import av

    def join(*_):
        raise av.error.ArgumentError(22, "Invalid argument")

    monkeypatch.setattr("inference.film.export.join", join)
    with pytest.raises(Problem, match=r"could not be put together \(Invalid argument\)"):
        exported(clip(tmp_path), target)
    assert not target.exists()


FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from pathlib import Path
from inference.request import Context
from inference.film.export import export
from inference.values import Problem
from inference.film import segments
from tests import filmed
segments.segments_of.__defaults__ = (10,)
try:
    export(filmed.order(Path({source!r}), Path({target!r})), Context())
except Problem as problem:
    print(problem)
    sys.exit(2)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs limits of file size")
@pytest.mark.parametrize("share", [0.1, 0.6])  # amid the first segment; amid the joining
def test_a_disk_that_fills(tmp_path, target, share, monkeypatch):
    monkeypatch.setattr(segments.segments_of, "__defaults__", (10,))
    noise = np.random.default_rng(0).integers(0, 255, (40, 48, 64, 3), np.uint8)
    source = clip(tmp_path, picture=lambda number, *_: noise[number])
    exported(source, target.with_name("whole.mp4"))
    limit = int(target.with_name("whole.mp4").stat().st_size * share)
    script = FULL_DISK.format(limit=limit, source=str(source), target=str(target))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "“out.mp4”" in done.stdout
    assert "Traceback" not in done.stderr
    assert not target.exists()
    report = exported(source, target)
    assert (report.frames, report.resumed) == (40, 4 if share > 0.5 else 0)
    assert target.read_bytes() == target.with_name("whole.mp4").read_bytes()


def test_a_folder_that_is_read_only(tmp_path, target):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    target.parent.chmod(0o500)
    try:
        assert "read-only" in refused(clip(tmp_path), target)
    finally:
        target.parent.chmod(0o700)
