"""Saving pictures: whole or not at all, at 8 or 16 bits, with profile and metadata."""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from PIL import Image

from inference.media import exif as exif_blocks
from inference.media import profiles
from inference.media.atomic import atomic_write
from inference.media.bands import in_depth_by_bands, row_bands
from inference.media.png import png
from inference.values import QUALITY, Array, Picture, Problem, in_depth

_LOSSLESS = 90  # from this quality on WebP loses nothing
_APP_SEGMENT = 65_000  # bytes of metadata that one segment of a JPEG holds


@dataclass(frozen=True)
class Kind:
    """A format to write: its name, its longest side, who encodes it.

    deep: it has 16 bits too; lossy: it has a quality.
    """

    name: str
    deep: bool
    lossy: bool
    longest: int
    encode: Callable[[BinaryIO, Picture, int], None]


def write_picture(
    picture: Picture,
    path: Path | str,
    *,
    depth: Literal[8, 16] | None = None,
    quality: int = QUALITY,
    overwrite: bool = False,
    profile: Literal["srgb", "source"] = "srgb",
) -> None:
    """Save under a name whose suffix tells the format: .png .jpg .jpeg .tif .tiff .webp.

    depth: bits of a sample; None keeps the picture's own where the format can (floats become 16).
    quality: 1..100 for JPEG and WebP; a WebP of 90 or more is lossless, since a lossy one has too
    few levels of lightness to keep a picture's own.
    profile: "source" converts the colours back to the profile that the picture came with, where
    it can be used.
    JPEG has no transparency: it gets a white ground. Problem on a name, depth or size that the
    format has not, an existing file without `overwrite`, and whatever the disk refuses.
    """
    path = Path(path)
    kind = kind_of(path)
    check_writable(path, depth, (picture.width, picture.height))
    with atomic_write(path, overwrite) as file:
        prepared = _in_samples(picture, kind.deep and (depth or _own_depth(picture)) == 16)
        kind.encode(file, _in_profile(prepared, profile), quality)


def kind_of(path: Path) -> Kind:
    """What a suffix stands for; Problem where nothing is written under it."""
    try:
        return _KINDS[path.suffix.lower()]
    except KeyError:
        raise Problem(
            f"“{path.name}” does not end like a picture that Grisaille can write.",
            remedy=f"Use one of {', '.join(WRITABLE)}.",
        ) from None


def check_writable(
    path: Path, depth: Literal[8, 16] | None = None, size: tuple[int, int] = (1, 1)
) -> None:
    """Raise Problem on a name, a depth or a size (width, height) that no such file can have."""
    kind = kind_of(path)
    if depth == 16 and not kind.deep:
        raise Problem(
            f"“{path.name}” cannot have 16 bits, because {kind.name} has 8 only.",
            remedy="Use PNG or TIFF, or 8 bits.",
        )
    if max(size) > kind.longest:
        raise Problem(
            f"“{path.name}” cannot hold {size[0]:,} × {size[1]:,} pixels, because "
            f"{kind.name} ends at {kind.longest:,} a side.",
            remedy="Use PNG or TIFF.",
        )


def _own_depth(picture: Picture) -> int:
    return 8 if picture.pixels.dtype == np.uint8 else 16


def _in_samples(picture: Picture, deep: bool) -> Picture:
    dtype = np.uint16 if deep else np.uint8
    alpha = None if picture.alpha is None else in_depth_by_bands(picture.alpha, dtype)
    return picture.with_pixels(in_depth_by_bands(picture.pixels, dtype), alpha)


def _in_profile(picture: Picture, profile: Literal["srgb", "source"]) -> Picture:
    """The picture with its colours in the profile that it then carries."""
    space: profiles.Space = "grey" if picture.grey else "rgb"
    if profile == "source" and profiles.space_of(picture.icc) == space and picture.icc:
        converted = profiles.from_srgb(picture.pixels, picture.icc)
        return _carrying(picture, converted, picture.icc)
    return _carrying(picture, picture.pixels, profiles.srgb_profile(space))


def _carrying(picture: Picture, pixels: Array, icc: bytes) -> Picture:
    return Picture(
        pixels,
        alpha=picture.alpha,
        icc=icc,
        dpi=picture.dpi,
        exif=exif_blocks.upright(exif_blocks.plain_exif(picture.exif)),
        xmp=picture.xmp,
    )


def _with_alpha(picture: Picture) -> Array:
    """(H, W) grey or (H, W, 2 to 4)."""
    if picture.alpha is not None:
        return np.dstack([picture.pixels, picture.alpha])
    return np.ascontiguousarray(picture.pixels[..., 0] if picture.grey else picture.pixels)


# PNG by ourselves: Pillow cannot write 16 bits of RGB, and imagecodecs writes no metadata.


def _encode_png(file: BinaryIO, picture: Picture, _quality: int) -> None:
    channels = picture.pixels.shape[2] + (picture.alpha is not None)

    def rows(top: int, bottom: int) -> Array:
        if picture.alpha is None:
            return picture.pixels[top:bottom]
        return np.dstack([picture.pixels[top:bottom], picture.alpha[top:bottom]])

    shape = picture.height, picture.width, channels
    file.writelines(png(rows, shape, picture.pixels.dtype, _png_metadata(picture)))


