"""The recipe: true colours in, sensible lessons, weights that load, and a run that goes on."""

import json
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
import torch

from inference.media.color import srgb_to_lab
from inference.models import colorizer
from inference.models.blocks import lab_to_rgb
from inference.train import colorizer as recipe
from inference.train import lessons, losses
from inference.train.colorizer import Options, read_weights, train
from inference.train.course import write_weights
from tests.inference.train.test_photographs import pack


@pytest.fixture
def album() -> lessons.Album:
    chance = torch.Generator().manual_seed(1)
    pictures = torch.randint(0, 256, (3, 3, 40, 40), generator=chance, dtype=torch.uint8)
    return lessons.Album(pictures, torch.tensor([1.5, 1.0, 0.7]), torch.ones(3))


def test_lab_agrees_with_the_programs_own(album):
    rgb = album.pictures.float() / 255
    light, ab = lessons.rgb_to_lab(rgb)
    ours = torch.cat([light, ab], 1).permute(0, 2, 3, 1).numpy()
    assert np.abs(ours - srgb_to_lab(rgb.permute(0, 2, 3, 1).numpy())).max() < 0.02


def test_lab_and_back(album):
    rgb = album.pictures.float() / 255
    assert torch.allclose(lab_to_rgb(*lessons.rgb_to_lab(rgb)), rgb, atol=2e-3)


def test_film_changes_what_is_shown_and_never_the_truth(album):
    torch.manual_seed(2)
    batch = lessons.draw(album, 12, (32, 48))
    assert batch.shown.shape == batch.light.shape == (12, 1, 32, 48)
    assert batch.ab.shape == (12, 2, 32, 48)
    changed = (batch.shown - batch.light).abs().amax((1, 2, 3)) > 0.5
    assert 0 < changed.sum() < 12
    assert batch.shown.min() >= 0
    assert batch.shown.max() <= 100


def test_hints_have_the_colour_under_them():
    ab = torch.zeros(2, 2, 32, 32)
    ab[:, 0, :, 16:] = 40
    hints = lessons.simulate_hints(ab, 30)
    deep = hints.valid & ((hints.positions[..., 0] - 16).abs() > hints.radius + 1)
    wanted = torch.where(hints.positions[..., 0] > 16, 40.0, 0.0)
    assert (hints.ab[..., 0] - wanted)[deep].abs().max() < 6  # a little noise is part of it
    assert ((hints.valid.sum(1) >= 5) & (hints.valid.sum(1) <= 30)).all()


def test_losses_are_best_at_the_truth():
    torch.manual_seed(4)
    light, truth = torch.full((2, 1, 8, 8), 55.0), torch.randn(2, 2, 8, 8) * 15
    for loss in (
        lambda ab: losses.huber(ab, truth),
        lambda ab: losses.decibels(light, ab, truth),
        lambda ab: losses.dullness(light, ab, truth),
    ):
        assert loss(truth) < loss(truth * 0.5) < loss(truth * 0.0)


def test_lifted_bins_weigh_rare_colours_more():
    centres = torch.tensor([[0.0, 0.0], [60.0, 40.0]])
    seen = torch.cat([torch.zeros(95, 2), centres[1:].expand(5, 2)])
    assert losses.Bins(centres, seen, 0.0).weights[1] == losses.Bins(centres, seen, 0.0).weights[0]
    lifted = losses.Bins(centres, seen, 0.5).weights
    assert lifted[1] > 2 * lifted[0]


def test_the_critic_pulls_towards_truth():
    torch.manual_seed(5)
    critic, light = losses.Critic(), torch.full((2, 1, 32, 32), 50.0)
    ab = torch.zeros(2, 2, 32, 32, requires_grad=True)
    losses.judge(critic, light, ab, torch.randn(2, 2, 32, 32) * 20).painter.backward()
    assert ab.grad is not None
    assert ab.grad.abs().max() > 0
    assert all(p.grad is None for p in critic.parameters())


def test_weights_come_back(tmp_path):
    net = colorizer.build(colorizer.Settings(widths=(16, 16, 16, 8, 8), refiner=8, carriers=2))
    write_weights(net, tmp_path / "w.safetensors")
    again = read_weights(tmp_path / "w.safetensors")
    light = torch.rand(1, 1, 32, 32) * 100
    with torch.inference_mode():
        apart = again.look(light).ab - net.look(light).ab
    assert apart.abs().max() < 0.3  # half precision


@pytest.mark.slow  # torch.optim imports its compiler
def test_a_run_leaves_weights_and_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(recipe, "SHAPES", ((64, 64), (64, 96), (96, 64)))  # for speed
    names = [f"p{i:02}.png" for i in range(40)]
    rows = [
        {"file": n, "split": "val" if i < 2 else "train", "set": "s"} for i, n in enumerate(names)
    ]
    pack(tmp_path / "photos.tar", rows, names)
    start = tmp_path / "start.safetensors"
    small = colorizer.Settings(widths=(16, 16, 16, 8, 8), refiner=8, carriers=2)
    write_weights(colorizer.build(small), start)
    said: list[str] = []
    options = Options(
        data=tmp_path, out=tmp_path / "out.safetensors", work=tmp_path / "work", start=start,
        seconds=0.1, device="cpu", batch=2, threads=1, critic=0.01, hints=(4,),
    )  # fmt: skip
    assert train(options, said.append) == options.out
    assert read_weights(options.out).carry.null.shape == (2,)
    card = options.out.with_suffix(".json")
    card.write_text('{"id": "colorizer", "sha256": "of older weights"}')
    stopped = torch.load(tmp_path / "work" / "checkpoint.pt", weights_only=True)
    train(replace(options, seconds=stopped["spent"] + 0.1), said.append)
    assert any(line.startswith("going on from step") for line in said)
    assert json.loads(card.read_text())["sha256"] == sha256(options.out.read_bytes()).hexdigest()
