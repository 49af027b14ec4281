"""The Style page's doing, with the real service and the bundled painter."""

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from desktop.commands import DeleteLayer, SetAttribute
from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer, Recipe
from desktop.document.project import load_project, save_project
from desktop.document.selection import rectangle
from desktop.document.tiles import Region
from desktop.makings.styling import Share, Styling, styles_of
from inference import tasks
from inference.cabinet.styles import styles as named_styles
from inference.features import LessonSettings, StylizeSettings
from inference.request import Result
from inference.values import Picture

WAIT_MS = 60_000
FIRST, SECOND, THIRD, FOURTH, FIFTH = (style.name for style in named_styles()[:5])


def photograph(width=96, height=64, dtype=np.uint8) -> Picture:
    """A sky, a ground, and some grain, in colour."""
    grain = np.random.default_rng(3).uniform(-0.05, 0.05, (height, width, 1))
    sky = np.arange(height)[:, None, None] < height // 2
    rgb = np.where(sky, (0.5, 0.7, 0.9), (0.3, 0.4, 0.2)) + grain
    return Picture((rgb.clip(0, 1) * np.iinfo(dtype).max).astype(dtype))


def painting(seed=1) -> Picture:
    """Red and yellow dabs."""
    noise = np.random.default_rng(seed).uniform(0, 1, (40, 40, 1))
    rgb = np.where(noise > 0.5, (220, 60, 20), (240, 200, 40)).astype(np.uint8)
    return Picture(rgb.repeat(2, 0).repeat(2, 1))


@pytest.fixture
def editor(studio):
    return studio.open_picture(photograph(), "Photograph")


@pytest.fixture
def styling(editor) -> Styling:
    return editor.styling


def settled(qtbot, editor):
    """Wait until the painting is in the document."""
    styling = editor.styling
    qtbot.waitUntil(lambda: not styling.busy and not editor.busy, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: styling.preview is None, timeout=WAIT_MS)


def seen(editor):
    return editor.document.flatten().pixels


def layer_of(editor) -> GeneratedLayer:
    layer = editor.document.layer(editor.styling.generated_id)
    assert isinstance(layer, GeneratedLayer)
    return layer


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_first_painting_is_one_step_and_tells_how_it_was_made(qtbot, studio, dtype):
    editor = studio.open_picture(photograph(dtype=dtype), "Photograph")
    before = seen(editor)
    editor.styling.run()
    settled(qtbot, editor)
    layer = layer_of(editor)
    assert layer.name == "Style"
    assert layer.recipe.feature == "stylize"
    assert layer.recipe.model == "stylist"
    assert len(layer.recipe.sha256) == 64
    assert styles_of(layer.recipe) == (Share(FIRST, 1.0),)
    assert seen(editor).dtype == dtype
    assert not np.array_equal(seen(editor), before)
    assert editor.history.count() == 1
    editor.history.undo()
    assert np.array_equal(seen(editor), before)
    assert editor.styling.generated_id == ""


def test_every_wish_is_one_step_and_undo_and_redo_are_exact(qtbot, editor, styling):
    states = [seen(editor)]
    wishes = (
        lambda: styling.choose(SECOND),
        lambda: styling.blend(THIRD),
        lambda: styling.set_weights((0.2, 0.8), merge=False),
        lambda: styling.set_settings(StylizeSettings(strength=0.5)),
        lambda: styling.add_picture(painting()),
    )
    for wish in wishes:
        wish()
        settled(qtbot, editor)
        states.append(seen(editor))
    assert editor.history.count() == len(wishes)
    assert all(not np.array_equal(a, b) for a, b in pairwise(states))
    for state in states[-2::-1]:
        editor.history.undo()
        assert np.array_equal(seen(editor), state)
    for state in states[1:]:
        editor.history.redo()
        assert np.array_equal(seen(editor), state)
    assert not styling.busy, "what is known is not computed again"


def test_a_drag_over_the_pad_is_one_step(qtbot, editor, styling):
    styling.choose(FIRST)
    styling.blend(SECOND)
    for step in range(1, 9):
        styling.set_weights((1 - step / 10, step / 10), merge=step > 1)
    assert editor.history.count() == 3
    settled(qtbot, editor)
    editor.history.undo()
    assert styling.styles == (Share(FIRST, 0.5), Share(SECOND, 0.5))


def test_a_blend_has_one_to_four_styles(editor, styling):
    for name in (SECOND, THIRD, FOURTH, FIFTH):
        styling.blend(name)
    assert [share.name for share in styling.styles] == [FIRST, SECOND, THIRD, FOURTH]
    assert sum(share.weight for share in styling.styles) == pytest.approx(1)
    for name in (FIRST, SECOND, THIRD, FOURTH):
        styling.blend(name)
    assert styling.styles == (Share(FOURTH, 1.0),)
    styling.cancel()


