"""What benchmarks ask of the program, as the window would."""

from collections.abc import Sequence
from typing import Any

from inference.features import (
    COLORIZE,
    STYLIZE,
    ColorizeInputs,
    ColorizeSettings,
    StyleChoice,
    StylizeInputs,
    StylizeSettings,
)
from inference.request import Request
from inference.values import Hint, Hints, Picture


def coloring(picture: Picture, hints: Sequence[Hint] = (), **options: Any) -> Request:
    """Colour it at the usual settings; options: of the request."""
    inputs = ColorizeInputs(picture, Hints(tuple(hints)))
    return Request(COLORIZE, inputs, ColorizeSettings(), **options)


def painting(
    picture: Picture,
    style: str | Picture = "starry_night",
    settings: StylizeSettings | None = None,
    **options: Any,
) -> Request:
    """Paint it in one style; options: of the request."""
    inputs = StylizeInputs(picture, (StyleChoice(style),))
    return Request(STYLIZE, inputs, settings or StylizeSettings(), **options)
