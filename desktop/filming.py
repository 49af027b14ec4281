"""Films without a window: which files they are, what is done to their frames, what was made."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from desktop.account import Account, context_for, progress, say
from desktop.film_options import FilmWishes
from inference.features import Cancelled, Context, ModelStamp, Request, settings_to_json
from inference.values import Picture, Problem

if TYPE_CHECKING:
    from desktop.headless import Order
    from desktop.styling import StyleOrder
    from inference.film.export import FilmOrder, FilmReport

Pair = tuple[Path, Path]
RequestFor = Callable[[Picture], Request]


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
    from inference.media.codecs import FILM_TARGETS
    from inference.media.film import FILMS

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


# What is done to their frames


@dataclass
class Frames:
    """A request as something that is done to each frame; remembers who answered.

    other_inputs: what tells inputs besides the frame apart, a hash of the reference, say.
    """

    request_for: RequestFor
    other_inputs: str = ""
    stamp: ModelStamp | None = None
    device: str = ""
    notes: dict[str, None] = field(default_factory=dict)

    def __call__(self, picture: Picture, context: Context) -> Picture:
        """The frame as the request makes it."""
        from inference import tasks

        result = tasks.run(self.request_for(picture), context)
        self.stamp, self.device = result.model, result.device
        self.notes.update(dict.fromkeys(result.notes))
        return result.pictures[0]

    def identity(self) -> str:
        """All that decides the pixels of a frame besides the frame itself."""
        from inference import device as devices
        from inference.cabinet import catalog

        request = self.request_for(Picture(np.zeros((1, 1, 1), np.uint8)))
        devices.import_torch()
        return json.dumps(
            {
                "feature": request.feature.name,
                "settings": settings_to_json(request.settings),
                "weights": catalog.card(request.model or request.feature.model).sha256,
                "seed": request.seed,
                "device": str(devices.resolve(request.device)),
                "other inputs": self.other_inputs,
            },
            sort_keys=True,
        )


def film_order(
    source: Path, target: Path, wishes: FilmWishes, frames: Frames, *, keeps_light: bool
) -> "FilmOrder":
    """One film to be exported. keeps_light: the request changes colours only."""
    from inference.film.export import FilmOrder

    return FilmOrder(
        source=source,
        target=target,
        task=frames,
        identity=frames.identity(),
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


# Making them


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


def paint_films(
    found: list[Pair], wishes: FilmWishes, order: "StyleOrder", account: Account
) -> None:
    """Paint each film in the styles of that order. Problem where that would take days."""
    from desktop import styling

    if not found:
        return
    if order.settings.method == "optimise":
        raise Problem(
            "The slow method paints single pictures; a film would take it days.",
            remedy="Use --method fast or --method any for films.",
        )
    order = styling.with_pictures(order)
    make_films(
        found,
        wishes,
        lambda picture: styling.request_for(picture, order),
        account,
        keeps_light=False,
        other_inputs=styling.told_apart(order),
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
    """Make each film by that request, and write down what was done; a bad one stops no other."""
    from inference.film.export import export, is_begun

    with progress() as bars:
        for source, target in found:
            frames = Frames(request_for, other_inputs)
            try:
                order = film_order(source, target, wishes, frames, keeps_light=keeps_light)
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


_SUMS = ("frames", "segments", "segments_resumed")


def _tell(source: Path, report: "FilmReport", frames: Frames, account: Account) -> None:
    """Sums and means over all films; the sentences on stderr too."""
    account.inputs.append(str(source))
    account.model, account.device = frames.stamp or account.model, frames.device or account.device
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
    for note in (*report.notes, *frames.notes):
        account.notes.append(note)
        say(note)
