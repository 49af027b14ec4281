"""How steady and how colourful a film is: published figures, taken frame by frame.

CDC (Liu et al. 2021): Jensen-Shannon divergence between the colour histograms of frames 1, 2 and 4
apart. Colourfulness (Hasler, Suesstrunk) belongs beside it, because grey is steady too.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from inference.media.color import colorfulness
from inference.values import Array, Picture, in_depth

LAGS = (1, 2, 4)
BINS = 256


@dataclass(frozen=True, eq=False)
class FrameFigures:
    """What is kept of one frame. histograms: (3, 256) counts of red, green, blue.

    warping: mean squared difference (0..1) to the frame before, along the flow; None at a cut.
    """

    histograms: Array
    colorfulness: float
    warping: float | None = None


def figures_of(picture: Picture, warping: float | None = None) -> FrameFigures:
    """The figures of one RGB picture, of any depth."""
    pixels = in_depth(picture.pixels, np.uint8)
    pixels = np.repeat(pixels, 3, axis=2) if picture.grey else np.ascontiguousarray(pixels)
    counts = [cv2.calcHist([pixels], [c], None, [BINS], [0, BINS]).ravel() for c in range(3)]
    return FrameFigures(np.stack(counts).astype(np.uint32), colorfulness(pixels), warping)


@dataclass
class Tally:
    """Takes the frames of a film in order and keeps the last four only."""

    _recent: deque[Array] = field(default_factory=lambda: deque(maxlen=max(LAGS)))
    _apart: dict[int, list[float]] = field(
        default_factory=lambda: {lag: [0.0, 0.0] for lag in LAGS}
    )
    _colorful: list[float] = field(default_factory=lambda: [0.0, 0.0])
    _warping: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def add(self, frame: FrameFigures) -> None:
        """The next frame."""
        shares = frame.histograms / np.maximum(1, frame.histograms.sum(1, keepdims=True))
        for lag in LAGS:
            if lag <= len(self._recent):
                _count(self._apart[lag], divergence(self._recent[-lag], shares))
        self._recent.append(shares)
        _count(self._colorful, frame.colorfulness)
        if frame.warping is not None:
            _count(self._warping, frame.warping)

    @property
    def cdc(self) -> float:
        """(CDC_1 + CDC_2 + CDC_4) / 3; lower is steadier, 0 where there are too few frames."""
        return sum(_mean(self._apart[lag]) for lag in LAGS) / len(LAGS)

    @property
    def colorfulness(self) -> float:
        """Mean over the frames."""
        return _mean(self._colorful)

    @property
    def warping(self) -> float:
        """Warping error (Lai et al. 2018): mean over the pairs of frames that no cut divides."""
        return _mean(self._warping)


def tally_of(frames: Iterable[FrameFigures]) -> Tally:
    """All frames counted."""
    tally = Tally()
    for frame in frames:
        tally.add(frame)
    return tally


def divergence(first: Array, second: Array) -> float:
    """Jensen-Shannon divergence (nats) of normalised histograms (3, 256), mean over channels."""
    middle = (first + second) / 2
    both = (_relative_entropy(first, middle) + _relative_entropy(second, middle)) / 2
    return float(both.mean())


def _relative_entropy(first: Array, second: Array) -> Array:
    ratio = np.divide(first, second, out=np.ones_like(first), where=first > 0)
    entropy: Array = (first * np.log(ratio)).sum(1)
    return entropy


def _count(total: list[float], value: float) -> None:
    total[0] += value
    total[1] += 1


def _mean(total: list[float]) -> float:
    return total[0] / total[1] if total[1] else 0.0
