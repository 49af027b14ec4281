"""Films in: what a clip is, and its frames, each with the timestamp that the file gives it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import av
import numpy as np
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

from inference.media.greys import grey_of, is_grey
from inference.media.probing import PATIENCE, film_in, opened, told_end
from inference.values import Array, Clip, Picture, Problem

EXACT = int(
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
)
LIMITED, FULL = 1, 2
BT709, BT601 = 1, 5
_MATRICES = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9}  # of H.273, to those of libswscale
_HD_ROWS = 720  # from here on a film that names no matrix is taken for BT.709
_FULL_GREYS = ("png", "mjpeg", "ffv1", "gif", "tiff", "rawvideo", "bmp", "huffyuv", "ffvhuff")


class Frame(Protocol):
    """One frame, its times in units of the clip's time base."""

    @property
    def time(self) -> int:
        """When it is shown."""

    @property
    def duration(self) -> int:
        """For how long, 0 where the file does not say."""

    @property
    def interlaced(self) -> bool:
        """True where the file says that it is made of two fields."""

    def picture(self) -> Picture:
        """Its pixels, upright, uint8 or (over 8 bits) uint16; greys give one channel."""

    def glance(self, width: int) -> Array:
        """A quick small RGB picture (h, width, 3) uint8, not turned, to look for cuts in."""

    def luma(self) -> Array:
        """Its greys (H, W) uint8, not turned, every row as it is in the file."""


class Reader(Protocol):
    """A clip that is open. notes: sentences about what could not be read, after the last frame."""

    clip: Clip
    notes: list[str]

    def frames(self, start: int | None = None) -> Iterator[Frame]:
        """All frames in order, from the one at or after that timestamp on."""

    def close(self) -> None:
        """Let go of the file."""


