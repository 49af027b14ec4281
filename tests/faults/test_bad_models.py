"""Files of weights that are damaged, dangerous or of something else: each refused in a sentence."""

import hashlib
import io
import json
import os
import pickle
import zipfile
from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save, save_file

from inference.cabinet import catalog, loading
from inference.models import colorizer
from inference.values import Problem

TINY = colorizer.Settings(widths=(8, 8, 8, 8, 8), refiner=4, carriers=1, embedding=2)


@pytest.fixture(scope="module")
def whole() -> dict[str, torch.Tensor]:
    """Weights of a tiny colorizer."""
    torch.manual_seed(0)
    return dict(colorizer.build(TINY).state_dict())


@pytest.fixture
def folder():
    folder = catalog.user_folder()
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def refusal(folder):
    """What loading a file of these bytes says (it must refuse)."""

    def refusal(content: bytes, name="model.pth", **card) -> Problem:
        (folder / name).write_bytes(content)
        if card:
            facts = {"id": "model", "title": "", "family": "", "file": name, "sha256": ""}
            (folder / "model.json").write_text(json.dumps(facts | card))
        with pytest.raises(Problem) as problem:
            loading.load("model", "cpu")
        assert problem.value.remedy
        assert "\n" not in problem.value.sentence
        return problem.value

    return refusal


def pickled(data) -> bytes:
    buffer = io.BytesIO()
    torch.save(data, buffer)
    return buffer.getvalue()


# Pickles that bring code along.


class Command:
    """Runs a command when it is unpickled."""

    def __init__(self, path):
        self.command = f"touch {path}"

    def __reduce__(self):
        return os.system, (self.command,)


@pytest.mark.parametrize("layout", ["torch", "plain", "legacy"])
def test_a_pickle_that_brings_code_is_refused_and_the_code_does_not_run(refusal, tmp_path, layout):
    mark = tmp_path / "it_ran"
    buffer = io.BytesIO()
    if layout == "plain":
        pickle.dump({"small.weight": Command(mark)}, buffer, protocol=2)
    else:
        zipped = layout == "torch"
        torch.save({"a": Command(mark)}, buffer, _use_new_zipfile_serialization=zipped)
    said = refusal(buffer.getvalue())
    assert not mark.exists()
    assert "posix.system" in said.sentence or "nt.system" in said.sentence
    assert "safetensors" in said.remedy


def test_a_whole_pickled_network_is_refused_by_the_name_of_its_class(refusal):
    said = refusal(pickled(torch.nn.Linear(2, 2)))
    assert "torch.nn.modules.linear.Linear" in said.sentence


def test_a_pickled_numpy_scalar_is_refused(refusal):
    assert "refused" in refusal(pickled({"a": torch.ones(1), "loss": np.float64(1)})).sentence


# Files that are no weights.

NEITHER = "because it is neither a safetensors nor a torch file"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "because it is empty"),
        (b"<!DOCTYPE html><html>404", "because it is a web page: its download went wrong"),
        (b"\x89PNG\r\n\x1a\n0000", NEITHER),
        (b"hello", NEITHER),
        (pickled({}), "because it holds no weights"),
        (pickled([1, 2]), "because it holds no weights"),
        (pickled("text"), "because it holds no weights"),
        (save({"a": torch.ones(0, 10**9)}), "because its layer a is empty"),
    ],
)
def test_what_holds_no_weights_is_refused_with_the_reason(refusal, content, reason):
    assert refusal(content).sentence == f"The file model.pth cannot be read as a model {reason}."


@pytest.mark.parametrize("kind", ["safetensors", "pickle"])
@pytest.mark.parametrize("kept", [0.05, 0.5, 0.999])
def test_a_truncated_file_is_refused(refusal, whole, kind, kept):
    content = save(whole) if kind == "safetensors" else pickled(whole)
    said = refusal(content[: int(len(content) * kept)])
    assert "cannot be read as a model" in said.sentence


