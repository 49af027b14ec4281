"""Numbered pictures are a film."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from inference.media.film import open_film, probe_film
from inference.media.names import is_pattern
from inference.media.picture import write_picture
from inference.media.sequence import numbered, pattern_in
from inference.values import Picture, Problem
from tests import filmed


def pictures(folder: Path, numbers, name="shot_{:04d}.png", deep=False) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        pixels = filmed.frame(number)
        pixels = pixels.astype(np.uint16) * 257 if deep else pixels
        write_picture(Picture(pixels), folder / name.format(number))
    return folder


@pytest.mark.parametrize(
    ("name", "number", "file"),
    [
        ("a_%04d.png", 7, "a_0007.png"),
        ("a####.tif", 12, "a0012.tif"),
        ("%d.jpg", 100, "100.jpg"),
        ("take #2 %03d.png", 7, "take #2 007.png"),
        ("take #2 ###.png", 7, "take #2 007.png"),
    ],
)
def test_a_pattern_names_files(name, number, file):
    assert is_pattern(Path(name))
    assert numbered(Path(name), number) == Path(file)


@pytest.mark.parametrize("name", ["shot_0001.png", "clip #2.mp4", "album #2", "50%done.MOV"])
def test_other_names_are_no_pattern(name):
    assert not is_pattern(Path(name))


def test_a_file_is_itself_whatever_its_name_looks_like(tmp_path):
    pictures(tmp_path, [3], name="take #{}.png")
    (tmp_path / "take #.png").touch()
    assert not is_pattern(tmp_path / "take #.png")
    assert not is_pattern(tmp_path / "take #3.png")


def test_hidden_files_are_no_frames(tmp_path):
    pictures(tmp_path, range(3))
    (tmp_path / "._shot_0000.png").touch()
    assert probe_film(tmp_path).frames == 3


def test_frames_come_by_number(tmp_path):
    pictures(tmp_path, range(3, 15))
    clip = probe_film(tmp_path / "shot_%04d.png", Fraction(30))
    assert (clip.frames, clip.rate, clip.time_base) == (12, 30, Fraction(1, 30))
    frames = list(open_film(clip).frames(5))
    assert [frame.time for frame in frames] == list(range(5, 12))
    assert np.array_equal(frames[0].picture().pixels, filmed.frame(8))
    assert frames[0].glance(32).shape == (24, 32, 3)


def test_a_folder_is_a_sequence(tmp_path):
    assert probe_film(pictures(tmp_path, range(9))).frames == 9
    assert pattern_in(tmp_path).name == "shot_%04d.png"


def test_sixteen_bits_stay(tmp_path):
    clip = probe_film(pictures(tmp_path, range(2), deep=True))
    assert clip.depth == 16
    assert next(open_film(clip).frames()).picture().pixels.dtype == np.uint16


def test_a_hole_is_named(tmp_path):
    pictures(tmp_path, [1, 2, 4, 6])
    with pytest.raises(Problem, match=r"hole: “shot_0003.png” and 1 more are missing"):
        probe_film(tmp_path / "shot_%04d.png")


def test_other_names_are_no_sequence(tmp_path):
    pictures(tmp_path, [1, 2])
    pictures(tmp_path, [3], name="other_{:04d}.png")
    with pytest.raises(Problem, match="not numbered as one film"):
        probe_film(tmp_path)


def test_nothing_there(tmp_path):
    with pytest.raises(Problem, match="no pictures named like"):
        probe_film(tmp_path / "shot_%04d.png")


def test_another_size_is_refused(tmp_path):
    pictures(tmp_path, [1, 2])
    write_picture(Picture(filmed.frame(3, 32, 32)), tmp_path / "shot_0003.png")
    with pytest.raises(Problem, match=r"shot_0003.png” has 32 x 32 pixels"):
        list(open_film(probe_film(tmp_path)).frames())
