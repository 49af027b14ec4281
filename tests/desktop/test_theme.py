"""Greys without a cast, text that can be read, the same colours in palette and stylesheet."""

import json
import time
from dataclasses import asdict
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from desktop.preferences import Preferences
from desktop.widgets import icons, theme

BOTH = pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
GROUNDS = ("window", "panel", "raised", "field", "chosen")
TEXT = [
    *product(("text", "quiet"), GROUNDS),
    *product(("trouble", "done"), ("window", "panel", "raised")),
    ("text", "hover"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
]
NEUTRAL = (*GROUNDS, "hover", "pressed", "line", "surround", "text", "quiet", "disabled")


@BOTH
@pytest.mark.parametrize(("front", "ground"), TEXT)
def test_text_can_be_read(tokens, front, ground):
    assert theme.contrast(getattr(tokens, front), getattr(tokens, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", ["window", "panel", "raised"])
def test_the_accent_can_be_seen(tokens, ground):
    assert theme.contrast(tokens.accent, getattr(tokens, ground)) >= 3


@BOTH
@pytest.mark.parametrize("name", NEUTRAL)
def test_surfaces_have_no_cast(tokens, name):
    color = QColor(getattr(tokens, name))
    assert color.red() == color.green() == color.blue()


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#777777", 1)]
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert theme.contrast(one, other) == pytest.approx(ratio)


@BOTH
def test_the_stylesheet_is_complete(tokens):
    sheet = theme.stylesheet_of(tokens)
    assert "$" not in sheet
    for part in sheet.split("url(")[1:]:
        assert Path(part.split(")")[0]).exists()


@BOTH
def test_a_palette_tells_its_tokens(tokens):
    assert theme.tokens_of(theme.palette_of(tokens)) is tokens


@pytest.fixture
def themed(qapp, same_look, tmp_path):
    """Preferences that the application follows."""
    preferences = Preferences(tmp_path / "preferences.json")
    following = theme.Theme(qapp, preferences)
    yield preferences
    following.setParent(None)
    following.deleteLater()


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
def test_the_application_follows_the_choice(themed, tokens):
    themed.choose(theme=tokens.name)
    window = QApplication.palette().color(QPalette.ColorRole.Window)
    assert window == QColor(tokens.window)
    assert asdict(tokens)["accent"] in QApplication.instance().styleSheet()


@pytest.mark.alone
@pytest.mark.usefixtures("at_work")
@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_switching_is_quicker_than_exchanging_stylesheets(themed, qapp):
    def cpu_s(act, *arguments, **named) -> float:
        began = time.thread_time()
        act(*arguments, **named)
        return time.thread_time() - began

    tokens = (theme.LIGHT, theme.DARK) * 3
    ours = [cpu_s(themed.choose, theme=each.name) for each in tokens]
    sheets = [theme.stylesheet_of(each) for each in tokens]
    assert min(ours) < 0.75 * min(cpu_s(qapp.setStyleSheet, sheet) for sheet in sheets)


def test_what_is_shown_already_is_not_set_again(themed, qapp):
    themed.choose(theme="dark")
    qapp.setStyleSheet("QLabel { color: red }")
    themed.choose(theme="system")  # which is dark, where nothing is known of it
    assert qapp.styleSheet() == "QLabel { color: red }"


@pytest.mark.parametrize("name", icons.NAMES)
def test_every_icon_has_a_glyph(qapp, name):
    assert not icons._outline(icons.NAMES[name]).isEmpty()


def test_an_icon_takes_the_colour_of_the_theme(qapp):
    before = qapp.palette()
    shown = {}
    for tokens in (theme.DARK, theme.LIGHT):
        qapp.setPalette(theme.palette_of(tokens))
        image = icons.icon("close").pixmap(18, 18, QIcon.Mode.Normal).toImage()
        shown[tokens.name] = max(
            (image.pixelColor(x, y) for x in range(18) for y in range(18)), key=QColor.alpha
        )
    qapp.setPalette(before)
    assert shown["dark"].lightness() > 200 > 60 > shown["light"].lightness()


def test_an_unknown_icon_is_an_error():
    with pytest.raises(KeyError):
        icons.icon("no such thing")


# Preferences


def test_choices_are_kept(tmp_path):
    path = tmp_path / "deep" / "preferences.json"
    Preferences(path).choose(theme="light", surround_18=True)
    assert Preferences(path).values.theme == "light"
    assert json.loads(path.read_text())["surround_18"] is True


@pytest.mark.parametrize("content", ["", "{", '{"theme": "pink"}', "[]"])
def test_a_damaged_file_gives_the_defaults(tmp_path, content):
    path = tmp_path / "preferences.json"
    path.write_text(content)
    assert Preferences(path).values.theme == "system"


def test_a_change_is_announced_once(qtbot, tmp_path):
    preferences = Preferences(tmp_path / "preferences.json")
    heard = []
    preferences.changed.connect(heard.append)
    preferences.choose(theme="dark")
    preferences.choose(theme="dark")
    assert heard == ["theme"]


def test_recent_files_are_newest_first_and_exist(tmp_path):
    preferences = Preferences(tmp_path / "preferences.json")
    files = [tmp_path / name for name in ("a.png", "b.png", "gone.png")]
    for file in files:
        file.touch()
        preferences.add_recent(file)
    preferences.add_recent(files[0])
    files[2].unlink()
    assert preferences.recent == files[:2]


def test_a_home_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "file").touch()
    preferences = Preferences(tmp_path / "file" / "preferences.json")
    preferences.choose(theme="dark")
    assert preferences.values.theme == "dark"
