"""Fast neural style: read off its keys, old files too."""

import pytest
import torch

from inference.cabinet.loading import network_of
from inference.models import fast_style
from inference.models.fast_style import Settings
from inference.values import Problem

SMALL = Settings((4, 6, 8), blocks=2)


@pytest.fixture(scope="module")
def small() -> fast_style.FastStyle:
    torch.manual_seed(3)
    return fast_style.build(SMALL).requires_grad_(False)


@pytest.mark.parametrize("settings", [SMALL, Settings()])
def test_recognises_what_it_builds(settings):
    assert fast_style.recognise(fast_style.build(settings).state_dict()) == settings


def test_has_as_many_parameters_as_the_official_network():
    assert sum(p.numel() for p in fast_style.build(Settings()).parameters()) == 1_679_235


@pytest.mark.parametrize("missing", ["conv1.conv2d.weight", "deconv3.conv2d.weight"])
def test_leaves_other_files_to_other_families(small, missing):
    state = dict(small.state_dict())
    del state[missing]
    assert fast_style.recognise(state) is None


@pytest.mark.parametrize("place", ["in1", "in5", "res2.in1"])
def test_running_statistics_of_old_files_are_put_away(small, place):
    width = small.get_submodule(place).num_features
    old = {f"{place}.running_mean": torch.ones(width), f"{place}.running_var": torch.ones(width)}
    net = network_of({**small.state_dict(), **old}, "candy.pth")
    x = 255 * torch.rand(1, 3, 32, 40)
    with torch.no_grad():
        assert torch.equal(net(x), small(x))


def test_other_leftovers_are_damage(small):
    state = {**small.state_dict(), "in1.running_sum": torch.zeros(4)}
    with pytest.raises(Problem, match="not expected"):
        network_of(state, "candy.pth")


@pytest.mark.parametrize(("size", "grown"), [((44, 52), (44, 52)), ((27, 34), (28, 36))])
def test_sides_grow_to_multiples_of_4(small, size, grown):
    assert small(torch.zeros(1, 3, *size)).shape[2:] == grown
