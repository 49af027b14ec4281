"""Colour arithmetic: sRGB and CIE L*a*b* (D65), the luma lock, colour differences.

Everything is float32 and exact enough for 16 bits: a grey of 8 or 16 bits goes to L* and back to
the same number. Large pictures are worked on in bands of rows, so that memory stays small.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from inference.media.bands import row_bands
from inference.values import Array, Picture, in_depth, peak_of

Planes = tuple[Array, Array, Array]

_BAND_PIXELS = 1 << 16  # more would not stay in the processor's cache
_CHROMA_STEPS = 12  # halvings: leaves 1/4096 of the chroma asked for
_CHROMA_STEPS_8_BIT = 10  # the first is all of it: leaves 1/512

# Linear sRGB to XYZ over the white point, so that each row sums to 1 and greys stay neutral.
_PRIMARIES = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_TO_XYZ = _PRIMARIES / _PRIMARIES.sum(axis=1, keepdims=True)
_TO_RGB = np.linalg.inv(_TO_XYZ)

_DELTA = 6 / 29  # where the cube root of L*a*b* gives way to a straight line
_SLOPE = 1 / (3 * _DELTA**2)

# Each curve below is a power above a knee and a straight line under it. With m = max(x, knee) that
# is power(m) + slope * (x - m): no branch, and values outside of 0..1 follow the line.


def _to_linear(value: Array) -> Array:
    m = np.maximum(value, 0.04045)
    linear: Array = ((m + 0.055) / 1.055) ** 2.4 + (value - m) / 12.92
    return linear


def _from_linear(linear: Array) -> Array:
    m = np.maximum(linear, 0.0031308)
    value: Array = 1.055 * m ** (1 / 2.4) - 0.055 + 12.92 * (linear - m)
    return value


def _root(ratio: Array) -> Array:
    m = np.maximum(ratio, _DELTA**3)
    root: Array = m ** (1 / 3) + _SLOPE * (ratio - m)
    return root


def _cube(root: Array) -> Array:
    m = np.maximum(root, _DELTA)
    ratio: Array = m * m * m + (root - m) / _SLOPE
    return ratio


def srgb_to_lab(rgb: Array) -> Array:
    """(..., 3) sRGB as floats of 0..1 to L* 0..100, a*, b* as float32."""
    linear = _planes(_to_linear(np.asarray(rgb, np.float32)))
    x, y, z = (_root(_mix(row, linear)) for row in _TO_XYZ)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def lab_to_srgb(lab: Array) -> Array:
    """(..., 3) L*a*b* to sRGB as float32, not clipped: outside of 0..1 is outside of the gamut."""
    lightness_, a, b = _planes(np.asarray(lab, np.float32))
    return _from_linear(np.stack(_linear_rgb(lightness_, a, b), axis=-1))


def lightness(pixels: Array) -> Array:
    """L* 0..100 as (H, W) float32 of (H, W, 1 or 3) samples of any depth of a Picture."""
    out = np.empty(pixels.shape[:2], np.float32)
    grey = pixels.shape[2] == 1 and np.issubdtype(pixels.dtype, np.integer)
    for rows in row_bands(*pixels.shape[:2], pixels=_BAND_PIXELS):
        if grey:
            out[rows] = cv2.LUT(pixels[rows], _lightness_levels(pixels.dtype)).reshape(
                out[rows].shape
            )
        else:
            linear = _linear(pixels[rows])
            one = linear.shape[2] == 1
            luminance = linear[..., 0] if one else cv2.transform(linear, _TO_XYZ[1:2])
            out[rows] = 116 * _root(luminance) - 16
    return out


def _linear(samples: Array) -> Array:
    """Linear light as float32; of whole numbers it is looked up."""
    if not np.issubdtype(samples.dtype, np.integer):
        return _to_linear(in_depth(samples, np.float32))
    levels = _linear_levels(samples.dtype)
    if samples.dtype == np.uint8:  # by OpenCV: twice as fast
        return cv2.LUT(samples, levels).reshape(samples.shape)
    return np.take(levels, samples)


@lru_cache
def _lightness_levels(dtype: np.dtype[np.generic]) -> Array:
    levels = np.arange(peak_of(dtype) + 1) / peak_of(dtype)
    return (116 * _root(_to_linear(levels)) - 16).astype(np.float32)


@lru_cache
def _linear_levels(dtype: np.dtype[np.generic]) -> Array:
    return _to_linear(np.arange(peak_of(dtype) + 1) / peak_of(dtype)).astype(np.float32)


def compose_lab(lightness_: Array, ab: Array, dtype: npt.DTypeLike) -> Array:
    """Colour with the lightness kept: (H, W) L* and (H, W, 2) a*b* to (H, W, 3) sRGB samples.

    Where sRGB has no such colour, chroma gives way: a* and b* shrink together (same hue) until
    the colour fits, L* stays. What error is left in L* comes from rounding to `dtype`: on average
    under 0.001 for uint16 and under 0.15 for uint8. float32 gives 0..1.
    """
    dtype = np.dtype(dtype)
    compose = _composed_8_bit if dtype == np.uint8 else _composed
    out = np.empty((*lightness_.shape, 3), dtype)
    bands = 4 * _BAND_PIXELS if dtype == np.uint8 else _BAND_PIXELS
    for rows in row_bands(*lightness_.shape, pixels=bands):
        luma = np.clip(lightness_[rows], 0, 100).astype(np.float32, copy=False)
        compose(luma, np.asarray(ab[rows], np.float32), out[rows])
    return out


def _composed(luma: Array, ab: Array, out: Array) -> None:
    """Exactly, of any shape (..., 2)."""
    for channel, linear in enumerate(_fitted(luma, *_planes(ab))):
        out[..., channel] = _quantised(_from_linear(linear), out.dtype)


def _composed_8_bit(luma: Array, ab: Array, out: Array) -> None:
    """By OpenCV, many times as fast: a few samples in a thousand are one step off.

    It clips what sRGB has no room for, so colours at the gamut's edge are fitted into it first.
    """
    _by_opencv(luma, ab, out)
    inside = cv2.inRange(out, (1,) * 3, (254,) * 3)
    at_edge = np.flatnonzero(inside.ravel() == 0)
    if at_edge.size:
        luma, ab = luma.ravel()[at_edge, None], ab.reshape(-1, 2)[at_edge, None]
        fitted = np.empty((at_edge.size, 1, 3), np.uint8)
        _by_opencv(luma, ab * _share_by_opencv(luma, ab), fitted)
        out.reshape(-1, 3)[at_edge] = fitted[:, 0]


def _by_opencv(luma: Array, ab: Array, out: Array) -> None:
    """Clipped into the gamut; by bands that stay in the processor's cache."""
    for rows in row_bands(*luma.shape, pixels=_BAND_PIXELS):
        linear = _linear_by_opencv(luma[rows], ab[rows])
        fine = cv2.addWeighted(linear, 65535, linear, 0, 0, dtype=cv2.CV_16U)
        cv2.LUT(fine, _srgb_levels(), dst=out[rows])


