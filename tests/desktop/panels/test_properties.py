"""Properties: the facts of a layer, the settings of the colour layer."""

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.panels.properties import PropertiesPanel


@pytest.fixture
def panel(studio, editor, shown):
    return shown(PropertiesPanel(studio))


def texts(panel):
    return [label.text() for label in panel.widget().findChildren(QLabel)]


def test_facts_of_a_picture(panel):
    assert {"Sky", "Picture", "64 × 48 px, 8 bit"} <= set(texts(panel))


def test_it_follows_the_active_layer_and_its_name(panel, editor):
    editor.activate("details")
    assert {"Details", "Group"} <= set(texts(panel))
    editor.document.set_attribute("details", "name", "Clothes")
    assert "Clothes" in texts(panel)


def test_the_settings_of_the_colour_layer_can_be_changed(panel, editor):
    editor.coloring.run()
    editor.activate(editor.coloring.generated_id)
    row = panel._form.rows["saturation"]
    QTest.keyClick(row.slider, Qt.Key.Key_Right)

    assert editor.coloring.settings.saturation == 1.05
    assert panel._form.rows["saturation"] is row, "the row stays under the hand"
    editor.history.undo()
    assert row.field.value() == 1.0


def test_nothing_is_chosen_nothing_is_shown(panel, studio, editor):
    studio.close(editor)

    assert any("Choose a layer" in text for text in texts(panel))


def test_a_destroyed_panel_hears_nothing(studio, editor):
    shiboken6.delete(PropertiesPanel(studio))
    editor.document.set_attribute("sky", "name", "x")
    editor.activate("dress")
