"""The colorizer reads back its own files, carries hints as promised, and knows its colours."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from inference.models import colorizer
from inference.models.blocks import EfficientNetLite0, lab_to_rgb, light_to_linear, linear_to_srgb
from inference.models.colorizer import HintPoints, Settings

SMALL = Settings(widths=(24, 20, 16, 12, 8), refiner=8, carriers=3, embedding=4)
BUNDLED = Path(__file__).resolve().parents[3] / "resources" / "models" / "colorizer.safetensors"


def hints(*points: tuple[float, float, float, float, float]) -> HintPoints:
    """Of x, y, a, b, radius each."""
    table = torch.tensor([points])
    valid = torch.ones(1, len(points), dtype=torch.bool)
    return HintPoints(table[..., :2], table[..., 2:4], table[..., 4], valid)


@pytest.fixture(scope="module")
def small() -> colorizer.Colorizer:
    torch.manual_seed(3)
    return colorizer.build(SMALL)


@pytest.fixture(scope="module")
def trained() -> colorizer.Colorizer:
    state = load_file(BUNDLED)
    settings = colorizer.recognise(state)
    assert settings is not None
    net = colorizer.build(settings)
    net.load_state_dict(state)
    return net


@pytest.fixture(scope="module")
def halves() -> torch.Tensor:
    """A light (1,1,64,96) with an edge in the middle."""
    light = torch.full((1, 1, 64, 96), 35.0)
    light[..., 48:] = 75.0
    return light


@pytest.mark.parametrize("settings", [SMALL, Settings()])
def test_recognises_what_it_builds(settings):
    assert colorizer.recognise(colorizer.build(settings).state_dict()) == settings


@pytest.mark.parametrize("missing", ["bins.weight", "carry.null", "steps.2.merge.0.weight"])
def test_leaves_other_files_to_other_families(small, missing):
    state = dict(small.state_dict())
    del state[missing]
    assert colorizer.recognise(state) is None


def test_what_it_sees_has_the_promised_shapes(small, halves):
    with torch.inference_mode():
        sight = small.look(halves)
        ab = small.color(sight)
        odds = small.distribution(sight)
    assert ab.shape == (1, 2, 32, 48)
    assert odds.shape == (1, len(small.bin_centres), 16, 24)
    assert torch.allclose(odds.sum(1), torch.ones(1, 16, 24), atol=1e-4)
    assert sight.semantics.shape == (1, 432, 4, 6)
    assert torch.allclose(sight.semantics.norm(dim=1), torch.ones(1, 4, 6), atol=1e-3)


def test_describes_as_it_sees(small, halves):
    with torch.inference_mode():
        assert torch.equal(small.describe(halves), small.look(halves).semantics)


def test_colours_of_the_distribution_are_float32_whatever_is_computed_in(small):
    """Else they would not mix with the mean where autocast leaves them short, as on GPUs."""
    with torch.autocast("cpu", torch.bfloat16):
        assert small.annealed(torch.zeros(1, 225, 4, 4), 0.4).dtype == torch.float32


def test_no_valid_hint_changes_nothing(small, halves):
    left_out = hints((10, 10, 50, 0, 3))._replace(valid=torch.tensor([[False]]))
    with torch.inference_mode():
        sight = small.look(halves)
        assert torch.equal(small.color(sight, left_out), small.color(sight))


def test_hints_that_are_left_out_do_not_count_among_others(small, halves):
    one, two = hints((10, 10, 50, 0, 3)), hints((10, 10, 50, 0, 3), (80, 10, 0, 60, 3))
    two = two._replace(valid=torch.tensor([[True, False]]))
    with torch.inference_mode():
        sight = small.look(halves)
        assert torch.allclose(small.color(sight, one), small.color(sight, two), atol=1e-3)


def test_many_hints_in_slabs_are_the_same(small, halves, monkeypatch):
    some = hints(*[(x, 30.0, 20.0, -10.0, 2.0) for x in range(4, 96, 8)])
    with torch.inference_mode():
        sight = small.look(halves)
        at_once = small.color(sight, some)
        monkeypatch.setattr(colorizer, "_SLAB", 12 * 48 * 3)
        assert torch.allclose(at_once, small.color(sight, some), atol=1e-4)


def test_a_hint_holds_where_it_was_set_and_stops_at_an_edge(trained, halves):
    with torch.inference_mode():
        sight = trained.look(halves)
        before, after = trained.color(sight), trained.color(sight, hints((24, 32, 10, 45, 3)))
    change = (after - before).norm(dim=1)[0]
    assert (after[0, :, 16, 12] - torch.tensor([10.0, 45.0])).norm() < 6
    assert change[:, :20].mean() > 2 * change[:, 28:].mean()


def test_the_bundled_weights_are_those_of_their_card():
    card = json.loads(BUNDLED.with_suffix(".json").read_text("utf-8"))
    assert sha256(BUNDLED.read_bytes()).hexdigest() == card["sha256"]
    assert BUNDLED.stat().st_size < 30e6


def test_the_encoder_has_the_official_names():
    names = EfficientNetLite0().state_dict()
    assert len([n for n in names if not n.endswith("num_batches_tracked")]) == 245
    assert names["blocks.6.0.conv_pwl.weight"].shape == (320, 1152, 1, 1)


def test_the_encoder_pads_as_tensorflow_does():
    net = EfficientNetLite0()
    with torch.inference_mode():
        half = net(torch.zeros(1, 3, 64, 32)).half
    assert half.shape == (1, 16, 32, 16)
    assert net.conv_stem.extra == (0, 1, 0, 1)


@pytest.mark.parametrize(
    ("lab", "rgb"),
    [
        ((53.2408, 80.0925, 67.2032), (1, 0, 0)),
        ((87.7347, -86.1827, 83.1793), (0, 1, 0)),
        ((32.2970, 79.1875, -107.8602), (0, 0, 1)),
        ((53.5850, 0, 0), (0.50196,) * 3),
    ],
)
def test_lab_to_rgb_knows_the_primaries(lab, rgb):
    light, ab = torch.tensor(lab[:1]).view(1, 1, 1, 1), torch.tensor(lab[1:]).view(1, 2, 1, 1)
    assert torch.allclose(lab_to_rgb(light, ab).flatten(), torch.tensor(rgb).float(), atol=2e-3)


def test_grey_levels_are_those_of_srgb():
    grey = linear_to_srgb(light_to_linear(torch.tensor([0.0, 53.585, 100.0])))
    assert torch.allclose(grey, torch.tensor([0.0, 128 / 255, 1.0]), atol=1e-3)
