"""What a picture file says of itself before a pixel is decoded, and what opening it will need."""

import io
import logging
import mmap
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import numpy as np
from PIL import Image

from inference.media import exif as exif_blocks
from inference.media.profiles import Space, space_of
from inference.values import Problem

if TYPE_CHECKING:
    import tifffile

# Size is checked against the memory there is, before decoding; Pillow's own limit is a fixed
# number of pixels, below that of an ordinary large scan.
Image.MAX_IMAGE_PIXELS = None
logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what matters is raised or told by us

Format = Literal["PNG", "JPEG", "TIFF", "WebP"]

_OVERHEAD = 64 << 20  # bands under conversion, buffers of the decoders
_PNG_SPACES: dict[int, tuple[int, bool]] = {
    0: (1, False),
    2: (3, False),
    3: (3, False),
    4: (1, True),
    6: (3, True),
}


@dataclass(frozen=True)
class Facts:
    """What can be known of a picture file without opening it.

    width, height: as it will be shown (orientation applied); channels: 1 or 3, one more with
    alpha; dtype: "uint8", "uint16" or "float32", as it will be opened; frames: pictures or pages
    in the file, of which the first is opened; memory_bytes: what opening needs at its peak.
    """

    width: int
    height: int
    channels: int
    dtype: str
    frames: int
    format: Format
    icc: bool
    memory_bytes: int


@dataclass(frozen=True)
class Header:
    """A file's own account: its layout as stored, and the metadata that stays with the picture.

    decoding_bytes: what the decoder holds at its peak, its result included; copied: whether the
    result has to be copied once more (to take alpha off, to turn it upright, to change colours).
    """

    format: Format
    width: int
    height: int
    space: Space
    alpha: bool
    dtype: str
    decoding_bytes: int
    copied: bool = False
    frames: int = 1
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    orientation: int = 1

    @property
    def facts(self) -> Facts:
        """The part of it that people ask for."""
        channels = (1 if self.space == "grey" else 3) + self.alpha
        opened = self.width * self.height * channels * np.dtype(self.dtype).itemsize
        twice = self.copied or self.alpha or self.orientation != 1 or self.space == "cmyk"
        turned = self.orientation >= 5
        return Facts(
            width=self.height if turned else self.width,
            height=self.width if turned else self.height,
            channels=channels,
            dtype=self.dtype,
            frames=self.frames,
            format=self.format,
            icc=self.icc is not None,
            memory_bytes=self.decoding_bytes + (opened if twice else 0) + _OVERHEAD,
        )


def format_of(start: bytes) -> Format | None:
    """The format that a file's first bytes tell, whatever its name says."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    return None


def read_header(file: BinaryIO, format_: Format) -> Header:
    """The header of an open file; errors of the decoding libraries pass through."""
    return {"PNG": _png, "JPEG": _jpeg, "TIFF": _tiff, "WebP": _webp}[format_](file)


def _size(file: BinaryIO) -> int:
    return file.seek(0, io.SEEK_END)


def _png(file: BinaryIO) -> Header:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        chunks = list(_png_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR":
        raise ValueError("no IHDR chunk")
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    channels, alpha = _PNG_SPACES[kind]
    alpha = alpha or any(name == b"tRNS" for name, _ in chunks)
    dtype = "uint16" if depth == 16 else "uint8"
    decoded = width * height * (channels + alpha) * np.dtype(dtype).itemsize
    info = _pillow_info(io.BytesIO(_png_without_pixels(chunks)))
    animation = dict(chunks).get(b"acTL", b"\0\0\0\1")
    return Header(
        "PNG",
        width,
        height,
        "grey" if channels == 1 else "rgb",
        alpha,
        dtype,
        decoding_bytes=decoded + _size(file),
        frames=struct.unpack(">I", animation[:4])[0],
        **_metadata(info),
    )


def _png_chunks(data: mmap.mmap) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk, without the pixels; ends where the file does."""
    place = 8
    while place + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        if name not in (b"IDAT", b"fdAT"):
            yield name, data[place + 8 : place + 8 + length]
        place += 12 + length


