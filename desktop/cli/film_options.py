"""The options of films on the command line: a request of the film task but for files and steps."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from desktop.cli.options import named_in, options_of, with_options
from desktop.export_settings import Refusal, Refusals
from inference.features import FILM, FilmInputs, FilmSettings
from inference.media.names import is_pattern
from inference.request import Request
from inference.settings import settings_from_json
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


Rate = Annotated[
    Fraction | None,
    typer.Option(
        parser=rate_of,
        metavar="RATE",
        help="Frames a second of numbered pictures; 24 if not said.",
    ),
]

_USUAL = {"codec": "the usual one of OUT", "crf": "that of the codec", "deinterlace": "asked about"}
"""What is done where an option is not named."""
OF_STILLS: Refusals = dict.fromkeys(
    ("begin", "end", "rate", *(item.name for item in fields(FilmSettings))),
    Refusal("It is for films."),
)
"""Why pictures cannot be told what films can."""


def _request(
    begin: Annotated[
        float | None,
        typer.Option(
            "--from", parser=seconds_of, metavar="TIME", help="Films: where to begin; 1:23.5, say."
        ),
    ] = None,  # the slow method has a setting called start
    end: Annotated[
        float | None,
        typer.Option("--to", parser=seconds_of, metavar="TIME", help="Films: where to end."),
    ] = None,
    rate: Rate = None,
    **settings: Any,
) -> Request:
    inputs = FilmInputs(Path(), Path(), (), begin, end, rate=rate)
    return Request(FILM, inputs, settings_from_json(FilmSettings, settings))


def with_film_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of films; it gets their request, without files, as `film`."""
    return with_options("film", list(_options()), _request)(command)


def _options() -> Iterator[inspect.Parameter]:
    for option in inspect.signature(_request, eval_str=True).parameters.values():
        if option.kind is not inspect.Parameter.VAR_KEYWORD:
            yield option.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for option in options_of(FilmSettings):
        _, told = get_args(option.annotation)
        told.help = f"Films: {told.help}"
        told.show_default = _USUAL.get(option.name, True)
        yield option


def refusals_of_source(source: Path) -> Refusals:
    """What a film cannot be told because of how it comes."""
    if source.is_dir() or is_pattern(source):
        return {"deinterlace": Refusal("Numbered pictures are taken as they are.")}
    return {"rate": Refusal("It is for numbered pictures.")}


def codec_in(context: typer.Context) -> str | None:
    """The codec that a person named."""
    return context.params["codec"] if "codec" in named_in(context) else None


def filled(film: Request, steps: tuple[Request, ...], overwrite: bool) -> Request:
    """The request with what is done to each frame, on the device that does that."""
    inputs = replace(film.inputs, steps=steps, overwrite=overwrite)
    return replace(film, inputs=inputs, device=steps[0].device)
