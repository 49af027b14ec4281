"""Films on the command line: their options, which files they are, and what was made of them."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.account import DONE, Account, answer, context_for, progress, say
from desktop.options import AsJson
from inference.features import Context, ModelStamp, Request, Result, settings_to_json
from inference.values import Clip, Picture, Problem

if TYPE_CHECKING:
    from desktop.headless import Order
    from inference.film.export import FilmReport

Pair = tuple[Path, Path]
RequestFor = Callable[[Picture], Request]


def seconds_of(text: str) -> float:
    """Seconds from 83.5, 1:23.5 or 0:01:23.5. Problem on anything else."""
    try:
        parts = [float(part) for part in text.split(":")]
        if len(parts) > 3 or any(part < 0 or part != part for part in parts):
            raise ValueError(text)
    except ValueError as error:
        raise Problem(
            f"{text!r} is not a time.", remedy="Write seconds, 83.5, or 1:23.5, or 0:01:23.5."
        ) from error
    hours, minutes, seconds = ([0.0] * (3 - len(parts))) + parts
    return hours * 3600 + minutes * 60 + seconds


def rate_of(text: str) -> Fraction:
    """Frames a second from 24, 23.976 or 24000/1001. Problem on anything else."""
    try:
        rate = Fraction(text)
        if not 0 < rate <= 1000:
            raise ValueError(text)
    except (ValueError, ZeroDivisionError) as error:
        raise Problem(
            f"{text!r} is not a rate of frames.", remedy="Write 24, 23.976 or 24000/1001."
        ) from error
    return rate.limit_denominator(100_000)


From = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="Films: where to begin; 1:23.5, say.")
]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="Films: where to end.")]
CodecOption = Annotated[
    str | None,
    typer.Option(
        "--codec",
        metavar="NAME",
        help="Films: h264 (usual), hevc, av1, vp9, prores, ffv1, dnxhr, mjpeg.",
    ),
]
Crf = Annotated[
    int | None, typer.Option("--crf", help="Films: quality of h264, hevc, av1, vp9; 0 is best.")
]
Coherence = Annotated[
    float,
    typer.Option(
        "--coherence",
        min=0.0,
        max=1.0,
        help="Films: how firmly colours hold still along a shot; 0 does each frame alone.",
    ),
]
Deinterlace = Annotated[
    bool | None,
    typer.Option("--deinterlace/--no-deinterlace", help="Films: whole pictures from fields."),
]
Rate = Annotated[
    str | None, typer.Option("--rate", help="Frames a second of numbered pictures; 24 if not said.")
]


@dataclass(frozen=True)
class FilmWishes:
    """What the options say about films."""

    start: float | None = None
    stop: float | None = None
    codec: str | None = None
    crf: int | None = None
    coherence: float = 0.9
    deinterlace: bool | None = None
    rate: Fraction | None = None
    overwrite: bool = False


def _wishes(
    start: From = None,
    stop: To = None,
    codec: CodecOption = None,
    crf: Crf = None,
    coherence: Coherence = 0.9,
    deinterlace: Deinterlace = None,
    rate: Rate = None,
) -> FilmWishes:
    return FilmWishes(
        seconds_of(start) if start is not None else None,
        seconds_of(stop) if stop is not None else None,
        codec,
        crf,
        coherence,
        deinterlace,
        rate_of(rate) if rate is not None else None,
    )


def with_film_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of films; it gets them as `film`."""
    options = inspect.signature(_wishes, eval_str=True).parameters
    own = inspect.signature(command, eval_str=True)

    def wrapper(**given: Any) -> int:
        wished = {name: given.pop(name) for name in options}
        return command(film=_wishes(**wished), **given)

    kept = [p for p in own.parameters.values() if p.name != "film"]
    added = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in options.values()]
    wrapper.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    wrapper.__name__, wrapper.__doc__ = command.__name__, command.__doc__
    return wrapper


# Which files are films


def films(source: Path, output: Path, *, one_only: bool) -> list[Pair]:
    """Films in IN and where each goes: a clip, numbered pictures, a folder of either; or none.

    A folder of pictures is one film where OUT is named like one. Problem where they do not fit.
    """
    found = _films(source, output)
    if found and one_only:
        raise Problem("Hints and masks belong to one picture.", remedy="Leave them out for films.")
    return found


