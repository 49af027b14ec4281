"""Films are read by timestamp, upright, in their depth and colours."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from inference.media.probing import probe_clip
from inference.media.reader import FilmReader
from tests import filmed


def read(path, start=None, **wishes):
    reader = FilmReader(probe_clip(path), **wishes)
    try:
        return list(reader.frames(start))
    finally:
        reader.close()


def test_a_clip_is_described(tmp_path):
    path = filmed.make_clip(
        tmp_path / "clip.mp4", sound=True, aspect=Fraction(4, 3), colors=(2, 1, 1, 1)
    )
    clip = probe_clip(path)
    assert (clip.width, clip.height, clip.codec, clip.depth) == (64, 48, "h264", 8)
    assert (clip.rate, clip.frames, clip.pixel_aspect) == (25, 12, Fraction(4, 3))
    assert (clip.color_range, clip.matrix, clip.primaries, clip.transfer) == (2, 1, 1, 1)
    assert clip.sounds == ("aac (fra)",)
    assert not clip.interlaced


def test_timestamps_are_those_of_the_file(tmp_path):
    path = filmed.make_clip(tmp_path / "clip.mp4", filmed.VARIABLE)
    assert tuple(frame.time for frame in read(path)) == filmed.VARIABLE


@pytest.mark.parametrize("start", [0, 512, 600, 2048, 9512])
def test_reading_can_begin_anywhere(tmp_path, start):
    path = filmed.make_clip(tmp_path / "clip.mp4", filmed.VARIABLE)
    every = read(path)
    later = [frame for frame in every if frame.time >= start]
    for begun, whole in zip(read(path, start), later, strict=True):
        assert begun.time == whole.time
        assert np.array_equal(begun.picture().pixels, whole.picture().pixels)


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("clip.avi", "mjpeg", "yuvj420p"),
        ("clip.avi", "mpeg4", "yuv420p"),
        ("clip.flv", "flv", "yuv420p"),
        ("clip.mpg", "mpeg2video", "yuv420p"),
    ],
)
def test_reading_can_begin_anywhere_in_what_older_programs_write(tmp_path, name, codec, pixels):
    path = filmed.make_clip(
        tmp_path / name, range(250), base=Fraction(1, 25), codec=codec, pixels=pixels
    )
    every = [(frame.time, frame.luma().tobytes()) for frame in read(path)]
    for number in (0, 1, 40, 160, 249):
        begun = read(path, every[number][0])
        assert [(frame.time, frame.luma().tobytes()) for frame in begun] == every[number:]


def test_beyond_the_end_there_is_nothing(tmp_path):
    assert read(filmed.make_clip(tmp_path / "clip.mp4"), 10**9) == []


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_frames_are_turned_upright(tmp_path, degrees):
    path = filmed.make_clip(tmp_path / "clip.mkv", [0, 40], base=Fraction(1, 1000), codec="ffv1")
    turned = filmed.make_clip(
        tmp_path / "turned.mkv", [0, 40], base=Fraction(1, 1000), codec="ffv1", rotation=degrees
    )
    clip = probe_clip(turned)
    assert clip.rotation == degrees
    assert clip.upright == ((64, 48) if degrees == 180 else (48, 64))
    upright = np.rot90(read(path)[1].picture().pixels, degrees // 90)
    assert np.array_equal(read(turned)[1].picture().pixels, upright)


@pytest.mark.parametrize("colors", [(1, 1, 1, 1), (2, 1, 1, 1), (1, 6, 6, 6), (1, 9, 9, 14)])
@pytest.mark.parametrize("pixels", ["yuv444p", "yuv420p10le"])
def test_greys_are_kept_in_each_range_and_matrix(tmp_path, colors, pixels):
    path = filmed.make_clip(
        tmp_path / "clip.mkv", [0], base=Fraction(1, 1000), codec="ffv1", pixels=pixels,
        colors=colors,
    )  # fmt: skip
    picture = read(path)[0].picture()
    deep = "10" in pixels
    assert picture.pixels.dtype == (np.uint16 if deep else np.uint8)
    wanted = filmed.frame(0).astype(float)
    found = picture.pixels / (257 if deep else 1)
    assert np.abs(found - wanted).max() <= 1


@pytest.mark.parametrize(
    ("pixels", "range_"),
    [("gray", 2), ("gray10le", 2), ("gray", 0), ("yuv420p", 1), ("yuv444p", 2)],
)
def test_grey_films_give_one_channel(tmp_path, pixels, range_):
    path = filmed.make_clip(
        tmp_path / "clip.mkv", [0], base=Fraction(1, 1000), codec="ffv1", pixels=pixels,
        colors=(range_, 2, 2, 2),
    )  # fmt: skip
    picture = read(path)[0].picture()
    assert picture.grey
    depth = 257 if picture.pixels.dtype == np.uint16 else 1
    assert np.abs(picture.pixels[..., 0] / depth - filmed.frame(0)[..., 0]).max() <= 1


def test_a_limited_grey_of_a_camera_is_stretched(tmp_path):
    path = filmed.make_clip(tmp_path / "clip.mp4", [0], pixels="gray", colors=(1, 2, 2, 2))
    pixels = read(path)[0].picture().pixels
    assert np.abs(pixels[..., 0].astype(int) - filmed.frame(0)[..., 0]).mean() < 18


def test_frames_without_timestamps_are_counted(tmp_path):
    clip = probe_clip(filmed.make_clip(tmp_path / "clip.h264"))
    assert not clip.timed
    times = [frame.time * clip.time_base for frame in read(clip.path)]
    assert len(times) == 12
    assert all(b - a == 1 / clip.rate for a, b in pairwise(times))


def test_fields_are_noticed_and_made_whole(tmp_path):
    path = filmed.make_clip(
        tmp_path / "clip.mp4", filmed.VARIABLE, options={"x264-params": "tff=1"}
    )
    assert probe_clip(path).interlaced
    whole = read(path, deinterlace=True)
    assert tuple(frame.time for frame in whole) == filmed.VARIABLE
    assert whole[3].picture().pixels.shape[:2] == (48, 64)


def test_a_glance_is_small(tmp_path):
    assert read(filmed.make_clip(tmp_path / "clip.mp4"))[0].glance(32).shape == (24, 32, 3)
