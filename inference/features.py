"""What can be asked for: one declaration each, and the values a question and its answer travel in.

From a declaration come the properties panel, the command's options, the JSON in the project file
and the table in the guide. A feature is this declaration and `inference/tasks/<name>.py`, whose
`run(request, context) -> Result` answers it.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from inference.values import RGB, Array, Hints, Picture, Problem


class Cancelled(Exception):  # noqa: N818 - it ends a job, it is no error
    """The person does not want the answer any more."""


# Settings: a frozen dataclass whose fields carry all that a row in the panel needs.


@dataclass(frozen=True)
class Control:
    """How one setting is shown and what it may be; found by `control_of` on a settings field."""

    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """Of the choices, where a window is to call them otherwise."""


def setting(default: Any, label: str, help: str, **limits: Any) -> Any:  # noqa: A002
    """Declare a field of a Settings dataclass; `limits` are the rest of its Control."""
    return field(default=default, metadata={"control": Control(label, help, **limits)})


def control_of(item: "Field[Any]") -> Control:
    """The control that belongs to a settings field."""
    control: Control = item.metadata["control"]
    return control


def settings_to_json(settings: Any) -> dict[str, Any]:
    """Settings as plain JSON values."""
    return asdict(settings)


def settings_from_json(feature: "Feature", data: Mapping[str, Any]) -> Any:
    """Settings read back; what is missing gets its default, what is unknown is left out.

    Raises Problem where a value is of the wrong kind or outside its range.
    """
    known = {item.name: item for item in fields(feature.settings)}
    chosen = {name: value for name, value in data.items() if name in known}
    for name, value in chosen.items():
        _check_setting(known[name], value)
    return feature.settings(**chosen)


def _check_setting(item: "Field[Any]", value: Any) -> None:
    control = control_of(item)
    if control.choices:
        if value not in control.choices:
            raise Problem(
                f"{control.label} cannot be {value!r}.",
                remedy=f"Choose one of {', '.join(control.choices)}.",
            )
        return
    if isinstance(value, bool) != isinstance(item.default, bool) or not isinstance(
        value, int | float
    ):
        raise Problem(f"{control.label} is {value!r}, which is not of the right kind.")
    low, high = control.minimum, control.maximum
    if (low is not None and not value >= low) or (high is not None and not value <= high):
        raise Problem(
            f"{control.label} is {value:g}, which is out of range.",
            remedy=f"Use {low:g} to {high:g}.",
        )


@dataclass(frozen=True)
class Feature:
    """One thing that Grisaille can do to a picture.

    name: the command word and the task's module; page: the page of the window it is found on;
    verb: what its button says; inputs and settings: the dataclasses a request carries.
    """

    name: str
    label: str
    verb: str
    page: str
    summary: str
    inputs: type
    settings: type
    model: str = ""
    """Id of the bundled model that is used unless a person chooses another."""
    makes_way: bool = False
    """True for work of hours: others are let in at its checkpoints."""


# Questions and answers.


@dataclass(frozen=True, eq=False)
class Request:
    """One question, complete: the same request gives the same pixels, from window or command line.

    device is "auto", "cpu", "cuda" or "mps"; allow_cpu permits a retreat to the CPU when the
    device runs out of memory (never done unasked).
    """

    feature: Feature
    inputs: Any
    settings: Any
    model: str = ""
    seed: int = 0
    device: str = "auto"
    allow_cpu: bool = False


@dataclass(frozen=True)
class ModelStamp:
    """Which weights made a result: catalog id and SHA-256 of the file (64 hex digits)."""

    id: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Result:
    """The answer.

    pictures: one for most features, several for suggestions (then seeds[i] gives pictures[i]).
    colors:   sRGB colours, most likely first, where colours were asked for.
    seconds:  "load" (weights) and "run"; notes: sentences that a person must see (a retreat to
    smaller tiles, say); figures: measured values such as "mean_dl".
    """

    pictures: tuple[Picture, ...] = ()
    colors: tuple[RGB, ...] = ()
    seeds: tuple[int, ...] = ()
    model: ModelStamp | None = None
    device: str = "cpu"
    seconds: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a job is: fraction 0..1 or None where unknown, seconds_left or None likewise."""

    fraction: float | None = None
    step: str = ""
    seconds_left: float | None = None
    preview: Picture | None = None


class Context:
    """What a task knows of whoever waits for it: it reports, and learns that it may stop.

    The same class serves the window's service and the command line.
    """

    def __init__(
        self,
        report: Callable[[Progress], None] = lambda _progress: None,
        cancelled: threading.Event | None = None,
    ) -> None:
        self._report = report
        self._cancelled = cancelled or threading.Event()
        self._started = time.monotonic()
        self.notes: list[str] = []

    def checkpoint(
        self,
        fraction: float | None = None,
        step: str = "",
        preview: Picture | None = None,
        left: float | None = None,
    ) -> None:
        """Report progress; raise Cancelled if nobody waits any more. Call under 200 ms apart.

        left: seconds that remain, where the caller knows better than the time used so far.
        """
        if self._cancelled.is_set():
            raise Cancelled
        if left is None and fraction is not None and fraction > 0.02:
            left = (time.monotonic() - self._started) * (1 - fraction) / fraction
        self._report(Progress(fraction, step, left, preview))

    def note(self, sentence: str) -> None:
        """Say something that the person must see with the result."""
        self.notes.append(sentence)

    def muted(self) -> "Context":
        """For a part of the work, a frame of a film: cancelled with it, but reports nothing."""
        return Context(cancelled=self._cancelled)


# The features.


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
        300, "Iterations", "Of the slow method.", minimum=1, maximum=5000, step=10
    )
    broad: bool = setting(
        False, "Broad strokes", "The slow method begins small, which makes for broader strokes."
    )
    match_colors: bool = setting(
        False, "Match colours", "The slow method gives the style the picture's colours first."
    )
    start: str = setting(
        "picture",
        "Start",
        "What the slow method begins with.",
        choices=("picture", "noise"),
        labels=("Picture", "Noise"),
    )
    optimiser: str = setting(
        "lbfgs",
        "Optimiser",
        "How the slow method goes on: L-BFGS is the quicker one.",
        choices=("lbfgs", "adam"),
        labels=("L-BFGS", "Adam"),
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


@dataclass(frozen=True, eq=False)
class FilmInputs:
    """A clip, the file that is made of it, and what is done to its frames.

    steps: requests that each frame goes through one after the other, in place of their picture.
    start, stop: seconds of the clip, None for its ends; stop is the first that is left out.
    interlaced: its frames are made of two half pictures. rate: frames a second of numbered ones.
    What lies under target is replaced.
    """

    source: Path
    target: Path
    steps: tuple[Request, ...]
    start: float | None = None
    stop: float | None = None
    interlaced: bool = False
    rate: Fraction | None = None


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
    )
    deinterlace: bool = setting(
        True, "Deinterlace", "Whole pictures are made of half ones, where a film is interlaced."
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

FEATURES: tuple[Feature, ...] = (COLORIZE, SUGGEST, HINT_COLORS, STYLIZE, LEARN_STYLE, FILM)


def feature(name: str) -> Feature:
    """The feature of that name; KeyError if there is none."""
    return {item.name: item for item in FEATURES}[name]