def _linear_by_opencv(luma: Array, ab: Array) -> Array:
    return cv2.cvtColor(cv2.merge([luma, ab]), cv2.COLOR_Lab2LRGB)


@lru_cache
def _srgb_levels() -> Array:
    """Samples of 8 bits for linear light of 16."""
    levels: Array = np.rint(255 * _from_linear(np.arange(65536) / 65535)).astype(np.uint8)
    return levels


def _share_by_opencv(luma: Array, ab: Array) -> Array:
    """As `_largest_share`, (n, 1, 1) for L* (n, 1) and a*b* (n, 1, 2)."""
    share, step = np.zeros((len(luma), 1, 1), np.float32), np.float32(1)
    for _ in range(_CHROMA_STEPS_8_BIT):
        linear = _linear_by_opencv(luma, ab * (share + step))
        fits = cv2.inRange(linear, (_FACE,) * 3, (1 - _FACE,) * 3)
        share += step * (fits > 0)[..., None]
        step *= np.float32(0.5)
    return np.minimum(share, 1)


_FACE = 1e-7  # of linear light: what is clipped lies on a face of the gamut


def _quantised(value: Array, dtype: np.dtype[np.generic]) -> Array:
    clipped = np.clip(value, 0, 1, out=value)
    if dtype == np.float32:
        return clipped
    return (clipped * np.float32(peak_of(dtype)) + np.float32(0.5)).astype(dtype)


def _fitted(luma: Array, a: Array, b: Array) -> Planes:
    """Linear RGB planes, of the same lightness and hue, inside of the gamut."""
    rgb = _linear_rgb(luma, a, b)
    outside = ~_inside(rgb)
    if outside.any():
        luma, a, b = luma[outside], a[outside], b[outside]
        share = _largest_share(luma, a, b)
        for plane, fitting in zip(rgb, _linear_rgb(luma, a * share, b * share), strict=True):
            plane[outside] = fitting
    return rgb


def _largest_share(luma: Array, a: Array, b: Array) -> Array:
    """How much of the chroma of each colour the gamut has room for, 0..1, by halving."""
    share, step = np.zeros_like(luma), np.float32(0.5)
    for _ in range(_CHROMA_STEPS):
        trial = share + step
        share = np.where(_inside(_linear_rgb(luma, a * trial, b * trial)), trial, share)
        step *= np.float32(0.5)
    return share


def _inside(rgb: Planes, tolerance: float = 1e-6) -> Array:
    red, green, blue = rgb
    low = np.minimum(np.minimum(red, green), blue)
    high = np.maximum(np.maximum(red, green), blue)
    inside: Array = (low >= -tolerance) & (high <= 1 + tolerance)
    return inside


def _linear_rgb(luma: Array, a: Array, b: Array) -> Planes:
    root = (luma + 16) / 116
    xyz = (_cube(root + a / 500), _cube(root), _cube(root - b / 200))
    red, green, blue = (_mix(row, xyz) for row in _TO_RGB)
    return red, green, blue


