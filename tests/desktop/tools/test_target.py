"""Where paint may go, and how it is mixed."""

import numpy as np
import pytest

from desktop.commands import AddLayer, SetAttribute, SetMask
from desktop.document.layers import GeneratedLayer, GroupLayer, HintLayer, Recipe
from desktop.tools.target import Target, target_of
from inference.values import Problem


def problem_with(editor) -> Problem:
    with pytest.raises(Problem) as caught:
        target_of(editor)
    assert caught.value.remedy
    return caught.value


def test_paint_goes_to_the_active_layer(editor):
    target = target_of(editor)
    assert (target.layer_id, target.kind) == (editor.active_layer.id, "image")


def test_paint_goes_to_the_mask_in_mask_mode(editor):
    document = editor.document
    editor.push(SetMask(document, editor.active_layer.id, document.empty_mask()))
    editor.set_painting_mask(True)
    assert target_of(editor).kind == "mask"


def test_a_hidden_layer_refuses(editor):
    editor.push(SetAttribute(editor.document, editor.active_layer.id, "visible", False))
    assert "hidden" in problem_with(editor).sentence


def test_a_generated_layer_refuses_but_its_mask_does_not(editor):
    document = editor.document
    layer = GeneratedLayer(name="Colour", image=document.empty_image(), recipe=Recipe("colorize"))
    editor.push(AddLayer(document, layer))
    editor.activate(layer.id)
    assert "made anew" in problem_with(editor).sentence
    editor.push(SetMask(document, layer.id, document.empty_mask()))
    editor.set_painting_mask(True)
    assert target_of(editor).kind == "mask"


@pytest.mark.parametrize("kind", [GroupLayer, HintLayer])
def test_what_has_no_pixels_refuses(editor, kind):
    layer = kind(name="Things")
    editor.push(AddLayer(editor.document, layer))
    editor.activate(layer.id)
    assert "not a layer of pixels" in problem_with(editor).sentence


@pytest.fixture
def target(editor) -> Target:
    return target_of(editor)


def pixel(*values, dtype=np.uint8):
    return np.array([[values]], dtype)


def cover(amount):
    return np.array([[amount]], np.float32)


def test_full_cover_replaces(target):
    mixed = target.painted(pixel(10, 20, 30, 255), cover(1), (200, 100, 50))
    assert mixed[0, 0].tolist() == [200, 100, 50, 255]


def test_half_cover_mixes(target):
    mixed = target.painted(pixel(0, 0, 0, 255), cover(0.5), (200, 100, 50))
    assert mixed[0, 0].tolist() == [100, 50, 25, 255]


def test_paint_on_nothing_keeps_its_colour(target):
    mixed = target.painted(pixel(0, 0, 0, 0), cover(0.25), (200, 100, 50))
    assert mixed[0, 0].tolist() == [200, 100, 50, 64]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_no_cover_changes_nothing(target, dtype):
    rng = np.random.default_rng(1)
    below = rng.integers(0, np.iinfo(dtype).max, (64, 64, 4), endpoint=True).astype(dtype)
    none = np.zeros((64, 64), np.float32)
    assert (target.painted(below, none, (1, 2, 3)) == below).all()
    assert (target.erased(below, none) == below).all()


def test_erasing_takes_only_alpha(target):
    assert target.erased(pixel(10, 20, 30, 200), cover(0.5))[0, 0].tolist() == [10, 20, 30, 100]


def test_a_mask_takes_the_lightness_of_the_colour(target):
    mask = Target(target.document, target.layer_id, "mask")
    assert mask.painted(pixel(100), cover(1), (255, 255, 255))[0, 0].tolist() == [255]
    assert mask.painted(pixel(100), cover(1), (0, 0, 0))[0, 0].tolist() == [0]
    assert mask.erased(pixel(100), cover(1))[0, 0].tolist() == [0]
