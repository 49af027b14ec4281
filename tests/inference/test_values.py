"""Regions, pictures, depths and hints."""

import numpy as np
import pytest

from inference.values import (
    Hint,
    Hints,
    Picture,
    Problem,
    Region,
    in_depth,
)


def test_problem_reads_as_its_sentence_and_remedy():
    assert str(Problem("It is full.", remedy="Free some room.")) == "It is full. Free some room."
    assert str(Problem("It is full.")) == "It is full."


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Region(5, 5, 10, 10), Region(5, 5, 5, 5)),
        (Region(-5, 2, 8, 3), Region(0, 2, 3, 3)),
        (Region(20, 20, 5, 5), Region(20, 20, 0, 0)),
    ],
)
def test_clipped_region_is_what_both_share(other, expected):
    assert Region(0, 0, 10, 10).clipped(other) == expected


def test_united_region_ignores_empty_ones():
    region = Region(2, 3, 4, 5)
    assert region.united(Region(0, 0, 0, 0)) == region
    assert Region(0, 0, 0, 0).united(region) == region
    assert region.united(Region(0, 0, 1, 1)) == Region(0, 0, 6, 8)


def test_region_indexes_rows_and_columns():
    array = np.arange(12).reshape(3, 4)
    assert array[Region(1, 2, 2, 1).slices].tolist() == [[9, 10]]


def test_grown_region_has_a_margin_on_each_side():
    assert Region(2, 3, 4, 5).grown(2) == Region(0, 1, 8, 9)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 2), np.uint8),
        np.zeros((0, 2, 1), np.uint8),
        np.zeros((2, 2, 3), np.float64),
    ],
)
def test_picture_refuses_pixels_of_another_form(pixels):
    with pytest.raises(ValueError):
        Picture(pixels)


@pytest.mark.parametrize("alpha", [np.zeros((2, 3), np.uint8), np.zeros((2, 2), np.uint16)])
def test_picture_refuses_alpha_of_another_form(alpha):
    with pytest.raises(ValueError):
        Picture(np.zeros((2, 2, 3), np.uint8), alpha)


def test_picture_keeps_metadata_around_other_pixels():
    alpha = np.ones((2, 4), np.uint8)
    picture = Picture(np.zeros((2, 4, 1), np.uint8), alpha, dpi=(300, 300))
    other = picture.with_pixels(np.ones((2, 4, 3), np.uint8))
    assert (other.width, other.height, other.grey, other.dpi) == (4, 2, False, (300, 300))
    assert other.alpha is alpha


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16, np.float32])
def test_black_and_white_stay_in_every_depth(dtype, depth):
    ends = in_depth(np.array([0, 1], np.float32), dtype)
    assert in_depth(ends, depth).tolist() == in_depth(np.array([0, 1], np.float32), depth).tolist()


def test_eight_bits_survive_sixteen():
    levels = np.arange(256, dtype=np.uint8)
    assert np.array_equal(in_depth(in_depth(levels, np.uint16), np.uint8), levels)


def test_sixteen_bits_survive_floats():
    levels = np.arange(65536, dtype=np.uint16)
    assert np.array_equal(in_depth(in_depth(levels, np.float32), np.uint16), levels)


def test_hint_moves_and_scales():
    hint = Hint(((1.0, 2.0), (3.0, 4.0)), (1, 2, 3), radius=2)
    assert hint.moved(1, -1).path == ((2.0, 1.0), (4.0, 3.0))
    assert hint.scaled(2) == Hint(((2.0, 4.0), (6.0, 8.0)), (1, 2, 3), radius=4)


def test_hints_are_empty_until_something_is_said():
    assert not Hints()
    assert Hints((Hint(((0.0, 0.0),), (1, 2, 3)),))
    assert Hints(keep_grey=np.zeros((1, 1), np.uint8))
