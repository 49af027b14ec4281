"""Films without a window: which files they are, what is done to their frames, what was made."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from desktop.account import Account, context_for, progress, say
from desktop.export_settings import OF_FILMS, Refusals, refusals
from desktop.film_options import FilmWishes
from inference.media.names import FILMS, is_film
from inference.request import Cancelled, Request
from inference.values import Picture, Problem

if TYPE_CHECKING:
    from desktop.headless import Order
    from desktop.styling import StyleOrder
    from inference.film.export import FilmOrder, FilmReport
    from inference.tasks.film import Frames

Pair = tuple[Path, Path]


# Which files are films


def divided(source: Path, output: Path, *, one_only: bool) -> tuple[list[Pair], list[Pair]]:
    """What IN holds, and where each goes: films, and pictures that are done one by one.

    A film is a clip or numbered pictures; a folder of pictures is one where OUT is named like one.
    Problem where IN and OUT do not fit, or what belongs to one picture meets a film.
    """
    from desktop.headless import pairs, pictures_in

    found = _films(source, output)
    if found and one_only:
        raise Problem("Hints and masks belong to one picture.", remedy="Leave them out for films.")
    whole = bool(found) and (not source.is_dir() or found[0][0] == source)
    if whole or (found and not pictures_in(source)):
        return found, []
    return found, pairs(source, output, one_only=one_only)


def refusals_of(films: list[Pair], pictures: list[Pair]) -> list[Refusals]:
    """What each file that is to be written cannot be told."""
    return [OF_FILMS] * len(films) + [refusals(target.suffix.lower()) for _, target in pictures]


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
    from inference.media.codecs import FILM_TARGETS

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


# Making them


def color_films(found: list[Pair], wishes: FilmWishes, order: "Order", account: Account) -> None:
    """Colour each film as that order says."""
    from desktop.headless import request_for

    make_films(found, wishes, (request_for(_ANY_FRAME, order),), account)


def paint_films(
    found: list[Pair], wishes: FilmWishes, order: "StyleOrder", account: Account
) -> None:
    """Paint each film in the styles of that order. Problem where that would take days."""
    from desktop.styling import request_for, with_pictures

    make_films(found, wishes, (request_for(_ANY_FRAME, with_pictures(order)),), account)


_ANY_FRAME = Picture(np.zeros((1, 1, 1), np.uint8))


def make_films(
    found: list[Pair], wishes: FilmWishes, steps: tuple[Request, ...], account: Account
) -> None:
    """Put each frame through those requests, and write down what was done.

    A bad film stops no other. Problem where the requests are not for films.
    """
    if not found:
        return
    from inference.film.export import export, is_begun
    from inference.tasks.film import Frames, check

    check(steps)
    with progress() as bars:
        for source, target in found:
            frames = Frames(steps)
            try:
                order = film_order(source, target, wishes, frames)
                report = export(order, context_for(bars, source.name))
            except Problem as problem:
                account.fail(source, problem)
            except (Cancelled, KeyboardInterrupt):
                if is_begun(target):
                    say(f"What is done of {target.name} is kept: the same command goes on there.")
                raise
            else:
                _tell(source, report, frames, account)
                account.wrote(target)


def film_order(source: Path, target: Path, wishes: FilmWishes, frames: "Frames") -> "FilmOrder":
    """One film to be exported."""
    from inference.film.export import FilmOrder
    from inference.tasks.film import identity_of, keeps_light

    return FilmOrder(
        source=source,
        target=target,
        task=frames,
        identity=identity_of(frames.steps),
        keeps_light=keeps_light(frames.steps),
        start=wishes.start,
        stop=wishes.stop,
        codec=wishes.codec,
        crf=wishes.crf,
        coherence=wishes.coherence,
        deinterlace=wishes.deinterlace,
        rate=wishes.rate,
        overwrite=wishes.overwrite,
    )


_SUMS = ("frames", "segments", "segments_resumed", "shots")


def _tell(source: Path, report: "FilmReport", frames: "Frames", account: Account) -> None:
    """Sums and means over all films; the sentences on stderr too."""
    account.inputs.append(str(source))
    account.model, account.device = frames.stamp or account.model, frames.device or account.device
    figures = {
        "frames": report.frames,
        "frames_per_second": report.frames_per_second,
        "segments": report.segments,
        "segments_resumed": report.resumed,
        "shots": report.shots,
        **report.figures,
    }
    done = len(account.outputs)
    for name, value in figures.items():
        before = account.figures.get(name, 0)
        share = 1 if name in _SUMS else 1 / (done + 1)
        account.figures[name] = before + (value if name in _SUMS else (value - before) * share)
    for name, seconds in report.seconds.items():
        account.seconds[name] = account.seconds.get(name, 0.0) + seconds
    for note in (*report.notes, *frames.notes):
        account.notes.append(note)
        say(note)