def _films(source: Path, output: Path) -> list[Pair]:
    from inference.media.film import is_film

    if source.is_dir():
        return [(source, output)] if is_film(output) else _films_in(source, output)
    if not is_film(source) or (source.suffix.lower() == ".gif" and not is_film(output)):
        return []
    if output.is_dir():
        raise Problem(
            f"{output} is a folder, {source.name} is one film.",
            remedy="Give OUT a name that ends in .mp4, say.",
        )
    return [(source, output)]


def _films_in(source: Path, output: Path) -> list[Pair]:
    from inference.media.film import FILMS
    from inference.media.writer import FILM_TARGETS

    found = sorted(
        path
        for path in source.iterdir()
        if path.is_file() and path.suffix.lower() in FILMS and path.name[0] != "."
    )
    if found and output.suffix and not output.is_dir():
        raise Problem("IN is a folder, OUT is not.", remedy="Give a folder as OUT.")
    if found:
        output.mkdir(parents=True, exist_ok=True)
    return [
        (path, output / (path.name if path.suffix.lower() in FILM_TARGETS else f"{path.stem}.mp4"))
        for path in found
    ]


def leaves_pictures(source: Path, found: list[Pair]) -> bool:
    """True where IN may also hold pictures that are to be done one by one."""
    from desktop.headless import pictures_in

    if not found:
        return True
    return source.is_dir() and found[0][0] != source and bool(pictures_in(source))


# Making them


@dataclass
class _Frames:
    """A request as something that is done to each frame; remembers who answered."""

    request_for: RequestFor
    stamp: ModelStamp | None = None
    device: str = ""
    notes: dict[str, None] = field(default_factory=dict)

    def __call__(self, picture: Picture, context: Context) -> Picture:
        from inference import tasks

        result: Result = tasks.run(self.request_for(picture), context)
        self.stamp, self.device = result.model, result.device
        self.notes.update(dict.fromkeys(result.notes))
        return result.pictures[0]


def color_films(found: list[Pair], wishes: FilmWishes, order: "Order", account: Account) -> None:
    """Colour each film as that order says."""
    from desktop.headless import request_for

    reference = order.reference
    told = sha256(reference.pixels.tobytes()).hexdigest() if reference is not None else ""
    make_films(
        found,
        wishes,
        lambda picture: request_for(picture, order),
        account,
        keeps_light=True,
        other_inputs=told,
    )


def make_films(
    found: list[Pair],
    wishes: FilmWishes,
    request_for: RequestFor,
    account: Account,
    *,
    keeps_light: bool,
    other_inputs: str = "",
) -> None:
    """Make each film by that request, and write down what was done; a bad one stops no other.

    keeps_light: the request changes colours only. other_inputs: what tells inputs besides the
    frame apart, a hash of the reference, say.
    """
    with progress() as bars:
        for source, target in found:
            try:
                context = context_for(bars, source.name)
                _make(
                    source, target, wishes, request_for, account, context, keeps_light, other_inputs
                )
            except Problem as problem:
                account.fail(source, problem)


def _make(
    source: Path,
    target: Path,
    wishes: FilmWishes,
    request_for: RequestFor,
    account: Account,
    context: Context,
    keeps_light: bool,
    other_inputs: str,
) -> None:
    from inference.film.export import FilmOrder, export

    frames = _Frames(request_for)
    order = FilmOrder(
        source=source,
        target=target,
        task=frames,
        identity=_identity(request_for, other_inputs),
        keeps_light=keeps_light,
        start=wishes.start,
        stop=wishes.stop,
        codec=wishes.codec,
        crf=wishes.crf,
        coherence=wishes.coherence,
        deinterlace=wishes.deinterlace,
        rate=wishes.rate,
        overwrite=wishes.overwrite,
    )
    report = export(order, context)
    account.inputs.append(str(source))
    account.model, account.device = frames.stamp or account.model, frames.device or account.device
    _tell(report, account, list(frames.notes))
    account.wrote(target)


