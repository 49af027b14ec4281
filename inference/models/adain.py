"""AdaIN (arXiv:1703.06868) as in pytorch-AdaIN: the statistics of relu4_1 become the style's.

Official weights come in two files: `vgg_normalised.pth` (the encoder, with layers beyond relu4_1
that nothing uses) and `decoder.pth`, whose keys are told apart by `part_of`; here they are joined
under `vgg.` and `decoder.`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

MULTIPLE = 8
"""What comes out has sides that are multiples of it: others grow."""


@dataclass(frozen=True)
class Settings:
    """widths: channels at full, half, quarter and eighth size."""

    widths: tuple[int, int, int, int] = (64, 128, 256, 512)


def recognise(state: Mapping[str, Tensor]) -> Settings | None:
    """Read the settings off a state dict; None means it belongs to another family."""
    places = [state.get(f"vgg.{place}.weight") for place in (2, 9, 16, 29)]
    last = state.get("decoder.28.weight")
    if last is None or any(place is None for place in places):
        return None
    one, two, four, eight = (place.shape[0] for place in places if place is not None)
    return Settings((one, two, four, eight))


Part = Literal["vgg", "decoder"]


def part_of(state: Mapping[str, Tensor]) -> Part | None:
    """Which of the two official files a state dict without prefixes is, if any."""
    first, second = state.get("0.weight"), state.get("1.weight")
    if first is not None and first.shape == (3, 3, 1, 1) and "29.weight" in state:
        return "vgg"
    if first is None and second is not None and second.ndim == 4 and "28.weight" in state:
        return "decoder"
    return None


def build(settings: Settings) -> "AdaIN":
    """Untrained net, in eval mode."""
    return AdaIN(settings).eval()


class AdaIN(nn.Module):
    """RGB pictures (1,3,H,W) in 0..1 to RGB about 0..1, unclamped, sides rounded up to 8."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        one, two, four, eight = settings.widths
        self.vgg = nn.Sequential(
            nn.Conv2d(3, 3, 1),
            *_step(3, one),
            *_step(one, one),
            nn.MaxPool2d(2, ceil_mode=True),
            *_step(one, two),
            *_step(two, two),
            nn.MaxPool2d(2, ceil_mode=True),
            *_step(two, four),
            *(layer for _ in range(3) for layer in _step(four, four)),
            nn.MaxPool2d(2, ceil_mode=True),
            *_step(four, eight),
        )
        self.decoder = nn.Sequential(
            *_step(eight, four),
            nn.Upsample(scale_factor=2.0),
            *(layer for _ in range(3) for layer in _step(four, four)),
            *_step(four, two),
            nn.Upsample(scale_factor=2.0),
            *_step(two, two),
            *_step(two, one),
            nn.Upsample(scale_factor=2.0),
            *_step(one, one),
            *_step(one, 3)[:-1],
        )
        self.register_load_state_dict_pre_hook(_leave_out_unused)  # type: ignore[no-untyped-call]

    def encode(self, picture: Tensor) -> Tensor:
        """relu4_1."""
        features: Tensor = self.vgg(picture)
        return features

    def forward(
        self,
        picture: Tensor,
        styles: Sequence[Tensor],
        weights: Sequence[float] = (1.0,),
        strength: float = 1.0,
    ) -> Tensor:
        """The picture after the styles (each (1,3,h,w)), mixed by weights that sum to 1."""
        content = self.encode(picture)
        mixed = blend(content, [self.encode(style) for style in styles], weights, strength)
        painted: Tensor = self.decoder(mixed)
        return painted


def blend(
    content: Tensor, styles: Sequence[Tensor], weights: Sequence[float], strength: float
) -> Tensor:
    """Features of the picture with the statistics of the styles' features (sections 5 and 7.3)."""
    mixed = torch.zeros_like(content)
    for style, weight in zip(styles, weights, strict=True):
        mixed = mixed + weight * restyled(content, style)
    return mixed * strength + content * (1 - strength)


def restyled(content: Tensor, style: Tensor) -> Tensor:
    """Equation 8: each channel gets the mean and deviation that it has in the style."""
    mean, deviation = _statistics(content)
    style_mean, style_deviation = _statistics(style)
    return (content - mean) / deviation * style_deviation + style_mean


def _statistics(features: Tensor) -> tuple[Tensor, Tensor]:
    variance, mean = torch.var_mean(features, (2, 3), keepdim=True)
    return mean, (variance + 1e-5).sqrt()


def recolored(style: Tensor, content: Tensor) -> Tensor:
    """The style (3,h,w) with the colours of the content (3,H,W): CORAL, unclamped.

    As in the official code the covariances are sums over the pixels, plus the identity.
    """
    flat, mean, deviation = _standardised(content)
    other = _standardised(style)[0]
    # 3 x 3 on the CPU: not every GPU can, none is quicker
    wanted, given = _root(_scatter(flat).cpu()), _root(_scatter(other).cpu())
    moved: Tensor = (wanted @ torch.linalg.inv(given)).to(other) @ other
    return (moved * deviation + mean).reshape(style.shape)


def _standardised(picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    flat = picture.reshape(3, -1)
    mean, deviation = flat.mean(1, keepdim=True), flat.std(1, keepdim=True)
    return (flat - mean) / deviation.clamp(min=1e-6), mean, deviation  # one flat colour has none


def _scatter(flat: Tensor) -> Tensor:
    return flat @ flat.T + torch.eye(3, dtype=flat.dtype, device=flat.device)


def _root(matrix: Tensor) -> Tensor:
    left, values, right = torch.linalg.svd(matrix)
    root: Tensor = left @ values.sqrt().diag() @ right
    return root


def _step(width: int, out: int) -> list[nn.Module]:
    return [nn.ReflectionPad2d(1), nn.Conv2d(width, out, 3), nn.ReLU()]


def _leave_out_unused(_net: nn.Module, state: dict[str, Any], *_rest: Any) -> None:
    """Drop the encoder's layers from conv4_2 on, and nothing else."""
    for place in (32, 35, 38, 42, 45, 48, 51):
        for part in ("weight", "bias"):
            state.pop(f"vgg.{place}.{part}", None)
