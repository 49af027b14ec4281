"""A clip in the real window: opened, played by keys and buttons, its frames coloured."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton

from desktop.film.decoder import made_film
from desktop.panels.filming import FilmingPanel
from inference.media.picture import read_picture, write_picture
from inference.values import Hint, Picture
from tests import filmed
from tests.desktop.film.conftest import TIMES, stands

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

REPOSITORY = Path(__file__).resolve().parents[3]
NO_KEYS, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def playing(window, qtbot, clip):
    """The window with a clip in it; keys go to the canvas."""
    window.studio.open(clip)
    qtbot.waitUntil(lambda: window.studio.current is not None, timeout=10_000)
    qtbot.waitUntil(lambda: window.editor.reel.survey is not None, timeout=10_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    window.actions_.refresh()
    return window


def key(window, key, modifiers=NO_KEYS):
    window.actions_.refresh()
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def seen(window):
    """The middle of the canvas as it is painted, RGB."""
    window.canvas.render_all()
    image = window.canvas.grab().toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    return np.array(middle.getRgb()[:3])


# Opening


def test_a_clip_opens_on_its_page_with_a_timeline(playing):
    assert playing.page == "film"
    assert playing.timeline.isVisible()
    assert playing.docks.panel(FilmingPanel).isVisible()
    assert "2 shots" in playing.timeline.facts.text()
    assert playing.studio.preferences.recent[0].name == "street.mp4"


def test_the_timeline_comes_and_goes_with_the_clip(playing):
    film = playing.editor
    playing.studio.open_picture(Picture(np.zeros((8, 8, 1), np.uint8)), "Picture")
    assert not playing.timeline.isVisible()
    playing.actions_.refresh()
    assert not playing.actions_["film.play"].isEnabled()
    playing.studio.set_current(film)
    assert playing.timeline.isVisible()
    playing.toggle_panels()
    assert not playing.timeline.isVisible()


def test_the_colour_page_of_a_film_has_no_colour_for_hints(playing):
    playing.show_page("colour")
    docks = playing.docks.docks
    assert docks["color"].isHidden()
    assert not docks["coloring"].isHidden()
    film = playing.editor
    playing.studio.open_picture(Picture(np.zeros((8, 8, 1), np.uint8)), "Picture")
    assert not docks["color"].isHidden()
    playing.studio.set_current(film)
    assert docks["color"].isHidden()


def test_numbered_pictures_open_by_a_dialog_or_a_drop(window, qtbot, tmp_path, monkeypatch):
    folder = tmp_path / "shot"
    folder.mkdir()
    for number in range(3):
        write_picture(Picture(filmed.frame(number)), folder / f"shot_{number:03}.png")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    window.actions_.run("film.open_sequence")
    qtbot.waitUntil(lambda: len(window.studio.editors) == 1, timeout=10_000)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    where = QPointF(window.tabs.mapTo(window, QPoint(5, 5)))
    window.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, data, LEFT, NO_KEYS))
    qtbot.waitUntil(lambda: len(window.studio.editors) == 2, timeout=10_000)
    assert window.editor.title == "shot_%03d.png"
    assert window.editor.reel.last == 2


def test_a_gif_opens_as_a_film(window, qtbot, tmp_path):
    path = filmed.make_clip(
        tmp_path / "wave.gif", range(0, 40, 4), codec="gif", pixels="rgb8",
        base=filmed.Fraction(1, 100),
    )  # fmt: skip
    window.studio.open(path)
    qtbot.waitUntil(lambda: window.studio.current is not None, timeout=10_000)
    assert window.editor.reel.clip.format == "gif"


def test_what_is_no_film_is_told(window, qtbot, tmp_path):
    path = tmp_path / "words.mp4"
    path.write_text("words")
    window.studio.open(path)
    qtbot.waitUntil(lambda: bool(window.strips.shown()), timeout=10_000)
    assert "not a film" in window.strips.shown()[0].accessibleName()


# Keys


def test_space_tapped_plays_and_stops(playing, qtbot):
    key(playing, Qt.Key.Key_Space)
    assert playing.editor.reel.playing
    key(playing, Qt.Key.Key_Space)
    assert not playing.editor.reel.playing


def test_space_held_and_dragged_pans_and_plays_nothing(playing):
    canvas, center = playing.canvas, playing.canvas.viewport.center
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    QTest.mousePress(canvas, LEFT, NO_KEYS, QPoint(100, 100))
    QTest.mouseRelease(canvas, LEFT, NO_KEYS, QPoint(90, 90))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert not playing.editor.reel.playing
    assert canvas.viewport.center != center


def test_space_on_a_picture_only_pans(window):
    window.studio.open_picture(Picture(np.zeros((8, 8, 1), np.uint8)), "Picture")
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)


def test_the_key_of_play_may_be_another(playing):
    playing.keymap.bind("film.play", "F7")
    key(playing, Qt.Key.Key_Space)
    assert not playing.editor.reel.playing
    key(playing, Qt.Key.Key_F7)
    assert playing.editor.reel.playing
    playing.editor.reel.play(0)


def test_keys_of_films_come_before_those_of_tools(playing):
    key(playing, Qt.Key.Key_L)
    key(playing, Qt.Key.Key_L)
    assert playing.editor.reel.speed == 2
    key(playing, Qt.Key.Key_J)
    assert playing.editor.reel.speed == -1
    assert playing.studio.tool == "hand"
    key(playing, Qt.Key.Key_K)
    assert playing.editor.reel.speed == 0


def test_on_a_picture_they_are_those_of_tools(playing):
    playing.studio.open_picture(Picture(np.zeros((8, 8, 1), np.uint8)), "Picture")
    playing.canvas.setFocus()
    key(playing, Qt.Key.Key_J)
    assert playing.studio.tool == "select-ellipse"


@pytest.mark.parametrize("where", ["canvas", "strip"])
def test_arrows_go_frame_by_frame(playing, qtbot, where):
    (playing.canvas if where == "canvas" else playing.timeline.strip).setFocus()
    for pressed, modifiers, place in (
        (Qt.Key.Key_Right, NO_KEYS, 1), (Qt.Key.Key_Right, SHIFT, 26),
        (Qt.Key.Key_Left, NO_KEYS, 25), (Qt.Key.Key_Left, SHIFT, 0), (Qt.Key.Key_End, NO_KEYS, 39),
        (Qt.Key.Key_Up, NO_KEYS, 20), (Qt.Key.Key_Home, NO_KEYS, 0),
        (Qt.Key.Key_Down, NO_KEYS, 20),
    ):  # fmt: skip
        key(playing, pressed, modifiers)
        qtbot.waitUntil(lambda place=place: playing.editor.reel.place == TIMES[place])


def test_in_and_out_points_by_keys(playing, qtbot):
    reel = playing.editor.reel
    for place, pressed in ((4, Qt.Key.Key_I), (9, Qt.Key.Key_O)):
        reel.go(TIMES[place])
        qtbot.waitUntil(lambda place=place: reel.place == TIMES[place])
        key(playing, pressed)
    assert reel.part == (TIMES[4], TIMES[9])
    note = playing.docks.panel(FilmingPanel).part_note
    assert "6 frames: 00:00:00:04 – 00:00:00:09" in note.text()
    key(playing, Qt.Key.Key_I)
    assert note.text() == "1 frame: 00:00:00:09"
    assert playing.actions_["film.clear_marks"].isEnabled()
    playing.actions_.run("film.clear_marks")
    assert reel.part == (TIMES[0], TIMES[39])


def test_every_button_of_the_timeline_says_what_it_does(playing):
    buttons = playing.timeline.findChildren(QToolButton)
    assert len(buttons) == 11
    assert all(button.accessibleName() and button.toolTip() for button in buttons)


# The strip


def test_behind_another_document_it_stops(playing):
    reel = playing.editor.reel
    reel.play(1)
    playing.studio.open_picture(Picture(np.zeros((8, 8, 1), np.uint8)), "Picture")
    assert not reel.playing


def test_dragging_the_playhead(playing, qtbot):
    strip = playing.timeline.strip
    QTest.mousePress(strip, LEFT, NO_KEYS, QPoint(strip.width() // 2, 30))
    QTest.mouseRelease(strip, LEFT, NO_KEYS, QPoint(strip.width() // 2, 30))
    qtbot.waitUntil(lambda: playing.editor.reel.place == TIMES[20])
    assert playing.timeline.place.text() == "00:00:00:20"


def test_while_it_plays_the_button_stops_and_the_pace_is_told(playing, qtbot):
    reel = playing.editor.reel
    reel.set_loops(True)
    reel.play(1)
    qtbot.waitUntil(lambda: "frames a second" in playing.timeline.pace.text())
    reel.play(0)
    assert playing.timeline.pace.text() == ""


# The canvas


def test_what_is_painted_moves_with_it(playing, qtbot):
    reel, first = playing.editor.reel, seen(playing)
    reel.go(TIMES[25])
    qtbot.waitUntil(lambda: reel.moving)
    passing = seen(playing)
    stands(qtbot, reel, TIMES[25])
    standing = seen(playing)
    assert np.abs(passing - first).max() > 20
    assert np.abs(passing - standing).max() <= 2


def test_before_and_after_while_it_moves(playing, qtbot, tmp_path):
    def white(number, width, height):
        return np.full((height, width, 3), 250, np.uint8)

    made = filmed.make_clip(tmp_path / "made.mp4", TIMES, picture=white)
    reel = playing.editor.reel
    reel.show(made_film(made, Fraction(0)))
    qtbot.waitUntil(lambda: reel.made is not None and not reel.moving)
    reel.play(1)
    qtbot.waitUntil(lambda: reel.moving and reel.shown.after is not None)
    playing.canvas.set_split(True)
    image = playing.canvas.grab().toImage()
    y, middle = image.height() // 2, image.width() // 2
    left, right = (image.pixelColor(middle + x, y).red() for x in (-40, 40))
    assert right >= 245
    assert left < 235
    QTest.keyPress(playing.canvas, Qt.Key.Key_Backslash)
    image = playing.canvas.grab().toImage()
    assert image.pixelColor(middle + 40, y).red() < 235
    event = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Backslash, NO_KEYS, "\\")
    QApplication.sendEvent(playing.canvas, event)
    reel.play(0)


def test_what_was_made_is_seen_where_it_stands_too(playing, qtbot, tmp_path):
    def white(number, width, height):
        return np.full((height, width, 3), 250, np.uint8)

    reel = playing.editor.reel
    reel.show(made_film(filmed.make_clip(tmp_path / "made.mp4", TIMES, picture=white), Fraction(0)))
    reel.go(TIMES[6])
    stands(qtbot, reel, TIMES[6])
    assert seen(playing).min() >= 245
    playing.canvas.show_before(True)
    assert seen(playing).max() < 245
    playing.canvas.show_before(False)


def test_the_colour_under_the_cursor_is_not_told_while_it_moves(playing, qtbot):
    reel, told = playing.editor.reel, []
    playing.canvas.cursor_moved.connect(lambda _x, _y, rgb: told.append(rgb))
    middle = playing.canvas.rect().center()
    QTest.mouseMove(playing.canvas, middle)
    reel.play(1)
    qtbot.waitUntil(lambda: reel.moving)
    QTest.mouseMove(playing.canvas, middle + QPoint(3, 3))
    assert told[-1] is None
    reel.play(0)


# Colour and style of the frame


def colored(qtbot, editor):
    qtbot.waitUntil(
        lambda: not editor.coloring.busy and not editor.busy and editor.coloring.preview is None,
        timeout=30_000,
    )
    layer = editor.document.layer(editor.coloring.generated_id)
    return not layer.image.content.empty


def test_each_frame_where_it_stands_is_coloured(playing, qtbot):
    editor, reel = playing.editor, playing.editor.reel
    editor.coloring.run()
    qtbot.waitUntil(lambda: colored(qtbot, editor), timeout=30_000)
    first = editor.document.flatten().pixels
    steps = editor.history.count()
    reel.go(TIMES[30])
    stands(qtbot, reel, TIMES[30])
    qtbot.waitUntil(lambda: colored(qtbot, editor), timeout=30_000)
    then = editor.document.flatten().pixels
    assert np.ptp(then.astype(int), axis=2).max() > 0, "still grey"
    assert not np.array_equal(first, then)
    assert editor.history.count() == steps


def test_undo_on_another_frame_brings_no_pixels_of_the_first(playing, qtbot):
    editor, reel = playing.editor, playing.editor.reel
    coloring = editor.coloring
    coloring.run()
    qtbot.waitUntil(lambda: colored(qtbot, editor), timeout=30_000)
    coloring.set_settings(type(coloring.settings)(saturation=0.2))
    qtbot.waitUntil(lambda: colored(qtbot, editor), timeout=30_000)
    reel.go(TIMES[30])
    stands(qtbot, reel, TIMES[30])
    qtbot.waitUntil(lambda: colored(qtbot, editor), timeout=30_000)
    editor.history.undo()
    qtbot.waitUntil(lambda: colored(qtbot, editor), timeout=30_000)
    lightness = editor.document.flatten().pixels.mean(2)
    film = editor.document.layer_picture(editor.document.film.layer).pixels.mean(2)
    assert np.abs(lightness - film).mean() < 12, "the light of another frame"


def test_hints_are_refused_with_a_reason(playing):
    playing.editor.coloring.add_hint(Hint(((5.0, 5.0),), (200, 0, 0)))
    assert "would not move along" in playing.strips.shown()[0].accessibleName()
    assert playing.editor.history.count() == 0


def test_a_frame_is_exported_as_a_picture(playing, qtbot, tmp_path):
    reel = playing.editor.reel
    reel.go(TIMES[12])
    stands(qtbot, reel, TIMES[12])
    with qtbot.waitSignal(playing.editor.exported, timeout=10_000):
        playing.editor.export(tmp_path / "still.png")
    still = read_picture(tmp_path / "still.png").pixels
    assert np.array_equal(still, playing.editor.document.flatten().pixels)


@pytest.mark.slow
def test_the_window_never_works_for_50_ms_at_a_stretch():
    """While a film plays, is made, and a frame of it is coloured; waiting for others apart."""
    program = [sys.executable, "-m", "tests.desktop.film.heartbeat"]
    done = subprocess.run(program, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    worked = json.loads(done.stdout)["worked"]
    assert len(worked) == 3
    assert max(worked.values()) < 50
