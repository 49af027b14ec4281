"""A part of a film into a file: frames in, packets out, in the same bytes every time."""

import os
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from inference.media.codecs import Look
from inference.media.reader import EXACT, FULL, LIMITED
from inference.values import Array, Picture, Problem, in_depth

os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 would tell of itself on stderr
_THREADS = 1  # an encoder's bytes may depend on how many there are


class PartWriter:
    """Encodes frames into one file: `finish` it, or `close` it where it stays unfinished."""

    def __init__(self, path: Path, look: Look) -> None:
        self._look = look
        # NUT keeps packets as the encoder made them, MOV rewrites H.264; but NUT knows no ProRes.
        kind = "mov" if look.codec.name in ("prores", "dnxhr") else "nut"
        self._container = av.open(str(path), "w", format=kind, options={"fflags": "+bitexact"})
        self._stream = stream_in(self._container, look)
        _open(self._container, look)
        self._palette = _Palette(look) if look.pixels == "pal8" else None
        self._converter = VideoReformatter()  # sets up once what takes longer than a small frame
        self._last = -1

    def write(self, picture: Picture, time: int) -> None:
        """The next frame, upright; time in the look's time base, later than the one before."""
        frame = self._encodable(_frame_of(picture, self._look))
        frame.pts, frame.time_base = max(time, self._last + 1), self._look.time_base
        self._last = frame.pts
        if self._palette is not None:
            frame = self._palette.reduced(frame)
        self._container.mux(self._stream.encode(frame))

    def _encodable(self, frame: av.VideoFrame) -> av.VideoFrame:
        """In the encoder's pixel format."""
        look = self._look
        if look.pixels == "pal8":
            return frame
        full = look.color_range == FULL or look.pixels.startswith("rgb")
        coded = self._converter.reformat(
            frame,
            format=look.pixels,
            src_color_range=FULL,
            dst_color_range=FULL if full else LIMITED,
            dst_colorspace=_SWS.get(look.matrix, look.matrix),
            interpolation=EXACT,
        )
        coded.color_primaries, coded.color_trc = look.primaries, look.transfer  # ProRes asks frames
        return coded

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


def stream_in(container: OutputContainer, look: Look) -> VideoStream:
    """A stream of that look, made in a container whose encoding has not begun."""
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
    return av.VideoFrame.from_ndarray(_padded(pixels, look), "rgb48le" if deep else "rgb24")


_SWS = {6: 5, 10: 9}  # H.273's twins, as libswscale numbers them


def _padded(pixels: Array, look: Look) -> Array:
    width, height = look.coded
    rows, columns = height - pixels.shape[0], width - pixels.shape[1]
    if rows or columns:
        pixels = np.pad(pixels, ((0, rows), (0, columns), (0, 0)), mode="edge")
    return np.ascontiguousarray(pixels)
