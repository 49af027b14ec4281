"""The slow method: its loss and gradient, its parts and colours; watched, stopped, gone on with."""

import copy
import threading
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from inference.cabinet import catalog
from inference.features import STYLIZE, StyleChoice, StylizeInputs, StylizeSettings
from inference.models import adain, fast_style, gatys, vgg, vgg_caffe
from inference.models.gatys import Judge, Part, Weights
from inference.request import Cancelled, Context
from inference.tasks import descent
from inference.tasks.eyes import eyes_of, weights_for
from inference.tasks.optimise import Plan, Style, optimise, sizes_for
from inference.values import Picture, Problem

BUNDLED = Path(__file__).resolve().parents[3] / "resources" / "models" / "vgg19.safetensors"
CPU = torch.device("cpu")
LAYERS = Weights({"relu1_1": 0.2, "relu2_1": 0.2, "relu3_1": 0.2}, {"relu3_4": 0.05})


@pytest.fixture(scope="module")
def eyes() -> vgg.Vgg:
    state = load_file(BUNDLED)
    net = vgg.build(vgg.recognise(state))
    net.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    return net


def waves(width=64, height=48, turn=0.0) -> Picture:
    y, x = np.mgrid[:height, :width] / 48
    planes = [0.5 + 0.5 * np.sin(9 * x * (1 - turn) + 14 * turn * y + k) for k in range(3)]
    return Picture((255 * np.stack(planes, 2)).astype(np.uint8))


def tinted(picture: Picture, tint) -> Picture:
    return Picture((picture.pixels * np.array(tint)).astype(np.uint8))


CONTENT = waves()
STYLE = waves(60, 60, turn=0.8)


def paint(eyes, *styles, content=CONTENT, context=None, earlier=None, seed=0, **plan):
    return optimise(
        content,
        styles or [Style(STYLE)],
        Plan(**{"evaluations": 4} | plan),
        context or Context(),
        network=eyes,
        device=CPU,
        finish=lambda pixels: Picture(pixels),
        earlier=earlier,
        seed=seed,
    )


def tensor(picture: Picture) -> torch.Tensor:
    return torch.tensor(picture.pixels).movedim(2, 0)[None].contiguous() / 255


def judge_of(eyes, content, style, weights=LAYERS, mask=None, **options) -> Judge:
    layers = tuple(weights.style)
    with torch.no_grad():
        grams = {name: gatys.gram_of(maps) for name, maps in eyes(style, layers).items()}
        targets = eyes(content, tuple(weights.content))
    guides = {} if mask is None else gatys.guides_of(mask, layers)
    return Judge(eyes, weights, targets, [Part(grams, guides=guides)], **options)


# The loss.


def test_paper_scaling_is_equations_1_to_7(eyes):
    """Written out anew, sums as they stand there; Gram matrices over M."""
    torch.manual_seed(1)
    content, style, picture = (torch.rand(1, 3, *size) for size in ((32, 40), (48, 32), (32, 40)))
    weights = Weights({"relu1_1": 0.7, "relu2_1": 0.3}, {"relu3_1": 1e-9}, "paper", excess=0)
    picture.requires_grad_()
    found, wanted, kept = (eyes(p, weights.layers) for p in (picture, style, content))
    loss = 1e-9 * 0.5 * (found["relu3_1"] - kept["relu3_1"]).square().sum()
    for name, weight in weights.style.items():
        flat, other = (maps[name][0].flatten(1) for maps in (found, wanted))
        off = flat @ flat.T / flat.shape[1] - other @ other.T / other.shape[1]
        loss = loss + weight / (4 * len(flat) ** 2) * off.square().sum()
    (gradient,) = torch.autograd.grad(loss, picture)
    verdict = judge_of(eyes, content, style, weights)(picture.detach())
    assert verdict.loss == pytest.approx(loss.item(), rel=1e-4)
    assert torch.allclose(verdict.gradient, gradient, rtol=1e-3, atol=1e-4 * gradient.abs().max())


