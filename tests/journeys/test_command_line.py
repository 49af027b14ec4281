"""A photograph's way through the command line: colour, hints, project, export; and the tour."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inference.cabinet import catalog
from inference.media.picture import read_picture

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "resources" / "samples"


@pytest.fixture(autouse=True)
def shipped():
    if not (catalog.BUNDLED / "colorizer.safetensors").is_file():
        pytest.skip("needs resources/models/colorizer.safetensors")


def grisaille(*words, folder: Path, **environment) -> subprocess.CompletedProcess:
    kept = {k: v for k, v in os.environ.items() if k not in environment}
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**kept, **{k: v for k, v in environment.items() if v is not None}},
    )


def test_a_photograph_from_grey_to_export(tmp_path):
    photograph = SAMPLES / "harvesters_bw.jpg"
    hints = [{"x": 400, "y": 350, "rgb": [180, 40, 50], "radius": 5}]
    (tmp_path / "hints.json").write_text(json.dumps(hints))
    words = ("colorize", photograph, "-o", "p.grisaille", "--hints", "hints.json", "--json")
    colored = grisaille(*words, folder=tmp_path)
    assert colored.returncode == 0, colored.stderr
    assert json.loads(colored.stdout)["model"]["id"] == "colorizer"
    words = ("export", "p.grisaille", "-o", "p.tif", "--depth", "16", "--json", "--report")
    exported = grisaille(*words, folder=tmp_path)
    assert exported.returncode == 0, exported.stderr
    assert json.loads(exported.stdout)["figures"]["mean_dl_written"] < 0.3
    picture = read_picture(tmp_path / "p.tif")
    assert picture.pixels.dtype == np.uint16
    assert np.ptp(picture.pixels.astype(int), axis=2).mean() > 500


@pytest.mark.slow
def test_without_a_display_the_sample_is_a_tour(tmp_path):
    nowhere = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}
    toured = grisaille("--sample", folder=tmp_path, **nowhere)
    assert toured.returncode == 0, toured.stderr
    written = {path.name for path in (tmp_path / "out").iterdir()}
    for sample in SAMPLES.glob("*_bw.jpg"):
        assert sample.name.replace("_bw", "") in written
    assert {"belaia_river.grisaille", "belaia_river_16bit.png", "stream_by_reference.jpg"} < written
    assert {"chaplin_coloured.mp4", "chaplin_painted.mp4"} < written
    assert str(tmp_path / "out") in toured.stdout


def test_without_a_display_no_window_opens(tmp_path):
    nowhere = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}
    done = grisaille(folder=tmp_path, **nowhere)
    assert done.returncode == 2
    assert "no display" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
