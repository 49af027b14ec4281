"""The Colour page's panel asks the coloring, and shows what it says."""

from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog

from desktop.makings.coloring import Suggestion
from desktop.panels.coloring import ColoringPanel
from inference.features import SUGGEST
from inference.request import Progress, Request
from inference.values import Hint, Hints, Picture


def colours(value=90):
    return Picture(np.full((20, 30, 3), (value, 60, 30), np.uint8))


@pytest.fixture
def panel(studio, editor, shown, actions):
    panel = ColoringPanel(studio)
    panel.offer(actions)
    return shown(panel)


@pytest.fixture
def suggested(panel, editor):
    editor.coloring.suggestions = [Suggestion(seed, colours(40 * seed)) for seed in range(1, 4)]
    editor.coloring.suggestions_changed.emit()
    return panel.strip.thumbnails()


def test_the_one_button_colours(panel, editor):
    assert panel.run.text() == "Colour picture"
    assert panel.run.property("primary") is True
    QTest.mouseClick(panel.run, Qt.MouseButton.LeftButton)

    assert editor.history.undoText() == "Colour picture"
    assert editor.coloring.generated_id


def test_the_button_tells_the_key_that_holds_now(panel, actions):
    assert panel.run.toolTip() == "Colour picture (key)"
    actions["colour.run"].setToolTip("Colour picture (F5)")

    assert panel.run.toolTip() == "Colour picture (F5)"


def test_while_it_works_the_button_cancels(panel, editor, qtbot, monkeypatch):
    cancelled = []
    monkeypatch.setattr(editor.coloring, "cancel", lambda: cancelled.append(True))
    editor.coloring.busy_changed.emit(True)
    qtbot.waitUntil(lambda: panel.run.text() == "Cancel")
    editor.coloring.progress_changed.emit(Progress(0.42))
    assert panel.run.text() == "Cancel · 42 %"
    QTest.mouseClick(panel.run, Qt.MouseButton.LeftButton)
    assert cancelled == [True]
    editor.coloring.busy_changed.emit(False)
    assert panel.run.text() == "Colour picture"


def test_closing_the_document_ends_the_progress(panel, studio, editor, qtbot):
    editor.coloring.busy_changed.emit(True)
    qtbot.waitUntil(lambda: panel.run.text() == "Cancel")
    studio.close(editor)

    assert panel.run.text() == "Colour picture"
    assert not any(timer.isActive() for timer in panel.findChildren(QTimer))


def test_short_work_does_not_flicker(panel, editor, qtbot):
    editor.coloring.busy_changed.emit(True)
    editor.coloring.busy_changed.emit(False)
    qtbot.wait(350)

    assert panel.run.text() == "Colour picture"


def test_settings_are_asked_for_and_shown(panel, editor):
    QTest.keyClick(panel.form.rows["saturation"].slider, Qt.Key.Key_Right)

    assert editor.coloring.settings.saturation == 1.05
    assert panel.form.rows["saturation"].name.differs


def test_without_suggestions_a_button_makes_them(panel, editor, monkeypatch):
    asked = []
    monkeypatch.setattr(editor.coloring, "suggest", lambda: asked.append(True))
    assert panel.suggest.isVisible()
    assert not panel.strip.isVisible()
    QTest.mouseClick(panel.suggest, Qt.MouseButton.LeftButton)

    assert asked == [True]


def test_suggestions_on_their_way_are_announced(panel, service):
    job = service.submit(Request(SUGGEST, None, None))
    assert panel.making.isVisible()
    assert not panel.suggest.isEnabled()
    job.cancel()
    assert not panel.making.isVisible()
    assert panel.suggest.isEnabled()


def test_clicking_a_suggestion_keeps_it_in_one_step(panel, editor, suggested):
    assert not panel.suggest.isVisible()
    QTest.mouseClick(suggested[1], Qt.MouseButton.LeftButton)

    assert editor.coloring.seed == 2
    assert [item.isChecked() for item in suggested] == [False, True, False]
    assert editor.history.count() == 1
    editor.history.undo()
    assert editor.coloring.seed == 0
    assert not any(item.isChecked() for item in suggested)


def test_hovering_a_suggestion_previews_it(panel, editor, suggested):
    panel.strip.hovered.emit(3)
    assert editor.coloring.preview is editor.coloring.suggestions[2].picture
    panel.strip.hovered.emit(None)
    assert editor.coloring.preview is None


def test_a_reference_is_shown_and_taken_away(panel, editor):
    editor.coloring.set_reference(colours())
    assert panel.well.clear_button.isVisible()
    QTest.mouseClick(panel.well.clear_button, Qt.MouseButton.LeftButton)

    assert editor.coloring.reference is None
    assert not panel.well.clear_button.isVisible()


@pytest.mark.parametrize("way", ["dropped", "chosen"])
def test_a_reference_from_a_file(panel, editor, monkeypatch, way):
    asked = []
    monkeypatch.setattr(editor.coloring, "set_reference", asked.append)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/tmp/a.png", ""))
    if way == "dropped":
        panel.well.dropped.emit(Path("/tmp/a.png"))
    else:
        QTest.mouseClick(panel.well, Qt.MouseButton.LeftButton)

    assert asked == [Path("/tmp/a.png")]


def test_the_number_of_hints_is_told(panel, editor):
    assert "Click in the picture" in panel.hints_note.text()
    editor.coloring.add_hint(Hint(((3, 4),), (200, 0, 0)))
    assert panel.hints_note.text() == "1 hint."
    editor.coloring.add_hint(Hint(((9, 4),), (0, 0, 200)))
    assert panel.hints_note.text() == "2 hints."


def test_buttons_are_the_windows_actions(panel, actions, qtbot):
    buttons = {button.toolTip(): button for button in panel.findChildren(QAbstractButton)}
    with qtbot.waitSignal(actions["colour.suggest"].triggered):
        buttons["Suggest colours (key)"].click()
    with qtbot.waitSignal(actions["colour.clear_hints"].triggered):
        buttons["Clear all hints (key)"].click()
    actions["colour.keep_grey"].setEnabled(False)

    assert not buttons["Keep selection grey (key)"].isEnabled()


def test_it_follows_the_document_in_front(panel, studio, editor):
    editor.coloring.add_hint(Hint(((3, 4),), (200, 0, 0)))
    other = studio.open_picture(editor.document.flatten(), "Other")
    assert "Click" in panel.hints_note.text()
    editor.coloring.hints_changed.emit()
    assert "Click" in panel.hints_note.text()
    studio.close(other)
    studio.close(editor)
    assert not panel.isEnabled()


def test_a_destroyed_panel_hears_nothing(studio, editor):
    shiboken6.delete(ColoringPanel(studio))
    editor.coloring.settings_changed.emit()
    editor.coloring.busy_changed.emit(True)


def test_a_region_that_is_kept_grey_is_told(panel, editor):
    editor.coloring._look = None
    editor.coloring.add_hint(Hint(((3, 4),), (200, 0, 0)))
    editor.coloring._change("x", hints=Hints((), np.zeros((48, 64), np.uint8)))

    assert panel.hints_note.text().endswith("A region is kept grey.")
