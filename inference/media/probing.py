"""What a film is: opened, its stream of pictures found, its facts read. Reading is reader.py's."""

import re
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from inference.values import Clip, Problem

PATIENCE = 500
"""Broken packets in all, after which nothing good is expected any more."""


def probe_clip(path: Path | str) -> Clip:
    """What a film is; a few frames at most are decoded. Problem where it is none."""
    with opened(Path(path)) as container:
        return _described(Path(path), container, film_in(container, Path(path)))


def opened(path: Path) -> InputContainer:
    """The file, to be closed. Problem where it is no film."""
    try:
        return av.open(str(path), metadata_errors="replace")
    except FileNotFoundError as error:
        raise Problem(f"There is no file “{path}”.", remedy="Check its name.") from error
    except PermissionError as error:
        raise Problem(
            f"“{path.name}” may not be read by you.", remedy="Change its permissions."
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        raise Problem(
            f"“{path.name}” is not a film that can be read.",
            remedy="Choose another file; if it plays elsewhere, save it as .mp4 there.",
            detail=str(error),
        ) from error


def film_in(container: InputContainer, path: Path) -> VideoStream:
    """Its pictures. Problem where it has none, or none that can be decoded."""
    films = [film for film in container.streams.video if not _is_cover(film)]
    if not films:
        sound = container.streams.audio
        raise Problem(
            f"“{path.name}” holds sound, but no pictures."
            if sound
            else f"“{path.name}” holds no pictures.",
            remedy="Choose a film.",
        )
    film = films[0]
    if not film.codec_context or not film.codec_context.width:
        raise Problem(
            f"“{path.name}” holds no frames that can be read.", remedy="Choose another film."
        )
    film.thread_type = "AUTO"
    return film


def _is_cover(film: VideoStream) -> bool:
    return bool(film.disposition & Disposition.attached_pic)


def _described(path: Path, container: InputContainer, film: VideoStream) -> Clip:
    first = _first_frame(container, film, path)
    context = film.codec_context
    length = film.duration * film.time_base if film.duration and film.time_base else None
    if length is None and container.duration:
        length = Fraction(container.duration, av.time_base)
    assert film.time_base is not None
    return Clip(
        path=path,
        format=container.format.name,
        codec=context.codec.canonical_name,
        width=first.width,
        height=first.height,
        time_base=film.time_base,
        rate=film.average_rate or film.guessed_rate or Fraction(25),
        frames=film.frames or None,
        seconds=float(length) if length else None,
        depth=max(part.bits for part in first.format.components),
        rotation=round(first.rotation / 90) % 4 * 90,
        pixel_aspect=film.sample_aspect_ratio or Fraction(1),
        color_range=int(first.color_range),
        primaries=int(first.color_primaries),
        transfer=int(first.color_trc),
        matrix=int(first.colorspace),
        interlaced=bool(first.interlaced_frame),
        transparent=_is_transparent(first),
        timed=first.pts is not None and container.format.name not in _UNTIMED,
        sounds=tuple(map(_named, container.streams.audio)),
        subtitles=tuple(map(_named, container.streams.subtitles)),
    )


_UNTIMED = ("h264", "hevc", "m4v", "mpegvideo", "mjpeg", "obu", "yuv4mpegpipe")


def _is_transparent(frame: av.VideoFrame) -> bool:
    if not any(part.is_alpha for part in frame.format.components):
        return False
    return bool(frame.to_ndarray(format="rgba")[..., 3].min() < 255)


def told_end(container: InputContainer, film: VideoStream) -> Fraction | None:
    """Seconds at which the pictures end, where the file tells that of them and not of the sound."""
    if film.duration and film.time_base:
        return ((film.start_time or 0) + film.duration) * film.time_base
    if tag := re.fullmatch(r"(\d+):(\d+):(\d+\.?\d*)", film.metadata.get("DURATION", "")):
        return Fraction(tag[1]) * 3600 + Fraction(tag[2]) * 60 + Fraction(tag[3])
    if container.duration and not container.streams.audio:
        return Fraction((container.start_time or 0) + container.duration, av.time_base)
    return None


def _first_frame(container: InputContainer, film: VideoStream, path: Path) -> av.VideoFrame:
    tries = 0
    try:
        for packet in container.demux(film):
            try:
                for frame in packet.decode():
                    return frame
            except av.error.InvalidDataError:
                tries += 1
                if tries > PATIENCE:
                    break
    except av.error.FFmpegError:
        pass
    raise Problem(f"“{path.name}” holds no frames that can be read.", remedy="Choose another film.")


def _named(stream: Stream) -> str:
    codec = stream.codec_context.name if stream.codec_context else "unknown"
    return f"{codec} ({stream.language})" if stream.language else codec
