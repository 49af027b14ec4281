"""Motion between frames is found where it is, and doubted where it is not."""

import cv2
import numpy as np
import pytest

from inference.film.flow import inside, motion, small_grey, small_size, warped, warping_error


def texture(seed=0, height=120, width=160):
    chance = np.random.default_rng(seed)
    rough = chance.uniform(0, 255, (height // 8 + 8, width // 8 + 8)).astype(np.float32)
    return cv2.resize(rough, (width + 64, height + 64), interpolation=cv2.INTER_CUBIC)


def shown(large, x, y, height=120, width=160):
    return np.clip(large[y : y + height, x : x + width], 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("dx", "dy"), [(3, 0), (0, -4), (5, 2)])
def test_a_pan_is_followed(dx, dy):
    large = texture()
    before, now = shown(large, 20, 20), shown(large, 20 + dx, 20 + dy)
    move = motion(before, now)
    inner = move.back[24:-24, 24:-24].reshape(-1, 2)
    assert np.median(inner, axis=0) == pytest.approx([dx, dy], abs=0.3)
    assert move.sure[24:-24, 24:-24].mean() > 0.8
    difference = warped(before, move.back).astype(int) - now
    assert np.abs(difference[24:-24, 24:-24]).mean() < 4


def test_what_comes_in_over_the_edge_was_not_in_sight():
    right = np.full((10, 12, 2), (3, 0), np.float32)
    assert inside(right)[:, :9].all()
    assert not inside(right)[:, 9:].any()


def test_other_content_is_not_believed():
    assert motion(shown(texture(1), 0, 0), shown(texture(2), 0, 0)).sure.mean() < 0.2


def test_what_moves_along_has_no_warping_error():
    large = texture()
    before, now = shown(large, 20, 20), shown(large, 23, 20)
    move = motion(before, now)

    def colored(grey):
        return np.repeat(grey[..., None], 3, axis=2)

    steady = warping_error(colored(before), colored(now), move)
    flickering = warping_error(colored(before) // 5 * 4, colored(now), move)
    assert steady < 0.002 < flickering


@pytest.mark.parametrize(
    ("size", "small"),
    [((1920, 1080), (192, 108)), ((160, 120), (160, 120)), ((4000, 8), (192, 16))],
)
def test_flow_is_found_on_small_greys(size, small):
    assert small_size(*size) == small


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_any_frame_becomes_a_small_grey(channels, dtype):
    pixels = np.full((600, 960, channels), np.iinfo(dtype).max // 2, dtype)
    grey = small_grey(pixels)
    assert (grey.shape, grey.dtype) == ((120, 192), np.uint8)
    assert abs(int(grey[5, 5]) - 127) <= 1
