"""Opening, saving, closing and recovering documents, with real files."""

import subprocess
import sys

import numpy as np
import pytest

from desktop.commands import SetAttribute
from desktop.document.archive import ArchiveWriter
from desktop.document.autosave import Autosave
from desktop.document.document import Document
from desktop.preferences import Preferences
from desktop.resources import SAMPLES
from desktop.studio import Studio
from inference.media.picture import read_picture, write_picture
from inference.service import InferenceService
from inference.values import Picture


@pytest.fixture
def scan(tmp_path):
    """A 16-bit grey picture on disk."""
    samples = np.random.default_rng(0).integers(0, 65536, (40, 60, 1), np.uint16)
    path = tmp_path / "scan.png"
    write_picture(Picture(samples), path)
    return path


def opened(qtbot, studio, path):
    with qtbot.waitSignal(studio.editor_opened, timeout=10_000):
        studio.open(path)
    return studio.current


def rename(editor, name="Other"):
    layer = next(editor.document.walk())
    editor.push(SetAttribute(editor.document, layer.id, "name", name))


def test_a_picture_opens_as_a_document_of_its_depth(qtbot, studio, scan):
    editor = opened(qtbot, studio, scan)
    assert editor.title == "scan"
    assert editor.path is None
    assert editor.document.dtype == np.uint16
    assert not editor.modified
    assert studio.preferences.recent == [scan]


def test_what_cannot_be_read_is_reported(qtbot, studio, tmp_path):
    path = tmp_path / "words.png"
    path.write_text("no picture")
    with qtbot.waitSignal(studio.problem_raised, timeout=10_000) as reported:
        studio.open(path)
    assert "words.png" in str(reported.args[0])
    assert studio.current is None


def test_saving_gives_it_a_file_and_a_clean_state(qtbot, studio, scan, tmp_path):
    editor = opened(qtbot, studio, scan)
    rename(editor)
    assert editor.modified
    target = tmp_path / "work.grisaille"
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(target)
    assert (editor.title, editor.path, editor.modified) == ("work.grisaille", target, False)


def test_a_change_while_it_is_saved_stays_unsaved(qtbot, studio, scan, tmp_path):
    editor = opened(qtbot, studio, scan)
    rename(editor)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "work.grisaille")
        rename(editor, "Later")
    assert editor.modified


def test_a_project_reopens_with_the_same_pixels(qtbot, studio, scan, tmp_path):
    target = tmp_path / "work.grisaille"
    editor = opened(qtbot, studio, scan)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(target)
    studio.close(editor)
    again = opened(qtbot, studio, target)
    assert again.path == target
    assert np.array_equal(again.document.flatten().pixels, read_picture(scan).pixels)


def test_a_sample_is_opened_without_its_file(qtbot, studio):
    [sample] = SAMPLES.glob("*.grisaille")
    editor = opened(qtbot, studio, sample)
    assert editor.path is None
    assert editor.coloring.hints.points


def test_an_open_project_comes_to_the_front(qtbot, studio, scan, tmp_path):
    target = tmp_path / "work.grisaille"
    editor = opened(qtbot, studio, scan)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(target)
    other = studio.open_picture(Picture(np.zeros((8, 8, 1), np.uint8)), "Other")
    assert studio.current is other
    studio.open(target)
    assert studio.current is editor
    assert len(studio.editors) == 2


def test_a_project_open_in_another_window_is_refused(qtbot, studio, scan, tmp_path):
    target = tmp_path / "work.grisaille"
    editor = opened(qtbot, studio, scan)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(target)
    other = Studio(InferenceService(), Preferences(tmp_path / "q.json"), tmp_path / "other")
    with qtbot.waitSignal(other.problem_raised, timeout=10_000) as reported:
        other.open(target)
    other.shut_down()
    assert "another window" in str(reported.args[0])


