"""Which codec goes into which film, and all that an encoder must know of a film."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from inference.media.names import is_pattern
from inference.media.reader import BT601, BT709, FULL, LIMITED, matrix_of
from inference.media.sequence import SEQUENCE, check_pattern
from inference.values import Clip, Problem


@dataclass(frozen=True)
class Codec:
    """A way to encode. pixels: format for 8 and for 10 bits; crf: default, lowest, highest.

    color_range, matrix: the only ones that its files can tell of, None where they tell of any.
    """

    name: str
    label: str
    encoder: str
    pixels: tuple[str, str]
    options: Mapping[str, str] = field(default_factory=dict)
    crf: tuple[int, int, int] | None = None
    color_range: int | None = None
    matrix: int | None = None

    @property
    def deep(self) -> bool:
        """True where it holds more than 8 bits."""
        return self.pixels[1].endswith(("10le", "48be"))


# No frames that are shown out of order (bf, bframes): then packets follow each other as frames do,
# and parts are joined by their timestamps alone. No mbtree: with it x264 gives other bytes now and
# then (one part in 700), and a resumed film must end in the bytes of an undisturbed one.
CODECS: tuple[Codec, ...] = (
    Codec(
        "h264",
        "H.264",
        "libx264",
        ("yuv420p", "yuv420p10le"),
        {"preset": "veryfast", "bf": "0", "mbtree": "0", "x264-params": "subme=3:me=dia"},
        (18, 0, 51),
    ),
    Codec(
        "hevc",
        "H.265",
        "libx265",
        ("yuv420p", "yuv420p10le"),
        {"x265-params": "bframes=0:frame-threads=1:pools=none:log-level=error"},
        (20, 0, 51),
    ),
    Codec(
        "av1",
        "AV1",
        "libsvtav1",
        ("yuv420p", "yuv420p10le"),
        {"preset": "8", "svtav1-params": "lp=1:pred-struct=1"},
        (28, 1, 63),
    ),
    Codec(
        "vp9",
        "VP9",
        "libvpx-vp9",
        ("yuv420p", "yuv420p"),  # PyAV's libvpx is one of 8 bits
        {"b": "0", "cpu-used": "3", "lag-in-frames": "0"},
        (24, 0, 63),
    ),
    Codec(
        "prores",
        "ProRes",
        "prores_ks",
        ("yuv422p10le", "yuv422p10le"),
        {"profile": "3"},
        color_range=LIMITED,
    ),
    Codec("ffv1", "FFV1", "ffv1", ("yuv444p", "yuv444p10le"), {"level": "3"}),
    Codec("dnxhr", "DNxHR", "dnxhd", ("yuv422p", "yuv422p10le"), matrix=BT709),
    Codec(
        "mjpeg",
        "Motion JPEG",
        "mjpeg",
        ("yuvj444p", "yuvj444p"),
        {"qmin": "1", "qmax": "2"},
        color_range=FULL,
        matrix=BT601,
    ),
    Codec("gif", "GIF", "gif", ("pal8", "pal8")),
    Codec("png", "PNG", "png", ("rgb24", "rgb48be")),
)


@dataclass(frozen=True)
class _Target:
    format: str
    codecs: tuple[str, ...]  # the first is chosen where nobody says which


_TARGETS = {
    ".mp4": _Target("mp4", ("h264", "hevc", "av1", "vp9", "mjpeg")),
    ".m4v": _Target("mp4", ("h264", "hevc", "av1", "vp9", "mjpeg")),
    ".mov": _Target("mov", ("h264", "hevc", "prores", "dnxhr", "mjpeg")),
    ".mkv": _Target("matroska", ("h264", "hevc", "ffv1", "prores", "av1", "vp9", "mjpeg")),
    ".webm": _Target("webm", ("vp9", "av1")),
    ".gif": _Target("gif", ("gif",)),
}
FILM_TARGETS = tuple(_TARGETS)
"""Suffixes of films that can be written; numbered pictures go by their pattern."""


def container_of(target: Path) -> str:
    """FFmpeg's name of the format in which a film of that suffix is written."""
    return _TARGETS[target.suffix.lower()].format


