"""A feed-forward painter: one small network, and a vector of numbers for each style.

Conditional instance normalisation (Dumoulin et al. 2017, arXiv:1610.07629): all styles share the
convolutions, a style is the scales and shifts after the normalisations, and the colours that the
result is mixed from. It comes from a table of styles that were learned or, for a picture never
seen, from a predictor that reads the feature statistics of that picture (Ghiasi et al. 2017,
arXiv:1705.06830). Both make vectors of the same kind, so any two styles can be blended.
The picture is worked on at a quarter and an eighth of its size, which is what makes it fast. Beside
it the net sees grain, noise of several scales that is fixed to places: without it, nothing but a
pattern of the pixels' own spacing could be painted where a picture is smooth.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

SHUFFLE = 4
MULTIPLE = 8  # sides of the pictures
GRAIN = (0.0, 1.0, 2.5, 6.0)  # widths of the noises, in units of `SHUFFLE` pixels
GRAIN_SIDE = 512  # in the same unit; farther on it begins anew
REACH = 96  # pixels around a place that decide what is painted there, statistics aside
COLORS = 12  # numbers of a style vector that are its palette, see `palette`
SEES = (("relu1_1", 64), ("relu2_1", 128), ("relu3_1", 256))
"""What the predictor reads: VGG19 layers and their channels."""


@dataclass(frozen=True)
class Settings:
    """Read from the file. styles: rows of the table; sketch, hidden: widths in the predictor."""

    fine: int = 48
    coarse: int = 96
    half: int = 16
    coarse_blocks: int = 3
    fine_blocks: int = 1
    styles: int = 13
    sketch: int = 32
    hidden: int = 256


class Statistics(NamedTuple):
    """Per normalisation, in their order: means (C,) and variances (C,) over a picture."""

    means: list[Tensor]
    variances: list[Tensor]


def recognise(state: Mapping[str, Tensor]) -> Settings | None:
    """Read the settings off a state dict; None means it belongs to another family."""
    wanted = ("stem.weight", "spread.weight", "table", "predictor.mix.0", "predictor.read.weight")
    if any(name not in state for name in wanted):
        return None
    return Settings(
        fine=state["stem.weight"].shape[0],
        coarse=state["down.weight"].shape[0],
        half=state["out.weight"].shape[1],
        coarse_blocks=_count(state, "coarse"),
        fine_blocks=_count(state, "fine"),
        styles=state["table"].shape[0],
        sketch=state["predictor.mix.0"].shape[1],
        hidden=state["predictor.read.weight"].shape[0],
    )


def build(settings: Settings) -> "Stylist":
    """Untrained net, in eval mode."""
    return Stylist(settings).eval()


class Stylist(nn.Module):
    """RGB (N,3,H,W) in 0..1 and style vectors (N,D) to RGB (N,3,H,W); H, W multiples of 8.

    What comes out may leave 0..1 a little; the caller clamps.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        fine, coarse, half = settings.fine, settings.coarse, settings.half
        self.stem = _convolution(3 * SHUFFLE**2 + len(GRAIN), fine)
        self.down = _convolution(fine, coarse, stride=2)
        self.coarse = nn.ModuleList(Block(coarse) for _ in range(settings.coarse_blocks))
        self.up = nn.Conv2d(coarse, fine, 1)
        self.fine = nn.ModuleList(Block(fine) for _ in range(settings.fine_blocks))
        self.spread = nn.Conv2d(fine, 4 * half, 1)
        self.out = _convolution(half, 3 * 4)
        blocks = 2 * settings.coarse_blocks * [coarse] + 2 * settings.fine_blocks * [fine]
        self.widths = (fine, coarse, *blocks, half)  # of the normalisations
        self.length = 2 * sum(self.widths) + COLORS  # of a style vector
        self.table = nn.Parameter(torch.zeros(settings.styles, self.length))
        self.predictor = Predictor(settings, self.length)

    def forward(
        self,
        picture: Tensor,
        style: Tensor,
        norms: "Norms | None" = None,
        noise: Tensor | None = None,
    ) -> Tensor:
        """Paint. `norms` and `noise`, a `grain`, make tiles of one picture agree."""
        norms = norms or Norms(self.widths)
        norms.begin(style[:, :-COLORS])
        sub = fn.pixel_unshuffle(picture * 2 - 1, SHUFFLE)
        if noise is None:
            noise = grain(0, (0, 0), sub.shape[2:])
        noise = noise.to(sub).expand(len(sub), -1, -1, -1)
        fine = fn.relu_(norms(self.stem(torch.cat([sub, noise], 1))))
        x = fn.relu_(norms(self.down(fine)))
        for block in self.coarse:
            x = block(x, norms)
        x = fine + fn.interpolate(self.up(x), scale_factor=2.0, mode="bilinear")
        for block in self.fine:
            x = block(x, norms)
        x = fn.relu_(norms(fn.pixel_shuffle(self.spread(x), 2)))
        return _mixed(fn.pixel_shuffle(self.out(x), 2), style[:, -COLORS:])