def test_settings_made_before_the_first_painting_count(qtbot, editor, styling):
    before = seen(editor)
    styling.set_settings(StylizeSettings(strength=0.0))
    styling.run()
    settled(qtbot, editor)
    assert np.array_equal(seen(editor), before)
    assert styling.settings.strength == 0.0


def test_it_paints_what_lies_below(qtbot, editor, styling):
    styling.run()
    settled(qtbot, editor)
    painted = seen(editor)
    styling.run()
    settled(qtbot, editor)
    assert np.array_equal(seen(editor), painted), "its own paint is no part of the source"


def test_a_mask_keeps_the_photograph(qtbot, editor, styling):
    before = seen(editor)
    styling.run()
    settled(qtbot, editor)
    mask = editor.document.empty_mask()
    mask.write(mask.bounds, np.zeros((64, 96, 1), np.uint8))
    editor.push(SetAttribute(editor.document, styling.generated_id, "mask", mask))
    assert np.array_equal(seen(editor), before)
    styling.set_settings(StylizeSettings(strength=0.7))
    settled(qtbot, editor)
    assert np.array_equal(seen(editor), before)


def test_what_is_selected_is_painted_and_no_more(qtbot, editor, styling):
    before = seen(editor)
    editor.document.set_selection(rectangle(96, 64, Region(0, 0, 40, 64)))
    styling.run()
    settled(qtbot, editor)
    after = seen(editor)
    assert np.array_equal(after[:, 40:], before[:, 40:])
    assert (after[:, :40] != before[:, :40]).any()
    editor.document.set_selection(None)
    styling.set_settings(StylizeSettings(strength=0.7))
    settled(qtbot, editor)
    assert np.array_equal(seen(editor)[:, 40:], before[:, 40:]), "the mask stays with the layer"


def test_pictures_are_embedded_and_come_back_from_the_project(qtbot, editor, styling, tmp_path):
    for seed in (1, 2):
        styling.add_picture(painting(seed), f"Dabs {seed}")
    styling.blend(styling.pictures[0].name)
    styling.blend(SECOND)
    settled(qtbot, editor)
    save_project(editor.document, tmp_path / "a.grisaille")
    document = load_project(tmp_path / "a.grisaille")
    (recipe,) = [one.recipe for one in document.walk() if isinstance(one, GeneratedLayer)]
    assert styles_of(recipe) == styling.styles
    assert {s.name for s in styles_of(recipe)} - {SECOND} == set(document.references)
    assert len(document.references) == 2


def test_a_project_made_without_a_window_is_taken_up(studio):
    document = Document.from_picture(photograph(), "Photograph")
    name = document.add_reference(painting())
    recipe = Recipe("stylize", {"strength": 0.4, "styles": [["", 1.0]]}, reference=name)
    document.insert(
        GeneratedLayer(name="Style", image=document.empty_image(), recipe=recipe), "root", 1
    )
    editor = studio._add(document, None, "Old")
    assert editor.styling.styles == (Share(name, 1.0),)
    assert editor.styling.settings.strength == 0.4
    assert [offer.name for offer in editor.styling.pictures] == [name]


def test_a_picture_is_learned_gets_a_name_and_is_chosen_by_it(qtbot, editor, styling, monkeypatch):
    monkeypatch.setattr("desktop.makings.styling.LessonSettings", lambda: LessonSettings(seconds=1))
    monkeypatch.setattr("inference.tasks.learn_style.SIDE_PX", 64)
    monkeypatch.setattr("inference.tasks.manner.STYLE_PX", 64)
    assert styling.learnable is None  # what is chosen has a name
    styling.add_picture(painting(), "Starry Night")
    settled(qtbot, editor)
    before = seen(editor)
    with qtbot.waitSignal(styling.learned, timeout=WAIT_MS):
        styling.learn()
        assert styling.learning
    assert not styling.learning
    assert styling.styles == (Share("starry_night_2", 1.0),)
    assert named_styles()[-1].name == "starry_night_2"
    settled(qtbot, editor)
    assert (seen(editor) != before).any()


def test_what_cannot_be_learned_is_said(qtbot, styling):
    with qtbot.waitSignal(styling.problem_raised, timeout=WAIT_MS):
        styling.add_picture(Picture(np.full((8, 8, 3), 90, np.uint8)), "Small")
    with qtbot.waitSignal(styling.problem_raised, timeout=WAIT_MS) as told:
        styling.learn()
    assert "too few" in str(told.args[0])
    assert not styling.learning


def test_hovering_shows_a_style_and_leaving_takes_it_away(qtbot, editor, styling):
    with qtbot.waitSignal(styling.preview_changed, timeout=WAIT_MS):
        styling.hover(SECOND)
    assert styling.preview is not None
    styling.hover(None)
    assert styling.preview is None
    assert editor.history.count() == 0
    assert styling.styles == (Share(FIRST, 1.0),)


def test_a_deleted_layer_comes_back_with_its_styles(qtbot, editor, styling):
    styling.choose(THIRD)
    settled(qtbot, editor)
    editor.push(DeleteLayer(editor.document, styling.generated_id))
    assert styling.generated_id == ""
    editor.history.undo()
    assert styling.styles == (Share(THIRD, 1.0),)


