"""Each cure at the window: the trouble for real, one click on the button, and it is gone."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from desktop import commands
from desktop.document.autosave import Recovery
from desktop.document.layers import GeneratedLayer, GroupLayer, HintLayer, Recipe
from desktop.document.lock import ProjectLock
from desktop.document.project import save_project
from desktop.shell import layering
from desktop.shell.cures import CURES
from inference import device, tasks
from inference.cabinet import catalog
from inference.media.picture import write_picture
from inference.values import Cure, Hint, Picture, Problem, Region
from tests import filmed

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
WAIT_MS = 60_000
LEFT = Qt.MouseButton.LeftButton


def colorful(width=64, height=48) -> Picture:
    return Picture(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8))


class Patient:
    """The window in trouble, and how to cure it."""

    def __init__(self, window, qtbot, tmp_path, monkeypatch) -> None:
        self.window = window
        self.studio = window.studio
        self.editor = window.editor
        self.folder = tmp_path
        self.monkeypatch = monkeypatch
        self._qtbot = qtbot

    def wait(self, met) -> None:
        self._qtbot.waitUntil(met, timeout=WAIT_MS)

    def button(self, cure: Cure) -> QPushButton | None:
        found = [
            button
            for strip in self.window.strips.shown()
            for button in strip.findChildren(QPushButton)
            if button.text() == CURES[cure].text
        ]
        return found[0] if found else None

    def cure(self, cure: Cure) -> None:
        """Wait for the trouble, and click its button; the strip goes with it."""
        self.wait(lambda: self.button(cure) is not None)
        self.button(cure).click()
        self.wait(lambda: self.button(cure) is None)  # what comes of it may be told at once

    def paint(self) -> bool:
        """Whether a click of the brush changes the picture."""
        self.studio.choose_tool("brush")
        steps = self.editor.history.count()
        QTest.mouseClick(self.window.canvas, LEFT, pos=self.window.canvas.rect().center())
        return self.editor.history.count() == steps + 1

    def set(self, **values) -> None:
        for name, value in values.items():
            layer_id = self.editor.active_layer.id
            command = commands.SetAttribute(self.editor.document, layer_id, name, value)
            self.editor.push(command)

    def answer(self, question: str, path: Path) -> Path:
        """What the person will say when a dialog asks for a file."""
        name = [str(path)] if question == "getOpenFileNames" else str(path)
        self.monkeypatch.setattr(
            f"desktop.shell.files.QFileDialog.{question}", lambda *_: (name, "")
        )
        return path

    def open_clip(self) -> Path:
        """A film of six frames in front."""
        clip = filmed.make_clip(self.folder / "clip.mp4", range(0, 6 * filmed.STEP, filmed.STEP))
        self.studio.open(clip)
        self.wait(lambda: self.studio.current is not self.editor)
        self.editor = self.studio.current
        return clip

    def made(self, making) -> bool:
        layers = {layer.id: layer for layer in self.editor.document.walk()}
        layer = layers.get(making.generated_id)
        return layer is not None and not making.busy and bool(layer.image.tiles)


@pytest.fixture
def patient(at_work, qtbot, tmp_path, monkeypatch):
    return Patient(at_work, qtbot, tmp_path, monkeypatch)


def unlock_layer(patient):
    patient.set(locked=True)
    assert not patient.paint()
    patient.cure(Cure.UNLOCK_LAYER)
    assert patient.paint()


def unlock_group_of_another_layer(patient):
    layering.new(patient.editor)
    layering.group(patient.editor)
    patient.set(locked=True)
    inner = patient.editor.active_layer.children[0].id
    patient.editor.activate(inner)
    patient.window.actions_.run("layer.delete")
    patient.editor.activate(patient.editor.document.root.children[0].id)
    patient.cure(Cure.UNLOCK_LAYER)
    assert not patient.editor.document.is_locked(inner)
    patient.window.actions_.run("layer.delete")
    assert inner not in [layer.id for layer in patient.editor.document.walk()]


def show_layer(patient):
    patient.set(visible=False)
    assert not patient.paint()
    patient.cure(Cure.SHOW_LAYER)
    assert patient.paint()


def new_layer_where_there_is_none(patient):
    layering.delete(patient.editor)
    assert not patient.paint()
    patient.cure(Cure.NEW_LAYER)
    assert patient.paint()


def new_layer_above(kind):
    def scenario(patient):
        document = patient.editor.document
        made = {"recipe": Recipe("another"), "image": document.empty_image()}
        layer = kind(**(made if kind is GeneratedLayer else {}))
        patient.editor.push(commands.AddLayer(document, layer))
        patient.editor.activate(layer.id)
        assert not patient.paint()
        patient.cure(Cure.NEW_LAYER)
        assert patient.paint()

    scenario.__name__ = f"new_layer_above_{kind.__name__}"
    return scenario


def new_layer_above_a_film(patient):
    patient.open_clip()
    assert not patient.paint()
    patient.cure(Cure.NEW_LAYER)
    assert patient.paint()


def open_another(patient):
    broken = patient.folder / "broken.png"
    broken.write_bytes(b"no picture")
    whole = patient.answer("getOpenFileNames", patient.folder / "whole.png")
    write_picture(colorful(), whole)
    patient.studio.open(broken)
    patient.cure(Cure.OPEN_ANOTHER)
    patient.wait(lambda: patient.studio.current.title == "whole")


def open_copy(patient):
    path = patient.folder / "work.grisaille"
    save_project(patient.editor.document, path)
    elsewhere = ProjectLock(path)
    elsewhere.acquire()
    patient.studio.open(path)
    patient.cure(Cure.OPEN_COPY)
    patient.wait(lambda: patient.studio.current.title == "work")
    assert patient.studio.current.path is None, "or it would be saved over the other window's"
    elsewhere.release()


def open_saved(patient):
    path = patient.folder / "work.grisaille"
    save_project(patient.editor.document, path)
    patient.studio.recover(Recovery(path, "work", 0.0, patient.folder / "damaged"))
    patient.cure(Cure.OPEN_SAVED)
    patient.wait(lambda: patient.studio.current.path == path)


def save_elsewhere(patient):
    good = patient.answer("getSaveFileName", patient.folder / "good.grisaille")
    patient.set(name="changed")
    patient.editor.save(patient.folder / "nowhere" / "work.grisaille")
    patient.cure(Cure.SAVE_ELSEWHERE)
    patient.wait(good.exists)
    patient.wait(lambda: not patient.editor.modified)


def save_elsewhere_than_where_another_window_saves(patient):
    good = patient.answer("getSaveFileName", patient.folder / "good.grisaille")
    elsewhere = ProjectLock(patient.folder / "work.grisaille")
    elsewhere.acquire()
    patient.editor.save(patient.folder / "work.grisaille")
    patient.cure(Cure.SAVE_ELSEWHERE)
    patient.wait(good.exists)
    elsewhere.release()


def export_elsewhere(patient):
    good = patient.answer("getSaveFileName", patient.folder / "good.png")
    patient.editor.export(patient.folder / "nowhere" / "a.png")
    patient.cure(Cure.EXPORT_ELSEWHERE)
    patient.wait(good.exists)


def export_the_frame_of_a_film(patient):
    good = patient.answer("getSaveFileName", patient.folder / "good.png")
    patient.open_clip()
    with pytest.raises(Problem) as raised:
        commands.ResizeCanvas(patient.editor.document, Region(0, 0, 9, 9))
    patient.studio.report(raised.value)
    patient.cure(Cure.EXPORT_ELSEWHERE)
    patient.wait(good.exists)


def export_a_film_elsewhere(patient):
    good = patient.answer("getSaveFileName", patient.folder / "good.mp4")
    patient.open_clip()
    patient.editor.filming.run(patient.folder / "nowhere" / "a.mp4")
    patient.cure(Cure.EXPORT_ELSEWHERE)
    patient.wait(good.exists)


def find_clip(patient):
    clip = patient.open_clip()
    path = patient.folder / "film.grisaille"
    patient.editor.save(path)
    patient.wait(lambda: not patient.editor.busy)
    patient.studio.close(patient.editor)
    patient.answer("getOpenFileName", clip.rename(patient.folder / "moved.mp4"))
    patient.studio.open(path)
    patient.cure(Cure.FIND_CLIP)
    patient.wait(lambda: patient.studio.current.reel is not None)


def reference_in_place_of_hints_on_a_film(patient):
    good = patient.answer("getOpenFileName", patient.folder / "good.png")
    write_picture(colorful(), good)
    patient.open_clip()
    patient.editor.coloring.add_hint(Hint(((3.0, 3.0),), (200, 0, 0)))
    patient.cure(Cure.OTHER_REFERENCE)
    patient.wait(lambda: patient.made(patient.editor.coloring))


def reference_that_cannot_be_read(patient):
    good = patient.answer("getOpenFileName", patient.folder / "good.png")
    write_picture(colorful(), good)
    patient.editor.coloring.set_reference(patient.folder / "none.png")
    patient.cure(Cure.OTHER_REFERENCE)
    patient.wait(lambda: patient.made(patient.editor.coloring))
    assert patient.editor.coloring.reference is not None


def reference_without_colours(patient):
    good = patient.answer("getOpenFileName", patient.folder / "good.png")
    write_picture(colorful(), good)
    patient.editor.coloring.set_reference(Picture(np.full((40, 40, 3), 90, np.uint8)))
    patient.cure(Cure.OTHER_REFERENCE)
    patient.wait(lambda: patient.made(patient.editor.coloring))


def style_that_is_too_small(patient):
    good = patient.answer("getOpenFileName", patient.folder / "good.png")
    write_picture(colorful(300, 200), good)
    patient.editor.styling.add_picture(colorful(3, 3))
    patient.cure(Cure.OTHER_STYLE)
    patient.wait(lambda: patient.made(patient.editor.styling))


def show_models(patient):
    folder = patient.folder / "models"
    folder.mkdir()
    shutil.copy(catalog.BUNDLED / "colorizer.json", folder)
    whole = catalog.BUNDLED / "colorizer.safetensors"
    patient.monkeypatch.setattr(catalog, "BUNDLED", folder)
    patient.editor.coloring.run()
    patient.cure(Cure.SHOW_MODELS)
    assert patient.window.page == "models"
    said = [label.text() for label in patient.window.findChildren(QLabel)]
    assert any("is missing" in text for text in said)
    shutil.copy(whole, folder)
    patient.window.show_page("colour")
    patient.editor.coloring.run()
    patient.wait(lambda: patient.made(patient.editor.coloring))


class Stubborn:
    """A feature's module that fails as it is told to, and else answers."""

    def __init__(self, patient, fails) -> None:
        real = tasks.module_of
        self._fails = fails
        patient.monkeypatch.setattr(tasks, "module_of", lambda feature: self)
        self._module_of = real

    def run(self, request, context):
        if (error := self._fails(request)) is not None:
            raise error
        return self._module_of(request.feature).run(request, context)


