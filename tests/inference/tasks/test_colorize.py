"""Colorize: lightness and depth are kept, hints are met, the same request gives the same bytes."""

import threading
import time

import numpy as np
import pytest

from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings
from inference.media.color import compose_lab, delta_e_2000, lightness, srgb_to_lab
from inference.request import Cancelled, Context
from inference.values import Hint, Hints, Picture, Problem, in_depth

RED, BLUE, GREY = (200, 30, 30), (40, 60, 220), (128, 128, 128)
CAN = {np.uint8: 0.3, np.uint16: 0.01, np.float32: 0.01}


def lab_of(picture: Picture):
    return srgb_to_lab(in_depth(picture.pixels, np.float32))


def chroma_of(picture: Picture):
    return np.hypot(*np.moveaxis(lab_of(picture)[..., 1:], 2, 0))


def asked_for(picture: Picture, rgb):
    """What a hint asks for, in Lab at each pixel: its chroma at the picture's own lightness."""
    light = lightness(picture.pixels)
    ab = np.broadcast_to(srgb_to_lab(np.array(rgb, np.float32) / 255)[1:], (*light.shape, 2))
    return srgb_to_lab(compose_lab(light, ab, np.float32))


def under(picture: Picture, hint: Hint):
    """Which pixels lie under a hint of one point, or at the corners of a stroke."""
    y, x = np.mgrid[: picture.height, : picture.width] + 0.5
    return np.any([(x - px) ** 2 + (y - py) ** 2 <= hint.radius**2 for px, py in hint.path], axis=0)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_keeps_depth_size_and_lightness(ask, scene, dtype, channels):
    picture = scene(dtype=dtype, channels=channels)
    result = ask(COLORIZE, ColorizeInputs(picture))
    colored = result.pictures[0]
    assert colored.pixels.dtype == dtype
    assert colored.pixels.shape == (picture.height, picture.width, 3)
    assert result.figures["mean_dl"] < CAN[dtype]
    assert np.abs(lightness(colored.pixels) - lightness(picture.pixels)).mean() < CAN[dtype]
    assert chroma_of(colored).mean() > 1


def test_keeps_alpha_and_what_the_file_said(ask, scene):
    picture = scene(alpha=True)
    colored = ask(COLORIZE, ColorizeInputs(picture)).pictures[0]
    assert (colored.alpha == picture.alpha).all()
    assert colored.dpi == picture.dpi


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3, 5), (33, 31), (257, 640)])
def test_colours_pictures_of_any_shape(ask, scene, size):
    picture = scene(*size)
    colored = ask(COLORIZE, ColorizeInputs(picture, Hints((Hint(((0.5, 0.5),), RED),)))).pictures[0]
    assert (colored.width, colored.height) == size


@pytest.mark.parametrize("level", [0, 65535])
def test_black_and_white_have_no_colour(ask, level):
    picture = Picture(np.full((40, 40, 1), level, np.uint16))
    hints = Hints((Hint(((20.0, 20.0),), RED, 8),))
    colored = ask(COLORIZE, ColorizeInputs(picture, hints)).pictures[0]
    assert np.abs(colored.pixels.astype(int) - level).max() <= 200  # of 65535


@pytest.mark.parametrize("radius", [1.0, 2.0, 12.0])
@pytest.mark.parametrize("rgb", [RED, BLUE, GREY, (255, 255, 0)])
@pytest.mark.parametrize("size", [(160, 120), (1300, 240)])
def test_meets_a_hint_at_the_lightness_of_the_picture(ask, scene, size, rgb, radius):
    picture = scene(*size, dtype=np.uint16)
    hint = Hint(((size[0] * 0.47, size[1] * 0.6),), rgb, radius)  # on the edge of the house
    result = ask(COLORIZE, ColorizeInputs(picture, Hints((hint,))))
    error = delta_e_2000(lab_of(result.pictures[0]), asked_for(picture, rgb))
    assert error[under(picture, hint)].max() < 3
    assert result.figures["mean_dl"] < 0.01


def test_meets_a_stroke_along_its_path(ask, scene):
    picture = scene()
    stroke = Hint(((20.0, 15.0), (90.0, 30.0), (60.0, 90.0)), BLUE, 3)
    colored = ask(COLORIZE, ColorizeInputs(picture, Hints((stroke,)))).pictures[0]
    error = delta_e_2000(lab_of(colored), asked_for(picture, BLUE))
    between = Hint(((55.0, 22.5), (75.0, 60.0)), BLUE, 2)
    assert error[under(picture, stroke)].max() < 3
    assert error[under(picture, between)].max() < 3


def test_the_later_of_two_hints_wins(ask, scene):
    picture = scene()
    first, second = Hint(((50.0, 50.0),), RED, 8), Hint(((54.0, 50.0),), BLUE, 4)
    colored = ask(COLORIZE, ColorizeInputs(picture, Hints((first, second)))).pictures[0]
    only_first = under(picture, Hint(((45.0, 50.0),), RED, 2))
    lab = lab_of(colored)
    assert delta_e_2000(lab, asked_for(picture, BLUE))[under(picture, second)].max() < 3
    assert delta_e_2000(lab, asked_for(picture, RED))[only_first].max() < 3


