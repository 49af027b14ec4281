"""Whatever a person does: undoing all of it gives the start, redoing all of it the end."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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
    transaction,
)
from desktop.document import selection
from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.document.layers import BlendMode, GroupLayer, HintLayer, RasterLayer
from inference.values import Hint, Hints, Picture, Problem, Region

SIZE = 40
numbers = st.integers(0, 999)


def start():
    pixels = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    document = Document.from_picture(Picture(pixels), "Photo")
    document.root.children.append(HintLayer(id="hints", name="Hints"))
    document.root.children[0].id = "photo"
    return document


def _stroke(document, layer, number):
    target = "mask" if layer.mask is not None and number % 2 else "image"
    stroke = Stroke(document, layer.id, target)
    stroke.begin()
    place = Region(number % SIZE - 3, number // 9 % SIZE, 7, 5)
    channels = 1 if target == "mask" else 4
    stroke.write(place, np.full((5, 7, channels), number % 256, np.uint8))
    if number % 5 == 0:
        stroke.cancel()
        return None
    return stroke.finish()


def _place(document, number):
    groups = [g for g in document.root.walk() if isinstance(g, GroupLayer)]
    group = groups[number % len(groups)]
    return group, number % (len(group.children) + 1)


def _move(document, layer, number):
    group, index = _place(document, number)
    if document.parent(layer.id) is group:
        index = min(index, len(group.children) - 1)
    return MoveLayer(document, layer.id, group.id, index)


def _add(document, layer, number):
    group, index = _place(document, number)
    new = (
        GroupLayer(name="g") if number % 3 else RasterLayer(name="r", image=document.empty_image())
    )
    return AddLayer(document, new, group.id, index)


def _hints(document, layer, number):
    hints = Hints((Hint(((number, 1),), (1, 2, 3)),))
    return SetHints(document, layer.id, hints, merge_key=number % 2 or None)


def _attribute(document, layer, number):
    name, value = [
        ("name", f"n{number}"),
        ("visible", bool(number % 2)),
        ("opacity", number / 999),
        ("blend", list(BlendMode)[number % 12]),
    ][number % 4]
    return SetAttribute(document, layer.id, name, value, merge=number % 3)


def _mask(document, layer, number):
    return SetMask(document, layer.id, None if number % 3 == 0 else document.empty_mask())


def _pixels(document, layer, number):
    pixels = np.full((SIZE // 2, SIZE, 3), number % 256, np.uint8)
    return SetPixels(document, layer.id, Picture(pixels))


def _crop(document, layer, number):
    side = max(8, document.width - number % 5)
    return ResizeCanvas(document, Region(number % 7 - 3, number % 4 - 1, side, document.height))


def _select(document, layer, number):
    region = Region(number % SIZE, 3, 9, 9)
    chosen = selection.rectangle(document.width, document.height, region)
    return SetSelection(document, chosen if number % 4 else None)


CHANGES = {
    "add": _add,
    "delete": lambda d, layer, n: DeleteLayer(d, layer.id),
    "duplicate": lambda d, layer, n: DuplicateLayer(d, layer.id),
    "move": _move,
    "group": lambda d, layer, n: Group(d, [layer.id, d.root.children[-1].id]),
    "merge": lambda d, layer, n: MergeDown(d, layer.id),
    "flatten": lambda d, layer, n: Flatten(d) if n % 9 == 0 else None,
    "attribute": _attribute,
    "mask": _mask,
    "hints": _hints,
    "stroke": _stroke,
    "pixels": _pixels,
    "crop": _crop,
    "select": _select,
}


def do(document, stack, name, which, number):
    """One change, if the document as it is allows it."""
    layers = list(document.walk())
    if not layers:
        name, layers = "add", [document.root]
    try:
        command = CHANGES[name](document, layers[which % len(layers)], number)
    except (Problem, TypeError):  # not on this kind of layer
        return
    if command is not None and (
        name != "hints" or isinstance(layers[which % len(layers)], HintLayer)
    ):
        stack.push(command)


steps = st.tuples(st.sampled_from(sorted(CHANGES)), numbers, numbers)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    work=st.lists(
        st.one_of(steps, st.lists(steps, min_size=1, max_size=3)), min_size=5, max_size=25
    )
)
def test_all_undone_is_the_start_and_all_redone_the_end(qapp, state, work):
    document, stack = start(), QUndoStack()
    shown = {}
    document.pixels_changed.connect(lambda region: _repaint(document, shown, region))
    begin = state(document)
    for step in work:
        if isinstance(step, tuple):
            do(document, stack, *step)
            continue
        with transaction(stack, "Several"):
            for inner in step:
                do(document, stack, *inner)
    end = state(document)
    _check_view(document, shown)
    for _ in range(stack.count()):
        stack.undo()
        _check_view(document, shown)
    assert state(document) == begin
    for _ in range(stack.count()):
        stack.redo()
    assert state(document) == end
    _check_view(document, shown)


def _repaint(document, shown, region):
    """What a canvas does: only what was announced is looked at again."""
    size = (document.height, document.width)
    if "pixels" not in shown or shown["pixels"].shape[:2] != size:
        shown["pixels"] = np.zeros((*size, 4), np.uint8)
        region = document.bounds
    region = region.clipped(document.bounds)
    shown["pixels"][region.slices] = composite(document, region)


def _check_view(document, shown):
    if shown:
        assert (shown["pixels"] == composite(document, document.bounds)).all()
