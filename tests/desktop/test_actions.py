"""Every action is declared once, can be done when it should, and does what it says."""

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage

from desktop.document import selection
from desktop.document.layers import GroupLayer
from desktop.shell.actions import ACTIONS, MENU_BREAKS, MENUS, always
from desktop.shell.command_palette import CommandPalette, score
from desktop.shell.files import picture_of
from inference.values import Problem, Region

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ASKS = {
    *("file.open", "file.save", "file.save_as", "file.export", "file.close"),
    *("colour.reference", "style.add", "film.open_sequence"),
}
"""What shows a dialog."""
ELSEWHERE = {
    *("file.quit", "help.guide", "view.full_screen"),
    *("colour.run", "colour.suggest", "style.run"),
}


def test_ids_and_texts_are_unique():
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert len({action.text for action in ACTIONS}) == len(ACTIONS)


def test_menu_lines_stand_above_actions_that_exist():
    listed = {action.id for _, actions in MENUS for action in actions}
    assert listed >= MENU_BREAKS


def test_without_a_document_only_what_needs_none_is_on(window):
    window.actions_.refresh()
    on = {action.id for action in ACTIONS if window.actions_[action.id].isEnabled()}
    assert on == {action.id for action in ACTIONS if action.enabled is always}


def test_all_that_is_on_can_be_done(at_work, qtbot):
    for action in ACTIONS:
        if action.id not in ASKS | ELSEWHERE:
            at_work.actions_.run(action.id)
            qtbot.wait(1)
    said = [strip.accessibleName() for strip in at_work.strips.shown()]
    assert all("clipboard" in sentence for sentence in said)


def test_keys_call_actions_and_tooltips_show_them(at_work):
    action = at_work.actions_["view.split"]
    assert action.shortcut().toString() == "Y"
    assert action.toolTip() == "Before | after line (Y)"


def test_a_problem_becomes_a_strip(at_work):
    at_work.editor.document.set_attribute(at_work.editor.active_layer.id, "locked", True)
    at_work.actions_.run("layer.delete")
    assert len(at_work.strips.shown()) == 1


@pytest.mark.parametrize("action", ["layer.flatten", "layer.merge_down"])
@pytest.mark.parametrize("locked", [0, 1])
def test_what_is_locked_is_not_made_one_with_others(at_work, qtbot, action, locked):
    at_work.actions_.run("layer.new")
    before = ids(at_work)
    at_work.editor.document.set_attribute(before[locked], "locked", True)
    at_work.actions_.run(action)
    qtbot.waitUntil(lambda: bool(at_work.strips.shown()))
    assert "locked" in at_work.strips.shown()[0].accessibleName()
    assert ids(at_work) == before


def test_a_group_is_merged_into_the_layer_below(at_work, qtbot):
    photo = ids(at_work)[0]
    at_work.actions_.run("layer.new")
    at_work.actions_.run("layer.group")
    at_work.actions_.run("layer.merge_down")
    qtbot.waitUntil(lambda: ids(at_work) == [photo])


# Layers and selection


def ids(window):
    return [layer.id for layer in window.editor.document.walk()]


@pytest.mark.parametrize(
    ("action", "count"),
    [("layer.new", 2), ("layer.duplicate", 2), ("layer.group", 2), ("layer.flatten", 1)],
)
def test_an_action_on_layers_is_one_step_of_undo(at_work, action, count):
    before = ids(at_work)
    at_work.actions_.run(action)
    assert len(ids(at_work)) == count
    at_work.actions_.run("edit.undo")
    assert ids(at_work) == before


def test_a_new_layer_is_active_and_lies_above(at_work):
    at_work.actions_.run("layer.new")
    assert at_work.editor.active_layer.id == ids(at_work)[-1]


def test_layers_move_and_are_walked(at_work):
    photo = ids(at_work)[0]
    at_work.actions_.run("layer.new")
    at_work.actions_.run("layer.down")
    assert ids(at_work)[1] == photo
    at_work.actions_.run("layer.next")
    assert at_work.editor.active_layer.id == photo


def test_the_layer_below_a_deleted_one_becomes_active(at_work):
    for _ in range(3):
        at_work.actions_.run("layer.new")
    photo, low, middle, high = ids(at_work)
    at_work.editor.activate(middle)
    at_work.actions_.run("layer.delete")
    assert at_work.editor.active_layer.id == low
    at_work.editor.activate(photo)
    at_work.actions_.run("layer.delete")
    assert at_work.editor.active_layer.id == low
    assert ids(at_work) == [low, high]


def test_merging_goes_on_downwards(at_work, qtbot):
    for _ in range(3):
        at_work.actions_.run("layer.new")
    photo, low, middle, high = ids(at_work)
    at_work.editor.activate(middle)
    for left in ([photo, low, high], [photo, high]):
        at_work.actions_.run("layer.merge_down")
        qtbot.waitUntil(lambda left=left: ids(at_work) == left)
    assert at_work.editor.active_layer.id == photo


