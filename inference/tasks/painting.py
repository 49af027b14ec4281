"""The painter on pictures of any size: at a working size, in tiles that agree with each other."""

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch
from torch import Tensor

from inference import device as devices
from inference.models.stylist import MULTIPLE, REACH, Norms, Statistics, Stylist
from inference.tiling import Tile, tiles
from inference.values import Array

REFERENCE_PX = 512  # short side of pictures at which strokes are as the painter learned them
LEARNED_STROKE_PX = 16.0
TILE_PX = 1024
_LARGEST = 8192 * 8192  # pixels that are painted; strokes finer than that are refused their wish
_SMALLEST = 64
_GATHERINGS = 2  # runs over all tiles to find the statistics that they share


def working_size(width: int, height: int, stroke: float) -> tuple[int, int]:
    """Width and height at which a picture is painted, so that strokes keep their proportion to it.

    stroke: pixels where the short side is `REFERENCE_PX`, 0 = as learned.
    """
    scale = REFERENCE_PX / min(width, height) * LEARNED_STROKE_PX / (stroke or LEARNED_STROKE_PX)
    scale = min(scale, math.sqrt(_LARGEST / (width * height)))
    return max(_SMALLEST, round(width * scale)), max(_SMALLEST, round(height * scale))


class Painter:
    """A network, a style vector (1,D), and the device they are on."""

    def __init__(
        self, network: Stylist, style: Tensor, device: torch.device, tile_px: int = TILE_PX
    ) -> None:
        self._network, self._style, self._device = network, style, device
        self._tile = tile_px

    def paint(self, rgb: Array, report: Callable[[float], None]) -> Array:
        """(H, W, 3) float32 in 0..1 to the same, painted; `report` hears how far it is, 0..1."""
        height, width = rgb.shape[:2]
        padded = _padded(rgb)
        with torch.inference_mode(), devices.autocast(self._device):
            if max(padded.shape[:2]) <= self._tile:
                painted = self._painted(padded, Norms(self._network.widths))
            else:
                painted = self._tiled(padded, report)
        return np.clip(painted[:height, :width], 0, 1)

    def _tiled(self, rgb: Array, report: Callable[[float], None]) -> Array:
        height, width = rgb.shape[:2]
        pieces = list(tiles(width, height, self._tile, REACH))
        statistics = self._first_statistics(rgb)
        done, total = 0, len(pieces) * (_GATHERINGS + 1)

        def step() -> None:
            nonlocal done
            done += 1
            report(done / total)

        for _ in range(_GATHERINGS):
            statistics = self._gathered(rgb, pieces, statistics, step)
        painted = np.empty_like(rgb)
        for piece in pieces:
            norms = Norms(self._network.widths, statistics)
            part = self._painted(rgb[piece.outer.slices], norms)
            painted[piece.inner.slices] = part[piece.kept.slices]
            step()
        return painted

    def _first_statistics(self, rgb: Array) -> Statistics:
        """Of the picture made small enough for one piece."""
        scale = self._tile / max(rgb.shape[:2])
        size = [max(MULTIPLE, int(side * scale) // MULTIPLE * MULTIPLE) for side in rgb.shape[:2]]
        norms = Norms(self._network.widths)
        self._painted(cv2.resize(rgb, size[::-1], interpolation=cv2.INTER_AREA), norms)
        return norms.seen

    def _gathered(
        self,
        rgb: Array,
        pieces: Sequence[Tile],
        statistics: Statistics,
        step: Callable[[], None],
    ) -> Statistics:
        """Statistics of the whole picture, seen in pieces that are painted with the given ones."""
        sums: list[tuple[Tensor, Tensor]] = []
        weight = 0
        for piece in pieces:
            norms = Norms(self._network.widths, statistics)
            self._painted(rgb[piece.outer.slices], norms)
            area = piece.inner.width * piece.inner.height
            weight += area
            found = [
                (area * mean, area * (variance + mean.square()))
                for mean, variance in zip(*norms.seen, strict=True)
            ]
            sums = [
                (a + c, b + d) for (a, b), (c, d) in zip(sums or _zeros(found), found, strict=True)
            ]
            step()
        means = [first / weight for first, _ in sums]
        squares = [second / weight for _, second in sums]
        return Statistics(
            means, [square - mean.square() for square, mean in zip(squares, means, strict=True)]
        )

    def _painted(self, rgb: Array, norms: Norms) -> Array:
        tensor = torch.from_numpy(np.ascontiguousarray(rgb)).permute(2, 0, 1)[None]
        painted = self._network(tensor.to(self._device), self._style, norms)
        array: Array = painted[0].permute(1, 2, 0).float().cpu().numpy()
        return array


def _zeros(like: Sequence[tuple[Tensor, Tensor]]) -> list[tuple[Tensor, Tensor]]:
    return [(torch.zeros_like(a), torch.zeros_like(b)) for a, b in like]


def _padded(rgb: Array) -> Array:
    """Mirrored at the right and bottom, to sides that the network takes."""
    height, width = rgb.shape[:2]
    below, right = -height % MULTIPLE, -width % MULTIPLE
    if not below and not right:
        return rgb
    return np.pad(rgb, ((0, below), (0, right), (0, 0)), mode="symmetric")
