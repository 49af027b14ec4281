"""Odd clips for tests, made with PyAV: any timestamps, codec, sound, turn, colours."""

from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from inference.features import FilmInputs, FilmSettings
from inference.film.export import FilmOrder
from inference.media.codecs import codec_for
from inference.media.color import srgb_to_lab
from inference.media.guided import ColorField
from inference.request import Result
from inference.values import Picture, in_depth

BASE = Fraction(1, 12800)
STEP = 512  # 25 frames a second
VARIABLE = (0, 512, 700, 1536, 2048, 2561, 9000, 9512)


def frame(number: int, width: int = 64, height: int = 48, shift: int = 0) -> np.ndarray:
    """A grey picture (height, width, 3) of stripes that wander; uint8."""
    columns = np.arange(width)[None] + 3 * number + shift
    rows = np.arange(height)[:, None]
    grey = 120 + 70 * np.sin(columns / 7 + rows / 11) + 20 * np.sin(rows / 3)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def make_clip(
    path: Path,
    times=tuple(range(0, 12 * STEP, STEP)),
    *,
    size=(64, 48),
    codec="libx264",
    pixels="yuv420p",
    picture=frame,
    base=BASE,
    sound=False,
    subtitles=False,
    rotation=0,
    aspect=Fraction(1),
    colors=None,
    title="",
    options=None,
    interlaced=False,
) -> Path:
    """A clip whose frames have these timestamps; colors: range, matrix, primaries, transfer."""
    suffix = {".mp4": {"video_track_timescale": str(base.denominator)}}.get(path.suffix, {})
    with av.open(str(path), "w", options=suffix) as out:
        film = out.add_stream(codec, rate=Fraction(25), options=options or {})
        film.width, film.height, film.pix_fmt = *size, pixels
        film.time_base = film.codec_context.time_base = base
        film.codec_context.sample_aspect_ratio = aspect
        if colors:
            context = film.codec_context
            context.color_range, context.colorspace = colors[:2]
            context.color_primaries, context.color_trc = colors[2:]
        if rotation:
            film.set_display_rotation(rotation)
        if title:
            out.metadata["title"] = title
        track = _sound_in(out) if sound else None
        kind = "mov_text" if path.suffix == ".mp4" else "subrip"
        words = out.add_mux_stream(kind) if subtitles else None
        out.start_encoding()
        if track is not None:
            _hum(out, track, times[-1] * base)
        if words is not None:
            _say(out, words, kind)
        for number, time in enumerate(times):
            image = av.VideoFrame.from_ndarray(picture(number, *size), "rgb24")
            full = colors is not None and colors[0] == 2
            image = image.reformat(format=pixels, dst_color_range=2 if full else 1)
            image.pts, image.time_base = time, base
            out.mux(film.encode(image))
        out.mux(film.encode(None))
    return path


def _sound_in(out):
    track = out.add_stream("aac", rate=48000)
    track.metadata["language"] = "fra"
    return track


def _hum(out, track, seconds) -> None:
    count = int(48000 * float(seconds)) // 1024 + 1
    for block in range(count):
        wave = np.sin((np.arange(1024) + 1024 * block) / 20).astype(np.float32)
        samples = av.AudioFrame.from_ndarray(np.stack([wave, wave]) / 4, "fltp", "stereo")
        samples.sample_rate, samples.pts = 48000, 1024 * block
        samples.time_base = Fraction(1, 48000)
        out.mux(track.encode(samples))
    out.mux(track.encode(None))


def _say(out, words, kind) -> None:
    text = b"\x00\x05Hello" if kind == "mov_text" else b"Hello"
    packet = av.Packet(text)
    packet.stream, packet.time_base = words, Fraction(1, 1000)
    packet.pts = packet.dts = 100
    packet.duration = 200
    out.mux(packet)


def times_of(path: Path) -> list[Fraction]:
    """Seconds at which the frames of a file are shown."""
    with av.open(str(path)) as film:
        return [image.pts * image.time_base for image in film.decode(video=0)]


def sound_of(path: Path) -> list[bytes]:
    """The packets of the sound, as they are in the file."""
    with av.open(str(path)) as film:
        return [bytes(packet) for packet in film.demux(audio=0) if packet.size]


def tinted(picture: Picture, context) -> Picture:
    """Brown, and quick."""
    context.checkpoint()
    grey = np.repeat(picture.pixels[..., :1], 3, axis=2).astype(np.float32)
    peak = np.iinfo(picture.pixels.dtype).max
    return picture.with_pixels(
        np.clip(grey * (1.1, 1.0, 0.7), 0, peak).astype(picture.pixels.dtype)
    )


def brown(picture: Picture, context) -> Result:
    """The same as a task for tests."""
    return colored(tinted(picture, context))


def colored(picture: Picture) -> Result:
    """A picture as if a task had laid its colours on."""
    ab = srgb_to_lab(in_depth(picture.pixels, np.float32))[..., 1:].transpose(2, 0, 1)
    return Result((picture,), laid=ColorField(np.zeros_like(ab), np.ascontiguousarray(ab)))


def order(source: Path, target: Path, task=brown, identity="brown", **wishes) -> FilmOrder:
    """An export in the target's usual codec. wishes: as `other` takes them."""
    settings = FilmSettings(codec=codec_for(target).name)
    made = FilmOrder(FilmInputs(source, target, ()), settings, task, identity)
    return other(made, **wishes)


def other(made: FilmOrder, **wishes) -> FilmOrder:
    """The same export but for those wishes: fields of its inputs, its settings, or its own."""
    inputs, settings, own = (
        {item.name: wishes.pop(item.name) for item in fields(kind) if item.name in wishes}
        for kind in (FilmInputs, FilmSettings, FilmOrder)
    )
    assert not wishes
    return replace(
        made,
        inputs=replace(made.inputs, **inputs),
        settings=replace(made.settings, **settings),
        **own,
    )
