"""Painting: size, depth and transparency stay; strength, mask and colours do what they say."""

import weakref

import numpy as np
import pytest
import torch

from inference.cabinet import loading
from inference.features import STYLIZE, StyleChoice, StylizeInputs, StylizeSettings
from inference.media.color import srgb_to_lab
from inference.request import Cancelled, Context, Progress
from inference.tasks import manner, painting
from inference.tasks.painting import Painter, working_size
from inference.values import Picture, Problem
from tests.inference.tasks.conftest import draw

NIGHT, SCREAM = StyleChoice("starry_night"), StyleChoice("the_scream")


@pytest.fixture(autouse=True)
def small_work(monkeypatch):
    """Paint small: what is tested here does not depend on it."""
    monkeypatch.setattr(painting, "REFERENCE_PX", 96)
    monkeypatch.setattr(manner, "STYLE_PX", 96)


@pytest.fixture
def paint(ask):
    def answer(picture, *styles, mask=None, context=None, **settings):
        inputs = StylizeInputs(picture, styles or (NIGHT,), mask)
        result = ask(STYLIZE, inputs, StylizeSettings(**settings), model="", context=context)
        return result.pictures[0]

    return answer


@pytest.fixture(scope="module")
def color():
    y, x = np.mgrid[:72, :96] / 96
    return Picture((np.stack([x, y, 0.5 + 0.4 * np.sin(20 * x * y)], 2) * 255).astype(np.uint8))


def off(one: Picture, two: Picture) -> float:
    return float(np.abs(one.pixels.astype(float) - two.pixels.astype(float)).mean()) / one.peak


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_size_depth_transparency_and_resolution_stay(paint, dtype, channels):
    picture = draw(75, 101, dtype, channels, alpha=True)
    painted = paint(picture)
    assert painted.pixels.shape == (101, 75, 3)
    assert painted.pixels.dtype == dtype
    assert painted.alpha is picture.alpha
    assert painted.dpi == picture.dpi


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (2000, 3), (8, 8)])
def test_any_shape_will_do(paint, size):
    assert paint(draw(*size)).pixels.shape[1::-1] == size


def test_styles_differ_and_a_style_repeats(paint, color):
    night, scream = paint(color, NIGHT), paint(color, SCREAM)
    assert off(night, scream) > 0.02
    assert off(night, color) > 0.02
    assert off(night, paint(color, NIGHT)) == 0


def test_strength_0_is_the_picture_and_half_lies_between(paint, color):
    none, half, full = (paint(color, strength=s) for s in (0.0, 0.5, 1.0))
    assert off(none, color) == 0
    assert off(half, color) < off(full, color)
    assert off(half, full) < off(full, color)


def test_a_blend_lies_between_its_styles(paint, color):
    night, scream = paint(color, NIGHT), paint(color, SCREAM)
    both = paint(color, StyleChoice("starry_night", 3), StyleChoice("the_scream", 3))
    assert max(off(both, night), off(both, scream)) < 1.2 * off(night, scream)
    alone = paint(color, StyleChoice("starry_night", 3), StyleChoice("the_scream", 0))
    assert off(alone, night) == 0


def test_a_mask_paints_only_where_it_is_white(paint, color):
    mask = np.zeros((72, 96), np.uint8)
    mask[:, 48:] = 255
    painted = paint(color, mask=mask)
    assert (painted.pixels[:, :48] == color.pixels[:, :48]).all()
    assert (painted.pixels[:, 48:] == paint(color).pixels[:, 48:]).all()


def test_kept_colors_are_the_pictures_own(paint, color):
    kept, painted = paint(color, keep_colors=True), paint(color)
    lab, own, free = (srgb_to_lab(p.pixels / np.float32(255)) for p in (kept, color, painted))
    assert np.abs(lab[..., 0] - free[..., 0]).mean() < 1
    near = np.abs(lab[..., 1:] - own[..., 1:]).mean()
    assert near < 0.6 * np.abs(free[..., 1:] - own[..., 1:]).mean()


def test_a_grey_picture_with_kept_colors_stays_grey(paint):
    painted = paint(draw(), keep_colors=True)
    assert np.ptp(painted.pixels.astype(int), axis=2).max() <= 1