def test_a_zip_of_something_else_is_refused(refusal):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "cannot be read as a model" in refusal(buffer.getvalue()).sentence


@pytest.mark.parametrize("length", [0, 1, 10**6, 2**63])
def test_a_lying_safetensors_header_is_refused(refusal, length):
    refusal(length.to_bytes(8, "little") + b'{"a": {}}', name="model.safetensors")


def test_a_folder_in_place_of_a_file_is_no_model(folder):
    (folder / "model.pth").mkdir()
    with pytest.raises(Problem, match="no model called"):
        loading.load("model", "cpu")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_damage_is_refused_or_harmless(folder, whole, data):
    content = bytearray(save(whole))
    header = int.from_bytes(content[:8], "little") + 8
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, header - 1))] = data.draw(st.integers(0, 255))
    (folder / "model.safetensors").write_bytes(content)
    with suppress(Problem):
        loading.load("model", "cpu")


# "Not mine" and "mine but damaged".


def test_weights_of_no_known_family_are_not_ours(refusal):
    said = refusal(save({"conv.weight": torch.ones(1)}))
    assert "a network that Grisaille does not know" in said.sentence
    assert "conv.weight" in said.detail


def test_missing_layers_are_named(refusal, whole):
    rest = {key: value for key, value in whole.items() if not key.startswith("mean.")}
    said = refusal(save(rest))
    assert said.sentence == (
        "The file model.pth is a model of the family colorizer, but damaged:"
        " mean.weight, mean.bias are missing."
    )


def test_layers_too_many_are_named(refusal, whole):
    said = refusal(save(whole | {"extra.weight": torch.ones(1)}))
    assert "damaged: extra.weight is not expected." in said.sentence


def test_many_missing_layers_are_counted(refusal, whole):
    rest = {key: value for key, value in whole.items() if "encoder.blocks" not in key}
    said = refusal(save(rest))
    assert "more are missing" in said.sentence
    assert "encoder.blocks.6.0" in said.detail


def test_a_layer_of_another_shape_is_damage(refusal, whole):
    said = refusal(save(whole | {"mean.weight": torch.ones(2, 3, 1, 1)}))
    assert "damaged: layers do not fit together" in said.sentence
    assert "mean.weight" in said.detail


@pytest.mark.parametrize("key", ["carry.null", "embed.weight", "bin_centres", "coarse.0.weight"])
def test_a_layer_of_impossible_shape_is_damage(refusal, whole, key):
    said = refusal(save(whole | {key: torch.tensor(1.0)}))
    assert "of the family colorizer, but damaged" in said.sentence


def test_what_makes_a_family_is_named_where_the_card_tells_the_family(refusal, whole):
    rest = {key: value for key, value in whole.items() if key != "carry.null"}
    said = refusal(save(rest), family="colorizer", sha256="")
    assert "colorizer, but damaged" in said.sentence


# Cards and files that do not agree.


def test_a_file_that_is_not_the_one_on_the_card_is_refused(refusal, whole):
    content = save(whole)
    said = refusal(content + b" ", sha256=hashlib.sha256(content).hexdigest())
    assert "not the one that its card describes" in said.sentence
    assert hashlib.sha256(content).hexdigest() in said.detail


def test_a_family_that_does_not_exist_is_refused(refusal, whole):
    assert "does not know" in refusal(save(whole), family="dreamer").sentence


def test_a_missing_file_is_told_before_loading(folder, whole):
    card = {"id": "model", "title": "", "family": "", "file": "gone.pth", "sha256": ""}
    (folder / "model.json").write_text(json.dumps(card))
    with pytest.raises(Problem, match=r"gone\.pth is missing"):
        loading.load("model", "cpu")


def test_a_file_that_nobody_may_read_is_refused(folder, whole, monkeypatch):
    save_file(whole, folder / "model.safetensors")
    path = type(folder)

    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(path, "open", refuse)
    with pytest.raises(Problem, match="Permission denied"):
        loading.load("model", "cpu")
