"""Colours laid on by the guided filter: flat stays flat, edges hold, bands have no seams."""

import numpy as np
import pytest

from inference.media.guided import guided_by, medium_size


def test_one_colour_stays_one_colour():
    light = np.random.default_rng(0).uniform(0, 100, (90, 120)).astype(np.float32)
    colors = np.full((16, 16, 2), (12, -30), np.float32)
    assert np.allclose(guided_by(light, colors).at(light), (12, -30), atol=1e-2)


def test_colours_stop_where_the_picture_has_an_edge():
    light = np.full((128, 128), 30, np.float32)
    light[:, 61:] = 70  # inside of a cell of the small colours
    colors = np.zeros((16, 16, 2), np.float32)
    colors[:, 8:] = 40
    found = guided_by(light, colors).at(light)[64, :, 0]
    assert found[60] < 14
    assert found[61] > 26


@pytest.mark.parametrize("rows", [1, 7, 64])
def test_bands_have_no_seams(rows):
    chance = np.random.default_rng(0)
    light = chance.uniform(0, 100, (200, 150)).astype(np.float32)
    field = guided_by(light[::4, ::4].copy(), chance.normal(0, 20, (8, 8, 2)).astype(np.float32))
    whole = field.band(light, 0, 200)
    bands = [field.band(light[top : top + rows], top, 200) for top in range(0, 200, rows)]
    assert np.allclose(np.concatenate(bands), whole, atol=1e-4)


def test_a_band_of_the_same_size_is_the_field_itself():
    light = np.random.default_rng(0).uniform(0, 100, (40, 30)).astype(np.float32)
    field = guided_by(light, np.ones((4, 4, 2), np.float32))
    assert np.allclose(field.band(light, 0, 40), field.at(light), atol=1e-4)


@pytest.mark.parametrize(
    ("size", "medium"),
    [((256, 200), (256, 200)), ((6000, 3000), (1024, 512)), ((1, 20000), (1, 1024))],
)
def test_small_pictures_are_worked_on_as_they_are(size, medium):
    assert medium_size(*size) == medium
