"""A film's way from file to file: survey, plan, what is missing of it, join, rename into place."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from inference.features import FilmInputs, FilmSettings
from inference.film import segments
from inference.film.frames import FrameTask, Work, compute
from inference.film.measure import Tally
from inference.film.segments import Segment, Shelf
from inference.film.shots import Survey, survey
from inference.media.atomic import atomic_write, writing_problem
from inference.media.codecs import Look, codec_for, look_of
from inference.media.film import open_film, probe_film
from inference.media.joining import Span, join, packets_of
from inference.media.lock import Lock, Owner
from inference.media.names import is_pattern
from inference.media.sequence import SEQUENCE, files_like, files_of, numbered
from inference.media.writing import write_picture
from inference.request import Context
from inference.settings import idle
from inference.values import Array, Clip, Picture, Problem

_VERSION = 11  # of the way from frames to bytes: parts of an older one are not used


@dataclass(frozen=True, eq=False)
class FilmOrder:
    """One film to be made, as inputs and settings ask for it.

    task: what is done to each frame in place of the steps; identity: all that decides its pixels,
    as text (settings, weights, seed): a changed one begins anew. keeps_light: colours only are new,
    so only they are steadied.
    """

    inputs: FilmInputs
    settings: FilmSettings
    task: FrameTask
    identity: str
    keeps_light: bool = True

    @property
    def crf(self) -> int | None:
        """Of the codecs that know one."""
        return None if "crf" in idle(self.settings) else self.settings.crf

    @property
    def deinterlace(self) -> bool | None:
        """None where that is still to be asked."""
        return self.settings.deinterlace if self.inputs.interlaced else None


@dataclass(frozen=True, eq=False)
class FilmReport:
    """What was made. figures: cdc, colorfulness, warping before and after.

    seconds: of this run: "load" finds shots and plans, "run" makes the frames, "write" joins them.
    """

    frames: int
    computed: int
    seconds: dict[str, float]
    segments: int
    resumed: int
    shots: int
    figures: dict[str, float]
    notes: tuple[str, ...]

    @property
    def frames_per_second(self) -> float:
        """Of what was computed in this run."""
        return self.computed / sum(self.seconds.values())


@dataclass(frozen=True, eq=False)
class Plan:
    """All that is known before the first frame is computed."""

    clip: Clip
    look: Look
    times: Array  # (n,) of the source
    end: int
    segments: tuple[Segment, ...]
    shots: int
    span: Span
    notes: list[str] = field(default_factory=list)


def export(order: FilmOrder, context: Context) -> FilmReport:
    """Make the film; what an interrupted run of the same order has finished is used again.

    Raises Problem, also where another process makes it, or Cancelled; then nothing lies under the
    target's name, and finished segments stay for the next run.
    """
    shelf = Shelf(order.inputs.target)
    order = replace(order, inputs=replace(order.inputs, target=shelf.target))
    codec_for(shelf.target, order.settings.codec, order.crf)
    clip = probe_film(order.inputs.source, order.inputs.rate)
    _check_target(order, clip, shelf)
    with Lock(shelf.target, _busy):
        return _exported(order, clip, shelf, context)


def is_begun(target: Path) -> bool:
    """True where finished segments of a film of that name wait for the next run."""
    return Shelf(target).folder.is_dir()


def _busy(target: Path, owner: Owner | None) -> Problem:
    where = f" on the computer {owner.host}" if owner is not None and owner.elsewhere else ""
    return Problem(
        f"“{target.name}” is being exported by another Grisaille already{where}.",
        remedy="Wait until that is done, or choose another name.",
        detail=repr(owner),
    )


def _exported(order: FilmOrder, clip: Clip, shelf: Shelf, context: Context) -> FilmReport:
    began = time.monotonic()
    key = _key(order, clip)
    plan = _planned(order, clip, context)
    if shelf.open(key):
        plan.notes.append(
            "An interrupted export of other settings or another source was thrown away."
        )
    missing = shelf.missing(plan.segments)
    ready = time.monotonic()
    resumed = len(plan.segments) - len(missing)
    if resumed:
        plan.notes.append(f"Resumed: {resumed} of {len(plan.segments)} segments were already done.")
    try:
        compute(_work(order, plan), missing, shelf, context)
        made = time.monotonic()
        context.checkpoint(0.98, "Joining")
        plan.notes.extend(_joined(plan, shelf))
    except OSError as error:
        raise writing_problem(error, shelf.target) from error
    except av.error.FFmpegError as error:
        raise Problem(
            f"“{shelf.target.name}” could not be put together ({error.strerror}).",
            remedy="Export it again under a name that ends in .mkv, which holds most.",
            detail=str(error),
        ) from error
    finally:
        shelf.tidy()
    figures = _figures(plan, shelf)
    shelf.clear()
    context.checkpoint(1.0)
    return FilmReport(
        frames=len(plan.times),
        computed=sum(part.stop - part.start for part in missing),
        seconds={"load": ready - began, "run": made - ready, "write": time.monotonic() - made},
        segments=len(plan.segments),
        resumed=resumed,
        shots=plan.shots,
        figures=figures,
        notes=tuple(dict.fromkeys(plan.notes)),
    )


def _check_target(order: FilmOrder, clip: Clip, shelf: Shelf) -> None:
    """Raise Problem, before any work, where the film could not be written anyway."""
    target = shelf.target
    if not target.parent.is_dir():
        raise Problem(f"There is no folder {target.parent}.", remedy="Create it first.")
    there = _lying_at(target)
    if any(file.samefile(own) for file in there for own in _files_of(clip)):
        raise Problem(
            f"{target.name} would replace the film that it is made from.",
            remedy="Choose another name.",
        )
    if there and not order.inputs.overwrite and not shelf.was_joining:
        raise Problem(
            f"{there[0]} exists already.",
            remedy="Choose another name, or have it replaced.",
            option="--overwrite",
        )


def _lying_at(target: Path) -> list[Path]:
    """The files that there are under a film's name."""
    if is_pattern(target):
        return list(files_like(target).values())
    return [target] if target.exists() else []


