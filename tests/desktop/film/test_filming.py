"""Exports from the window: the right request, the right frames, stopped, resumed, told."""

import sys
import types
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop import commands
from desktop.document.layers import RasterLayer
from desktop.film.filming import BOTH, COLOR, CRF, STYLE
from desktop.film.telling import told_of_film
from desktop.panels.filming import FilmingPanel
from desktop.panels.jobs import JobsPanel
from desktop.shell.files import _kinds_for
from inference.features import COLORIZE, STYLIZE, ColorizeSettings, FilmSettings
from inference.film import segments
from inference.media.codecs import CODECS
from inference.media.picture import write_picture
from inference.request import ModelStamp, Result
from inference.settings import control_of
from inference.values import Picture, Problem
from tests import filmed
from tests.desktop.film.conftest import TIMES, opened, stands

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Brown:
    """Colouring that is quick; it may hold at a frame until it is let go, or fail there."""

    def __init__(self):
        self.frames, self.hold_at, self.fail_at = 0, None, None

    def run(self, request, context):
        context.checkpoint()
        if self.frames == self.fail_at:
            raise Problem("The network is tired.")
        while self.frames == self.hold_at:
            context.checkpoint()
        self.frames += 1
        made = filmed.brown(request.inputs.picture, context)
        return replace(made, model=ModelStamp("colorizer", "c"))


@pytest.fixture
def brown(monkeypatch):
    task = Brown()
    monkeypatch.setitem(
        sys.modules, "inference.tasks.colorize", types.SimpleNamespace(run=task.run)
    )
    monkeypatch.setattr(segments.segments_of, "__defaults__", (10,))
    return task


@pytest.fixture
def filming(editor, brown):
    told = editor.filming.heard = []
    editor.filming.told.connect(lambda sentence, path: told.append((sentence, path)))
    return editor.filming


def ended(qtbot, filming):
    qtbot.waitUntil(lambda: not filming.busy, timeout=30_000)


def test_a_clip_is_exported_with_its_sound(qtbot, filming, clip, tmp_path):
    target = tmp_path / "out.mov"
    filming.run(target)
    assert filming.busy
    ended(qtbot, filming)
    assert filmed.times_of(target) == filmed.times_of(clip)
    assert filmed.sound_of(target) == filmed.sound_of(clip)
    [(sentence, path)] = filming.heard
    assert path == target
    assert "40 frames" in sentence
    assert "CDC" in sentence
    assert "colourfulness" in sentence


def test_from_in_to_out_with_both_frames(qtbot, editor, filming, tmp_path):
    editor.push(commands.mark_in(editor.document, TIMES[5]))
    editor.push(commands.mark_out(editor.document, TIMES[14]))
    filming.run(tmp_path / "out.mp4")
    ended(qtbot, filming)
    times = filmed.times_of(tmp_path / "out.mp4")
    assert times == [Fraction(number, 25) for number in range(10)]


def test_what_was_made_is_shown_beside_the_clip(qtbot, editor, filming, tmp_path):
    reel = editor.reel
    editor.push(commands.mark_in(editor.document, TIMES[5]))
    filming.run(tmp_path / "out.mp4")
    ended(qtbot, filming)
    qtbot.waitUntil(lambda: reel.made is not None)
    reel.go(TIMES[9])
    stands(qtbot, reel, TIMES[9])
    blue, _, red, _ = reel.shown.after.reshape(-1, 4).mean(0)
    assert red > blue + 20, "brown"
    reel.go(TIMES[2])
    stands(qtbot, reel, TIMES[2])
    assert reel.shown.after is None


def test_the_window_works_on_while_it_is_made(qtbot, editor, filming, brown, tmp_path):
    brown.hold_at = 12
    filming.run(tmp_path / "out.mp4")
    qtbot.waitUntil(lambda: brown.frames == 12, timeout=30_000)
    editor.reel.go(TIMES[3])
    stands(qtbot, editor.reel, TIMES[3])
    brown.hold_at = None
    ended(qtbot, filming)
    assert (tmp_path / "out.mp4").exists()


