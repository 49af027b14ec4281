"""A film: each of its frames through one task or several, by the way of inference.film."""

import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from inference import device as devices
from inference import tasks
from inference.cabinet import catalog
from inference.cabinet.styles import style
from inference.features import COLORIZE, ColorizeInputs, FilmInputs, StylizeInputs
from inference.request import Context, ModelStamp, Request, Result
from inference.settings import settings_to_json
from inference.values import Picture, Problem


def run(request: Request, context: Context) -> Result:
    """Make the film; figures tell frames, segments, and CDC and colourfulness before and after.

    What an interrupted run of the same request has finished beside the target is used again.
    """
    from inference.film.export import FilmOrder, export  # takes a while to import

    inputs: FilmInputs = request.inputs
    steps = inputs.steps
    check(steps)
    frames = Frames(steps)
    order = FilmOrder(inputs, request.settings, frames, identity_of(steps), keeps_light(steps))
    report = export(order, context)
    for note in (*report.notes, *frames.notes):
        context.note(note)
    figures = {
        "frames": report.frames,
        "frames_per_second": report.frames_per_second,
        "segments": report.segments,
        "segments_resumed": report.resumed,
        "shots": report.shots,
        **report.figures,
    }
    return Result(model=frames.stamp, seconds=report.seconds, figures=figures)


def check(steps: tuple[Request, ...]) -> None:
    """Raise Problem on what is not for films."""
    if any(getattr(step.settings, "method", "") == "optimise" for step in steps):
        raise Problem(
            "The slow method paints single pictures; a film would take it days.",
            remedy="Choose the method Fast or Any for films.",
        )


def keeps_light(steps: tuple[Request, ...]) -> bool:
    """True where they change nothing but colours."""
    return all(step.feature == COLORIZE for step in steps)


@dataclass
class Frames:
    """Requests as something that is done to each frame; remembers who answered last."""

    steps: tuple[Request, ...]
    stamp: ModelStamp | None = None
    notes: dict[str, None] = field(default_factory=dict)

    def __call__(self, picture: Picture, context: Context) -> Result:
        """The frame as the requests make it."""
        result = Result((picture,))
        for step in self.steps:
            inputs = replace(step.inputs, picture=result.pictures[0])
            result = tasks.run(replace(step, inputs=inputs), context)
            self.stamp = result.model
            self.notes.update(dict.fromkeys(result.notes))
        return result


def identity_of(steps: tuple[Request, ...]) -> str:
    """All that decides the pixels of a frame besides the frame itself, as text."""
    devices.import_torch()
    told = [_told(step) for step in steps]
    return json.dumps(told[0] if len(told) == 1 else told, sort_keys=True)


def _told(step: Request) -> dict[str, Any]:
    return {
        "feature": step.feature.name,
        "settings": settings_to_json(step.settings),
        "weights": catalog.card(step.model or step.feature.model).sha256,
        "seed": step.seed,
        "device": str(devices.resolve(step.device)),
        "other inputs": _told_of_inputs(step.inputs),
    }


def _told_of_inputs(inputs: Any) -> str:
    """What tells inputs besides the frame apart. Problem where they belong to one picture."""
    if isinstance(inputs, ColorizeInputs):
        if inputs.hints:
            raise Problem("Hints belong to one picture.", remedy="Leave them out for films.")
        return _digest(inputs.reference) if inputs.reference is not None else ""
    assert isinstance(inputs, StylizeInputs)
    if inputs.mask is not None:
        raise Problem("Masks belong to one picture.", remedy="Leave them out for films.")
    return json.dumps([[_told_of_style(choice.style), choice.weight] for choice in inputs.styles])


def _told_of_style(chosen: str | Picture) -> str:
    """Its name where that says it all; a person's own is told by what is in its file."""
    from inference.film.segments import content_key

    if isinstance(chosen, Picture):
        return _digest(chosen)
    found = style(chosen)
    own = found.vector if found.vector.is_file() else found.picture
    return content_key(own) if found.own else found.name


def _digest(picture: Picture) -> str:
    return sha256(picture.pixels.tobytes()).hexdigest()
