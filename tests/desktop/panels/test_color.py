"""One colour, two uses: of the selected hint, else of the brush."""

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.commands import AddLayer
from desktop.document.layers import GeneratedLayer, Recipe
from desktop.panels.color import ColorPanel
from desktop.widgets.color_disc import lab_of
from inference.values import Hint


@pytest.fixture
def panel(studio, editor, shown):
    return shown(ColorPanel(studio))


@pytest.fixture
def hint(panel, editor):
    editor.coloring.add_hint(Hint(((32.5, 20.5),), (200, 40, 40), 6))
    return editor.coloring


def drag(disc, *places):
    QTest.mousePress(disc, Qt.MouseButton.LeftButton, pos=QPoint(80, 70))
    for place in places:
        QTest.mouseMove(disc, place)
    QTest.mouseRelease(disc, Qt.MouseButton.LeftButton, pos=places[-1])


def type_code(panel, text):
    panel.code.setFocus()
    panel.code.selectAll()
    QTest.keyClicks(panel.code, text)
    QTest.keyClick(panel.code, Qt.Key.Key_Return)


def test_without_a_hint_the_disc_sets_the_brush(panel, studio, editor):
    before = studio.brush.color
    drag(panel.disc, QPoint(60, 60), QPoint(40, 90))

    assert studio.brush.color != before
    assert lab_of(studio.brush.color)[0] == pytest.approx(lab_of(before)[0], abs=2)
    assert editor.history.count() == 0


@pytest.mark.parametrize("text", ["#1e90ff", "1e90ff", "dodgerblue"])
def test_a_code_or_a_name_can_be_typed(panel, studio, text):
    type_code(panel, text)

    assert studio.brush.color == (30, 144, 255)
    assert panel.code.text() == "#1e90ff"
    assert not panel.code.hasFocus()


def test_nonsense_is_put_back(panel, studio):
    before = studio.brush.color
    type_code(panel, "zzz")

    assert studio.brush.color == before
    assert panel.code.text() == "#c83c32"


def test_lightness_moves_the_brush_only(panel, studio):
    QTest.keyClick(panel.lightness.slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)

    assert lab_of(studio.brush.color)[0] == pytest.approx(57, abs=1.5)


def test_the_disc_has_the_lightness_of_the_picture_under_the_hint(panel, hint):
    expected = lab_of((130, 130, 130))[0]  # the ramp in column 32

    assert panel.lightness.field.value() == pytest.approx(expected, abs=1.5)
    assert not panel.lightness.isVisible()


def test_a_style_above_leaves_the_lightness_of_a_hint(panel, editor, hint):
    before = panel.lightness.field.value()
    white = editor.document.empty_image()
    white.write(white.bounds, np.full((48, 64, 4), 255, np.uint8))
    style = GeneratedLayer(image=white, recipe=Recipe("stylize"))
    editor.push(AddLayer(editor.document, style))
    panel.refresh()
    assert panel.lightness.field.value() == before


def test_a_drag_recolours_the_selected_hint_in_one_step(panel, editor, hint, studio):
    brush, steps = studio.brush.color, editor.history.count()
    drag(panel.disc, QPoint(60, 60), QPoint(50, 80), QPoint(40, 90))

    assert hint.hints.points[0].rgb != (200, 40, 40)
    assert hint.hints.points[0].radius == 6
    assert editor.history.count() == steps + 1
    assert studio.brush.color == brush


def test_two_drags_are_two_steps(panel, editor, hint):
    steps, colors = editor.history.count(), [hint.hints.points[0].rgb]
    for target in (QPoint(40, 90), QPoint(110, 60)):
        drag(panel.disc, target)
        colors.append(hint.hints.points[0].rgb)

    assert editor.history.count() == steps + 2
    for color in (colors[1], colors[0]):
        editor.history.undo()
        assert hint.hints.points[0].rgb == color


def test_likely_colours_are_offered_and_clicking_sets(panel, hint, editor):
    assert not panel.suggested.isVisible()
    hint.hint_colors = ((90, 60, 40), (40, 60, 90))
    hint.hint_colors_changed.emit()
    assert panel.suggested.isVisible()
    QTest.mouseClick(panel.suggested.chips()[1], Qt.MouseButton.LeftButton)

    assert hint.hints.points[0].rgb == (40, 60, 90)


def test_a_colour_that_stays_is_recent(panel, studio, monkeypatch, qtbot):
    panel._settled.setInterval(10)
    type_code(panel, "teal")
    qtbot.waitUntil(lambda: [chip.rgb for chip in panel.recent.chips()] == [(0, 128, 128)])
    type_code(panel, "#102030")
    qtbot.waitUntil(lambda: len(panel.recent.chips()) == 2)
    QTest.mouseClick(panel.recent.chips()[1], Qt.MouseButton.LeftButton)

    assert studio.brush.color == (0, 128, 128)


def test_the_eyedropper_is_taken_in_hand(panel, studio):
    QTest.mouseClick(panel.dropper, Qt.MouseButton.LeftButton)
    assert studio.tool == "eyedropper"
    assert panel.dropper.isChecked()
    studio.choose_tool("hint")
    assert not panel.dropper.isChecked()


def test_the_eyedropper_tells_its_key(panel, actions):
    panel.offer(actions)
    actions["tool.eyedropper"].setToolTip("Eyedropper (I)")

    assert panel.dropper.toolTip() == "Eyedropper (I)"


def test_no_document_still_has_a_brush(panel, studio, editor):
    studio.close(editor)
    type_code(panel, "teal")

    assert studio.brush.color == (0, 128, 128)


def test_a_destroyed_panel_hears_nothing(studio, editor):
    shiboken6.delete(ColorPanel(studio))
    editor.coloring.hints_changed.emit()
    studio.brush.choose(color=(1, 2, 3))