def test_stopped_it_leaves_no_film_and_goes_on_later(qtbot, filming, brown, tmp_path):
    target = tmp_path / "out.mp4"
    brown.hold_at = 25
    filming.run(target)
    qtbot.waitUntil(lambda: brown.frames == 25, timeout=30_000)
    filming.cancel()
    ended(qtbot, filming)
    assert not target.exists()
    sentence, path = filming.heard[-1]
    assert path is None
    assert "goes on from there" in sentence
    brown.hold_at = None
    filming.run(target)
    ended(qtbot, filming)
    assert "segments were already done" in filming.heard[-1][0]
    assert len(filmed.times_of(target)) == 40
    assert not list(tmp_path.glob(".*export"))


def test_stopped_at_once_nothing_is_kept(qtbot, filming, brown, tmp_path):
    brown.hold_at = 0
    filming.run(tmp_path / "out.mp4")
    filming.cancel()
    ended(qtbot, filming)
    assert "nothing was written" in filming.heard[-1][0]
    assert "kept" not in filming.heard[-1][0]


def test_what_fails_is_a_problem(qtbot, studio, filming, brown, tmp_path):
    brown.fail_at = 3
    with qtbot.waitSignal(studio.problem_raised, timeout=30_000) as told:
        filming.run(tmp_path / "out.mp4")
    assert "tired" in str(told.args[0])
    assert not filming.busy
    assert not (tmp_path / "out.mp4").exists()


def test_a_closed_document_is_exported_to_the_end_and_the_list_of_jobs_tells(
    at_film, qtbot, tmp_path
):
    studio = at_film.studio
    at_film.docks.raise_panel("jobs")
    at_film.editor.filming.run(tmp_path / "out.mp4")
    studio.close(at_film.editor)
    qtbot.waitUntil(lambda: all(job.ended for job in studio.service.jobs), timeout=30_000)
    assert len(filmed.times_of(tmp_path / "out.mp4")) == 40
    [row] = at_film.docks.panel(JobsPanel).rows()
    qtbot.waitUntil(lambda: "40 frames" in row.sentence.text())


def test_what_does_not_flicker_is_told_too():
    figures = dict.fromkeys(("cdc_before", "cdc", "colorfulness_before", "colorfulness"), 0.0)
    told = told_of_film("a.mp4", Result(figures={**figures, "frames": 1, "frames_per_second": 2}))
    assert "is written: 1 frame." in told
    assert "less" not in told


def test_a_film_of_one_frame(qtbot, studio, brown, tmp_path):
    editor = opened(qtbot, studio, filmed.make_clip(tmp_path / "one.mp4", (0,)))
    with qtbot.waitSignal(editor.filming.told, timeout=30_000):
        editor.filming.run(tmp_path / "out.mp4")
    assert len(filmed.times_of(tmp_path / "out.mp4")) == 1


# What is asked for


def test_the_way_follows_what_the_frame_has(editor):
    filming = editor.filming
    assert filming.way == COLOR
    editor.styling.generated_id = "style"
    assert filming.way == STYLE
    editor.coloring.generated_id = "colour"
    assert filming.way == BOTH
    filming.set_way(COLOR)
    assert filming.way == COLOR
    editor.styling.generated_id = editor.coloring.generated_id = ""


def test_steps_are_the_requests_of_the_pages(editor):
    editor.coloring.set_settings(ColorizeSettings(saturation=1.4))
    editor.filming.set_way(BOTH)
    color, style = editor.filming._steps()
    assert (color.feature, color.settings.saturation) == (COLORIZE, 1.4)
    assert style.feature == STYLIZE
    assert style.inputs.styles[0].style == editor.styling.styles[0].name
    assert not color.inputs.hints


def test_another_codec_begins_with_its_usual_quality(editor):
    filming = editor.filming
    filming.set_settings(FilmSettings(codec="av1"))
    assert filming.settings.crf == 28
    filming.set_settings(FilmSettings(codec="av1", crf=40))
    assert filming.settings.crf == 40
    filming.set_settings(FilmSettings(codec="h264", crf=40))
    filming.set_settings(FilmSettings(codec="h264", crf=60))
    assert filming.settings.crf == 51, "the most that it knows"


