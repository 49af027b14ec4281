"""The options of films on the command line, and what they say."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

import typer

from desktop.options import with_options
from inference.values import Problem


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
    str | None,
    typer.Option(
        "--rate", metavar="RATE", help="Frames a second of numbered pictures; 24 if not said."
    ),
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
    begin: From = None,  # the slow method has a setting called start
    end: To = None,
    codec: CodecOption = None,
    crf: Crf = None,
    coherence: Coherence = 0.9,
    deinterlace: Deinterlace = None,
    rate: Rate = None,
) -> FilmWishes:
    return FilmWishes(
        seconds_of(begin) if begin is not None else None,
        seconds_of(end) if end is not None else None,
        codec,
        crf,
        coherence,
        deinterlace,
        rate_of(rate) if rate is not None else None,
    )


def with_film_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of films; it gets them as `film`."""
    options = inspect.signature(_wishes, eval_str=True).parameters.values()
    by_name = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in options]
    return with_options("film", by_name, _wishes)(command)
