"""Hints: points, strokes, moving, colours, keys, one step each."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from desktop.commands import ResizeCanvas, SetAttribute
from desktop.document.layers import HintLayer
from inference.features import HINT_COLORS
from inference.values import Picture, Region

RED, BLUE = (200, 30, 40), (30, 60, 200)


@pytest.fixture
def coloring(editor, studio, hand):
    studio.choose_tool("hint")
    studio.brush.choose(color=RED, hint_radius=6.0)
    return editor.coloring


def test_a_click_adds_a_hint_and_selects_it(hand, coloring, editor):
    steps = editor.history.count()
    hand.click(100, 120)
    (hint,) = coloring.hints.points
    assert (hint.x, hint.y) == pytest.approx((100, 120), abs=1)
    assert (hint.rgb, hint.radius) == (RED, 6.0)
    assert coloring.selected == 0
    assert editor.history.count() == steps + 1
    editor.history.undo()
    assert not coloring.hints.points


def test_selecting_asks_for_the_likely_colours(hand, coloring, service, qtbot):
    hand.click(100, 120)
    qtbot.waitUntil(lambda: any(j.request.feature is HINT_COLORS for j in service.jobs))


def test_a_click_beside_the_document_adds_nothing(hand, coloring):
    hand.click(-20, -20)
    assert not coloring.hints.points


def test_a_drag_draws_a_stroke(hand, coloring):
    hand.drag((100, 100), (150, 110), (200, 100))
    (hint,) = coloring.hints.points
    assert len(hint.path) == 3
    assert hint.path[-1] == pytest.approx((200, 100), abs=1)


def test_a_hint_can_be_dragged_in_one_step(hand, coloring, editor):
    hand.click(100, 100)
    hand.click(300, 200)
    steps = editor.history.count()
    hand.drag((100, 100), (120, 110), (140, 120), (160, 130))
    assert (coloring.hints.points[0].x, coloring.hints.points[0].y) == pytest.approx(
        (160, 130), abs=1
    )
    assert coloring.selected == 0
    assert editor.history.count() == steps + 1


def test_a_hint_stays_in_the_picture(hand, coloring, editor):
    hand.click(100, 100)
    hand.drag((100, 100), (60, 80), (-90, -40))
    assert (coloring.hints.points[0].x, coloring.hints.points[0].y) == (0, 0)


def test_two_drags_are_two_steps(hand, coloring, editor):
    hand.click(100, 100)
    hand.drag((100, 100), (140, 120), (160, 130))
    hand.drag((160, 130), (200, 150), (220, 160))
    editor.history.undo()
    assert coloring.hints.points[0].x == pytest.approx(160, abs=1)
    editor.history.undo()
    assert coloring.hints.points[0].x == pytest.approx(100, abs=1)


def test_a_click_on_a_hint_selects_it_and_moves_nothing(hand, coloring, editor):
    hand.click(100, 100)
    hand.click(300, 200)
    before, steps = coloring.hints.points, editor.history.count()
    hand.click(102, 101)
    assert coloring.selected == 0
    assert coloring.hints.points == before
    assert editor.history.count() == steps


def test_escape_while_dragging_puts_the_hint_back(hand, coloring):
    hand.click(100, 100)
    before = coloring.hints.points
    hand.press(100, 100)
    hand.move(200, 150)
    hand.key(Qt.Key.Key_Escape)
    hand.release(200, 150)
    assert coloring.hints.points == before


def test_grey_asks_for_grey(hand, coloring, studio):
    studio.brush.choose(hint_grey=True)
    hand.click(100, 100)
    red, green, blue = coloring.hints.points[0].rgb
    assert red == green == blue


def test_brackets_change_the_radius_of_the_selected_hint_in_one_step(hand, coloring, editor):
    hand.click(100, 100)
    hand.key(Qt.Key.Key_BracketRight)
    hand.key(Qt.Key.Key_BracketRight)
    assert coloring.hints.points[0].radius == pytest.approx(9.4)
    hand.key(Qt.Key.Key_BracketLeft)
    assert coloring.hints.points[0].radius == pytest.approx(7.5)
    editor.history.undo()
    assert coloring.hints.points[0].radius == 6.0


def test_brackets_without_a_selected_hint_change_that_of_the_next(hand, coloring, studio):
    hand.key(Qt.Key.Key_BracketRight)
    assert studio.brush.hint_radius == pytest.approx(7.5)


def test_delete_removes_and_escape_deselects(hand, coloring):
    hand.click(100, 100)
    hand.click(300, 200)
    hand.key(Qt.Key.Key_Escape)
    assert coloring.selected is None
    hand.key(Qt.Key.Key_Delete)
    assert len(coloring.hints.points) == 2
    hand.click(100, 100)
    hand.key(Qt.Key.Key_Delete)
    assert len(coloring.hints.points) == 1


def test_right_click_selects_a_hint_for_its_colours(hand, coloring):
    hand.click(100, 100)
    hand.click(300, 200)
    hand.right_click(100, 100)
    assert coloring.selected == 0
    assert len(coloring.hints.points) == 2


@pytest.fixture
def suggested(hand, coloring):
    """The hint at (200, 150) is selected, blue is likeliest there."""
    hand.click(200, 150)
    coloring.hint_colors = (BLUE, (90, 90, 90), (10, 200, 10))
    coloring.hint_colors_changed.emit()
    return coloring


def test_the_suggested_colours_lie_around_the_selected_hint(hand, suggested):
    image = hand.look()
    assert image.pixelColor(hand.place(200, 150 - 38)) == QColor(*BLUE)
    assert image.pixelColor(hand.place(200, 150)) == QColor(*RED)


def test_a_click_takes_a_suggested_colour(hand, suggested, studio):
    hand.click(200, 150 - 38)
    assert [hint.rgb for hint in suggested.hints.points] == [BLUE]
    assert studio.brush.color == BLUE


def test_suggested_colours_stay_within_the_canvas(hand, coloring):
    hand.canvas.pan(0, -400)
    x = hand.canvas.viewport.to_document(hand.canvas.rect().topLeft().toPointF())
    hand.click(200, max(x.y(), 0) + 2)
    coloring.hint_colors = (BLUE,) * 8
    fan = hand.canvas.tool._fan()
    assert all(hand.canvas.rect().contains(place.toPoint()) for place in fan)


def test_a_hidden_hint_layer_hides_its_marks(hand, coloring, editor):
    hand.click(200, 150)
    layer = next(one for one in editor.document.walk() if isinstance(one, HintLayer))
    editor.push(SetAttribute(editor.document, layer.id, "visible", False))
    image = hand.look()
    assert image.pixelColor(hand.place(200, 150)) != QColor(*RED)


def test_a_colour_from_the_reference_goes_to_brush_and_hint(hand, coloring, studio, qtbot):
    from desktop.tools.wells import ReferenceWell

    hand.click(200, 150)
    green = np.zeros((40, 60, 3), np.uint8)
    green[..., 1] = 150
    coloring.set_reference(Picture(green))
    well = ReferenceWell(studio)
    qtbot.addWidget(well)
    assert well.isEnabled()
    qtbot.mouseClick(well.picture, Qt.MouseButton.LeftButton)
    assert studio.brush.color == (0, 150, 0)
    assert coloring.hints.points[0].rgb == (0, 150, 0)


def test_cropping_a_hint_away_deselects_it(hand, coloring, editor):
    hand.click(300, 200)
    coloring.hint_colors = (RED, BLUE)
    editor.push(ResizeCanvas(editor.document, Region(0, 0, 100, 100)))
    assert coloring.selected is None
    hand.canvas.grab()
    editor.history.undo()
    assert len(coloring.hints.points) == 1
