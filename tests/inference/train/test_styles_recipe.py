"""The recipes of painters and of one's own style: they learn, go on, and leave what loads."""

import csv
import json

import cv2
import numpy as np
import pytest
import torch

from inference.cabinet import catalog, loading
from inference.cabinet.styles import style, user_folder
from inference.models import stylist
from inference.tasks.manner import Manners
from inference.train import anystyle, gallery, styles, taste
from inference.train import style as own
from inference.train.course import write_weights
from inference.values import Problem
from tests.inference.train.test_photographs import pack

SMALL = {"batch": 2, "named": 0.5, "side": 64, "photos": 3, "pool": 3, "threads": 1}


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Two paintings, a few photographs, and the eyes."""
    monkeypatch.setattr(styles, "SHORT_PX", 64)
    folder = tmp_path / "data"
    (folder / "paintings").mkdir(parents=True)
    chance = np.random.default_rng(3)
    rows = []
    for name in ("blocks", "noise", gallery.ASIDE[0]):
        small = chance.integers(0, 255, (9, 12, 3), np.uint8)
        picture = cv2.resize(small, (96, 72), interpolation=cv2.INTER_NEAREST)
        cv2.imwrite(str(folder / "paintings" / f"{name}.png"), picture)
        rows.append([f"{name}.png", name, "Nobody", "1900", "here"])
    with (folder / "paintings" / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["file", "title", "painter", "year", "source"], *rows])
    names = [f"p{i:02}.png" for i in range(8)]
    pack(
        folder / "photos.tar",
        [{"file": n, "split": "train", "set": "s", "class": "sea"} for n in names],
        names,
    )
    (folder / "weights").mkdir()
    (folder / styles.VGG_FILE).symlink_to(catalog.BUNDLED / "vgg19.safetensors")
    return folder


def test_a_run_learns_and_its_weights_load(data, tmp_path):
    said: list[str] = []
    options = styles.Options(
        data, tmp_path / "w.safetensors", tmp_path / "work", seconds=0.5, **SMALL
    )
    net = styles.read_stylist(styles.train(options, said.append))
    assert len(net.table) == 2  # without the one that is kept aside
    assert {"step", "style", "named content"} <= json.loads(said[-1]).keys()
    again: list[str] = []
    styles.Run(styles.Options(data, options.out, options.work, seconds=99, **SMALL), again.append)
    assert again[0].startswith("going on from step")


def test_more_of_any_style_leaves_the_painter_as_it_is(data, tmp_path):
    start = tmp_path / "start.safetensors"
    write_weights(stylist.build(stylist.Settings(styles=2)), start)
    small = {name: SMALL[name] for name in ("batch", "side", "photos", "pool", "threads")}
    options = anystyle.Options(
        data, start, tmp_path / "w.safetensors", tmp_path / "work", seconds=0.1, **small
    )
    before, after = (styles.read_stylist(p) for p in (start, anystyle.train(options, print)))
    assert torch.equal(before.stem.weight, after.stem.weight)
    assert not torch.equal(before.predictor.read.weight, after.predictor.read.weight)


@pytest.mark.parametrize("meshes", [2, 3.4, 4, 8])
def test_a_weave_in_all_pictures_is_a_resonance_and_noise_is_none(meshes):
    torch.manual_seed(1)
    noise = 0.5 * torch.rand(4, 3, 160, 160)
    wave = torch.sin(torch.arange(160) * 2 * torch.pi / meshes + 0.8)
    assert taste.resonance(noise) < 0.001
    assert taste.resonance(noise + 0.1 * wave * wave[:, None]) > 0.05


def test_an_edge_of_one_picture_is_no_resonance():
    torch.manual_seed(1)
    pictures = torch.rand(4, 3, 160, 160)
    pictures[0, :, :, 80:] += 0.5
    pictures[1, :, 70:] += 0.5
    assert taste.resonance(pictures) < 0.01


def test_only_areas_that_the_photograph_does_not_have_are_blotches():
    colors = torch.tensor([[0.5] * 3 + [0.2, 0, 0, 0, 0.2, 0, 0, 0, 0.2]])
    ramp = torch.linspace(0, 1, 128).expand(1, 3, 128, 128)
    spot = ramp.clone()
    spot[:, 2, 40:88, 40:88] += 0.5
    strokes = ramp + 0.3 * (torch.arange(128) // 6 % 2)
    assert taste.blotches(ramp, ramp, colors) == 0
    assert taste.blotches(strokes, ramp, colors) < 0.1 * taste.blotches(spot, ramp, colors)


@pytest.fixture
def picture(tmp_path):
    stripes = np.zeros((80, 100, 3), np.uint8)
    stripes[:, ::10] = (250, 120, 20)
    cv2.imwrite(str(tmp_path / "My Stripes.png"), stripes)
    return tmp_path / "My Stripes.png"


def test_ones_own_style_is_learned_listed_and_used(picture, tmp_path, monkeypatch):
    monkeypatch.setattr("inference.tasks.manner.STYLE_PX", 64)
    monkeypatch.setattr("inference.tasks.learn_style.SIDE_PX", 64)
    vector = own.train(own.Options(tmp_path / "none", picture, seconds=1, threads=1), print)
    assert vector == user_folder() / "my_stripes.safetensors"
    found = style("My stripes")
    assert found.own
    painter = loading.load("stylist", "cpu")
    manners = Manners(painter, torch.device("cpu"))
    used, seen = manners.of("my_stripes"), manners.seen(own.read_picture(found.picture))
    assert used.shape == seen.shape == (1, painter.network.length)
    assert not torch.equal(used, seen)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "Starry Night"}, "called starry_night already"),
        ({"name": "!"}, "has no name"),
        ({"picture": own.Path()}, "No picture is named"),
    ],
)
def test_names_that_cannot_be(picture, tmp_path, changes, sentence):
    options = own.Options(tmp_path, **{"picture": picture, **changes})
    with pytest.raises(Problem, match=sentence):
        own.train(options, print)
