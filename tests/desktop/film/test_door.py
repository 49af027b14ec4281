"""What is named on the command line opens in the window, where it is something to open."""

import pytest

import main


@pytest.mark.parametrize(
    ("word", "opens"),
    [
        ("clip.mp4", True),
        ("shots/", True),
        ("./shots", True),
        ("shot_%04d.png", True),
        ("shot_####.png", True),
        ("shots", False),
        ("colorize", False),
        ("absent.mp4", False),
        ("--help", False),
        ("clip", False),
    ],
)
def test_what_opens_the_window(tmp_path, monkeypatch, word, opens):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shots").mkdir()
    for name in ("clip.mp4", "clip"):
        (tmp_path / name).touch()
    assert main._for_window([word]) is opens
