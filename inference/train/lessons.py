"""What the colorizer is shown while it learns: crops, old-film greys, simulated hints.

Everything happens on the training device, in batches: decoding pictures anew would be slower than
the network.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as fn

from inference.models.blocks import light_to_linear
from inference.models.colorizer import HintPoints, sample_discs

SHAPES = ((192, 192), (160, 224), (224, 160))  # rows, columns: about the same work each


class Batch(NamedTuple):
    """What one training step sees."""

    shown: Tensor  # (N,1,H,W) L* as the network sees it: perhaps faded, grainy, blurred
    light: Tensor  # (N,1,H,W) true L*
    ab: Tensor  # (N,2,H,W) true colour, Lab units


@dataclass(frozen=True)
class Album:
    """Photographs in the memory of the device, squeezed to squares."""

    pictures: Tensor  # (M,3,S,S) uint8
    aspects: Tensor  # (M,) width over height
    weights: Tensor  # (M,) how often each is drawn


def draw(album: Album, count: int, shape: tuple[int, int], film: bool = True) -> Batch:
    """A random batch of crops; `film` ages what the network sees of them."""
    chosen = torch.multinomial(album.weights, count, replacement=True)
    rgb = _crops(album.pictures[chosen], album.aspects[chosen], shape)
    light, ab = rgb_to_lab(rgb)
    return Batch(_age(rgb, light) if film else light, light, ab)


def whole(album: Album, chosen: Tensor, shape: tuple[int, int]) -> Batch:
    """The largest middle part of each chosen picture, as it is: for measuring."""
    rgb = _crops(album.pictures[chosen], album.aspects[chosen], shape, still=True)
    light, ab = rgb_to_lab(rgb)
    return Batch(light, light, ab)


def rgb_to_lab(rgb: Tensor) -> tuple[Tensor, Tensor]:
    """(N,3,H,W) sRGB 0..1 to L* (N,1,H,W) and ab (N,2,H,W)."""
    linear = srgb_to_linear(rgb)
    to_xyz = torch.tensor(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ],
        device=rgb.device,
    ) / torch.tensor([[0.95047], [1.0], [1.08883]], device=rgb.device)
    x, y, z = (_lab_curve((linear * row.view(1, 3, 1, 1)).sum(1, keepdim=True)) for row in to_xyz)
    return 116 * y - 16, torch.cat([500 * (x - y), 200 * (y - z)], 1)


def srgb_to_linear(rgb: Tensor) -> Tensor:
    """SRGB-encoded 0..1 to linear 0..1."""
    return torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _lab_curve(t: Tensor) -> Tensor:
    return torch.where(t > 0.008856, t.clamp(min=1e-6) ** (1 / 3), t * 7.787037 + 4 / 29)


def simulate_hints(ab: Tensor, most: int) -> HintPoints:
    """Hints as a person may set them: `most` / 6 to `most` a picture, few more often than many."""
    n, _, h, w = ab.shape
    device = ab.device
    count = (most + 0.99) / 6 ** torch.rand(n, 1, device=device)
    valid = torch.arange(most, device=device)[None] < count.floor().clamp(min=1)
    size = torch.tensor([w, h], device=device)
    positions = torch.rand(n, most, 2, device=device) * size
    radius = 1 + 4 * torch.rand(n, most, device=device) ** 2
    patch = torch.rand(n, most, device=device) < 0.04  # a fill or a broad stroke
    radius = torch.where(patch, 6 + 14 * torch.rand(n, most, device=device), radius)
    truth = sample_discs(ab, positions, radius)
    return HintPoints(positions, truth + torch.randn_like(truth), radius, valid)


def random_hints(ab: Tensor, count: int, radius: float, generator: torch.Generator) -> HintPoints:
    """The measure's hints: `count` a picture, anywhere, with the true mean colour under them."""
    n, _, h, w = ab.shape
    spots = torch.rand(n, count, 2, generator=generator).to(ab.device)
    positions = spots * torch.tensor([w, h], device=ab.device)
    radii = torch.full((n, count), radius, device=ab.device)
    valid = torch.ones(n, count, dtype=torch.bool, device=ab.device)
    return HintPoints(positions, sample_discs(ab, positions, radii), radii, valid)