@pytest.mark.parametrize("place", [(-1.0, 5.0), (5.0, 500.0), (161.0, 5.0)])
def test_refuses_a_hint_outside_of_the_picture_and_names_it(ask, scene, place):
    hints = Hints((Hint(((5.0, 5.0),), RED), Hint((place,), RED)))
    with pytest.raises(Problem, match=r"Hint 2 .* outside the picture, which is 160 × 120"):
        ask(COLORIZE, ColorizeInputs(scene(), hints))


def test_refuses_a_mask_of_another_size(ask, scene):
    with pytest.raises(Problem, match="mask"):
        ask(COLORIZE, ColorizeInputs(scene(), Hints(keep_grey=np.zeros((4, 5), np.uint8))))


def test_keeps_grey_what_is_masked(ask, scene):
    picture = scene()
    mask = np.zeros((picture.height, picture.width), np.uint8)
    mask[:, :80] = 255
    hints = Hints((Hint(((20.0, 20.0),), RED),), mask)
    colored = ask(COLORIZE, ColorizeInputs(picture, hints)).pictures[0]
    assert np.ptp(colored.pixels[:, :80], axis=2).max() <= 1
    assert chroma_of(colored)[:, 80:].mean() > 1


def test_saturation_is_of_what_nobody_asked_for(ask, scene):
    picture = scene()
    hint = Hint(((20.0, 20.0),), RED)
    settings = ColorizeSettings(saturation=0)
    automatic = ask(COLORIZE, ColorizeInputs(picture), settings).pictures[0]
    hinted = ask(COLORIZE, ColorizeInputs(picture, Hints((hint,))), settings).pictures[0]
    assert chroma_of(automatic).max() < 2
    error = delta_e_2000(lab_of(hinted), asked_for(picture, RED))
    assert error[under(picture, hint)].max() < 3


def test_more_saturation_is_more_colour(ask, scene):
    inputs = ColorizeInputs(scene())
    chroma = [
        chroma_of(ask(COLORIZE, inputs, ColorizeSettings(saturation=s)).pictures[0]).mean()
        for s in (0.5, 1.0, 1.5)
    ]
    assert chroma == sorted(chroma)
    assert chroma[2] > 1.5 * chroma[0]


def test_no_strength_is_no_colour(ask, scene):
    hints = Hints((Hint(((20.0, 20.0),), RED),))
    settings = ColorizeSettings(strength=0)
    colored = ask(COLORIZE, ColorizeInputs(scene(), hints), settings).pictures[0]
    assert np.ptp(colored.pixels, axis=2).max() <= 1


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_request_gives_the_same_bytes(ask, scene, seed):
    hints = Hints((Hint(((20.0, 20.0), (60.0, 40.0)), RED),))
    inputs = ColorizeInputs(scene(300, 200), hints, reference=scene_in_colour(scene))
    first, second = (ask(COLORIZE, inputs, seed=seed).pictures[0] for _ in range(2))
    assert first.pixels.tobytes() == second.pixels.tobytes()


def test_another_seed_is_another_colouring(ask, scene):
    inputs = ColorizeInputs(scene())
    first, second = (lab_of(ask(COLORIZE, inputs, seed=seed).pictures[0]) for seed in (0, 7))
    assert delta_e_2000(first, second).mean() > 2


def test_refuses_a_reference_without_colours(ask, scene):
    with pytest.raises(Problem, match="reference picture has no colours"):
        ask(COLORIZE, ColorizeInputs(scene(), reference=scene(channels=3)))


def test_a_reference_of_no_strength_changes_nothing(ask, scene):
    inputs = ColorizeInputs(scene(), reference=scene_in_colour(scene))
    settings = ColorizeSettings(reference_strength=0)
    plain = ask(COLORIZE, ColorizeInputs(scene())).pictures[0]
    assert (ask(COLORIZE, inputs, settings).pictures[0].pixels == plain.pixels).all()


def test_stops_when_cancelled(ask, scene):
    cancelled = threading.Event()

    def report(progress):
        if progress.fraction and progress.fraction > 0.3:
            cancelled.set()

    with pytest.raises(Cancelled):
        ask(COLORIZE, ColorizeInputs(scene(1500, 900)), context=Context(report, cancelled))


def test_says_how_far_it_is(ask, scene):
    told = []
    context = Context(lambda progress: told.append(progress.fraction))
    ask(COLORIZE, ColorizeInputs(scene(1200, 900)), context=context)
    known = [fraction for fraction in told if fraction is not None]
    assert known == sorted(known)
    assert known[-1] == 1.0


def scene_in_colour(scene) -> Picture:
    picture = scene(channels=3)
    pixels = picture.pixels.copy()
    pixels[60:, :, 2] //= 2
    pixels[:40, :, 0] //= 2
    return Picture(pixels)


@pytest.mark.alone
def test_the_time_grows_with_the_number_of_hints_and_no_faster(ask, scene):
    picture = scene(400, 300)
    places = np.random.default_rng(0).uniform((0, 0), (400, 300), (2000, 2)).tolist()
    points = tuple(Hint(((x, y),), RED if x > y else BLUE) for x, y in places)

    def seconds(count: int) -> float:
        began = time.process_time()
        ask(COLORIZE, ColorizeInputs(picture, Hints(points[:count])))
        return time.process_time() - began

    seconds(1)
    assert seconds(2000) < 6 * seconds(500)
