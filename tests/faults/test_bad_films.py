"""Bad clips and bad styles at the command line: one sentence, exit 2, nothing under the target."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from desktop.cli import main as cli
from inference.media.picture import write_picture
from inference.tasks import manner, painting, sight
from inference.values import Picture
from tests import filmed

COMMANDS = {"colorize": (), "stylize": ("--style", "great_wave")}


@pytest.fixture(autouse=True)
def small_work(monkeypatch):
    monkeypatch.setattr(painting, "REFERENCE_PX", 64)
    monkeypatch.setattr(manner, "STYLE_PX", 64)
    monkeypatch.setattr(sight, "WORKING_PX", 64)


def text(folder):
    (folder / "clip.mp4").write_text("These are words.\n" * 40)
    return folder / "clip.mp4"


def sound_alone(folder):
    with av.open(str(folder / "clip.mp4"), "w") as out:
        filmed._hum(out, filmed._sound_in(out), 1)
    return folder / "clip.mp4"


def no_frames(folder):
    path = filmed.make_clip(folder / "clip.mp4")
    data = bytearray(path.read_bytes())
    start, stop = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data[start:stop] = bytes(stop - start)
    path.write_bytes(data)
    return path


def changing_size(folder):
    base = Fraction(1, 90000)
    first = filmed.make_clip(folder / "clip.ts", (0, 3600, 7200), base=base)
    other = filmed.make_clip(folder / "b.ts", (10800, 14400), base=base, size=(96, 48))
    first.write_bytes(first.read_bytes() + other.read_bytes())
    other.unlink()
    return first


def with_a_hole(folder):
    for number in (1, 2, 4):
        write_picture(Picture(filmed.frame(number)), folder / f"shot_{number:03d}.png")
    return folder / "shot_%03d.png"


def interlaced(folder):
    return filmed.make_clip(folder / "clip.mp4", options={"x264-params": "tff=1"})


CLIPS = {
    text: "is not a film that can be read",
    sound_alone: "holds sound, but no pictures",
    no_frames: "holds no frames that can be read",
    changing_size: "changes its size at",
    with_a_hole: "“shot_003.png” is missing",
    interlaced: "is interlaced",
}


def given(command, source, target, *more):
    return [command, str(source), "-o", str(target), *COMMANDS[command], "--device", "cpu", *more]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("make", "sentence"), CLIPS.items(), ids=lambda v: getattr(v, "__name__", "")
)
def test_bad_clips(command, make, sentence, tmp_path, capsys):
    source = make(tmp_path)
    there = sorted(tmp_path.iterdir())
    assert cli.main(given(command, source, tmp_path / "out.mp4")) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert sorted(tmp_path.iterdir()) == there, "nothing is left behind"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("target", "words", "sentence"),
    [
        ("out.mp4", ("--codec", "prores"), "cannot hold ProRes"),
        ("out.mp4", ("--codec", "betamax"), "'betamax' is not one of 'h264', 'hevc'"),
        ("out.mov", ("--codec", "prores", "--crf", "9"), "has no quality to choose"),
        ("out.mp4", ("--crf", "60"), "of 60 is not possible"),
        ("out.xyz", (), "does not end in a kind of film"),
        ("nowhere/out.mp4", (), "There is no folder"),
        ("out.mp4", ("--from", "soon"), "'soon' is not a time"),
        ("out.mp4", ("--from", "9"), "There is no frame of"),
    ],
)
def test_bad_wishes(command, target, words, sentence, tmp_path, capsys):
    source = filmed.make_clip(tmp_path / "clip.mp4")
    assert cli.main(given(command, source, tmp_path / target, *words)) == 2
    assert sentence in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_of_bad_clips(command, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    for name in ("a.mp4", "b.mkv"):
        (tmp_path / "in" / name).write_text("words")
    assert cli.main(given(command, tmp_path / "in", tmp_path / "out")) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "2 of 2 files could not be done:"
    assert [line[:7] for line in said[1:]] == ["a.mp4: ", "b.mkv: "]
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("target", ["/proc/out.mp4", "/proc/out"])
def test_a_folder_of_the_system(command, target, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    source = filmed.make_clip(tmp_path / "in" / "clip.mp4")
    assert cli.main(given(command, source if "." in target else source.parent, target)) == 2
    assert "the folder “/proc” takes no files. Choose another" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_odd_clips_are_done_and_said(command, tmp_path, capsys):
    """A broken tail, no timestamps, an odd width: as far as it goes."""
    noise = np.random.default_rng(0).integers(0, 255, (12, 48, 63, 3), np.uint8)
    wishes = {"codec": "ffv1", "size": (63, 48), "base": Fraction(1, 1000)}
    path = filmed.make_clip(
        tmp_path / "clip.mkv", range(0, 480, 40), picture=lambda number, *_: noise[number], **wishes
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    bare = filmed.make_clip(tmp_path / "bare.h264", range(0, 4 * 512, 512))
    assert cli.main(given(command, path, tmp_path / "out.mp4")) == 0
    assert "needs even sizes" in capsys.readouterr().err
    assert 2 < len(filmed.times_of(tmp_path / "out.mp4")) < 12
    assert cli.main(given(command, bare, tmp_path / "timed.mp4")) == 0
    assert "has no timestamps" in capsys.readouterr().err


# Styles


def style_picture(folder, height, width, channels=3):
    chance = np.random.default_rng(0)
    small = chance.integers(0, 255, (height, width, channels)).astype(np.uint8)
    write_picture(Picture(small), folder / "style.png")
    return folder / "style.png"


@pytest.mark.parametrize("method", ["fast", "any", "optimise"])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 500), (15, 15)])
def test_a_style_of_a_few_pixels_is_refused(method, height, width, tmp_path, capsys):
    write_picture(Picture(filmed.frame(0)), tmp_path / "in.png")
    style = style_picture(tmp_path, height, width)
    words = ["--style", str(style), "--method", method, "--device", "cpu"]
    assert (
        cli.main(["stylize", str(tmp_path / "in.png"), "-o", str(tmp_path / "o.png"), *words]) == 2
    )
    said = capsys.readouterr().err
    assert "too few to show a style" in said
    assert "Traceback" not in said
    assert not (tmp_path / "o.png").exists()


@pytest.mark.parametrize("source", ["in.png", "in.mp4"])
@pytest.mark.parametrize(("height", "width", "channels"), [(80, 90, 1), (200, 10_000, 3)])
def test_grey_and_very_large_styles_paint(source, height, width, channels, tmp_path):
    write_picture(Picture(filmed.frame(0)), tmp_path / "in.png")
    filmed.make_clip(tmp_path / "in.mp4", (0, 512))
    style = style_picture(tmp_path, height, width, channels)
    out = tmp_path / f"out{source[2:]}"
    words = ["--style", str(style), "--device", "cpu"]
    assert cli.main(["stylize", str(tmp_path / source), "-o", str(out), *words]) == 0
    assert out.stat().st_size > 200


@pytest.mark.parametrize("content", [b"These are words.", b"", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_no_style(content, tmp_path, capsys):
    clip = filmed.make_clip(tmp_path / "clip.mp4", (0, 512))
    (tmp_path / "style.png").write_bytes(content)
    words = ["--style", str(tmp_path / "style.png"), "--device", "cpu"]
    assert cli.main(["stylize", str(clip), "-o", str(tmp_path / "out.mp4"), *words]) == 2
    assert "style.png" in capsys.readouterr().err
    assert not (tmp_path / "out.mp4").exists()