def _png_without_pixels(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A PNG of the same metadata, for Pillow, which else overlooks what follows the pixels."""
    known = {b"IHDR", b"iCCP", b"pHYs", b"eXIf", b"iTXt", b"tEXt", b"zTXt", b"sRGB", b"gAMA"}
    kept = [chunk for chunk in chunks if chunk[0] in known]
    body = b"".join(png_chunk(name, content) for name, content in [*kept, (b"IDAT", b"")])
    return b"\x89PNG\r\n\x1a\n" + body


def png_chunk(name: bytes, content: bytes) -> bytes:
    """A chunk as it stands in a PNG file."""
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def _jpeg(file: BinaryIO) -> Header:
    with open_by_pillow(file) as image:
        spaces: dict[str, Space] = {"L": "grey", "RGB": "rgb", "CMYK": "cmyk"}
        space, info, frames = spaces[image.mode], image.info, getattr(image, "n_frames", 1)
        width, height = image.size
    channels = {"grey": 1, "rgb": 3, "cmyk": 4}[space]
    held = 1 if channels == 1 else 4  # Pillow keeps four bytes for a colour
    coefficients = 2 * channels if info.get("progressive") or info.get("progression") else 0
    return Header(
        "JPEG",
        width,
        height,
        space,
        alpha=False,
        dtype="uint8",
        decoding_bytes=width * height * (channels + held + coefficients),
        frames=frames,
        **_metadata(info),
    )


def _webp(file: BinaryIO) -> Header:
    with open_by_pillow(file) as image:
        alpha, info, frames = image.mode == "RGBA", image.info, getattr(image, "n_frames", 1)
        width, height = image.size
    return Header(
        "WebP",
        width,
        height,
        "rgb",
        alpha,
        "uint8",
        decoding_bytes=width * height * (4 + 3 + alpha) + _size(file),
        frames=frames,
        **_metadata(info),
    )


def _tiff(file: BinaryIO) -> Header:
    import tifffile  # not at the top: it would take a tenth of the window's start

    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        page = first_page(tiff)
        space, alpha = _tiff_colours(page)
        dtype = _tiff_dtype(page)
        frames = len(tiff.pages)
        orientation = page.tags.get("Orientation")
        icc, xmp = page.tags.get("InterColorProfile"), page.tags.get("XMP")
        stored = page.imagewidth * page.imagelength * page.samplesperpixel
        item = np.dtype(page.dtype).itemsize
        segment = 0 if page.is_contiguous else int(np.prod(page.chunks)) * item
        indexed = page.photometric == tifffile.PHOTOMETRIC.PALETTE
        return Header(
            "TIFF",
            page.imagewidth,
            page.imagelength,
            space,
            alpha,
            dtype,
            decoding_bytes=stored * item + min(2 * segment, stored * item),
            copied=indexed
            or page.planarconfig == tifffile.PLANARCONFIG.SEPARATE
            or page.dtype.name != dtype
            or page.bitspersample not in (8, 16),
            frames=frames,
            orientation=_sensible_orientation(orientation.value if orientation else 1),
            icc=_usable_profile(icc.value if icc else None),
            xmp=bytes(xmp.value) if xmp else None,
            dpi=_tiff_dpi(page),
            exif=_tiff_exif(file),
        )


def first_page(tiff: "tifffile.TiffFile") -> Any:
    """The page to open: the first that is no small copy of another."""
    return next((page for page in tiff.pages if not page.is_reduced), tiff.pages[0])


def _tiff_colours(page: Any) -> tuple[Space, bool]:
    import tifffile

    photometric = tifffile.PHOTOMETRIC
    spaces: dict[Any, tuple[Space, int]] = {
        photometric.MINISWHITE: ("grey", 1),
        photometric.MINISBLACK: ("grey", 1),
        photometric.RGB: ("rgb", 3),
        photometric.PALETTE: ("rgb", 1),
        photometric.SEPARATED: ("cmyk", 4),
    }
    if page.photometric == photometric.YCBCR and page.compression in (6, 7):
        return "rgb", False  # the JPEG decoder makes RGB of it
    if page.photometric not in spaces or page.imagedepth != 1:
        raise Problem(
            "The file is a TIFF of a kind of colour that Grisaille cannot read.",
            remedy="Save it as RGB or grey TIFF first.",
            detail=f"photometric {page.photometric}, depth {page.imagedepth}",
        )
    space, samples = spaces[page.photometric]
    extra = page.extrasamples[0] if page.extrasamples else 0
    return space, page.samplesperpixel > samples and extra in (1, 2)


def _tiff_dtype(page: Any) -> str:
    """How the samples will be opened."""
    import tifffile

    kind = page.dtype.kind if page.dtype is not None else "?"
    if page.photometric == tifffile.PHOTOMETRIC.PALETTE or kind == "b":
        return "uint8"
    if kind == "f":
        return "float32"
    if kind == "u":
        return "uint8" if page.dtype.itemsize == 1 else "uint16"
    raise Problem(
        "The file is a TIFF of signed or complex numbers, which is no picture to Grisaille.",
        remedy="Save it with 8 or 16 bits without sign, or as floating point.",
        detail=f"dtype {page.dtype}",
    )


def _tiff_dpi(page: Any) -> tuple[float, float] | None:
    tags = [page.tags.get(name) for name in ("XResolution", "YResolution", "ResolutionUnit")]
    if tags[0] is None or tags[1] is None:
        return None
    scale = {1: 0.0, 3: 2.54}.get(int(tags[2].value) if tags[2] else 2, 1.0)
    values = [tag.value[0] / tag.value[1] if tag.value[1] else 0.0 for tag in tags[:2]]
    return _sensible_dpi((values[0] * scale, values[1] * scale))


def _tiff_exif(file: BinaryIO) -> bytes | None:
    try:
        return exif_blocks.exif_of_tiff(file)
    except Exception:  # noqa: BLE001 - broken notes must not keep a picture from being opened
        return None


def open_by_pillow(file: BinaryIO) -> Image.Image:
    """The picture with its header read, and not one pixel."""
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about broken EXIF, which is told apart below
        return Image.open(file)


def _pillow_info(file: BinaryIO) -> Mapping[Any, Any]:
    with open_by_pillow(file) as image:
        return image.info


def _metadata(info: Mapping[Any, Any]) -> dict[str, Any]:
    exif = exif_blocks.plain_exif(info.get("exif"))
    xmp = info.get("xmp") or info.get("XML:com.adobe.xmp")
    return {
        "icc": _usable_profile(info.get("icc_profile")),
        "dpi": _sensible_dpi(info.get("dpi")),
        "exif": exif_blocks.upright(exif),
        "orientation": exif_blocks.orientation_of(exif),
        "xmp": xmp.encode() if isinstance(xmp, str) else xmp,
    }


def _usable_profile(profile: Any) -> bytes | None:
    return bytes(profile) if profile and space_of(bytes(profile)) else None


def _sensible_orientation(value: Any) -> int:
    return int(value) if value in range(1, 9) else 1


def _sensible_dpi(dpi: Any) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in dpi)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 1 <= across <= 1e5 and 1 <= down <= 1e5 else None