def allow_cpu(patient):
    full = RuntimeError("CUDA out of memory")
    Stubborn(patient, lambda request: None if request.device == "cpu" else full)
    patient.monkeypatch.setattr(device, "resolve", lambda name: "cpu" if name == "cpu" else "cuda")
    patient.monkeypatch.setattr(device, "name", lambda _: "GPU")
    patient.editor.coloring.run()
    patient.cure(Cure.ALLOW_CPU)
    patient.wait(lambda: patient.made(patient.editor.coloring))
    assert patient.studio.preferences.values.allow_cpu


def best_device(patient):
    patient.studio.preferences.choose(device="mps")
    patient.monkeypatch.setattr(device, "_present", lambda kind: kind == "cpu")
    patient.editor.coloring.run()
    patient.cure(Cure.BEST_DEVICE)
    patient.wait(lambda: patient.made(patient.editor.coloring))
    assert patient.studio.preferences.values.device == "auto"


def fails_once():
    errors = [ValueError("a bug")]
    return lambda _request: errors.pop() if errors else None


def try_again(patient):
    Stubborn(patient, fails_once())
    patient.editor.coloring.run()
    patient.cure(Cure.TRY_AGAIN)
    patient.wait(lambda: patient.made(patient.editor.coloring))
    assert patient.editor.history.count() == 1, "it is still the same step"


