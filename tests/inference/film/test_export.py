"""Films from file to file: resumed, ranged, steadied, and the same bytes whatever happened."""

import hashlib
import threading
from fractions import Fraction

import msgspec
import numpy as np
import pytest

from inference.film import segments
from inference.film.export import export
from inference.media.film import open_film, probe_film
from inference.media.lock import Lock, Owner
from inference.media.picture import read_picture
from inference.request import Cancelled, Context
from inference.values import Problem
from tests import filmed


class Task:
    """Brown, counts its frames, and may stop at one of them."""

    def __init__(self, stop_at=None, error=Cancelled):
        self.frames, self.stop_at, self.error = 0, stop_at, error

    def __call__(self, picture, context):
        if self.frames == self.stop_at:
            raise self.error
        self.frames += 1
        return filmed.brown(picture, context)


@pytest.fixture(autouse=True)
def short_segments(monkeypatch):
    monkeypatch.setattr(segments.segments_of, "__defaults__", (10,))


@pytest.fixture
def order(tmp_path):
    times = tuple(np.cumsum([512, 300, 700, 512] * 12).tolist())
    source = filmed.make_clip(tmp_path / "clip.mp4", times, sound=True)
    return filmed.order(source, tmp_path / "out.mp4", Task())


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_film_keeps_its_times_and_sound(order):
    report = export(order, Context())
    assert (report.frames, report.computed, report.resumed) == (48, 48, 0)
    assert filmed.times_of(order.inputs.target) == filmed.times_of(order.inputs.source)
    assert filmed.sound_of(order.inputs.target) == filmed.sound_of(order.inputs.source)
    assert left_in(order.inputs.target.parent) == ["clip.mp4", "out.mp4"]
    assert report.figures["colorfulness"] > 10


@pytest.mark.parametrize("stop_at", [0, 5, 10, 29, 47])
@pytest.mark.parametrize(("coherence", "keeps_light"), [(0, True), (0.9, True), (0.9, False)])
def test_what_was_interrupted_ends_in_the_same_bytes(order, stop_at, coherence, keeps_light):
    order = filmed.other(order, coherence=coherence, keeps_light=keeps_light)
    export(order, Context())
    whole = digest(order.inputs.target)
    order.inputs.target.unlink()
    with pytest.raises(Cancelled):
        export(filmed.other(order, task=Task(stop_at)), Context())
    assert not order.inputs.target.exists()
    task = Task()
    report = export(filmed.other(order, task=task), Context())
    assert digest(order.inputs.target) == whole
    stops = [part.stop for part in segments.segments_of(((0, 48),), 10)]
    whole_parts = sum(stop <= stop_at for stop in stops)
    assert whole_parts - 1 <= report.resumed <= whole_parts  # the last frames may not be written
    done = stops[report.resumed - 1] if report.resumed else 0
    assert report.computed == 48 - done
    assert task.frames == report.computed, "only what is missing is computed"
    assert bool(report.resumed) == any("Resumed" in note for note in report.notes)


def test_figures_are_the_same_after_a_resumption(order):
    whole = export(order, Context()).figures
    order.inputs.target.unlink()
    with pytest.raises(Cancelled):
        export(filmed.other(order, task=Task(25)), Context())
    assert export(order, Context()).figures == whole


@pytest.mark.parametrize(
    "change",
    [{"identity": "blue"}, {"crf": 30}, {"coherence": 0.5}, {"start": 0.1}, {"stop": 1.0}],
)
def test_another_order_resumes_nothing(order, change):
    with pytest.raises(Cancelled):
        export(filmed.other(order, task=Task(25)), Context())
    report = export(filmed.other(order, **change), Context())
    assert report.resumed == 0
    assert any("thrown away" in note for note in report.notes)


def test_another_source_resumes_nothing(order):
    with pytest.raises(Cancelled):
        export(filmed.other(order, task=Task(25)), Context())
    filmed.make_clip(order.inputs.source, tuple(range(0, 30 * 512, 512)))
    report = export(order, Context())
    assert (report.resumed, report.frames) == (0, 30)


def test_a_part_of_a_film_begins_at_zero(order):
    report = export(filmed.other(order, start=0.5, stop=1.0), Context())
    wanted = [time for time in filmed.times_of(order.inputs.source) if 0.5 <= time < 1]
    assert filmed.times_of(order.inputs.target) == [time - wanted[0] for time in wanted]
    assert report.frames == len(wanted)
    assert 20 <= len(filmed.sound_of(order.inputs.target)) <= 26  # blocks of 21 ms


def test_parts_of_films_have_the_pixels_of_the_whole(order):
    lossless = filmed.other(
        order, target=order.inputs.target.with_suffix(".mkv"), codec="ffv1", coherence=0
    )
    export(lossless, Context())
    part = filmed.other(lossless, target=order.inputs.target.with_name("part.mkv"), start=0.5)
    export(part, Context())
    whole, later = (
        [frame.picture().pixels for frame in open_film(probe_film(film.inputs.target)).frames()]
        for film in (lossless, part)
    )
    assert np.array_equal(whole[-len(later) :], later)


