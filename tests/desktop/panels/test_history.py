"""The history is Qt's: a click goes there."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.commands import SetAttribute
from desktop.panels.history import ROW_PX, HistoryPanel


def steps(editor):
    for opacity in (0.8, 0.6, 0.4):
        editor.push(SetAttribute(editor.document, "sky", "opacity", opacity))


def row(panel, number):
    return panel.view.visualRect(panel.view.model().index(number, 0))


def test_a_click_goes_there_and_back(studio, editor, shown):
    panel = shown(HistoryPanel(studio))
    steps(editor)
    viewport = panel.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=row(panel, 1).center())
    assert editor.document.layer("sky").opacity == 0.8
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=row(panel, 0).center())
    assert editor.document.layer("sky").opacity == 1.0
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=row(panel, 3).center())
    assert editor.document.layer("sky").opacity == 0.4


def test_it_begins_with_opened(studio, editor, shown):
    panel = shown(HistoryPanel(studio))
    steps(editor)
    model = panel.view.model()

    assert [model.index(n, 0).data() for n in range(model.rowCount())][:2] == [
        "Opened",
        "Change opacity",
    ]
    assert row(panel, 0).height() == ROW_PX


def test_present_saved_and_future_steps_look_different(studio, editor, shown):
    panel = shown(HistoryPanel(studio))
    steps(editor)
    one = panel.grab().toImage()
    editor.history.setIndex(2)
    two = panel.grab().toImage()
    editor.history.setClean()
    three = panel.grab().toImage()

    assert one != two != three


def test_it_follows_the_document_in_front(studio, editor, shown):
    panel = shown(HistoryPanel(studio))
    steps(editor)
    other = studio.open_picture(editor.document.flatten(), "Other")
    assert panel.view.stack() is other.history
    studio.close(other)
    assert panel.view.stack() is editor.history
    studio.close(editor)
    assert not panel.view.isVisible()
