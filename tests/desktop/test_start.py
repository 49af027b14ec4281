"""The start: the window before torch, what the arguments say, the picture of the window."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import app
from desktop.shell.welcome import samples

ROOT = Path(__file__).resolve().parents[2]

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_the_window_is_up_before_torch():
    run = subprocess.run(
        [sys.executable, "main.py", "--measure-start"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    told = json.loads(run.stdout)
    assert told["torch_loaded"] is False
    assert 0 < told["shown_ms"] < 60_000
    assert len(run.stdout.splitlines()) == 1


HEAVY = (
    "torch",
    "psutil",
    "superqt",
    "qtawesome",
    "qtpy",
    "asyncio",
    "qasync",
    "tifffile",
    "scipy",
)


def test_nothing_heavy_is_imported_for_the_window():
    program = "import sys, desktop.app; print(*(m for m in sys.argv[1:] if m in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program, *HEAVY],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert run.stdout.split() == []


@pytest.fixture
def cold(window, monkeypatch):
    """The window, whose service does not load torch."""
    monkeypatch.setattr(window.studio.service, "warm_up", lambda: None)
    return window


@pytest.mark.parametrize("argument", ["--sample", str(samples()[0])])
def test_arguments_are_opened(cold, qtbot, argument):
    app._after_shown(cold, [argument], "")
    qtbot.waitUntil(lambda: cold.studio.current is not None)


def test_a_file_that_is_missing_is_said(cold, qtbot, tmp_path):
    app._after_shown(cold, [str(tmp_path / "gone.png")], "")
    qtbot.waitUntil(lambda: bool(cold.strips.shown()))


@pytest.mark.slow
def test_a_picture_of_the_window(tmp_path):
    program = (
        "from desktop.app import screenshot; from pathlib import Path; "
        "import sys; screenshot(Path(sys.argv[1]), size=(900, 600), theme='light', scale=1.5)"
    )
    path = tmp_path / "window.png"
    subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=300,
    )
    from PIL import Image

    with Image.open(path) as picture:
        assert picture.size == (1350, 900)
