"""Fill, gradient, eyedropper, selections, move, crop, hand, zoom, and what all have in common."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.document import selection as selections
from desktop.tools import TOOLS
from desktop.tools.fill import alike_around
from desktop.tools.tool import Tool
from desktop.widgets.icons import NAMES
from inference.values import Region

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
RED = (255, 0, 0)


def painted(editor):
    return editor.active_layer.image.read(editor.document.bounds)


def chosen(editor):
    """The selection as truth values, or None."""
    selection = editor.document.selection
    return None if selection is None else selections.to_mask(selection) > 127


# Fill.


def test_fill_stops_where_the_picture_differs(hand, editor, studio):
    studio.choose_tool("fill")
    studio.brush.choose(color=RED, opacity=1.0)
    hand.click(200, 100)
    alpha = painted(editor)[..., 3]
    columns = np.flatnonzero(alpha[100])
    grey = (
        editor.document.root.children[0].image.read(editor.document.bounds)[100, :, 0].astype(int)
    )
    assert (np.abs(grey[columns] - grey[200]) <= 24).all()
    assert len(columns) == (np.abs(grey - grey[200]) <= 24).sum()
    editor.history.undo()
    assert not painted(editor).any()


def test_fill_stays_within_the_selection(hand, editor, studio):
    editor.document.set_selection(selections.rectangle(400, 300, Region(190, 90, 20, 20)))
    studio.choose_tool("fill")
    hand.click(200, 100)
    assert (painted(editor)[..., 3] > 0).sum() == 400


def test_fill_outside_of_the_document_does_nothing(hand, editor, studio):
    steps = editor.history.count()
    studio.choose_tool("fill")
    hand.click(-30, 10)
    assert editor.history.count() == steps


def test_more_tolerance_fills_more(editor):
    few, _ = alike_around(editor.document, 200, 100, 5)
    many, _ = alike_around(editor.document, 200, 100, 50)
    assert many.width > few.width


# Gradient.


def test_a_gradient_fades_along_its_line(canvas, deep, studio):
    from PySide6.QtTest import QTest

    canvas.actual_size()
    studio.choose_tool("gradient")
    studio.brush.choose(color=RED, opacity=1.0)
    start, end = (canvas.viewport.to_view(x, 150).toPoint() for x in (100, 300))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    alpha = painted(deep)[20, :, 3] / np.iinfo(deep.document.dtype).max
    assert alpha[50] == 1
    assert alpha[200] == pytest.approx(0.5, abs=0.01)
    assert alpha[350] == 0
    assert (np.diff(alpha) <= 0).all()


def test_a_cancelled_gradient_leaves_nothing(hand, editor, studio):
    studio.choose_tool("gradient")
    hand.press(100, 100)
    hand.move(200, 100)
    hand.key(Qt.Key.Key_Escape)
    hand.release(200, 100)
    assert not painted(editor).any()


# Eyedropper.


def test_the_eyedropper_takes_the_colour_under_it(hand, editor, studio):
    studio.choose_tool("eyedropper")
    hand.click(200, 100)
    grey = int(editor.document.flatten().pixels[100, 200, 0])
    assert studio.brush.color == (grey, grey, grey)


# Selections.


def test_a_rectangle_selects_whole_pixels(hand, editor, studio):
    studio.choose_tool("select-rectangle")
    hand.drag((100, 80), (150, 120))
    rows, columns = np.nonzero(chosen(editor))
    assert columns.max() - columns.min() == pytest.approx(50, abs=1)
    assert rows.max() - rows.min() == pytest.approx(40, abs=1)
    assert chosen(editor).sum() == (np.ptp(rows) + 1) * (np.ptp(columns) + 1)


def test_an_ellipse_fills_its_box(hand, editor, studio):
    studio.choose_tool("select-ellipse")
    hand.drag((100, 80), (200, 140))
    assert chosen(editor).sum() == pytest.approx(np.pi * 50 * 30, rel=0.02)


def test_a_lasso_selects_what_it_encloses(hand, editor, studio):
    studio.choose_tool("select-lasso")
    hand.drag((100, 100), (200, 100), (200, 200), (100, 200))
    assert chosen(editor).sum() == pytest.approx(100 * 100, rel=0.03)


@pytest.mark.parametrize(("keys", "size"), [(SHIFT, 7500), (ALT, 2500)])
def test_shift_adds_and_alt_takes_away(hand, editor, studio, keys, size):
    studio.choose_tool("select-rectangle")
    hand.drag((100, 100), (150, 200))
    hand.drag((125, 100), (175, 200), keys=keys)
    assert chosen(editor).sum() == pytest.approx(size, rel=0.05)


@pytest.mark.parametrize("way", ["click", "escape"])
def test_a_click_or_escape_frees_all(hand, editor, studio, way):
    studio.choose_tool("select-rectangle")
    hand.drag((100, 100), (150, 200))
    if way == "click":
        hand.click(300, 250)
    else:
        hand.key(Qt.Key.Key_Escape)
    assert chosen(editor) is None
    editor.history.undo()
    assert chosen(editor) is not None


def test_escape_while_selecting_selects_nothing(hand, editor, studio):
    studio.choose_tool("select-rectangle")
    hand.press(100, 100)
    hand.move(200, 200)
    hand.key(Qt.Key.Key_Escape)
    hand.release(200, 200)
    assert chosen(editor) is None


# Move.


@pytest.fixture
def square(editor, studio):
    """A red square at (100, 100) on the paint layer; the move tool is in hand."""
    red = np.zeros((50, 50, 4), np.uint8)
    red[..., (0, 3)] = 255
    editor.document.write(editor.active_layer.id, Region(100, 100, 50, 50), red)
    studio.choose_tool("move")
    return painted(editor)


def test_a_drag_moves_the_layer_in_one_step(hand, editor, square):
    steps = editor.history.count()
    hand.drag((110, 110), (130, 120), (140, 125))
    assert editor.history.count() == steps + 1
    assert (painted(editor)[115:165, 130:180] == square[100:150, 100:150]).all()
    assert painted(editor)[..., 3].sum() == square[..., 3].sum()
    editor.history.undo()
    assert (painted(editor) == square).all()


def test_a_moved_layer_is_seen_on_its_way(hand, editor, square):
    hand.press(110, 110)
    hand.move(160, 110)
    assert painted(editor)[125, 190, 0] == 255
    hand.key(Qt.Key.Key_Escape)
    hand.release(160, 110)
    assert (painted(editor) == square).all()


@pytest.mark.parametrize(("keys", "far"), [(Qt.KeyboardModifier.NoModifier, 1), (SHIFT, 10)])
def test_arrows_nudge(hand, editor, square, keys, far):
    hand.key(Qt.Key.Key_Right, keys)
    assert (painted(editor)[100:150, 100 + far : 150 + far] == square[100:150, 100:150]).all()


# Crop.


def test_return_crops_to_the_box_and_undo_brings_all_back(hand, editor, studio):
    studio.choose_tool("crop")
    hand.drag((100, 100), (200, 150))
    hand.key(Qt.Key.Key_Return)
    document = editor.document
    assert (document.width, document.height) == pytest.approx((100, 50), abs=1)
    editor.history.undo()
    assert (document.width, document.height) == (400, 300)


def test_the_box_can_be_pulled_and_pushed(hand, editor, studio):
    studio.choose_tool("crop")
    hand.drag((100, 100), (200, 150))
    hand.drag((200, 150), (250, 200))
    hand.drag((150, 150), (160, 140))
    hand.key(Qt.Key.Key_Return)
    assert (editor.document.width, editor.document.height) == pytest.approx((150, 100), abs=2)


def test_escape_leaves_all_as_it_is(hand, editor, studio):
    steps = editor.history.count()
    studio.choose_tool("crop")
    hand.drag((100, 100), (200, 150))
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Return)
    assert editor.history.count() == steps


# Hand and zoom.


def test_the_hand_pans(hand, studio):
    studio.choose_tool("hand")
    before = hand.canvas.viewport.to_view(0, 0)
    start = hand.place(100, 100)
    from PySide6.QtCore import QPoint
    from PySide6.QtTest import QTest

    QTest.mousePress(hand.canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(hand.canvas, start + QPoint(30, 20))
    QTest.mouseRelease(hand.canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 20))
    moved = hand.canvas.viewport.to_view(0, 0) - before
    assert (moved.x(), moved.y()) == (30, 20)


def test_the_magnifier_zooms_in_out_and_to_a_box(hand, studio):
    studio.choose_tool("zoom")
    hand.click(200, 150)
    assert hand.canvas.zoom == 1.5
    hand.click(200, 150, ALT)
    assert hand.canvas.zoom == 1.0
    hand.drag((100, 100), (164, 148))
    assert hand.canvas.zoom == pytest.approx(10, rel=0.05)


# All.


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_has_a_name_an_icon_a_key_and_options_that_can_be_read(tool, studio, qtbot):
    assert tool.title()
    assert tool.icon in NAMES
    assert tool.key
    options = tool.options(studio)
    qtbot.addWidget(options)
    for control in options.findChildren(QWidget):
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert control.accessibleName() or control.text()


def test_names_and_keys_are_unique():
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
    assert len({tool.key for tool in TOOLS}) == len(TOOLS)


def test_a_tool_that_does_nothing_does_no_harm(hand):
    idle = Tool(hand.canvas)
    assert idle.on_key(Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier) is None
    assert not idle.busy
