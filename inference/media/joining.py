"""Parts of a film into one file, with the sound, subtitles and facts of the source."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from inference.media.codecs import Look, container_of
from inference.media.sequence import SEQUENCE
from inference.media.writer import stream_in
from inference.values import Array, Clip


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
    parts: Sequence[Path],
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
    Where the source's sound cannot be copied at all, the film comes without it.
    """
    joined = partial(_joined, parts, times, look, path, target, source, span)
    try:
        return joined(lends=True)
    except _DAMAGED:
        if not (source.sounds or source.subtitles):
            raise
        left_out = f"The sound of “{source.path.name}” is damaged and was left out."
        return [*joined(lends=False), left_out]


_DAMAGED = (av.error.InvalidDataError, av.error.ArgumentError)


def _joined(
    parts: Sequence[Path],
    times: Array,
    look: Look,
    path: Path,
    target: Path,
    source: Clip,
    span: Span,
    *,
    lends: bool,
) -> list[str]:
    notes: list[str] = []
    kind = container_of(target)
    with av.open(str(path), "w", format=kind, options=_muxing(look, kind)) as out:
        film = stream_in(out, look)
        if source.format == SEQUENCE or kind == "gif":
            out.start_encoding()
            for packet in _film_packets(parts, times, film, look):
                out.mux_one(packet)
            return notes
        with av.open(str(source.path), metadata_errors="replace") as original:
            lent = _borrowed(original, out, target, notes) if lends else {}
            _copy_metadata(original, out, film, span)
            out.start_encoding()
            both = heapq.merge(
                _film_packets(parts, times, film, look),
                _lent_packets(original, lent, span),
                key=_seconds,
            )
            notes += _merged(both, out, film)
    return notes


def _merged(packets: "Iterable[Packet[Any]]", out: OutputContainer, film: VideoStream) -> list[str]:
    """Write all packets; returns a sentence where the source's own are damaged."""
    damaged = 0
    for packet in packets:
        try:
            out.mux_one(packet)
        except _DAMAGED:
            if packet.stream == film:
                raise
            damaged += 1
    if not damaged:
        return []
    pieces = "a piece of them was" if damaged == 1 else f"{damaged} pieces of them were"
    return [f"The sound or the subtitles are damaged: {pieces} left out."]


def _muxing(look: Look, kind: str) -> dict[str, str]:
    timescale = {"video_track_timescale": str(look.time_base.denominator)}
    return {"fflags": "+bitexact", **(timescale if kind in ("mp4", "mov") else {})}


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
        kind, were = _WORDS[stream.type]
        try:
            if name not in out.supported_codecs:
                raise ValueError(name)
            copy = out.add_stream_from_template(stream, opaque=True)
        except (ValueError, av.error.FFmpegError):
            notes.append(
                f"The {kind} ({name}) cannot be kept in a {target.suffix} file and {were} left out."
            )
            continue
        copy.metadata.update(_kept(stream.metadata))
        copy.disposition = stream.disposition
        lent[stream.index] = copy
    return lent


_WORDS = {"audio": ("sound", "was"), "subtitle": ("subtitles", "were")}


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
        packet.dts -= shift
        packet.pts = packet.dts if packet.pts is None else packet.pts - shift
        packet.stream = lent[packet.stream.index]
        yield packet


def _seconds(packet: "Packet[Any]") -> float:
    assert packet.dts is not None
    assert packet.time_base is not None
    return float(packet.dts * packet.time_base)