class FilmReader:
    """Reads a clip from one file. Use it in one thread at a time; close it at the end."""

    def __init__(self, clip: Clip, *, deinterlace: bool = False) -> None:
        self.clip = clip
        self.notes: list[str] = []
        self._deinterlace = deinterlace
        self._container = opened(clip.path)
        self._film = film_in(self._container, clip.path)

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def frames(self, start: int | None = None) -> Iterator[Frame]:
        """All frames in order, from the one at or after that timestamp on.

        Problem where the frames change their size; what is broken is left out and noted.
        """
        self.notes.clear()
        last: int | None = None
        for raw in self._whole_frames(self._from_before(start)):
            raw.pts = last = self._time_of(raw, last)
            if start is None or raw.pts >= start:
                self._check_size(raw)
                yield FilmFrame(raw, self.clip)
        if last is not None and self.clip.frames is None:  # what is counted is missed by others
            self._note_early_end(last * self.clip.time_base)

    def _from_before(self, start: int | None) -> Iterator[av.VideoFrame]:
        """Decoded frames that begin before `start`, where the file lets us seek."""
        self._rewind()
        if start is not None and self.clip.timed and self.clip.format not in _UNSEEKABLE:
            margin = 2 * self._step  # a deinterlacer looks at the neighbours
            margin += round(_SEEK_BACK_S.get(self.clip.format, 0) / self.clip.time_base)
            try:
                self._container.seek(start - margin, stream=self._film, backward=True)
                frames = self._decoded()
                first = next(frames, None)
            except av.error.FFmpegError:  # before the first frame of an AVI, say
                first = None
            if first is not None and first.pts is not None and first.pts <= start:
                return _chained(first, frames)
            self._rewind()
        return self._decoded()

    def _rewind(self) -> None:
        """To the beginning; a seek that failed has moved on all the same."""
        self._container.close()
        self._container = opened(self.clip.path)
        self._film = film_in(self._container, self.clip.path)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        """Frames as the decoder gives them; broken packets are left out."""
        broken = 0
        packets = self._container.demux(self._film)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    break
                yield from packet.decode()
            except av.error.EOFError:
                break
            except (av.error.InvalidDataError, av.error.PatchWelcomeError):
                broken += 1
                if broken > PATIENCE:
                    break
            except av.error.FFmpegError as error:
                self.notes.append(f"“{self.clip.path.name}” cannot be read to its end ({error}).")
                return
        if broken:
            self.notes.append(
                f"“{self.clip.path.name}” is damaged: {broken} pieces could not be read"
                " and were left out."
            )

    def _note_early_end(self, last: Fraction) -> None:
        """Say so where a file was cut off; last: seconds at which the last frame begins."""
        told = told_end(self._container, self._film)
        if told is not None and told - last > _CUT_OFF / self.clip.rate:
            self.notes.append(
                f"“{self.clip.path.name}” ends at {float(last):.3f} s, though it says that it lasts"
                f" {float(told):.3f} s; the rest is missing from the file."
            )

    def _whole_frames(self, frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
        return _deinterlaced(frames, self._film) if self._deinterlace else frames

    @property
    def _step(self) -> int:
        return max(1, round(1 / (self.clip.rate * self.clip.time_base)))

    def _time_of(self, frame: av.VideoFrame, last: int | None) -> int:
        """Its timestamp; where there is none, or it goes back, one step after the last."""
        if frame.pts is None or not self.clip.timed:
            return 0 if last is None else last + self._step
        return frame.pts if last is None else max(frame.pts, last + 1)

    def _check_size(self, frame: av.VideoFrame) -> None:
        clip = self.clip
        if (frame.width, frame.height) != (clip.width, clip.height):
            assert frame.pts is not None
            seconds = float(frame.pts * clip.time_base)
            raise Problem(
                f"“{clip.path.name}” changes its size at {seconds:.3f} s, from {clip.width} x"
                f" {clip.height} to {frame.width} x {frame.height} pixels.",
                remedy=f"Do it in two parts: up to {seconds:.3f} s, and from there.",
                option="--to, --from",
            )


_UNSEEKABLE = ("gif",)  # each frame is drawn over the one before
_SEEK_BACK_S = {"mpeg": 4}  # only some of its frames have a time; the others are guessed from them
_CUT_OFF = 3  # usual frames by which a film may end before the time that its file tells


@dataclass(frozen=True, eq=False)
class FilmFrame:
    """A decoded frame, not yet turned into RGB."""

    raw: av.VideoFrame
    clip: Clip

    @property
    def time(self) -> int:
        """Its timestamp."""
        assert self.raw.pts is not None
        return self.raw.pts

    @property
    def duration(self) -> int:
        """How long it is shown, 0 where the file does not say."""
        return self.raw.duration or 0

    @property
    def interlaced(self) -> bool:
        """True where its decoder says that it is made of two fields."""
        return bool(self.raw.interlaced_frame)

    def picture(self) -> Picture:
        """Its pixels, upright."""
        pixels = _grey(self.raw, self.clip) if is_grey(self.raw) else _rgb(self.raw, self.clip)
        return Picture(np.ascontiguousarray(np.rot90(pixels, self.clip.rotation // 90)))

    def glance(self, width: int) -> Array:
        """A quick small picture."""
        height = max(2, round(self.raw.height * width / self.raw.width))
        small: Array = self.raw.to_ndarray(
            format="rgb24", width=width, height=height, interpolation="AREA"
        )
        return small

    def luma(self) -> Array:
        """Its greys."""
        greys: Array = self.raw.to_ndarray(format="gray")
        return greys


def matrix_of(clip: Clip) -> int:
    """The matrix by which its YCbCr becomes RGB: the one it names, or else that of its size."""
    return _MATRICES.get(clip.matrix, BT709 if clip.height >= _HD_ROWS else BT601)


def _rgb(frame: av.VideoFrame, clip: Clip) -> Array:
    pixels: Array = frame.to_ndarray(
        format="rgb48le" if clip.depth > 8 else "rgb24",
        src_colorspace=matrix_of(clip),
        src_color_range=FULL if frame.color_range == FULL else LIMITED,
        dst_color_range=FULL,
        interpolation=EXACT,
    )
    return pixels


def _grey(frame: av.VideoFrame, clip: Clip) -> Array:
    full = frame.color_range == FULL
    if frame.format.name.startswith("gray") and frame.color_range != LIMITED:
        full |= clip.codec in _FULL_GREYS
    return grey_of(frame, full)


def _deinterlaced(frames: Iterator[av.VideoFrame], film: VideoStream) -> Iterator[av.VideoFrame]:
    """Whole frames from fields, as many as before, by FFmpeg's bwdif."""
    graph = av.filter.Graph()
    graph.link_nodes(
        graph.add_buffer(template=film),
        graph.add("bwdif", "mode=send_frame:deint=all"),
        graph.add("buffersink"),
    ).configure()
    for frame in _chained_end(frames):
        graph.push(frame)
        while True:
            try:
                done = graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                break
            assert isinstance(done, av.VideoFrame)
            if done.pts is not None:  # the filter counts in halves
                assert done.time_base is not None
                assert film.time_base is not None
                done.pts = round(done.pts * done.time_base / film.time_base)
            done.time_base = film.time_base
            yield done


def _chained(first: av.VideoFrame, rest: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    yield first
    yield from rest


def _chained_end(frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame | None]:
    yield from frames
    yield None