def test_a_drag_is_one_step_of_undo(editor):
    filming, steps = editor.filming, editor.history.count()
    filming.set_settings(FilmSettings(crf=20))
    for crf in (21, 24, 30):
        filming.set_settings(FilmSettings(crf=crf), merge=True)
    filming.set_settings(FilmSettings(crf=30, coherence=0.5))
    assert editor.history.count() == steps + 2
    editor.history.undo()
    assert (filming.settings.crf, filming.settings.coherence) == (30, 0.9)
    editor.history.undo()
    assert filming.settings == FilmSettings()
    editor.history.redo()
    assert filming.settings.crf == 30


def test_what_is_usual_is_what_the_writer_thinks():
    usual = {codec.name: (codec.crf[0], codec.crf[2]) for codec in CODECS if codec.crf}
    assert usual == CRF


def test_layers_of_ones_own_are_said_to_be_left_out(editor):
    assert not editor.filming.left_out
    layer = RasterLayer(name="Mine", image=editor.document.empty_image())
    editor.push(commands.AddLayer(editor.document, layer))
    assert editor.filming.left_out


@pytest.mark.parametrize("codec", control_of(FilmSettings.__dataclass_fields__["codec"]).choices)
def test_every_codec_has_a_file_that_holds_it(codec):
    assert _kinds_for(codec)


# The panel


@pytest.fixture
def at_film(window, qtbot, clip, brown):
    window.studio.open(clip)
    qtbot.waitUntil(lambda: window.studio.current is not None, timeout=10_000)
    window.actions_.refresh()
    return window


