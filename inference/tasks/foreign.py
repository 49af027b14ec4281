"""Painters that a person brings along: the official files of fast neural style and of AdaIN."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from inference.models import adain
from inference.models.adain import AdaIN
from inference.models.fast_style import FastStyle
from inference.tasks.manner import style_pixels
from inference.values import Array, Picture, Problem, in_depth


def paints(network: nn.Module) -> bool:
    """True for the families that `painted` is for."""
    return isinstance(network, FastStyle | AdaIN)


def takes_styles(network: nn.Module) -> bool:
    """True where it paints after pictures, False where it has a style of its own."""
    return isinstance(network, AdaIN)


def painted(
    network: nn.Module,
    rgb: Array,
    styles: Callable[[], Sequence[tuple[Picture, float]]],
    device: torch.device,
    *,
    strength: float = 1.0,
    keep_colors: bool = False,
) -> Array:
    """A picture (h, w, 3) float32 in 0..1, in the network's own style or in those given.

    styles: pictures and their weights; asked for by AdaIN only.
    strength: how far AdaIN goes; keep_colors: it gives the styles the picture's colours first.
    """
    paint: Callable[[Tensor], Tensor]
    if isinstance(network, FastStyle):

        def paint(content: Tensor) -> Tensor:
            result: Tensor = network(content * 255)
            return result / 255
    else:
        shown, weights = _shown(styles(), device)

        def paint(content: Tensor) -> Tensor:
            seen = shown
            if keep_colors:
                seen = [adain.recolored(style[0], content[0])[None] for style in shown]
            result: Tensor = network(content, seen, weights, strength)
            return result

    with torch.inference_mode():
        result = paint(_tensor(rgb).to(device))[0].permute(1, 2, 0).cpu().numpy()
    grown: Array = np.clip(result, 0, 1)  # both networks round the sides up
    return grown[: rgb.shape[0], : rgb.shape[1]]


def _shown(
    styles: Sequence[tuple[Picture, float]], device: torch.device
) -> tuple[list[Tensor], list[float]]:
    """The styles as (1,3,h,w), and their shares."""
    chosen = [(picture, weight) for picture, weight in styles if weight > 0]
    if not chosen:
        raise Problem(
            "No style is chosen.", remedy="Choose one, or give one of them a weight above 0."
        )
    total = sum(weight for _, weight in chosen)
    pictures = [_tensor(in_depth(style_pixels(picture), np.float32)) for picture, _ in chosen]
    return [picture.to(device) for picture in pictures], [weight / total for _, weight in chosen]


def _tensor(rgb: Array) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(rgb.transpose(2, 0, 1)))[None]
