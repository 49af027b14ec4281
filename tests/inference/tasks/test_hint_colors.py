"""Colours for a hint: distinct, of the light of the place, the current one and grey among them."""

import numpy as np
import pytest

from inference.features import HINT_COLORS, HintColorInputs, HintColorSettings
from inference.media.color import lightness, srgb_to_lab
from inference.values import Problem


def lab_of(colors):
    return srgb_to_lab(np.array(colors, np.float32) / 255)


@pytest.mark.parametrize("count", [2, 8])
def test_gives_distinct_colours_of_the_lightness_of_the_place(ask, scene, count):
    picture = scene()
    result = ask(HINT_COLORS, HintColorInputs(picture, 30, 20), HintColorSettings(count=count))
    lab = lab_of(result.colors)
    assert 2 <= len(result.colors) <= count
    assert len(set(result.colors)) == len(result.colors)
    assert np.abs(lab[:, 0] - lightness(picture.pixels)[16:24, 26:34].mean()).max() < 3


def test_grey_is_always_among_them(ask, scene):
    colors = ask(HINT_COLORS, HintColorInputs(scene(), 100, 80)).colors
    assert np.hypot(*lab_of(colors)[:, 1:].T).min() < 1


@pytest.mark.parametrize("place", [(-1, 5), (5, 121), (1000, 5)])
def test_refuses_a_place_outside_of_the_picture(ask, scene, place):
    with pytest.raises(Problem, match="outside the picture"):
        ask(HINT_COLORS, HintColorInputs(scene(), *place))


@pytest.mark.parametrize("place", [(0, 0), (160, 120)])
def test_the_corners_belong_to_the_picture(ask, scene, place):
    assert ask(HINT_COLORS, HintColorInputs(scene(), *place)).colors
