"""Films out: which codec goes where, a part of a film into a file, parts joined with the sound."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from inference.media.reader import EXACT, FULL, LIMITED, matrix_of
from inference.media.sequence import SEQUENCE, check_pattern, is_pattern
from inference.values import Array, Clip, Picture, Problem, in_depth

_THREADS = 1  # an encoder's bytes may depend on how many there are


@dataclass(frozen=True)
class Codec:
    """A way to encode. pixels: format for 8 and for 10 bits; crf: default, lowest, highest."""

    name: str
    label: str
    encoder: str
    pixels: tuple[str, str]
    options: Mapping[str, str] = field(default_factory=dict)
    crf: tuple[int, int, int] | None = None


# No frames that are shown out of order (bf, bframes): then packets follow each other as frames do,
# and parts are joined by their timestamps alone. No mbtree: with it x264 gives other bytes now and
# then (one part in 700), and a resumed film must end in the bytes of an undisturbed one.
CODECS: tuple[Codec, ...] = (
    Codec(
        "h264",
        "H.264",
        "libx264",
        ("yuv420p", "yuv420p10le"),
        {"bf": "0", "mbtree": "0"},
        (18, 0, 51),
    ),
    Codec(
        "hevc",
        "H.265",
        "libx265",
        ("yuv420p", "yuv420p10le"),
        {"x265-params": "bframes=0:frame-threads=1:pools=none:log-level=error"},
        (20, 0, 51),
    ),
    Codec(
        "av1",
        "AV1",
        "libsvtav1",
        ("yuv420p", "yuv420p10le"),
        {"preset": "8", "svtav1-params": "lp=1:pred-struct=1"},
        (28, 1, 63),
    ),
    Codec(
        "vp9",
        "VP9",
        "libvpx-vp9",
        ("yuv420p", "yuv420p10le"),
        {"b": "0", "cpu-used": "3", "lag-in-frames": "0"},
        (24, 0, 63),
    ),
    Codec("prores", "ProRes", "prores_ks", ("yuv422p10le", "yuv422p10le"), {"profile": "3"}),
    Codec("ffv1", "FFV1", "ffv1", ("yuv444p", "yuv444p10le"), {"level": "3"}),
    Codec("dnxhr", "DNxHR", "dnxhd", ("yuv422p", "yuv422p10le")),
    Codec("mjpeg", "Motion JPEG", "mjpeg", ("yuvj444p", "yuvj444p"), {"qmin": "1", "qmax": "2"}),
    Codec("gif", "GIF", "gif", ("pal8", "pal8")),
    Codec("png", "PNG", "png", ("rgb24", "rgb48be")),
)
CODEC_NAMES = tuple(codec.name for codec in CODECS if codec.name not in ("gif", "png"))


@dataclass(frozen=True)
class _Target:
    format: str
    codecs: tuple[str, ...]  # the first is chosen where nobody says which


_TARGETS = {
    ".mp4": _Target("mp4", ("h264", "hevc", "av1", "vp9", "mjpeg")),
    ".m4v": _Target("mp4", ("h264", "hevc", "av1", "vp9", "mjpeg")),
    ".mov": _Target("mov", ("h264", "hevc", "prores", "dnxhr", "mjpeg", "av1", "vp9")),
    ".mkv": _Target("matroska", ("h264", "hevc", "ffv1", "prores", "av1", "vp9", "mjpeg")),
    ".webm": _Target("webm", ("vp9", "av1")),
    ".gif": _Target("gif", ("gif",)),
}
FILM_TARGETS = tuple(_TARGETS)
"""Suffixes of films that can be written; numbered pictures go by their pattern."""


def codec_for(target: Path, name: str | None = None, crf: int | None = None) -> Codec:
    """The codec of that name, or the usual one. Problem where the target cannot hold it."""
    if is_pattern(target):
        check_pattern(target)
        holds: tuple[str, ...] = ("png",)
    elif target.suffix.lower() in _TARGETS:
        holds = _TARGETS[target.suffix.lower()].codecs
    else:
        raise Problem(
            f"“{target.name}” does not end in a kind of film that Grisaille writes.",
            remedy=f"Use one of {' '.join(_TARGETS)}, or shot_%04d.png for numbered pictures.",
        )
    by_name = {codec.name: codec for codec in CODECS}
    if name is not None and name not in CODEC_NAMES:
        raise Problem(
            f"There is no codec called {name!r}.", remedy=f"Choose one of {', '.join(CODEC_NAMES)}."
        )
    if name is not None and name not in holds:
        raise Problem(
            f"“{target.name}” cannot hold {by_name[name].label}.", remedy=_where(name, holds)
        )
    codec = by_name[name or holds[0]]
    _check_crf(codec, crf)
    return codec


def _where(name: str, holds: Sequence[str]) -> str:
    others = [suffix for suffix, target in _TARGETS.items() if name in target.codecs]
    use = [codec for codec in holds if codec in CODEC_NAMES]
    either = f", or choose one of {', '.join(use)}" if use else ""
    return f"Use a name that ends in {' or '.join(others)}{either}."


def _check_crf(codec: Codec, crf: int | None) -> None:
    if crf is None:
        return
    if codec.crf is None:
        raise Problem(f"{codec.label} knows no --crf.", remedy="Leave it out.")
    if not codec.crf[1] <= crf <= codec.crf[2]:
        raise Problem(
            f"A --crf of {crf} is not possible in {codec.label}.",
            remedy=f"Use {codec.crf[1]} (best) to {codec.crf[2]} (smallest).",
        )


@dataclass(frozen=True)
class Look:
    """All that an encoder must know; the same for every part of a film."""

    codec: Codec
    crf: int | None
    width: int
    height: int
    deep: bool
    time_base: Fraction
    rate: Fraction
    rotation: int
    pixel_aspect: Fraction
    color_range: int
    primaries: int
    transfer: int
    matrix: int

    @property
    def pixels(self) -> str:
        """The encoder's pixel format."""
        return self.codec.pixels[self.deep]

    @property
    def coded(self) -> tuple[int, int]:
        """Width and height in the file: even where the pixel format halves chroma."""
        wide, high = _halved(self.pixels)
        return self.width + self.width * wide % 2, self.height + self.height * high % 2


