"""Parts shared by our own networks: colour arithmetic and the EfficientNet-Lite0 encoder."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

# sRGB primaries under D65, and the white that maps to a* = b* = 0.
_XYZ_TO_RGB = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_WHITE = (0.95047, 1.0, 1.08883)
_EPSILON = 6 / 29


def light_to_linear(light: Tensor) -> Tensor:
    """L* 0..100 to relative luminance 0..1, any shape."""
    return _lab_inverse((light + 16) / 116)


def linear_to_srgb(linear: Tensor) -> Tensor:
    """Linear 0..1 to sRGB-encoded 0..1, any shape; values outside are clipped."""
    linear = linear.clamp(0, 1)
    return torch.where(
        linear <= 0.0031308,
        12.92 * linear,
        1.055 * linear.clamp(min=0.0031308) ** (1 / 2.4) - 0.055,
    )


def lab_to_linear(light: Tensor, ab: Tensor) -> Tensor:
    """L* (N,1,H,W) and ab (N,2,H,W) to linear RGB (N,3,H,W); outside 0..1 is no colour."""
    y = (light + 16) / 116
    x, z = y + ab[:, :1] / 500, y - ab[:, 1:] / 200
    xyz = [_lab_inverse(v) * w for v, w in zip((x, y, z), _WHITE, strict=True)]
    return torch.cat([a * xyz[0] + b * xyz[1] + c * xyz[2] for a, b, c in _XYZ_TO_RGB], 1)


def lab_to_rgb(light: Tensor, ab: Tensor) -> Tensor:
    """L* (N,1,H,W) and ab (N,2,H,W) to sRGB (N,3,H,W) in 0..1, clipped; differentiable."""
    return linear_to_srgb(lab_to_linear(light, ab))


def _lab_inverse(f: Tensor) -> Tensor:
    return torch.where(f > _EPSILON, f**3, 3 * _EPSILON**2 * (f - 4 / 29))


class Pyramid(NamedTuple):
    """Encoder features from fine to coarse, at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture."""

    half: Tensor  # (N, 16, H/2, W/2)
    quarter: Tensor  # (N, 24, H/4, W/4)
    eighth: Tensor  # (N, 40, H/8, W/8)
    sixteenth: Tensor  # (N, 112, H/16, W/16)
    thirtysecond: Tensor  # (N, 320, H/32, W/32)


# kernel, stride, expansion, channels, blocks: arXiv:1905.11946 without squeeze-and-excitation
_STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
PYRAMID_WIDTHS = (16, 24, 40, 112, 320)
SUMMARY_WIDTH = 1280


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0 without its classifier; keys as timm's `tf_efficientnet_lite0`.

    BatchNorm always runs on its stored statistics: small fine-tuning sets would spoil them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv_stem = SameConv(3, 32, 3, stride=2)
        self.bn1 = FrozenNorm(32)
        self.blocks = nn.ModuleList()
        width = 32
        for kernel, stride, expansion, out, count in _STAGES:
            stage = nn.ModuleList()
            for i in range(count):
                step = stride if i == 0 else 1
                block: nn.Module = (
                    SeparableBlock(width, out, kernel)
                    if expansion == 1
                    else InvertedBlock(width, out, kernel, step, expansion)
                )
                stage.append(block)
                width = out
            self.blocks.append(stage)
        self.conv_head = nn.Conv2d(width, SUMMARY_WIDTH, 1, bias=False)
        self.bn2 = FrozenNorm(SUMMARY_WIDTH)

    def forward(self, x: Tensor) -> Pyramid:
        """RGB (N,3,H,W) in -1..1 (strictly (v - 127) / 128); H, W multiples of 32."""
        x = fn.relu6(self.bn1.after(self.conv_stem, x), inplace=True)
        ends = []
        for stage in self.blocks:
            assert isinstance(stage, nn.ModuleList)
            for block in stage:
                x = block(x)
            ends.append(x)
        return Pyramid(ends[0], ends[1], ends[2], ends[4], ends[6])

    def summary(self, pyramid: Pyramid) -> Tensor:
        """What the whole picture shows, (N, 1280): the vector its classifier used to read."""
        x = fn.relu6(self.bn2.after(self.conv_head, pyramid.thirtysecond), inplace=True)
        return x.mean((2, 3))


class SeparableBlock(nn.Module):
    """Depthwise then pointwise: the first stage, which does not expand."""

    def __init__(self, width: int, out: int, kernel: int) -> None:
        super().__init__()
        self.conv_dw = SameConv(width, width, kernel, groups=width)
        self.bn1 = FrozenNorm(width)
        self.conv_pw = nn.Conv2d(width, out, 1, bias=False)
        self.bn2 = FrozenNorm(out)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) to (N, out, H, W)."""
        x = fn.relu6(self.bn1.after(self.conv_dw, x), inplace=True)
        return self.bn2.after(self.conv_pw, x)


