"""Projects of films: the clip by its path and fingerprint, found again, or asked for."""

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop import commands
from desktop.document.project import MANIFEST, load_project, read_project, save_project
from desktop.film.filming import BOTH, COLOR
from inference.features import FilmSettings
from inference.media.film import probe_film
from inference.media.picture import write_picture
from inference.values import Picture, Problem
from tests import filmed
from tests.desktop.film.conftest import TIMES, opened, stands

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def saved(qtbot, studio, editor, tmp_path):
    """A project of the clip at its frame 13, from 4 to 30; closed again."""
    editor.push(commands.mark_in(editor.document, TIMES[4]))
    editor.push(commands.mark_out(editor.document, TIMES[30]))
    editor.reel.go(TIMES[13])
    stands(qtbot, editor.reel, TIMES[13])
    folder = tmp_path / "work"
    folder.mkdir()
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(folder / "street.grisaille")
    assert not editor.modified
    studio.close(editor)
    return folder / "street.grisaille"


@pytest.fixture
def problems(studio):
    heard = []
    studio.problem_raised.connect(lambda problem, _: heard.append(str(problem)))
    return heard


def test_it_reopens_where_it_was(qtbot, studio, saved, problems):
    editor = opened(qtbot, studio, saved)
    reel = editor.reel
    assert (reel.place, reel.part) == (TIMES[13], (TIMES[4], TIMES[30]))
    assert problems == []
    assert not editor.modified
    reel.go(TIMES[20])
    stands(qtbot, reel, TIMES[20])


def test_how_it_is_exported_is_kept(qtbot, studio, editor, tmp_path):
    settings = FilmSettings(codec="av1", crf=40, coherence=0.5, deinterlace=False)
    editor.filming.set_settings(FilmSettings(codec="av1"))
    editor.filming.set_settings(settings)
    editor.filming.set_way(BOTH)
    assert editor.modified
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "a.grisaille")
    studio.close(editor)
    filming = opened(qtbot, studio, tmp_path / "a.grisaille").filming
    assert (filming.settings, filming.way) == (settings, BOTH)


def test_a_project_from_before_that_is_exported_as_usual(qtbot, studio, saved):
    def without(described):
        for name in ("way", "export"):
            del described["film"][name]

    rewrite(saved, without)
    filming = opened(qtbot, studio, saved).filming
    assert (filming.settings, filming.way) == (FilmSettings(), COLOR)


def test_settings_that_nobody_understands_are_as_usual(qtbot, studio, saved):
    def other(described):
        described["film"].update(way="knitted", export={"codec": "wool", "crf": []})

    rewrite(saved, other)
    filming = opened(qtbot, studio, saved).filming
    assert (filming.settings, filming.way) == (FilmSettings(), COLOR)


def rewrite(project, change):
    """Another description in the same archive."""
    with zipfile.ZipFile(project) as archive:
        members = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(project, "w") as archive:
        for info, data in members.items():
            if info.filename == MANIFEST:
                described = json.loads(data)
                change(described)
                data = json.dumps(described).encode()
            archive.writestr(info, data)


def test_it_holds_no_film_and_its_frame_for_others(saved, clip):
    assert saved.stat().st_size < clip.stat().st_size + 20_000
    document = load_project(saved)
    assert document.film.path == str(clip)
    assert document.film.beside == "../street.mp4"
    assert document.flatten().width == 64


def test_moved_together_it_is_found_by_its_way_from_the_project(
    qtbot, studio, saved, clip, tmp_path, problems
):
    there = tmp_path / "elsewhere"
    there.mkdir()
    shutil.move(str(saved.parent), there)
    shutil.move(str(clip), there)
    editor = opened(qtbot, studio, there / "work" / "street.grisaille")
    assert editor.reel.clip.path == there / "street.mp4"
    assert problems == []


def test_beside_the_project_it_is_found_by_its_name(qtbot, studio, saved, clip):
    shutil.move(str(clip), saved.parent)
    assert opened(qtbot, studio, saved).reel.clip.path == saved.parent / "street.mp4"


def test_another_clip_of_that_name_is_told(qtbot, studio, saved, clip, problems):
    filmed.make_clip(clip, TIMES[:30])
    editor = opened(qtbot, studio, saved)
    assert editor.reel is not None
    assert "is not the same" in problems[0]