@pytest.mark.parametrize("method", ["fast", "any"])
def test_a_picture_is_a_style_too(paint, color, method):
    painted = paint(color, StyleChoice(draw(120, 90, channels=3)), method=method)
    assert off(painted, color) > 0.01


def test_any_reads_named_styles_off_their_pictures(paint, color):
    assert off(paint(color, NIGHT, method="any"), paint(color, NIGHT)) > 0


@pytest.mark.parametrize(
    "style", [draw(40, 30), draw(16, 16), draw(900, 20), draw(64, 64, np.uint16, 3, alpha=True)]
)
def test_odd_style_pictures_are_taken(paint, color, style):
    assert np.ptp(paint(color, StyleChoice(style)).pixels) > 20


def test_a_huge_style_picture_is_taken(paint, color):
    rows = np.random.default_rng(2).integers(0, 255, (100, 10_000, 3), np.uint8)
    assert np.ptp(paint(color, StyleChoice(Picture(rows))).pixels) > 20


def test_a_style_picture_of_one_pixel_is_refused(paint, color):
    with pytest.raises(Problem, match="1 x 1 pixels, too few"):
        paint(color, StyleChoice(Picture(np.zeros((1, 1, 3), np.uint8))))


@pytest.mark.parametrize(
    ("styles", "sentence"),
    [
        ((StyleChoice("starry nite"),), "Did you mean starry_night"),
        ((StyleChoice("starry_night", 0),), "No style is chosen"),
        ((NIGHT, StyleChoice("the_scream", -1)), "No style is chosen"),
    ],
)
def test_styles_that_are_none(paint, color, styles, sentence):
    with pytest.raises(Problem, match=sentence):
        paint(color, *styles)


def test_a_mask_of_another_size_is_refused(paint, color):
    with pytest.raises(Problem, match="The mask has 5 x 4 pixels, the picture 96 x 72"):
        paint(color, mask=np.zeros((4, 5), np.uint8))


def test_a_model_that_does_not_paint_is_refused(ask, color):
    with pytest.raises(Problem, match="does not paint"):
        ask(STYLIZE, StylizeInputs(color, (NIGHT,)), model="vgg19")


def test_strokes_keep_their_proportion():
    assert working_size(3000, 2000, 0) == working_size(300, 200, 0)
    assert working_size(300, 200, 4) == tuple(side * 4 for side in working_size(300, 200, 16))


@pytest.mark.parametrize("size", [(1, 100_000), (50_000, 50_000), (1, 1)])
def test_what_is_painted_has_bounds(size):
    width, height = working_size(*size, 0.5)
    assert min(width, height) >= 64
    assert width * height <= 1.1 * 8192**2


@pytest.mark.parametrize("shape", [(328, 408), (301, 467)])
def test_tiles_agree_with_the_whole(shape):
    network = loading.load("stylist", "cpu").network
    style = network.table[2:3].detach()
    rgb = torch.rand(1, 3, 40, 50, generator=torch.Generator().manual_seed(1))
    rgb = torch.nn.functional.interpolate(rgb, shape, mode="bicubic").clamp(0, 1)
    rgb = rgb[0].permute(1, 2, 0).numpy()
    device = torch.device("cpu")
    whole = Painter(network, style, device).paint(rgb, lambda _: None)
    tiled = Painter(network, style, device, 256).paint(rgb, lambda _: None)
    assert whole.shape == tiled.shape == (*shape, 3)
    assert np.abs(whole - tiled).mean() < 1 / 255


def test_a_tile_is_let_go_of_before_the_next():
    network = loading.load("stylist", "cpu").network
    before = [lambda: None]

    def watch(_layer, _given, out):
        assert before[-1]() is None
        before.append(weakref.ref(out))

    hook = network.stem.register_forward_hook(watch)
    try:
        Painter(network, network.table[:1], torch.device("cpu"), 256).paint(
            np.zeros((300, 400, 3), np.float32), lambda _: None
        )
    finally:
        hook.remove()
    assert len(before) > 20


def test_it_tells_how_far_it_is_and_can_be_stopped(paint, color):
    told: list[Progress] = []
    paint(color, context=Context(told.append))
    fractions = [step.fraction for step in told if step.fraction is not None]
    assert fractions == sorted(fractions)
    assert len(fractions) > 12

    def stop(step):
        if step.step == "Painting":
            raise Cancelled

    with pytest.raises(Cancelled):
        paint(color, context=Context(stop))