def _identity(request_for: RequestFor, other_inputs: str) -> str:
    """All that decides the pixels of a frame besides the frame itself."""
    import numpy as np

    from inference import device as devices
    from inference.cabinet import catalog

    request = request_for(Picture(np.zeros((1, 1, 1), np.uint8)))
    devices.import_torch()
    return json.dumps(
        {
            "feature": request.feature.name,
            "settings": settings_to_json(request.settings),
            "weights": catalog.card(request.model or request.feature.model).sha256,
            "seed": request.seed,
            "device": str(devices.resolve(request.device)),
            "other inputs": other_inputs,
        },
        sort_keys=True,
    )


_SUMS = ("frames", "segments", "segments_resumed")


def _tell(report: "FilmReport", account: Account, notes: list[str]) -> None:
    """Sums and means over all films; the sentences on stderr too."""
    figures = {
        "frames": float(report.frames),
        "frames_per_second": report.frames_per_second,
        "segments": float(report.segments),
        "segments_resumed": float(report.resumed),
        "shots": float(report.shots),
        **report.figures,
    }
    done = len(account.outputs)
    for name, value in figures.items():
        before = account.figures.get(name, 0.0)
        share = 1 if name in _SUMS else 1 / (done + 1)
        account.figures[name] = before + (value if name in _SUMS else (value - before) * share)
    account.seconds["export"] = account.seconds.get("export", 0.0) + report.seconds
    for note in (*report.notes, *notes):
        account.notes.append(note)
        say(note)


# info


def info(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A picture, a film, numbered pictures, a project."),
    ],
    rate: Rate = None,
    as_json: AsJson = False,
) -> int:
    """Tell what a picture, a film or a project is."""
    told = facts_of(file, rate_of(rate) if rate else None)
    if as_json:
        answer(told)
        return DONE
    for name, value in told.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        typer.echo(f"{name.replace('_', ' '):<14} {shown}")
    return DONE


def facts_of(file: Path, rate: Fraction | None = None) -> dict[str, Any]:
    """Plain values that tell what a file is; Problem where it is nothing that can be opened."""
    from desktop.document.project import load_project
    from inference.media.film import is_film, probe_film

    if file.suffix.lower() in (".grisaille", ".ora"):
        document, _ = load_project(file)
        return {
            "kind": "project",
            "size": f"{document.width} x {document.height}",
            "depth": document.dtype.itemsize * 8,
            "layers": [layer.name for layer in document.walk()],
        }
    if file.is_dir() or is_film(file):
        return _film_facts(probe_film(file, rate))
    return _picture_facts(file)


def _picture_facts(file: Path) -> dict[str, Any]:
    from inference.media.picture import probe

    facts = probe(file)
    return {
        "kind": "picture",
        "format": facts.format,
        "size": f"{facts.width} x {facts.height}",
        "depth": {"uint8": 8, "uint16": 16}.get(facts.dtype, 32),
        "channels": facts.channels,
        "profile": "in the file" if facts.icc else "none, sRGB is assumed",
        "frames": facts.frames,
    }


def _film_facts(clip: Clip) -> dict[str, Any]:
    from inference.film.shots import survey
    from inference.media.film import open_film

    reader = open_film(clip)
    try:
        found = survey(reader, Context())
    finally:
        reader.close()
    base = float(clip.time_base)
    steps = {int(b - a) for a, b in zip(found.times[:-1], found.times[1:], strict=True)}
    return {
        "kind": "film",
        "format": clip.format,
        "codec": clip.codec,
        "size": f"{clip.upright[0]} x {clip.upright[1]}",
        "pixel_aspect": str(clip.pixel_aspect),
        "rotation": clip.rotation,
        "depth": clip.depth,
        "range": {1: "limited", 2: "full"}.get(clip.color_range, "not said"),
        "frames": len(found.times),
        "rate": round(float(clip.rate), 4),
        "steady_rate": len(steps) <= 1 or max(steps) - min(steps) <= 1,
        "seconds": round((found.end - int(found.times[0])) * base, 3),
        "interlaced": found.interlaced,
        "shots": len(found.shots),
        "cuts": [round(float(found.times[cut]) * base, 3) for cut in found.cuts],
        "sound": list(clip.sounds),
        "subtitles": list(clip.subtitles),
        "notes": list(found.notes),
    }
