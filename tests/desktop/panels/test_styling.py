"""The Style page's panel asks the styling, and shows what it says."""

from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.document.selection import rectangle
from desktop.makings.styling import Share
from desktop.panels.styling import StylingPanel
from desktop.widgets.blend_pad import PLACES, place_of, weights_at
from inference.cabinet.styles import styles as named_styles
from inference.features import StylizeSettings
from inference.request import Progress
from inference.values import Picture, Region

NAMES = [style.name for style in named_styles()]
LEFT = Qt.MouseButton.LeftButton


def dabs():
    return Picture(np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8))


@pytest.fixture
def panel(studio, editor, shown, actions, qtbot):
    panel = StylingPanel(studio)
    panel.offer(actions)
    shown(panel)
    qtbot.waitUntil(lambda: len(panel.strip.thumbnails()) == len(NAMES))
    return panel


def kept(panel):
    return [item.choice.key for item in panel.strip.thumbnails() if item.isChecked()]


def test_all_named_styles_are_there_and_the_first_is_chosen(panel):
    assert [item.choice.key for item in panel.strip.thumbnails()] == NAMES
    assert kept(panel) == NAMES[:1]
    assert panel.caption.text().startswith(named_styles()[0].title)
    assert not panel.pad.isVisible()


def test_the_gallery_is_not_read_before_it_is_looked_at(studio, editor):
    panel = StylingPanel(studio)
    assert panel.strip.thumbnails() == ()
    assert not studio.background.busy
    shiboken6.delete(panel)


def test_the_one_button_paints(panel, editor):
    assert panel.run.text() == "Paint picture"
    assert panel.run.property("primary") is True
    QTest.mouseClick(panel.run, LEFT)
    assert editor.history.undoText() == "Paint picture"
    assert editor.styling.generated_id


def test_while_it_works_the_button_stops(panel, editor, qtbot, monkeypatch):
    stopped = []
    monkeypatch.setattr(editor.styling, "cancel", lambda: stopped.append(True))
    editor.styling.busy_changed.emit(True)
    qtbot.waitUntil(lambda: panel.run.text() == "Stop")
    editor.styling.progress_changed.emit(Progress(0.42))
    assert panel.run.text() == "Stop · 42 %"
    assert panel.run.toolTip() == "Stop painting, keep the best (key)"
    QTest.mouseClick(panel.run, LEFT)
    assert stopped == [True]
    editor.styling.busy_changed.emit(False)
    assert panel.run.text() == "Paint picture"


def test_a_click_chooses_in_one_step(panel, editor):
    QTest.mouseClick(panel.strip.thumbnails()[2], LEFT)
    assert kept(panel) == [NAMES[2]]
    assert editor.history.count() == 1
    QTest.mouseClick(panel.strip.thumbnails()[3], LEFT)
    assert kept(panel) == [NAMES[3]]
    editor.history.undo()
    assert kept(panel) == [NAMES[2]]


def test_ctrl_click_blends_and_takes_away(panel, editor):
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(panel.strip.thumbnails()[1], LEFT, control)
    assert kept(panel) == NAMES[:2]
    assert panel.pad.isVisible()
    assert panel.caption.text() == "The Starry Night 50\u00a0%  ·  Bedroom in Arles 50\u00a0%"
    QTest.mouseClick(panel.strip.thumbnails()[0], LEFT, control)
    assert kept(panel) == [NAMES[1]]
    assert not panel.pad.isVisible()
    assert editor.history.count() == 2


def test_hovering_tells_the_name_and_asks_for_a_preview(panel, editor, service, qtbot):
    panel.strip.hovered.emit(NAMES[1])
    assert panel.caption.text().startswith("Bedroom in Arles")
    qtbot.waitUntil(lambda: bool(service.jobs))
    (choice,) = service.jobs[0].request.inputs.styles
    assert choice.style == NAMES[1]
    panel.strip.hovered.emit(None)
    assert panel.caption.text().startswith("The Starry Night")
    assert editor.history.count() == 0


def test_a_drag_on_the_pad_is_one_step(panel, editor):
    editor.styling.choose(NAMES[0])
    for name in NAMES[1:4]:
        editor.styling.blend(name)
    steps = editor.history.count()
    pad = panel.pad
    start = pad.point_of(*place_of([share.weight for share in editor.styling.styles]))
    corner = pad.point_of(1, 1)
    QTest.mousePress(pad, LEFT, pos=start.toPoint())
    for share in (0.25, 0.5, 0.75, 1.0):
        QTest.mouseMove(pad, (start + (corner - start) * share).toPoint())
    QTest.mouseRelease(pad, LEFT, pos=corner.toPoint() + QPoint(1, 1))
    assert editor.history.count() == steps + 1
    weights = [share.weight for share in editor.styling.styles]
    assert weights == pytest.approx([0, 0, 0, 1], abs=0.05)
    editor.history.undo()
    assert [share.weight for share in editor.styling.styles] == [0.25] * 4


