"""How one feature is asked for the pixels of one document, and in which order the answers come.

Each kind of question has its slot, so that only the newest of it counts: the work itself (first a
picture of the screen's size, then the whole), and a sketch of what the pointer is on.
"""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from desktop.background import Background
from desktop.document.document import Document
from desktop.document.layers import new_id
from desktop.makings.source import Source
from desktop.preferences import Preferences
from inference.request import Feature, Progress, Request, Result
from inference.service import InferenceService, Job
from inference.values import Picture, Problem

EARLY = 0.05
"""Slow work starts from the document; so far (0..1) the quick picture says more than its own."""


class Wish(Protocol):
    """All that decides what is made of a picture."""

    @property
    def settings(self) -> Any:
        """Those of the feature."""

    @property
    def quick(self) -> Any:
        """Those for a first look and for sketches; the same where the feature is quick itself.

        None where there is something to look at already.
        """

    @property
    def seed(self) -> int:
        """Where there is chance."""

    def for_picture(self, picture: Picture, scale: float) -> Any:
        """What goes to the network with the document's picture resized by `scale`."""


class Runner(QObject):
    """One per document and feature.

    Signals: busy_changed(bool), progress_changed(Progress) of the work itself, and
    problem_raised(Problem).
    """

    busy_changed = Signal(bool)
    progress_changed = Signal(object)
    problem_raised = Signal(object)

    def __init__(
        self,
        feature: Feature,
        document: Document,
        service: InferenceService,
        background: Background,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.source = Source(document, feature.name, background, self)
        self.best: Result | None = None
        """What slow work has come to so far; figures["fraction"] tells how far that is."""
        self._feature = feature
        self._service = service
        self._preferences = preferences
        self._slot = new_id()
        self._wish: Wish | None = None
        self._job: Job | None = None
        self._asked: dict[str, Job] = {}  # the newest of each slot
        self._failed: Callable[[], None] | None = None  # what to ask once more

    @property
    def busy(self) -> bool:
        """True from the wish to its whole picture."""
        return self._wish is not None

    def make(
        self, wish: Wish, show: Callable[[Picture], None], keep: Callable[[Result], None]
    ) -> None:
        """Call show(picture) as previews come, then keep(whole result).

        The first preview is small and quick; there is none where the whole is so itself, or
        where the wish wants none.
        """
        self.stop()
        self._wish = wish
        self.busy_changed.emit(True)

        def small(picture: Picture, scale: float) -> None:
            if self._wish is not wish:
                return
            if scale == 1 and wish.quick == wish.settings:
                self._submit(wish, wish.settings, picture, 1, show, finish, fail)
            else:
                self._submit(wish, wish.quick, picture, scale, show, show_then_whole, fail)

        def show_then_whole(result: Result) -> None:
            show(result.pictures[0])
            self.source.whole(whole, fail)

        def whole(picture: Picture) -> None:
            if self._wish is wish:
                self._submit(wish, wish.settings, picture, 1, show, finish, fail)

        def fail(problem: Problem) -> None:
            self._fail_at(wish, problem, lambda: self.make(wish, show, keep))

        def finish(result: Result) -> None:
            self._end()
            self._tell(result)
            keep(result)

        if wish.quick is None:
            self.source.whole(whole, fail)
        else:
            self.source.small(small, fail)

    def stop(self) -> None:
        """Nobody waits for the work any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._failed = None
        self._end()

    def fail(self, problem: Problem, again: Callable[[], None]) -> None:
        """Tell of a problem, and remember how to ask once more."""
        self._failed = again
        self.problem_raised.emit(problem)

    def try_again(self) -> None:
        """Ask once more for what failed last; not where something else was asked since."""
        ask, self._failed = self._failed, None
        if ask is not None:
            ask()

    def close(self) -> None:
        """The document is closed: nothing more is asked for, and nobody waits."""
        self.source.close()
        self.stop()
        for job in self._asked.values():
            job.cancel()

    def sketch(self, wish: Wish, show: Callable[[Picture], None]) -> None:
        """Call show(small picture) for a wish that may never be kept."""

        def small(picture: Picture, scale: float) -> None:
            inputs = wish.for_picture(picture, scale)
            job = self._ask(self._feature, inputs, wish.quick, "hover", wish.seed)
            job.finished.connect(lambda result: show(result.pictures[0]))

        self.source.small(small, self.problem_raised.emit)

    def _submit(
        self,
        wish: Wish,
        settings: Any,
        picture: Picture,
        scale: float,
        show: Callable[[Picture], None],
        done: Callable[[Result], None],
        fail: Callable[[Problem], None],
    ) -> None:
        inputs = wish.for_picture(picture, scale)
        job = self._job = self._ask(self._feature, inputs, settings, "work", wish.seed)

        def advanced(progress: Progress) -> None:
            self.progress_changed.emit(progress)
            if progress.preview is None or self._job is not job:
                return
            fraction = progress.fraction or 0.0
            figures = {"fraction": fraction}
            self.best = Result((progress.preview,), device=job.device, figures=figures)
            if fraction >= EARLY:
                show(progress.preview)

        def finished(result: Result) -> None:
            if self._job is job:
                done(result)

        job.progress_changed.connect(advanced)
        job.finished.connect(finished)
        job.failed.connect(fail)
        job.cancelled.connect(lambda: self.stop() if self._job is job else None)

    def request(self, wish: Wish, picture: Picture) -> Request:
        """What is asked of the network where a picture is made as wished."""
        return self._request(self._feature, wish.for_picture(picture, 1), wish.settings, wish.seed)

    def _request(self, feature: Feature, inputs: object, settings: object, seed: int) -> Request:
        chosen = self._preferences.values
        return Request(
            feature, inputs, settings, seed=seed, device=chosen.device, allow_cpu=chosen.allow_cpu
        )

    def _ask(
        self, feature: Feature, inputs: object, settings: object, slot: str, seed: int = 0
    ) -> Job:
        request = self._request(feature, inputs, settings, seed)
        job = self._asked[slot] = self._service.submit(request, slot=self._slot + slot)
        return job

    def _tell(self, result: Result) -> None:
        for note in result.notes:
            self.problem_raised.emit(Problem(note))

    def _fail_at(self, wish: Wish, problem: Problem, again: Callable[[], None]) -> None:
        if self._wish is wish:
            self._job = None
            self._end()
            self.fail(problem, again)

    def _end(self) -> None:
        self.best = None
        if self._wish is not None:
            self._wish = None
            self.busy_changed.emit(False)