@pytest.mark.parametrize("keeps_light", [True, False])
def test_borders_of_segments_do_not_show(order, keeps_light, monkeypatch):
    """Each other frame is painted otherwise; segments of 10 and one of 48 give the same pixels."""

    def flickering(picture, context):
        brown = filmed.tinted(picture, context).pixels.astype(float)
        red = 1 + 0.1 * (-1) ** int(picture.pixels[0, 0, 0])
        pixels = np.clip(brown * (red, 1, 1), 0, 255).astype(np.uint8)
        return filmed.colored(picture.with_pixels(pixels))

    lossless = filmed.other(order, task=flickering, codec="ffv1", keeps_light=keeps_light)
    parts = filmed.other(lossless, target=order.inputs.target.with_name("parts.mkv"))
    assert export(parts, Context()).segments == 5
    monkeypatch.setattr(segments.segments_of, "__defaults__", (100,))
    whole = filmed.other(lossless, target=order.inputs.target.with_name("whole.mkv"))
    assert export(whole, Context()).segments == 1
    pairs = zip(
        *(open_film(probe_film(f.inputs.target)).frames() for f in (parts, whole)), strict=True
    )
    assert all(np.array_equal(one.picture().pixels, other.picture().pixels) for one, other in pairs)


def test_a_sequence_goes_out_and_in(order, tmp_path):
    (tmp_path / "shots").mkdir()
    shots = tmp_path / "shots" / "shot_%04d.png"
    export(filmed.other(order, target=shots, codec="png"), Context())
    assert len(list(shots.parent.iterdir())) == 48
    assert read_picture(shots.with_name("shot_0048.png")).pixels.shape == (48, 64, 3)
    back = filmed.other(order, source=shots.parent, rate=Fraction(30), target=tmp_path / "back.mov")
    export(back, Context())
    assert filmed.times_of(back.inputs.target) == [Fraction(number, 30) for number in range(48)]


@pytest.mark.parametrize("suffix", [".tif", ".jpg"])
def test_pictures_of_other_kinds(order, tmp_path, suffix):
    export(filmed.other(order, target=tmp_path / f"s_##{suffix}", codec="png", stop=0.2), Context())
    assert read_picture(tmp_path / f"s_01{suffix}").width == 64


def test_gif_in_and_out(tmp_path):
    base = Fraction(1, 100)
    source = filmed.make_clip(
        tmp_path / "in.gif", (0, 4, 9, 30), codec="gif", pixels="rgb8", base=base
    )
    export(filmed.order(source, tmp_path / "out.gif", Task()), Context())
    assert filmed.times_of(tmp_path / "out.gif") == [time * base for time in (0, 4, 9, 30)]


def test_ten_bits_stay_ten(tmp_path):
    source = filmed.make_clip(tmp_path / "clip.mp4", pixels="yuv420p10le")
    export(filmed.order(source, tmp_path / "out.mp4", Task()), Context())
    assert probe_film(tmp_path / "out.mp4").depth == 10


def test_progress_rises_and_ends(order):
    seen = []
    export(order, Context(seen.append))
    fractions = [step.fraction for step in seen if step.fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert any(step.seconds_left is not None for step in seen)


def test_cancelling_while_it_runs(order):
    stop = threading.Event()

    def report(step):
        if step.step.startswith("Frame 15"):
            stop.set()

    with pytest.raises(Cancelled):
        export(order, Context(report, stop))
    assert not order.inputs.target.exists()
    assert not list(order.inputs.target.parent.glob(".*/*.part"))
    assert export(order, Context()).resumed in (0, 1)


def test_two_exports_to_one_target_at_once(order):
    def second(picture, context):
        with pytest.raises(Problem, match=r"“out.mp4” is being exported by another Grisaille"):
            export(filmed.other(order, task=Task()), Context())
        return filmed.brown(picture, context)

    assert export(filmed.other(order, task=second), Context()).frames == 48
    assert left_in(order.inputs.target.parent) == ["clip.mp4", "out.mp4"]


def test_the_lock_of_a_dead_process_is_no_hindrance(order):
    now = Owner.current()
    gone = Owner(now.pid, now.started - 1000, now.host)
    Lock(order.inputs.target, lambda *_: Problem("no")).path.write_bytes(msgspec.json.encode(gone))
    assert export(order, Context()).frames == 48


def test_a_faulty_frame_is_told_as_it_is(order):
    def fail(*_):
        return Problem("This frame is too dark.")

    with pytest.raises(Problem, match="too dark"):
        export(filmed.other(order, task=Task(12, fail())), Context())


def test_a_kill_between_naming_and_clearing_is_no_trouble(order):
    with pytest.raises(Cancelled):
        export(filmed.other(order, task=Task(47)), Context())
    shelf = segments.Shelf(order.inputs.target)
    shelf.joining()
    order.inputs.target.write_bytes(b"whole film")
    export(order, Context())
    assert len(filmed.times_of(order.inputs.target)) == 48


def test_fields_are_asked_about(tmp_path):
    tff = {"x264-params": "tff=1"}
    source = filmed.make_clip(tmp_path / "clip.mp4", options=tff)
    order = filmed.order(source, tmp_path / "out.mp4", Task())
    with pytest.raises(Problem, match=r"interlaced.*Switch Deinterlace on") as asked:
        export(order, Context())
    assert "--" not in str(asked.value), "the window has no options"
    assert asked.value.option == "--deinterlace, --no-deinterlace"
    assert export(filmed.other(order, interlaced=True), Context()).frames == 12
