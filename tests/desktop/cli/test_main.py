"""The command line: what scripts rely on, and what it costs to ask for help."""

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from desktop.cli import main as cli
from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings
from inference.media.hints import hints_from_json
from inference.media.picture import read_picture, write_picture
from inference.request import Context, Request
from inference.tasks import run
from inference.values import Hints, Picture
from tests.untrained import MODEL

pytestmark = pytest.mark.usefixtures("untrained")

MAIN = Path(__file__).parents[3] / "main.py"
HINTS = [
    {"x": 12.5, "y": 20, "rgb": [200, 30, 30], "radius": 3},
    {"path": [[40, 10], [50, 40]], "rgb": [30, 30, 200]},
]


@pytest.fixture
def scan(tmp_path) -> Path:
    return grey_scan(tmp_path / "scan.png")


def grey_scan(path: Path, dtype=np.uint16) -> Path:
    ramp = np.linspace(0.1, 0.9, 64 * 48).reshape(48, 64, 1)
    write_picture(Picture((ramp * np.iinfo(dtype).max).astype(dtype)), path)
    return path


def colorize(*words) -> int:
    return cli.main(["colorize", *map(str, words), "--model", MODEL, "--device", "cpu"])


def told_by(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("words", [["--help"], ["colorize", "--help"], ["--version"]])
def test_help_imports_neither_torch_nor_qt(words):
    asked = f"""
import sys
sys.argv = ["main.py", *{words!r}]
import runpy
try:
    runpy.run_path({str(MAIN)!r}, run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
print(sorted({{name.partition(".")[0] for name in sys.modules}} & {{"torch", "PySide6", "cv2"}}))
"""
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_colours_a_picture_as_the_window_does(scan, tmp_path):
    hints = tmp_path / "hints.json"
    hints.write_text(json.dumps(HINTS))
    out = tmp_path / "out.png"
    assert colorize(scan, "-o", out, "--hints", hints, "--saturation", "1.2", "--seed", 3) == 0
    inputs = ColorizeInputs(read_picture(scan), Hints(hints_from_json(HINTS)))
    request = Request(COLORIZE, inputs, ColorizeSettings(saturation=1.2), MODEL, 3, "cpu")
    assert (read_picture(out).pixels == run(request, Context()).pictures[0].pixels).all()


def test_json_is_one_object_that_says_all(scan, tmp_path, capsys):
    out = tmp_path / "out.png"
    assert colorize(scan, "-o", out, "--json", "--report") == 0
    told = told_by(capsys)
    assert told["inputs"] == [str(scan)]
    assert told["outputs"] == [str(out)]
    assert told["model"]["id"] == MODEL
    assert len(told["model"]["sha256"]) == 64
    assert told["device"] == "cpu"
    assert set(told["seconds"]) == {"load", "run", "write"}
    assert told["figures"]["mean_dl_written"] < 0.01
    assert 0 <= told["figures"]["gamut_edge"] <= 1
    assert told["problems"] == []


def test_json_tells_a_failure_too(tmp_path, capsys):
    assert colorize(tmp_path / "none.png", "-o", tmp_path / "out.png", "--json") == 2
    told = told_by(capsys)
    assert told["outputs"] == []
    assert "none.png" in told["problems"][0]["sentence"]


def test_an_answer_that_nobody_takes_is_told(monkeypatch, capsys):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.cli.account.answer", full)
    assert cli.main(["colorize", "none.png", "-o", "out.png", "--json"]) == 2
    assert "no space left" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["colorize"],
        ["colorize", "in.png", "-o", "out.png", "--saturation", "9"],
        ["paint"],
        ["models", "info", "nobody"],
        ["export", "none.grisaille", "-o", "out.png"],
        ["colorize", "x" * 300 + ".png", "-o", "out.png"],
    ],
)
def test_json_is_one_object_for_every_refusal(words, capsys):
    assert cli.main([*words, "--json"]) == 2
    told = capsys.readouterr()
    problems = json.loads(told.out)["problems"]
    assert [problem["sentence"] for problem in problems if problem["sentence"] in told.err]


def test_json_is_one_object_when_stopped(scan, tmp_path, monkeypatch, capsys):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("desktop.cli.coloring.colorize_file", stopped)
    assert colorize(scan, "-o", tmp_path / "out.png", "--json") == 130
    told = capsys.readouterr()
    assert json.loads(told.out)["outputs"] == []
    assert told.err == "Cancelled.\n"


