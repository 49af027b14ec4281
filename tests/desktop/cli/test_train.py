"""`train`: its file is not replaced unasked, and it says what computed and what was written."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from desktop.cli import main as cli
from desktop.cli import upkeep


@dataclass(frozen=True)
class Options:
    """Of a recipe as those are that train a bundled model."""

    data: Path
    out: Path = Path("weights.safetensors")
    work: Path = Path("work")
    seconds: float = 60
    device: str = "auto"


@dataclass(frozen=True)
class OnCpu:
    """Of a recipe that knows no other device."""

    data: Path
    out: Path = Path("weights.safetensors")


def run(options: Options, say: Callable[[str], None]) -> Path:
    say("step 1")
    options.out.write_text(f"trained on {getattr(options, 'device', 'the CPU')}")
    return options.out


@pytest.fixture(autouse=True)
def recipes(tmp_path, monkeypatch):
    """Two recipes that are done at once, in an empty folder."""
    modules = {
        "inference.train.quick": SimpleNamespace(Options=Options, train=run),
        "inference.train.plain": SimpleNamespace(Options=OnCpu, train=run),
    }
    monkeypatch.setattr(upkeep, "_recipes", lambda: ["plain", "quick"])
    monkeypatch.setattr(upkeep, "import_module", modules.__getitem__)
    monkeypatch.chdir(tmp_path)


def train(*words) -> int:
    return cli.main(["train", *map(str, words), "--data", "."])


def test_progress_goes_to_stderr_and_one_object_to_stdout(capsys):
    assert train("quick", "--device", "cpu", "--json", "--out", "mine.safetensors") == 0
    shown = capsys.readouterr()
    assert "step 1" in shown.err
    told = json.loads(shown.out)
    assert (told["inputs"], told["outputs"]) == (["."], ["mine.safetensors"])
    assert told["device"] == "cpu"
    assert told["seconds"]["run"] >= 0
    assert Path("mine.safetensors").read_text() == "trained on cpu"


@pytest.mark.parametrize("recipe", ["quick", "plain"])
def test_a_file_is_replaced_only_when_asked(recipe, capsys):
    Path("weights.safetensors").write_text("older")
    assert train(recipe) == 2
    assert "exists already. Choose another name, or have it replaced (--overwrite)." in (
        capsys.readouterr().err
    )
    assert Path("weights.safetensors").read_text() == "older"
    assert train(recipe, "--overwrite") == 0
    assert Path("weights.safetensors").read_text().startswith("trained")


@pytest.mark.parametrize(("spent", "code"), [(30.0, 0), (60.0, 2)])
def test_a_run_that_was_stopped_goes_on_to_its_own_file(spent, code):
    Path("weights.safetensors").write_text("so far")
    Path("work").mkdir()
    torch.save({"spent": spent, "net": {"a": torch.zeros(3)}}, Path("work", "checkpoint.pt"))
    assert train("quick") == code


def test_a_device_is_for_recipes_that_know_one(capsys):
    assert train("plain", "--device", "cuda") == 2
    assert "computes on the CPU only. Leave --device out." in capsys.readouterr().err
    assert train("plain", "--device", "cpu", "--json") == 0
    assert json.loads(capsys.readouterr().out)["device"] == "cpu"


def test_ones_own_style_is_replaced_only_when_asked(tmp_path, monkeypatch):
    from inference.train import style

    monkeypatch.setattr(style, "user_folder", lambda: tmp_path)
    options = style.Options(Path(), Path("My stripes.jpg"))
    assert options.out == tmp_path / "my_stripes.safetensors"
