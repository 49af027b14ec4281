"""The window: what is shown when, files in and out, nothing lost on closing."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QTabBar, QToolButton

from desktop.preferences import Preferences
from desktop.resources import SAMPLES
from desktop.shell.file_card import FileCard, title_of
from desktop.shell.overlay import Overlay
from desktop.shell.status import color_text
from desktop.shell.thumbnails import thumbnail
from desktop.shell.welcome import samples
from desktop.shell.window import Window
from desktop.studio import Studio
from inference.service import InferenceService
from inference.values import Picture

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

BUTTON = QMessageBox.StandardButton


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "scan.png"
    image = QImage(30, 20, QImage.Format.Format_Grayscale8)
    image.fill(90)
    image.save(str(path))
    return path


def opened(window, qtbot, count=1):
    qtbot.waitUntil(lambda: len(window.studio.editors) == count)
    return window.studio.editors[-1]


def panels(window) -> set[str]:
    return {name for name, dock in window.docks.docks.items() if not dock.isHidden()}


# What is shown


def test_without_a_document_there_is_the_welcome_page(window):
    assert window.welcome.isVisible()
    assert panels(window) == set()
    assert window.windowTitle() == "Grisaille"


def test_a_document_brings_canvas_tools_and_panels(at_work):
    assert at_work.canvas.isVisible()
    assert not at_work.welcome.isVisible()
    assert {"color", "coloring", "layers"} <= panels(at_work)
    assert "Photo" in at_work.windowTitle()


def test_closing_the_last_document_brings_the_welcome_page_back(at_work):
    at_work.actions_.run("file.close")
    assert at_work.welcome.isVisible()
    assert panels(at_work) == set()


def test_tab_hides_all_but_the_canvas(at_work, qtbot):
    before = panels(at_work)
    at_work.activateWindow()
    at_work.canvas.setFocus()
    qtbot.waitUntil(at_work.actions_["view.only_canvas"].isEnabled)
    qtbot.keyClick(at_work.canvas, Qt.Key.Key_Tab)
    assert panels(at_work) == set()
    assert not at_work.status.isVisible()
    qtbot.waitUntil(lambda: at_work.canvas.size() == at_work.size())
    qtbot.keyClick(at_work.canvas, Qt.Key.Key_Tab)
    assert panels(at_work) == before


def test_pages_change_and_come_back_as_they_were(at_work):
    at_work.docks.docks["color"].hide()
    before = panels(at_work)
    at_work.actions_.run("page.models")
    assert panels(at_work) == set()
    assert not at_work.canvas.isVisible()
    at_work.actions_.run("page.colour")
    assert panels(at_work) == before


def test_reset_brings_closed_panels_back(at_work):
    at_work.docks.docks["color"].close()
    at_work.actions_.run("view.reset_layout")
    assert "color" in panels(at_work)


def test_the_arrangement_is_remembered(at_work, qtbot):
    at_work.docks.docks["color"].hide()
    at_work.docks.remember()
    path = at_work.studio.preferences.path
    other = Window(Studio(InferenceService(), Preferences(path), path.parent))
    qtbot.addWidget(other, before_close_func=lambda w: w.studio.shut_down())
    other.studio.open_picture(Picture(np.zeros((4, 4, 1), np.uint8)), "Other")
    assert "color" not in panels(other)


def test_a_title_gives_way_to_the_tab_that_says_the_same(at_work, qtbot):
    docks = at_work.docks.docks
    qtbot.waitUntil(lambda: docks["layers"].titleBarWidget() is docks["layers"]._nothing)
    assert docks["color"].titleBarWidget() is docks["color"]._title


def test_every_button_has_a_name(at_work):
    at_work.actions_.run("page.models")
    at_work.actions_.run("page.colour")
    nameless = [
        button
        for button in at_work.findChildren(QAbstractButton)
        if not (button.accessibleName() or button.text())
        and not isinstance(button.parent(), QTabBar)
        and not button.objectName().startswith("qt_")
    ]
    assert [f"{button.parent()} {button.toolTip()}" for button in nameless] == []


def test_the_status_bar_tells_size_zoom_and_colour(at_work):
    at_work.canvas.set_zoom(2.0)
    at_work.canvas.cursor_moved.emit(1.0, 1.0, (255, 255, 255))
    assert "64 × 48 px, 8 bit" in at_work.status._size.text()
    assert at_work.status._zoom.text() == "200 %"
    assert "255" in at_work.status._color.text()


def test_colours_are_told_as_rgb_and_lab():
    assert color_text((255, 255, 255)) == "RGB 255 255 255   Lab 100 +0 +0"


def test_a_sheet_covers_the_window_and_another_takes_its_place(at_work):
    at_work.show_about()
    first = at_work.findChild(Overlay)
    at_work.show_licenses()
    assert first.isHidden()
    assert "SIL OPEN FONT" in at_work.findChildren(Overlay)[-1].text.toPlainText().upper()


def test_preferences_are_chosen_in_their_sheet(window):
    window.show_preferences()
    sheet = window.findChild(Overlay)
    sheet._preferences.choose(surround_18=True)
    assert window.studio.preferences.values.surround_18


# Files


def test_a_dropped_file_opens(window, qtbot, file):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    assert opened(window, qtbot).title == "scan"
    assert window.studio.preferences.recent == [file]


def test_open_asks_and_opens(window, qtbot, file, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(file)], ""))
    window.actions_.run("file.open")
    assert opened(window, qtbot).document.width == 30


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("width", [100, 1400])
def test_no_word_of_the_top_bar_is_cut_off(window, qtbot, width):
    window.resize(width, 700)
    window.show()
    qtbot.waitUntil(lambda: window.width() >= width)
    buttons = [*window._top.findChildren(QToolButton, "page-button"), window._top._search]
    assert len(buttons) == 5
    assert all(button.width() >= button.sizeHint().width() for button in buttons)
    assert window.menus.width() >= window.menus.sizeHint().width()


def test_recent_files_are_in_the_menu(window, qtbot, file):
    window.studio.preferences.add_recent(file)
    window.menus.recent.aboutToShow.emit()
    window.menus.recent.actions()[0].trigger()
    opened(window, qtbot)


# Closing


def answer(monkeypatch, button):
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()) or button)
    return asked


def change(window):
    window.actions_.run("layer.new")


def test_nothing_is_asked_where_nothing_changed(at_work, monkeypatch):
    asked = answer(monkeypatch, BUTTON.Cancel)
    at_work.actions_.run("file.close")
    assert asked == []
    assert at_work.studio.editors == []


@pytest.mark.parametrize(("button", "left"), [(BUTTON.Cancel, 1), (BUTTON.Discard, 0)])
def test_unsaved_work_is_asked_about_once(at_work, monkeypatch, button, left):
    change(at_work)
    asked = answer(monkeypatch, button)
    at_work.actions_.run("file.close")
    assert len(asked) == 1
    assert len(at_work.studio.editors) == left


def test_save_saves_before_it_closes(at_work, qtbot, tmp_path, monkeypatch):
    change(at_work)
    answer(monkeypatch, BUTTON.Save)
    target = tmp_path / "work.grisaille"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    at_work.actions_.run("file.close")
    qtbot.waitUntil(lambda: not at_work.studio.editors)
    assert target.exists()


def test_a_save_that_nobody_named_keeps_the_document(at_work, monkeypatch):
    change(at_work)
    answer(monkeypatch, BUTTON.Save)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    at_work.actions_.run("file.close")
    assert len(at_work.studio.editors) == 1


def test_quitting_stops_where_a_document_is_kept(at_work, monkeypatch):
    change(at_work)
    at_work.studio.open_picture(Picture(np.zeros((4, 4, 1), np.uint8)), "Untouched")
    answer(monkeypatch, BUTTON.Cancel)
    at_work.close()
    assert at_work.isVisible()
    assert [editor.title for editor in at_work.studio.editors] == ["Photo"]


def test_quitting_asks_then_closes(at_work, qtbot, monkeypatch):
    change(at_work)
    asked = answer(monkeypatch, BUTTON.Discard)
    at_work.close()
    qtbot.waitUntil(lambda: not at_work.isVisible())
    assert len(asked) == 1
    assert at_work.studio.preferences.values.geometry


# Tabs


def test_tabs_follow_the_documents(at_work):
    second = at_work.studio.open_picture(Picture(np.zeros((4, 4, 1), np.uint8)), "Second")
    assert [at_work.tabs.tabText(row) for row in range(2)] == ["Photo", "Second"]
    at_work.tabs.setCurrentIndex(0)
    assert at_work.studio.current is not second
    at_work.actions_.run("document.next")
    assert at_work.tabs.currentIndex() == 1


def test_a_tab_marks_what_is_not_saved(at_work):
    change(at_work)
    assert at_work.tabs.tabText(0) == "Photo •"


# The welcome page


def test_samples_can_be_opened(window, qtbot):
    card = next(c for c in window.findChildren(FileCard) if c.path == samples()[0])
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    opened(window, qtbot)


def test_small_pictures_come_after_the_window(window, qtbot):
    card = window.findChildren(FileCard)[0]
    qtbot.waitUntil(lambda: not card._image.isNull())
    assert card._image.size() == card.shape.picture


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_what_is_no_picture_has_no_small_one(tmp_path, content):
    path = tmp_path / "file.png"
    path.write_bytes(content)
    assert thumbnail(path, SimpleNamespace(width=lambda: 4, height=lambda: 4)).isNull()


def test_names_of_samples_are_words():
    assert title_of(SAMPLES / "belaia_river_bw.jpg") == "Belaia river"
    assert title_of(Path("/home/me/tea_bw.jpg")) == "tea_bw.jpg"