@pytest.mark.parametrize("size", [(64, 96), (69, 53)])
def test_pieces_judge_as_the_whole(eyes, size):
    torch.manual_seed(1)
    exact = copy.deepcopy(eyes).double()
    content, style, picture = (
        torch.rand(1, 3, *shape, dtype=torch.double) for shape in (size, (64, 64), size)
    )
    mask = torch.linspace(0, 1, size[1], dtype=torch.double).expand(1, 1, *size)
    whole = judge_of(exact, content, style, mask=mask)(1.2 * picture)
    pieces = judge_of(exact, content, style, mask=mask, tile=32)(1.2 * picture)
    assert pieces.terms == pytest.approx(whole.terms)
    assert torch.allclose(pieces.gradient, whole.gradient, atol=1e-9)


def test_pixels_outside_0_to_1_are_pulled_back(eyes):
    judge = judge_of(eyes, tensor(CONTENT), tensor(STYLE), Weights({"relu1_1": 0}, {"relu1_1": 0}))
    verdict = judge(torch.full((1, 3, 48, 64), 1.5))
    assert verdict.loss == pytest.approx(20 * 0.25)
    assert (verdict.gradient > 0).all()


def test_a_guide_hears_only_of_its_part(eyes):
    style = tensor(STYLE)
    picture = torch.rand(1, 3, 64, 64)
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :24] = 1
    weights = Weights({"relu1_1": 1.0}, {"relu1_1": 0.0})
    gradient = judge_of(eyes, picture, style, weights, mask)(picture).gradient
    assert gradient[..., :24].abs().max() > 0
    assert gradient[..., 32:].abs().max() == 0


def test_official_files_see_with_the_same_names():
    net = vgg_caffe.build(vgg_caffe.Settings((2, 2, 2, 2, 2)))
    assert vgg_caffe.recognise(net.state_dict()) == vgg_caffe.Settings((2, 2, 2, 2, 2))
    weights = weights_for(net, 1.0)
    assert set(weights.layers) == {*(f"relu{block}_1" for block in range(1, 6)), "relu4_2"}
    assert eyes_of(net, CPU)(torch.rand(1, 3, 64, 64), weights.layers)["relu5_1"].shape[2:] == (
        4,
        4,
    )


def test_other_networks_are_refused():
    with pytest.raises(Problem, match="none"):
        weights_for(fast_style.build(fast_style.Settings((2, 2, 2), 1)), 1.0)


# The way down.


@pytest.mark.parametrize(("way", "evaluations"), [(descent.lbfgs, 30), (descent.adam, 300)])
def test_finds_the_bottom_of_a_valley(way, evaluations):
    scale = torch.tensor([1.0, 30.0, 100.0])

    def judge(x):
        return float((scale * (x - 0.5).square()).sum()), 2 * scale * (x - 0.5)

    *_, last = islice(way(judge, torch.zeros(3)), evaluations)
    assert torch.allclose(last.picture, torch.full((3,), 0.5), atol=0.01)


def test_the_best_is_kept_even_where_the_judge_is_rough():
    chance = torch.Generator().manual_seed(1)

    def judge(x):
        rough = 0.1 * float(torch.rand(1, generator=chance))
        return float(x.square().sum()) + rough, 2 * x

    losses = [step.loss for step in islice(descent.lbfgs(judge, torch.ones(5)), 40)]
    assert losses == sorted(losses, reverse=True)


# The task.


def test_comes_nearer_to_the_style(eyes):
    before, after = (paint(eyes, evaluations=count).loss for count in (1, 20))
    assert after < 0.5 * before


def test_a_result_is_gone_on_from(eyes):
    first = paint(eyes, evaluations=15)
    more = paint(eyes, evaluations=3, earlier=Picture(first.pixels))
    assert more.loss < 1.2 * first.loss
    assert first.loss < 0.5 * paint(eyes, evaluations=1).loss


def test_noise_depends_on_the_seed_only(eyes):
    one, again, two = (paint(eyes, start="noise", seed=seed).pixels for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, two)


def test_luminance_alone_stays_grey(eyes):
    pixels = paint(eyes, colors="luminance").pixels
    assert np.ptp(pixels, 2).max() < 1e-6


def test_matched_styles_keep_the_mean_color(eyes):
    content = tinted(CONTENT, (1, 0.6, 0.2))
    wanted = content.pixels.mean((0, 1)) / 255
    matched, taken = (
        paint(eyes, content=content, colors=colors, evaluations=20).pixels.mean((0, 1))
        for colors in ("matched", "style")
    )
    assert np.abs(matched - wanted).max() < 0.5 * np.abs(taken - wanted).max()