def _files_of(clip: Clip) -> list[Path]:
    return files_of(clip) if clip.format == SEQUENCE else [clip.path]


def _key(order: FilmOrder, clip: Clip) -> str:
    return segments.key_of(
        {
            "version": _VERSION,
            "source": [segments.content_key(path) for path in _files_of(clip)],
            "task": order.identity,
            "target": order.inputs.target.name,
            "span": [order.inputs.start, order.inputs.stop],
            "codec": [order.settings.codec, order.crf],
            "coherence": [order.settings.coherence, order.keeps_light],
            "deinterlace": order.deinterlace,
            "rate": str(clip.rate),
            "libraries": [av.__version__, cv2.__version__, np.__version__],
        }
    )


def _planned(order: FilmOrder, clip: Clip, context: Context) -> Plan:
    reader = open_film(clip)
    try:
        found = survey(reader, context)
    finally:
        reader.close()
    if found.interlaced and order.deinterlace is None:
        raise Problem(
            f"“{clip.path.name}” is interlaced: each frame is made of two half pictures.",
            remedy="Switch Deinterlace on to make whole pictures of them, or off to leave them.",
            option="--deinterlace, --no-deinterlace",
        )
    target = order.inputs.target
    codec = codec_for(target, order.settings.codec, order.crf)
    look = look_of(clip, target, codec, order.crf)
    first, last = _chosen(order, clip, found)
    notes = [*found.notes, *_notes_on(clip, look)]
    origin = _origin(order, clip, found, first)
    shots = tuple(
        (max(start, first) - first, min(stop, last) - first)
        for start, stop in found.shots
        if stop > first and start < last
    )
    end = int(found.times[last]) if last < len(found.times) else found.end
    return Plan(
        clip,
        look,
        found.times[first:last],
        end,
        tuple(segments.segments_of(shots)),
        len(shots),
        Span(order.inputs.start, order.inputs.stop, origin),
        notes,
    )


