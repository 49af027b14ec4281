"""Brush and eraser under a real mouse and pen."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.commands import SetAttribute, SetMask, SetSelection
from desktop.document import selection as selections
from inference.values import Region

RED = (255, 0, 0)


@pytest.fixture
def brush(studio):
    studio.choose_tool("brush")
    studio.brush.choose(size=20.0, hardness=1.0, opacity=1.0, color=RED)
    return studio.brush


def painted(editor):
    """The active layer's pixels."""
    return editor.active_layer.image.read(editor.document.bounds)


def test_a_stroke_is_one_step_of_the_colour_and_size(hand, editor, brush):
    steps = editor.history.count()
    hand.drag((100, 100), (150, 100), (200, 120))
    alpha = painted(editor)[..., 3]
    assert editor.history.count() == steps + 1
    assert painted(editor)[100, 120].tolist() == [*RED, 255]
    assert (alpha[:, 110] > 0).sum() in (20, 21, 22)
    editor.history.undo()
    assert not painted(editor).any()
    editor.history.redo()
    assert (painted(editor)[..., 3] == alpha).all()


def test_a_click_paints_one_dab(hand, editor, brush):
    hand.click(100, 100)
    assert (painted(editor)[..., 3] > 0).sum() == pytest.approx(np.pi * 10**2, rel=0.15)


def test_sixteen_bits_are_painted_with_sixteen(canvas, studio, deep, brush):
    canvas.actual_size()
    brush.choose(opacity=0.5, color=(128, 128, 128))
    seen = canvas.viewport.to_view(100, 100).toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=seen)
    peak = np.iinfo(deep.document.dtype).max
    value = painted(deep)[100, 100]
    assert value[3] == pytest.approx(peak / 2, abs=peak / 255)
    assert value[0] == pytest.approx(peak * 128 / 255, abs=1)


def test_the_stroke_is_seen_while_it_goes_on(hand, editor, brush):
    hand.press(100, 100)
    hand.move(140, 100)
    image = hand.look()
    assert image.pixelColor(hand.place(120, 103)).getRgb()[:3] == RED
    hand.release(140, 100)


def test_escape_cancels_a_stroke(hand, editor, brush):
    steps = editor.history.count()
    hand.press(100, 100)
    hand.move(200, 100)
    hand.key(Qt.Key.Key_Escape)
    hand.release(200, 100)
    assert not painted(editor).any()
    assert editor.history.count() == steps


def test_another_tool_cancels_a_stroke(hand, editor, brush, studio):
    hand.press(100, 100)
    studio.choose_tool("eraser")
    assert not painted(editor).any()


def test_a_locked_layer_refuses_in_a_sentence(hand, editor, brush, problems):
    editor.push(SetAttribute(editor.document, editor.active_layer.id, "locked", True))
    hand.drag((100, 100), (200, 100))
    assert not painted(editor).any()
    assert [problem.sentence for problem in problems] == ["The layer “Paint” is locked."]


def test_a_selection_limits_the_paint(hand, editor, brush):
    inside = selections.rectangle(400, 300, Region(0, 0, 120, 300))
    editor.push(SetSelection(editor.document, inside))
    hand.drag((80, 100), (160, 100))
    alpha = painted(editor)[100, :, 3]
    assert alpha[119] == 255
    assert not alpha[120:].any()


def test_paint_goes_to_the_mask_in_mask_mode(hand, editor, brush):
    layer, document = editor.active_layer, editor.document
    editor.push(SetMask(document, layer.id, document.empty_mask()))
    editor.set_painting_mask(True)
    brush.choose(color=(0, 0, 0))
    hand.drag((100, 100), (200, 100))
    mask = layer.mask.read(document.bounds)[..., 0]
    assert mask[100, 150] == 0
    assert mask[50, 150] == 255
    assert not painted(editor).any()


def test_the_eraser_takes_away(hand, editor, brush, studio):
    hand.drag((100, 100), (200, 100))
    studio.choose_tool("eraser")
    hand.click(150, 100)
    assert painted(editor)[100, 150, 3] == 0
    assert painted(editor)[100, 110, 3] == 255


def test_ctrl_picks_a_colour_with_the_brush(hand, editor, brush):
    steps = editor.history.count()
    hand.click(200, 100, Qt.KeyboardModifier.ControlModifier)
    grey = int(editor.document.flatten().pixels[100, 200, 0])
    assert brush.color == (grey, grey, grey)
    assert editor.history.count() == steps


def test_shift_drag_changes_the_size(hand, editor, brush):
    hand.drag((100, 100), (130, 100), keys=Qt.KeyboardModifier.ShiftModifier)
    assert brush.size == 50
    assert not painted(editor).any()


def test_brackets_change_the_size_and_with_shift_the_hardness(hand, brush):
    hand.key(Qt.Key.Key_BracketRight)
    assert brush.size == pytest.approx(23)
    hand.key(Qt.Key.Key_BracketLeft)
    assert brush.size == pytest.approx(20)
    hand.key(Qt.Key.Key_BraceLeft, Qt.KeyboardModifier.ShiftModifier)
    assert brush.hardness == pytest.approx(0.9)


@pytest.mark.parametrize("ground", [0, 255])
def test_the_cursor_shows_the_true_size_on_white_and_black(hand, editor, brush, ground):
    plain = np.full((300, 400, 4), ground, np.uint8)
    plain[..., 3] = 255
    editor.document.write(editor.active_layer.id, editor.document.bounds, plain)
    brush.choose(size=100.0)
    hand.move(190, 140)  # Qt tells nobody that the mouse is where it was
    hand.move(200, 150)
    image = hand.look()
    row = [image.pixelColor(hand.place(x, 150)).lightness() for x in range(100, 300)]
    marked = [100 + i for i, value in enumerate(row) if abs(value - ground) > 60]
    assert marked
    assert min(abs(x - 150) for x in marked) <= 2
    assert min(abs(x - 250) for x in marked) <= 2


def pen(canvas, kind: QEvent.Type, at: QPointF, pressure: float) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    held = none if kind == QEvent.Type.TabletRelease else left
    button = none if kind == QEvent.Type.TabletMove else left
    everywhere = QPointF(canvas.mapToGlobal(at.toPoint()))
    event = QTabletEvent(
        kind, QPointingDevice.primaryPointingDevice(), at, everywhere,
        pressure, 0, 0, 0, 0, 0, Qt.KeyboardModifier.NoModifier, button, held,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert event.isAccepted()


def test_pen_pressure_sets_size_and_opacity(hand, editor, brush):
    start, end = QPointF(hand.place(100, 100)), QPointF(hand.place(200, 100))
    pen(hand.canvas, QEvent.Type.TabletPress, start, 0.2)
    pen(hand.canvas, QEvent.Type.TabletMove, end, 1.0)
    pen(hand.canvas, QEvent.Type.TabletRelease, end, 1.0)
    alpha = painted(editor)[..., 3]
    assert (alpha[:, 102] > 0).sum() < (alpha[:, 190] > 0).sum()
    assert alpha[100, 102] < alpha[100, 195] <= 255
