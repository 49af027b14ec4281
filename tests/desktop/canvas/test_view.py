"""The canvas under real mouse, wheel and key events."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.commands import AddLayer, ResizeCanvas, SetAttribute, SetSelection
from desktop.document import selection as selections
from desktop.document.layers import GeneratedLayer, RasterLayer, Recipe
from desktop.document.tiles import TiledImage
from inference.request import Progress
from inference.values import Picture, Region

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def place(canvas, x, y) -> QPoint:
    """The widget's pixel over the middle of a document's pixel."""
    seen = canvas.viewport.to_view(x + 0.5, y + 0.5)
    return QPoint(int(seen.x()), int(seen.y()))


def shot(canvas) -> QImage:
    canvas.render_all()
    return canvas.grab().toImage()


def color(canvas, x, y) -> QColor:
    return shot(canvas).pixelColor(place(canvas, x, y))


def wheel(canvas, at: QPoint, notches: float, keys=NO_KEYS, phase=Qt.ScrollPhase.NoScrollPhase):
    event = QWheelEvent(
        QPointF(at),
        QPointF(canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        keys,
        phase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def drag(canvas, button, start: QPoint, end: QPoint, keys=NO_KEYS) -> None:
    QTest.mousePress(canvas, button, keys, start)
    QTest.mouseMove(canvas, (start + end) / 2)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, button, keys, end)


def colored(editor) -> GeneratedLayer:
    """A generated layer of plain red on top."""
    red = np.zeros((300, 400, 4), np.uint8)
    red[..., (0, 3)] = 255
    layer = GeneratedLayer(
        name="Colour", image=TiledImage.from_array(red), recipe=Recipe("colorize")
    )
    editor.push(AddLayer(editor.document, layer))
    return layer


# Showing.


def test_shows_the_pixels_of_the_document(canvas, editor):
    canvas.actual_size()
    expected = editor.document.flatten().pixels[100, 200, 0]
    assert color(canvas, 200, 100) == QColor(expected, expected, expected)


def test_from_twice_the_size_on_a_pixel_is_a_square(canvas, editor):
    canvas.set_zoom(8.0)
    image = shot(canvas)
    corner = canvas.viewport.to_view(200, 150).toPoint()
    square = {image.pixelColor(corner + QPoint(i, j)).red() for i in range(8) for j in range(8)}
    assert square == {int(editor.document.flatten().pixels[150, 200, 0])}


def test_a_painted_pixel_is_seen_at_once(canvas, editor):
    layer = RasterLayer(image=editor.document.empty_image())
    editor.push(AddLayer(editor.document, layer))
    shot(canvas)
    blue = np.zeros((20, 20, 4), np.uint8)
    blue[..., 2:] = 255
    editor.document.write(layer.id, Region(100, 100, 20, 20), blue)
    assert color(canvas, 110, 110) == QColor(0, 0, 255)
    editor.history.undo()
    assert color(canvas, 110, 110) != QColor(0, 0, 255)


def test_transparency_shows_a_checkerboard(canvas, editor):
    editor.document.set_attribute(editor.document.root.children[0].id, "visible", False)
    image = shot(canvas)
    start = place(canvas, 100, 100)
    seen = {image.pixelColor(start + QPoint(i, 0)).red() for i in range(32)}
    assert len(seen) == 2


@pytest.mark.parametrize(("on", "grey"), [(False, 58), (True, 119)])
def test_surround_is_neutral_and_18_percent_on_demand(canvas, studio, on, grey):
    studio.preferences.choose(surround_18=on)
    assert shot(canvas).pixelColor(2, 470) == QColor(grey, grey, grey)


def test_without_a_document_only_the_surround_is_shown(canvas, studio, editor):
    studio.close(editor)
    assert shot(canvas).pixelColor(320, 240) == QColor(58, 58, 58)
    assert canvas.viewport is None


def test_each_document_keeps_its_view(canvas, studio, editor):
    canvas.set_zoom(3.0)
    other = studio.open_picture(Picture(np.zeros((50, 60, 1), np.uint8)), "other")
    assert canvas.editor is other
    studio.set_current(editor)
    assert canvas.zoom == 3.0


def test_a_cropped_document_is_fitted_anew(canvas, editor):
    editor.push(ResizeCanvas(editor.document, Region(100, 100, 50, 50)))
    assert (canvas.viewport.width, canvas.viewport.height) == (50, 50)
    expected = int(editor.document.flatten().pixels[25, 25, 0])
    assert color(canvas, 25, 25).red() == pytest.approx(expected, abs=1)


def test_a_selection_is_outlined_unless_hidden(canvas, editor):
    canvas.actual_size()
    plain = shot(canvas)
    region = Region(100, 100, 80, 60)
    editor.push(SetSelection(editor.document, selections.rectangle(400, 300, region)))
    edge = [place(canvas, x, 100) for x in range(105, 170)]
    outlined = shot(canvas)
    assert {outlined.pixelColor(p).lightness() for p in edge} == {0, 255}
    canvas.set_outline_shown(False)
    assert all(shot(canvas).pixel(p) == plain.pixel(p) for p in edge)


# Moving the view.


def test_the_wheel_zooms_by_steps_at_the_cursor(canvas, qtbot):
    canvas.actual_size()
    at = QPoint(200, 150)
    before = canvas.viewport.to_document(QPointF(at))
    with qtbot.waitSignal(canvas.zoom_changed) as blocker:
        wheel(canvas, at, 1)
    assert blocker.args == [1.5]
    after = canvas.viewport.to_document(QPointF(at))
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.7)


def test_ctrl_and_wheel_zoom_finely(canvas):
    canvas.actual_size()
    wheel(canvas, QPoint(200, 150), 1, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == pytest.approx(1.1)


def test_two_fingers_on_a_touchpad_pan(canvas):
    canvas.actual_size()
    before = canvas.viewport.to_view(0, 0)
    wheel(canvas, QPoint(200, 150), 1, phase=Qt.ScrollPhase.ScrollUpdate)
    assert canvas.viewport.to_view(0, 0).y() == before.y() + 30
    assert canvas.zoom == 1.0


def test_a_pinch_zooms(canvas):
    canvas.actual_size()
    at = QPointF(200, 150)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        at,
        0.25,
        QPointF(),
    )
    QApplication.sendEvent(canvas, event)
    assert canvas.zoom == pytest.approx(1.25)


def test_the_middle_button_pans_without_a_stroke(canvas, editor):
    canvas.actual_size()
    before = canvas.viewport.to_view(0, 0)
    drag(canvas, MIDDLE, QPoint(100, 100), QPoint(140, 90))
    assert canvas.viewport.to_view(0, 0) - before == QPointF(40, -10)
    assert editor.history.count() == 0


def test_space_pans_while_it_is_held(canvas, editor):
    canvas.actual_size()
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    before = canvas.viewport.to_view(0, 0)
    drag(canvas, LEFT, QPoint(100, 100), QPoint(120, 130))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.viewport.to_view(0, 0) - before == QPointF(20, 30)
    assert editor.history.count() == 0


def test_shift_and_middle_button_turn_the_view(canvas):
    drag(canvas, MIDDLE, QPoint(520, 240), QPoint(320, 440), Qt.KeyboardModifier.ShiftModifier)
    assert canvas.viewport.rotation == pytest.approx(90, abs=1)


def test_rotation_and_mirror_can_be_undone(canvas):
    before = shot(canvas)
    canvas.rotate_by(30)
    canvas.mirror()
    assert shot(canvas) != before
    canvas.mirror()
    canvas.reset_rotation()
    assert shot(canvas) == before


def test_fit_shows_all(canvas):
    canvas.set_zoom(16)
    canvas.fit()
    corners = [canvas.viewport.to_view(x, y).toPoint() for x in (0, 400) for y in (0, 300)]
    assert all(canvas.rect().contains(corner) for corner in corners)


def test_tells_place_and_colour_under_the_cursor(canvas, editor, qtbot):
    canvas.set_zoom(8)
    with qtbot.waitSignal(canvas.cursor_moved) as blocker:
        QTest.mouseMove(canvas, place(canvas, 210, 140))
    x, y, rgb = blocker.args
    expected = int(editor.document.flatten().pixels[140, 210, 0])
    assert (int(x), int(y), rgb) == (210, 140, (expected,) * 3)


# Before and after.


def test_the_split_line_shows_before_on_its_left(canvas, editor):
    colored(editor)
    canvas.set_split(True)
    grey = color(canvas, 100, 100)
    assert grey.red() == grey.blue()
    assert color(canvas, 300, 100) == QColor(255, 0, 0)


def test_the_split_line_can_be_dragged(canvas, editor):
    colored(editor)
    canvas.set_split(True)
    drag(canvas, LEFT, QPoint(320, 240), QPoint(100, 240))
    assert canvas.split.place == pytest.approx(100 / 640)
    assert color(canvas, 100, 100) == QColor(255, 0, 0)
    assert editor.history.count() == 1


def test_a_held_backslash_shows_before(canvas, editor):
    colored(editor)
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Backslash)
    grey = color(canvas, 300, 100)
    assert grey.red() == grey.blue()
    QTest.keyRelease(canvas, Qt.Key.Key_Backslash)
    assert color(canvas, 300, 100) == QColor(255, 0, 0)


def test_before_a_painted_photograph_comes_the_coloured_one(canvas, editor):
    colored(editor)
    colors = editor.document.root.children[-1]
    blue = np.full((300, 400, 4), (0, 0, 255, 255), np.uint8)
    style = GeneratedLayer(image=TiledImage.from_array(blue), recipe=Recipe("stylize"))
    editor.push(AddLayer(editor.document, style))
    canvas.show_before(True)
    assert color(canvas, 300, 100) == QColor(255, 0, 0)
    editor.activate(colors.id)
    grey = color(canvas, 300, 100)
    assert grey.red() == grey.blue()
    editor.activate(style.id)
    assert color(canvas, 300, 100) == QColor(255, 0, 0)
    editor.push(SetAttribute(editor.document, style.id, "visible", False))
    grey = color(canvas, 300, 100)
    assert grey.red() == grey.blue()


def test_before_a_first_style_that_is_tried_comes_all_there_is(canvas, editor):
    colored(editor)
    editor.styling.preview = Picture(np.full((300, 400, 3), 90, np.uint8))
    editor.styling.preview_changed.emit()
    assert color(canvas, 300, 100) == QColor(90, 90, 90)
    canvas.show_before(True)
    assert color(canvas, 300, 100) == QColor(255, 0, 0)


def test_a_preview_takes_the_place_of_the_colours(canvas, editor):
    colored(editor)
    green = np.zeros((300, 400, 3), np.uint8)
    green[..., 1] = 180
    editor.coloring.preview = Picture(green)
    editor.coloring.preview_changed.emit()
    assert color(canvas, 300, 100) == QColor(0, 180, 0)
    editor.coloring.preview = None
    editor.coloring.preview_changed.emit()
    assert color(canvas, 300, 100) == QColor(255, 0, 0)


def test_a_preview_stays_until_the_result_is_there(canvas, editor, monkeypatch):
    green = np.zeros((300, 400, 3), np.uint8)
    green[..., 1] = 180
    editor.coloring.preview = Picture(green)
    editor.coloring.preview_changed.emit()
    shot(canvas)
    colored(editor)
    monkeypatch.setattr("desktop.canvas.view.PAINT_BUDGET_S", 0)
    editor.coloring.preview = None
    editor.coloring.preview_changed.emit()
    first = canvas.grab().toImage().pixelColor(place(canvas, 300, 280))
    assert first == QColor(0, 180, 0)
    assert color(canvas, 300, 280) == QColor(255, 0, 0)


# A job.


def test_a_job_shows_a_line_that_can_cancel_it(canvas, editor, qtbot, monkeypatch):
    line, cancelled = canvas.progress_line, []
    monkeypatch.setattr(editor.coloring, "cancel", lambda: cancelled.append(True))
    editor.coloring.busy_changed.emit(True)
    assert line.isVisible()
    editor.coloring.progress_changed.emit(Progress(0.5, "Colouring", 3.0))
    qtbot.waitUntil(line.cancel_button.isVisible, timeout=2000)
    assert line.words == "Colouring  ·  50 %  ·  3 s left"
    QTest.mouseClick(line.cancel_button, LEFT)
    assert cancelled == [True]
    editor.coloring.busy_changed.emit(False)
    assert not line.isVisible()


# Sharp on every display.


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_actual_size_maps_pixels_one_to_one(canvas, editor, ratio):
    sheet = canvas._sheet
    sheet.viewport.resize(QSizeF(640, 480), ratio)
    sheet.viewport.zoom_to(1.0)
    image = QImage(QSizeF(640 * ratio, 480 * ratio).toSize(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    sheet.prepare(before=False, budget_s=10)
    sheet.draw(painter, before=False)
    painter.end()
    start = sheet.viewport.to_view(0, 0) * ratio
    row = [image.pixelColor(round(start.x()) + x, round(start.y()) + 10).red() for x in range(400)]
    assert row == editor.document.flatten().pixels[10, :, 0].tolist()


def test_says_its_name_to_a_screen_reader(canvas):
    assert canvas.accessibleName()
    assert canvas.accessibleDescription()


def test_ends_held_keys_when_the_focus_goes(canvas):
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    canvas.clearFocus()
    assert canvas.cursor().shape() != Qt.CursorShape.OpenHandCursor


def test_takes_keys_before_menus_do(canvas):
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Space, NO_KEYS)
    event.ignore()
    QApplication.sendEvent(canvas, event)
    assert event.isAccepted()
