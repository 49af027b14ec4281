"""Pages: each with its panels and its tool, and no tabs of another left over."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QTabBar

from desktop.panels.jobs import JobsPanel

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "painting.png"
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(0xFFB04020)
    image.save(str(path))
    return path


def panels(window) -> set[str]:
    return {name for name, dock in window.docks.docks.items() if not dock.isHidden()}


def tabs(window) -> list[list[str]]:
    """Those beside the canvas that can be seen."""
    only = Qt.FindChildOption.FindDirectChildrenOnly
    bars = [bar for bar in window.findChildren(QTabBar, options=only) if bar.isVisible()]
    seen = [bar for bar in bars if bar.geometry().intersects(window.rect())]
    return [[bar.tabText(i) for i in range(bar.count())] for bar in seen]


def filled(window) -> set[str]:
    return {name for name, dock in window.docks.docks.items() if len(dock.widget().children()) > 1}


def test_panels_are_built_after_the_window_is_up(window, qtbot):
    assert not filled(window)
    window.docks.fill_soon()
    qtbot.waitUntil(lambda: filled(window) == set(window.docks.docks))
    assert not panels(window), "nothing is open yet"


def test_a_document_finds_its_panels_at_once(at_work):
    assert filled(at_work) == set(at_work.docks.docks)


def test_the_jobs_can_be_looked_at_with_nothing_open(window):
    window.status.jobs_asked.emit()
    assert window.docks.panel(JobsPanel).isVisible()


def test_each_page_has_its_feature(at_work):
    assert panels(at_work) >= {"color", "coloring", "layers"}
    at_work.actions_.run("page.style")
    assert panels(at_work) == {"styling", "layers", "properties", "history", "jobs"}
    at_work.actions_.run("page.colour")
    assert "styling" not in panels(at_work)


def test_no_tabs_of_another_page_are_left(at_work, qtbot):
    for page in ("page.style", "page.colour", "page.style"):
        at_work.actions_.run(page)
        at_work.actions_.run("view.reset_layout")
    qtbot.wait(50)
    assert tabs(at_work) == [["Layers", "Properties", "History", "Jobs"]]


def test_each_page_has_its_tool_in_hand(at_work):
    at_work.actions_.run("page.style")
    assert at_work.studio.tool == "hand", "a click must give no hint here"
    at_work.actions_.run("tool.brush")
    at_work.actions_.run("page.colour")
    assert at_work.studio.tool == "hint"
    at_work.actions_.run("page.style")
    assert at_work.studio.tool == "brush"


def drop(window, file, widget):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    where = QPointF(widget.mapTo(window, widget.rect().center()))
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(where, copy, data, left, Qt.KeyboardModifier.NoModifier))


@pytest.mark.parametrize(
    ("page", "onto", "documents"),
    [("style", "canvas", 1), ("style", "tabs", 2), ("colour", "canvas", 2)],
)
def test_what_falls_on_the_canvas_of_the_style_page_is_a_style(
    at_work, qtbot, file, page, onto, documents
):
    editor = at_work.editor
    at_work.show_page(page)
    drop(at_work, file, getattr(at_work, onto))
    qtbot.waitUntil(lambda: not at_work.studio.background.busy)
    assert len(at_work.studio.editors) == documents
    assert len(editor.styling.pictures) == 2 - documents
    editor.styling.close()


def test_a_style_picture_is_asked_for(at_work, qtbot, file, monkeypatch):
    monkeypatch.setattr(
        "desktop.shell.files.QFileDialog.getOpenFileName", lambda *_: (str(file), "")
    )
    at_work.actions_.run("style.add")
    qtbot.waitUntil(lambda: len(at_work.editor.styling.pictures) == 1)
    assert at_work.editor.styling.pictures[0].title == "painting"
    at_work.editor.styling.close()
