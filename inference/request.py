"""The values that a question and its answer travel in, from window or command line and back."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from inference.values import RGB, Picture

if TYPE_CHECKING:
    from inference.media.guided import ColorField


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
    laid:     the colours laid on a picture that changed in nothing else: what films steady.
    """

    pictures: tuple[Picture, ...] = ()
    colors: tuple[RGB, ...] = ()
    seeds: tuple[int, ...] = ()
    model: ModelStamp | None = None
    device: str = "cpu"
    seconds: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    laid: "ColorField | None" = None


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a job is: fraction 0..1 or None where unknown, seconds_left or None likewise."""

    fraction: float | None = None
    step: str = ""
    seconds_left: float | None = None
    preview: Picture | None = None


class Cancelled(Exception):  # noqa: N818 - it ends a job, it is no error
    """The person does not want the answer any more."""


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