def try_suggestions_again(patient):
    Stubborn(patient, fails_once())
    patient.editor.coloring.suggest()
    patient.cure(Cure.TRY_AGAIN)
    patient.wait(lambda: bool(patient.editor.coloring.suggestions))


SCENARIOS = {
    Cure.UNLOCK_LAYER: [unlock_layer, unlock_group_of_another_layer],
    Cure.SHOW_LAYER: [show_layer],
    Cure.NEW_LAYER: [
        new_layer_where_there_is_none,
        *map(new_layer_above, (GroupLayer, HintLayer, GeneratedLayer)),
        new_layer_above_a_film,
    ],
    Cure.OPEN_ANOTHER: [open_another],
    Cure.OPEN_COPY: [open_copy],
    Cure.OPEN_SAVED: [open_saved],
    Cure.SAVE_ELSEWHERE: [save_elsewhere, save_elsewhere_than_where_another_window_saves],
    Cure.EXPORT_ELSEWHERE: [
        export_elsewhere,
        export_the_frame_of_a_film,
        export_a_film_elsewhere,
    ],
    Cure.FIND_CLIP: [find_clip],
    Cure.OTHER_REFERENCE: [
        reference_that_cannot_be_read,
        reference_without_colours,
        reference_in_place_of_hints_on_a_film,
    ],
    Cure.OTHER_STYLE: [style_that_is_too_small],
    Cure.SHOW_MODELS: [show_models],
    Cure.ALLOW_CPU: [allow_cpu],
    Cure.BEST_DEVICE: [best_device],
    Cure.TRY_AGAIN: [try_again, try_suggestions_again],
}