def _chosen(order: FilmOrder, clip: Clip, found: Survey) -> tuple[int, int]:
    """First frame of the span, and the first that no longer belongs to it."""
    seconds = found.times * float(clip.time_base)
    half = 0.5 * float(clip.time_base)
    start, stop = order.inputs.start, order.inputs.stop
    first = 0 if start is None else int(np.searchsorted(seconds, start - half))
    last = len(seconds) if stop is None else int(np.searchsorted(seconds, stop - half))
    if first >= last:
        raise Problem(
            f"There is no frame of “{clip.path.name}” between the start and the end that were"
            " chosen.",
            remedy=f"It lasts from {seconds[0]:.3f} to"
            f" {found.end * float(clip.time_base):.3f} seconds.",
            option="--from, --to",
        )
    return first, last


def _origin(order: FilmOrder, clip: Clip, found: Survey, first: int) -> Fraction:
    """Seconds of the source that become 0.

    Timestamps stay, but for a part of a film, and for broadcasts, which count from anywhere.
    """
    if order.inputs.start is not None or "mpeg" in clip.format.split(",")[0]:
        return int(found.times[first]) * clip.time_base
    return Fraction(0)


def _notes_on(clip: Clip, look: Look) -> Iterator[str]:
    if not clip.timed:
        yield (
            f"“{clip.path.name}” has no timestamps: {float(clip.rate):g} frames a second"
            " are assumed."
        )
    if clip.transparent:
        yield (
            f"“{clip.path.name}” is transparent in places; a film is not, and shows there what"
            " colours lie below."
        )
    if clip.depth > 8 and not look.codec.deep:
        yield f"“{clip.path.name}” has {clip.depth} bits a channel, {look.codec.label} holds 8."
    if look.coded != (look.width, look.height):
        width, height = look.coded
        yield (
            f"{look.codec.label} needs even sizes: at {look.width} x {look.height} pixels a border"
            f" line was doubled, which makes {width} x {height}."
        )


def _work(order: FilmOrder, plan: Plan) -> Work:
    return Work(
        plan.clip,
        plan.look,
        plan.times,
        order.task,
        order.keeps_light,
        order.settings.coherence,
        bool(order.deinterlace),
    )


# The end


def _joined(plan: Plan, shelf: Shelf) -> list[str]:
    """Give the target its name; returns what could not be kept."""
    target, parts = shelf.target, [shelf.path(segment) for segment in plan.segments]
    if is_pattern(target):
        shelf.joining()
        return _written(parts, target)
    whole = shelf.folder / "whole.part"
    origin = round(plan.span.origin / plan.clip.time_base)
    times = np.append(plan.times, plan.end) - origin
    notes = join(parts, times, plan.look, whole, target, plan.clip, plan.span)
    with whole.open("rb") as file:
        os.fsync(file.fileno())
    shelf.joining()
    whole.replace(target)
    return notes


def _written(parts: list[Path], target: Path) -> list[str]:
    """Each frame, a PNG file by itself, under its number from 1 on; returns what to say of it."""
    number = 0
    for number, packet in enumerate(packets_of(parts), 1):
        path = numbered(target, number)
        if path.suffix.lower() == ".png":
            with atomic_write(path, overwrite=True) as file:
                file.write(bytes(packet))
        else:
            write_picture(_decoded(packet), path, overwrite=True)
    older = [path for found, path in files_like(target).items() if found > number]
    if not older:
        return []
    several = f" and {len(older) - 1} more were" if len(older) > 1 else " was"
    return [f"The film ends with picture {number}; “{older[0].name}”{several} there before."]


def _decoded(packet: "av.Packet[Any]") -> Picture:
    (frame,) = packet.decode()
    assert isinstance(frame, av.VideoFrame)
    deep = frame.format.name.startswith("rgb48")
    return Picture(frame.to_ndarray(format="rgb48le" if deep else "rgb24"))


def _figures(plan: Plan, shelf: Shelf) -> dict[str, float]:
    """Over the whole film, segment after segment: a few frames are in memory at a time."""
    before, after = Tally(), Tally()
    for segment in plan.segments:
        for tally, frames in zip((before, after), shelf.figures(segment), strict=True):
            for frame in frames:
                tally.add(frame)
    return {
        "cdc_before": before.cdc,
        "cdc": after.cdc,
        "colorfulness_before": before.colorfulness,
        "colorfulness": after.colorfulness,
        "warping_before": before.warping,
        "warping": after.warping,
    }