def test_a_style_goes_where_is_selected_and_is_off_the_pad(panel, editor):
    editor.styling.set_settings(StylizeSettings(method="optimise"))
    for name in NAMES[1:3]:
        editor.styling.blend(name)
    editor.document.set_selection(rectangle(64, 48, Region(0, 0, 32, 48)))
    button = panel.places.buttons()[1]
    assert button.accessibleName().endswith(": Only where selected")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert [share.region is None for share in editor.styling.styles] == [True, False, True]
    assert marked(panel) == [NAMES[1]]
    assert panel.places.buttons()[1] is button, "it keeps the focus"
    assert button.text() == "Everywhere again"
    assert " in its place  ·  " in panel.caption.text()
    assert panel.caption.text().count(" 50\u00a0%") == 2
    assert editor.styling.percents == (50, None, 50)
    QTest.keyClick(panel.pad, Qt.Key.Key_Right)
    first, placed, last = (share.weight for share in editor.styling.styles)
    assert (first, last) == (0.48, 0.52)
    assert placed == pytest.approx(1 / 3)
    QTest.mouseClick(button, LEFT)
    assert marked(panel) == []
    editor.history.undo()
    assert marked(panel) == [NAMES[1]]


def test_places_are_for_the_slow_method(panel, editor):
    assert not panel.places.isVisible()
    editor.styling.set_settings(StylizeSettings(method="optimise"))
    assert panel.places.isVisible()
    editor.document.set_selection(rectangle(64, 48, Region(0, 0, 32, 48)))
    QTest.mouseClick(panel.places.buttons()[0], LEFT)
    assert marked(panel) == [NAMES[0]]
    editor.styling.set_settings(StylizeSettings(method="fast"))
    assert not panel.places.isVisible()
    assert marked(panel) == []
    assert editor.styling.percents == (100,)
    editor.history.undo()
    assert marked(panel) == [NAMES[0]]


def marked(panel):
    return [item.choice.key for item in panel.strip.thumbnails() if item.partial]


def test_arrows_move_the_handle(panel, editor):
    editor.styling.blend(NAMES[1])
    QTest.keyClick(panel.pad, Qt.Key.Key_Right)
    assert editor.styling.styles == (Share(NAMES[0], 0.48), Share(NAMES[1], 0.52))
    QTest.keyClick(panel.pad, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert editor.styling.styles[0].weight == pytest.approx(0.68)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_each_place_has_its_weights_and_back(count):
    for place, (x, y) in enumerate(PLACES[count]):
        weights = weights_at(x, y, count)
        assert weights == pytest.approx([float(i == place) for i in range(count)])
    for x, y in np.random.default_rng(2).uniform(0, 1, (20, 2)):
        weights = weights_at(x, y, count)
        assert sum(weights) == pytest.approx(1)
        assert weights_at(*place_of(weights), count) == pytest.approx(weights)


def test_any_picture_becomes_a_style(panel, editor):
    editor.styling.add_picture(dabs(), "Dabs")
    first = panel.strip.thumbnails()[0]
    assert first.choice.name == "Dabs"
    assert first.isChecked()
    assert panel.caption.text() == "Dabs"
    assert editor.history.count() == 1


def test_a_dropped_file_is_asked_for(panel, editor, monkeypatch):
    asked = []
    monkeypatch.setattr(editor.styling, "add_picture", asked.append)
    panel.well.dropped.emit(Path("/tmp/a.png"))
    assert asked == [Path("/tmp/a.png")]


def test_a_click_on_the_well_is_the_windows_action(panel, actions, qtbot):
    with qtbot.waitSignal(actions["style.add"].triggered):
        QTest.mouseClick(panel.well, LEFT)


def test_settings_are_asked_for_and_iterations_shown_where_they_count(panel, editor):
    QTest.keyClick(panel.form.rows["strength"].slider, Qt.Key.Key_Left)
    assert editor.styling.settings.strength == 0.95
    assert panel.form.rows["strength"].name.differs
    assert not panel.form.rows["iterations"].isVisible()
    panel.form.rows["method"].chosen.emit("optimise", False)
    assert panel.form.rows["iterations"].isVisible()
    choices = panel.form.rows["method"].choices
    assert [choices.itemText(i) for i in range(3)] == ["Fast", "Any", "Best, slow"]


def test_it_follows_the_document_in_front(panel, studio, editor):
    editor.styling.choose(NAMES[4])
    other = studio.open_picture(editor.document.flatten(), "Other")
    assert kept(panel) == NAMES[:1]
    editor.styling.choose(NAMES[5])
    assert kept(panel) == NAMES[:1]
    studio.close(other)
    assert kept(panel) == [NAMES[5]]
    studio.close(editor)
    assert not panel.isEnabled()


def test_a_destroyed_panel_hears_nothing(studio, editor):
    shiboken6.delete(StylingPanel(studio))
    editor.styling.settings_changed.emit()
    editor.styling.styles_changed.emit()