def test_styles_go_where_their_masks_are(eyes):
    mask = np.zeros((48, 64), np.uint8)
    mask[:, :32] = 255
    red, blue = (tinted(STYLE, tint) for tint in ((1, 0.2, 0.2), (0.2, 0.2, 1)))
    pixels = paint(eyes, Style(red, mask=mask), Style(blue), evaluations=20).pixels
    warmth = pixels[..., 0] - pixels[..., 2]
    assert warmth[:, :28].mean() > 0.15
    assert warmth[:, 36:].mean() < -0.15


def test_less_strength_stays_nearer_to_the_picture(eyes):
    before = CONTENT.pixels / 255
    half, full = (paint(eyes, evaluations=15, strength=s).pixels for s in (0.3, 1.0))
    assert np.abs(half - before).mean() < np.abs(full - before).mean()


@pytest.mark.parametrize(("size", "broad", "shorts"), [
    ((512, 600), False, [512]),
    ((512, 600), True, [128, 256, 512]),
    ((2000, 1500), False, [750, 1500]),
    ((9000, 4500), False, [512, 1024]),
    ((1, 1), False, [32]),
])  # fmt: skip
def test_large_pictures_begin_small(size, broad, shorts):
    content = Picture(np.zeros((size[1], size[0], 1), np.uint8))
    assert [min(pair) for pair in sizes_for(content, broad)] == shorts


def test_whoever_stops_keeps_the_last_preview(eyes):
    stop = threading.Event()
    seen = []

    def report(progress):
        if progress.preview is not None:
            seen.append(progress.preview)
            stop.set()

    with pytest.raises(Cancelled):
        paint(eyes, evaluations=1000, context=Context(report, stop))
    assert len(seen) == 1
    assert seen[0].pixels.shape == (48, 64, 3)


def test_is_asked_often_whether_to_stop(eyes):
    asked = []
    paint(eyes, context=Context(lambda progress: asked.append(progress.fraction)))
    assert len(asked) > 4 * 4  # evaluations
    assert asked == sorted(asked)


@pytest.mark.parametrize("style", [
    Style(Picture(np.zeros((1, 1, 3), np.uint8))),
    Style(STYLE, weight=0.0),
    Style(STYLE, mask=np.zeros((3, 3), np.uint8)),
])  # fmt: skip
def test_what_cannot_be_done_is_said(eyes, style):
    with pytest.raises(Problem) as caught:
        paint(eyes, style)
    assert caught.value.remedy


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(1, 1), (5, 200), (64, 48)])
def test_any_picture_and_a_grey_style_will_do(eyes, channels, size):
    content = Picture(np.full((size[1], size[0], channels), 128, np.uint8))
    grey = Picture(STYLE.pixels[..., :1])
    outcome = paint(eyes, Style(grey), content=content, evaluations=2)
    assert np.isfinite(outcome.pixels).all()


# From a request.


def test_answers_a_request(ask):
    inputs = StylizeInputs(CONTENT, (StyleChoice(STYLE),))
    settings = StylizeSettings(method="optimise", iterations=3, keep_colors=True)
    result = ask(STYLIZE, inputs, settings, model="")
    assert result.pictures[0].pixels.shape == (48, 64, 3)
    assert result.model.id == "vgg19"


@pytest.mark.parametrize("family", [fast_style, adain])
def test_networks_brought_along_paint(ask, monkeypatch, tmp_path, family):
    torch.manual_seed(2)
    settings = (
        fast_style.Settings((4, 4, 4), 1) if family is fast_style else adain.Settings((2, 4, 8, 16))
    )
    save_file(family.build(settings).state_dict(), tmp_path / "mine.safetensors")
    monkeypatch.setattr(catalog, "user_folder", lambda: tmp_path)
    inputs = StylizeInputs(CONTENT, (StyleChoice(STYLE),))
    result = ask(STYLIZE, inputs, StylizeSettings(method="any"), model="mine")
    assert result.pictures[0].pixels.shape == (48, 64, 3)
    assert result.model.id == "mine"
    told = any("a style of its own" in note for note in result.notes)
    assert told is (family is fast_style)
