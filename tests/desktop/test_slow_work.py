"""Slow work goes beside the window: what is done meanwhile is neither lost nor in the way."""

import numpy as np
import pytest

from desktop import commands
from desktop.document.layers import RasterLayer
from desktop.shell import layering
from inference.values import Picture, Region


@pytest.fixture
def editor(studio):
    """Two layers: grey below, a red corner above, which is the active one."""
    editor = studio.open_picture(Picture(np.full((8, 8, 1), 90, np.uint8)), "Photo")
    image = editor.document.empty_image()
    image.write(Region(0, 0, 2, 2), np.full((2, 2, 4), (200, 0, 0, 255), np.uint8))
    layer = RasterLayer(name="Red", image=image)
    editor.push(commands.AddLayer(editor.document, layer))
    editor.activate(layer.id)
    return editor


def names(editor):
    return [layer.name for layer in editor.document.walk()]


@pytest.mark.parametrize(
    ("act", "left"), [(layering.merge_down, "Photo"), (layering.flatten, "Flattened")]
)
def test_two_layers_become_one_and_look_the_same(qtbot, editor, act, left):
    before = editor.document.flatten().pixels
    act(editor)
    assert editor.history.count() == 1  # not at once
    qtbot.waitUntil(lambda: editor.history.count() == 2)
    assert names(editor) == [left]
    assert (editor.document.flatten().pixels == before).all()


def test_what_is_changed_meanwhile_is_merged_too(qtbot, editor):
    layering.merge_down(editor)
    editor.document.write(editor.active_layer.id, Region(5, 5, 1, 1), _blue())
    qtbot.waitUntil(lambda: editor.history.count() == 2)
    assert editor.document.flatten().pixels[5, 5].tolist() == [0, 0, 250]


def test_a_layer_that_goes_meanwhile_is_a_problem_and_no_failure(qtbot, editor):
    layering.merge_down(editor)
    with qtbot.waitSignal(editor.problem_raised) as told:
        layering.delete(editor)
    assert "two layers" in str(told.args[0])
    assert names(editor) == ["Photo"]


def test_a_pasted_picture_comes_above_the_active_layer(qtbot, editor):
    layering.paste(editor, lambda: Picture(np.full((4, 4, 3), 30, np.uint8)), "Pasted")
    qtbot.waitUntil(lambda: editor.history.count() == 2)
    assert names(editor) == ["Photo", "Red", "Pasted"]
    assert editor.active_layer.name == "Pasted"


def test_a_closed_document_is_not_answered(qtbot, studio, editor):
    editor.coloring.run()
    editor.coloring.suggest()
    editor.coloring.hover(3)
    studio.close(editor)
    qtbot.waitUntil(lambda: not studio.background.busy)
    assert all(job.ended for job in studio.service.jobs)


def _blue():
    return np.array([[[0, 0, 250, 255]]], np.uint8)
