"""The one-style network of PyTorch's examples, `fast_neural_style` (arXiv:1603.08155, 1607.08022).

Layers are named as in the official files. Old files also hold the running statistics of an early
PyTorch, which were never used: they are left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as fn

MULTIPLE = 4
"""What comes out has sides that are multiples of it: others grow."""


@dataclass(frozen=True)
class Settings:
    """widths: channels at full, half and quarter size."""

    widths: tuple[int, int, int] = (32, 64, 128)
    blocks: int = 5


def recognise(state: Mapping[str, Tensor]) -> Settings | None:
    """Read the settings off a state dict; None means it belongs to another family."""
    steps = [state.get(f"conv{number}.conv2d.weight") for number in (1, 2, 3)]
    if any(step is None for step in steps) or "deconv3.conv2d.weight" not in state:
        return None
    blocks = len({key.split(".")[0] for key in state if re.match(r"res\d+\.", key)})
    first, second, third = (step.shape[0] for step in steps if step is not None)
    return Settings((first, second, third), blocks)


def build(settings: Settings) -> "FastStyle":
    """Untrained net, in eval mode."""
    return FastStyle(settings).eval()


class FastStyle(nn.Module):
    """RGB (N,3,H,W) in 0..255 to about 0..255, unclamped, sides rounded up to multiples of 4."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        full, half, quarter = settings.widths
        self.conv1, self.in1 = Conv(3, full, 9), _norm(full)
        self.conv2, self.in2 = Conv(full, half, 3, stride=2), _norm(half)
        self.conv3, self.in3 = Conv(half, quarter, 3, stride=2), _norm(quarter)
        self.blocks = [f"res{number}" for number in range(1, settings.blocks + 1)]
        for name in self.blocks:
            self.add_module(name, Block(quarter))
        self.deconv1, self.in4 = Conv(quarter, half, 3), _norm(half)
        self.deconv2, self.in5 = Conv(half, full, 3), _norm(full)
        self.deconv3 = Conv(full, 3, 9)
        self.register_load_state_dict_pre_hook(_leave_out_statistics)  # type: ignore[no-untyped-call]

    def forward(self, x: Tensor) -> Tensor:
        """Paint it."""
        x = fn.relu(self.in1(self.conv1(x)))
        x = fn.relu(self.in2(self.conv2(x)))
        x = fn.relu(self.in3(self.conv3(x)))
        for name in self.blocks:
            x = self.get_submodule(name)(x)
        x = fn.relu(self.in4(self.deconv1(_doubled(x))))
        x = fn.relu(self.in5(self.deconv2(_doubled(x))))
        painted: Tensor = self.deconv3(x)
        return painted


class Block(nn.Module):
    """Two convolutions and what came in; no ReLU after the sum."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.in1 = Conv(width, width, 3), _norm(width)
        self.conv2, self.in2 = Conv(width, width, 3), _norm(width)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) to the same."""
        y = fn.relu(self.in1(self.conv1(x)))
        change: Tensor = self.in2(self.conv2(y))
        return x + change


class Conv(nn.Module):
    """Convolution on a picture that was continued by its mirror image."""

    def __init__(self, width: int, out: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.padding = (kernel // 2,) * 4
        self.conv2d = nn.Conv2d(width, out, kernel, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) to (N, out, H/stride, W/stride), rounded up."""
        y: Tensor = self.conv2d(fn.pad(x, self.padding, mode="reflect"))
        return y


def _norm(width: int) -> nn.InstanceNorm2d:
    return nn.InstanceNorm2d(width, affine=True)


def _doubled(x: Tensor) -> Tensor:
    return fn.interpolate(x, scale_factor=2.0, mode="nearest")


_STATISTICS = re.compile(r"in\d+\.running_(mean|var)$")


def _leave_out_statistics(_net: nn.Module, state: dict[str, Any], *_rest: Any) -> None:
    for key in [key for key in state if _STATISTICS.search(key)]:
        del state[key]