def look_of(clip: Clip, target: Path, codec: Codec, crf: int | None = None) -> Look:
    """How a film of that clip is written: size, depth, turn and colours as the clip has them."""
    turns = target.suffix.lower() in (".mp4", ".m4v", ".mov", ".mkv") and not is_pattern(target)
    width, height = (clip.width, clip.height) if turns else clip.upright
    aspect = clip.pixel_aspect
    full = clip.color_range == FULL and clip.format != SEQUENCE
    return Look(
        codec,
        crf if crf is not None or codec.crf is None else codec.crf[0],
        width,
        height,
        deep=clip.depth > 8,
        time_base=clip.time_base,
        rate=clip.rate,
        rotation=clip.rotation if turns else 0,
        pixel_aspect=aspect if turns or clip.rotation in (0, 180) else 1 / aspect,
        color_range=FULL if full else clip.color_range if clip.format != SEQUENCE else LIMITED,
        primaries=clip.primaries,
        transfer=clip.transfer,
        matrix=matrix_of(clip) if clip.matrix in _NO_MATRIX else clip.matrix,
    )


_NO_MATRIX = (0, 2)  # RGB, or not said: colours need one


def _halved(pixels: str) -> tuple[bool, bool]:
    """Whether chroma has half the width, half the height."""
    return "420" in pixels or "422" in pixels, "420" in pixels


# One part


class PartWriter:
    """Encodes frames into one file: `finish` it, or `close` it where it stays unfinished."""

    def __init__(self, path: Path, look: Look) -> None:
        self._look = look
        # NUT keeps packets as the encoder made them, MOV rewrites H.264; but NUT knows no ProRes.
        kind = "mov" if look.codec.name in ("prores", "dnxhr") else "nut"
        self._container = av.open(str(path), "w", format=kind, options={"fflags": "+bitexact"})
        self._stream = _stream_in(self._container, look)
        _open(self._container, look)
        self._palette = _Palette(look) if look.pixels == "pal8" else None
        self._last = -1

    def write(self, picture: Picture, time: int) -> None:
        """The next frame, upright; time in the look's time base, later than the one before."""
        frame = _frame_of(picture, self._look)
        frame.pts, frame.time_base = max(time, self._last + 1), self._look.time_base
        self._last = frame.pts
        if self._palette is not None:
            frame = self._palette.reduced(frame)
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """No more frames: everything is written."""
        self._container.mux(self._stream.encode(None))
        self.close()

    def close(self) -> None:
        """Let go of the file, whole or not."""
        self._container.close()


