"""Hovering previews, clicking keeps, arrows walk."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.widgets.thumbnail_strip import GAP_PX, Choice, ThumbnailStrip
from inference.values import Picture


def choices(count):
    pixels = np.full((30, 40, 3), 90, np.uint8)
    return [Choice(seed, f"Suggestion {seed}", Picture(pixels)) for seed in range(count)]


@pytest.fixture
def strip(shown):
    strip = ThumbnailStrip()
    strip.show_choices(choices(6), 2)
    shown(strip, 276, 200)
    strip.thumbnails()[0].clearFocus()
    return strip


def enter(widget):
    middle = QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QEnterEvent(middle, middle, widget.mapToGlobal(middle)))


def test_hovering_tells_which_and_leaving_that_it_is_over(strip):
    hovered = []
    strip.hovered.connect(hovered.append)
    enter(strip.thumbnails()[3])
    QApplication.sendEvent(strip.thumbnails()[3], QEvent(QEvent.Type.Leave))

    assert hovered == [3, None]


def test_a_click_asks_for_it_but_marks_nothing_by_itself(strip):
    chosen = []
    strip.chosen.connect(chosen.append)
    QTest.mouseClick(strip.thumbnails()[4], Qt.MouseButton.LeftButton)

    assert chosen == [4]
    assert [item.isChecked() for item in strip.thumbnails()] == [i == 2 for i in range(6)]


def test_leaving_what_was_chosen_takes_nothing_back(strip):
    hovered = []
    enter(strip.thumbnails()[4])
    strip.hovered.connect(hovered.append)
    QTest.mouseClick(strip.thumbnails()[4], Qt.MouseButton.LeftButton)
    QApplication.sendEvent(strip.thumbnails()[4], QEvent(QEvent.Type.Leave))

    assert None not in hovered


def test_a_window_that_comes_to_the_front_previews_nothing(strip):
    hovered = []
    strip.hovered.connect(hovered.append)
    strip.thumbnails()[0].setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    assert hovered == []


def test_the_same_choices_keep_their_widgets(strip):
    before = strip.thumbnails()
    strip.show_choices([item.choice for item in before], 5)

    assert strip.thumbnails() == before
    assert before[5].isChecked()


def test_arrows_walk_and_enter_chooses(strip, qtbot):
    chosen, hovered = [], []
    strip.chosen.connect(chosen.append)
    strip.hovered.connect(hovered.append)
    first, second, below = (strip.thumbnails()[number] for number in (1, 2, 5))
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Right)
    QTest.keyClick(second, Qt.Key.Key_Down)
    QTest.keyClick(below, Qt.Key.Key_Return)

    assert below.hasFocus()
    assert chosen == [5]
    assert [key for key in hovered if key is not None] == [1, 2, 5]


@pytest.mark.parametrize("width", [120, 200, 276, 400, 900])
def test_all_lie_inside_and_none_upon_another(strip, width):
    strip.resize(width, strip.heightForWidth(width))
    areas = [item.geometry() for item in strip.thumbnails()]

    assert all(strip.rect().contains(area) for area in areas)
    assert not any(a.intersects(b) for a in areas for b in areas if a is not b)
    assert areas[1].left() - areas[0].right() - 1 == GAP_PX


def test_new_choices_end_the_preview_of_old_ones(strip):
    hovered = []
    strip.hovered.connect(hovered.append)
    enter(strip.thumbnails()[0])
    strip.show_choices([], 0)

    assert hovered == [0, None]
    assert not strip.thumbnails()
