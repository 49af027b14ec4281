"""The colours that the network thinks likely at one place, to choose from for a hint."""

import numpy as np
import torch

from inference.features import HintColorInputs, HintColorSettings
from inference.media.color import compose_lab
from inference.request import Context, Request, Result
from inference.tasks.easel import Look, set_up
from inference.tasks.sight import Scene, array_of
from inference.values import RGB, Array, Picture, Problem

_APART = 18.0  # ab units between two colours that are worth showing both
_SEEN = 4  # RGB steps below which two colours look the same


def run(request: Request, context: Context) -> Result:
    """Distinct colours at the place, most likely first; the automatic one and grey among them."""
    inputs: HintColorInputs = request.inputs
    settings: HintColorSettings = request.settings
    _check(inputs.picture, inputs.x, inputs.y)
    easel = set_up(request, context)

    def choose(look: Look) -> tuple[RGB, ...]:
        return _colors(look(inputs.picture), inputs, settings.count)

    return easel.result(colors=easel.with_network(choose, context))


def _check(picture: Picture, x: float, y: float) -> None:
    if not (0 <= x <= picture.width and 0 <= y <= picture.height):
        raise Problem(
            f"The place x {x:g}, y {y:g} lies outside the picture, "
            f"which is {picture.width} × {picture.height} pixels."
        )


def _colors(scene: Scene, inputs: HintColorInputs, count: int) -> tuple[RGB, ...]:
    place = inputs.x / inputs.picture.width, inputs.y / inputs.picture.height
    likely = _at(scene.network.distribution(scene.sight), place)
    centres = scene.network.bin_centres.float().cpu().numpy()
    fixed = np.stack([_at(scene.sight.ab, place), np.zeros(2, np.float32)])
    chosen = _distinct(likely, centres, fixed, count)
    light = float(_at(scene.sight.light, place)[0])
    return _seen_apart([_rendered(light, ab) for ab in chosen])


def _distinct(likely: Array, centres: Array, fixed: Array, count: int) -> list[Array]:
    """`fixed` colours and the likeliest others apart from all chosen ones, most likely first."""
    chosen = [(float(likely[_near(centres, ab)].max(initial=0.0)), ab) for ab in fixed]
    for index in np.argsort(-likely, kind="stable"):
        if len(chosen) >= max(count, len(fixed)):
            break
        if all(np.hypot(*(centres[index] - ab)) >= _APART for _, ab in chosen):
            chosen.append((float(likely[index]), centres[index]))
    return [ab for _, ab in sorted(chosen, key=lambda pair: -pair[0])]


def _near(centres: Array, ab: Array) -> Array:
    near: Array = np.hypot(*(centres - ab).T) < _APART
    return near


def _at(maps: torch.Tensor, place: tuple[float, float]) -> Array:
    """Values (C,) at a place given as shares 0..1 of width and height."""
    height, width = maps.shape[-2:]
    column = min(width - 1, int(place[0] * width))
    row = min(height - 1, int(place[1] * height))
    values: Array = array_of(maps[:, :, row : row + 1, column : column + 1])[0, 0]
    return values


def _rendered(light: float, ab: Array) -> RGB:
    pixel = compose_lab(
        np.full((1, 1), light, np.float32), ab.reshape(1, 1, 2).astype(np.float32), np.dtype("u1")
    )
    red, green, blue = (int(v) for v in pixel[0, 0])
    return red, green, blue


def _seen_apart(colors: list[RGB]) -> tuple[RGB, ...]:
    """Without those that the gamut has made equal to an earlier one."""
    kept: list[RGB] = []
    for color in colors:
        if all(max(abs(a - b) for a, b in zip(color, k, strict=True)) >= _SEEN for k in kept):
            kept.append(color)
    return tuple(kept)
