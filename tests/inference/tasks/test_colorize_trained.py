"""What the shipped network must do on photographs: one colouring at any size, and by reference."""

import cv2
import numpy as np
import pytest

from inference.features import COLORIZE, HINT_COLORS, ColorizeInputs, HintColorInputs
from inference.media.color import delta_e_2000, srgb_to_lab
from inference.media.picture import read_picture
from inference.values import Hint, Hints, Picture, in_depth

NAMES = ("lady", "melons", "harvesters", "onion_church")


def lab_of(picture: Picture):
    return srgb_to_lab(in_depth(picture.pixels, np.float32))


def resized(picture: Picture, width: int) -> Picture:
    height = round(width * picture.height / picture.width)
    way = cv2.INTER_AREA if width < picture.width else cv2.INTER_CUBIC
    pixels = cv2.resize(picture.pixels, (width, height), interpolation=way)
    return Picture(pixels.reshape(height, width, -1))


@pytest.fixture(params=NAMES)
def plates(request, shared):
    """A photograph of before 1915 as its grey plate, and in its true colours."""
    folder = shared / "data" / "historic"
    name = f"prokudin_{request.param}"
    return (read_picture(folder / f"{name}_{kind}.jpg") for kind in ("bw", "colour"))


@pytest.mark.shared
def test_colours_do_not_depend_on_the_size_of_the_picture(ask, trained, plates):
    large = resized(next(plates), 1024)
    labs = []
    for width in (256, 512, 1024):
        colored = ask(COLORIZE, ColorizeInputs(resized(large, width)), model=trained).pictures[0]
        labs.append(lab_of(resized(colored, 256)))
    assert delta_e_2000(labs[0], labs[1]).mean() <= 2
    assert delta_e_2000(labs[0], labs[2]).mean() <= 2


@pytest.mark.shared
def test_a_reference_brings_colours_where_they_belong(ask, trained, plates):
    grey, true = plates
    mirrored = Picture(true.pixels[:, ::-1].copy())  # nothing lies where it lay
    automatic = ask(COLORIZE, ColorizeInputs(grey), model=trained).pictures[0]
    inputs = ColorizeInputs(grey, reference=mirrored)
    guided = ask(COLORIZE, inputs, model=trained).pictures[0]
    errors = [delta_e_2000(lab_of(p), lab_of(true)).mean() for p in (automatic, guided)]
    assert errors[1] < 0.8 * errors[0]


@pytest.mark.shared
def test_hints_bring_the_picture_nearer_to_its_true_colours(ask, trained, plates):
    grey, true = plates
    chance = np.random.default_rng(3)
    places = chance.uniform(0.05, 0.95, (12, 2)) * (grey.width, grey.height)
    points = tuple(
        Hint(((x, y),), tuple(int(v) for v in true.pixels[int(y), int(x)]), 4) for x, y in places
    )
    errors = []
    for count in (0, 4, 12):
        inputs = ColorizeInputs(grey, Hints(points[:count]))
        colored = ask(COLORIZE, inputs, model=trained).pictures[0]
        errors.append(delta_e_2000(lab_of(colored), lab_of(true)).mean())
    assert errors == sorted(errors, reverse=True)


@pytest.mark.shared
def test_suggested_colours_for_a_hint_have_the_current_one_among_them(ask, trained, plates):
    grey = next(plates)
    x, y = grey.width * 0.5, grey.height * 0.4
    colored = ask(COLORIZE, ColorizeInputs(grey), model=trained).pictures[0]
    around = lab_of(colored)[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].mean((0, 1))
    colors = ask(HINT_COLORS, HintColorInputs(grey, x, y), model=trained).colors
    lab = srgb_to_lab(np.array(colors, np.float32) / 255)
    assert np.hypot(*(lab[:, 1:] - around[1:]).T).min() < 6
