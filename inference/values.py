"""The values that travel between desktop, command line and networks: frozen, numpy only.

Coordinates are pixels of the picture from its top left corner; a pixel's centre lies at +0.5.
Sizes are width then height for people and files, rows then columns in arrays.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
RGB = tuple[int, int, int]
"""A colour as people give it: sRGB, 0..255 a channel."""

QUALITY = 99
"""Of JPEG files, unless a person asks for less: at 97 its rounding moves L* by more than 0.3."""


class Cure(StrEnum):
    """What the window can do about a problem by itself: a button beside the sentence."""

    UNLOCK_LAYER = "unlock layer"
    SHOW_LAYER = "show layer"
    NEW_LAYER = "new layer"
    OPEN_ANOTHER = "open another file"
    OPEN_COPY = "open a copy"
    OPEN_SAVED = "open the saved version"
    SAVE_ELSEWHERE = "save elsewhere"
    EXPORT_ELSEWHERE = "export elsewhere"
    FIND_CLIP = "find the clip"
    OTHER_REFERENCE = "another reference"
    OTHER_STYLE = "another style"
    SHOW_MODELS = "show models"
    ALLOW_CPU = "allow the CPU"
    BEST_DEVICE = "best device"
    TRY_AGAIN = "try again"


class Problem(Exception):  # noqa: N818 - the name that people see
    """Something a person can understand and mend.

    `sentence` says what happened and why, `remedy` what to do about it, both for a person;
    `detail` is for a bug report. `cure` is what the window can do itself, `subject` what it is
    done to: the id of a layer, a path. `option` is what the command line adds to the remedy: what
    it can be told, which command helps. Raised at the border where the trouble is first understood.
    """

    def __init__(
        self,
        sentence: str,
        *,
        remedy: str = "",
        detail: str = "",
        cure: Cure | None = None,
        subject: str = "",
        option: str = "",
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy
        self.detail = detail
        self.cure = cure
        self.subject = subject
        self.option = option

    def cured_by(self, cure: Cure, subject: str = "") -> Self:
        """The same; whoever asked for what failed adds the cure, where there is none yet."""
        if self.cure is None:
            self.cure, self.subject = cure, subject
        return self

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


@dataclass(frozen=True)
class Region:
    """A rectangle of pixels; may be empty, may reach outside of a picture until clipped."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column to the right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.y + self.height

    @property
    def empty(self) -> bool:
        """True where it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an array with."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def clipped(self, other: "Region") -> "Region":
        """The part that both share (width and height 0 where they share nothing)."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width = max(0, min(self.right, other.right) - x)
        height = max(0, min(self.bottom, other.bottom) - y)
        return Region(x, y, width, height)

    def united(self, other: "Region") -> "Region":
        """The smallest rectangle around both."""
        if self.empty:
            return other
        if other.empty:
            return self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Region(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def grown(self, by: int) -> "Region":
        """Wider by that many pixels on each side."""
        return Region(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as it came or as it goes: sRGB transfer, top row first.

    pixels: (H, W, 1) or (H, W, 3), uint8 0..255, uint16 0..65535 or float32 0..1.
    alpha:  (H, W) of the same type, or None where everything is opaque.
    icc:    profile to write on export. On opening, pixels are converted to sRGB, and the
            profile of the file is kept here so that export can go back to it.
    dpi:    horizontal and vertical resolution, where the file said so.
    exif, xmp: metadata blocks as bytes, kept as they are (orientation already applied).
    """

    pixels: Array
    alpha: Array | None = None
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    exif: bytes | None = None
    xmp: bytes | None = None

    def __post_init__(self) -> None:
        p = self.pixels
        if p.ndim != 3 or p.shape[2] not in (1, 3) or not p.shape[0] or not p.shape[1]:
            raise ValueError(f"pixels must be (H, W, 1 or 3), not {p.shape}")
        if p.dtype not in (np.uint8, np.uint16, np.float32):
            raise ValueError(f"pixels must be uint8, uint16 or float32, not {p.dtype}")
        if self.alpha is not None and (
            self.alpha.shape != p.shape[:2] or self.alpha.dtype != p.dtype
        ):
            raise ValueError("alpha must be (H, W) and of the type of the pixels")

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def grey(self) -> bool:
        """True where there is one channel only."""
        return int(self.pixels.shape[2]) == 1

    @property
    def peak(self) -> float:
        """The value of white: 255, 65535 or 1."""
        return peak_of(self.pixels.dtype)

    def with_pixels(self, pixels: Array, alpha: Array | None = None) -> Self:
        """The same metadata around other pixels; alpha is kept unless given."""
        return replace(self, pixels=pixels, alpha=self.alpha if alpha is None else alpha)


def peak_of(dtype: npt.DTypeLike) -> float:
    """The value of white in a sample type: 255 for uint8, 65535 for uint16, 1 for float32."""
    return float(np.iinfo(dtype).max) if np.issubdtype(dtype, np.integer) else 1.0


def in_depth(samples: Array, dtype: npt.DTypeLike) -> Array:
    """Samples carried over to another type, white to white, rounded; the same array if equal."""
    target = np.dtype(dtype)
    if samples.dtype == target:
        return samples
    if samples.dtype == np.uint8 and target == np.uint16:
        return samples.astype(np.uint16) * np.uint16(257)  # exact
    if target == np.float32:
        unit = samples.astype(np.float32)
        unit /= np.float32(peak_of(samples.dtype))
        return unit
    scaled = samples * np.float32(peak_of(target) / peak_of(samples.dtype))
    scaled += np.float32(0.5)
    np.clip(scaled, 0, np.float32(peak_of(target) + 0.5), out=scaled)
    converted: Array = scaled.astype(target)
    return converted


@dataclass(frozen=True)
class Clip:
    """A film as its file describes it. Frames are read by timestamp, not counted.

    path:          the file; of numbered pictures their pattern, shot_%04d.png.
    width, height: pixels as stored, before `rotation` and `pixel_aspect`.
    time_base:     seconds of one unit of a timestamp; rate: frames a second, on average.
    frames, seconds: what the file says, None where it says nothing.
    rotation:      degrees counter-clockwise (0, 90, 180, 270) by which frames are turned upright.
    pixel_aspect:  width of a pixel divided by its height.
    color_range, primaries, transfer, matrix: numbers of ITU-T H.273 (range: 1 limited, 2 full, 0
                   not said; the others: 2 not said).
    depth:         bits a channel; interlaced: where the file says so.
    transparent:   whether its first frame is, in places.
    timed:         False where frames bear no timestamps: they are then counted.
    sounds, subtitles: codec and language of each stream.
    """

    path: Path
    format: str
    codec: str
    width: int
    height: int
    time_base: Fraction
    rate: Fraction
    frames: int | None = None
    seconds: float | None = None
    depth: int = 8
    rotation: int = 0
    pixel_aspect: Fraction = Fraction(1)
    color_range: int = 0
    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    interlaced: bool = False
    transparent: bool = False
    timed: bool = True
    sounds: tuple[str, ...] = ()
    subtitles: tuple[str, ...] = ()

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height of its frames as they are seen (pixels, not stretched)."""
        turned = self.rotation in (90, 270)
        return (self.height, self.width) if turned else (self.width, self.height)


@dataclass(frozen=True)
class Hint:
    """A colour asked for at a place: a point, or a stroke where `path` has several points.

    path: points (x, y) in pixels of the picture; radius in pixels; rgb is the colour wanted,
    of which the picture's own lightness is kept. A neutral rgb asks for grey.
    """

    path: tuple[tuple[float, float], ...]
    rgb: RGB
    radius: float = 3.0

    @property
    def x(self) -> float:
        """Where it begins."""
        return self.path[0][0]

    @property
    def y(self) -> float:
        """Where it begins."""
        return self.path[0][1]

    def moved(self, dx: float, dy: float) -> "Hint":
        """The same hint elsewhere."""
        return replace(self, path=tuple((x + dx, y + dy) for x, y in self.path))

    def scaled(self, factor: float) -> "Hint":
        """The same hint for the picture resized by that factor."""
        path = tuple((x * factor, y * factor) for x, y in self.path)
        return replace(self, path=path, radius=self.radius * factor)


@dataclass(frozen=True, eq=False)
class Hints:
    """All that a person said about the colours of one picture, later hints over earlier ones.

    keep_grey: (H, W) uint8, 0 colour freely .. 255 leave grey; None where nothing is kept.
    """

    points: tuple[Hint, ...] = ()
    keep_grey: Array | None = field(default=None)

    def __bool__(self) -> bool:
        return bool(self.points) or self.keep_grey is not None
