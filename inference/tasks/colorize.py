"""Give colour to a black-and-white picture: prepare, run, finish."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from inference.features import ColorizeInputs, ColorizeSettings
from inference.media.bands import row_bands
from inference.media.color import compose_lab, lightness
from inference.media.guided import ColorField, guided_by, medium_size
from inference.request import Context, Request, Result
from inference.tasks import hinting, matching
from inference.tasks.easel import Look, set_up
from inference.tasks.hinting import Mark
from inference.tasks.sight import Scene, array_of, shrunk
from inference.tasks.variation import varied
from inference.values import Array, Hints, Picture

_BAND_PIXELS = 1 << 18  # rows worked on at once: bounds memory and the time between checkpoints


def run(request: Request, context: Context) -> Result:
    """Colours for the picture of `ColorizeInputs`, its lightness and depth kept.

    Raises Problem on hints outside the picture, a mask of another size, a reference without colour.
    """
    inputs: ColorizeInputs = request.inputs
    settings: ColorizeSettings = request.settings
    check(inputs)
    easel = set_up(request, context)

    def choose(look: Look) -> Array:
        scene = look(inputs.picture)
        other = look(inputs.reference) if inputs.reference is not None else None
        context.checkpoint(0.1, "Choosing colours")
        return small_colors(scene, inputs, settings, request.seed, other, context)

    colors = easel.with_network(choose, context)
    done = laid_on(inputs.picture, colors, inputs.hints, settings.strength, context)
    figures = {"mean_dl": done.mean_dl}
    return easel.result(
        pictures=(done.picture,), seeds=(request.seed,), figures=figures, laid=done.field
    )


def check(inputs: ColorizeInputs) -> None:
    """Raise Problem on what cannot be asked of this picture."""
    hinting.check(inputs.hints, inputs.picture)
    if inputs.reference is not None:
        matching.check(inputs.reference)


def small_colors(
    scene: Scene,
    inputs: ColorizeInputs,
    settings: ColorizeSettings,
    seed: int,
    other: Scene | None,
    context: Context,
) -> Array:
    """The network's answer (h, w, 2): its own colours, the reference's, bent towards the hints.

    Saturation is of the colours that nobody asked for: hints stay as they are.
    """
    base = varied(scene, seed)
    if other is not None and inputs.reference is not None:
        lent, sure = matching.matched(scene, other, inputs.reference)
        base = torch.lerp(base, lent, settings.reference_strength * sure)
    base = base * settings.saturation
    points = hinting.points_for(inputs.hints.points, scene)
    if points is not None:
        points = hinting.anchored(points, scene, base)
    muted = context.muted()  # hints are carried in no time, unless there are thousands
    return array_of(scene.network.color(scene.sight, points, base, muted.checkpoint))


class Laid(NamedTuple):
    """A picture in colours, the mean |dL*| of it, and its colours but for what is hinted at."""

    picture: Picture
    mean_dl: float
    field: ColorField


def laid_on(
    picture: Picture, colors: Array, hints: Hints, strength: float, context: Context
) -> Laid:
    """The picture in small colours (h, w, 2); L* stays the picture's."""
    field = _field(picture, colors, hints, context)
    coats = hinting.Coats(hinting.marks(hints.points, 1, 1))
    result = np.empty((picture.height, picture.width, 3), picture.pixels.dtype)
    wrong = 0.0
    for rows in row_bands(picture.height, picture.width, pixels=_BAND_PIXELS):
        context.checkpoint(0.15 + 0.85 * rows.start / picture.height, "Laying colours on")
        light = lightness(picture.pixels[rows])
        ab = field.band(light, rows.start, picture.height)
        coats.put_under(ab, rows.start)
        ab *= np.float32(strength)
        if hints.keep_grey is not None:
            ab *= (1 - hints.keep_grey[rows].astype(np.float32) / 255)[..., None]
        result[rows] = compose_lab(light, ab, picture.pixels.dtype)
        wrong += float(np.abs(lightness(result[rows]) - light).sum(dtype=np.float64))
    context.checkpoint(1.0)
    mean_dl = wrong / (picture.width * picture.height)
    return Laid(picture.with_pixels(result), mean_dl, field.scaled(strength))


def _field(picture: Picture, colors: Array, hints: Hints, context: Context) -> ColorField:
    """Colours fitted to the picture's edges, hints met."""
    width, height = medium_size(picture.width, picture.height)
    light = lightness(shrunk(picture.pixels, width, height))
    context.checkpoint(0.12, "Laying colours on")
    field = guided_by(light, colors)
    marks = hinting.marks(hints.points, width / picture.width, height / picture.height)
    if not marks:
        return field
    watched = _watched(marks, context)
    missing = hinting.correction(field.at(light), light, watched)
    return field.shifted(missing.transpose(2, 0, 1))


def _watched(marks: list[Mark], context: Context) -> Iterator[Mark]:
    """The same one by one: there may be hundreds."""
    for mark in marks:
        context.checkpoint(0.14, "Laying colours on")
        yield mark
