"""Opening pictures: what is too large or broken is refused in a sentence, the rest becomes sRGB."""

import contextlib
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import imagecodecs
import numpy as np

from inference.media import profiles
from inference.media.bands import row_bands
from inference.media.exif import turned_upright
from inference.media.headers import (
    Facts,
    Format,
    Header,
    first_page,
    format_of,
    open_by_pillow,
    read_header,
)
from inference.values import Array, Picture, Problem, in_depth

READABLE = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
"""Suffixes to offer in dialogs; what a file is, its content tells."""

_FREE_SHARE = 0.6  # of the memory that is free, left for one picture
_PAGE_BUFFER = 16 << 20
_COLOURS = {"grey": 1, "rgb": 3, "cmyk": 4}


def probe(path: Path | str) -> Facts:
    """What a picture file is and what opening it needs; no pixel is decoded.

    Problem where there is no such file, or none that Grisaille can open.
    """
    with _opened(Path(path)) as (file, format_):
        return read_header(file, format_).facts


def read_picture(path: Path | str, *, memory_limit: int | None = None) -> Picture:
    """Open a PNG, JPEG, TIFF or WebP picture (told by content, not by name), its first frame.

    The pixels come upright and in sRGB at the depth of the file; the file's profile, resolution,
    EXIF and XMP stay with the picture. memory_limit: bytes that opening may need, by default a
    share of what is free now. Problem on a missing, foreign, damaged, truncated or too large file.
    """
    path = Path(path)
    with _opened(path) as (file, format_):
        header = read_header(file, format_)
        refuse_too_large(path.name, header.facts, memory_limit)
        samples = _DECODERS[format_](file)
        if not samples.size or samples.shape[2] < _COLOURS[header.space]:
            raise ValueError(f"decoded to {samples.shape}, which is not what its header says")
    return _as_picture(samples, header)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, Format]]:
    """The file and its format; whatever goes wrong inside is told as a Problem."""
    try:
        if path.is_fifo():  # to open it would be to wait for whoever fills it, and it has no end
            raise Problem(
                f"“{path.name}” is a pipe, not a file.", remedy="Save it as a file first."
            )
        with path.open("rb") as file:
            yield file, _known_format(path.name, file)
    except Problem as problem:
        named = problem.sentence.replace("The file", f"“{path.name}”", 1)
        raise Problem(named, remedy=problem.remedy, detail=problem.detail) from problem
    except OSError as error:
        raise _reading_problem(path, error) from error
    except MemoryError as error:
        raise Problem(
            f"There is not enough memory to open “{path.name}”.",
            remedy="Close other pictures or programs and try again.",
        ) from error
    except Exception as error:  # decoders raise whatever they like on broken files
        raise _damaged(path, error) from error


def _known_format(name: str, file: BinaryIO) -> Format:
    start = file.read(16)
    if not start:
        raise Problem(f"“{name}” is empty.", remedy="Fetch the file again from where it came from.")
    format_ = format_of(start)
    if format_ is None:
        raise Problem(
            f"“{name}” is not a PNG, JPEG, TIFF or WebP picture, whatever its name says.",
            remedy="Save the picture in one of these formats first.",
        )
    return format_


def _reading_problem(path: Path, error: OSError) -> Problem:
    name, detail = f"“{path.name}”", str(error)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Problem(f"There is no file {name} in “{path.absolute().parent}”.", detail=detail)
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return Problem(f"{name} is a folder, not a picture.", remedy="Choose a file inside of it.")
    if isinstance(error, PermissionError):
        return Problem(
            f"{name} cannot be opened, because you may not read it.",
            remedy="Ask its owner for permission, or copy it to a folder of your own.",
            detail=detail,
        )
    if error.errno is None:  # a decoder's error, not the system's
        return _damaged(path, error)
    return Problem(f"{name} could not be read ({error.strerror}).", detail=detail)


def _damaged(path: Path, error: Exception) -> Problem:
    return Problem(
        f"“{path.name}” is damaged or cut off, so it cannot be opened.",
        remedy="Fetch the file again from where it came from.",
        detail=f"{type(error).__name__}: {error}",
    )


def refuse_too_large(name: str, facts: Facts, memory_limit: int | None = None) -> None:
    """Raise Problem where opening needs more than the limit, by default what is free now."""
    limit = memory_limit
    if limit is None:
        import psutil  # type: ignore[import-untyped]

        limit = int(psutil.virtual_memory().available * _FREE_SHARE)
    if facts.memory_bytes > limit:
        raise Problem(
            f"“{name}” has {facts.width:,} × {facts.height:,} pixels: opening it needs "
            f"{facts.memory_bytes / 1e9:,.1f} GB of memory, but {limit / 1e9:.1f} GB are free "
            "for it.",
            remedy="Close other pictures or programs, or make it smaller first.",
        )


# Decoders: (H, W, colours and alpha) as the file has them, uint8, uint16 or float32.


def _decoded_png(file: BinaryIO) -> Array:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _with_channels(imagecodecs.png_decode(data))


def _decoded_webp(file: BinaryIO) -> Array:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _with_channels(imagecodecs.webp_decode(data, index=0))