def _mix(weights: Array, planes: tuple[Array, ...]) -> Array:
    first, second, third = (float(weight) for weight in weights)
    mixed: Array = first * planes[0] + second * planes[1] + third * planes[2]
    return mixed


def _planes(samples: Array) -> tuple[Array, ...]:
    return tuple(samples[..., channel] for channel in range(samples.shape[-1]))


@dataclass(frozen=True)
class LumaReport:
    """What the luma lock comes to in a finished picture.

    mean_dl: mean |dL*| from its original. gamut_edge: share 0..1 of the pixels whose colour lies at
    the edge of sRGB, where chroma gave way to lightness.
    """

    mean_dl: float
    gamut_edge: float


def luma_report(source: Picture, result: Picture) -> LumaReport:
    """Compare two pictures of one size, of any depths."""
    return LumaReport(luma_error(source, result), gamut_edge(result))


def gamut_edge(picture: Picture) -> float:
    """Share 0..1 of the pixels with a colour of which a channel ends, within half an 8-bit step."""
    near, found = 0.5 / 255, 0
    for rows in row_bands(picture.height, picture.width, pixels=_BAND_PIXELS):
        unit = in_depth(picture.pixels[rows], np.float32)
        low, high = unit.min(2), unit.max(2)
        at_edge = (low <= near) | (high >= 1 - near)
        found += int(np.count_nonzero(at_edge & (high - low > near)))
    return found / (picture.width * picture.height)


def luma_error(source: Picture, result: Picture) -> float:
    """Mean |dL*| between two pictures of one size, of any depths."""
    if source.pixels.shape[:2] != result.pixels.shape[:2]:
        raise ValueError("the pictures differ in size")
    total = sum(
        float(np.abs(lightness(source.pixels[rows]) - lightness(result.pixels[rows])).sum())
        for rows in row_bands(source.height, source.width, pixels=_BAND_PIXELS)
    )
    return total / (source.width * source.height)


def colorfulness(rgb: Array) -> float:
    """How colourful a (H, W, 3) uint8 picture is, after Hasler and Suesstrunk; 0 where it is grey.

    With absolute differences of opponent colours, as the colorizers that publish this figure do.
    """
    sums = np.zeros((2, 2))  # of red - green and twice yellow - blue: sizes and their squares
    for rows in row_bands(*rgb.shape[:2], pixels=_BAND_PIXELS):
        red, green, blue = (plane.astype(np.int16) for plane in cv2.split(rgb[rows]))
        for total, apart in zip(sums, (red - green, red + green - (blue << 1)), strict=True):
            total += cv2.norm(apart, cv2.NORM_L1), cv2.norm(apart, cv2.NORM_L2SQR)
    (mean, square), (mean_2, square_2) = sums / (rgb.shape[0] * rgb.shape[1]) / ((1, 1), (2, 4))
    spread = math.sqrt(max(0.0, square - mean**2 + square_2 - mean_2**2))
    return spread + 0.3 * math.hypot(mean, mean_2)


def delta_e_2000(first: Array, second: Array) -> Array:
    """CIEDE2000 between (..., 3) L*a*b* colours; names follow Sharma, Wu and Dalal (2005)."""
    l1, a1, b1 = _planes(np.asarray(first, np.float64))
    l2, a2, b2 = _planes(np.asarray(second, np.float64))
    g = 0.5 * (1 - _saturating((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2))
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1, h2 = _hue(b1, (1 + g) * a1), _hue(b2, (1 + g) * a2)
    turn = np.where(c1 * c2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    # Hues just half a circle apart: the published pairs take the turn forward.
    turn = np.where((turn == -180) & (h2 > h1), 180, turn)
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    h_mean = np.where(c1 * c2 == 0, h1 + h2, _mean_hue(h1, h2))
    sl = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    sc, sh = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * _hue_weight(h_mean)
    theta = 30 * np.exp(-(((h_mean - 275) / 25) ** 2))
    rt = -2 * _saturating(c_mean) * np.sin(np.radians(2 * theta))
    squared = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh)
    difference: Array = np.sqrt(np.maximum(squared, 0))
    return difference


def _saturating(chroma: Array) -> Array:
    ratio: Array = np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    return ratio


def _hue(b: Array, a: Array) -> Array:
    hue: Array = np.degrees(np.arctan2(b, a)) % 360
    return hue


def _mean_hue(first: Array, second: Array) -> Array:
    total = first + second
    far = np.abs(first - second) > 180
    mean: Array = np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2
    return mean


def _hue_weight(hue: Array) -> Array:
    def wave(factor: float, shift: float) -> Array:
        cosine: Array = np.cos(np.radians(factor * hue + shift))
        return cosine

    weight: Array = (
        1 - 0.17 * wave(1, -30) + 0.24 * wave(2, 0) + 0.32 * wave(3, 6) - 0.20 * wave(4, -63)
    )
    return weight
