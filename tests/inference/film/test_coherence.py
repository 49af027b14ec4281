"""Flickering colours hold still, colourfulness and lightness stay, cuts are cuts."""

import numpy as np
import pytest

from inference.film.coherence import Glimpse, Steady, corrected, glimpse_of
from inference.film.flow import Motion, small_grey
from inference.media.color import lightness, srgb_to_lab
from inference.values import Picture
from tests import filmed

SIZE = (48, 64)
LIGHT = np.full(SIZE, 60, np.float32)
STILL = Motion(np.zeros((*SIZE, 2), np.float32), np.ones(SIZE, np.float32), np.ones(SIZE, bool))


def field(a, b):
    colors = np.zeros((*SIZE, 2), np.float32)
    colors[..., 0], colors[..., 1] = a, b
    colors[0, :2] = (-60, -60), (60, 60)  # a frame has other colours too
    return colors


def corrections(fields, strength, motion=STILL):
    steady = Steady(strength)
    return [
        steady.correction(Glimpse(LIGHT, colors, motion if number else None))
        for number, colors in enumerate(fields)
    ]


def flicker():
    return [field(20 + 10 * (-1) ** number, 5) for number in range(60)]


def test_flicker_is_calmed():
    fields = flicker()
    found = [f + c for f, c in zip(fields, corrections(fields, 1.0), strict=True)]
    late = np.array([colors[24, 32, 0] for colors in found[30:]])
    assert np.ptp(late) < 1


def test_colours_bend_slowly_to_what_is_said_now():
    fields = [field(10, 0)] * 2 + [field(30, 0)] * 200
    held = [(f + c)[24, 32, 0] for f, c in zip(fields, corrections(fields, 0.5), strict=True)]
    assert held[2] < 15
    assert held[-1] == pytest.approx(30, abs=0.5)
    assert held == sorted(held)


def test_a_segment_begins_from_the_mean_of_the_frames_before():
    steady = Steady(1.0)
    steady.warm_up(Glimpse(LIGHT, colors, STILL) for colors in flicker()[:24])
    first = (field(30, 5) + steady.correction(Glimpse(LIGHT, field(30, 5), STILL)))[24, 32, 0]
    assert 18 < first < 27  # between both, and nearer to the vivid one


def test_strength_decides_how_much():
    spans = []
    for strength in (0, 0.1, 0.3, 1):
        fields = flicker()
        found = [f + c for f, c in zip(fields, corrections(fields, strength), strict=True)]
        spans.append(np.ptp([colors[24, 32, 0] for colors in found[30:]]))
    assert spans[0] == 20
    assert spans == sorted(spans, reverse=True)


def test_a_cut_takes_nothing_along():
    steady = Steady(1.0)
    steady.correction(Glimpse(LIGHT, field(50, 50), None))
    assert not steady.correction(Glimpse(LIGHT, field(-20, 10), None)).any()


def test_what_comes_to_sight_keeps_its_own_colour():
    hidden = Motion(STILL.back, np.zeros(SIZE, np.float32), STILL.alike)
    assert not np.any(corrections([field(50, 0), field(0, 50)], 1.0, hidden)[1])


def test_colours_stay_within_those_of_the_frame():
    calm = field(10, 10)
    calm[0, :2] = 10
    last = calm + corrections([field(50, 50), calm], 1.0)[1]
    assert last.max() == pytest.approx(10, abs=1e-4)


def test_colour_moves_with_things():
    moved = Motion(np.full((*SIZE, 2), (4, 0), np.float32), STILL.sure, STILL.alike)
    before, now = field(0, 0), field(0, 0)
    before[20:30, 24:34, 0] = 40
    change = corrections([before, now + 0], 1.0, moved)[1]
    assert change[25, 24, 0] > 10  # was four columns further right


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_lightness_stays_the_films(dtype):
    scale = 257 if dtype == np.uint16 else 1
    frame = Picture(filmed.frame(3).astype(dtype)[..., :1] * dtype(scale))
    warm = np.clip(frame.pixels * (1.05, 1.0, 0.8), 0, np.iinfo(dtype).max).astype(dtype)
    change = np.full((*SIZE, 2), (6, -4), np.float32)
    after = corrected(frame, Picture(warm), change)
    assert after.pixels.dtype == dtype
    light = lightness(frame.pixels)
    assert np.abs(lightness(after.pixels) - light).mean() < 0.3
    difference = srgb_to_lab((after.pixels / np.iinfo(dtype).max).astype(np.float32))
    difference -= srgb_to_lab((warm / np.iinfo(dtype).max).astype(np.float32))
    assert np.median(difference[..., 1]) == pytest.approx(6, abs=1.5)


def test_light_may_be_steadied_too():
    result = Picture(filmed.frame(3))
    assert glimpse_of(result, result, None, light_too=True).colors.shape == (*SIZE, 3)
    darker = np.zeros((*SIZE, 3), np.float32)
    darker[..., 0] = -5
    after = corrected(result, result, darker)
    change = lightness(after.pixels) - lightness(result.pixels)
    assert np.median(change) == pytest.approx(-5, abs=0.5)


def test_large_frames_are_glimpsed_small():
    large = Picture(filmed.frame(0, 960, 480))
    assert glimpse_of(large, large, None).colors.shape[:2] == small_grey(large.pixels).shape
