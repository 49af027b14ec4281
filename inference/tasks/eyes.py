"""The network that the slow method looks through: which layers count, and how it is sped up."""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from inference import device as devices
from inference.models import gatys
from inference.models.gatys import Weights
from inference.models.vgg import Vgg
from inference.models.vgg_caffe import CaffeVgg
from inference.values import Problem


def weights_for(network: nn.Module, strength: float) -> Weights:
    """Of the layers that the network has: the paper's (section 2.3) where it reaches that deep.

    Raises Problem where it has no such layers.
    """
    names = set(network.names.values()) if isinstance(network, Vgg | CaffeVgg) else set()
    if "relu3_1" not in names:
        raise Problem(
            "The slow method looks through a VGG network; the model chosen is none.",
            remedy="Leave the model out, or choose one of the families vgg and vgg_caffe.",
        )
    content = 0.05 / max(strength, 0.05) ** 2
    if "relu5_1" in names:
        style = {f"relu{block}_1": 0.12 for block in range(1, 6)}
        return Weights(style, {"relu4_2": content})
    style = {f"relu{block}_1": 0.2 for block in range(1, 4)}
    deepest = max(names)
    return Weights(style, {deepest: content})


def eyes_of(
    network: nn.Module, device: torch.device, pulse: Callable[[], None] = lambda: None
) -> gatys.Eyes:
    """A copy in the shortest type that is safe and fast, channels last: four times as fast.

    pulse: called before each convolution; may raise to stop.
    """
    dtype = devices.precision(device, wide=True)  # relative losses have small gradients
    eyes = copy.deepcopy(network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    convolutions = [layer for layer in eyes.modules() if isinstance(layer, nn.Conv2d)]
    for layer in convolutions:
        layer.to(dtype)

    def into(_layer: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor]:
        pulse()
        return (given[0].to(dtype, memory_format=torch.channels_last),)  # nothing but for the first

    for layer in convolutions:
        layer.register_forward_pre_hook(into)
    prepared: gatys.Eyes = eyes
    return prepared
