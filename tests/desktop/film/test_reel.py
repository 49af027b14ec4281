"""The playhead: it plays, stands, is marked; what stands is in the document."""

import numpy as np
import pytest

from desktop import commands
from desktop.document.layers import GeneratedLayer, Recipe
from inference.media.film import open_film
from inference.values import Problem, Region
from tests import filmed
from tests.desktop.film.conftest import TIMES, opened, stands


def pixels_of(reel, number):
    reader = open_film(reel.clip)
    try:
        return next(reader.frames(TIMES[number])).picture().pixels
    finally:
        reader.close()


def test_a_clip_opens_with_its_first_frame(editor, reel):
    assert editor.title == "street.mp4"
    assert editor.document.film.layer == editor.document.root.children[0].id
    assert np.array_equal(editor.document.flatten().pixels, pixels_of(reel, 0))
    assert not editor.modified
    assert (reel.place, reel.speed, reel.moving) == (0, 0, False)


def test_the_frame_where_it_stands_is_laid_into_the_document(qtbot, editor, reel):
    reel.go(TIMES[13])
    stands(qtbot, reel, TIMES[13])
    assert np.array_equal(editor.document.flatten().pixels, pixels_of(reel, 13))
    assert not editor.modified, "nothing of the film was changed"


def test_what_is_passed_over_is_not_laid(qtbot, reel):
    laid = []
    reel.laid.connect(lambda: laid.append(reel.place))
    for number in (3, 5, 20):
        reel.go(TIMES[number])
    stands(qtbot, reel, TIMES[20])
    assert laid == [TIMES[20]]


def test_what_was_made_of_another_frame_goes(qtbot, editor, reel):
    layer = GeneratedLayer(
        image=editor.document.image_of(editor.document.flatten()), recipe=Recipe("colorize")
    )
    commands.AddLayer(editor.document, layer).redo()
    reel.go(TIMES[5])
    stands(qtbot, reel, TIMES[5])
    assert layer.image.content.empty


def test_frame_by_frame(qtbot, reel):
    for act, place in (
        (reel.next_frame, 1), (reel.next_frame, 2), (reel.previous_frame, 1),
        (reel.previous_frame, 0), (reel.previous_frame, 0),
    ):  # fmt: skip
        with qtbot.waitSignal(reel.frame_changed, raising=False, timeout=300):
            act()
        qtbot.waitUntil(lambda place=place: reel.place == TIMES[place])


def test_seconds_and_ends(qtbot, reel):
    qtbot.waitUntil(lambda: reel.survey is not None, timeout=10_000)
    for act, place in (
        (lambda: reel.jump(1), 25), (lambda: reel.jump(1), 39), (lambda: reel.jump(-1), 14),
        (reel.go_to_end, 39), (reel.go_to_start, 0),
    ):  # fmt: skip
        act()
        qtbot.waitUntil(lambda place=place: reel.place == TIMES[place])


def test_it_plays_all_frames_and_stands_at_the_end(qtbot, reel):
    seen = []
    reel.frame_changed.connect(lambda: seen.append(reel.place))
    reel.toggle()
    assert reel.playing
    qtbot.waitUntil(lambda: not reel.playing, timeout=10_000)
    stands(qtbot, reel, TIMES[-1])
    assert seen == sorted(seen)
    assert len(set(seen)) + reel.dropped >= 39


def test_from_the_end_it_plays_from_the_start(qtbot, reel):
    reel.go(TIMES[-1])
    stands(qtbot, reel, TIMES[-1])
    reel.toggle()
    qtbot.waitUntil(lambda: reel.moving and reel.place < TIMES[10])
    reel.play(0)
    qtbot.waitUntil(lambda: not reel.moving)


def test_stopping_shows_the_frame_where_it_stopped(qtbot, reel):
    reel.toggle()
    qtbot.waitUntil(lambda: reel.place >= TIMES[3], timeout=10_000)
    reel.toggle()
    place = reel.place
    stands(qtbot, reel, place)


def test_backwards(qtbot, reel):
    reel.go(TIMES[12])
    stands(qtbot, reel, TIMES[12])
    seen = []
    reel.frame_changed.connect(lambda: seen.append(reel.place))
    reel.backward()
    qtbot.waitUntil(lambda: not reel.playing, timeout=10_000)
    stands(qtbot, reel, TIMES[0])
    assert seen == sorted(seen, reverse=True)


