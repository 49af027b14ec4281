"""`stylize` on films, as people and scripts use it; journeys has the same of `colorize`."""

import json
from fractions import Fraction

import numpy as np
import pytest

from desktop.cli import main as cli
from inference.media.film import open_film, probe_film
from inference.media.picture import write_picture
from inference.tasks import manner, painting
from inference.values import Picture
from tests import filmed


@pytest.fixture(autouse=True)
def small_work(monkeypatch):
    monkeypatch.setattr(painting, "REFERENCE_PX", 64)
    monkeypatch.setattr(manner, "STYLE_PX", 64)


@pytest.fixture
def clip(tmp_path):
    return filmed.make_clip(tmp_path / "clip.mp4", (0, 512, 700, 1536, 2048), sound=True)


@pytest.fixture
def painting_file(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (80, 90, 3), np.uint8)
    write_picture(Picture(pixels), tmp_path / "painting.png")
    return tmp_path / "painting.png"


def stylize(source, target, *words, style="great_wave") -> int:
    given = [source, "-o", target, "--style", style, "--device", "cpu", *words]
    return cli.main(["stylize", *map(str, given)])


def pictures(path):
    return [frame.picture().pixels for frame in open_film(probe_film(path)).frames()]


def test_a_clip_is_painted_with_its_times_and_sound(clip, tmp_path, capsys):
    out = tmp_path / "out.mov"
    assert stylize(clip, out, "--crf", 12, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model"]["id"] == "stylist"
    assert told["figures"]["frames"] == 5
    assert set(told["seconds"]) == {"load", "run", "write"}
    for name in ("cdc", "cdc_before", "colorfulness", "colorfulness_before", "warping"):
        assert name in told["figures"]
    assert filmed.times_of(out) == filmed.times_of(clip)
    assert filmed.sound_of(out) == filmed.sound_of(clip)
    assert np.ptp(pictures(out)[0].astype(int), axis=2).max() > 20, "the grey clip has no colour"


def test_a_picture_as_style_is_looked_at_once(clip, painting_file, tmp_path, monkeypatch):
    looks = []
    looked = manner.Manners._looked
    monkeypatch.setattr(
        manner.Manners, "_looked", lambda self, seen: looks.append(1) or looked(self, seen)
    )
    blend = f"{painting_file}:0.6,starry_night:0.4"
    assert stylize(clip, tmp_path / "out.mp4", "--method", "any", style=blend) == 0
    assert len(looks) == 2


def test_strength_and_kept_colours_hold_for_films(clip, tmp_path):
    words = ["--coherence", 0, "--codec", "ffv1"]
    assert stylize(clip, tmp_path / "none.mkv", "--strength", 0, *words) == 0
    assert stylize(clip, tmp_path / "grey.mkv", "--keep-colors", *words) == 0
    for before, after in zip(pictures(clip), pictures(tmp_path / "none.mkv"), strict=True):
        assert np.abs(before.astype(int) - after).max() <= 2
    grey = pictures(tmp_path / "grey.mkv")[0].astype(int)
    assert np.abs(grey - grey.mean(2, keepdims=True)).max() <= 3


def test_a_part_of_a_film_as_numbered_pictures_and_back(clip, tmp_path):
    shots = tmp_path / "shots"
    shots.mkdir()
    assert stylize(clip, shots / "shot_%02d.png", "--from", "0:00.03", "--to", "0.15") == 0
    assert sorted(path.name for path in shots.iterdir()) == [f"shot_0{n}.png" for n in (1, 2, 3)]
    assert stylize(shots, tmp_path / "back.gif", "--rate", "10") == 0
    assert probe_film(tmp_path / "back.gif").rate == 10


def test_a_folder_of_clips_and_pictures(clip, painting_file, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    clip.rename(folder / "clip.mp4")
    painting_file.rename(folder / "still.png")
    (folder / "bad.mkv").write_text("words")
    assert stylize(folder, tmp_path / "out", "--json") == 2
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"clip.mp4", "still.png"}
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert "not a film" in problem["sentence"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--method", "optimise"), "a film would take it days"),
        (("--mask", "painting.png"), "Hints and masks belong to one picture"),
        (("--codec", "prores"), "cannot hold ProRes"),
    ],
)
def test_what_cannot_be_asked_of_a_film(
    clip, painting_file, tmp_path, capsys, monkeypatch, words, sentence
):
    monkeypatch.chdir(tmp_path)
    assert stylize(clip, "out.mp4", *words) == 2
    assert sentence in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "painting.png"]


def test_another_painting_of_the_same_name_begins_anew(clip, painting_file, tmp_path, monkeypatch):
    from inference.film import frames

    def stop(self, shown):
        raise KeyboardInterrupt

    out, write = tmp_path / "out.mp4", frames.Press.write
    with monkeypatch.context() as patch:
        patch.setattr(frames.Press, "write", stop)
        assert stylize(clip, out, style=painting_file) == 130
    assert frames.Press.write is write
    write_picture(Picture(np.full((80, 90, 3), 200, np.uint8)), painting_file, overwrite=True)
    assert stylize(clip, out, style=painting_file) == 0


def test_what_to_do_comes_with_its_option(clip, tmp_path, capsys):
    assert stylize(clip, tmp_path / "out.mp4", "--from", "90") == 2
    assert "seconds (--from, --to)." in capsys.readouterr().err
    (tmp_path / "out.mp4").touch()
    assert stylize(clip, tmp_path / "out.mp4", "--json") == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["remedy"] == "Choose another name, or have it replaced (--overwrite)."


def test_clips_that_would_get_one_name_get_two(tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    for name, codec in (("a.mp4", "libx264"), ("a.avi", "mpeg4"), ("b.avi", "mpeg4")):
        filmed.make_clip(folder / name, (0, 1), base=Fraction(1, 25), codec=codec)
    assert stylize(folder, tmp_path / "out") == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["a.avi.mp4", "a.mp4", "b.mp4"]


def test_names_that_look_like_numbered_pictures(tmp_path, painting_file):
    film = filmed.make_clip(tmp_path / "take #2.mp4", (0, 512))
    assert stylize(film, tmp_path / "take #3.mp4") == 0
    photo = painting_file.rename(tmp_path / "photo #2.png")
    assert stylize(photo, tmp_path / "photo #3.png") == 0
    assert (tmp_path / "photo #3.png").is_file()