class InvertedBlock(nn.Module):
    """Expand, filter each channel, project; the input is added where shapes agree."""

    drop_rate = 0.0  # share of training pictures that skip the block (stochastic depth)

    def __init__(self, width: int, out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = width * expansion
        self.conv_pw = nn.Conv2d(width, wide, 1, bias=False)
        self.bn1 = FrozenNorm(wide)
        self.conv_dw = SameConv(wide, wide, kernel, stride, groups=wide)
        self.bn2 = FrozenNorm(wide)
        self.conv_pwl = nn.Conv2d(wide, out, 1, bias=False)
        self.bn3 = FrozenNorm(out)
        self.residual = stride == 1 and width == out

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) to (N, out, H/stride, W/stride)."""
        y = fn.relu6(self.bn1.after(self.conv_pw, x), inplace=True)
        y = fn.relu6(self.bn2.after(self.conv_dw, y), inplace=True)
        y = self.bn3.after(self.conv_pwl, y)
        if not self.residual:
            return y
        if self.training and self.drop_rate:
            keep = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop_rate
            y = y * keep.to(y.dtype) / (1 - self.drop_rate)
        return x + y


class SameConv(nn.Conv2d):
    """Convolution padded as TensorFlow pads: on even sizes and stride 2 more below and right."""

    def __init__(self, width: int, out: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(width, out, kernel, stride, padding, groups=groups, bias=False)
        total = kernel - stride
        self.extra = None if stride == 1 else (total // 2, total - total // 2) * 2


class FrozenNorm(nn.BatchNorm2d):
    """BatchNorm that never leaves its stored statistics, not even while it is trained.

    It works on the weights of the convolution before it: the same numbers, and no pass over the
    picture. Where these are frozen, what comes of that is kept.
    """

    def __init__(self, width: int) -> None:
        super().__init__(width, eps=1e-3)
        self._kept: tuple[Tensor, Tensor] | None = None

    def train(self, mode: bool = True) -> "FrozenNorm":  # noqa: ARG002 - torch's signature
        """Stays as it is."""
        super().train(False)
        return self

    def after(self, conv: nn.Conv2d, x: Tensor) -> Tensor:
        """Convolution and norm in one."""
        weight, bias = self._both(conv) if conv.weight.requires_grad else self._settled(conv, x)
        if isinstance(conv, SameConv) and conv.extra is not None:
            x = fn.pad(x, conv.extra)
        return fn.conv2d(x, weight, bias, conv.stride, conv.padding, conv.dilation, conv.groups)

    def _both(self, conv: nn.Conv2d) -> tuple[Tensor, Tensor]:
        """Weights and biases of a convolution that does both."""
        assert self.running_mean is not None
        assert self.running_var is not None
        scale = self.weight * torch.rsqrt(self.running_var + self.eps)
        return conv.weight * scale[:, None, None, None], self.bias - self.running_mean * scale

    def _settled(self, conv: nn.Conv2d, x: Tensor) -> tuple[Tensor, Tensor]:
        """The same for good, in the precision in which x is worked on."""
        kind = x.device.type
        dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype
        kept = self._kept
        if kept is None or kept[0].dtype != dtype or kept[0].device != conv.weight.device:
            weight, bias = self._both(conv)
            self._kept = kept = weight.to(dtype), bias.to(dtype)
        return kept