class _Palette:
    """256 colours for each frame of a GIF, by FFmpeg's palettegen and paletteuse."""

    def __init__(self, look: Look) -> None:
        graph = av.filter.Graph()
        width, height = look.coded
        source = graph.add_buffer(
            width=width, height=height, format=av.VideoFormat("rgb24"), time_base=look.time_base
        )
        split, use = graph.add("split"), graph.add("paletteuse", "new=1:dither=bayer")
        palette, sink = graph.add("palettegen", "stats_mode=single"), graph.add("buffersink")
        source.link_to(split)
        split.link_to(use, 0, 0)
        split.link_to(palette, 1, 0)
        palette.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        self._graph = graph

    def reduced(self, frame: av.VideoFrame) -> av.VideoFrame:
        self._graph.push(frame)
        small = self._graph.pull()
        assert isinstance(small, av.VideoFrame)
        small.pts, small.time_base = frame.pts, frame.time_base
        return small


def _open(container: OutputContainer, look: Look) -> None:
    """Start the encoder. Problem where it does not want such frames."""
    try:
        container.start_encoding()
    except (av.error.FFmpegError, ValueError) as error:
        container.close()
        if isinstance(error, OSError):
            raise
        raise Problem(
            f"{look.codec.label} cannot hold frames of {look.coded[0]} x {look.coded[1]} pixels.",
            remedy="Choose another codec.",
            detail=str(error),
        ) from error


def _muxing(look: Look, kind: str) -> dict[str, str]:
    timescale = {"video_track_timescale": str(look.time_base.denominator)}
    return {"fflags": "+bitexact", **(timescale if kind in ("mp4", "mov") else {})}


def _stream_in(container: OutputContainer, look: Look) -> VideoStream:
    options = {**look.codec.options, "flags": "+bitexact"}
    if look.crf is not None:
        options["crf"] = str(look.crf)
    if look.codec.name == "dnxhr":
        options["profile"] = "dnxhr_hqx" if look.deep else "dnxhr_hq"
    stream = container.add_stream(look.codec.encoder, rate=look.rate, options=options)
    assert isinstance(stream, VideoStream)
    context = stream.codec_context
    stream.width, stream.height = look.coded
    stream.pix_fmt = look.pixels
    stream.time_base = context.time_base = look.time_base
    context.thread_count = _THREADS
    context.sample_aspect_ratio = look.pixel_aspect
    if look.pixels != "pal8" and not look.pixels.startswith("rgb"):
        context.color_range = look.color_range
        context.colorspace = look.matrix
        context.color_primaries, context.color_trc = look.primaries, look.transfer
    if look.rotation:
        stream.set_display_rotation(look.rotation)
    return stream


