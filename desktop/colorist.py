"""What is asked of the colour network for one document, and in which order the answers come.

Each kind of question has its slot, so that only the newest of it counts: the colouring itself
(first a picture of the screen's size, then the whole), a hovered suggestion, the suggestions, the
colours for a hint.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
from PySide6.QtCore import QObject, Signal

from desktop.background import Background
from desktop.document.document import Document
from desktop.document.layers import new_id
from desktop.preferences import Preferences
from desktop.source import Source
from inference.features import (
    COLORIZE,
    HINT_COLORS,
    SUGGEST,
    ColorizeInputs,
    ColorizeSettings,
    Feature,
    HintColorInputs,
    HintColorSettings,
    Request,
    Result,
    SuggestionSettings,
)
from inference.service import InferenceService, Job
from inference.values import RGB, Hint, Hints, Picture, Problem


@dataclass(frozen=True, eq=False)
class Wish:
    """All that decides the colours of a picture; hints in pixels of the document."""

    settings: ColorizeSettings
    seed: int = 0
    hints: Hints = Hints()  # noqa: RUF009 - frozen
    reference: Picture | None = None

    def for_picture(self, picture: Picture, scale: float) -> ColorizeInputs:
        """What goes to the network with the document's picture resized by `scale`."""
        return ColorizeInputs(picture, _scaled(self.hints, scale, picture), self.reference)


class Colorist(QObject):
    """One per document.

    Signals: busy_changed(bool), progress_changed(Progress) of the colouring itself, and
    problem_raised(Problem).
    """

    busy_changed = Signal(bool)
    progress_changed = Signal(object)
    problem_raised = Signal(object)

    def __init__(
        self,
        document: Document,
        service: InferenceService,
        background: Background,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.source = Source(document, background, self)
        self._service = service
        self._preferences = preferences
        self._slot = new_id()
        self._wish: Wish | None = None
        self._job: Job | None = None
        self._asked: dict[str, Job] = {}  # the newest job of each kind
        self._closed = False

    @property
    def busy(self) -> bool:
        """True from the wish to its whole picture."""
        return self._wish is not None

    def paint(
        self, wish: Wish, show: Callable[[Picture], None], keep: Callable[[Result], None]
    ) -> None:
        """Call show(small picture), unless the whole is small itself, then keep(whole result)."""
        self.stop()
        self._wish = wish
        self.busy_changed.emit(True)

        def small(picture: Picture, scale: float) -> None:
            if self._wish is not wish:
                return
            if scale == 1:
                self._submit(wish, picture, 1, finish)
            else:
                self._submit(wish, picture, scale, show_then_whole)

        def show_then_whole(result: Result) -> None:
            show(result.pictures[0])
            self.source.whole(whole, self._fail)

        def whole(picture: Picture) -> None:
            if self._wish is wish:
                self._submit(wish, picture, 1, finish)

        def finish(result: Result) -> None:
            self._end()
            for note in result.notes:
                self.problem_raised.emit(Problem(note))
            keep(result)

        self.source.small(small, self._fail)

    def stop(self) -> None:
        """Nobody waits for the colouring any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._end()

    def close(self) -> None:
        """The document is closed: ask nothing more, wait for nothing."""
        self._closed = True
        self.stop()
        for job in self._asked.values():
            job.cancel()

    def sketch(self, wish: Wish, show: Callable[[Picture], None]) -> None:
        """Call show(small picture) for a wish that may never be kept."""

        def small(picture: Picture, scale: float) -> None:
            if self._closed:
                return
            inputs = wish.for_picture(picture, scale)
            job = self._ask(COLORIZE, inputs, wish.settings, "hover", wish.seed)
            job.finished.connect(lambda result: show(result.pictures[0]))

        self.source.small(small, self.problem_raised.emit)

    def suggest(self, wish: Wish, done: Callable[[Result], None]) -> None:
        """Call done(result) with several small pictures and their seeds."""

        def small(picture: Picture, scale: float) -> None:
            if self._closed:
                return
            settings = SuggestionSettings(saturation=wish.settings.saturation)
            job = self._ask(SUGGEST, wish.for_picture(picture, scale), settings, "suggest")
            job.finished.connect(done)
            job.failed.connect(self.problem_raised)

        self.source.small(small, self.problem_raised.emit)

    def hint_colors(self, hint: Hint, done: Callable[[tuple[RGB, ...]], None]) -> None:
        """Call done(colours) with what is likely where a hint lies."""

        def small(picture: Picture, scale: float) -> None:
            if self._closed:
                return
            inputs = HintColorInputs(picture, hint.x * scale, hint.y * scale)
            job = self._ask(HINT_COLORS, inputs, HintColorSettings(), "hint")
            job.finished.connect(lambda result: done(result.colors))

        self.source.small(small, self.problem_raised.emit)

    def _submit(
        self, wish: Wish, picture: Picture, scale: float, done: Callable[[Result], None]
    ) -> None:
        inputs = wish.for_picture(picture, scale)
        job = self._job = self._ask(COLORIZE, inputs, wish.settings, "colour", wish.seed)

        def finished(result: Result) -> None:
            if self._job is job:
                done(result)

        job.progress_changed.connect(self.progress_changed)
        job.finished.connect(finished)
        job.failed.connect(self._fail)
        job.cancelled.connect(lambda: self.stop() if self._job is job else None)

    def _ask(
        self, feature: Feature, inputs: object, settings: object, slot: str, seed: int = 0
    ) -> Job:
        chosen = self._preferences.values
        request = Request(
            feature, inputs, settings, seed=seed, device=chosen.device, allow_cpu=chosen.allow_cpu
        )
        job = self._asked[slot] = self._service.submit(request, slot=self._slot + slot)
        return job

    def _fail(self, problem: Problem) -> None:
        self._job = None
        self._end()
        self.problem_raised.emit(problem)

    def _end(self) -> None:
        if self._wish is not None:
            self._wish = None
            self.busy_changed.emit(False)


def _scaled(hints: Hints, scale: float, picture: Picture) -> Hints:
    """The hints for the picture resized by `scale`."""
    if scale == 1:
        return hints
    points = tuple(point.scaled(scale) for point in hints.points)
    grey = hints.keep_grey
    if grey is not None:
        grey = cv2.resize(grey, (picture.width, picture.height), interpolation=cv2.INTER_AREA)
    return replace(hints, points=points, keep_grey=grey)