def codec_for(target: Path, name: str | None = None, crf: int | None = None) -> Codec:
    """The codec of that name, or the usual one. Problem where the target cannot hold it."""
    if is_pattern(target):
        check_pattern(target)
        holds: tuple[str, ...] = ("png",)
    elif target.suffix.lower() in _TARGETS:
        holds = _TARGETS[target.suffix.lower()].codecs
    else:
        raise Problem(
            f"“{target.name}” does not end in a kind of film that Grisaille writes.",
            remedy=f"Use one of {' '.join(_TARGETS)}, or shot_%04d.png for numbered pictures.",
        )
    by_name = {codec.name: codec for codec in CODECS}
    if name is not None and name not in by_name:
        raise Problem(
            f"There is no codec called {name!r}.", remedy=f"Choose one of {', '.join(by_name)}."
        )
    if name is not None and name not in holds:
        raise Problem(
            f"“{target.name}” cannot hold {by_name[name].label}.", remedy=_where(name, holds)
        )
    codec = by_name[name or holds[0]]
    _check_crf(codec, crf)
    return codec


def _where(name: str, holds: Sequence[str]) -> str:
    suffixes = [suffix for suffix, target in _TARGETS.items() if name in target.codecs]
    named = f"that ends in {' or '.join(suffixes)}" if suffixes else "such as shot_%04d.png"
    return f"Use a name {named}, or choose {'one of ' * (len(holds) > 1)}{', '.join(holds)}."


def _check_crf(codec: Codec, crf: int | None) -> None:
    if crf is None:
        return
    if codec.crf is None:
        raise Problem(
            f"{codec.label} has no quality to choose.", remedy="Leave it out.", option="--crf"
        )
    if not codec.crf[1] <= crf <= codec.crf[2]:
        raise Problem(
            f"A quality of {crf} is not possible in {codec.label}.",
            remedy=f"Use {codec.crf[1]}, which is best, to {codec.crf[2]}, which is smallest.",
            option="--crf",
        )


@dataclass(frozen=True)
class Look:
    """All that an encoder must know; the same for every part of a film."""

    codec: Codec
    crf: int | None
    width: int
    height: int
    deep: bool
    time_base: Fraction
    rate: Fraction
    rotation: int
    pixel_aspect: Fraction
    color_range: int
    primaries: int
    transfer: int
    matrix: int

    @property
    def pixels(self) -> str:
        """The encoder's pixel format."""
        return self.codec.pixels[self.deep]

    @property
    def coded(self) -> tuple[int, int]:
        """Width and height in the file: even where the pixel format halves chroma."""
        wide, high = _halved(self.pixels)
        return self.width + self.width * wide % 2, self.height + self.height * high % 2


def look_of(clip: Clip, target: Path, codec: Codec, crf: int | None = None) -> Look:
    """How a film of that clip is written: size, depth, turn and colours as the clip has them."""
    turns = target.suffix.lower() in (".mp4", ".m4v", ".mov", ".mkv") and not is_pattern(target)
    width, height = (clip.width, clip.height) if turns else clip.upright
    aspect = clip.pixel_aspect
    color_range = LIMITED if clip.format == SEQUENCE else clip.color_range
    return Look(
        codec,
        crf if crf is not None or codec.crf is None else codec.crf[0],
        width,
        height,
        deep=clip.depth > 8,
        time_base=clip.time_base,
        rate=clip.rate,
        rotation=clip.rotation if turns else 0,
        pixel_aspect=aspect if turns or clip.rotation in (0, 180) else 1 / aspect,
        color_range=codec.color_range or color_range,
        primaries=clip.primaries,
        transfer=clip.transfer,
        matrix=codec.matrix or (matrix_of(clip) if clip.matrix in _NO_MATRIX else clip.matrix),
    )


_NO_MATRIX = (0, 2)  # RGB, or not said: colours need one


def _halved(pixels: str) -> tuple[bool, bool]:
    """Whether chroma has half the width, half the height."""
    return "420" in pixels or "422" in pixels, "420" in pixels