@pytest.mark.parametrize(
    "scenario", [one for each in SCENARIOS.values() for one in each], ids=lambda s: s.__name__
)
def test_one_click_cures(patient, scenario):
    scenario(patient)


def test_every_cure_is_walked_through():
    assert set(SCENARIOS) == set(CURES) == set(Cure)


def test_without_a_cure_there_is_no_button(patient):
    patient.studio.report(Problem("So it is.", remedy="Look at it."))
    (strip,) = patient.window.strips.shown()
    assert strip.findChildren(QPushButton) == []


def test_the_document_in_trouble_comes_to_the_front(patient):
    patient.set(locked=True)
    patient.paint()
    patient.studio.open_picture(colorful(), "Another")
    patient.cure(Cure.UNLOCK_LAYER)
    assert patient.studio.current is patient.editor


def test_who_thinks_better_of_it_still_has_the_button(patient):
    patient.monkeypatch.setattr(
        "desktop.shell.files.QFileDialog.getOpenFileNames", lambda *_: ([], "")
    )
    patient.studio.open(patient.folder / "none.png")
    patient.wait(lambda: patient.button(Cure.OPEN_ANOTHER) is not None)
    patient.button(Cure.OPEN_ANOTHER).click()
    patient.window.repaint()
    assert patient.button(Cure.OPEN_ANOTHER) is not None


def test_a_closed_document_is_not_cured(patient):
    patient.set(locked=True)
    patient.paint()
    other = patient.studio.open_picture(colorful(), "Another")
    patient.studio.close(patient.editor)
    patient.cure(Cure.UNLOCK_LAYER)
    assert patient.studio.current is other


def test_what_was_undone_is_not_tried_again(patient):
    Stubborn(patient, fails_once())
    patient.editor.coloring.run()
    patient.wait(lambda: patient.button(Cure.TRY_AGAIN) is not None)
    patient.editor.history.undo()
    patient.cure(Cure.TRY_AGAIN)
    assert not patient.editor.coloring.busy
