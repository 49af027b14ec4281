"""What a large picture takes is said before it is decoded, and it takes no more than that."""

import json
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import tifffile

from desktop import needs
from desktop.cli import main as cli
from desktop.film import opening
from inference.media.headers import png_chunk
from inference.media.picture import read_picture, write_picture
from inference.values import Picture, Problem
from tests.untrained import MODEL

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def scan(tmp_path) -> Path:
    write_picture(Picture(np.full((48, 64, 1), 90, np.uint8)), tmp_path / "scan.png")
    return tmp_path / "scan.png"


@pytest.fixture
def told(monkeypatch):
    """Every picture counts as a large one."""
    monkeypatch.setattr(needs, "LARGE_BYTES", 1)


def only_a_header(path: Path, side: int, bits: int) -> Path:
    """A grey PNG without pixels."""
    header = struct.pack(">IIBBBBB", side, side, bits, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b""))
    return path


@pytest.mark.parametrize(("bits", "gigabytes"), [(8, "0.7"), (16, "1.4")])
def test_12000_pixels_square_are_told(tmp_path, bits, gigabytes):
    path = only_a_header(tmp_path / "large.png", 12_000, bits)
    sentence = needs.announcement(path, layered=True)
    assert sentence == (
        f"Opening “large.png”: 12,000 × 12,000 pixels, about {gigabytes} GB of memory."
    )


def test_small_pictures_are_not_worth_a_word(scan):
    assert needs.announcement(scan, layered=True) == ""


@pytest.mark.usefixtures("told")
def test_the_window_says_it_before_it_decodes(window, qtbot, scan, monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(
        opening, "read_picture", lambda path: released.wait(10) and read_picture(path)
    )
    window.studio.open(scan)
    said = "Opening “scan.png”: 64 × 48 pixels"
    qtbot.waitUntil(lambda: window.status.currentMessage().startswith(said))
    assert window.studio.current is None
    released.set()
    qtbot.waitUntil(lambda: window.studio.current is not None)
    qtbot.waitUntil(lambda: window.status.currentMessage() == "")


@pytest.mark.usefixtures("told", "untrained")
def test_commands_say_it_before_they_decode(scan, tmp_path, monkeypatch, capsys):
    def refuse(_path):
        raise Problem("It was decoded.")

    monkeypatch.setattr("desktop.cli.pictures.read_picture", refuse)
    words = [str(scan), "-o", str(tmp_path / "out.png"), "--model", MODEL, "--json"]
    assert cli.main(["colorize", *words]) == 2
    shown = capsys.readouterr()
    assert shown.err.index("Opening “scan.png”: 64 × 48 pixels") < shown.err.index("It was decoded")
    json.loads(shown.out)


@pytest.fixture
def pages(tmp_path) -> Path:
    tifffile.imwrite(tmp_path / "pages.tif", np.zeros((3, 48, 64), np.uint8), photometric=0)
    return tmp_path / "pages.tif"


def test_the_window_says_that_further_pages_stay_unread(window, qtbot, pages):
    window.studio.open(pages)
    qtbot.waitUntil(lambda: bool(window.strips.shown()))
    assert "holds 3 pictures" in window.strips.shown()[0].accessibleName()


@pytest.mark.usefixtures("untrained")
def test_commands_say_that_further_pages_stay_unread(pages, tmp_path, capsys):
    words = [str(pages), "-o", str(tmp_path / "out.png"), "--model", MODEL]
    assert cli.main(["colorize", *words]) == 0
    assert "“pages.tif” holds 3 pictures; only the first is opened." in capsys.readouterr().err


_MEASURE = """
import json, re, sys
from pathlib import Path
from desktop import needs
from desktop.film.opening import open_file

def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])

said, before = [], kilobytes("VmRSS")
opened = open_file(Path(sys.argv[1]), said.append)
used = (kilobytes("VmHWM") - before) * 1024
print(json.dumps([float(re.search("about (.*) GB", said[0])[1]) * 1e9, used]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("channels", "dtype"), [(1, np.uint8), (3, np.uint16)])
def test_a_document_opens_within_what_was_said(tmp_path, channels, dtype):
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is measured where the system has /proc")
    path = tmp_path / "large.png"
    write_picture(Picture(np.zeros((7000, 8000, channels), dtype)), path)
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, path],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        text=True,
    )
    promised, used = json.loads(run.stdout)
    assert used <= promised + 5e7  # it is told in tenths of a gigabyte
