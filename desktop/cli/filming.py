"""Films without a window: which files they are, what is done to their frames, what was made."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from desktop.cli.account import Account, each, say
from desktop.cli.film_options import OF_STILLS, refusals_of_source
from desktop.export_settings import OF_FILMS, Refusal, Refusals, refusals
from inference.features import FilmSettings
from inference.media.atomic import make_folder
from inference.media.names import FILMS, is_film
from inference.request import Cancelled, Context, Request
from inference.values import Picture, Problem

if TYPE_CHECKING:
    from desktop.cli.pictures import Done

Pair = tuple[Path, Path]
ANY_FRAME = Picture(np.zeros((1, 1, 1), np.uint8))
"""Stands in the requests for each frame."""


# Which files are films


def divided(source: Path, output: Path, *, one_only: bool) -> tuple[list[Pair], list[Pair]]:
    """What IN holds, and where each goes: films, and pictures that are done one by one.

    A film is a clip or numbered pictures; a folder of pictures is one where OUT is named like one.
    Problem where IN and OUT do not fit, or what belongs to one picture meets a film.
    """
    from desktop.cli.pictures import pairs, pictures_in

    found = _films(source, output)
    if found and one_only:
        raise Problem("Hints and masks belong to one picture.", remedy="Leave them out for films.")
    whole = bool(found) and (not source.is_dir() or found[0][0] == source)
    if whole or (found and not pictures_in(source)):
        return found, []
    return found, pairs(source, output, one_only=one_only)


def refusals_of(
    films: list[Pair], pictures: list[Pair], codec: str | None, always: Refusals
) -> list[Refusals]:
    """What each file that is to be written cannot be told; always: what none of them can.

    codec: of films, None where nobody named one.
    """
    of_films: list[Refusals] = [_refusals_of_film(*pair, codec) for pair in films]
    of_stills = [{**OF_STILLS, **refusals(target.suffix.lower())} for _, target in pictures]
    return [{**always, **one} for one in (*of_films, *of_stills)]


def _refusals_of_film(source: Path, target: Path, codec: str | None) -> Refusals:
    from inference.media.codecs import codec_for

    refused = {**OF_FILMS, **refusals_of_source(source)}
    with suppress(Problem):  # that will be told of the film
        chosen = codec_for(target, codec)
        if chosen.crf is None:
            refused["crf"] = Refusal("{} has no quality to choose.", chosen.label)
    return refused


def _films(source: Path, output: Path) -> list[Pair]:
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
    found = sorted(
        path
        for path in source.iterdir()
        if path.is_file() and path.suffix.lower() in FILMS and path.name[0] != "."
    )
    if found and output.suffix and not output.is_dir():
        raise Problem("IN is a folder, OUT is not.", remedy="Give a folder as OUT.")
    if found:
        make_folder(output)
    return [(path, output / name) for path, name in zip(found, _names_for(found), strict=True)]


def _names_for(films: list[Path]) -> Iterator[str]:
    """Their own where a film of that kind can be written, .mp4 for the others; no two the same."""
    from inference.media.codecs import FILM_TARGETS

    names = [p.name if p.suffix.lower() in FILM_TARGETS else f"{p.stem}.mp4" for p in films]
    for path, name in zip(films, names, strict=True):
        yield name if name == path.name or names.count(name) == 1 else f"{path.name}.mp4"


# Making them


def make_films(found: list[Pair], film: Request, named: Collection[str], account: Account) -> None:
    """Answer that request, complete but for the files, for each film, and write down what was done.

    named: the options that a person named; what the others say is as usual for each target. A bad
    film stops no other. Problem where the steps are not for films.
    """
    if found:
        from inference.tasks.film import check

        check(film.inputs.steps)
        each(found, account, partial(film_file, film=film, named=named))


def film_file(
    source: Path, target: Path, film: Request, named: Collection[str], context: Context
) -> "Done":
    """Make one film; raises Problem or Cancelled."""
    from desktop.cli.pictures import Done
    from inference import tasks
    from inference.film.export import is_begun

    try:
        result = tasks.run(_request(source, target, film, named), context)
    except (Cancelled, KeyboardInterrupt):
        if is_begun(target):
            say(f"What is done of {target.name} is kept: the same command goes on there.")
        raise
    return Done(source, target, result, result.seconds["write"])


def _request(source: Path, target: Path, film: Request, named: Collection[str]) -> Request:
    """As the window would send it for this film."""
    from inference.media.codecs import codec_for

    settings: FilmSettings = film.settings
    codec = codec_for(target, settings.codec if "codec" in named else None)
    crf = codec.crf[0] if codec.crf and "crf" not in named else settings.crf
    interlaced = "deinterlace" in named
    return replace(
        film,
        inputs=replace(film.inputs, source=source, target=target, interlaced=interlaced),
        settings=replace(settings, codec=codec.name, crf=crf),
    )
