"""A painting's palette held still: how much there is of each value changes only slowly.

Mixing frames takes contrast from a painting, more where less moves. So what was mixed gets the
palette back that the paintings had, averaged along the shot as their strokes are. Where paintings
change by more than palettes flicker, the film's own light does: then what was mixed stays.
"""

from functools import lru_cache

import cv2
import numpy as np

from inference.values import Array, in_depth, peak_of

_FLICKER = 0.01  # mean change of values (0..1) that is held, usual is 0.001; twice that is light
_POINTS = 257  # of a spread, besides black and white
_SEEN = 1 << 18  # pixels at least: more say nothing new
_BINS = 4096  # of a histogram of 16 bits
_FINE = 1 << 16  # values: 256 of them would leave gaps where a curve is steep
_EVEN = (np.arange(_POINTS) + 0.5) / _POINTS


class SteadyPalette:
    """The palette of a shot. kept: share of the past in it, 0..1.

    held: (3, 259) values in 0..1, the averaged `_spread`.
    """

    def __init__(self, kept: float) -> None:
        self._kept = kept
        self.held = np.empty(0)

    def begin(self, painting: Array) -> None:
        """The first painting (H, W, 3) of a shot, uint8 or uint16."""
        self.held = _spread(painting)

    def given_to(self, mixed: Array, painting: Array) -> Array:
        """What the next painting was mixed to, as it is shown; all of one depth."""
        own = _spread(painting)
        change = float(np.abs(self.held - own).mean()) / _FLICKER
        trust = min(1.0, max(0.0, 2 - change))
        self.held = own + trust * self._kept * (self.held - own)
        half = 0.5 / peak_of(mixed.dtype)
        values = np.linspace(-half, 1 + half, _FINE)
        planes = []
        for plane, found, held in zip(cv2.split(mixed), _spread(mixed), self.held, strict=True):
            curve = np.interp(values, found, found + trust * (held - found))
            shown = in_depth(curve.astype(np.float32), mixed.dtype)
            planes.append(cv2.LUT(_fine(plane), shown))
        given: Array = cv2.merge(planes)
        return given


def _spread(pixels: Array) -> Array:
    """Of each channel the values (0..1) that even shares of the pixels lie below: (3, 259).

    Black and white come first and last.
    """
    pixels = pixels[:: max(1, pixels.shape[0] * pixels.shape[1] // _SEEN)]  # rows
    top = int(peak_of(pixels.dtype))
    bins = min(top + 1, _BINS)
    edges = np.clip((np.linspace(0, top + 1, bins + 1) - 0.5) / top, 0, 1)
    spread = []
    for plane in cv2.split(pixels):
        counts = cv2.calcHist([plane], [0], None, [bins], [0, top + 1])
        below = np.append(0, np.cumsum(counts, dtype=np.float64))
        spread.append([0, *np.interp(_EVEN, below / below[-1], edges), 1])
    return np.array(spread)


def _fine(plane: Array) -> Array:
    """A channel (H, W) in 16 bits, those that it has not at random: even values stay even."""
    if plane.dtype == np.uint16:
        return plane
    return plane.astype(np.uint16) << np.uint16(8) | _noise(*plane.shape)


@lru_cache(maxsize=4)
def _noise(height: int, width: int) -> Array:
    """(h, w) uint16 of 8 bits, fixed to places."""
    return np.random.default_rng(0).integers(0, 256, (height, width), np.uint16)