def test_colour_and_style_live_together(qtbot, editor, styling):
    editor.coloring.run()
    qtbot.waitUntil(lambda: not editor.coloring.busy and not editor.busy, timeout=WAIT_MS)
    colored = seen(editor)
    styling.run()
    settled(qtbot, editor)
    assert not np.array_equal(seen(editor), colored)
    editor.history.undo()
    assert np.array_equal(seen(editor), colored)


@pytest.mark.slow
def test_the_slow_method_itself(qtbot, editor, styling):
    styling.set_settings(StylizeSettings(method="optimise", iterations=4))
    styling.run()
    settled(qtbot, editor)
    assert layer_of(editor).recipe.model == "vgg19"
    assert "stopped_at" not in layer_of(editor).recipe.settings
    first = seen(editor)
    recipe = layer_of(editor).recipe
    styling._look.recipe = replace(recipe, settings={**recipe.settings, "stopped_at": 0.5})
    styling.run()
    settled(qtbot, editor)
    assert not np.array_equal(seen(editor), first), "it went on"
    editor.history.undo()
    assert np.array_equal(seen(editor), first)


@pytest.fixture(params=[0.25])
def slowly(request, monkeypatch):
    """The slow method as one that shows white, so far on its way, and waits until it is stopped."""
    stays_at = request.param

    def run(request, context):
        picture = request.inputs.picture
        white = picture.with_pixels(np.full_like(picture.pixels, 255))
        if request.settings.method != "optimise":
            return Result((white,))
        context.checkpoint(0.005, "Painting", picture)  # too near to the photograph to be shown
        while True:
            context.checkpoint(stays_at, "Painting", white)
            time.sleep(0.02)

    monkeypatch.setattr(tasks, "run", run)


def wait_for_best(qtbot, styling, fraction) -> None:
    def is_there() -> bool:
        best = styling._runner.best
        return best is not None and best.figures["fraction"] == fraction

    qtbot.waitUntil(is_there, timeout=WAIT_MS)


@pytest.mark.parametrize("slowly", [0.01], indirect=True)
@pytest.mark.usefixtures("slowly")
def test_even_what_is_too_early_to_be_shown_is_kept(qtbot, editor, styling):
    styling.set_settings(StylizeSettings(method="optimise"))
    styling.run()
    wait_for_best(qtbot, styling, 0.01)
    styling.cancel()
    settled(qtbot, editor)
    assert (seen(editor) == 255).all()
    assert layer_of(editor).recipe.settings["stopped_at"] == 0.01
    styling.run()
    wait_for_best(qtbot, styling, 0.01)
    assert (editor.styling._runner._job.request.inputs.earlier.pixels == 255).all()
    styling.cancel()
    settled(qtbot, editor)


@pytest.mark.usefixtures("slowly")
def test_stopped_again_before_it_shows_anything_it_still_goes_on_from_there(
    qtbot, editor, styling, monkeypatch
):
    styling.set_settings(StylizeSettings(method="optimise"))
    styling.run()
    wait_for_best(qtbot, styling, 0.25)
    styling.cancel()
    settled(qtbot, editor)
    monkeypatch.setattr(tasks, "run", lambda _request, context: wait_for_ever(context))
    styling.run()
    qtbot.waitUntil(lambda: styling.busy)
    assert layer_of(editor).recipe.settings["went_on"] == 0.25
    styling.cancel()
    settled(qtbot, editor)
    assert layer_of(editor).recipe.settings["stopped_at"] == 0.25
    assert (seen(editor) == 255).all()


def wait_for_ever(context) -> None:
    while True:
        context.checkpoint()
        time.sleep(0.02)


@pytest.mark.usefixtures("slowly")
def test_slow_work_is_watched_and_its_best_is_kept_when_it_is_stopped(qtbot, editor, styling):
    before = seen(editor)
    styling.set_settings(StylizeSettings(method="optimise"))
    styling.run()
    wait_for_best(qtbot, styling, 0.25)
    assert styling.preview is not None
    styling.cancel()
    settled(qtbot, editor)
    assert (seen(editor) == 255).all()
    recipe = layer_of(editor).recipe
    assert recipe.settings["stopped_at"] == 0.25
    assert recipe.model == "vgg19"
    assert len(recipe.sha256) == 64
    editor.history.undo()
    assert np.array_equal(seen(editor), before)
    editor.history.redo()
    assert (seen(editor) == 255).all()
    styling.run()
    wait_for_best(qtbot, styling, 0.25)
    asked = editor.styling._runner._job.request.inputs
    assert (asked.earlier.pixels == 255).all(), "it goes on from where it was"
    assert layer_of(editor).recipe.settings["went_on"] == 0.25
    editor.history.undo()
    assert (seen(editor) == 255).all()
    styling.set_settings(StylizeSettings())
    assert "stopped_at" not in layer_of(editor).recipe.settings
    styling.cancel()
