"""ICC profiles: from a file's colours to sRGB, and back to the profile that a file came with.

imagecodecs' lcms works at 8, 16 and 32 bits, where Pillow's has 8 bits of RGB only. Its quick
tables are off by thousands of levels at 16 bits, so they are kept for 8 bits.
"""

import functools
import struct
from typing import Literal

import imagecodecs
import numpy as np

from inference.media.bands import row_bands
from inference.values import Array, in_depth

Space = Literal["grey", "rgb", "cmyk"]

_SPACES: dict[bytes, Space] = {b"GRAY": "grey", b"RGB ": "rgb", b"CMYK": "cmyk"}
_LCMS_NAMES = {"grey": "gray", "rgb": "rgb", "cmyk": "cmyk"}
_ALIKE = 64  # levels of 65535: less than half a level of 8 bits


@functools.cache
def srgb_profile(space: Space = "rgb") -> bytes:
    """The profile of sRGB, for colour or for grey with sRGB's curve."""
    if space == "rgb":
        return _undated(imagecodecs.cms_profile("srgb"))
    value = np.linspace(0, 1, 4096)
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    curve = (linear * 65535 + 0.5).astype(np.uint16)
    return _with_white(_undated(imagecodecs.cms_profile("gray", transferfunction=curve)))


def _undated(profile: bytes) -> bytes:
    """With a fixed date in place of the minute it was made in: equal pictures make equal files."""
    return profile[:24] + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + profile[36:]


def _with_white(profile: bytes) -> bytes:
    """With the media white point that ICC.1:2022 section 8.3 asks for in grey; lcms omits it.

    White is D50, the white of the connection space.
    """
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)  # s15Fixed16
    count = struct.unpack_from(">I", profile, 128)[0]
    entries = [struct.unpack_from(">4s2I", profile, 132 + 12 * tag) for tag in range(count)]
    table = [(name, offset + 12, size) for name, offset, size in entries]  # one entry further
    table.append((b"wtpt", len(profile) + 12, len(white)))
    tags = b"".join(struct.pack(">4s2I", *entry) for entry in table)
    body = profile[132 + 12 * count :] + white
    return (
        struct.pack(">I", 132 + len(tags) + len(body))
        + profile[4:128]
        + struct.pack(">I", len(table))
        + tags
        + body
    )


def space_of(profile: bytes | None) -> Space | None:
    """What kind of colours a profile is for; None where it is none that a picture has."""
    return _SPACES.get(profile[16:20]) if profile and profile[36:40] == b"acsp" else None


def to_srgb(samples: Array, profile: bytes) -> Array:
    """(H, W, 1, 3 or 4) samples in the profile's colours as sRGB, (H, W, 1 or 3) of equal depth.

    The array itself is changed where it has room for the result. Raises imagecodecs.CmsError on
    a broken profile.
    """
    space = space_of(profile)
    if space == "grey":
        return _grey_converted(samples, _grey_curve(profile))
    if space == "rgb" and _is_srgb(profile):
        return samples
    into = samples if space == "rgb" else np.empty((*samples.shape[:2], 3), samples.dtype)
    return _converted(samples, profile, str(space), srgb_profile(), into)


def from_srgb(pixels: Array, profile: bytes) -> Array:
    """(H, W, 1 or 3) sRGB samples in the colours of a grey or RGB profile, as a new array."""
    if space_of(profile) == "grey":
        return _grey_converted(pixels.copy(), _inverse_grey_curve(profile))
    if _is_srgb(profile):
        return pixels
    return _converted(pixels, srgb_profile(), "rgb", profile, np.empty_like(pixels))


def _converted(samples: Array, profile: bytes, space: str, target: bytes, into: Array) -> Array:
    for rows in row_bands(*samples.shape[:2]):
        into[rows] = _transform(samples[rows], profile, space, target, "rgb")
    return into


def _transform(samples: Array, profile: bytes, space: str, target: bytes, into: str) -> Array:
    """(H, W, C) or, of a grey space, (H, W) samples."""
    flags = int(imagecodecs.CMS.FLAGS.BLACKPOINTCOMPENSATION)
    if samples.dtype != np.uint8:
        flags |= imagecodecs.CMS.FLAGS.NOOPTIMIZE
    result: Array = imagecodecs.cms_transform(
        np.ascontiguousarray(samples),
        profile,
        target,
        colorspace=_LCMS_NAMES[space],
        outcolorspace=_LCMS_NAMES[into],
        outdtype=samples.dtype.name,
        intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
        flags=flags,
    )
    return np.clip(result, 0, 1) if samples.dtype == np.float32 else result


@functools.lru_cache(maxsize=8)
def _is_srgb(profile: bytes) -> bool:
    """True where converting would only add rounding errors."""
    axis = np.linspace(0, 65535, 9).astype(np.uint16)
    lattice = np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(1, -1, 3)
    there = _transform(lattice, profile, "rgb", srgb_profile(), "rgb")
    return bool(np.abs(there.astype(np.int64) - lattice).max() <= _ALIKE)


_RAMP = np.arange(65536, dtype=np.uint16).reshape(1, -1)


@functools.lru_cache(maxsize=8)
def _grey_curve(profile: bytes) -> Array | None:
    """Level in sRGB of each of a grey profile's 65536 levels; None where all are the same."""
    return _curve_or_none(_transform(_RAMP, profile, "grey", srgb_profile(), "rgb")[0, :, 1])


@functools.lru_cache(maxsize=8)
def _inverse_grey_curve(profile: bytes) -> Array | None:
    greys = np.dstack([_RAMP] * 3)
    return _curve_or_none(_transform(greys, srgb_profile(), "rgb", profile, "grey").reshape(-1))


def _curve_or_none(curve: Array) -> Array | None:
    same = np.abs(curve.astype(np.int64) - np.arange(65536)).max() <= _ALIKE
    return None if same else curve


def _grey_converted(grey: Array, curve: Array | None) -> Array:
    if curve is None:
        return grey
    if grey.dtype == np.uint8:
        curve = in_depth(curve[:: 65535 // 255], np.uint8)
    for rows in row_bands(*grey.shape[:2]):
        grey[rows] = _looked_up(grey[rows], curve)
    return grey


def _looked_up(grey: Array, curve: Array) -> Array:
    if grey.dtype != np.float32:
        found: Array = curve[grey]
        return found
    levels = np.arange(65536) / 65535
    mapped: Array = np.interp(grey, levels, curve / 65535).astype(np.float32)
    return mapped
