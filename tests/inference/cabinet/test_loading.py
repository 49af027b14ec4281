"""From id to network: families, hash, kinds of files, the shelf and its budget."""

import hashlib
import json
import types
from dataclasses import dataclass

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from inference.cabinet import catalog, loading
from inference.cabinet.loading import Loaded, Shelf
from inference.models import colorizer
from inference.values import Problem


@dataclass(frozen=True)
class Settings:
    width: int = 4


def recognise(state):
    return Settings(state["small.weight"].shape[0]) if "small.weight" in state else None


class Net(nn.Module):
    def __init__(self, settings):
        super().__init__()
        self.small = nn.Linear(3, settings.width)
        self.drop = nn.Dropout()


SMALL = types.SimpleNamespace(
    __name__="inference.models.small", Settings=Settings, recognise=recognise, build=Net
)


@pytest.fixture(autouse=True)
def small_family(monkeypatch):
    """A family of a few numbers, besides the real ones; an empty shelf."""
    real = loading.families()
    monkeypatch.setattr(loading, "families", lambda: (*real, SMALL))
    monkeypatch.setattr(loading, "shelf", Shelf(2**20))


@pytest.fixture
def folder():
    folder = catalog.user_folder()
    folder.mkdir(parents=True)
    return folder


def weights(width=4, **changes):
    return {"small.weight": torch.ones(width, 3), "small.bias": torch.zeros(width)} | changes


def card_for(path, **changes):
    facts = {
        "id": path.stem,
        "title": path.stem,
        "family": "small",
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    path.with_suffix(".json").write_text(json.dumps(facts | changes))


def test_a_model_is_loaded_with_settings_from_its_weights(folder):
    save_file(weights(width=6), folder / "six.safetensors")
    card_for(folder / "six.safetensors")
    loaded = loading.load("six", "cpu")
    assert loaded.network.small.weight.tolist() == [[1.0] * 3] * 6
    assert loaded.card.id == "six"


def test_networks_are_frozen_and_in_eval_mode(folder):
    save_file(weights(), folder / "four.safetensors")
    network = loading.load("four", "cpu").network
    assert not network.drop.training
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_the_stamp_is_the_hash_of_the_file_with_or_without_card(folder):
    path = folder / "four.safetensors"
    save_file(weights(), path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert loading.load("four", "cpu").stamp.sha256 == sha256
    card_for(path)
    assert loading.load("four", "cpu").stamp.sha256 == sha256


def test_half_precision_files_become_whole_networks(folder):
    save_file({k: v.half() for k, v in weights().items()}, folder / "half.safetensors")
    assert loading.load("half", "cpu").network.small.weight.dtype == torch.float32


@pytest.mark.parametrize("wrapper", [None, "state_dict", "params", "params_ema"])
@pytest.mark.parametrize("zipped", [True, False])
def test_pickles_of_weights_are_read_whatever_wraps_them(folder, wrapper, zipped):
    data = weights() if wrapper is None else {wrapper: weights(), "iteration": 7}
    torch.save(data, folder / "old.pth", _use_new_zipfile_serialization=zipped)
    assert loading.load("old", "cpu").network.small.out_features == 4


def test_a_file_is_known_by_its_first_bytes_not_by_its_name(folder):
    save_file(weights(), folder / "misnamed.pth")
    assert loading.load("misnamed", "cpu").network.small.out_features == 4


def test_loading_uses_up_no_seeded_chance(folder):
    save_file(weights(), folder / "four.safetensors")
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    loading.load("four", "cpu")
    assert torch.rand(1) == expected


@pytest.mark.parametrize("family", ["colorizer", ""])
def test_the_colorizer_reads_back_its_own_file(folder, family):
    torch.manual_seed(0)
    settings = colorizer.Settings(widths=(16, 16, 8, 8, 8), refiner=8, carriers=2, embedding=4)
    built = colorizer.build(settings)
    save_file(built.state_dict(), folder / "tiny.safetensors")
    card_for(folder / "tiny.safetensors", family=family)
    network = loading.load("tiny", "cpu").network
    light = torch.rand(1, 1, 32, 32) * 100
    with torch.inference_mode():
        assert torch.allclose(network.look(light).ab, built.look(light).ab, atol=1e-3)


def test_a_device_that_was_never_asked_for_is_not_used(folder):
    save_file(weights(), folder / "four.safetensors")
    assert loading.load("four", torch.device("cpu")).network.small.weight.device.type == "cpu"


# The shelf.


def test_a_network_is_loaded_once(folder):
    save_file(weights(), folder / "four.safetensors")
    assert loading.load("four", "cpu") is loading.load("four", "cpu")


def test_a_file_that_was_replaced_is_loaded_again(folder):
    save_file(weights(4), folder / "model.safetensors")
    loading.load("model", "cpu")
    save_file(weights(5), folder / "model.safetensors")
    assert loading.load("model", "cpu").network.small.out_features == 5


def loaded_of(size):
    network = nn.Linear(size // 4, 1, bias=False)
    return Loaded(network, types.SimpleNamespace(id=f"of {size}"), None)


def test_the_shelf_tells_what_it_holds():
    shelf = Shelf(1000)
    shelf.get("a", lambda: loaded_of(400))
    shelf.get("b", lambda: loaded_of(200))
    assert (shelf.used, shelf.budget, shelf.models) == (600, 1000, ("of 400", "of 200"))


def test_the_least_recently_used_is_put_away():
    shelf = Shelf(1000)
    shelf.get("a", lambda: loaded_of(400))
    shelf.get("b", lambda: loaded_of(404))
    shelf.get("a", lambda: pytest.fail("loaded again"))
    shelf.get("c", lambda: loaded_of(408))
    assert shelf.models == ("of 400", "of 408")


def test_the_newest_stays_however_large():
    shelf = Shelf(1000)
    shelf.get("a", lambda: loaded_of(400))
    shelf.get("b", lambda: loaded_of(4000))
    assert shelf.models == ("of 4000",)


def test_a_smaller_budget_takes_effect_at_once():
    shelf = Shelf(1000)
    for key in (100, 200, 300):
        shelf.get(key, lambda key=key: loaded_of(key))
    shelf.budget = 350
    assert shelf.models == ("of 300",)
    shelf.clear()
    assert shelf.used == 0


def test_what_could_not_be_loaded_leaves_nothing_behind():
    shelf = Shelf(1000)
    with pytest.raises(Problem):
        shelf.get("a", lambda: (_ for _ in ()).throw(Problem("No.")))
    assert shelf.models == ()
