"""A picture can be dropped, chosen by click or key, and taken away."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.widgets.picture_well import PictureWell
from inference.values import Picture


@pytest.fixture
def well(shown):
    return shown(PictureWell("Drop one here"), 260, 60)


def drop(well, *urls):
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, none)
    QApplication.sendEvent(well, enter)
    if enter.isAccepted():
        QApplication.sendEvent(well, QDropEvent(QPointF(5, 5), copy, data, left, none))
    return enter.isAccepted()


def test_a_dropped_file_is_told(well, qtbot):
    with qtbot.waitSignal(well.dropped) as dropped:
        assert drop(well, "file:///tmp/a%20b.png")

    assert dropped.args == [Path("/tmp/a b.png")]


def test_what_is_not_a_file_is_refused(well):
    assert not drop(well, "https://example.org/a.png")


def test_click_and_space_ask_for_a_file(well, qtbot):
    with qtbot.waitSignals([well.clicked, well.clicked]):
        QTest.mouseClick(well, Qt.MouseButton.LeftButton)
        QTest.keyClick(well, Qt.Key.Key_Space)


def test_a_shown_picture_can_be_taken_away(well, qtbot):
    assert not well.clear_button.isVisible()
    well.show_picture(Picture(np.zeros((20, 30, 3), np.uint8)), "Sea")
    assert well.accessibleName() == "Sea"
    with qtbot.waitSignal(well.cleared):
        QTest.mouseClick(well.clear_button, Qt.MouseButton.LeftButton)
    well.show_picture(None, "")

    assert well.accessibleName() == "Drop one here"
    assert not well.clear_button.isVisible()
