"""What the colorizer is praised and blamed for."""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from inference.models.blocks import lab_to_rgb


def huber(ab: Tensor, truth: Tensor) -> Tensor:
    """Distance in ab, 1 = 10 Lab units: squared below that, linear above."""
    return fn.huber_loss(ab / 10, truth / 10)


def decibels(light: Tensor, ab: Tensor, truth: Tensor) -> Tensor:
    """Mean over pictures of the RGB error in dB, light and both ab (N,1|2,h,w): less is better.

    The bars are means of dB over pictures, so a pale picture counts as much as a gaudy one. Under
    40 dB below full scale nothing more is to be won, so grey pictures do not rule.
    """
    error = (lab_to_rgb(light, ab) - lab_to_rgb(light, truth)).square().mean((1, 2, 3))
    return 10 * torch.log10(error + 1e-4).mean()


def colourfulness(rgb: Tensor) -> Tensor:
    """Hasler and Suesstrunk's measure (N,) of sRGB (N,3,H,W) in 0..1; about 0 to 100."""
    red, green, blue = (255 * rgb).unbind(1)
    rg, yb = red - green, 0.5 * (red + green) - blue
    spread = rg.var((1, 2), correction=0) + yb.var((1, 2), correction=0)
    middle = rg.mean((1, 2)) ** 2 + yb.mean((1, 2)) ** 2
    return torch.sqrt(spread + 1e-3) + 0.3 * torch.sqrt(middle + 1e-3)


def dullness(light: Tensor, ab: Tensor, truth: Tensor) -> Tensor:
    """How far pictures fall short of their originals' colourfulness, in logarithms."""
    asked, given = (colourfulness(lab_to_rgb(light, x)) for x in (truth, ab))
    return (torch.log(asked + 5) - torch.log(given + 5)).clamp(min=0).mean()


class Bins:
    """Targets for the distribution head: soft bins, rare colours lifted (arXiv:1603.08511)."""

    def __init__(self, centres: Tensor, album_ab: Tensor, lift: float) -> None:
        """`album_ab` (P,2): colours of the training set; lift 0 = as frequent as they are."""
        self.centres = centres
        flat = self._soft(album_ab).mean(0)
        mixed = (1 - lift) * flat + lift / len(centres)
        weights = (1 / mixed) if lift else torch.ones_like(flat)
        self.weights = weights / (flat * weights).sum()

    def _soft(self, ab: Tensor) -> Tensor:
        apart = torch.cdist(ab, self.centres).square()
        return (-apart / (2 * 5.0**2)).softmax(-1)

    def loss(self, logits: Tensor, ab: Tensor) -> Tensor:
        """Cross-entropy of logits (N,bins,h,w) against true ab (N,2,h,w)."""
        target = self._soft(ab.permute(0, 2, 3, 1).reshape(-1, 2))
        told = logits.float().permute(0, 2, 3, 1).reshape(-1, len(self.centres)).log_softmax(-1)
        weight = self.weights[target.argmax(-1)]
        return -((target * told).sum(-1) * weight).mean()


class Critic(nn.Module):
    """Tells true colours from painted ones, patch by patch; only there to train against."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 48, 96, 192)
        layers: list[nn.Module] = []
        for width, out in pairwise(widths):
            conv = nn.Conv2d(width, out, 4, stride=2, padding=1)
            layers += [nn.utils.parametrizations.spectral_norm(conv), nn.LeakyReLU(0.2)]
        layers.append(nn.utils.parametrizations.spectral_norm(nn.Conv2d(widths[-1], 1, 3)))
        self.layers = nn.Sequential(*layers)

    def forward(self, light: Tensor, ab: Tensor) -> Tensor:
        """How true it looks, (N,1,h/8,w/8): above 0 is taken for a photograph."""
        out: Tensor = self.layers(torch.cat([light / 50 - 1, ab / 50], 1))
        return out


class Verdict(NamedTuple):
    """The critic's two sides of one step."""

    critic: Tensor
    painter: Tensor


def judge(critic: Critic, light: Tensor, ab: Tensor, truth: Tensor) -> Verdict:
    """Hinge losses: the critic's own, and the painter's for not being taken for true."""
    true, false = critic(light, truth), critic(light, ab.detach())
    own = (fn.relu(1 - true) + fn.relu(1 + false)).mean()
    critic.requires_grad_(False)
    painter = -critic(light, ab).mean()
    critic.requires_grad_(True)
    return Verdict(own, painter)
