"""Layers under the hand: seen, chosen, named, moved; every change is one step of undo."""

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolButton

from desktop.commands import AddLayer, DeleteLayer, SetAttribute, SetMask
from desktop.document.layers import BlendMode, GeneratedLayer, HintLayer, RasterLayer, Recipe
from desktop.document.tiles import TiledImage
from desktop.panels.layers import LayersPanel
from desktop.panels.layers.delegate import ROW_PX, Zone, details
from desktop.panels.layers.thumbnails import sampled
from inference.values import Region

ROOT = QModelIndex()


@pytest.fixture
def panel(studio, editor, shown):
    return shown(LayersPanel(studio))


def names(panel, parent=ROOT):
    model = panel.tree.model()
    found = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        below = names(panel, index)
        found.append((index.data(), below) if below else index.data())
    return found


def index_of(panel, layer_id):
    return panel.tree.model().index_of(layer_id)


def place(panel, layer_id, zone) -> QPoint:
    index = index_of(panel, layer_id)
    layer = panel.tree.model().layer_at(index)
    return panel.tree.delegate.zones(panel.tree.visualRect(index), layer)[zone].center()


def click(panel, layer_id, zone, double=False):
    press = QTest.mouseDClick if double else QTest.mouseClick
    press(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place(panel, layer_id, zone))


# Showing.


def test_the_top_layer_is_on_top_and_groups_are_open(panel):
    assert names(panel) == [("Details", ["Dress"]), "Sky", "Photo"]
    assert panel.tree.isExpanded(index_of(panel, "details"))


def test_a_new_layer_on_top_is_in_view_although_another_is_active(studio, editor, shown):
    panel = shown(LayersPanel(studio), height=200)
    editor.activate(editor.document.root.children[0].id)
    panel.tree.scrollToTop()
    layer = RasterLayer(id="new", image=editor.document.empty_image())
    editor.push(AddLayer(editor.document, layer))
    QApplication.processEvents()
    assert panel.tree.visualRect(index_of(panel, "new")).top() == 0
    editor.activate(editor.document.root.children[-1].id)
    editor.activate(editor.document.root.children[0].id)
    QApplication.processEvents()
    below = panel.tree.visualRect(index_of(panel, editor.active_layer.id)).bottom()
    assert below <= panel.tree.viewport().height()


def test_rows_are_44_px_high(panel):
    assert panel.tree.visualRect(index_of(panel, "sky")).height() == ROW_PX == 44


def test_it_follows_the_tree(panel, editor):
    editor.document.move("dress", "root", 0)

    assert names(panel) == ["Details", "Sky", "Photo", "Dress"]


def test_a_folded_group_stays_folded(panel, editor):
    panel.tree.collapse(index_of(panel, "details"))
    editor.document.move("sky", "root", 0)

    assert not panel.tree.isExpanded(index_of(panel, "details"))


def test_the_active_layer_is_the_current_row(panel, editor):
    editor.activate("dress")
    assert panel.tree.currentIndex() == index_of(panel, "dress")
    click(panel, "sky", Zone.NAME)
    assert editor.active_layer.name == "Sky"


def test_showing_pushes_nothing(panel, editor):
    editor.activate("dress")
    editor.document.set_attribute("dress", "opacity", 0.4)
    editor.document.set_attribute("dress", "blend", BlendMode.SCREEN)

    assert panel.opacity.field.value() == 40
    assert panel.blend.choices.currentText() == "Screen"
    assert editor.history.count() == 0


def test_without_a_document_it_is_empty(panel, studio, editor):
    studio.close(editor)

    assert names(panel) == []
    assert not panel.opacity.isEnabled()


def test_another_document_is_followed_and_the_former_no_longer(panel, studio, editor):
    other = studio.open_picture(editor.document.flatten(), "Other")
    assert names(panel) == ["Other"]
    editor.document.set_attribute("sky", "opacity", 0.1)
    editor.document.remove("sky")

    assert names(panel) == ["Other"]
    assert panel.opacity.field.value() == 100
    other.document.set_attribute(other.active_layer.id, "opacity", 0.3)
    assert panel.opacity.field.value() == 30


def test_a_destroyed_panel_hears_nothing(studio, editor):
    panel = LayersPanel(studio)
    shiboken6.delete(panel)
    editor.document.set_attribute("sky", "opacity", 0.5)
    editor.document.move("sky", "root", 0)
    studio.open_picture(editor.document.flatten(), "Other")


