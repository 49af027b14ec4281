"""What is asked of the colour network for one document, besides the colouring itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2

from desktop.makings.runner import Runner
from inference.features import (
    HINT_COLORS,
    SUGGEST,
    ColorizeInputs,
    ColorizeSettings,
    HintColorInputs,
    HintColorSettings,
    SuggestionSettings,
)
from inference.request import Result
from inference.values import RGB, Hint, Hints, Picture, Problem


@dataclass(frozen=True, eq=False)
class ColorWish:
    """All that decides the colours of a picture; hints in pixels of the document."""

    settings: ColorizeSettings
    seed: int = 0
    hints: Hints = Hints()  # noqa: RUF009 - frozen
    reference: Picture | None = None

    @property
    def quick(self) -> ColorizeSettings:
        """Colouring is quick."""
        return self.settings

    def for_picture(self, picture: Picture, scale: float) -> ColorizeInputs:
        """What goes to the network with the document's picture resized by `scale`."""
        return ColorizeInputs(picture, _scaled(self.hints, scale, picture), self.reference)


class Colorist(Runner):
    """One per document. Suggestions and the colours for a hint have slots of their own."""

    def suggest(self, wish: ColorWish, done: Callable[[Result], None]) -> None:
        """Call done(result) with several small pictures and their seeds."""

        def small(picture: Picture, scale: float) -> None:
            settings = SuggestionSettings(saturation=wish.settings.saturation)
            job = self._ask(SUGGEST, wish.for_picture(picture, scale), settings, "suggest")
            job.finished.connect(done)
            job.failed.connect(fail)

        def fail(problem: Problem) -> None:
            self.fail(problem, lambda: self.suggest(wish, done))

        self.source.small(small, fail)

    def hint_colors(self, hint: Hint, done: Callable[[tuple[RGB, ...]], None]) -> None:
        """Call done(colours) with what is likely where a hint lies."""

        def small(picture: Picture, scale: float) -> None:
            inputs = HintColorInputs(picture, hint.x * scale, hint.y * scale)
            job = self._ask(HINT_COLORS, inputs, HintColorSettings(), "hint")
            job.finished.connect(lambda result: done(result.colors))

        self.source.small(small, self.problem_raised.emit)


def _scaled(hints: Hints, scale: float, picture: Picture) -> Hints:
    """The hints for the picture resized by `scale`."""
    if scale == 1:
        return hints
    points = tuple(point.scaled(scale) for point in hints.points)
    grey = hints.keep_grey
    if grey is not None:
        # on the window's thread: averages would take 30 ms at 24 megapixels
        grey = cv2.resize(grey, (picture.width, picture.height), interpolation=cv2.INTER_LINEAR)
    return replace(hints, points=points, keep_grey=grey)