@pytest.mark.parametrize(
    "moment", ["desktop.cli.account", "desktop.cli.main", "desktop.cli.coloring"]
)
def test_json_is_one_object_when_stopped_while_importing(moment):
    asked = f"""
import runpy, signal, sys
class Impatience:
    def find_spec(self, name, *_):
        if name == {moment!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Impatience())
sys.argv = ["main.py", "colorize", "in.png", "-o", "out.png", "--json"]
runpy.run_path({str(MAIN)!r}, run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False, cwd=MAIN.parent
    )
    assert done.returncode == 130, done.stderr
    assert json.loads(done.stdout)["outputs"] == []
    assert done.stderr == "Cancelled.\n"


def test_json_is_one_object_when_a_command_without_account_is_stopped(monkeypatch, capsys):
    def stopped():
        raise KeyboardInterrupt

    monkeypatch.setattr("inference.cabinet.catalog.cards", stopped)
    assert cli.main(["models", "list", "--json"]) == 130
    told = capsys.readouterr()
    assert json.loads(told.out)["problems"] == []
    assert told.err == "Cancelled.\n"


def test_export_reports_under_a_suffix_in_capitals(scan, tmp_path, capsys):
    assert colorize(scan, "-o", tmp_path / "p.grisaille") == 0
    words = ["export", str(tmp_path / "p.grisaille"), "-o", str(tmp_path / "P.PNG"), "--report"]
    assert cli.main(words) == 0
    assert "lightness" in capsys.readouterr().err


def test_hidden_files_are_no_pictures_of_a_folder(tmp_path):
    (tmp_path / "in").mkdir()
    grey_scan(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "._a.png").write_bytes(b"what a Mac leaves beside it")
    assert colorize(tmp_path / "in", "-o", tmp_path / "out") == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.png"]


def test_writes_nothing_to_stdout_unless_asked(scan, tmp_path, capsys):
    assert colorize(scan, "-o", tmp_path / "out.png") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "dtype"),
    [([], np.uint16), (["--depth", "16"], np.uint16), (["--depth", "8"], np.uint8)],
)
def test_keeps_the_depth_unless_told_otherwise(scan, tmp_path, options, dtype):
    out = tmp_path / "out.png"
    assert colorize(scan, "-o", out, *options) == 0
    assert read_picture(out).pixels.dtype == dtype


def test_an_existing_picture_is_replaced_only_when_asked(scan, tmp_path, capsys):
    out = tmp_path / "out.png"
    out.write_bytes(b"precious")
    assert colorize(scan, "-o", out) == 2
    assert "exists already" in capsys.readouterr().err
    assert out.read_bytes() == b"precious"
    assert colorize(scan, "-o", out, "--overwrite") == 0
    assert read_picture(out).width == 64


def test_never_replaces_the_picture_that_it_reads(scan, capsys):
    before = scan.read_bytes()
    assert colorize(scan, "-o", scan, "--overwrite") == 2
    assert scan.read_bytes() == before


def test_keeps_grey_where_the_mask_is_white(scan, tmp_path):
    mask = np.zeros((48, 64), np.uint8)
    mask[:, :32] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    out = tmp_path / "out.png"
    assert colorize(scan, "-o", out, "--keep-grey", tmp_path / "mask.png") == 0
    spread = np.ptp(read_picture(out).pixels.astype(int), axis=2)
    assert spread[:, :32].max() <= 2
    assert spread[:, 32:].mean() > 200


def test_takes_colours_after_a_reference(scan, tmp_path):
    colored = np.zeros((48, 64, 3), np.uint8)
    colored[..., 0] = np.arange(64) * 4
    write_picture(Picture(colored), tmp_path / "reference.png")
    plain, after = tmp_path / "plain.png", tmp_path / "after.png"
    assert colorize(scan, "-o", plain) == 0
    assert colorize(scan, "-o", after, "--reference", tmp_path / "reference.png") == 0
    assert (read_picture(plain).pixels != read_picture(after).pixels).any()


def test_a_project_is_saved_and_exported_bit_for_bit(scan, tmp_path, capsys):
    flat, project, exported = (tmp_path / n for n in ("flat.png", "p.grisaille", "exported.png"))
    hints = tmp_path / "hints.json"
    hints.write_text(json.dumps(HINTS))
    assert colorize(scan, "-o", flat, "--hints", hints) == 0
    assert colorize(scan, "-o", project, "--hints", hints) == 0
    capsys.readouterr()
    assert cli.main(["export", str(project), "-o", str(exported), "--json", "--report"]) == 0
    told = told_by(capsys)
    assert told["outputs"] == [str(exported)]
    assert told["figures"]["mean_dl_written"] < 0.01
    assert (read_picture(exported).pixels == read_picture(flat).pixels).all()


def test_a_project_keeps_soft_transparency(tmp_path):
    scan = read_picture(grey_scan(tmp_path / "grey.png"))
    alpha = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1))
    write_picture(Picture(scan.pixels, alpha), tmp_path / "soft.png")
    assert colorize(tmp_path / "soft.png", "-o", tmp_path / "flat.png") == 0
    assert colorize(tmp_path / "soft.png", "-o", tmp_path / "p.grisaille") == 0
    assert cli.main(["export", str(tmp_path / "p.grisaille"), "-o", str(tmp_path / "e.png")]) == 0
    flat, exported = read_picture(tmp_path / "flat.png"), read_picture(tmp_path / "e.png")
    assert (exported.alpha == alpha).all()
    seen = alpha > 0
    assert (exported.pixels[seen] == flat.pixels[seen]).all()


def test_export_refuses_to_replace(scan, tmp_path, capsys):
    project = tmp_path / "p.grisaille"
    assert colorize(scan, "-o", project) == 0
    assert cli.main(["export", str(project), "-o", str(scan)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_a_folder_keeps_names_and_one_bad_file_stops_no_other(tmp_path, capsys):
    source, target = tmp_path / "in", tmp_path / "deep" / "out"
    source.mkdir()
    for name in ("a.png", "c.tif"):
        grey_scan(source / name)
    (source / "b.jpg").write_bytes(b"no picture")
    (source / "notes.txt").write_text("not looked at")
    assert colorize(source, "-o", target, "--json") == 2
    told = json.loads((output := capsys.readouterr()).out)
    assert sorted(path.name for path in target.iterdir()) == ["a.png", "c.tif"]
    assert len(told["inputs"]) == 3
    assert [Path(problem["input"]).name for problem in told["problems"]] == ["b.jpg"]
    assert "1 of 3 files" in output.err.splitlines()[-2]
    assert "b.jpg" in output.err.splitlines()[-1]


def test_a_folder_gives_the_same_bytes_as_single_pictures(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    scan = grey_scan(source / "a.png", np.uint8)
    assert colorize(source, "-o", tmp_path / "out") == 0
    assert colorize(scan, "-o", tmp_path / "single.png") == 0
    assert (tmp_path / "out" / "a.png").read_bytes() == (tmp_path / "single.png").read_bytes()


def test_progress_and_messages_go_to_stderr(scan, tmp_path, capsys):
    assert colorize(scan, "-o", tmp_path / "out.png") == 0
    assert "out.png" in capsys.readouterr().err


def test_models_are_listed_and_described(capsys):
    assert cli.main(["models", "list"]) == 0
    assert MODEL in capsys.readouterr().out
    assert cli.main(["models", "list", "--json"]) == 0
    assert MODEL in [card["id"] for card in told_by(capsys)["models"]]
    assert cli.main(["models", "info", MODEL]) == 0
    assert "untrained.safetensors" in capsys.readouterr().out


def test_selftest_says_what_it_found(capsys):
    code = cli.main(["selftest", "--device", "cpu", "--json"])
    findings = {finding["what"]: finding for finding in told_by(capsys)["checks"]}
    assert findings["device"]["good"]
    assert findings[f"model {MODEL}"]["good"]
    assert findings["16-bit file"]["good"]
    assert code == (0 if all(finding["good"] for finding in findings.values()) else 2)


def test_licences_name_program_models_and_packages(capsys):
    assert cli.main(["licenses"]) == 0
    told = capsys.readouterr().out
    assert "GPL-3.0-or-later" in told
    assert MODEL in told
    assert cli.main(["licenses", "--json"]) == 0
    assert MODEL in told_by(capsys)["licenses"]


def test_info_tells_the_memory_before_a_picture_is_opened(tmp_path, capsys):
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((3000, 4000), np.uint16))
    assert cli.main(["info", str(tmp_path / "a.png"), "--json"]) == 0
    assert told_by(capsys)["memory_gb"] >= 0.02


def test_ctrl_c_ends_with_130_and_leaves_nothing(tmp_path, own_folders):
    scan = tmp_path / "large.png"
    cv2.imwrite(str(scan), np.random.default_rng(0).integers(0, 256, (4000, 4000), np.uint8))
    out = tmp_path / "out"
    out.mkdir()
    words = ["colorize", str(scan), "-o", str(out / "a.png"), "--model", MODEL, "--device", "cpu"]
    script = f"""
import signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)
from inference.tasks import colorize
laid_on = colorize.laid_on
def interrupted(*given):
    threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
    return laid_on(*given)
colorize.laid_on = interrupted
from desktop.cli.main import main
sys.exit(main({words!r}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=MAIN.parent,
        env={**os.environ, "PYTHONPATH": str(MAIN.parent)},
    )
    assert done.returncode == 130, done.stderr
    assert done.stderr.strip() == "Cancelled."
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["paint"], "neither a command nor a file called 'paint'"),
        (["missing.jpg"], "neither a command nor a file called 'missing.jpg'"),
        (["colorize"], "Missing argument"),
        (["colorize", "in.png", "--colour"], "No such option"),
        (["colorize", "in.png", "-o", "out.png", "--depth", "9"], "'--depth': '9' is not one of"),
        (["export", "p.grisaille"], "Missing option"),
        (["models", "info", "nobody"], "no model called 'nobody'"),
        (["train", "nothing", "--data", "."], "no recipe called 'nothing'"),
        (["train", "colorizer", "--data", ".", "--wings", "2"], "no option '--wings'"),
        (["train", "colorizer", "--data", ".", "--seconds", "soon"], "cannot be 'soon'"),
    ],
)
def test_wrong_usage_is_one_sentence_and_2(words, sentence, capsys):
    assert cli.main(words) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert told.out == ""