def test_details_say_what_is_unusual(editor):
    document = editor.document
    colour = GeneratedLayer(
        name="Colour", image=document.empty_image(), recipe=Recipe("colorize"),
        blend=BlendMode.COLOR, opacity=0.8,
    )  # fmt: skip

    assert details(document.layer("sky")) == ""
    assert details(colour) == "Generated · Color · 80 %"
    assert details(HintLayer()) == "0 hints"


def test_what_is_read_aloud(panel, editor):
    editor.document.set_attribute("sky", "visible", False)
    editor.document.set_attribute("sky", "locked", True)
    spoken = index_of(panel, "sky").data(Qt.ItemDataRole.AccessibleTextRole)

    assert spoken == "Sky, hidden, locked"


def test_a_thumbnail_of_a_huge_layer_reads_few_pixels():
    image = TiledImage(12_000, 9_000, 4, "uint8")
    image.write(Region(300, 300, 4_000, 10), np.full((10, 4_000, 4), 9, np.uint8))

    assert sampled(image, 144).shape == (141, 188, 4)


def test_every_kind_of_row_is_painted(panel, editor):
    document = editor.document
    document.insert(HintLayer(id="hints", name="Hints"), "root", 3)
    document.set_attribute("dress", "mask", document.empty_mask())
    document.set_attribute("sky", "visible", False)
    editor.activate("dress")
    before = panel.grab().toImage()
    editor.set_painting_mask(True)

    assert panel.grab().toImage() != before


# Eye, lock, masks.


@pytest.mark.parametrize(("zone", "name"), [(Zone.EYE, "visible"), (Zone.LOCK, "locked")])
def test_eye_and_lock_toggle_without_choosing_the_row(panel, editor, zone, name):
    before = getattr(editor.document.layer("dress"), name)
    click(panel, "dress", zone)
    assert getattr(editor.document.layer("dress"), name) is not before
    assert editor.active_layer.name == "Sky"
    editor.history.undo()
    assert getattr(editor.document.layer("dress"), name) is before


def test_two_quick_clicks_on_the_eye_are_two(panel, editor):
    click(panel, "sky", Zone.EYE)
    click(panel, "sky", Zone.EYE, double=True)

    assert editor.document.layer("sky").visible
    assert editor.history.count() == 2


def test_clicking_the_mask_paints_on_it(panel, editor):
    editor.push(SetMask(editor.document, "sky", editor.document.empty_mask()))
    click(panel, "sky", Zone.MASK)
    assert editor.painting_mask
    click(panel, "sky", Zone.IMAGE)
    assert not editor.painting_mask


def test_clicking_the_mask_of_another_layer_chooses_it_too(panel, editor):
    editor.push(SetMask(editor.document, "dress", editor.document.empty_mask()))
    click(panel, "dress", Zone.MASK)

    assert editor.active_layer.name == "Dress"
    assert editor.painting_mask


# Names.


def type_name(panel, name):
    field = panel.tree.findChild(QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()


def test_f2_renames(panel, editor):
    panel.tree.setFocus()
    QTest.keyClick(panel.tree, Qt.Key.Key_F2)
    type_name(panel, "Evening sky")

    assert editor.document.layer("sky").name == "Evening sky"
    assert editor.history.count() == 1


def test_double_click_renames(panel, editor):
    click(panel, "sky", Zone.NAME)
    click(panel, "sky", Zone.NAME, double=True)
    type_name(panel, "Cloud")

    assert editor.document.layer("sky").name == "Cloud"


def test_an_empty_name_is_no_name(panel, editor):
    panel.rename()
    type_name(panel, " ")

    assert editor.document.layer("sky").name == "Sky"
    assert editor.history.count() == 0


# Blend mode and opacity.


def test_one_drag_on_the_opacity_is_one_step(panel, editor):
    slider = panel.opacity.slider
    right = QPoint(slider.width() - 6, slider.height() // 2)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=right)
    for x in (150, 120, 90):
        QTest.mouseMove(slider, QPoint(min(x, right.x()), right.y()))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton)
    after = editor.document.layer("sky").opacity
    assert after < 1
    assert editor.history.count() == 1
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=right)
    assert editor.history.count() == 2
    editor.history.undo()
    assert editor.document.layer("sky").opacity == after


def test_a_blend_mode_is_chosen_by_key(panel, editor):
    QTest.keyClick(panel.blend.choices, Qt.Key.Key_Down)

    assert editor.document.layer("sky").blend is BlendMode.MULTIPLY
    editor.history.undo()
    assert panel.blend.choices.currentText() == "Normal"


# Moving.