def _decoded_jpeg(file: BinaryIO) -> Array:
    """By Pillow: other decoders give a grey rest in place of an error where a file is cut off."""
    with open_by_pillow(file) as image:
        image.load()
        samples = np.empty((image.height, image.width, len(image.getbands())), np.uint8)
        for rows in row_bands(image.height, image.width):  # whole, it would be held three times
            band = image.crop((0, rows.start, image.width, rows.stop))
            samples[rows] = _with_channels(np.asarray(band))
    return samples


def _decoded_tiff(file: BinaryIO) -> Array:
    import tifffile

    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        page = first_page(tiff)
        stored = page.asarray(
            squeeze=False, buffersize=_PAGE_BUFFER
        )  # planes, depth, H, W, samples
        samples = stored[0, 0] if len(stored) == 1 else np.moveaxis(stored[:, 0, ..., 0], 0, -1)
        if page.photometric == tifffile.PHOTOMETRIC.PALETTE:
            return _from_palette(samples[..., 0], page.colormap)
        samples = _in_picture_depth(samples, page.bitspersample)
        if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
            _invert(samples)
        if page.extrasamples and page.extrasamples[0] == tifffile.EXTRASAMPLE.ASSOCALPHA:
            _divide_by_alpha(samples)
        return samples


_DECODERS = {
    "PNG": _decoded_png,
    "JPEG": _decoded_jpeg,
    "TIFF": _decoded_tiff,
    "WebP": _decoded_webp,
}


def _with_channels(samples: Array) -> Array:
    return samples[..., np.newaxis] if samples.ndim == 2 else samples


def _from_palette(indices: Array, colormap: Array) -> Array:
    """(H, W) indices through a TIFF's (3, N) palette of 16 bits (8 in some old files)."""
    wide = colormap.max() > 255
    colors = (colormap >> 8 if wide else colormap).astype(np.uint8).T
    found: Array = colors[indices]
    return found


def _in_picture_depth(samples: Array, bits: int) -> Array:
    """Bilevel, odd depths, wide integers and floats as uint8, uint16 or float32, white at peak."""
    kind = samples.dtype.kind
    if kind == "b":
        return samples.view(np.uint8) * np.uint8(255)
    if kind == "f":
        return _unit_floats(samples)
    if bits > 16:
        return np.right_shift(samples, bits - 16, out=samples).astype(np.uint16)
    if bits in (8, 16):
        return samples
    levels = np.linspace(0, np.iinfo(samples.dtype).max, 2**bits) + 0.5
    scaled: Array = levels.astype(samples.dtype)[samples]
    return scaled


def _unit_floats(samples: Array) -> Array:
    """Floats as float32 of 0..1: no NaN, nothing below black, the brightest at most white."""
    unit = samples.astype(np.float32, copy=False)
    bands = list(row_bands(*unit.shape[:2]))
    for rows in bands:
        np.nan_to_num(unit[rows], copy=False, posinf=1, neginf=0)
    white = np.float32(max(1, *(unit[rows].max() for rows in bands)))
    for rows in bands:
        np.clip(unit[rows] / white, 0, 1, out=unit[rows])
    return unit


def _invert(samples: Array) -> None:
    white = 1 if samples.dtype == np.float32 else np.iinfo(samples.dtype).max
    np.subtract(white, samples, out=samples)


def _divide_by_alpha(samples: Array) -> None:
    """Colours that were stored multiplied by alpha, back to what they are."""
    for rows in row_bands(*samples.shape[:2]):
        unit = in_depth(samples[rows], np.float32)
        alpha = unit[..., -1:]
        straight = np.divide(
            unit[..., :-1], alpha, out=np.zeros_like(unit[..., :-1]), where=alpha > 0
        )
        samples[rows, :, :-1] = in_depth(np.minimum(straight, 1), samples.dtype)


def _as_picture(samples: Array, header: Header) -> Picture:
    colours = _COLOURS[header.space]
    has_alpha = header.alpha and samples.shape[2] > colours
    alpha = np.ascontiguousarray(samples[..., colours]) if has_alpha else None
    pixels = np.ascontiguousarray(samples[..., :colours])
    del samples
    pixels, icc = _in_srgb(pixels, header)
    return Picture(
        pixels=turned_upright(pixels, header.orientation),
        alpha=None if alpha is None else turned_upright(alpha, header.orientation),
        icc=icc,
        dpi=header.dpi and (header.dpi[::-1] if header.orientation >= 5 else header.dpi),
        exif=header.exif,
        xmp=header.xmp,
    )


def _in_srgb(pixels: Array, header: Header) -> tuple[Array, bytes | None]:
    """The pixels in sRGB, and the profile that export can go back to."""
    if header.icc is not None and profiles.space_of(header.icc) == header.space:
        with contextlib.suppress(imagecodecs.CmsError):  # a broken profile: as if there were none
            back = header.icc if header.space != "cmyk" else None
            return profiles.to_srgb(pixels, header.icc), back
    return (_cmyk_in_srgb(pixels) if header.space == "cmyk" else pixels), None


def _cmyk_in_srgb(inks: Array) -> Array:
    """Inks without a profile, 0 none to peak full: what each leaves of white paper."""
    out = np.empty((*inks.shape[:2], 3), inks.dtype)
    for rows in row_bands(*inks.shape[:2]):
        paper = 1 - in_depth(inks[rows], np.float32)
        out[rows] = in_depth(paper[..., :3] * paper[..., 3:], inks.dtype)
    return out
