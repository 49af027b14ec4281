"""Places that nothing can be written to: one clear sentence, exit code 2, nothing lost."""

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.cli import main as cli
from tests.faults.asking import colorize, grey, refused
from tests.untrained import MODEL

pytestmark = pytest.mark.usefixtures("untrained")

ROOT = Path(__file__).parents[2]


def test_a_kind_that_is_not_written_is_refused(tmp_path, capsys):
    told = refused(capsys, grey(tmp_path), "-o", tmp_path / "out.xyz")
    assert ".png" in told
    assert ".grisaille" in told


def test_a_folder_that_is_not_there_is_refused(tmp_path, capsys):
    assert "no folder" in refused(capsys, grey(tmp_path), "-o", tmp_path / "no" / "out.png")


@pytest.fixture
def nothing_works(monkeypatch):
    """No network may run, no project may be opened."""

    def work(*_, **__):
        raise AssertionError("it went to work")

    monkeypatch.setattr("inference.tasks.run", work)
    monkeypatch.setattr("desktop.document.project.load_project", work)


@pytest.mark.parametrize(
    ("target", "options", "size", "sentence"),
    [
        ("out.jpg", ["--depth", "16"], (40, 30), "cannot have 16 bits, because JPEG has 8 only"),
        ("out.webp", ["--depth", "16"], (40, 30), "cannot have 16 bits, because WebP has 8 only"),
        ("out.webp", [], (20_000, 2), "WebP ends at 16,383 a side"),
        ("out.jpg", [], (70_000, 1), "JPEG ends at 65,535 a side"),
        ("out.grisaille", [], (120_000, 1), "100,000 pixels a side"),
    ],
)
def test_what_no_such_file_can_hold_is_refused_before_any_work(
    target, options, size, sentence, tmp_path, capsys, nothing_works
):
    out = tmp_path / target
    assert sentence in refused(capsys, grey(tmp_path, size=size), "-o", out, *options)
    assert not out.exists()


@pytest.mark.parametrize("out", ["out.png", "out.tif", "out.grisaille"])
@pytest.mark.parametrize("command", [["colorize"], ["stylize", "--style", "starry_night"]])
def test_a_quality_where_nothing_is_lost_is_refused_before_any_work(
    command, out, tmp_path, capsys, nothing_works
):
    words = [*command, str(grey(tmp_path)), "-o", str(tmp_path / out), "--quality", "80"]
    assert cli.main(words) == 2
    said = capsys.readouterr().err
    assert "--quality has no use here" in said
    assert "loses nothing. Leave --quality out." in said
    assert not (tmp_path / out).exists()


@pytest.mark.parametrize("options", [["--depth", "16"], ["--depth", "8"], ["--report"]])
def test_what_a_project_cannot_be_told_is_refused(options, tmp_path, capsys, nothing_works):
    said = refused(capsys, grey(tmp_path), "-o", tmp_path / "out.grisaille", *options)
    assert f"{options[0]} has no use here: Layers" in said


def test_eight_bits_of_a_picture_that_has_no_others_are_no_mistake(tmp_path):
    out = tmp_path / "out.jpg"
    assert colorize(grey(tmp_path), "-o", out, "--depth", "8", "--quality", "80") == 0
    assert out.exists()


def test_in_a_folder_a_quality_is_for_those_that_have_one(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.jpg", "b.png"):
        grey(tmp_path / "in", name)
    assert colorize(tmp_path / "in", "-o", tmp_path / "out", "--quality", "80") == 0
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_in_a_folder_only_what_cannot_hold_it_is_refused(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    grey(tmp_path / "in", "a.jpg")
    grey(tmp_path / "in", "b.png")
    assert colorize(tmp_path / "in", "-o", tmp_path / "out", "--depth", "16") == 2
    assert "a.jpg: “a.jpg” cannot have 16 bits" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.png"]


@pytest.mark.parametrize(
    ("target", "options", "sentence"),
    [
        ("out.jpg", ["--depth", "16"], "JPEG has 8 only"),
        ("out.png", ["--layered"], "cannot hold layers"),
        ("out.ora", ["--depth", "8"], "Layers keep their own depth"),
        ("out.ora", ["--quality", "80"], "OpenRaster loses nothing"),
        ("out.grisaille", ["--depth", "16"], "Layers keep their own depth"),
        ("out.png", ["--quality", "80"], "PNG loses nothing"),
        ("out.tif", ["--layered", "--report"], "not one picture to be compared"),
        ("out.xyz", [], "does not end like a picture"),
        ("in.png", [], "exists already"),
        ("no/out.png", [], "no folder"),
    ],
)
def test_an_impossible_export_is_refused_before_any_work(
    target, options, sentence, tmp_path, capsys, nothing_works
):
    grey(tmp_path)
    words = ["export", str(tmp_path / "p.grisaille"), "-o", str(tmp_path / target), *options]
    assert cli.main(words) == 2
    assert sentence in capsys.readouterr().err


def test_a_picture_into_a_folder_is_refused(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    assert "is a folder" in refused(capsys, grey(tmp_path), "-o", tmp_path / "out")


def test_a_folder_into_a_picture_is_refused(tmp_path, capsys):
    picture = grey(tmp_path)
    assert "OUT is not" in refused(capsys, tmp_path, "-o", picture)
    assert "OUT is not" in refused(capsys, tmp_path, "-o", tmp_path / "new.png")


def test_a_folder_without_pictures_is_refused(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    assert "neither a picture nor a film" in refused(
        capsys, tmp_path / "in", "-o", tmp_path / "out"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("source", "target"), [("in.png", "a" * 300 + ".png"), ("b" * 300, "out.png")]
)
def test_a_name_that_is_too_long_is_refused(source, target, tmp_path, capsys):
    grey(tmp_path)
    assert "too long" in refused(capsys, tmp_path / source, "-o", tmp_path / target)


@pytest.mark.parametrize("name", ["out.png", "out.grisaille"])
def test_a_folder_that_cannot_be_written_to_is_refused(name, tmp_path, capsys):
    told = refused(capsys, grey(tmp_path), "-o", Path("/proc") / name)  # read-only even for root
    assert f"“{name}” cannot be written, because the folder “/proc” takes no files" in told


@pytest.mark.parametrize("name", ["out.png", "out.grisaille"])
def test_a_full_disk_leaves_the_old_file(name, tmp_path, untrained):
    noise = np.random.default_rng(0).integers(0, 256, (400, 400), np.uint8)
    Image.fromarray(noise).save(tmp_path / "in.png")
    out = tmp_path / "out" / name
    out.parent.mkdir()
    out.write_bytes(b"precious")
    words = ["colorize", str(tmp_path / "in.png"), "-o", str(out), "--overwrite", "--model", MODEL]

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *words],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=small_files,
    )
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert out.read_bytes() == b"precious"
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("command", [("colorize",), ("stylize", "--style", "the_scream")])
def test_even_the_usual_quality_has_no_use_where_nothing_is_lost(command, tmp_path, capsys):
    words = [*command, str(grey(tmp_path)), "-o", str(tmp_path / "out.png"), "--quality", "99"]
    assert cli.main(words) == 2
    assert "--quality has no use here: PNG loses nothing." in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()


def test_what_is_so_anyway_may_be_asked_for(tmp_path):
    usual = ("--depth", "own", "--no-report")
    assert colorize(grey(tmp_path), "-o", tmp_path / "out.grisaille", *usual) == 0
