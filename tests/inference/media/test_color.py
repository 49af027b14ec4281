"""Lab and back, the luma lock, colour differences."""

import numpy as np
import pytest

from inference.media.color import (
    colorfulness,
    compose_lab,
    delta_e_2000,
    gamut_edge,
    lab_to_srgb,
    lightness,
    luma_error,
    srgb_to_lab,
)
from inference.values import Picture, in_depth

DEPTHS = [np.uint8, np.uint16]

# Sharma, Wu and Dalal (2005), table 1: two colours and the CIEDE2000 between them.
SHARMA = np.array(
    [
        [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425],
        [50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615],
        [50, 2.8361, -74.02, 50, 0, -82.7485, 3.4412],
        [50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0],
        [50, -1.1848, -84.8006, 50, 0, -82.7485, 1.0],
        [50, -0.9009, -85.5211, 50, 0, -82.7485, 1.0],
        [50, 0, 0, 50, -1, 2, 2.3669],
        [50, -1, 2, 50, 0, 0, 2.3669],
        [50, 2.49, -0.001, 50, -2.49, 0.0009, 7.1792],
        [50, 2.49, -0.001, 50, -2.49, 0.001, 7.1792],
        [50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2195],
        [50, 2.49, -0.001, 50, -2.49, 0.0012, 7.2195],
        [50, -0.001, 2.49, 50, 0.0009, -2.49, 4.8045],
        [50, -0.001, 2.49, 50, 0.001, -2.49, 4.8045],
        [50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461],
        [50, 2.5, 0, 50, 0, -2.5, 4.3065],
        [50, 2.5, 0, 73, 25, -18, 27.1492],
        [50, 2.5, 0, 61, -5, 29, 22.8977],
        [50, 2.5, 0, 56, -27, -3, 31.9030],
        [50, 2.5, 0, 58, 24, 15, 19.4535],
        [50, 2.5, 0, 50, 3.1736, 0.5854, 1.0],
        [50, 2.5, 0, 50, 3.2972, 0, 1.0],
        [50, 2.5, 0, 50, 1.8634, 0.5757, 1.0],
        [50, 2.5, 0, 50, 3.2592, 0.335, 1.0],
        [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
        [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
        [61.2901, 3.7196, -5.3901, 61.4292, 2.248, -4.962, 1.8731],
        [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
        [22.7233, 20.0904, -46.694, 23.0331, 14.973, -42.5619, 2.0373],
        [36.4612, 47.858, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
        [90.8027, -2.0831, 1.441, 91.1528, -1.6435, 0.0447, 1.4441],
        [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
        [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
        [2.0776, 0.0795, -1.135, 0.9033, -0.0636, -0.5514, 0.9082],
    ]
)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def wheel(lightness_, chroma, size=300):
    """All hues at one L* and chroma, as (size, size) L* and (size, size, 2) ab."""
    angle = np.linspace(0, 2 * np.pi, size * size).reshape(size, size)
    ab = chroma * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return np.full((size, size), lightness_, np.float32), ab.astype(np.float32)


def greys(dtype):
    return np.arange(np.iinfo(dtype).max + 1, dtype=dtype).reshape(-1, 64, 1)


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((1, 1, 1), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((1, 0, 0), (53.2408, 80.0925, 67.2032)),
        ((0, 1, 0), (87.7347, -86.1827, 83.1793)),
        ((0, 0, 1), (32.2970, 79.1875, -107.8602)),
    ],
)
def test_lab_of_known_colours(rgb, lab):
    assert srgb_to_lab(np.array(rgb, np.float32)) == pytest.approx(lab, abs=0.03)


def test_lab_and_back_is_exact_to_half_a_level_of_16_bits(rng):
    rgb = rng.random((200, 300, 3), dtype=np.float32)
    assert np.abs(lab_to_srgb(srgb_to_lab(rgb)) - rgb).max() < 0.5 / 65535 * 1.2


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("channels", [1, 3])
def test_every_grey_comes_back_from_its_lightness(dtype, channels):
    grey = greys(dtype)
    lightness_ = lightness(np.repeat(grey, channels, axis=2))
    composed = compose_lab(lightness_, np.zeros((*lightness_.shape, 2)), dtype)
    assert np.array_equal(composed, np.repeat(grey, 3, axis=2))


def test_lightness_is_that_of_lab(rng):
    pixels = rng.integers(0, 65536, (50, 70, 3), dtype=np.uint16)
    lab = srgb_to_lab(in_depth(pixels, np.float32))
    assert lightness(pixels) == pytest.approx(lab[..., 0], abs=1e-4)


@pytest.mark.parametrize(("dtype", "bound"), [(np.uint16, 0.01), (np.uint8, 0.3)])
@pytest.mark.parametrize("lightness_", [0, 1, 3, 8, 20, 50, 80, 97, 100])
@pytest.mark.parametrize("chroma", [0, 20, 60, 180])
def test_lightness_stays_whatever_colour_is_asked_for(dtype, bound, lightness_, chroma):
    wanted, ab = wheel(lightness_, chroma, size=120)
    error = np.abs(lightness(compose_lab(wanted, ab, dtype)) - wanted)
    assert error.mean() < bound
    assert error.max() < 4 * bound


def test_chroma_gives_way_and_hue_stays():
    wanted, ab = wheel(60, 200)
    lab = srgb_to_lab(in_depth(compose_lab(wanted, ab, np.uint16), np.float32))
    turned = np.arctan2(lab[..., 2], lab[..., 1]) - np.arctan2(ab[..., 1], ab[..., 0])
    assert np.abs((np.degrees(turned) + 180) % 360 - 180).max() < 0.1
    assert np.hypot(lab[..., 1], lab[..., 2]).max() < 120


def test_no_more_chroma_is_lost_than_the_gamut_asks_for():
    wanted, ab = wheel(60, 200)
    linear_edge = compose_lab(wanted, ab, np.float32)
    at_edge = np.minimum(linear_edge.min(axis=-1), 1 - linear_edge.max(axis=-1))
    assert at_edge.max() < 0.02


def test_colours_inside_the_gamut_are_given_as_asked(rng):
    rgb = rng.integers(0, 65536, (100, 100, 3), dtype=np.uint16)
    lab = srgb_to_lab(in_depth(rgb, np.float32))
    composed = compose_lab(lab[..., 0], lab[..., 1:], np.uint16)
    assert np.abs(composed.astype(int) - rgb).max() <= 40  # the faces of the gamut are rounded in


@pytest.mark.parametrize("shape", [(1, 1), (1, 20000), (20000, 1)])
def test_pictures_of_odd_shape_are_composed(shape):
    composed = compose_lab(np.full(shape, 50, np.float32), np.zeros((*shape, 2)), np.uint8)
    assert (composed == 119).all()


@pytest.mark.parametrize("depth", [*DEPTHS, np.float32])
def test_luma_error_is_zero_for_the_same_picture_in_colour_depths(depth, rng):
    pixels = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    assert luma_error(Picture(pixels), Picture(in_depth(pixels, depth))) < 1e-4


def test_luma_error_is_the_mean_difference():
    black, white = (Picture(np.full((4, 4, 1), level, np.uint8)) for level in (0, 255))
    assert luma_error(black, white) == pytest.approx(100, abs=1e-3)


def test_luma_error_refuses_pictures_of_two_sizes():
    with pytest.raises(ValueError):
        luma_error(Picture(np.zeros((4, 4, 1), np.uint8)), Picture(np.zeros((4, 5, 1), np.uint8)))


@pytest.mark.parametrize("pair", SHARMA, ids=range(1, len(SHARMA) + 1))
def test_difference_of_the_published_pairs(pair):
    first, second, expected = pair[:3], pair[3:6], pair[6]
    assert delta_e_2000(first, second) == pytest.approx(expected, abs=1e-4)
    assert delta_e_2000(second, first) == pytest.approx(expected, abs=1e-4)


def test_grey_has_no_colorfulness():
    assert colorfulness(np.repeat(greys(np.uint8), 3, axis=2)) == 0


def test_colorfulness_of_two_flat_colours():
    halves = np.zeros((2, 2, 3), np.uint8)
    halves[0] = (200, 100, 50)  # |R-G| 100, |(R+G)/2 - B| 100; the other half has none
    assert colorfulness(halves) == pytest.approx(np.hypot(50, 50) + 0.3 * np.hypot(50, 50))


def at_edge(dtype, *colors) -> float:
    unit = np.array([colors], np.float32)
    return gamut_edge(Picture(in_depth(unit, dtype)))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_colours_at_the_edge_of_the_gamut_are_counted(dtype):
    inside, red, pale = (0.2, 0.4, 0.6), (0.7, 0.0, 0.2), (1.0, 0.9, 0.8)
    black, white = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    assert at_edge(dtype, inside, black, white) == 0
    assert at_edge(dtype, inside, red, pale, black) == 0.5


def test_a_grey_picture_lies_at_no_edge():
    assert gamut_edge(Picture(np.array([[[0], [128], [255]]], np.uint8))) == 0