def _frame_of(picture: Picture, look: Look) -> av.VideoFrame:
    deep = look.deep and look.pixels != "pal8"
    pixels = in_depth(picture.pixels, np.uint16 if deep else np.uint8)
    pixels = np.repeat(pixels, 3, axis=2) if picture.grey else pixels
    pixels = np.rot90(pixels, -look.rotation // 90)
    frame = av.VideoFrame.from_ndarray(_padded(pixels, look), "rgb48le" if deep else "rgb24")
    if look.pixels == "pal8":
        return frame
    full = look.color_range == FULL or look.pixels.startswith(("rgb", "yuvj"))
    return frame.reformat(
        format=look.pixels,
        src_color_range=FULL,
        dst_color_range=FULL if full else LIMITED,
        dst_colorspace=_SWS.get(look.matrix, look.matrix),
        interpolation=EXACT,
    )


_SWS = {6: 5, 10: 9}  # H.273's twins, as libswscale numbers them


def _padded(pixels: Array, look: Look) -> Array:
    width, height = look.coded
    rows, columns = height - pixels.shape[0], width - pixels.shape[1]
    if rows or columns:
        pixels = np.pad(pixels, ((0, rows), (0, columns), (0, 0)), mode="edge")
    return np.ascontiguousarray(pixels)


# All parts


@dataclass(frozen=True)
class Span:
    """What part of the source a film shows, in seconds of the source, and where zero is."""

    start: float | None
    stop: float | None
    origin: Fraction


def packets_of(parts: Iterable[Path]) -> "Iterator[Packet[Any]]":
    """The encoded frames of all parts, in order."""
    for part in parts:
        with av.open(str(part)) as container:
            for packet in container.demux(video=0):
                if packet.size:
                    yield packet


def join(
    parts: Iterable[Path],
    times: Array,
    look: Look,
    path: Path,
    target: Path,
    source: Clip,
    span: Span,
) -> list[str]:
    """Write the parts as one film to `path`, in the format of `target`, with the source's sound.

    times: (n + 1,) timestamps of the frames, in the look's time base, and the end of the last.
    Nothing is encoded again. Returns sentences about what of the source the target cannot hold.
    """
    notes: list[str] = []
    kind = _TARGETS[target.suffix.lower()].format
    with av.open(str(path), "w", format=kind, options=_muxing(look, kind)) as out:
        film = _stream_in(out, look)
        if source.format == SEQUENCE or kind == "gif":
            out.start_encoding()
            for packet in _film_packets(parts, times, film, look):
                out.mux_one(packet)
            return notes
        with av.open(str(source.path), metadata_errors="replace") as original:
            lent = _borrowed(original, out, target, notes)
            _copy_metadata(original, out, film, span)
            out.start_encoding()
            both = heapq.merge(
                _film_packets(parts, times, film, look),
                _lent_packets(original, lent, span),
                key=_seconds,
            )
            for packet in both:
                out.mux_one(packet)
    return notes


def _film_packets(
    parts: Iterable[Path], times: Array, film: VideoStream, look: Look
) -> "Iterator[Packet[Any]]":
    for number, packet in enumerate(packets_of(parts)):
        packet.time_base = look.time_base
        packet.pts = packet.dts = int(times[number])
        packet.duration = int(times[number + 1] - times[number])
        packet.stream = film
        yield packet


def _borrowed(
    original: InputContainer, out: OutputContainer, target: Path, notes: list[str]
) -> dict[int, av.stream.Stream]:
    """Streams of sound and subtitles made in the target, by their number in the source."""
    lent = {}
    for stream in (*original.streams.audio, *original.streams.subtitles):
        name = stream.codec_context.name if stream.codec_context else "unknown"
        kind = {"audio": "sound", "subtitle": "subtitles"}[stream.type]
        try:
            if name not in out.supported_codecs:
                raise ValueError(name)
            copy = out.add_stream_from_template(stream, opaque=True)
        except (ValueError, av.error.FFmpegError):
            notes.append(
                f"The {kind} ({name}) cannot be kept in a {target.suffix} file and was left out."
            )
            continue
        copy.metadata.update(_kept(stream.metadata))
        copy.disposition = stream.disposition
        lent[stream.index] = copy
    return lent


def _copy_metadata(
    original: InputContainer, out: OutputContainer, film: VideoStream, span: Span
) -> None:
    out.metadata.update(_kept(original.metadata))
    film.metadata.update(_kept(original.streams.video[0].metadata))
    if span.start is None and span.stop is None and original.chapters():
        out.set_chapters(original.chapters())


_OWN = {"major_brand", "minor_version", "compatible_brands", "encoder", "vendor_id", "rotate"}


def _kept(metadata: Mapping[str, str]) -> dict[str, str]:
    """What describes the work, not the file that it was in."""
    own = _OWN | {key for key in metadata if key.startswith(("_STATISTICS", "BPS", "DURATION"))}
    return {key: value for key, value in metadata.items() if key not in own}


def _lent_packets(
    original: InputContainer, lent: Mapping[int, av.stream.Stream], span: Span
) -> "Iterator[Packet[Any]]":
    """Packets of sound and subtitles that begin within the span, moved to its zero."""
    if not lent:
        return
    for packet in original.demux([original.streams[index] for index in lent]):
        if packet.dts is None or packet.time_base is None:
            continue
        seconds = _seconds(packet)
        if (span.start is not None and seconds < span.start) or (
            span.stop is not None and seconds >= span.stop
        ):
            continue
        shift = round(span.origin / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts -= shift
        packet.stream = lent[packet.stream.index]
        yield packet


def _seconds(packet: "Packet[Any]") -> float:
    assert packet.dts is not None
    assert packet.time_base is not None
    return float(packet.dts * packet.time_base)