def test_a_lost_clip_is_asked_for(window, qtbot, saved, clip, tmp_path, monkeypatch):
    moved = tmp_path / "found.mp4"
    shutil.move(str(clip), moved)
    window.studio.open(saved)
    qtbot.waitUntil(lambda: window.studio.current is not None, timeout=10_000)
    editor = window.editor
    assert editor.reel is None
    assert not window.timeline.isVisible()
    [strip] = window.strips.shown()
    assert "street.mp4" in strip.accessibleName()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(moved), ""))
    button = next(
        b for b in strip.findChildren(object) if getattr(b, "text", str)() == "Find the clip …"
    )
    button.click()
    qtbot.waitUntil(lambda: editor.reel is not None, timeout=10_000)
    assert window.timeline.isVisible()
    assert editor.document.film.path == str(moved)
    assert editor.reel.place == TIMES[13]


def test_saved_without_its_clip_it_still_knows_it(qtbot, studio, saved, clip, tmp_path):
    clip.unlink()
    editor = opened(qtbot, studio, saved)
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "again.grisaille")
    film = load_project(tmp_path / "again.grisaille").film
    assert (film.path, film.start, film.stop) == (str(clip), TIMES[4], TIMES[30])


def test_a_clip_of_another_size_is_refused(qtbot, studio, saved, clip, tmp_path):
    clip.unlink()
    editor = opened(qtbot, studio, saved)
    other = filmed.make_clip(tmp_path / "large.mp4", size=(128, 96))
    with qtbot.waitSignal(studio.problem_raised, timeout=10_000) as told:
        studio.find_clip(editor, other)
    assert "another size" in str(told.args[0])
    assert editor.reel is None


def test_numbered_pictures_keep_their_rate(qtbot, studio, tmp_path):
    for number in range(4):
        write_picture(Picture(filmed.frame(number)), tmp_path / f"a_{number:02}.png")
    editor = opened(qtbot, studio, tmp_path / "a_%02d.png")
    with qtbot.waitSignal(editor.saved, timeout=10_000):
        editor.save(tmp_path / "a.grisaille")
    studio.close(editor)
    assert opened(qtbot, studio, tmp_path / "a.grisaille").reel.clip.rate == 24


_DIES = """
import os, sys
from pathlib import Path
from desktop.document.autosave import Autosave
from desktop.film.opening import open_file
document = open_file(Path(sys.argv[1]), print).document
Autosave(document, sys.argv[2], title="Lost").save_now()
os._exit(0)
"""


def test_what_a_crash_leaves_has_its_clip(qtbot, studio, clip, tmp_path):
    words = [sys.executable, "-c", _DIES, str(clip), str(tmp_path / "state")]
    subprocess.run(words, check=True, cwd=Path(__file__).parents[3])
    [recovery] = studio.recoveries()
    with qtbot.waitSignal(studio.editor_opened, timeout=10_000):
        studio.recover(recovery)
    assert studio.current.modified
    assert studio.current.reel.clip.path == clip


def test_what_was_made_of_it_is_found_again(qtbot, studio, editor, saved, clip, tmp_path):
    made = filmed.make_clip(tmp_path / "made.mp4", TIMES[:10])
    document = load_project(saved)
    document.film = replace(document.film, made=str(made), made_from=TIMES[5])
    save_project(document, saved)
    reel = opened(qtbot, studio, saved).reel
    qtbot.waitUntil(lambda: reel.made is not None, timeout=10_000)
    reel.go(TIMES[6])
    qtbot.waitUntil(lambda: reel.shown is not None and reel.shown.time == TIMES[6])
    assert reel.shown.after is not None


@pytest.mark.parametrize("change", [{"layer": "nobody"}, {"rate": "1/0"}, {"rate": "many"}])
def test_a_damaged_description_is_refused(saved, tmp_path, change):
    document = load_project(saved)
    document.film = replace(document.film, **change)
    save_project(document, tmp_path / "odd.grisaille")
    with pytest.raises(Problem, match="film"):
        read_project(tmp_path / "odd.grisaille")


def test_fingerprints_tell_clips_apart(clip, tmp_path):
    from desktop.document.film import fingerprint

    other = filmed.make_clip(tmp_path / "other.mp4", TIMES[:10])
    first, second = (fingerprint(probe_film(path)) for path in (clip, other))
    assert first != second
    assert first == fingerprint(probe_film(clip))
