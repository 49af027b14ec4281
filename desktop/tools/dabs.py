"""A stroke as a row of soft round dabs."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from desktop.commands import PaintCommand, Stroke
from desktop.document.tiles import TiledImage
from desktop.tools.target import Target, selected
from inference.values import Array, Region

_SPACING = 0.08  # of the diameter: dabs so near that their edges melt into a line
_TOGETHER = 8  # dabs that are written at once
_FULL = np.float32(65535)

Mix = Callable[[Array, Array], Array]
"""(h, w, channels) samples and (h, w) coverage 0..1 to new samples."""


@dataclass(frozen=True)
class Dab:
    """One touch: its centre in pixels of the document, its diameter, its strength 0..1."""

    x: float
    y: float
    size: float
    strength: float = 1.0

    @property
    def region(self) -> Region:
        """The pixels that it may touch."""
        reach = self.size / 2 + 1
        left, top = math.floor(self.x - reach), math.floor(self.y - reach)
        return Region(left, top, math.ceil(self.x + reach) - left, math.ceil(self.y + reach) - top)


def coverage_of(dab: Dab, region: Region, hardness: float) -> Array:
    """How much a dab covers each pixel of a region, (h, w) float32 0..1.

    Full within hardness times the radius, then a smooth fall; the edge is at least a pixel wide.
    """
    x = np.arange(region.x, region.right, dtype=np.float32) + np.float32(0.5 - dab.x)
    y = np.arange(region.y, region.bottom, dtype=np.float32) + np.float32(0.5 - dab.y)
    distance = np.sqrt(x * x + (y * y)[:, None])
    radius = max(dab.size / 2, 0.5)
    soft = max(radius * (1 - hardness), 1.0)
    outer = radius + 0.5 if soft == 1.0 else radius
    share = np.clip((np.float32(outer) - distance) / np.float32(soft), 0, 1)
    smooth: Array = share * share * (3 - 2 * share) * np.float32(dab.strength)
    return smooth


class Trail:
    """Places dabs evenly along the pointer's way, whatever its speed."""

    def __init__(self) -> None:
        self._last: Dab | None = None

    def to(self, dab: Dab) -> Iterator[Dab]:
        """The dabs on the way to this one; the first one at once."""
        if self._last is None:
            self._last = dab
            yield dab
            return
        while (gap := math.hypot(dab.x - self._last.x, dab.y - self._last.y)) > 0:
            step = max(1.0, _SPACING * self._last.size)
            if gap < step:
                return
            self._last = _between(self._last, dab, step / gap)
            yield self._last


class DabStroke:
    """Paint that does not build up: of all dabs over a pixel, the strongest counts."""

    def __init__(
        self, target: Target, mix: Mix, hardness: float, opacity: float, text: str
    ) -> None:
        document = target.document
        self._document = document
        self._mix = mix
        self._hardness = hardness
        self._opacity = np.float32(opacity)
        self._before = target.image.snapshot()
        self._coverage = TiledImage(document.width, document.height, 1, np.uint16)
        self._trail = Trail()
        self._stroke: Stroke = target.stroke(text)

    def to(self, dab: Dab) -> None:
        """Go on to there."""
        dabs = list(self._trail.to(dab))
        for first in range(0, len(dabs), _TOGETHER):
            self._lay(dabs[first : first + _TOGETHER])

    def cancel(self) -> None:
        """As if nothing had been painted."""
        self._stroke.cancel()

    def finish(self) -> PaintCommand:
        """The step to push."""
        return self._stroke.finish()

    def _lay(self, dabs: list[Dab]) -> None:
        region = Region(0, 0, 0, 0)
        for dab in dabs:
            region = region.united(dab.region.clipped(self._document.bounds))
        if region.empty:
            return
        covered = self._cover(dabs, region)
        inside = selected(self._document, region)
        amount = covered * (self._opacity if inside is None else self._opacity * inside)
        self._stroke.write(region, self._mix(self._before.read(region), amount))

    def _cover(self, dabs: list[Dab], region: Region) -> Array:
        covered = self._coverage.read(region)[..., 0]
        for dab in dabs:
            own = dab.region.clipped(region)
            if not own.empty:
                part = Region(own.x - region.x, own.y - region.y, own.width, own.height)
                touched = (coverage_of(dab, own, self._hardness) * _FULL).astype(np.uint16)
                np.maximum(covered[part.slices], touched, out=covered[part.slices])
        self._coverage.write(region, covered[..., None])
        return covered.astype(np.float32) / _FULL


def _between(first: Dab, second: Dab, share: float) -> Dab:
    def mix(a: float, b: float) -> float:
        return a + (b - a) * share

    return Dab(
        mix(first.x, second.x),
        mix(first.y, second.y),
        mix(first.size, second.size),
        mix(first.strength, second.strength),
    )
