"""Each change is done, undone to exactly what was there, and done again."""

import numpy as np
import pytest
from PySide6.QtGui import QUndoStack

from desktop.commands import (
    AddLayer,
    DeleteLayer,
    DuplicateLayer,
    Flatten,
    Group,
    MergeDown,
    MoveLayer,
    ResizeCanvas,
    SetAttribute,
    SetHints,
    SetMask,
    SetPixels,
    SetSelection,
    Stroke,
)
from desktop.document import selection
from desktop.document.blend import composite
from desktop.document.layers import BlendMode, GroupLayer, HintLayer, RasterLayer, Recipe
from desktop.document.tiles import TiledImage
from inference.values import Hint, Hints, Picture, Problem, Region


@pytest.fixture
def document(rich):
    rich.layer("group").locked = False
    return rich


@pytest.fixture
def stack(qapp):
    return QUndoStack()


def photo(document):
    return document.root.children[0].id


def pixel(document, value=255):
    return np.full((1, 1, 4), value, document.dtype)


CHANGES = {
    "add": lambda d: AddLayer(d, RasterLayer(image=d.empty_image()), "group", 0),
    "add on top": lambda d: AddLayer(d, HintLayer()),
    "delete": lambda d: DeleteLayer(d, "group"),
    "duplicate": lambda d: DuplicateLayer(d, "group"),
    "move": lambda d: MoveLayer(d, "colors", "root", 0),
    "reorder": lambda d: MoveLayer(d, photo(d), "root", 2),
    "rename": lambda d: SetAttribute(d, "colors", "name", "New"),
    "hide": lambda d: SetAttribute(d, photo(d), "visible", False),
    "lock": lambda d: SetAttribute(d, "colors", "locked", True),
    "opacity": lambda d: SetAttribute(d, "colors", "opacity", 0.1),
    "blend": lambda d: SetAttribute(d, "colors", "blend", BlendMode.DARKEN),
    "mask": lambda d: SetMask(d, photo(d), d.empty_mask()),
    "unmask": lambda d: SetMask(d, "colors", None),
    "hints": lambda d: SetHints(d, "hints", Hints((Hint(((1, 2),), (3, 4, 5)),)), "Add hint"),
    "select": lambda d: SetSelection(d, selection.rectangle(300, 280, Region(1, 2, 3, 4))),
    "deselect": lambda d: SetSelection(d, None),
    "result": lambda d: SetPixels(
        d, "colors", Picture(np.full((280, 300, 3), 9, d.dtype)), Recipe("colorize", seed=8)
    ),
    "smaller picture": lambda d: SetPixels(d, "colors", Picture(np.full((5, 6, 1), 9, np.uint8))),
    "tiles": lambda d: SetPixels(d, photo(d), d.empty_image()),
    "crop": lambda d: ResizeCanvas(d, Region(10, 20, 100, 50)),
    "enlarge": lambda d: ResizeCanvas(d, Region(-300, -7, 900, 400)),
    "merge": lambda d: MergeDown(d, "colors"),
    "flatten": lambda d: Flatten(d),
    "group": lambda d: Group(d, ["hints", photo(d), "colors"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_undo_and_redo_are_exact(document, stack, state, name):
    before = state(document)
    stack.push(CHANGES[name](document))
    after = state(document)
    assert after != before
    for _ in range(2):
        stack.undo()
        assert state(document) == before
        stack.redo()
        assert state(document) == after
    assert stack.undoText()


@pytest.mark.parametrize("name", CHANGES)
def test_a_view_that_listens_shows_the_right_pixels(document, stack, name):
    """Repainting only what was announced gives the same as painting everything."""
    document.layer("group").visible = True
    seen = {"pixels": composite(document, document.bounds)}

    def repaint(region):
        if seen["pixels"].shape[:2] != (document.height, document.width):
            seen["pixels"] = np.zeros((document.height, document.width, 4), document.dtype)
        region = region.clipped(document.bounds)
        seen["pixels"][region.slices] = composite(document, region)

    document.pixels_changed.connect(repaint)
    stack.push(CHANGES[name](document))
    assert (seen["pixels"] == composite(document, document.bounds)).all()
    stack.undo()
    assert (seen["pixels"] == composite(document, document.bounds)).all()


def test_a_new_layer_goes_on_top(document, stack):
    layer = HintLayer()
    stack.push(AddLayer(document, layer))
    assert document.root.children[-1] is layer


def test_a_duplicate_has_ids_of_its_own_and_shares_no_future(document, stack):
    change = DuplicateLayer(document, "group")
    stack.push(change)
    copy = document.layer(change.layer_id)
    assert copy.name == "Group copy"
    assert document.index(copy.id) == document.index("group") + 1
    assert len({layer.id for layer in document.walk()}) == 8
    document.write(copy.children[0].id, Region(0, 0, 1, 1), pixel(document))
    assert not document.layer("empty").image.tiles


def test_a_group_holds_its_layers_in_order_where_the_topmost_was(document, stack):
    change = Group(document, ["hints", photo(document)], "New")
    ids = [photo(document), "hints"]
    stack.push(change)
    group = document.layer(change.layer_id)
    assert isinstance(group, GroupLayer)
    assert [child.id for child in group.children] == ids
    assert [layer.name for layer in document.root.children] == ["New", "Group"]


def test_a_group_takes_a_group_and_its_child_once(document, stack):
    change = Group(document, ["group", "colors"])
    stack.push(change)
    assert [child.id for child in document.layer(change.layer_id).children] == ["group"]
    with pytest.raises(Problem, match="no layer to group"):
        Group(document, [])


def test_a_group_is_not_dropped_into_itself(document):
    with pytest.raises(Problem, match="into itself"):
        MoveLayer(document, "group", "group", 0)


def test_merging_keeps_the_look(document, stack):
    document.layer("group").visible = True
    base = Picture(np.random.default_rng(9).integers(0, 200, (280, 300, 3)).astype(document.dtype))
    stack.push(SetPixels(document, "empty", base))
    before = composite(document, document.bounds).astype(int)
    stack.push(MergeDown(document, "colors"))
    assert np.abs(composite(document, document.bounds) - before).max() <= 1
    assert [child.id for child in document.layer("group").children] == ["empty"]


def test_flattening_keeps_the_look_and_one_layer(document, stack):
    document.layer("group").visible = True
    before = composite(document, document.bounds)
    stack.push(Flatten(document, "Flat"))
    assert (composite(document, document.bounds) == before).all()
    assert [layer.name for layer in document.walk()] == ["Flat"]


@pytest.mark.parametrize("layer", ["empty", "group", "hints"])
def test_merging_needs_two_layers_of_pixels(document, layer):
    with pytest.raises(Problem, match="no two layers"):
        MergeDown(document, layer)


def test_a_result_brings_its_recipe(document, stack):
    stack.push(CHANGES["result"](document))
    assert document.layer("colors").recipe.seed == 8
    stack.undo()
    assert document.layer("colors").recipe.seed == 7


def test_pixels_of_another_size_are_refused(document):
    with pytest.raises(ValueError, match="size and depth"):
        SetPixels(document, "colors", TiledImage(4, 4, 4, document.dtype))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: DeleteLayer(d, "colors"),
        lambda d: SetPixels(d, "colors", d.empty_image()),
        lambda d: SetMask(d, "colors", None),
        lambda d: MergeDown(d, "colors"),
        lambda d: Stroke(d, "colors").begin(),
    ],
)
@pytest.mark.parametrize("locked", ["colors", "group"])
def test_what_is_locked_stays(document, state, change, locked):
    document.layer(locked).locked = True
    before = state(document)
    with pytest.raises(Problem, match="is locked") as caught:
        change(document)
    assert "Unlock" in caught.value.remedy
    assert state(document) == before


def test_an_empty_canvas_is_refused(document):
    with pytest.raises(Problem, match="at least one pixel"):
        ResizeCanvas(document, Region(5, 5, 0, 9))


def test_one_drag_is_one_step_and_two_drags_are_two(document, stack):
    for value in (0.9, 0.8, 0.7):
        stack.push(SetAttribute(document, "colors", "opacity", value, merge=1))
    for value in (0.6, 0.5):
        stack.push(SetAttribute(document, "colors", "opacity", value, merge=2))
    stack.push(SetAttribute(document, "colors", "opacity", 0.1))
    assert stack.count() == 3
    seen = []
    for _ in range(3):
        stack.undo()
        seen.append(document.layer("colors").opacity)
    assert seen == [0.5, 0.7, 0.4]
    stack.redo()
    assert document.layer("colors").opacity == 0.7


def test_changes_of_other_layers_and_attributes_do_not_merge(document, stack):
    stack.push(SetAttribute(document, "colors", "opacity", 0.5, merge=True))
    stack.push(SetAttribute(document, photo(document), "opacity", 0.5, merge=True))
    stack.push(SetAttribute(document, photo(document), "name", "a", merge=True))
    assert stack.count() == 3


def test_a_hint_that_is_dragged_is_one_step(document, stack):
    before = document.layer("hints").hints
    for x in range(5):
        hints = Hints((Hint(((x, 0),), (1, 2, 3)),))
        stack.push(SetHints(document, "hints", hints, "Move hint", merge_key=("move", 1)))
    stack.push(SetHints(document, "hints", Hints(), "Delete hint"))
    assert stack.count() == 2
    stack.undo()
    assert document.layer("hints").hints.points[0].x == 4
    stack.undo()
    assert document.layer("hints").hints is before


def test_a_stroke_is_seen_at_once_and_pushed_without_a_second_change(document, stack, state):
    before = state(document)
    heard = []
    document.pixels_changed.connect(heard.append)
    stroke = Stroke(document, photo(document), "image", "Brush")
    stroke.begin()
    stroke.write(Region(5, 5, 1, 1), pixel(document, 1))
    stroke.write(Region(6, 5, 1, 1), pixel(document, 2))
    after = state(document)
    assert heard == [Region(5, 5, 1, 1), Region(6, 5, 1, 1)]
    stack.push(stroke.finish())
    assert (len(heard), stack.undoText()) == (2, "Brush")
    stack.undo()
    assert state(document) == before
    assert heard[2:] == [Region(0, 0, 256, 256)]
    stack.redo()
    assert state(document) == after


def test_a_cancelled_stroke_never_was(document, state):
    before = state(document)
    stroke = Stroke(document, "colors", "mask")
    stroke.begin()
    stroke.write(Region(0, 0, 5, 5), np.zeros((5, 5, 1), document.dtype))
    stroke.cancel()
    assert state(document) == before


def test_an_empty_stroke_says_so(document):
    stroke = Stroke(document, photo(document))
    stroke.begin()
    assert stroke.finish().changed.empty


def test_a_stroke_needs_something_to_paint_on(document):
    with pytest.raises(TypeError):
        Stroke(document, photo(document), "mask").begin()