def test_a_second_save_packs_no_layer_that_is_the_same(qtbot, studio, scan, tmp_path, monkeypatch):
    editor = opened(qtbot, studio, scan)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "work.grisaille")
    packed, write_picture = [], ArchiveWriter.write_picture

    def note(archive, member, *rest):
        packed.append(member)
        write_picture(archive, member, *rest)

    monkeypatch.setattr(ArchiveWriter, "write_picture", note)
    rename(editor)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save()
    assert packed == ["mergedimage.png", "Thumbnails/thumbnail.png"]


def lock_files(folder):
    return sorted(path.name for path in folder.glob(".*.lock"))


def test_the_old_file_stays_locked_until_the_new_one_is_written(qtbot, studio, scan, tmp_path):
    editor = opened(qtbot, studio, scan)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "old.grisaille")
    assert lock_files(tmp_path) == [".old.grisaille.lock"]

    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "new.grisaille")
        assert lock_files(tmp_path) == [".new.grisaille.lock", ".old.grisaille.lock"]
    assert lock_files(tmp_path) == [".new.grisaille.lock"]
    studio.close(editor)
    assert lock_files(tmp_path) == []


def test_after_a_failed_save_as_the_old_file_is_still_locked(qtbot, studio, scan, tmp_path):
    editor = opened(qtbot, studio, scan)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "old.grisaille")
    (tmp_path / "new.grisaille").mkdir()

    with qtbot.waitSignal(editor.problem_raised, timeout=10_000):
        editor.save(tmp_path / "new.grisaille")
    assert lock_files(tmp_path) == [".old.grisaille.lock"]
    assert editor.path == tmp_path / "old.grisaille"


def test_what_is_saved_amid_save_as_goes_to_the_new_file(qtbot, studio, scan, tmp_path):
    editor = opened(qtbot, studio, scan)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "old.grisaille")
    written = []
    editor.saved.connect(written.append)
    editor.save(tmp_path / "new.grisaille")
    rename(editor)
    editor.save()
    qtbot.waitUntil(lambda: len(written) == 2, timeout=10_000)
    assert written == [tmp_path / "new.grisaille"] * 2
    assert not editor.modified
    assert lock_files(tmp_path) == [".new.grisaille.lock"]


def test_export_keeps_sixteen_bits(qtbot, studio, scan, tmp_path):
    editor = opened(qtbot, studio, scan)
    target = tmp_path / "out.tif"
    with qtbot.waitSignal(editor.exported, timeout=10_000):
        editor.export(target)
    assert np.array_equal(read_picture(target).pixels, read_picture(scan).pixels)


def test_closing_brings_the_neighbour_to_the_front(studio):
    first, second, third = (
        studio.open_picture(Picture(np.zeros((8, 8, 1), np.uint8)), name) for name in "abc"
    )
    studio.close(third)
    assert studio.current is second
    studio.close(first)
    assert studio.current is second
    studio.close(second)
    assert studio.current is None


def test_unsaved_work_is_autosaved_after_a_while(qtbot, studio, scan, tmp_path):
    editor = opened(qtbot, studio, scan)
    rename(editor)
    qtbot.waitUntil(lambda: any((tmp_path / "state").glob("*/manifest.json")), timeout=10_000)
    studio.close(editor)  # on purpose: nothing to recover
    qtbot.waitUntil(lambda: not list((tmp_path / "state").glob("*/manifest.json")))


def test_what_a_dead_process_left_is_recovered_as_modified(qtbot, studio, tmp_path):
    subprocess.run([sys.executable, "-c", _DIES, str(tmp_path / "state")], check=True)
    [recovery] = studio.recoveries()
    assert recovery.title == "Lost"
    with qtbot.waitSignal(studio.editor_opened, timeout=10_000):
        studio.recover(recovery)
    assert studio.current.modified
    assert studio.current.document.width == 20
    assert studio.recoveries() == []


_DIES = f"""
import os, sys
sys.path.insert(0, {str(sys.path[0])!r})
import numpy as np
from {Autosave.__module__} import Autosave
from {Document.__module__} import Document
from inference.values import Picture
document = Document.from_picture(Picture(np.zeros((10, 20, 1), np.uint8)), "Lost")
Autosave(document, sys.argv[1], title="Lost").save_now()
os._exit(0)
"""
