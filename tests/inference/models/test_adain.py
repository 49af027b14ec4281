"""AdaIN: read off its keys, statistics swapped, colours lent."""

import pytest
import torch
from safetensors.torch import save_file

from inference.cabinet import halves, loading
from inference.cabinet.loading import network_of
from inference.models import adain
from inference.models.adain import Settings
from inference.values import Problem

SMALL = Settings((2, 4, 8, 16))


@pytest.fixture(scope="module")
def small() -> adain.AdaIN:
    torch.manual_seed(3)
    return adain.build(SMALL).requires_grad_(False)


def unused(width: int) -> dict[str, torch.Tensor]:
    """What official encoders hold beyond relu4_1."""
    kernel, bias = torch.zeros(width, width, 3, 3), torch.zeros(width)
    places = (32, 35, 38, 42, 45, 48, 51)
    return {f"vgg.{p}.{k}": v for p in places for k, v in (("weight", kernel), ("bias", bias))}


@pytest.mark.parametrize("settings", [SMALL, Settings()])
def test_recognises_what_it_builds(settings):
    assert adain.recognise(adain.build(settings).state_dict()) == settings


@pytest.mark.parametrize("missing", ["vgg.29.weight", "decoder.28.weight"])
def test_leaves_other_files_to_other_families(small, missing):
    state = dict(small.state_dict())
    del state[missing]
    assert adain.recognise(state) is None


def test_the_unused_layers_of_official_files_are_put_away(small):
    state = {**small.state_dict(), **unused(16)}
    assert isinstance(network_of(state, "adain.pth"), adain.AdaIN)


@pytest.mark.parametrize("extra", ["vgg.54.weight", "decoder.31.bias"])
def test_other_leftovers_are_damage(small, extra):
    with pytest.raises(Problem, match="not expected"):
        network_of({**small.state_dict(), extra: torch.zeros(3)}, "adain.pth")


def test_both_official_files_make_one_network(small, tmp_path):
    for part, name in (("vgg", "vgg_normalised"), ("decoder", "decoder")):
        state = {
            key.removeprefix(f"{part}."): value.clone()
            for key, value in {**small.state_dict(), **unused(16)}.items()
            if key.startswith(f"{part}.")
        }
        save_file(state, tmp_path / f"{name}.safetensors")
    for name in ("decoder", "vgg_normalised"):
        path = tmp_path / f"{name}.safetensors"
        state = halves.whole(loading.read_state(path), path, loading.read_state)
        assert isinstance(network_of(state, path.name), adain.AdaIN)


def test_half_of_it_asks_for_the_other(small, tmp_path):
    state = {key.removeprefix("decoder."): v for key, v in small.decoder.state_dict().items()}
    with pytest.raises(Problem, match="one half") as caught:
        halves.whole(state, tmp_path / "decoder.pth", loading.read_state)
    assert "vgg_normalised.pth" in caught.value.remedy


def test_sides_grow_to_multiples_of_8(small):
    painted = small(torch.rand(1, 3, 45, 51), [torch.rand(1, 3, 39, 57)])
    assert painted.shape == (1, 3, 48, 56)


def test_takes_the_statistics_of_the_style():
    style = 3 * torch.randn(1, 5, 30, 20) + 2
    moved = adain.restyled(torch.randn(1, 5, 12, 16), style)
    assert torch.allclose(moved.mean((2, 3)), style.mean((2, 3)), atol=1e-3)
    assert torch.allclose(moved.std((2, 3)), style.std((2, 3)), atol=1e-3)


def test_strength_0_leaves_features_alone(small):
    content = torch.randn(1, 5, 12, 16)
    assert torch.equal(adain.blend(content, [torch.randn(1, 5, 9, 9)], [1.0], 0.0), content)


def test_lent_colors_have_the_means_and_deviations_of_the_content():
    torch.manual_seed(1)
    content = torch.rand(3, 40, 50) * torch.tensor([1.0, 0.3, 0.5])[:, None, None]
    lent = adain.recolored(torch.rand(3, 60, 30) ** 2, content)
    assert torch.allclose(lent.mean((1, 2)), content.mean((1, 2)), atol=1e-3)
    assert torch.allclose(lent.std((1, 2)), content.std((1, 2)), atol=0.02)


def test_a_style_of_one_color_lends_and_takes_colors():
    flat = torch.full((3, 20, 20), 0.4)
    assert adain.recolored(flat, torch.rand(3, 20, 20)).isfinite().all()
    assert torch.allclose(adain.recolored(torch.rand(3, 20, 20), flat), flat, atol=1e-5)
