"""VGG19 as the official Gatys notebook has it: Caffe's weights, layers named conv1_1 ... conv5_4.

The file (vgg_conv.pth) serves as eyes for style and content just as one with torchvision's names
(see `models.vgg`): `forward` takes the same pictures and names the same maps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

STEPS = (2, 2, 4, 4, 4)
"""Convolutions in each of the five blocks; a pooling follows each block."""

MEAN_BGR = (0.40760392, 0.45795686, 0.48501961)


@dataclass(frozen=True)
class Settings:
    """widths: channels in each block; pool: as in the notebook, or "avg" as in the paper."""

    widths: tuple[int, ...] = (64, 128, 256, 512, 512)
    pool: Literal["max", "avg"] = "max"


def recognise(state: Mapping[str, Tensor]) -> Settings | None:
    """Read the settings off a state dict; None means it belongs to another family."""
    firsts = [state.get(f"conv{block}_1.weight") for block in range(1, len(STEPS) + 1)]
    widths = tuple(first.shape[0] for first in firsts if first is not None)
    return Settings(widths) if len(widths) == len(STEPS) else None


def build(settings: Settings) -> "CaffeVgg":
    """Untrained net, in eval mode, without gradients for its weights."""
    return CaffeVgg(settings).eval().requires_grad_(False)


class CaffeVgg(nn.Module):
    """RGB (N,3,H,W) in 0..1 to feature maps after the ReLU, by name: relu1_1, relu1_2 ..."""

    mean: Tensor

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.names: dict[int, str] = {}
        self.pool = fn.max_pool2d if settings.pool == "max" else fn.avg_pool2d
        before = 3
        for block, (width, steps) in enumerate(zip(settings.widths, STEPS, strict=True), 1):
            for step in range(1, steps + 1):
                conv = nn.Conv2d(before, width, 3, padding=1)
                self.add_module(f"conv{block}_{step}", conv)
                self.names[len(self.names)] = f"relu{block}_{step}"
                before = width
        self.register_buffer("mean", torch.tensor(MEAN_BGR).view(1, 3, 1, 1), False)

    def prepared(self, picture: Tensor) -> Tensor:
        """RGB in 0..1 to what the weights were trained on: BGR, 0..255, less the mean."""
        return (picture.flip(1) - self.mean) * 255

    def picture_of(self, prepared: Tensor) -> Tensor:
        """The way back, unclamped."""
        return (prepared / 255 + self.mean).flip(1)

    def forward(self, picture: Tensor, wanted: Sequence[str]) -> dict[str, Tensor]:
        """The maps that are wanted; nothing beyond the deepest of them is computed."""
        return self.maps(self.prepared(picture), wanted)

    def maps(self, prepared: Tensor, wanted: Sequence[str]) -> dict[str, Tensor]:
        """The same of a prepared picture."""
        x = prepared.to(next(self.parameters()).dtype)
        found: dict[str, Tensor] = {}
        for block, steps in enumerate(STEPS, 1):
            for step in range(1, steps + 1):
                x = fn.relu_(self.get_submodule(f"conv{block}_{step}")(x))
                name = f"relu{block}_{step}"
                if name in wanted:
                    found[name] = x
                    if len(found) == len(wanted):
                        return found
            x = self.pool(x, 2)
        raise KeyError(f"VGG19 has no {sorted(set(wanted) - set(found))}")