def test_j_k_l(reel):
    speeds = []
    for act in (
        *[reel.forward] * 5, reel.backward, reel.backward, reel.forward, lambda: reel.play(0)
    ):  # fmt: skip
        act()
        speeds.append(reel.speed)
    assert speeds == [1, 2, 4, 8, 8, -1, -2, 1, 0]


def test_the_part_is_played_and_undone(qtbot, editor, reel):
    editor.push(commands.mark_in(editor.document, TIMES[4]))
    editor.push(commands.mark_out(editor.document, TIMES[8]))
    assert reel.part == (TIMES[4], TIMES[8])
    assert editor.modified
    reel.go(TIMES[4])
    stands(qtbot, reel, TIMES[4])
    reel.toggle()
    qtbot.waitUntil(lambda: not reel.playing, timeout=10_000)
    stands(qtbot, reel, TIMES[8])
    editor.history.undo()
    editor.history.undo()
    assert (reel.film.start, reel.film.stop) == (None, None)
    assert reel.film.moment == TIMES[8], "where it stands is no step of undo"


def test_an_out_point_before_the_in_point_frees_it(editor):
    editor.push(commands.mark_in(editor.document, TIMES[8]))
    editor.push(commands.mark_out(editor.document, TIMES[4]))
    assert (editor.document.film.start, editor.document.film.stop) == (None, TIMES[4])
    editor.push(commands.mark_in(editor.document, TIMES[9]))
    assert (editor.document.film.start, editor.document.film.stop) == (TIMES[9], None)


def test_it_loops(qtbot, editor, reel):
    editor.push(commands.mark_out(editor.document, TIMES[5]))
    reel.set_loops(True)
    starts = []
    reel.frame_changed.connect(lambda: starts.append(reel.place == TIMES[0]))
    reel.toggle()
    qtbot.waitUntil(lambda: sum(starts) >= 3, timeout=10_000)
    assert reel.playing
    reel.play(0)


def test_shots_are_found_and_gone_to(qtbot, reel):
    qtbot.waitUntil(lambda: reel.survey is not None, timeout=10_000)
    assert reel.shots == (TIMES[0], TIMES[20])
    assert len(reel.thumbnails) == 40
    reel.go_to_shot(1)
    qtbot.waitUntil(lambda: reel.place == TIMES[20])
    reel.go_to_shot(-1)
    qtbot.waitUntil(lambda: reel.place == TIMES[0])


def test_times_between_frames_become_the_nearest(qtbot, reel):
    assert reel.nearest(TIMES[7] + 100) == TIMES[7]
    assert reel.nearest(-1e9) == TIMES[0]
    qtbot.waitUntil(lambda: reel.survey is not None, timeout=10_000)
    assert reel.nearest(TIMES[7] + 300) == TIMES[8]
    assert reel.nearest(1e9) == TIMES[-1]
    assert [reel.number(time) for time in (TIMES[0], TIMES[7], TIMES[7] + 5)] == [0, 7, 7]


def test_variable_rates(qtbot, studio, tmp_path):
    path = filmed.make_clip(tmp_path / "clip.mkv", tuple(t * 100 for t in range(0, 160, 8)))
    reel = opened(qtbot, studio, path).reel
    qtbot.waitUntil(lambda: reel.survey is not None, timeout=10_000)
    reel.go_to_end()
    stands(qtbot, reel, int(reel.survey.times[-1]))


FORBIDDEN = {
    "flatten": lambda document, layer: commands.Flatten(document),
    "delete": lambda document, layer: commands.DeleteLayer(document, layer),
    "paint": lambda document, layer: commands.SetPixels(document, layer, document.flatten()),
    "crop": lambda document, layer: commands.ResizeCanvas(document, Region(0, 0, 5, 5)),
}


@pytest.mark.parametrize("act", FORBIDDEN)
def test_the_frame_cannot_be_changed(editor, act):
    with pytest.raises(Problem, match="film"):
        FORBIDDEN[act](editor.document, editor.document.root.children[0].id)


def test_a_broken_tail_is_told(qtbot, studio, tmp_path):
    path = filmed.make_clip(tmp_path / "clip.mkv", TIMES, options={"g": "1"})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    problems = []
    studio.problem_raised.connect(lambda problem, _: problems.append(problem))
    reel = opened(qtbot, studio, path).reel
    qtbot.waitUntil(lambda: reel.survey is not None, timeout=10_000)
    assert reel.last < TIMES[-1]


def test_closing_amid_playing_leaves_nothing(qtbot, studio, editor, reel):
    reel.toggle()
    qtbot.waitUntil(lambda: reel.moving)
    studio.close(editor)
    reel.join()
    assert not reel._tick.isActive()