def test_the_button_asks_for_a_file_and_exports(at_film, qtbot, tmp_path, monkeypatch):
    asked = []

    def name(_parent, _title, start, kinds):
        asked.append((start, kinds))
        return str(tmp_path / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", name)
    at_film.docks.panel(FilmingPanel).run.click()
    ended(qtbot, at_film.editor.filming)
    assert asked == [(str(tmp_path / "street_coloured.mp4"), asked[0][1])]
    assert "*.mov" in asked[0][1]
    assert (tmp_path / "mine.mp4").exists()
    strip = at_film.strips.shown()[0]
    assert "40 frames" in strip.accessibleName()


def test_numbered_pictures_get_a_pattern(at_film, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.png"), ""))
    at_film.editor.filming.set_settings(FilmSettings(codec="png"))
    at_film.actions_.run("film.export")
    ended(qtbot, at_film.editor.filming)
    assert len(list(tmp_path.glob("a_*.png"))) == 40


@pytest.mark.parametrize("word", ["Replace", "Cancel"])
def test_numbered_pictures_replace_others_only_if_asked(
    at_film, qtbot, brown, tmp_path, monkeypatch, word
):
    asked = []

    def choose(box: QMessageBox) -> None:
        asked.append(box.text())
        next(b for b in box.buttons() if b.text().replace("&", "") == word).click()

    monkeypatch.setattr(QMessageBox, "exec", choose)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.png"), ""))
    for number in (2, 3):
        (tmp_path / f"a_{number:04d}.png").write_bytes(b"precious")
    at_film.editor.filming.set_settings(FilmSettings(codec="png"))
    at_film.files.export_film()
    assert asked == ["2 pictures, “a_0002.png” to “a_0003.png”, are there already. Replace them?"]
    if word == "Cancel":
        assert not at_film.editor.filming.busy
        assert (tmp_path / "a_0002.png").read_bytes() == b"precious"
        return
    ended(qtbot, at_film.editor.filming)
    assert len(list(tmp_path.glob("a_*.png"))) == 40


def test_numbered_pictures_are_shown_and_exported_at_a_rate_of_choice(
    window, qtbot, brown, tmp_path
):
    for number in range(4):
        write_picture(Picture(filmed.frame(number)), tmp_path / f"a_{number}.png")
    window.studio.open(tmp_path / "a_%d.png")
    qtbot.waitUntil(lambda: window.studio.current is not None, timeout=10_000)
    row, editor = window.docks.panel(FilmingPanel).rate, window.editor
    qtbot.waitUntil(lambda: editor.reel.survey is not None, timeout=10_000)
    assert not row.isHidden()
    row.chosen.emit("12", False)
    assert editor.reel.clip.rate == 12
    assert "12 fps" in window.timeline.facts.text()
    assert editor.modified
    editor.filming.run(tmp_path / "out.mp4")
    ended(qtbot, editor.filming)
    assert filmed.times_of(tmp_path / "out.mp4")[1] == Fraction(1, 12)
    qtbot.waitUntil(lambda: editor.reel.made is not None, timeout=10_000)
    editor.reel.go(2)
    stands(qtbot, editor.reel, 2)
    assert editor.reel.shown.after is not None
    editor.history.undo()
    assert (editor.reel.clip.rate, row.choices.currentData()) == (24, "24")


def test_a_clip_knows_its_rate(at_film):
    assert at_film.docks.panel(FilmingPanel).rate.isHidden()


def test_rows_are_there_where_they_count(at_film):
    rows = at_film.docks.panel(FilmingPanel).form.rows
    filming = at_film.editor.filming
    assert not rows["crf"].isHidden()
    assert rows["deinterlace"].isHidden()
    filming.set_settings(FilmSettings(codec="prores"))
    assert rows["crf"].isHidden()


def test_the_panel_asks_for_a_clip_where_there_is_none(window):
    window.docks.raise_panel("filming")
    panel = window.docks.panel(FilmingPanel)
    assert not panel.isEnabled()
    assert "Drop a clip" in panel.part_note.text()


def test_while_it_is_made_the_button_stops_it(at_film, qtbot, brown, tmp_path):
    brown.hold_at = 5
    at_film.editor.filming.run(tmp_path / "out.mp4")
    run = at_film.docks.panel(FilmingPanel).run
    qtbot.waitUntil(lambda: "Stop" in run.text(), timeout=10_000)
    at_film.actions_.refresh()
    run.click()
    ended(qtbot, at_film.editor.filming)
    qtbot.waitUntil(lambda: bool(at_film.strips.shown()))
    assert "was stopped" in at_film.strips.shown()[0].accessibleName()


def test_the_job_is_listed_with_the_name_of_its_film(at_film, qtbot, brown, tmp_path):
    brown.hold_at = 5
    at_film.docks.raise_panel("jobs")
    at_film.editor.filming.run(tmp_path / "out.mp4")
    jobs = at_film.docks.panel(JobsPanel)
    qtbot.waitUntil(lambda: len(jobs.rows()) == 1, timeout=10_000)
    assert jobs.rows()[0].what.text() == "Film: out.mp4"
    at_film.editor.filming.cancel()
    ended(qtbot, at_film.editor.filming)


def test_pixels_are_those_of_the_same_frame(qtbot, filming, clip, tmp_path):
    filming.set_settings(FilmSettings(codec="ffv1", coherence=0.0))
    filming.run(tmp_path / "out.mkv")
    ended(qtbot, filming)
    from inference.media.film import open_film, probe_film
    from inference.request import Context

    source, made = open_film(probe_film(clip)), open_film(probe_film(tmp_path / "out.mkv"))
    for first, second in zip(source.frames(), made.frames(), strict=True):
        wanted = filmed.tinted(first.picture(), Context()).pixels.astype(int)
        assert np.abs(wanted - second.picture().pixels).max() <= 3


@pytest.mark.parametrize("answer", ["Keep working", "Stop and quit"])
def test_leaving_amid_an_export_is_asked_about(
    at_film, qtbot, brown, tmp_path, monkeypatch, answer
):
    brown.hold_at = 5
    at_film.editor.filming.run(tmp_path / "out.mp4")
    qtbot.waitUntil(lambda: brown.frames == 5, timeout=30_000)

    def choose(box):
        next(button for button in box.buttons() if button.text() == answer).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", choose)
    assert at_film.files.may_stop_long_work() == (answer == "Stop and quit")
    at_film.editor.filming.cancel()
    ended(qtbot, at_film.editor.filming)
    assert at_film.files.may_stop_long_work()
