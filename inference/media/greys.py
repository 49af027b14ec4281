"""Frames without colour, read as the one channel that they are: a third of the work for all."""

from functools import lru_cache

import av
import cv2
import numpy as np
import numpy.typing as npt

from inference.values import Array, peak_of


def is_grey(frame: av.VideoFrame) -> bool:
    """True where a frame has no chroma, or, of 8 bits, none that is not neutral: old films."""
    kind = frame.format
    if kind.name.startswith("gray"):
        return True
    planar = kind.name.startswith("yuv") and len(frame.planes) == 3
    return planar and kind.components[0].bits == 8 and _is_neutral(frame)


def grey_of(frame: av.VideoFrame, full: bool) -> Array:
    """Its levels (H, W, 1), uint8 or uint16.

    FFmpeg's libswscale takes every grey for full range, so limited range is stretched here.
    """
    if not frame.format.name.startswith("gray"):
        grey = _plane(frame, 0)
    else:
        deep = frame.format.components[0].bits > 8
        grey = frame.to_ndarray(format="gray16le" if deep else "gray")
    stretched: Array = grey if full else cv2.LUT(grey, _stretched(grey.dtype))
    return stretched.reshape(*grey.shape, 1)


def _is_neutral(frame: av.VideoFrame) -> bool:
    return all((_plane(frame, number) == 128).all() for number in (1, 2))


def _plane(frame: av.VideoFrame, number: int) -> Array:
    plane = frame.planes[number]
    samples: Array = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]
    return samples.reshape(-1, plane.line_size)[: plane.height, : plane.width]


@lru_cache
def _stretched(dtype: npt.DTypeLike) -> Array:
    """The full range's level for each level of the limited range."""
    peak = int(peak_of(dtype))
    black, white = (level * (peak + 1) // 256 for level in (16, 235))
    levels = (np.arange(peak + 1) - black) * (peak / (white - black))
    stretched: Array = np.clip(np.rint(levels), 0, peak).astype(dtype)
    return stretched
