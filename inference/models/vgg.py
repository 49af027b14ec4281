"""VGG's convolutions as eyes for style and content (arXiv:1409.1556), torchvision's names.

The bundled file stops at conv3_4 of VGG19; a full VGG16 or VGG19 is recognised by its keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

PLANS = {
    "vgg16": (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512),
    "vgg19": (
        *(64, 64, 0, 128, 128, 0, 256, 256, 256, 256, 0),
        *(512, 512, 512, 512, 0, 512, 512, 512, 512),
    ),
}
"""Channels of the convolutions in order; 0 is a pooling."""


@dataclass(frozen=True)
class Settings:
    """plan: one of PLANS; convolutions: how many of it the file holds."""

    plan: str = "vgg19"
    convolutions: int = 8


def recognise(state: Mapping[str, Tensor]) -> Settings | None:
    """Read the settings off a state dict; None means it belongs to another family."""
    for plan in PLANS:
        places = [place for place, _ in _places(plan)]
        have = [place for place in places if f"features.{place}.weight" in state]
        if have and have == places[: len(have)] and _third_block(state) == _third_of(plan):
            return Settings(plan, len(have))
    return None


def build(settings: Settings) -> "Vgg":
    """Untrained net, in eval mode, without gradients for its weights."""
    net = Vgg(settings).eval()
    return net.requires_grad_(False)


class Vgg(nn.Module):
    """RGB (N,3,H,W) in 0..1 to maps after the ReLUs, by name: relu1_1, relu1_2, relu2_1 ..."""

    mean: Tensor
    std: Tensor

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.names: dict[int, str] = {}
        layers: list[nn.Module] = []
        block, step, channels = 1, 1, 3
        left = settings.convolutions
        for width in PLANS[settings.plan]:
            if not width:
                layers.append(nn.MaxPool2d(2))
                block, step = block + 1, 1
                continue
            if not left:
                break
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            self.names[len(layers) - 1] = f"relu{block}_{step}"
            channels, step, left = width, step + 1, left - 1
        self.features = nn.Sequential(*layers)
        self.register_buffer("mean", torch.tensor((0.485, 0.456, 0.406)).view(1, 3, 1, 1), False)
        self.register_buffer("std", torch.tensor((0.229, 0.224, 0.225)).view(1, 3, 1, 1), False)

    def forward(self, picture: Tensor, wanted: Sequence[str]) -> dict[str, Tensor]:
        """The maps that are wanted; nothing beyond the deepest of them is computed."""
        return self._walked((picture - self.mean) / self.std, 0, wanted)

    def onward(self, features: Tensor, name: str, wanted: Sequence[str]) -> dict[str, Tensor]:
        """The maps that are wanted, from those of the layer `name` on."""
        start = next(place for place, found in self.names.items() if found == name) + 1
        return self._walked(features, start, wanted)

    def _walked(self, x: Tensor, start: int, wanted: Sequence[str]) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        for place in range(start, len(self.features)):
            x = self.features[place](x)
            name = self.names.get(place, "")
            if name in wanted:
                found[name] = x
                if len(found) == len(wanted):
                    return found
        raise KeyError(f"this file has no {sorted(set(wanted) - set(found))}")


def gram(features: Tensor) -> Tensor:
    """(N,C,H,W) to (N,C,C) float32: F F^T / (C H W) (arXiv:1603.08155, eq. 3).

    The product is computed in the precision of the features: bfloat16 will do for training.
    """
    n, c, h, w = features.shape
    flat = features.permute(0, 2, 3, 1).reshape(n, h * w, c)  # a view where channels lie last
    # the same value; but its gradient, twice the same product, is computed once
    half = flat.detach().transpose(1, 2) @ flat
    return (half + half.transpose(1, 2) - half.detach()).float() / (c * h * w)


def _places(plan: str) -> list[tuple[int, int]]:
    """Index in `features` and width of each convolution."""
    places, place = [], 0
    for width in PLANS[plan]:
        if width:
            places.append((place, width))
        place += 2 if width else 1
    return places


def _third_block(state: Mapping[str, Tensor]) -> int:
    """Convolutions of 256 channels: 3 in VGG16, 4 in VGG19."""
    return sum(
        key.startswith("features.") and value.ndim == 4 and value.shape[0] == 256
        for key, value in state.items()
    )


def _third_of(plan: str) -> int:
    return PLANS[plan].count(256)


def mirrored(eyes: Vgg, picture: Tensor, wanted: Sequence[str]) -> dict[str, Tensor]:
    """The maps of a picture that goes on, mirrored, beyond its edges.

    The eyes themselves go on with black, and a painter that learns by that paints a frame.
    """
    wide = fn.pad(picture, (_MARGIN,) * 4, mode="reflect").to(eyes.mean.dtype)
    inner = {}
    for name, maps in eyes(wide, wanted).items():
        cut = _MARGIN >> (int(name.removeprefix("relu").split("_")[0]) - 1)
        inner[name] = maps[..., cut:-cut, cut:-cut]
    return inner


_MARGIN = 12  # pixels; with it the sides of maps stay whole


def relative_style(features: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
    """(N,): mean over layers of |G - A|^2 / |A|^2, with A the Gram matrices in `target`."""
    terms = []
    for name, wanted in target.items():
        off = (gram(features[name]) - wanted).square().sum((1, 2))
        terms.append(off / wanted.square().sum((1, 2)))
    return torch.stack(terms).mean(0)


def relative_content(features: Tensor, target: Tensor) -> Tensor:
    """(N,): mean (F - P)^2 / mean P^2."""
    off = (features - target).float().square().mean((1, 2, 3))
    return off / target.float().square().mean((1, 2, 3)).clamp(min=1e-6)


def smoothness(picture: Tensor) -> Tensor:
    """Mean absolute step between neighbouring pixels."""
    return fn.l1_loss(picture[..., 1:], picture[..., :-1]) + fn.l1_loss(
        picture[..., 1:, :], picture[..., :-1, :]
    )
