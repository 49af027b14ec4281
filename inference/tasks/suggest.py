"""Several ways to colour a picture, small, with the seeds that make them again at full size."""

import numpy as np

from inference.features import ColorizeInputs, ColorizeSettings, SuggestionSettings
from inference.request import Context, Request, Result
from inference.tasks.colorize import check, laid_on, small_colors
from inference.tasks.easel import Look, set_up
from inference.tasks.sight import shrunk
from inference.values import Array, Hints, Picture

_CANDIDATES = 2  # tried for each suggestion that is shown: the most different ones are


def run(request: Request, context: Context) -> Result:
    """`count` small pictures and their seeds, each unlike the others and the automatic one.

    The seed of the request is the largest one shown so far: 0 for the first suggestions.
    """
    inputs: ColorizeInputs = request.inputs
    settings: SuggestionSettings = request.settings
    check(inputs)
    easel = set_up(request, context)
    tried = easel.with_network(lambda look: _tried(request, look, context), context)
    seeds = _unlike(tried, settings.count)
    small, hints = _small(inputs, settings.size_px)
    muted = context.muted()
    pictures = []
    for number, seed in enumerate(seeds):
        context.checkpoint(0.7 + 0.3 * number / len(seeds), "Laying colours on")
        pictures.append(laid_on(small, tried[seed], hints, 1.0, muted).picture)
    return easel.result(pictures=tuple(pictures), seeds=tuple(seeds))


def _tried(request: Request, look: Look, context: Context) -> dict[int, Array]:
    """Small colours by seed: 0, which is not shown, and the candidates."""
    inputs: ColorizeInputs = request.inputs
    scene = look(inputs.picture)
    other = look(inputs.reference) if inputs.reference is not None else None
    as_colorize = ColorizeSettings(saturation=request.settings.saturation)
    count = request.settings.count * _CANDIDATES
    tried = {}
    for number, seed in enumerate((0, *range(request.seed + 1, request.seed + 1 + count))):
        context.checkpoint(0.1 + 0.6 * number / (count + 1), "Choosing colours")
        tried[seed] = small_colors(scene, inputs, as_colorize, seed, other, context)
    return tried


def _unlike(tried: dict[int, Array], count: int) -> list[int]:
    """The seeds farthest from each other and from 0, in order of their number."""
    apart = {seed: _difference(colors, tried[0]) for seed, colors in tried.items() if seed}
    chosen: list[int] = []
    while apart and len(chosen) < count:
        best = max(apart, key=lambda seed: (apart[seed], -seed))
        chosen.append(best)
        del apart[best]
        for seed in apart:
            apart[seed] = min(apart[seed], _difference(tried[seed], tried[best]))
    return sorted(chosen)


def _difference(colors: Array, others: Array) -> float:
    return float(np.hypot(*(colors - others).transpose(2, 0, 1)).mean())


def _small(inputs: ColorizeInputs, size_px: int) -> tuple[Picture, Hints]:
    """The picture at the size of a suggestion, and its hints there."""
    picture, hints = inputs.picture, inputs.hints
    scale = min(1.0, size_px / max(picture.width, picture.height))
    width, height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    alpha, mask = (
        None if plane is None else shrunk(plane[..., None], width, height)[..., 0]
        for plane in (picture.alpha, hints.keep_grey)
    )
    points = tuple(hint.scaled(scale) for hint in hints.points)
    return Picture(shrunk(picture.pixels, width, height), alpha), Hints(points, mask)
