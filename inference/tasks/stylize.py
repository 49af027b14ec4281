"""Paint a picture in the manner of others: prepare, run, finish."""

import time
from dataclasses import replace
from typing import Literal

import cv2
import numpy as np
import torch

from inference import device as devices
from inference.cabinet import loading
from inference.features import EYES, StylizeInputs, StylizeSettings
from inference.media.bands import row_bands
from inference.media.color import compose_lab, lightness, srgb_to_lab
from inference.models.stylist import REACH
from inference.request import Context, Request, Result
from inference.tasks import foreign
from inference.tasks.manner import Manners, picture_of
from inference.tasks.optimise import Plan, Style, optimise
from inference.tasks.painting import LEARNED_STROKE_PX, TILE_PX, Painter, working_size
from inference.tiling import with_retreat
from inference.values import Array, Picture, Problem, in_depth

_BAND_PIXELS = 1 << 18
_LENT = 0.5  # share of the detail finer than the painting that large pictures keep


def run(request: Request, context: Context) -> Result:
    """The picture of `StylizeInputs`, painted; its size, depth and transparency are kept.

    Raises Problem on styles that are unknown or show nothing, and on a mask of another size.
    """
    check(request.inputs)
    context.checkpoint(0.0, "Loading the model")
    began = time.perf_counter()
    device = devices.resolve(request.device)
    slow = request.settings.method == "optimise"
    loaded = loading.load(request.model or (EYES if slow else request.feature.model), device)
    ready = time.perf_counter()
    guest = _by_guest if foreign.paints(loaded.network) else _at_once
    picture = (_optimised if slow else guest)(request, loaded, device, context)
    return Result(
        pictures=(picture,),
        seeds=(request.seed,),
        model=loaded.stamp,
        device=str(device),
        seconds={"load": ready - began, "run": time.perf_counter() - ready},
    )


def check(inputs: StylizeInputs) -> None:
    """Raise Problem on what cannot be asked of this picture."""
    mask, picture = inputs.mask, inputs.picture
    if mask is not None and mask.shape != (picture.height, picture.width):
        raise Problem(
            f"The mask has {mask.shape[1]} x {mask.shape[0]} pixels, the picture"
            f" {picture.width} x {picture.height}.",
            remedy="Use a mask of the same size.",
        )


def _at_once(
    request: Request, loaded: loading.Loaded, device: torch.device, context: Context
) -> Picture:
    inputs: StylizeInputs = request.inputs
    settings: StylizeSettings = request.settings
    picture = inputs.picture
    manners = Manners(loaded, device)
    context.checkpoint(0.05, "Looking at the style")
    style = manners.blended(inputs.styles, look=settings.method == "any")
    size = working_size(picture.width, picture.height, settings.stroke)
    small = _resized(_color(picture.pixels), size)

    def report(share: float) -> None:
        context.checkpoint(0.1 + 0.6 * share, "Painting")

    def attempt(tile_px: int) -> Array:
        report(0.0)
        painter = Painter(manners.network, style, device, tile_px, request.seed)
        return painter.paint(small, report)

    painted = with_retreat(attempt, TILE_PX, 4 * REACH, str(device), context)
    return finished(picture, painted, settings, inputs.mask, context)


def _optimised(
    request: Request, loaded: loading.Loaded, device: torch.device, context: Context
) -> Picture:
    inputs: StylizeInputs = request.inputs
    settings: StylizeSettings = request.settings
    styles = [Style(picture_of(c.style), c.weight, c.mask) for c in inputs.styles if c.weight > 0]
    plan = Plan(
        evaluations=settings.iterations,
        strength=settings.strength,
        scale=(settings.stroke or LEARNED_STROKE_PX) / LEARNED_STROKE_PX,
        colors=_colors(settings),
        start="noise" if settings.start == "noise" else "picture",
        broad=settings.broad,
        method="adam" if settings.optimiser == "adam" else "lbfgs",
    )
    whole = replace(settings, strength=1.0)  # the plan has seen to it already

    def finish(pixels: Array) -> Picture:
        return finished(inputs.picture, pixels, whole, inputs.mask, Context())

    outcome = optimise(
        inputs.picture,
        styles,
        plan,
        context,
        network=loaded.network,
        device=device,
        finish=finish,
        seed=request.seed,
        earlier=inputs.earlier,
    )
    return finish(outcome.pixels)


def _colors(settings: StylizeSettings) -> Literal["style", "matched", "luminance"]:
    if settings.keep_colors:
        return "luminance"
    return "matched" if settings.match_colors else "style"


def _by_guest(
    request: Request, loaded: loading.Loaded, device: torch.device, context: Context
) -> Picture:
    """By a network that the person brought along."""
    inputs: StylizeInputs = request.inputs
    settings: StylizeSettings = request.settings
    picture = inputs.picture
    size = working_size(picture.width, picture.height, settings.stroke)
    if not foreign.takes_styles(loaded.network):
        context.note(f"{loaded.stamp.id} has a style of its own: the one named was not looked at.")
    context.checkpoint(0.1, "Painting")
    painted = foreign.painted(
        loaded.network,
        _resized(_color(picture.pixels), size),
        lambda: [(picture_of(choice.style), choice.weight) for choice in inputs.styles],
        device,
        strength=settings.strength,
        keep_colors=settings.keep_colors,
    )
    if settings.strength and foreign.takes_styles(loaded.network):
        settings = replace(settings, strength=1.0)  # the network has seen to it already
    return finished(picture, painted, settings, inputs.mask, context)


def finished(
    picture: Picture,
    painted: Array,
    settings: StylizeSettings,
    mask: Array | None,
    context: Context,
) -> Picture:
    """A painting (h, w, 3) at the picture's size, as far as strength and mask let it, in its depth.

    A large picture lends the painting some of the detail that was too fine to be painted.
    """
    shape = (picture.height, picture.width)
    lent = _LENT if painted.shape[0] < picture.height else 0.0
    change = painted
    if lent:
        small = _resized(_color(picture.pixels), (painted.shape[1], painted.shape[0]))
        change = painted - np.float32(lent) * small
    change = _resized(change, (picture.width, picture.height))
    result = np.empty((*shape, 3), picture.pixels.dtype)
    for rows in row_bands(*shape, pixels=_BAND_PIXELS):
        context.checkpoint(0.7 + 0.3 * rows.start / picture.height, "Finishing")
        before = in_depth(_color(picture.pixels[rows]), np.float32)
        after = change[rows] + np.float32(lent) * before
        np.clip(after, 0, 1, out=after)
        if settings.keep_colors:
            after = compose_lab(lightness(after), srgb_to_lab(before)[..., 1:], np.float32)
        if mask is not None:
            share = in_depth(mask[rows, :, None], np.float32) * np.float32(settings.strength)
            after = before + share * (after - before)
        elif settings.strength < 1:
            after = before + np.float32(settings.strength) * (after - before)
        result[rows] = in_depth(after, picture.pixels.dtype)
    context.checkpoint(1.0)
    return picture.with_pixels(result)


def _color(pixels: Array) -> Array:
    return np.repeat(pixels, 3, 2) if pixels.shape[2] == 1 else pixels


def _resized(pixels: Array, size: tuple[int, int]) -> Array:
    """(H, W, 3) samples of any depth to float32 in 0..1 of that width and height."""
    shrinks = size[0] < pixels.shape[1]
    if pixels.shape[1::-1] != size:
        way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        pixels = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=way)
    return in_depth(pixels, np.float32)
