"""What can be asked for: one declaration each, its inputs and settings before it.

From a declaration come the properties panel, the command's options and the JSON in the project
file. A feature is this declaration and `inference/tasks/<name>.py`, whose
`run(request, context) -> Result` answers it.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from inference.request import Feature, Request
from inference.settings import setting
from inference.values import Array, Hints, Picture


@dataclass(frozen=True, eq=False)
class ColorizeInputs:
    """A picture (its own colours are ignored), what the person said, a picture to take after."""

    picture: Picture
    hints: Hints = field(default_factory=Hints)
    reference: Picture | None = None


@dataclass(frozen=True)
class ColorizeSettings:
    """How the colours are laid on."""

    saturation: float = setting(
        1.0,
        "Saturation",
        "How strong the colours are; 1 is as the network sees them.",
        minimum=0.0,
        maximum=2.0,
        step=0.05,
    )
    strength: float = setting(
        1.0,
        "Strength",
        "How far the picture goes from grey to the new colours.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
    )
    reference_strength: float = setting(
        0.8,
        "Reference",
        "How much the reference picture decides, where there is one.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
    )


COLORIZE = Feature(
    name="colorize",
    label="Colour",
    verb="Colour picture",
    page="Colour",
    summary="Gives colour to a black-and-white picture; hints and a reference guide it.",
    inputs=ColorizeInputs,
    settings=ColorizeSettings,
    model="colorizer",
)


@dataclass(frozen=True)
class SuggestionSettings:
    """How many ways to colour the picture are shown, and how large."""

    count: int = setting(6, "Suggestions", "How many are made.", minimum=1, maximum=24, step=1)
    size_px: int = setting(
        256, "Size", "Long side of each.", minimum=64, maximum=1024, step=16, unit="px"
    )
    saturation: float = setting(
        1.0, "Saturation", "As in Colorize.", minimum=0.0, maximum=2.0, step=0.05
    )


SUGGEST = Feature(
    name="suggest",
    label="Suggestions",
    verb="Suggest",
    page="Colour",
    summary="Several ways to colour the same picture, each with the seed that makes it again.",
    inputs=ColorizeInputs,
    settings=SuggestionSettings,
    model="colorizer",
)


@dataclass(frozen=True, eq=False)
class HintColorInputs:
    """The picture, and the place (in its pixels) that colours are wanted for."""

    picture: Picture
    x: float
    y: float


@dataclass(frozen=True)
class HintColorSettings:
    """How many colours are suggested for a place."""

    count: int = setting(8, "Colours", "How many are suggested.", minimum=1, maximum=24, step=1)


HINT_COLORS = Feature(
    name="hint_colors",
    label="Colours for a hint",
    verb="Suggest colours",
    page="Colour",
    summary="The colours that the network thinks likely at one place, most likely first.",
    inputs=HintColorInputs,
    settings=HintColorSettings,
    model="colorizer",
)


EYES = "vgg19"
"""Id of the bundled model that paintings are looked at with."""


@dataclass(frozen=True, eq=False)
class StyleChoice:
    """One style of a blend: the name of a style that was learned, or any picture; how much of it.

    Weights of a blend are shares of their sum.
    mask: (H, W) uint8 of the picture's size, 255 where this style goes; None: wherever no other
    style's mask is. Only the slow method looks at it.
    """

    style: str | Picture
    weight: float = 1.0
    mask: Array | None = None


@dataclass(frozen=True, eq=False)
class StylizeInputs:
    """A picture, the styles to paint it in, and where: mask (H, W) uint8, 255 paints.

    earlier: a result, or a preview of a job that was stopped, which the slow method goes on from.
    """

    picture: Picture
    styles: tuple[StyleChoice, ...]
    mask: Array | None = None
    earlier: Picture | None = None


_SLOW = {"method": ("optimise",)}


@dataclass(frozen=True)
class StylizeSettings:
    """How a picture is painted."""

    method: str = setting(
        "fast",
        "Method",
        "fast: at once, styles by name are those that were learned. any: at once, each style is "
        "read off its picture. optimise: slow and best.",
        choices=("fast", "any", "optimise"),
        labels=("Fast", "Any", "Best, slow"),
    )
    strength: float = setting(
        1.0,
        "Strength",
        "How far the picture goes from itself to the style.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
    )
    keep_colors: bool = setting(
        False, "Keep colours", "Strokes of the style in the picture's own colours."
    )
    stroke: float = setting(
        0.0,
        "Stroke",
        "Width of the broad strokes where the picture's short side is 512; 0 is as learned (16).",
        minimum=0.0,
        maximum=64.0,
        step=1.0,
        unit="px",
    )
    iterations: int = setting(
        300, "Iterations", "Of the slow method.", minimum=1, maximum=5000, step=10, only=_SLOW
    )
    broad: bool = setting(
        False,
        "Broad strokes",
        "The slow method begins small, which makes for broader strokes.",
        only=_SLOW,
    )
    match_colors: bool = setting(
        False,
        "Match colours",
        "The slow method gives the style the picture's colours first.",
        only={**_SLOW, "keep_colors": (False,)},
    )
    start: str = setting(
        "picture",
        "Start",
        "What the slow method begins with.",
        choices=("picture", "noise"),
        labels=("Picture", "Noise"),
        only=_SLOW,
    )
    optimiser: str = setting(
        "lbfgs",
        "Optimiser",
        "How the slow method goes on: L-BFGS is the quicker one.",
        choices=("lbfgs", "adam"),
        labels=("L-BFGS", "Adam"),
        only=_SLOW,
    )


STYLIZE = Feature(
    name="stylize",
    label="Style",
    verb="Paint picture",
    page="Style",
    summary="Paints a picture in the manner of a painting, or of any picture.",
    inputs=StylizeInputs,
    settings=StylizeSettings,
    model="stylist",
)


@dataclass(frozen=True, eq=False)
class LessonInputs:
    """A painting whose manner is to be learned, and the name that it gets among the person's own.

    photographs: folder of training photographs to paint meanwhile; else the bundled samples.
    """

    picture: Picture
    name: str
    photographs: Path | None = None


@dataclass(frozen=True)
class LessonSettings:
    """How long a style is learned."""

    seconds: int = setting(
        150, "Time", "Longer is better, by ever less.", minimum=10, maximum=3600, step=10, unit="s"
    )


LEARN_STYLE = Feature(
    name="learn_style",
    label="Learn style",
    verb="Learn this style",
    page="Style",
    summary="Adds a painting to the styles that have a name: its manner is learned in minutes.",
    inputs=LessonInputs,
    settings=LessonSettings,
    model="stylist",
    makes_way=True,
)


@dataclass(frozen=True, eq=False)
class FilmInputs:
    """A clip, the file that is made of it, and what is done to its frames.

    steps: requests that each frame goes through one after the other, in place of their picture.
    start, stop: seconds of the clip, None for its ends; stop is the first that is left out.
    interlaced: its frames are known to be made of two half pictures; a Problem asks where they are
    and it is not known. rate: frames a second of numbered ones. overwrite: what lies under target
    may be replaced.
    """

    source: Path
    target: Path
    steps: tuple[Request, ...]
    start: float | None = None
    stop: float | None = None
    interlaced: bool = False
    rate: Fraction | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class FilmSettings:
    """How a film is written."""

    coherence: float = setting(
        0.9,
        "Coherence",
        "How firmly colours hold still along a shot; 0 does each frame alone.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
    )
    codec: str = setting(
        "h264",
        "Codec",
        "H.264 plays everywhere; ProRes, DNxHR and FFV1 are for editing.",
        choices=(
            *("h264", "hevc", "av1", "vp9", "prores", "ffv1", "dnxhr", "mjpeg"),
            *("gif", "png"),
        ),
        labels=(
            *("H.264", "H.265", "AV1", "VP9", "ProRes", "FFV1", "DNxHR", "Motion JPEG"),
            *("GIF", "Numbered PNG"),
        ),
    )
    crf: int = setting(
        18,
        "Quality",
        "The encoder's crf: 0 is best and largest. Usual are 18 for H.264, 20 for H.265, 28 for "
        "AV1, 24 for VP9.",
        minimum=0,
        maximum=63,
        step=1,
        unit="crf",
        only={"codec": ("h264", "hevc", "av1", "vp9")},
    )
    deinterlace: bool = setting(
        True, "Deinterlace", "Whole pictures are made of half ones, where a film is interlaced."
    )


FILM = Feature(
    name="film",
    label="Film",
    verb="Export film",
    page="Film",
    summary="Does to each frame of a clip what is done to a picture, and holds its colours still.",
    inputs=FilmInputs,
    settings=FilmSettings,
    makes_way=True,
)


FEATURES: tuple[Feature, ...] = (COLORIZE, SUGGEST, HINT_COLORS, STYLIZE, LEARN_STYLE, FILM)
