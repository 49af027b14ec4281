"""What mixing took from a painting comes back; palettes change slowly, and at once where told."""

import numpy as np
import pytest

from inference.film.palette import SteadyPalette

SIZE = (96, 128, 3)


def painting(seed, middle=120, spread=40, dtype=np.uint8):
    white = np.iinfo(dtype).max
    values = np.random.default_rng(seed).normal(middle, spread, SIZE) / 255
    return np.rint(np.clip(values, 0, 1) * white).astype(dtype)


def mean_of(*paintings):
    return np.mean(paintings, 0).round().astype(paintings[0].dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_contrast_comes_back(dtype):
    palette, first, second = SteadyPalette(0.9), painting(0, dtype=dtype), painting(1, dtype=dtype)
    palette.begin(first)
    mixed = mean_of(first, second)
    shown = palette.given_to(mixed, second)
    assert shown.dtype == dtype
    assert mixed.std() < 0.8 * second.std()
    assert shown.std() == pytest.approx(second.std(), rel=0.02)
    assert np.corrcoef(shown.ravel(), mixed.ravel())[0, 1] > 0.98


def test_a_painting_of_that_palette_stays_as_it_is():
    palette, only = SteadyPalette(0.9), painting(0)
    palette.begin(only)
    shown = palette.given_to(only, only)
    assert np.abs(shown.astype(int) - only).max() <= 1
    assert np.abs(shown.astype(int) - only).mean() < 0.05


@pytest.mark.parametrize(("brighter", "followed"), [(1, 0.1), (10, 1)])
def test_flicker_is_held_and_the_films_own_light_followed(brighter, followed):
    palette, first = SteadyPalette(0.9), painting(0, 120, 10)
    palette.begin(first)
    lit = first + np.uint8(brighter)
    shown = palette.given_to(lit, lit).mean() - first.mean()
    assert shown == pytest.approx(followed * brighter, abs=0.1)


def test_channels_keep_their_own():
    palette, plain = SteadyPalette(0.9), painting(0)
    red = plain.copy()
    red[..., 1:] //= 2
    palette.begin(red)
    shown = palette.given_to(plain, red)
    assert shown[..., 0].mean() == pytest.approx(red[..., 0].mean(), abs=1)
    assert shown[..., 2].mean() == pytest.approx(red[..., 2].mean(), abs=1)


def test_no_values_are_left_out():
    """Where a curve is steep, eight bits by themselves would leave gaps between values."""
    palette = SteadyPalette(0.9)
    palette.begin(painting(0, 120, 40))
    shown = palette.given_to(painting(1, 120, 10), painting(2, 120, 40))
    counts = np.bincount(shown.ravel(), minlength=256)[80:160]
    assert counts.min() > 0.5 * counts.mean()
