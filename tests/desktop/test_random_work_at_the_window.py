"""Whatever is done at the window, networks at work or not: it is undone, redone, kept exactly."""

import random

import pytest
from PySide6.QtWidgets import QApplication

from desktop import commands
from desktop.document.project import load_project
from inference.values import Hint

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ACTIONS = (
    *("layer.new", "layer.group", "layer.duplicate", "layer.up", "layer.down"),
    *("layer.delete", "layer.delete", "layer.merge_down", "layer.merge_down"),
    *("layer.add_mask", "layer.delete_mask", "layer.mask_from_selection"),
    *("select.all", "select.invert", "select.none"),
    *("colour.run", "colour.clear_hints", "colour.keep_grey", "style.run"),
    *("edit.undo", "edit.undo", "edit.redo", "edit.redo"),
)


def settle(window, qtbot):
    """Wait until nothing is read, written, computed or laid in."""

    def idle():
        QApplication.processEvents()
        editor = window.editor
        working = any(making.busy for making in editor.makings)
        jobs = any(not job.ended for job in window.studio.service.jobs)
        return not (working or jobs or editor.busy)

    qtbot.waitUntil(idle, timeout=60_000)


def do_something(window, chance):
    """One thing that a person may do; what is refused is refused in a sentence."""
    editor, what = window.editor, chance.random()
    layers = list(editor.document.walk())
    if what < 0.5 or not layers:
        window.actions_.run(chance.choice(ACTIONS))
    elif what < 0.7:
        place = chance.uniform(0, 64), chance.uniform(0, 48)
        editor.coloring.add_hint(Hint((place,), (200, 40, 30), 4.0))
    elif what < 0.9:
        editor.activate(chance.choice(layers).id)
    else:
        values = {"visible": chance.random() < 0.5, "opacity": chance.random()}
        name = chance.choice(sorted(values))
        layer_id = chance.choice(layers).id
        editor.push(commands.SetAttribute(editor.document, layer_id, name, values[name]))


@pytest.mark.parametrize("seed", [0, 18, 19])
def test_all_undone_is_the_start_and_a_saved_project_the_end(at_work, qtbot, state, tmp_path, seed):
    chance, document = random.Random(seed), at_work.editor.document
    begin = state(document)
    for _ in range(60):
        do_something(at_work, chance)
        if chance.random() < 0.7:
            settle(at_work, qtbot)
    settle(at_work, qtbot)
    end, here = state(document), at_work.editor.history.index()
    at_work.editor.save(tmp_path / "work.grisaille")
    settle(at_work, qtbot)
    assert state(load_project(tmp_path / "work.grisaille")) == end
    at_work.editor.history.setIndex(0)
    settle(at_work, qtbot)
    assert state(document) == begin
    at_work.editor.history.setIndex(here)
    settle(at_work, qtbot)
    assert state(document) == end