def _crops(
    pictures: Tensor, aspects: Tensor, shape: tuple[int, int], still: bool = False
) -> Tensor:
    """Parts of squeezed squares, put back into proportion: (N,3,*shape) in 0..1."""
    n, device = len(pictures), pictures.device
    ones = torch.ones(n, device=device)
    wanted, zoom, left, top, sign = ones * (shape[1] / shape[0]), ones, ones / 2, ones / 2, ones
    if not still:
        wanted = wanted * torch.exp(torch.randn(n, device=device) * 0.06)
        zoom = 1 - 0.45 * torch.rand(n, device=device)
        left, top = torch.rand(n, device=device), torch.rand(n, device=device)
        sign = torch.where(torch.rand(n, device=device) < 0.5, -1.0, 1.0)
    # the largest window of that proportion in a picture of this aspect, as shares of its sides
    width = (wanted / aspects).clamp(max=1.0) * zoom
    height = (aspects / wanted).clamp(max=1.0) * zoom
    theta = torch.zeros(n, 2, 3, device=device)
    theta[:, 0, 0], theta[:, 1, 1] = width * sign, height
    theta[:, 0, 2] = (2 * left - 1) * (1 - width)
    theta[:, 1, 2] = (2 * top - 1) * (1 - height)
    grid = fn.affine_grid(theta, [n, 3, *shape], align_corners=False)
    return fn.grid_sample(
        pictures.float() / 255, grid, padding_mode="reflection", align_corners=False
    ).clamp(0, 1)


def _age(rgb: Tensor, light: Tensor) -> Tensor:
    """L* as an old camera and an old print give it; about a third of the pictures stay clean."""
    n, device = len(rgb), rgb.device

    def some(share: float) -> Tensor:
        return (torch.rand(n, 1, 1, 1, device=device) < share).float()

    def spread(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, 1, 1, 1, device=device)

    aged = torch.lerp(light, _plate(rgb, light), some(0.25))
    unit = (aged / 100).clamp(1e-4, 1)
    unit = unit ** torch.exp(some(0.4) * spread(-0.35, 0.35))
    faded = some(0.3)
    unit = unit * (1 - faded * spread(0, 0.25)) + faded * spread(0, 0.1)
    unit = torch.lerp(unit, _blurred(unit), some(0.25) * spread(0.3, 1.0))
    grain = torch.randn_like(unit)
    coarse = _blurred(torch.randn_like(unit)) * 3
    grain = torch.lerp(grain, coarse, some(0.5)) * spread(0.0, 0.05) * some(0.35)
    dirty = (unit + grain).clamp(0, 1) * 100
    return torch.lerp(dirty, light, some(0.3))


def _plate(rgb: Tensor, light: Tensor) -> Tensor:
    """L* of a plate that is blind to some colours: early ones saw no red, so lips are dark."""
    n = len(rgb)
    mixture = (
        torch.distributions.Dirichlet(torch.tensor([1.0, 2.0, 1.5])).sample((n,)).to(rgb.device)
    )
    grey = (srgb_to_linear(rgb) * mixture[:, :, None, None]).sum(1, keepdim=True)
    # exposed so that the picture as a whole is as bright as before
    grey = grey * light_to_linear(light).mean((1, 2, 3), keepdim=True)
    grey = grey / (srgb_to_linear(rgb) * mixture[:, :, None, None]).sum(1, keepdim=True).mean(
        (1, 2, 3), keepdim=True
    ).clamp(min=1e-4)
    return (116 * _lab_curve(grey) - 16).clamp(0, 100)


def _blurred(x: Tensor) -> Tensor:
    kernel = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0], device=x.device) / 16
    x = fn.conv2d(fn.pad(x, (2, 2, 0, 0), mode="replicate"), kernel.view(1, 1, 1, 5))
    return fn.conv2d(fn.pad(x, (0, 0, 2, 2), mode="replicate"), kernel.view(1, 1, 5, 1))
