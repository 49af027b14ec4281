"""The painter on pictures of any size: at a working size, in tiles that agree with each other."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from inference import device as devices
from inference.models.stylist import MULTIPLE, REACH, SHUFFLE, Norms, Statistics, Stylist, grain
from inference.tiling import Tile, tiles
from inference.values import Array

REFERENCE_PX = 512  # short side of pictures at which strokes are as the painter learned them
LEARNED_STROKE_PX = 16.0
MARGIN_PX = 24  # painted beyond the picture's edges: right at them the painter likes a frame
TILE_PX = 4096  # a picture up to this size is painted in one piece: about 0.6 GB
_LARGEST = 8192 * 8192  # pixels that are painted; strokes finer than that are refused their wish
_SMALLEST, _SLIMMEST = 64, 8  # pixels; long side over short side
Report = Callable[[float], None]


def working_size(width: int, height: int, stroke: float) -> tuple[int, int]:
    """Width and height at which a picture is painted, so that strokes keep their proportion to it.

    stroke: pixels where the short side is `REFERENCE_PX`, 0 = as learned.
    """
    finer = LEARNED_STROKE_PX / (stroke or LEARNED_STROKE_PX)
    short, long = min(width, height), max(width, height)
    scale = finer * REFERENCE_PX * min(1 / short, _SLIMMEST / long)
    scale = min(scale, math.sqrt(_LARGEST / (width * height)))
    return max(_SMALLEST, round(width * scale)), max(_SMALLEST, round(height * scale))


class Painter:
    """A network, a style vector (1,D), the device they are on, and the seed of the brushwork."""

    def __init__(
        self,
        network: Stylist,
        style: Tensor,
        device: torch.device,
        tile_px: int = TILE_PX,
        seed: int = 0,
    ) -> None:
        self._network, self._style, self._device = network, style, device
        self._tile, self._seed = tile_px, seed

    def paint(self, rgb: Array, report: Report) -> Array:
        """(H, W, 3) float32 in 0..1 to the same, painted; `report` hears how far it is, 0..1."""
        height, width = rgb.shape[:2]
        padded = _padded(rgb)
        widths = self._network.widths
        with torch.inference_mode(), devices.autocast(self._device):
            if max(padded.shape[:2]) <= self._tile:
                painted = self._painted(padded, _Told(widths, report), (0, 0))
            else:
                painted = self._tiled(padded, report)
        inner = painted[MARGIN_PX : MARGIN_PX + height, MARGIN_PX : MARGIN_PX + width]
        return np.clip(inner, 0, 1)

    def _tiled(self, rgb: Array, report: Report) -> Array:
        """As if in one piece: each normalisation waits until all tiles have told what they see."""
        pieces = list(tiles(rgb.shape[1], rgb.shape[0], self._tile, REACH))
        statistics = Statistics([], [])
        widths = self._network.widths
        for _ in widths:
            seen = [self._glance(rgb, piece, statistics, report) for piece in pieces]
            for known, found in zip(statistics, _joined(seen), strict=True):
                known.append(found.float().to(self._device))
        painted = np.empty_like(rgb)
        for piece in pieces:
            norms = _Told(widths, _steadily(report, len(widths), len(widths)), statistics)
            part = self._painted(rgb[piece.outer.slices], norms, (piece.outer.y, piece.outer.x))
            painted[piece.inner.slices] = part[piece.kept.slices]
        return painted

    def _glance(self, rgb: Array, piece: Tile, known: Statistics, report: Report) -> "_Seen":
        widths = self._network.widths
        norms = _Glance(widths, _steadily(report, len(known.means), len(widths)), known, piece)
        try:
            self._painted(rgb[piece.outer.slices], norms, (piece.outer.y, piece.outer.x))
        except _Enough as enough:
            return enough.seen  # not itself: with its traceback all maps of the tile would live on
        raise AssertionError("the network has fewer normalisations than it says")

    def _painted(self, rgb: Array, norms: Norms, place: tuple[int, int]) -> Array:
        """One tile; `place`: row and column of its first pixel."""
        tensor = torch.from_numpy(np.ascontiguousarray(rgb)).permute(2, 0, 1)[None]
        cells = (rgb.shape[0] // SHUFFLE, rgb.shape[1] // SHUFFLE)
        noise = grain(self._seed, (place[0] // SHUFFLE, place[1] // SHUFFLE), cells)
        painted = self._network(tensor.to(self._device), self._style, norms, noise)
        array: Array = painted[0].permute(1, 2, 0).float().cpu().numpy()
        return array


class _Told(Norms):
    """Reports how far the network has come."""

    def __init__(
        self, widths: Sequence[int], report: Report, fixed: Statistics | None = None
    ) -> None:
        super().__init__(widths, fixed)
        self._report = report

    def __call__(self, x: Tensor) -> Tensor:
        self._report(len(self.used.means) / (len(self._sizes) + 1))
        return super().__call__(x)


def _steadily(report: Report, done: int, whole: int) -> Report:
    """Report the same share of a picture's normalisations throughout one tile."""
    return lambda _: report(done / (whole + 1))


class _Seen(NamedTuple):
    """Mean and variance (C,) of a tile's part of a map, and how many pixels it stands for."""

    mean: Tensor
    variance: Tensor
    pixels: int


def _joined(seen: Sequence[_Seen]) -> tuple[Tensor, Tensor]:
    """Mean and variance of the whole map."""
    shares = torch.tensor([part.pixels for part in seen], dtype=torch.double)[:, None]
    shares = shares / shares.sum()
    means = torch.stack([part.mean for part in seen])
    mean = (shares * means).sum(0)
    within = torch.stack([part.variance for part in seen])
    return mean, (shares * (within + (means - mean).square())).sum(0)


class _Enough(Exception):  # noqa: N818 - ends a glance, is no error
    """What was looked for is `seen`."""

    def __init__(self, seen: _Seen) -> None:
        self.seen = seen


class _Glance(_Told):
    """Stops the network at the first normalisation that is not known."""

    def __init__(
        self, widths: Sequence[int], report: Report, known: Statistics, piece: Tile
    ) -> None:
        super().__init__(widths, report, known)
        self._piece = piece

    def __call__(self, x: Tensor) -> Tensor:
        if len(self.used.means) < len(self.fixed.means):
            return super().__call__(x)
        stride, kept = self._piece.outer.width // x.shape[3], self._piece.kept
        rows = slice(kept.y // stride, kept.bottom // stride)
        columns = slice(kept.x // stride, kept.right // stride)
        part = x[:, :, rows, columns].float()
        variance, mean = torch.var_mean(part, (0, 2, 3), correction=0)
        seen = _Seen(mean.cpu().double(), variance.cpu().double(), kept.width * kept.height)
        raise _Enough(seen)


def _padded(rgb: Array) -> Array:
    """Gone on with, mirrored, on all sides, to sizes that the network takes."""
    after = (MARGIN_PX + -side % MULTIPLE for side in rgb.shape[:2])
    return np.pad(rgb, (*((MARGIN_PX, more) for more in after), (0, 0)), mode="symmetric")
