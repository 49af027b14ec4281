"""Presets, own keys over them, conflicts; and the page where keys are changed."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from desktop.preferences import Preferences
from desktop.shell.actions import ACTIONS
from desktop.shell.keys import PRESETS, Keymap
from desktop.shell.shortcuts_sheet import KeysSheet

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

DEFAULTS = {
    "save": {"krita": ("Ctrl+S",), "photoshop": ("Ctrl+S",)},
    "fit": {"krita": ("2", "Ctrl+2"), "photoshop": ("Ctrl+0",)},
    "bare": {"krita": (), "photoshop": ()},
}


@pytest.fixture
def preferences(tmp_path):
    return Preferences(tmp_path / "preferences.json")


@pytest.fixture
def keymap(preferences):
    return Keymap(preferences, DEFAULTS)


def test_keys_are_those_of_the_preset(keymap):
    assert keymap.keys("fit") == ("2", "Ctrl+2")
    keymap.use_preset("photoshop")
    assert keymap.keys("fit") == ("Ctrl+0",)


def test_an_unknown_preset_is_the_first_one(keymap, preferences):
    preferences.choose(key_preset="emacs")
    assert keymap.preset == "krita"


def test_an_own_key_is_kept_over_the_preset(keymap, preferences):
    keymap.bind("fit", "F")
    keymap.use_preset("photoshop")
    assert Keymap(Preferences(preferences.path), DEFAULTS).keys("fit") == ("F",)


def test_a_key_belongs_to_one_action(keymap):
    assert keymap.conflict("fit", "Ctrl+S") == "save"
    keymap.bind("fit", "Ctrl+S")
    assert keymap.keys("save") == ()
    assert keymap.conflict("fit", "Ctrl+S") is None


def test_only_the_key_that_was_taken_is_lost(keymap):
    keymap.bind("bare", "2")
    assert keymap.keys("fit") == ("Ctrl+2",)


def test_actions_apart_may_have_the_same_key(preferences):
    keymap = Keymap(preferences, DEFAULTS, apart={"bare"})
    assert keymap.conflict("bare", "Ctrl+S") is None
    keymap.bind("bare", "Ctrl+S")
    assert keymap.keys("save") == ("Ctrl+S",)
    keymap.reset("save")
    assert keymap.keys("bare") == ("Ctrl+S",)


def test_a_key_can_be_taken_away(keymap):
    keymap.bind("save", "")
    assert keymap.keys("save") == ()
    assert keymap.differs("save")


def test_reset_takes_the_key_back(keymap):
    keymap.bind("bare", "Ctrl+S")
    keymap.reset("save")
    assert keymap.keys("save") == ("Ctrl+S",)
    assert keymap.keys("bare") == ()


def test_reset_all(keymap):
    keymap.bind("bare", "Ctrl+S")
    keymap.reset_all()
    assert not any(keymap.differs(action) for action in DEFAULTS)


# What ships


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("of_film", [True, False])
def test_no_key_is_given_twice(preset, of_film):
    keys = Counter(
        QKeySequence(key).toString()
        for action in ACTIONS
        if action.of_film == of_film
        for key in action.default_keys[preset]
    )
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_key_that_qt_knows(action, preset):
    keys = action.default_keys[preset]
    assert keys
    assert all(not QKeySequence(key).isEmpty() for key in keys)


# The page


@pytest.fixture
def sheet(window):
    window.show_keys()
    return window.findChild(KeysSheet)


def test_the_page_lists_every_action(sheet):
    assert set(sheet.rows) == {action.id for action in ACTIONS}


def test_typing_a_key_rebinds(sheet, window, qtbot):
    row = sheet.rows["view.fit"]
    row._listen()
    qtbot.keyClick(row._edit, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: window.keymap.keys("view.fit") == ("F7",))
    assert window.actions_["view.fit"].shortcut() == QKeySequence("F7")
    assert "F7" in row.key


def test_a_conflict_is_said(sheet):
    sheet.rows["view.fit"].chosen.emit("Ctrl+S")
    assert "Save" in sheet.note.text()
    assert sheet.rows["file.save"].key == ""


@pytest.mark.parametrize(("key", "left"), [(Qt.Key.Key_Backspace, ()), (Qt.Key.Key_Escape, ("2",))])
def test_backspace_takes_the_key_away_and_escape_nothing(sheet, window, qtbot, key, left):
    row = sheet.rows["view.fit"]
    row._listen()
    qtbot.keyClick(row._edit, key)
    assert window.keymap.keys("view.fit") == left


def test_search_leaves_what_fits(sheet):
    sheet.field.setText("mirror")
    shown = [name for name, row in sheet.rows.items() if not row.isHidden()]
    assert shown[0] == "view.mirror"
    assert "file.save" not in shown


def test_the_preset_is_changed_there(sheet, window):
    sheet.preset.setCurrentIndex(sheet.preset.findData("photoshop"))
    sheet.preset.activated.emit(sheet.preset.currentIndex())
    assert window.keymap.preset == "photoshop"
    assert "Ctrl+0" in sheet.rows["view.fit"].key