def test_grouping_keeps_the_layer_inside(at_work):
    photo = ids(at_work)[0]
    at_work.actions_.run("layer.group")
    assert isinstance(at_work.editor.active_layer, GroupLayer)
    assert at_work.editor.document.parent(photo) is at_work.editor.active_layer


def test_a_mask_from_the_selection_shows_what_is_selected(at_work):
    document = at_work.editor.document
    document.set_selection(selection.rectangle(64, 48, Region(0, 0, 10, 48)))
    at_work.actions_.run("layer.mask_from_selection")
    mask = at_work.editor.active_layer.mask.read(document.bounds)[..., 0]
    assert mask[:, :10].min() == 255
    assert mask[:, 10:].max() == 0


def test_a_new_mask_is_painted_on_at_once(at_work):
    at_work.actions_.run("layer.add_mask")
    assert at_work.editor.painting_mask
    at_work.actions_.refresh()
    assert at_work.actions_["layer.paint_mask"].isChecked()
    assert not at_work.actions_["layer.add_mask"].isEnabled()


def test_selecting(at_work):
    document = at_work.editor.document
    at_work.actions_.run("select.all")
    assert selection.to_mask(document.selection).min() == 255
    at_work.actions_.run("select.invert")
    assert selection.to_mask(document.selection).max() == 0
    at_work.actions_.run("select.none")
    assert document.selection is None


# Clipboard


def copied(width=5, height=3):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF204060)
    QGuiApplication.clipboard().setImage(image)
    return image


def test_a_copied_picture_keeps_its_pixels(qapp):
    picture = picture_of(copied())
    assert picture.pixels.shape == (3, 5, 3)
    assert np.unique(picture.pixels.reshape(-1, 3), axis=0).tolist() == [[0x20, 0x40, 0x60]]


def test_pasting_opens_a_document_then_adds_a_layer(window, qtbot):
    copied()
    window.actions_.run("edit.paste")
    qtbot.waitUntil(lambda: window.studio.current is not None)
    assert (window.editor.document.width, window.editor.document.height) == (5, 3)
    window.actions_.run("edit.paste")
    qtbot.waitUntil(lambda: len(ids(window)) == 2)


def test_an_empty_clipboard_says_so(window):
    QGuiApplication.clipboard().clear()
    window.actions_.run("file.new_from_clipboard")
    assert "clipboard" in window.strips.shown()[0].accessibleName()


def test_copy_gives_the_whole_picture(at_work, qtbot):
    QGuiApplication.clipboard().clear()
    at_work.actions_.run("edit.copy")
    qtbot.waitUntil(lambda: not QGuiApplication.clipboard().image().isNull())
    assert QGuiApplication.clipboard().image().width() == 64


# The palette


@pytest.mark.parametrize(
    ("wanted", "better", "worse"),
    [
        ("new", "New layer", "Next document"),
        ("nl", "New layer", "Colour in all"),
        ("mask", "Add mask", "Mirror and skew"),
        ("fit", "Fit in window", "Find it"),
    ],
)
def test_the_better_answer_comes_first(wanted, better, worse):
    rated = score(wanted, worse)
    assert rated is None or score(wanted, better) > rated


@pytest.mark.parametrize(("wanted", "text"), [("xyz", "Open"), ("nepo", "Open"), ("openn", "Open")])
def test_missing_letters_are_no_answer(wanted, text):
    assert score(wanted, text) is None


def palette_of(window) -> CommandPalette:
    window.show_palette()
    return window.findChild(CommandPalette)


def test_the_palette_finds_every_action_by_its_name(at_work):
    palette = palette_of(at_work)
    for action in ACTIONS:
        palette.field.setText(action.label)
        assert action.id in palette.found()[:2]


def test_return_does_what_was_found(at_work, qtbot):
    palette = palette_of(at_work)
    qtbot.keyClicks(palette.field, "new layer")
    qtbot.keyClick(palette.field, "\r")
    assert len(ids(at_work)) == 2
    assert palette.isHidden()


def test_what_was_done_last_comes_first(at_work):
    at_work.actions_.run("view.mirror")
    assert palette_of(at_work).found()[0] == "view.mirror"


def test_what_cannot_be_done_comes_last_and_does_nothing(window):
    palette = palette_of(window)
    palette.field.setText("save")
    palette._run(palette.list.currentIndex())
    assert palette.isVisible()


def test_escape_puts_the_palette_away(at_work, qtbot):
    palette = palette_of(at_work)
    with qtbot.waitSignal(palette.closed):
        qtbot.keyClick(palette.field, "\x1b")


def test_reports_of_the_studio_become_strips(window):
    window.studio.report(Problem("It is broken.", remedy="Mend it.", detail="why"))
    window.studio.report(Problem("It is broken.", remedy="Mend it.", detail="why"))
    assert [strip.detail for strip in window.strips.shown()] == ["why"]
