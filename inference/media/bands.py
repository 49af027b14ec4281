"""Large pictures a few rows at a time, so that what is made on the way stays small."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from inference.values import Array, in_depth


def row_bands(height: int, width: int, *, pixels: int = 1 << 20) -> Iterator[slice]:
    """Slices of rows that cover a picture, of about so many pixels each."""
    rows = max(1, pixels // width)
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))


def in_depth_by_bands(samples: Array, dtype: npt.DTypeLike) -> Array:
    """As `in_depth`, for (H, W, ...) of any size."""
    if samples.dtype == dtype:
        return samples
    out = np.empty(samples.shape, dtype)
    for rows in row_bands(*samples.shape[:2]):
        out[rows] = in_depth(samples[rows], dtype)
    return out