def _png_metadata(picture: Picture) -> list[tuple[bytes, bytes]]:
    chunks = []
    if picture.icc:
        chunks.append((b"iCCP", b"ICC profile\0\0" + zlib.compress(picture.icc)))
    if picture.dpi:
        across, down = (round(value / 0.0254) for value in picture.dpi)
        chunks.append((b"pHYs", struct.pack(">IIB", across, down, 1)))
    if picture.exif:
        chunks.append((b"eXIf", picture.exif))
    if picture.xmp:
        chunks.append((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + picture.xmp))
    return chunks


# JPEG and WebP by Pillow, into memory first: it hides the system's errors behind its own.


def _encode_jpeg(file: BinaryIO, picture: Picture, quality: int) -> None:
    options: dict[str, Any] = {"quality": quality, "subsampling": 0, "icc_profile": picture.icc}
    if picture.dpi:
        options["dpi"] = picture.dpi
    if picture.exif and len(picture.exif) < _APP_SEGMENT:
        options["exif"] = exif_blocks.prefixed(picture.exif)
    if picture.xmp and len(picture.xmp) < _APP_SEGMENT:
        options["xmp"] = picture.xmp
    _save_by_pillow(file, _on_white(picture), "JPEG", options)


def _on_white(picture: Picture) -> Array:
    if picture.alpha is None:
        return _with_alpha(picture)
    mixed = np.empty_like(picture.pixels)
    for rows in row_bands(picture.height, picture.width):
        cover = in_depth(picture.alpha[rows], np.float32)[..., np.newaxis]
        unit = in_depth(picture.pixels[rows], np.float32) * cover + (1 - cover)
        mixed[rows] = in_depth(unit, mixed.dtype)
    return _with_alpha(Picture(mixed))


def _encode_webp(file: BinaryIO, picture: Picture, quality: int) -> None:
    options: dict[str, Any] = {"quality": quality, "lossless": quality >= _LOSSLESS, "exact": True}
    options |= {"icc_profile": picture.icc, "exif": picture.exif or b"", "xmp": picture.xmp or b""}
    if picture.grey:  # WebP knows colour only
        colour = np.repeat(picture.pixels, 3, axis=2)
        picture = picture.with_pixels(colour)
        options["icc_profile"] = profiles.srgb_profile()
    _save_by_pillow(file, _with_alpha(picture), "WEBP", options)


def _save_by_pillow(file: BinaryIO, samples: Array, name: str, options: dict[str, Any]) -> None:
    encoded = io.BytesIO()
    Image.fromarray(samples).save(encoded, name, **options)
    file.write(encoded.getbuffer())


def _encode_tiff(file: BinaryIO, picture: Picture, _quality: int) -> None:
    import tifffile

    texts, directories = exif_blocks.tags_of(picture.exif) if picture.exif else ({}, {})
    extratags: list[tuple[Any, ...]] = [(tag, "s", 0, text, True) for tag, text in texts.items()]
    if picture.xmp:
        extratags.append((700, "B", len(picture.xmp), picture.xmp, True))
    tifffile.imwrite(
        file,
        _with_alpha(picture),
        photometric="minisblack" if picture.grey else "rgb",
        planarconfig="contig",
        extrasamples=["unassalpha"] if picture.alpha is not None else None,
        compression="zlib",
        compressionargs={"level": 1},
        predictor=True,
        iccprofile=picture.icc,
        resolution=picture.dpi or (72, 72),
        resolutionunit="inch" if picture.dpi else "none",
        extratags=extratags,
        metadata=None,
        software=False,
        byteorder="<",
    )
    _add_directories(file, directories)


def _add_directories(file: BinaryIO, directories: dict[int, dict[int, Any]]) -> None:
    """Append EXIF's directories and a page directory that names them; tifffile refuses those tags.

    Left out of files over 4 GB, whose directories have another form.
    """
    file.seek(0)
    magic, start = struct.unpack("<HI", file.read(8)[2:])
    if magic != 42 or not directories:
        return
    file.seek(start)
    (count,) = struct.unpack("<H", file.read(2))
    entries = [file.read(12) for _ in range(count)]
    following = file.read(4)
    for tag, content in directories.items():
        place = _end_of(file)
        file.write(exif_blocks.directory(content, place))
        entries.append(struct.pack("<HHII", tag, 4, 1, place))
    entries.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
    place = _end_of(file)
    file.write(struct.pack("<H", len(entries)) + b"".join(entries) + following)
    file.seek(4)
    file.write(struct.pack("<I", place))


def _end_of(file: BinaryIO) -> int:
    """The end, at an even place as TIFF wants it."""
    end = file.seek(0, io.SEEK_END)
    return end + file.write(b"\0" * (end % 2))


_PNG = Kind("PNG", deep=True, lossy=False, longest=2**31 - 1, encode=_encode_png)
_JPEG = Kind("JPEG", deep=False, lossy=True, longest=65_535, encode=_encode_jpeg)
_TIFF = Kind("TIFF", deep=True, lossy=False, longest=2**31 - 1, encode=_encode_tiff)
_WEBP = Kind("WebP", deep=False, lossy=True, longest=16_383, encode=_encode_webp)
_KINDS = {
    ".png": _PNG,
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".tif": _TIFF,
    ".tiff": _TIFF,
    ".webp": _WEBP,
}

WRITABLE = tuple(_KINDS)
"""Suffixes that `write_picture` takes."""
