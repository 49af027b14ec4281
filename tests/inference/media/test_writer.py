"""Films are written as their clip was, part by part, and joined with the sound."""

import re
from fractions import Fraction

import av
import numpy as np
import pytest

from inference.media.codecs import (
    CODECS,
    FILM_TARGETS,
    codec_for,
    container_of,
    look_of,
)
from inference.media.film import open_film, probe_film
from inference.media.joining import Span, join, packets_of
from inference.media.writer import PartWriter, stream_in
from inference.values import Picture, Problem, in_depth
from tests import filmed

WHOLE = Span(None, None, Fraction(0))


def rewritten(source, target, folder, codec=None, parts=2):
    """The film written again in parts of equal length; returns the notes."""
    clip = probe_film(source)
    look = look_of(clip, target, codec_for(target, codec))
    reader = open_film(clip)
    frames = list(reader.frames())
    size, files = -(-len(frames) // parts), []
    for start in range(0, len(frames), size):
        files.append(folder / f"{start}.part")
        writer = PartWriter(files[-1], look)
        for frame in frames[start : start + size]:
            writer.write(frame.picture(), frame.time - frames[start].time)
        writer.finish()
    reader.close()
    times = np.array([frame.time for frame in frames] + [frames[-1].time + 512])
    return join(files, times, look, target, target, clip, WHOLE)


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        ("h264", ".mp4"), ("h264", ".mov"), ("hevc", ".mp4"), ("vp9", ".webm"), ("av1", ".mp4"),
        ("prores", ".mov"), ("ffv1", ".mkv"), ("mjpeg", ".mov"),
    ],
)  # fmt: skip
def test_each_codec_keeps_times_and_pixels(tmp_path, codec, suffix):
    source = filmed.make_clip(tmp_path / "clip.mp4", filmed.VARIABLE, colors=(1, 1, 1, 1))
    target = tmp_path / f"out{suffix}"
    assert rewritten(source, target, tmp_path, codec) == []
    clip = probe_film(target)
    assert clip.codec == {"dnxhr": "dnxhd"}.get(codec, codec)
    precision = Fraction(1, 1000) if suffix in (".mkv", ".webm") else 0
    wanted = [time * filmed.BASE for time in filmed.VARIABLE]
    for found, time in zip(filmed.times_of(target), wanted, strict=True):
        assert abs(found - time) <= precision
    first = next(open_film(clip).frames()).picture().pixels
    assert np.abs(first.astype(float) / (257 if clip.depth > 8 else 1) - filmed.frame(0)).mean() < 3


@pytest.mark.parametrize("colors", [(2, 1, 1, 1), (1, 5, 5, 6), (1, 9, 9, 14)])
@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        ("h264", ".mp4"), ("hevc", ".mp4"), ("av1", ".mp4"), ("vp9", ".webm"), ("prores", ".mov"),
        ("ffv1", ".mkv"), ("dnxhr", ".mov"), ("mjpeg", ".mov"),
    ],
)  # fmt: skip
def test_each_codec_shows_the_colours_of_its_clip(tmp_path, codec, suffix, colors):
    def ramps(_number, width, height):
        x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
        return np.dstack([x, y, 255 - x]).astype(np.uint8)

    source = filmed.make_clip(
        tmp_path / "clip.mp4", (0, 512), size=(256, 128), colors=colors, picture=ramps,
        pixels="yuv420p10le",
    )  # fmt: skip
    rewritten(source, tmp_path / f"out{suffix}", tmp_path, codec)
    before, after = (probe_film(path) for path in (source, tmp_path / f"out{suffix}"))
    assert (after.primaries, after.transfer) == (before.primaries, before.transfer)
    shown = [next(open_film(clip).frames()).picture() for clip in (before, after)]
    pixels = [in_depth(picture.pixels, np.uint8).astype(int) for picture in shown]
    assert np.abs(pixels[0] - pixels[1]).mean() < 2


@pytest.mark.parametrize("codec", [codec.name for codec in CODECS])
def test_each_kind_of_file_takes_the_codecs_that_it_says(tmp_path, codec):
    clip = probe_film(filmed.make_clip(tmp_path / "clip.mp4", (0,), size=(256, 128)))
    for suffix in FILM_TARGETS:
        target = tmp_path / f"out{suffix}"
        try:
            look = look_of(clip, target, codec_for(target, codec))
        except Problem:
            continue
        with av.open(str(target), "w", format=container_of(target)) as out:
            film = stream_in(out, look)
            out.start_encoding()
            picture = Picture(filmed.frame(0, 256, 128))
            writer = PartWriter(tmp_path / "part", look)
            writer.write(picture, 0)
            writer.finish()
            for packet in packets_of([tmp_path / "part"]):
                packet.stream = film
                out.mux(packet)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_turn_aspect_and_colours_are_kept(tmp_path, suffix):
    source = filmed.make_clip(
        tmp_path / "clip.mp4", rotation=90, aspect=Fraction(4, 3), colors=(2, 9, 9, 14),
        pixels="yuv420p10le",
    )  # fmt: skip
    target = tmp_path / f"out{suffix}"
    rewritten(source, target, tmp_path)
    before, after = probe_film(source), probe_film(target)
    for name in (
        "width", "height", "rotation", "pixel_aspect", "color_range", "matrix", "primaries",
        "transfer", "depth", "rate",
    ):  # fmt: skip
        assert getattr(after, name) == getattr(before, name), name


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_sound_words_and_title_are_copied(tmp_path, suffix):
    source = filmed.make_clip(tmp_path / "clip.mp4", sound=True, subtitles=True, title="The Rink")
    target = tmp_path / f"out{suffix}"
    assert rewritten(source, target, tmp_path) == []
    clip = probe_film(target)
    assert clip.sounds == ("aac (fra)",)
    assert [name.split()[0] for name in clip.subtitles] == ["mov_text"]
    assert filmed.sound_of(target) == filmed.sound_of(source)
    with av.open(str(target)) as out:
        assert out.metadata["title"] == "The Rink"


