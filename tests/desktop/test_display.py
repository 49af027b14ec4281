"""Where no window can open, a sentence says why, and which packages help."""

import sys

import pytest

import main as door
from desktop import display

LACKS = "libEGL.so.1: cannot open shared object file: No such file or directory"


@pytest.fixture
def nowhere(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_display_is_there_when_one_is_named(nowhere, monkeypatch, name):
    monkeypatch.setattr(sys, "platform", "linux")
    assert display.absent()
    monkeypatch.setenv(name, "x")
    assert not display.absent()


def test_elsewhere_than_on_linux_there_is_always_one(nowhere, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert not display.absent()


def test_a_missing_library_is_named_with_its_packages():
    sentence = display.missing_library(ImportError(LACKS))
    assert "libEGL.so.1" in sentence
    assert "apt install libegl1" in sentence


def test_any_other_error_is_a_fault_of_ours():
    assert display.missing_library(ImportError("cannot import name 'Window'")) is None


def test_the_door_says_so_and_ends_with_2(monkeypatch, capsys):
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")

    def fail():
        raise OSError(LACKS)

    monkeypatch.setattr(display, "check_plugin", fail)
    assert door.main([]) == 2
    told = capsys.readouterr().err
    assert "libEGL.so.1" in told
    assert len(told.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ([], True),
        (["--sample"], True),
        (["--measure-start"], True),
        (["picture.jpg"], True),
        (["missing.jpg"], False),
        (["colorize", "picture.jpg"], False),
        (["--help"], False),
        (["paint"], False),
    ],
)
def test_files_open_the_window_and_words_run_commands(words, window, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "picture.jpg").touch()
    (tmp_path / "colorize").mkdir()
    came = []
    monkeypatch.setattr(door, "_open_window", lambda words: came.append("window") or 0)
    monkeypatch.setattr(door, "_run_command", lambda words: came.append("command") or 0)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert door.main(words) == 0
    assert came == ["window" if window else "command"]
