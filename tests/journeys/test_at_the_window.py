"""What an artist does besides colouring: files, tabs, keys, views; and when it goes wrong."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QPlainTextEdit, QPushButton, QToolButton

from desktop.panels.coloring import ColoringPanel
from desktop.panels.history import HistoryPanel
from desktop.shell.command_palette import CommandPalette
from desktop.shell.shortcuts_sheet import KeysSheet
from desktop.widgets.images import image_of

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton

# the display that tests draw on knows no smallest size; Qt knows no profiles of grey
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "fromIccProfile")


@pytest.fixture
def artist(start, scan):
    artist = start()
    artist.open(scan)
    artist.settle()
    return artist


def panels(artist) -> set[str]:
    return {name for name, dock in artist.window.docks.docks.items() if dock.isVisible()}


def history_of(artist) -> HistoryPanel:
    return artist.window.findChild(HistoryPanel)


def grab(artist) -> np.ndarray:
    artist.canvas.render_all()
    image = artist.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def is_grey(pixels: np.ndarray) -> bool:
    return bool((np.ptp(pixels, axis=2) <= 1).all())


# Documents


def test_several_documents_each_with_its_own_history(artist, reference):
    artist.open(reference)
    tabs = artist.window.tabs
    assert [tabs.tabText(row) for row in range(2)] == ["aunt", "reference"]
    artist.key(Qt.Key.Key_Insert)
    assert tabs.tabText(1) == "reference •"
    QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(0).center())
    assert artist.editor.title == "aunt"
    assert not artist.can("edit.undo")
    artist.key(Qt.Key.Key_Tab, CONTROL)
    assert artist.editor.title == "reference"
    assert artist.can("edit.undo")
    assert history_of(artist).view.stack() is artist.editor.history


def test_files_dropped_on_the_window_open(start, scan, reference):
    artist = start()
    artist.drop(artist.window, scan, reference)
    artist.qtbot.waitUntil(lambda: len(artist.studio.editors) == 2)
    assert [editor.title for editor in artist.studio.editors] == ["aunt", "reference"]


def test_a_copied_picture_is_pasted_as_document_then_as_layer(start):
    artist = start()
    pixels = np.random.default_rng(1).integers(0, 256, (30, 40, 3), np.uint8)
    QGuiApplication.clipboard().setImage(image_of(pixels))
    artist.key(Qt.Key.Key_V, CONTROL, artist.window)
    artist.qtbot.waitUntil(lambda: len(artist.studio.editors) == 1)
    assert (artist.editor.document.flatten().pixels == pixels).all()
    artist.key(Qt.Key.Key_V, CONTROL)
    artist.qtbot.waitUntil(lambda: artist.editor.history.count() == 1)
    names = [layer.name for layer in artist.editor.document.walk()]
    assert names == ["Pasted picture", "Pasted picture"]
    QGuiApplication.clipboard().clear()


# Actions and keys


def test_the_palette_finds_an_action_and_does_it(artist):
    artist.key(Qt.Key.Key_P, CONTROL | SHIFT)
    palette = artist.window.findChild(CommandPalette)
    artist.qtbot.wait(50)
    assert palette.isVisible()
    QTest.keyClicks(palette.field, "mirror view")
    assert palette.found()[0] == "view.mirror"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert artist.canvas.viewport.mirrored
    assert artist.canvas.hasFocus()


def test_a_key_of_ones_own_holds_and_is_remembered(artist, start):
    artist.window.show_keys()
    sheet = artist.window.findChild(KeysSheet)
    row = sheet.rows["view.mirror"]
    artist.press(row._button)
    QTest.keyClick(row._edit, Qt.Key.Key_J)
    artist.qtbot.waitUntil(lambda: row.key == "J", timeout=5000)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    artist.canvas.setFocus()
    artist.key(Qt.Key.Key_J)
    assert artist.canvas.viewport.mirrored
    artist.key(Qt.Key.Key_M)  # no longer
    assert artist.canvas.viewport.mirrored
    artist.leave()
    again = start()
    assert again.window.keymap.keys("view.mirror") == ("J",)


# Looking


def test_before_is_seen_while_a_key_is_held(artist):
    artist.press(artist.window.docks.panel(ColoringPanel).run)
    artist.settle()
    artist.studio.choose_tool("hand")
    assert not is_grey(grab(artist))
    QTest.keyPress(artist.canvas, Qt.Key.Key_Backslash)
    assert is_grey(grab(artist))
    QTest.keyRelease(artist.canvas, Qt.Key.Key_Backslash)
    assert not is_grey(grab(artist))


def test_the_split_shows_grey_left_and_colour_right_and_is_dragged(artist):
    artist.press(artist.window.docks.panel(ColoringPanel).run)
    artist.settle()
    artist.studio.choose_tool("hand")
    artist.key(Qt.Key.Key_Y)
    canvas, split = artist.canvas, artist.canvas.split
    middle = split.x(canvas.viewport)
    rows = slice(60, canvas.height() - 60)  # the labels are no part of it
    seen = grab(artist)[rows]
    assert is_grey(seen[:, : int(middle) - 12])
    assert not is_grey(seen[:, int(middle) + 12 :])
    document = artist.editor.document
    y = document.height / 2
    end = document.width * 0.9
    artist.drag((canvas.viewport.to_document(QPoint(int(middle), 5)).x(), y), (end, y))
    assert split.x(canvas.viewport) > middle + 20
    assert artist.editor.history.count() == 1


def test_tab_hides_the_panels_and_brings_them_back(artist):
    before = panels(artist)
    artist.key(Qt.Key.Key_Tab)
    assert panels(artist) == set()
    artist.qtbot.waitUntil(lambda: artist.canvas.size() == artist.window.size())
    artist.key(Qt.Key.Key_Tab)
    assert panels(artist) == before


def test_themes_change_while_one_works(artist):
    def ground() -> int:
        return artist.window.grab().toImage().pixelColor(4, artist.window.height() - 4).lightness()

    artist.key(Qt.Key.Key_F10, CONTROL | Qt.KeyboardModifier.AltModifier)
    dark = ground()
    artist.key(Qt.Key.Key_F11, CONTROL | Qt.KeyboardModifier.AltModifier)
    assert ground() > dark + 100
    artist.key(Qt.Key.Key_F10, CONTROL | Qt.KeyboardModifier.AltModifier)
    assert ground() == dark


def test_the_arrangement_is_there_after_a_new_start(artist, start, scan):
    artist.window.docks.docks["color"].close()
    artist.window.docks.raise_panel("history")
    before = panels(artist)
    artist.leave()
    again = start()
    again.open(scan)
    again.settle()
    assert "color" not in before
    assert panels(again) == before


# Jobs and problems


def test_a_running_job_is_cancelled_from_the_canvas(artist):
    grey = artist.seen()
    artist.press(artist.window.docks.panel(ColoringPanel).run)
    assert artist.coloring.busy
    artist.qtbot.waitUntil(artist.canvas.progress_line.isVisible)
    artist.canvas.progress_line.cancel_button.click()
    artist.settle()
    assert not artist.coloring.busy
    assert artist.canvas.progress_line.isHidden()
    assert artist.seen() == grey
    artist.press(artist.window.docks.panel(ColoringPanel).run)
    artist.settle()
    assert artist.seen() != grey


def test_a_problem_is_told_with_remedy_and_details(artist, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    artist.drop(artist.window, broken)
    artist.qtbot.waitUntil(lambda: any(s.isVisible() for s in artist.window.strips.shown()))
    [strip] = artist.window.strips.shown()
    [problem] = artist.problems
    said = strip.findChild(QLabel).text()
    assert problem.sentence in said
    assert problem.remedy in said
    text = strip.findChild(QPlainTextEdit)
    assert not text.isVisible()
    button = next(b for b in strip.findChildren(QPushButton) if b.text() == "Details")
    artist.press(button)
    assert text.isVisible()
    assert text.toPlainText() == problem.detail
    artist.press(strip.findChild(QToolButton))
    artist.qtbot.waitUntil(lambda: not artist.window.strips.shown())


@pytest.mark.parametrize(
    ("answer", "left", "saved"),
    [
        (QMessageBox.StandardButton.Cancel, 1, False),
        (QMessageBox.StandardButton.Discard, 0, False),
        (QMessageBox.StandardButton.Save, 0, True),
    ],
)
def test_closing_the_window_asks_about_unsaved_work(
    artist, tmp_path, monkeypatch, answer, left, saved
):
    artist.key(Qt.Key.Key_Insert)
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()) or answer)
    artist.name_file(tmp_path / "kept.grisaille")
    artist.window.close()
    artist.settle()
    assert asked == ["Save “aunt” before closing it?"]
    assert len(artist.studio.editors) == left
    assert artist.window.isVisible() == bool(left)
    assert (tmp_path / "kept.grisaille").exists() == saved