class Block(nn.Module):
    """Two convolutions and what came in, normalised by the style after each."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _convolution(width, width)
        self.second = _convolution(width, width)

    def forward(self, x: Tensor, norms: "Norms") -> Tensor:
        """(N,C,H,W) to the same."""
        return x + norms(self.second(fn.relu_(norms(self.first(x)))))


class Norms:
    """Instance normalisations in the order of their use, scaled and shifted by a style.

    scale = 1 + its half of the vector, so that a vector of zeros is a plain normalisation.
    `fixed` are statistics of the first so many of them, used in place of the picture's own. `used`
    are those of the last picture, as far as it has come.
    """

    def __init__(self, widths: Sequence[int], fixed: Statistics | None = None) -> None:
        self._sizes = [2 * width for width in widths]
        self._parts: list[Tensor] = []
        self.fixed = fixed or Statistics([], [])
        self.used = Statistics([], [])

    def begin(self, style: Tensor) -> None:
        """Start over with the first normalisation, in these styles (N,D)."""
        self._parts = list(torch.split(style.float(), self._sizes, 1))
        self.used = Statistics([], [])

    def __call__(self, x: Tensor) -> Tensor:
        """Normalise (N,C,H,W)."""
        place = len(self.used.means)
        scales, shifts = self._parts[place].chunk(2, 1)
        mean, variance = (known[place] if place < len(known) else None for known in self.fixed)
        # one picture at a time: the quickest kernel, its statistics float32 whatever x is
        parts = []
        for one, scale, shift in zip(torch.split(x, 1), scales + 1, shifts, strict=True):
            if place < len(self.fixed.means):
                y = fn.batch_norm(one, mean, variance, scale, shift, eps=EPSILON)
            else:
                y, mean, deviation = torch.native_batch_norm(
                    one, scale, shift, None, None, True, 0.0, EPSILON
                )
                mean, variance = mean.detach(), deviation.detach().pow(-2) - EPSILON
            parts.append(y)
        assert mean is not None
        assert variance is not None
        self.used.means.append(mean)
        self.used.variances.append(variance)
        return torch.cat(parts) if len(parts) > 1 else parts[0]


EPSILON = 1e-5


class Predictor(nn.Module):
    """Gram matrices and palette of a style picture to its style vector.

    Each layer's channels are first mixed to few, so that the matrix is small, and upper triangles
    are read, compressed by a signed square root, against what is `usual`. Mixtures and what is
    usual are found once, by `look_around`, and not learned: where numbers drift, all hidden units
    fall silent, and each style gets the same vector.
    """

    def __init__(self, settings: Settings, length: int) -> None:
        super().__init__()
        sketch, hidden = settings.sketch, settings.hidden
        told = len(SEES) * sketch * (sketch + 1) // 2
        self.mix = nn.ParameterList(
            nn.Parameter(torch.randn(width, sketch) / width, requires_grad=False)
            for _, width in SEES
        )
        self.usual = nn.Parameter(torch.zeros(2, told), requires_grad=False)  # mean, 1 / deviation
        self.read = nn.Linear(told + COLORS, hidden)
        self.think = nn.Linear(hidden, hidden)
        self.write = nn.Linear(hidden, length)
        self.sketch = sketch

    def forward(self, grams: Mapping[str, Tensor], colors: Tensor) -> Tensor:
        """{layer: (N,C,C)} and `palette` (N,12) to style vectors (N,D)."""
        mean, scale = self.usual
        read = (self._told(grams) - mean) * scale
        x = fn.silu(_level(self.read(torch.cat([read, 4 * colors], 1))))
        x = x + fn.silu(_level(self.think(x)))
        vector: Tensor = self.write(x)
        return torch.cat([vector[:, :-COLORS], colors + 0.1 * vector[:, -COLORS:]], 1)

    @torch.no_grad()
    def look_around(self, grams: Mapping[str, Tensor]) -> None:
        """Whiten what many styles (N,C,C) by layer have in common, see what is usual of them."""
        for mix, (name, _) in zip(self.mix, SEES, strict=True):
            values, vectors = torch.linalg.eigh(grams[name].mean(0))
            mix.copy_(vectors[:, -self.sketch :] / values[-self.sketch :].clamp(min=1e-9).sqrt())
        told = self._told(grams)
        self.usual.copy_(torch.stack([told.mean(0), 1 / told.std(0).clamp(min=1e-3)]))

    def _told(self, grams: Mapping[str, Tensor]) -> Tensor:
        upper = torch.triu_indices(self.sketch, self.sketch, device=self.usual.device)
        told = [
            (mix.T @ grams[name] @ mix)[:, upper[0], upper[1]]
            for (name, _), mix in zip(SEES, self.mix, strict=True)
        ]
        small = torch.cat(told, 1)
        return small.sign() * (small.abs() + 1e-4).sqrt()


def _level(x: Tensor) -> Tensor:
    return fn.layer_norm(x, x.shape[1:])


def grain(seed: int, place: tuple[int, int], shape: Sequence[int]) -> Tensor:
    """(1, len(GRAIN), H, W) of the noise from row and column `place` on, in pixels / `SHUFFLE`."""
    field = _field(seed)
    rows, columns = (
        (start + torch.arange(length)) % GRAIN_SIDE
        for start, length in zip(place, shape, strict=True)
    )
    return field[None, :, rows[:, None], columns]


@lru_cache(maxsize=4)
def _field(seed: int) -> Tensor:
    """(len(GRAIN), side, side) of mean 0 and deviation 1, without a seam from side to side."""
    source = torch.Generator().manual_seed(seed)
    white = torch.randn(len(GRAIN), GRAIN_SIDE, GRAIN_SIDE, generator=source)
    cycles = torch.fft.fftfreq(GRAIN_SIDE)
    square = cycles[:, None] ** 2 + cycles**2
    widths = torch.tensor(GRAIN)[:, None, None]
    blur = torch.exp(-2 * math.pi**2 * widths**2 * square)  # of a Gaussian, by frequency
    smooth: Tensor = torch.fft.ifft2(torch.fft.fft2(white) * blur).real
    return smooth / smooth.std((1, 2), keepdim=True)


def palette(picture: Tensor) -> Tensor:
    """RGB (N,3,H,W) to (N,12): mean colour, and the square root of the colours' covariance."""
    flat = picture.float().flatten(2)
    mean = flat.mean(2)
    apart = flat - mean[:, :, None]
    covariance = apart @ apart.transpose(1, 2) / flat.shape[2]
    values, vectors = torch.linalg.eigh(covariance.cpu())  # not every GPU can, none is quicker
    root = vectors @ torch.diag_embed(values.clamp(min=0).sqrt()) @ vectors.transpose(1, 2)
    return torch.cat([mean, root.flatten(1).to(mean)], 1)


def _mixed(y: Tensor, colors: Tensor) -> Tensor:
    """Give (N,3,H,W), about 0 and of deviation 1, the colours of a palette."""
    n, _, h, w = y.shape
    mean, root = colors[:, :3, None], colors[:, 3:].reshape(n, 3, 3)
    return torch.baddbmm(mean, root, y.float().flatten(2)).reshape(n, 3, h, w)


def _convolution(width: int, out: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(width, out, 3, stride, padding=1, padding_mode="reflect")


def _count(state: Mapping[str, Tensor], name: str) -> int:
    return len({key.split(".")[1] for key in state if key.startswith(f"{name}.")})
