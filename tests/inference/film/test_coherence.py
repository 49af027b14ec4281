"""Flickering colours hold still, colourfulness and lightness stay, cuts are cuts."""

import numpy as np
import pytest

from inference.film import coherence
from inference.film.coherence import SteadyColors
from inference.film.flow import Motion, small_grey
from inference.media.color import lightness, srgb_to_lab
from inference.values import Picture
from tests import filmed

SIZE = (48, 64)
LIGHT = np.full(SIZE, 60, np.float32)
STILL = Motion(np.zeros((*SIZE, 2), np.float32), np.ones(SIZE, np.float32), np.ones(SIZE, bool))


def field(a, b):
    colors = np.zeros((2, *SIZE), np.float32)
    colors[0], colors[1] = a, b
    colors[:, 0, :2] = -60, 60  # a frame has other colours too
    return colors


def corrections(fields, strength, motion=STILL):
    steady = SteadyColors(strength)
    steady.remember({"held": fields[0], "vivid": coherence._vividness(fields[0])})
    return [np.zeros_like(fields[0])] + [
        steady.correction(colors, LIGHT, motion) for colors in fields[1:]
    ]


def flicker():
    return [field(20 + 10 * (-1) ** number, 5) for number in range(60)]


def test_flicker_is_calmed():
    fields = flicker()
    found = [f + c for f, c in zip(fields, corrections(fields, 1.0), strict=True)]
    late = np.array([colors[0, 24, 32] for colors in found[30:]])
    assert np.abs(np.diff(late)).max() < 0.3  # was 20
    assert np.ptp(late) < 2


def test_colours_bend_slowly_to_what_is_said_now():
    fields = [field(10, 0)] * 2 + [field(30, 0)] * 200
    held = [(f + c)[0, 24, 32] for f, c in zip(fields, corrections(fields, 0.5), strict=True)]
    assert held[2] < 15
    assert held[-1] == pytest.approx(30, abs=0.5)
    assert held == sorted(held)


def test_it_goes_on_from_what_it_remembers():
    fields = flicker()
    whole, first, second = SteadyColors(0.9), SteadyColors(0.9), SteadyColors(0.9)
    for steady in (whole, first):
        steady.remember({"held": fields[0], "vivid": 20.0})
    wanted = [whole.correction(colors, LIGHT, STILL) for colors in fields[1:]]
    found = [first.correction(colors, LIGHT, STILL) for colors in fields[1:30]]
    second.remember(first.memory())
    found += [second.correction(colors, LIGHT, STILL) for colors in fields[30:]]
    assert np.array_equal(wanted, found)


def test_strength_decides_how_much():
    spans = []
    for strength in (0, 0.1, 0.3, 1):
        fields = flicker()
        found = [f + c for f, c in zip(fields, corrections(fields, strength), strict=True)]
        spans.append(np.ptp([colors[0, 24, 32] for colors in found[30:]]))
    assert spans[0] == 20
    assert spans == sorted(spans, reverse=True)


def test_held_colours_become_as_vivid_as_the_frames_own():
    """A film that begins pale and is vivid from then on does not stay pale, nor does it jump."""
    fields = [field(5, 2)] + [field(40, 16)] * 80
    held = [(f + c)[0, 24, 32] for f, c in zip(fields, corrections(fields, 1.0), strict=True)]
    assert held[-1] > 35
    assert np.diff(held[2:]).max() < 4


def colored(red):
    return filmed.colored(Picture(np.full((*SIZE, 3), (90 + red, 90, 90 - red), np.uint8)))


def test_a_cut_takes_nothing_along():
    grey, steady = Picture(filmed.frame(0)), SteadyColors(1.0)
    steady.steadied(grey, colored(60), None)
    assert np.array_equal(
        steady.steadied(grey, colored(-40), None).pixels, colored(-40).pictures[0].pixels
    )


def test_what_comes_to_sight_keeps_its_own_colour():
    hidden = Motion(STILL.back, np.zeros(SIZE, np.float32), STILL.alike)
    assert not np.any(corrections([field(50, 0), field(0, 50)], 1.0, hidden)[1])


def test_what_gets_dark_does_not_glow():
    lamp, dull = field(50, 50), field(1, 1)
    steady = SteadyColors(1.0)
    steady.remember({"held": lamp, "vivid": coherence._vividness(lamp)})
    last = dull + steady.correction(dull, LIGHT / 12, STILL)
    chroma = np.hypot(*last)[:, 4:]
    assert 2 < chroma.max() <= 5 * coherence._SHADE + coherence._TINT + 1e-4


def test_dark_colours_of_the_frames_own_are_held():
    night = [field(30 + 2 * (-1) ** number, -30) for number in range(40)]
    steady = SteadyColors(1.0)
    steady.remember({"held": night[0], "vivid": coherence._vividness(night[0])})
    held = [colors + steady.correction(colors, LIGHT / 12, STILL) for colors in night[1:]]
    late = np.array([colors[0, 24, 32] for colors in held[20:]])
    assert late.mean() > 25


def test_colour_moves_with_things():
    moved = Motion(np.full((*SIZE, 2), (4, 0), np.float32), STILL.sure, STILL.alike)
    before, now = field(0, 0), field(0, 0)
    before[0, 20:30, 24:34] = 40
    change = corrections([before, now + 0], 1.0, moved)[1]
    assert change[0, 25, 24] > 10  # was four columns further right


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_lightness_stays_the_films(dtype):
    scale = 257 if dtype == np.uint16 else 1
    frame = Picture(filmed.frame(3).astype(dtype)[..., :1] * dtype(scale))
    warm, cool = (
        np.clip(frame.pixels * tint, 0, np.iinfo(dtype).max).astype(dtype)
        for tint in ((1.05, 1.0, 0.8), (0.8, 1.0, 1.05))
    )
    steady = SteadyColors(1.0)
    assert steady.steadied(frame, filmed.colored(Picture(warm)), None).pixels is warm
    after = steady.steadied(frame, filmed.colored(Picture(cool)), STILL)
    assert after.pixels.dtype == dtype
    assert np.abs(lightness(after.pixels) - lightness(frame.pixels)).mean() < 0.3
    yellow, blue = (
        np.median(srgb_to_lab((pixels / np.iinfo(dtype).max).astype(np.float32))[..., 2])
        for pixels in (after.pixels, cool)
    )
    assert yellow > blue + 3, "it does not turn blue at once"


def test_large_frames_are_looked_at_small():
    large, steady = Picture(filmed.frame(0, 960, 480)), SteadyColors(0.9)
    steady.steadied(large, filmed.colored(large), None)
    assert steady.memory()["held"].shape[1:] == small_grey(large.pixels).shape
