"""Suggestions: small, unlike each other, and made again by their seeds."""

import cv2
import numpy as np
import pytest

from inference.features import COLORIZE, SUGGEST, ColorizeInputs, SuggestionSettings
from inference.media.color import delta_e_2000, srgb_to_lab
from inference.values import Hint, Hints, in_depth

SMALL = SuggestionSettings(count=3, size_px=96)


def lab_of(pixels):
    return srgb_to_lab(in_depth(pixels, np.float32))


@pytest.mark.parametrize("count", [1, 5])
def test_gives_as_many_as_asked_for_at_the_size_asked_for(ask, scene, count):
    settings = SuggestionSettings(count=count, size_px=96)
    result = ask(SUGGEST, ColorizeInputs(scene(320, 240)), settings)
    assert len(result.pictures) == len(set(result.seeds)) == count
    assert all((p.width, p.height) == (96, 72) for p in result.pictures)
    assert 0 not in result.seeds


def test_its_seeds_make_the_same_colours_at_full_size(ask, scene):
    inputs = ColorizeInputs(scene(320, 240))
    result = ask(SUGGEST, inputs, SMALL)
    for seed, small in zip(result.seeds, result.pictures, strict=True):
        large = ask(COLORIZE, inputs, seed=seed).pictures[0]
        shrunk = cv2.resize(large.pixels, (96, 72), interpolation=cv2.INTER_AREA)
        assert delta_e_2000(lab_of(shrunk), lab_of(small.pixels)).mean() < 2


def test_they_differ_from_each_other_and_from_the_automatic_one(ask, scene):
    inputs = ColorizeInputs(scene(96, 72))
    result = ask(SUGGEST, inputs, SMALL)
    pictures = [*result.pictures, *ask(COLORIZE, inputs).pictures]
    labs = [lab_of(picture.pixels) for picture in pictures]
    for i, first in enumerate(labs):
        for second in labs[:i]:
            assert delta_e_2000(first, second).mean() > 2


def test_more_are_others(ask, scene):
    inputs = ColorizeInputs(scene())
    first = ask(SUGGEST, inputs, SMALL)
    more = ask(SUGGEST, inputs, SMALL, seed=max(first.seeds))
    assert not set(first.seeds) & set(more.seeds)


def test_the_same_request_gives_the_same_suggestions(ask, scene):
    hints = Hints((Hint(((20.0, 20.0),), (200, 30, 30)),), np.zeros((120, 160), np.uint8))
    inputs = ColorizeInputs(scene(alpha=True), hints)
    first, second = (ask(SUGGEST, inputs, SMALL) for _ in range(2))
    assert first.seeds == second.seeds
    assert all(
        (a.pixels == b.pixels).all() for a, b in zip(first.pictures, second.pictures, strict=True)
    )