def test_what_cannot_be_kept_is_said(tmp_path):
    source = filmed.make_clip(tmp_path / "clip.mp4", sound=True)
    (note,) = rewritten(source, tmp_path / "out.webm", tmp_path)
    assert note == "The sound (aac) cannot be kept in a .webm file and was left out."


def test_words_that_cannot_be_kept(tmp_path):
    source = filmed.make_clip(tmp_path / "clip.mkv", subtitles=True)
    (note,) = rewritten(source, tmp_path / "out.mp4", tmp_path)
    assert note == "The subtitles (srt) cannot be kept in a .mp4 file and were left out."


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ((30, 90), "The sound or the subtitles are damaged: "),
        ((0, 90), "The sound of “clip.ts” is damaged and was left out."),
    ],
)
def test_damaged_sound_is_left_out_and_told(tmp_path, harm, words):
    times = tuple(range(0, 25 * 3600, 3600))
    source = filmed.make_clip(tmp_path / "clip.ts", times, base=Fraction(1, 90000), sound=True)
    data = bytearray(source.read_bytes())
    heads = [found.start() for found in re.finditer(b"\xff\xf1", bytes(data))]  # of its pieces
    for start in heads[len(heads) * harm[0] // 100 : len(heads) * harm[1] // 100]:
        data[start : start + 7] = b"\x55" * 7
    source.write_bytes(data)
    notes = rewritten(source, tmp_path / "out.mkv", tmp_path)
    assert notes[-1].startswith(words)
    assert len(filmed.times_of(tmp_path / "out.mkv")) == 25


def test_one_part_or_many_are_the_same_frames(tmp_path):
    source = filmed.make_clip(tmp_path / "clip.mp4")
    for parts in (1, 3):
        target = tmp_path / f"{parts}.mkv"
        rewritten(source, target, tmp_path, "ffv1", parts)
    one, three = (
        [frame.picture().pixels for frame in open_film(probe_film(tmp_path / name)).frames()]
        for name in ("1.mkv", "3.mkv")
    )
    assert np.array_equal(one, three)


def test_odd_sizes_grow_by_a_line(tmp_path):
    source = filmed.make_clip(
        tmp_path / "clip.mkv", [0, 40], base=Fraction(1, 1000), codec="ffv1", size=(63, 47)
    )
    rewritten(source, tmp_path / "out.mp4", tmp_path)
    clip = probe_film(tmp_path / "out.mp4")
    assert (clip.width, clip.height) == (64, 48)


def test_no_codec_reorders_frames(tmp_path):
    clip = probe_film(filmed.make_clip(tmp_path / "clip.mp4", size=(256, 128)))
    for codec in CODECS:
        look = look_of(clip, tmp_path / "x.mov", codec)
        writer = PartWriter(tmp_path / "part", look)
        for number in range(6):
            writer.write(Picture(filmed.frame(number, 256, 128)), 512 * number)
        writer.finish()
        packets = list(packets_of([tmp_path / "part"]))
        assert len(packets) == 6, codec.name
        assert [packet.pts for packet in packets] == sorted(packet.pts for packet in packets)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.MOV", "clip.mkv", "clip.webm", "clip.gif"])
def test_a_target_has_a_usual_codec(tmp_path, name):
    assert codec_for(tmp_path / name) in CODECS


@pytest.mark.parametrize(
    ("target", "codec", "crf", "words"),
    [
        ("out.mp4", "prores", None, "cannot hold ProRes. Use a name that ends in .mov or .mkv"),
        ("out.gif", "h264", None, "cannot hold H.264"),
        ("out.mov", "ffv1", None, ".mkv"),
        ("out.mp4", "xvid", None, "There is no codec called 'xvid'"),
        ("out.xyz", None, None, "does not end in a kind of film"),
        ("out.mov", "prores", 20, "ProRes has no quality to choose"),
        ("out.mp4", None, 99, "Use 0, which is best, to 51, which is smallest"),
        ("out_%04d.bmp", None, None, "kind of picture"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, target, codec, crf, words):
    with pytest.raises(Problem) as refused:
        codec_for(tmp_path / target, codec, crf)
    assert words in str(refused.value)
