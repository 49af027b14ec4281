"""Frames for a screen, at once: far faster than the exact pictures that work is done on."""

import cv2
import numpy as np

from inference.media.reader import FULL, LIMITED, FilmFrame, Frame, matrix_of
from inference.values import Array, Picture, in_depth


def quick_bgra(frame: Frame, scale: int = 1) -> Array:
    """(h, w, 4) uint8 BGRA, upright, `scale` times smaller; its chroma is not interpolated."""
    if not isinstance(frame, FilmFrame) or frame.raw.format.name.startswith("gray"):
        return bgra(frame.picture(), scale)
    raw = frame.raw
    pixels = raw.to_ndarray(
        format="bgra",
        width=-(-raw.width // scale),
        height=-(-raw.height // scale),
        src_colorspace=matrix_of(frame.clip),
        src_color_range=FULL if raw.color_range == FULL else LIMITED,
        dst_color_range=FULL,
        interpolation="AREA" if scale > 1 else "FAST_BILINEAR",
    )
    turned: Array = np.ascontiguousarray(np.rot90(pixels, frame.clip.rotation // 90))
    return turned


def bgra(picture: Picture, scale: int = 1) -> Array:
    """The same of a picture, exactly."""
    pixels = in_depth(picture.pixels, np.uint8)
    if scale > 1:
        size = -(-picture.width // scale), -(-picture.height // scale)
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    grey = pixels.ndim == 2 or pixels.shape[2] == 1
    shown: Array = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGRA if grey else cv2.COLOR_RGB2BGRA)
    return shown
