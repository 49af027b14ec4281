"""The Colour page's doing, with the real service and the bundled network."""

import numpy as np
import pytest

from desktop.commands import AddLayer, DeleteLayer, DuplicateLayer, MergeDown
from desktop.document.layers import GeneratedLayer, HintLayer, RasterLayer
from desktop.document.tiles import TiledImage
from inference.features import ColorizeSettings
from inference.values import Hint, Picture

RED = Hint(((40.0, 30.0),), (200, 40, 30), 4.0)
WAIT_MS = 20_000


def scene(width=96, height=64, dtype=np.uint8) -> Picture:
    """A bright sky over a darker ground, as one channel."""
    rows = np.where(np.arange(height) < height // 2, 0.85, 0.35)[:, None]
    columns = np.linspace(-0.05, 0.05, width)[None, :]
    return Picture(((rows + columns) * np.iinfo(dtype).max).astype(dtype)[..., None])


@pytest.fixture
def editor(studio):
    return studio.open_picture(scene(), "Scene")


@pytest.fixture
def coloring(editor):
    return editor.coloring


def settled(qtbot, coloring, editor):
    """Wait until the colours are in the document."""
    qtbot.waitUntil(lambda: not coloring.busy and not editor.busy, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: coloring.preview is None, timeout=WAIT_MS)


def seen(editor):
    return editor.document.flatten().pixels


def test_the_first_colouring_makes_both_layers_in_one_step(qtbot, editor, coloring):
    coloring.run()
    settled(qtbot, coloring, editor)
    kinds = [type(layer) for layer in editor.document.walk()]
    assert kinds[1:] == [GeneratedLayer, HintLayer]
    assert editor.history.count() == 1
    assert np.ptp(seen(editor).astype(int), axis=2).max() > 0, "still grey"


def test_undo_of_the_first_colouring_leaves_the_picture_as_it_was(qtbot, editor, coloring):
    before = seen(editor)
    coloring.run()
    settled(qtbot, coloring, editor)
    editor.history.undo()
    assert coloring.generated_id == ""
    assert np.array_equal(seen(editor), before)


def test_a_hint_is_one_step_and_undo_and_redo_are_exact(qtbot, editor, coloring):
    coloring.run()
    settled(qtbot, coloring, editor)
    without = seen(editor)
    coloring.add_hint(RED)
    settled(qtbot, coloring, editor)
    hinted = seen(editor)
    assert editor.history.count() == 2
    assert not np.array_equal(without, hinted)
    editor.history.undo()
    assert np.array_equal(seen(editor), without)
    editor.history.redo()
    assert np.array_equal(seen(editor), hinted)
    assert not coloring.busy, "what is known is not computed again"


def test_one_drag_of_a_hint_is_one_step(qtbot, editor, coloring):
    coloring.add_hint(RED)
    steps = editor.history.count()
    coloring.replace_hint(0, RED.moved(3, 0))
    for distance in range(4, 20):
        coloring.replace_hint(0, RED.moved(distance, 0), merge=True)
    assert editor.history.count() == steps + 1
    settled(qtbot, coloring, editor)
    editor.history.undo()
    assert coloring.hints.points == (RED,)


def test_a_step_undone_before_its_colours_came_gets_them_when_done_again(qtbot, editor, coloring):
    coloring.run()
    settled(qtbot, coloring, editor)
    coloring.add_hint(RED)
    editor.history.undo()
    editor.history.redo()
    settled(qtbot, coloring, editor)
    y, x = int(RED.y), int(RED.x)
    red, green, blue = (int(v) for v in seen(editor)[y, x])
    assert red > green + 30
    assert red > blue + 30


def test_each_drag_of_a_slider_is_a_step_of_its_own(qtbot, editor, coloring):
    coloring.run()
    for pressed, let_go in ((0.8, 0.5), (0.7, 0.4)):
        coloring.set_settings(ColorizeSettings(saturation=pressed))
        coloring.set_settings(ColorizeSettings(saturation=let_go), merge=True)
    coloring.set_settings(ColorizeSettings(saturation=0.4, strength=0.5), merge=True)
    assert editor.history.count() == 4, "another setting is another step, whatever is said"
    settled(qtbot, coloring, editor)
    for saturation in (0.4, 0.5, 1.0):
        editor.history.undo()
        assert coloring.settings.saturation == saturation


def test_a_press_that_changes_nothing_ends_the_step_before(qtbot, editor, coloring):
    coloring.run()
    coloring.set_settings(ColorizeSettings(saturation=0.8))
    coloring.set_settings(ColorizeSettings(saturation=0.8))
    coloring.set_settings(ColorizeSettings(saturation=0.5), merge=True)
    assert editor.history.count() == 3
    settled(qtbot, coloring, editor)


def test_a_setting_made_before_the_first_colouring_counts(qtbot, editor, coloring):
    coloring.set_settings(ColorizeSettings(strength=0.0))
    coloring.run()
    settled(qtbot, coloring, editor)
    assert np.ptp(seen(editor).astype(int), axis=2).max() == 0


def test_suggestions_are_shown_hovered_and_kept(qtbot, editor, coloring):
    with qtbot.waitSignal(coloring.suggestions_changed, timeout=WAIT_MS):
        coloring.suggest()
    chosen = coloring.suggestions[2]
    coloring.hover(chosen.seed)
    assert coloring.preview is chosen.picture
    coloring.hover(None)
    assert coloring.preview is None
    coloring.keep(chosen.seed)
    settled(qtbot, coloring, editor)
    assert coloring.seed == chosen.seed
    assert editor.history.count() == 1


def test_a_selected_hint_asks_for_likely_colours(qtbot, editor, coloring):
    coloring.add_hint(RED)
    qtbot.waitUntil(lambda: len(coloring.hint_colors) > 2, timeout=WAIT_MS)
    settled(qtbot, coloring, editor)


def test_a_large_picture_is_previewed_before_the_whole_follows(qtbot, studio):
    editor = studio.open_picture(scene(1500, 1000), "Large")
    coloring = editor.coloring
    with qtbot.waitSignal(coloring.preview_changed, timeout=WAIT_MS):
        coloring.run()
    assert coloring.preview.width == 1024
    settled(qtbot, coloring, editor)
    assert np.ptp(seen(editor).astype(int), axis=2).max() > 0


def test_cancel_leaves_the_picture_and_no_preview(qtbot, editor, coloring):
    before = seen(editor)
    coloring.run()
    coloring.cancel()
    assert not coloring.busy
    assert coloring.preview is None
    assert np.array_equal(seen(editor), before)


def test_keep_grey_follows_the_selection(qtbot, editor, coloring):
    selection = np.zeros((64, 96, 1), np.uint8)
    selection[:32] = 255
    editor.document.set_selection(TiledImage.from_array(selection))
    coloring.keep_grey_from_selection()
    settled(qtbot, coloring, editor)
    spread = np.ptp(seen(editor).astype(int), axis=2)
    assert spread[:24].max() == 0
    assert spread[40:].max() > 0


def test_soft_transparency_is_as_soft_after_colouring(qtbot, studio):
    alpha = np.broadcast_to(np.linspace(0, 255, 96).astype(np.uint8), (64, 96)).copy()
    editor = studio.open_picture(Picture(scene().pixels, alpha), "Soft")
    editor.coloring.run()
    settled(qtbot, editor.coloring, editor)
    seen_now = editor.document.flatten()
    assert np.array_equal(seen_now.alpha, alpha)
    assert np.ptp(seen_now.pixels.astype(int), axis=2).max() > 0


def test_a_deleted_colour_layer_comes_back_with_its_hints(qtbot, editor, coloring):
    coloring.add_hint(RED)
    settled(qtbot, coloring, editor)
    editor.push(DeleteLayer(editor.document, coloring.generated_id))
    assert coloring.generated_id == ""
    editor.history.undo()
    assert coloring.generated_id
    assert coloring.hints.points == (RED,)


def hint_layer_of(editor):
    return next(layer for layer in editor.document.walk() if isinstance(layer, HintLayer))


def test_without_its_hints_a_colour_layer_stays_as_it_is_and_a_hint_makes_another(
    qtbot, editor, coloring
):
    coloring.run()
    settled(qtbot, coloring, editor)
    left = coloring.generated_id
    editor.push(DeleteLayer(editor.document, hint_layer_of(editor).id))
    editor.push(AddLayer(editor.document, RasterLayer(image=editor.document.empty_image())))
    coloring.add_hint(RED)
    settled(qtbot, coloring, editor)
    assert coloring.generated_id not in ("", left)
    assert hint_layer_of(editor).hints.points == (RED,)
    editor.history.setIndex(0)
    assert len(list(editor.document.walk())) == 1


def test_a_colour_layer_that_took_in_another_is_no_longer_made_anew(qtbot, editor, coloring):
    coloring.run()
    settled(qtbot, coloring, editor)
    left = coloring.generated_id
    paint = RasterLayer(image=editor.document.empty_image())
    editor.push(AddLayer(editor.document, paint, "root", 2))
    editor.push(MergeDown(editor.document, paint.id))
    coloring.add_hint(RED)
    settled(qtbot, coloring, editor)
    assert coloring.generated_id not in ("", left)


def test_undo_goes_back_to_the_layer_that_a_copy_stood_in_for(qtbot, editor, coloring):
    coloring.run()
    coloring.add_hint(RED)
    settled(qtbot, coloring, editor)
    first = coloring.generated_id
    editor.push(DuplicateLayer(editor.document, first))
    editor.push(DeleteLayer(editor.document, first))
    assert coloring.generated_id
    assert coloring.generated_id != first
    for _ in range(3):
        editor.history.undo()
    assert coloring.generated_id == first
    coloring.set_settings(ColorizeSettings(saturation=0.5))
    settled(qtbot, coloring, editor)
    assert editor.document.layer(first).recipe.settings["saturation"] == 0.5


def test_a_reference_is_kept_in_the_document(qtbot, editor, coloring):
    green = np.zeros((48, 48, 3), np.uint8)
    green[..., 1] = 140
    coloring.run()
    coloring.set_reference(Picture(green))
    settled(qtbot, coloring, editor)
    assert coloring.reference is not None
    assert coloring.reference_name in editor.document.references
    editor.history.undo()
    assert coloring.reference is None
