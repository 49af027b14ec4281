"""The sheet before a picture is exported, and what becomes of it."""

from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop.export_settings import ExportSettings
from desktop.preferences import Preferences
from desktop.shell.export_sheet import ExportSheet
from inference.media.picture import probe
from inference.settings import control_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FIELDS = [(item.name, item) for item in fields(ExportSettings)]


@pytest.fixture
def sheet(at_work):
    at_work.actions_.run("file.export")
    return at_work.findChild(ExportSheet)


@pytest.fixture
def export(at_work, sheet, qtbot, tmp_path, monkeypatch):
    """Presses the sheet's button and answers the question for a name; returns the file."""

    def exported(name):
        answered = (str(tmp_path / name), "")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answered)
        with qtbot.waitSignal(at_work.editor.exported) as told:
            sheet.button.click()
        return told.args[0]

    return exported


@pytest.mark.parametrize(
    ("suffix", "off"),
    [
        (".png", {"quality"}),
        (".jpg", {"depth"}),
        (".tif", {"quality"}),
        (".webp", {"depth"}),
        (".ora", {"depth", "quality", "report"}),
    ],
)
def test_a_format_turns_off_what_it_cannot_be_told_and_says_why(sheet, suffix, off):
    sheet.format.chosen.emit(suffix, False)
    rows = sheet.form.rows
    assert {name for name, row in rows.items() if not row.isEnabled()} == off
    assert all(
        rows[name].toolTip() != control_of(item).help for name, item in FIELDS if name in off
    )
    sheet.format.chosen.emit(".png", False)
    assert rows["depth"].isEnabled()
    assert rows["depth"].toolTip() == dict(FIELDS)["depth"].metadata["control"].help


def test_what_was_chosen_for_export_is_remembered(sheet, at_work):
    sheet.format.chosen.emit(".tif", False)
    sheet.form.rows["depth"].chosen.emit("16", False)
    sheet.form.rows["report"].chosen.emit(True, False)
    again = Preferences(at_work.studio.preferences.path).values
    assert again.export_format == ".tif"
    assert again.export == ExportSettings(depth="16", report=True)


def test_export_writes_the_format_that_was_chosen(at_work, sheet, export):
    sheet.format.chosen.emit(".jpg", False)
    assert export("out").name == "out.jpg"
    assert at_work.findChild(ExportSheet) is None


def test_a_name_that_says_another_format_is_believed(sheet, export):
    sheet.form.rows["depth"].chosen.emit("16", False)
    assert probe(export("out.tif")).dtype == "uint16"


def test_what_a_format_cannot_be_told_is_left_out(sheet, export):
    sheet.form.rows["depth"].chosen.emit("16", False)
    sheet.format.chosen.emit(".jpg", False)
    assert probe(export("out")).dtype == "uint8"


def test_the_lightness_report_is_told_in_the_window(at_work, sheet, export):
    sheet.form.rows["report"].chosen.emit(True, False)
    export("out.png")
    (strip,) = at_work.strips.shown()
    said = strip.accessibleName()
    assert "“out.png”: lightness is 0.000 L* from the original's on average" in said
    assert "at 0.0 % of the pixels colour gave way" in said


def test_enter_goes_on_to_the_name(sheet, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: asked.append(a[1]) or ("", ""))
    qtbot.keyClick(sheet.button, Qt.Key.Key_Return)
    assert asked == ["Export picture"]


def test_nothing_is_told_unasked(at_work, export):
    export("out.png")
    assert at_work.strips.shown() == []
