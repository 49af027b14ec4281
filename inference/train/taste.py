"""What a painting is judged by while a painter learns: style, content, and no patterns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as fn

from inference.models.stylist import SHUFFLE
from inference.models.vgg import Vgg, gram
from inference.train.gallery import CONTENT_LAYER, STYLE_LAYERS, Style


@dataclass
class Tally:
    """Running means of what was lost."""

    means: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: Tensor | float) -> None:
        """One more value."""
        before = self.means.get(name)
        self.means[name] = float(value) if before is None else 0.97 * before + 0.03 * float(value)


@dataclass(frozen=True)
class Weights:
    """What counts how much. content: the content loss that its weight is steered towards."""

    content: float = 1.1
    variation: float = 0.02
    lattice: float = 0.3


class Taste:
    """Losses as the eyes see them. The weight of the content is found on the way."""

    def __init__(self, eyes: Vgg, weights: Weights) -> None:
        self.eyes, self.weights = eyes, weights
        self.content_weight = 0.2
        self.tally = Tally()
        self._turn = 0

    def loss(self, painted: Tensor, photos: Tensor, target: Style) -> Tensor:
        """Of pictures (N,3,H,W) in 0..1 (they may leave it), painted after photos in styles."""
        dtype = self.eyes.mean.dtype
        seen = self.eyes(painted.clamp(0, 1).to(dtype), STYLE_LAYERS)
        style = relative_style(seen, target)
        # the content of one picture in turn: half of the work of the eyes lies behind relu3_1
        one = slice(self._turn % len(photos), self._turn % len(photos) + 1)
        self._turn += 1
        with torch.no_grad():
            wanted = self.eyes(photos[one].to(dtype), (CONTENT_LAYER,))[CONTENT_LAYER]
        found = self.eyes.onward(seen["relu3_1"][one], "relu3_1", (CONTENT_LAYER,))[CONTENT_LAYER]
        content = relative_content(found, wanted).mean()
        losses = {
            "style": (torch.log1p(4 * style) / 4).mean(),  # a hopeless one must not drown the rest
            "content": self.content_weight * content,
            "outside": 20 * (painted - painted.clamp(0, 1)).square().mean(),
            "variation": self.weights.variation * variation(painted),
            "lattice": self.weights.lattice * lattice(painted),
        }
        half = len(photos) // 2
        told = {"first": style[:half].mean(), "second": style[half:].mean(), "kept": content}
        for name, value in {**losses, **told}.items():
            self.tally.add(name, value.detach())
        self._steer(float(content.detach()))
        return torch.stack(list(losses.values())).sum()

    def _steer(self, content: float) -> None:
        off = content / self.weights.content - 1
        self.content_weight *= 1 + 0.02 * max(-1.0, min(1.0, off))


def relative_style(seen: Mapping[str, Tensor], target: Style) -> Tensor:
    """(N,): mean over layers of |G - A|^2 / |A|^2."""
    terms = []
    for name, wanted in target.grams.items():
        off = (gram(seen[name]) - wanted).square().sum((1, 2))
        terms.append(off / wanted.square().sum((1, 2)))
    return torch.stack(terms).mean(0)


def relative_content(found: Tensor, wanted: Tensor) -> Tensor:
    """(N,): mean (F - P)^2 / mean P^2."""
    off = (found.float() - wanted.float()).square().mean((1, 2, 3))
    return off / wanted.float().square().mean((1, 2, 3)).clamp(min=1e-6)


def variation(picture: Tensor) -> Tensor:
    """Mean absolute step between neighbouring pixels."""
    across = (picture[..., 1:] - picture[..., :-1]).abs().mean()
    return across + (picture[..., 1:, :] - picture[..., :-1, :]).abs().mean()


def lattice(picture: Tensor) -> Tensor:
    """How much of the steps between pixels belongs to a pattern: 0 is none, 1 is a checkerboard.

    A pattern is what steps up, or down, at the same places modulo `SHUFFLE` all over a region.
    """
    steps = torch.cat(
        [
            fn.pad(picture[..., 1:] - picture[..., :-1], (0, 1)),
            fn.pad(picture[..., 1:, :] - picture[..., :-1, :], (0, 0, 0, 1)),
        ],
        1,
    )
    phases = fn.avg_pool2d(fn.pixel_unshuffle(steps, SHUFFLE), _REGION, _REGION // 2)
    phases = phases.view(len(picture), -1, SHUFFLE**2, *phases.shape[2:])
    pattern = (phases - phases.mean(2, keepdim=True)).square().mean((1, 2, 3, 4))
    return (pattern / steps.abs().mean((1, 2, 3)).square().clamp(min=1e-5)).mean()


_REGION = 10  # squares of `SHUFFLE` pixels
