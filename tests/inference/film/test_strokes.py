"""Strokes stay on things, fade where nothing was before, and trail behind nothing."""

import numpy as np
import pytest

from inference.film.flow import Motion
from inference.film.strokes import SteadyStrokes
from inference.request import Result
from inference.values import Picture
from tests import filmed

SIZE = (48, 64)
STILL = Motion(np.zeros((*SIZE, 2), np.float32), np.ones(SIZE, np.float32), np.ones(SIZE, bool))
FRAME = Picture(filmed.frame(0))


def painted(pixels):
    return Result((Picture(pixels),))


def plain(value, dtype=np.uint8):
    return painted(np.full((*SIZE, 3), value, dtype))


def test_flicker_is_calmed():
    steady = SteadyStrokes(0.9)
    shown = [
        steady.steadied(FRAME, plain(100 + 40 * (number % 2)), STILL if number else None)
        for number in range(30)
    ]
    values = np.array([picture.pixels[20, 20, 0] for picture in shown[10:]], int)
    assert np.abs(np.diff(values)).max() < 10  # was 40
    assert 110 < values.mean() < 130


def test_strength_nought_changes_nothing():
    steady = SteadyStrokes(0.0)
    steady.steadied(FRAME, plain(10), None)
    assert np.array_equal(
        steady.steadied(FRAME, plain(200), STILL).pixels, plain(200).pictures[0].pixels
    )


@pytest.mark.parametrize(
    "motion", [None, Motion(STILL.back, np.zeros(SIZE, np.float32), STILL.alike)]
)
def test_cuts_and_what_comes_to_sight_are_new(motion):
    steady = SteadyStrokes(1.0)
    steady.steadied(FRAME, plain(10), None)
    assert np.array_equal(
        steady.steadied(FRAME, plain(200), motion).pixels, plain(200).pictures[0].pixels
    )


@pytest.mark.parametrize("scale", [1, 2])
def test_strokes_move_with_things(scale):
    """Flow is found at small size; strokes are carried at the frame's own."""
    moved = Motion(np.full((*SIZE, 2), (4, 0), np.float32), STILL.sure, STILL.alike)
    before = np.zeros((SIZE[0] * scale, SIZE[1] * scale, 3), np.uint8)
    before[:, 24 * scale : 34 * scale] = 200
    steady = SteadyStrokes(1.0)
    steady.steadied(FRAME, painted(before), None)
    after = steady.steadied(FRAME, painted(np.zeros_like(before)), moved).pixels[20, :, 0]
    assert after[22 * scale] > 150  # was four columns further right
    assert after[32 * scale] < 10


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_it_goes_on_from_what_it_remembers(dtype):
    chance = np.random.default_rng(0)
    frames = [
        painted(chance.integers(0, np.iinfo(dtype).max, (*SIZE, 3)).astype(dtype)) for _ in range(6)
    ]
    whole, first, second = SteadyStrokes(0.9), SteadyStrokes(0.9), SteadyStrokes(0.9)
    wanted = [whole.steadied(FRAME, f, STILL if n else None) for n, f in enumerate(frames)]
    for number, frame in enumerate(frames[:3]):
        first.steadied(FRAME, frame, STILL if number else None)
    second.remember(first.memory())
    for frame, picture in zip(frames[3:], wanted[3:], strict=True):
        assert np.array_equal(second.steadied(FRAME, frame, STILL).pixels, picture.pixels)