def drop(panel, layer_id, row, parent_id=""):
    """What Qt's view calls when a row is dropped before `row` of a group, or on it (-1)."""
    model = panel.tree.model()
    data = model.mimeData([index_of(panel, layer_id)])
    parent = index_of(panel, parent_id) if parent_id else ROOT
    if model.canDropMimeData(data, Qt.DropAction.MoveAction, row, 0, parent):
        model.dropMimeData(data, Qt.DropAction.MoveAction, row, 0, parent)


@pytest.mark.parametrize(
    ("layer", "row", "parent", "order"),
    [
        ("sky", 0, "", ["Sky", ("Details", ["Dress"]), "Photo"]),
        ("sky", 3, "", [("Details", ["Dress"]), "Photo", "Sky"]),
        ("details", 2, "", ["Sky", ("Details", ["Dress"]), "Photo"]),
        ("dress", 1, "", ["Details", "Dress", "Sky", "Photo"]),
        ("sky", -1, "details", [("Details", ["Sky", "Dress"]), "Photo"]),
        ("sky", 1, "details", [("Details", ["Dress", "Sky"]), "Photo"]),
        ("sky", -1, "", ["Sky", ("Details", ["Dress"]), "Photo"]),
    ],
)
def test_dragging_reorders_and_is_undone(panel, editor, layer, row, parent, order):
    before = names(panel)
    drop(panel, layer, row, parent)
    assert names(panel) == order
    assert editor.history.count() == 1
    editor.history.undo()
    assert names(panel) == before


def test_dropping_where_it_was_is_no_step(panel, editor):
    drop(panel, "sky", 1)
    drop(panel, "sky", 2)

    assert editor.history.count() == 0


def test_a_group_cannot_go_into_itself(panel, editor):
    drop(panel, "details", -1, "details")

    assert names(panel) == [("Details", ["Dress"]), "Sky", "Photo"]


def test_a_drag_with_the_mouse_moves(panel, editor, monkeypatch):
    started = []
    monkeypatch.setattr(panel.tree, "startDrag", started.append)
    start = place(panel, "sky", Zone.NAME)
    QTest.mousePress(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for y in (10, 30, 50):
        QTest.mouseMove(panel.tree.viewport(), start + QPoint(0, y))
        QApplication.processEvents()
    QTest.mouseRelease(panel.tree.viewport(), Qt.MouseButton.LeftButton)

    assert started == [Qt.DropAction.MoveAction]


# Keys and the window's actions.


def test_arrows_walk_and_fold(panel, editor):
    panel.tree.setFocus()
    QTest.keyClick(panel.tree, Qt.Key.Key_Up)
    assert editor.active_layer.name == "Dress"
    QTest.keyClick(panel.tree, Qt.Key.Key_Left)
    assert editor.active_layer.name == "Details"
    QTest.keyClick(panel.tree, Qt.Key.Key_Left)
    assert not panel.tree.isExpanded(index_of(panel, "details"))
    QTest.keyClick(panel.tree, Qt.Key.Key_Down)
    assert editor.active_layer.name == "Sky"


def test_buttons_are_the_windows_actions(panel, actions, qtbot):
    panel.offer(actions)
    buttons = {button.toolTip(): button for button in panel.findChildren(QToolButton)}
    with qtbot.waitSignal(actions["layer.duplicate"].triggered):
        buttons["Duplicate layer (key)"].click()

    assert len(buttons) == 5


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_context_menu_holds_the_actions(panel, editor, actions):
    panel.offer(actions)
    panel.tree.customContextMenuRequested.emit(QPoint(20, 20))
    menu = panel.findChild(QMenu)

    assert actions["layer.merge_down"] in menu.actions()
    assert [action.text() for action in menu.actions()[:2]] == ["Hide layer", "Lock layer"]
    menu.actions()[0].trigger()
    menu.close()
    assert not editor.document.layer("sky").visible


def test_deleting_the_active_layer_moves_on(panel, editor):
    editor.push(DeleteLayer(editor.document, "sky"))
    assert editor.active_layer is not None
    assert panel.tree.currentIndex() == index_of(panel, editor.active_layer.id)
    editor.history.undo()
    assert names(panel) == [("Details", ["Dress"]), "Sky", "Photo"]


def test_a_selection_made_by_qt_activates(panel, editor):
    selection = panel.tree.selectionModel()
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
    selection.setCurrentIndex(index_of(panel, "details"), flag)

    assert editor.active_layer.name == "Details"


def test_undo_and_redo_are_shown(panel, editor):
    editor.push(SetAttribute(editor.document, "sky", "opacity", 0.25))
    assert panel.opacity.field.value() == 25
    editor.history.undo()
    assert panel.opacity.field.value() == 100
