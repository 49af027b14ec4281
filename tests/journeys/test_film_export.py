"""A film's way through the command line: coloured, killed, resumed; what `info` says of it."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from inference.cabinet import catalog
from tests import filmed

ROOT = Path(__file__).parents[2]
MAIN = [sys.executable, str(ROOT / "main.py")]


@pytest.fixture(autouse=True)
def shipped():
    if not (catalog.BUNDLED / "colorizer.safetensors").is_file():
        pytest.skip("needs resources/models/colorizer.safetensors")


def grisaille(*words, folder):
    return subprocess.run(
        [*MAIN, *map(str, words)], capture_output=True, text=True, check=False, cwd=folder
    )


def scenes(number, width, height):
    """A cut each ten frames."""
    frame = filmed.frame(number, width, height, shift=number // 10 * 200)
    return frame if number // 10 % 2 else 255 - frame // 2


def clip(folder, frames=30, **wishes):
    times = tuple(range(0, frames * 512, 512))
    return filmed.make_clip(folder / "clip.mp4", times, picture=scenes, **wishes)


def test_a_clip_is_coloured_with_its_sound(tmp_path):
    source = clip(tmp_path, 12, sound=True)
    done = grisaille("colorize", source, "-o", "out.mov", "--crf", 12, "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)["figures"]
    assert figures["frames"] == 12
    assert figures["frames_per_second"] > 0
    for name in ("segments", "segments_resumed", "cdc", "cdc_before", "colorfulness", "warping"):
        assert name in figures
    assert filmed.times_of(tmp_path / "out.mov") == filmed.times_of(source)
    assert filmed.sound_of(tmp_path / "out.mov") == filmed.sound_of(source)


@pytest.mark.slow
def test_a_killed_export_is_resumed_to_the_same_bytes(tmp_path):
    source = clip(tmp_path)
    whole = grisaille("colorize", source, "-o", "whole.mp4", "--json", folder=tmp_path)
    assert whole.returncode == 0, whole.stderr
    words = [*MAIN, "colorize", str(source), "-o", "out.mp4", "--json"]
    running = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL)
    first = tmp_path / ".out.mp4.grisaille-export" / "00000.film"
    deadline = time.monotonic() + 120
    while not first.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not (tmp_path / "out.mp4").exists()
    again = grisaille("colorize", source, "-o", "out.mp4", "--json", folder=tmp_path)
    assert again.returncode == 0, again.stderr
    figures = json.loads(again.stdout)["figures"]
    assert figures["segments_resumed"] >= 1
    assert "Resumed:" in again.stderr
    assert figures["cdc"] == json.loads(whole.stdout)["figures"]["cdc"]
    # the target's name is part of the plan, not of the film
    digests = {
        hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("out.mp4", "whole.mp4")
    }
    assert len(digests) == 1
    assert not list(tmp_path.glob(".*export"))


def test_ctrl_c_leaves_no_broken_film(tmp_path):
    words = [*MAIN, "colorize", str(clip(tmp_path, 60)), "-o", "out.mp4", "--json"]
    running = subprocess.Popen(
        words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    folder = tmp_path / ".out.mp4.grisaille-export"
    deadline = time.monotonic() + 120
    while not list(folder.glob("*.film")) and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert running.returncode == 130, said
    assert "Traceback" not in said
    assert "What is done of out.mp4 is kept: the same command goes on there." in said
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".mp4"] == [folder.name]
    assert not (tmp_path / "out.mp4").exists()


def test_a_folder_of_clips_and_pictures(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    clip(folder, 3)
    from inference.media.picture import write_picture
    from inference.values import Picture

    write_picture(Picture(filmed.frame(1)), folder / "still.png")
    (folder / "bad.mp4").write_text("words")
    done = grisaille("colorize", folder, "-o", "out", "--json", folder=tmp_path)
    assert done.returncode == 2
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"clip.mp4", "still.png"}
    (problem,) = json.loads(done.stdout)["problems"]
    assert problem["input"].endswith("bad.mp4")
    assert "not a film" in problem["sentence"]


def test_numbered_pictures(tmp_path):
    from inference.media.picture import write_picture
    from inference.values import Picture

    for number in range(3):
        pixels = filmed.frame(number).astype(np.uint16) * 257
        write_picture(Picture(pixels), tmp_path / f"in_{number:03d}.png")
    words = ("colorize", "in_%03d.png", "-o", "out_%03d.png", "--rate", "30")
    done = grisaille(*words, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("out_*.png"))) == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "later"], "'later' is not a time"),
        (["--rate", "0"], "'0' is not a rate of frames"),
        (["--codec", "prores"], "cannot hold ProRes"),
        (["--coherence", "2"], "--coherence"),
        (["--from", "100"], "There is no frame"),
        (["--depth", "8"], "--depth has no use here: A film keeps the depth of its source"),
        (["--quality", "80"], "--quality has no use here: The quality of a film is told by --crf"),
        (["--report"], "--report has no use here: A film is not one picture"),
        (["--hints", "hints.json"], "Hints and masks belong to one picture"),
    ],
)
def test_refusals(tmp_path, words, sentence):
    source = clip(tmp_path, 2)
    done = grisaille("colorize", source, "-o", "out.mp4", *words, folder=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.mp4").exists()


def test_info_tells_of_films(tmp_path):
    told = grisaille("info", clip(tmp_path, sound=True, rotation=90), "--json", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    facts = json.loads(told.stdout)
    assert facts["kind"] == "film"
    assert (facts["frames"], facts["rate"], facts["size"]) == (30, 25, "48 x 64")
    assert facts["shots"] == 3
    assert facts["cuts"] == [0.4, 0.8]
    assert facts["sound"] == ["aac (fra)"]


def test_info_tells_of_pictures_and_refuses_words(tmp_path):
    sample = ROOT / "resources" / "samples" / "harvesters_bw.jpg"
    told = grisaille("info", sample, folder=tmp_path)
    assert told.returncode == 0
    assert "picture" in told.stdout
    (tmp_path / "words.mp4").write_text("words")
    told = grisaille("info", "words.mp4", folder=tmp_path)
    assert told.returncode == 2
    assert "not a film that can be read" in told.stderr
