"""Options that are of no use beside the others: refused in one sentence, before any work."""

import numpy as np
import pytest

from desktop.cli import main as cli
from inference import tasks
from inference.media.picture import write_picture
from inference.values import Picture
from tests import filmed

STYLIZE = ("stylize", "--style", "the_scream")
SLOW = (*STYLIZE, "--method", "optimise")


@pytest.fixture(autouse=True)
def nothing_works(monkeypatch, tmp_path):
    def never(*_):
        raise AssertionError("a task ran")

    monkeypatch.setattr(tasks, "run", never)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def material(nothing_works, tmp_path):
    picture = Picture(np.zeros((8, 9, 1), np.uint8))
    (tmp_path / "shots").mkdir()
    write_picture(picture, tmp_path / "still.png")
    for number in (1, 2):
        write_picture(picture, tmp_path / "shots" / f"shot_{number}.png")
    filmed.make_clip(tmp_path / "clip.mp4", (0, 512))


FOR_FILMS = [
    (word, "It is for films.")
    for word in (
        *("--from 1", "--to 2", "--rate 24", "--codec h264", "--crf 20", "--coherence 0.9"),
        "--deinterlace",
    )
]


@pytest.mark.parametrize(
    ("command", "files", "words", "why"),
    [
        *[(("colorize",), "still.png out.png", *case) for case in FOR_FILMS],
        *[(STYLIZE, "still.png out.png", *case) for case in FOR_FILMS],
        *[
            (STYLIZE, "still.png out.png", words, "It is for --method optimise.")
            for words in (
                *("--iterations 300", "--broad", "--match-colors", "--start noise"),
                "--region still.png",
            )
        ],
        (STYLIZE, "clip.mp4 out.mp4", "--optimiser adam", "It is for --method optimise."),
        (SLOW, "still.png out.png", "--match-colors --keep-colors", "It is not for --keep-colors."),
        (SLOW, "still.png out.png", "--seed 3", "no chance but for --start noise."),
        (("colorize",), "still.png out.png", "--reference-strength 1", "no reference picture."),
        (("colorize",), "clip.mp4 out.mp4", "--rate 24", "It is for numbered pictures."),
        (("colorize",), "clip.mp4 out.mov", "--codec prores --crf 9", "ProRes has no quality"),
        (("colorize",), "clip.mp4 out.gif", "--crf 9", "GIF has no quality to choose."),
        (("colorize",), "shots out.mp4", "--deinterlace", "are taken as they are."),
        (("colorize",), "clip.mp4 out.mp4", "--depth 8", "A film keeps the depth"),
    ],
)
def test_what_is_of_no_use_is_refused(command, files, words, why, tmp_path, capsys):
    before = sorted(tmp_path.rglob("*"))
    source, target = files.split()
    assert cli.main([*command, source, "-o", target, *words.split()]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    flag = next(word for word in reversed(words.split("--keep")[0].split()) if word[:2] == "--")
    assert said.startswith(f"{flag} has no use here: ")
    assert said.endswith(f"Leave {flag} out.")
    assert why in said
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("styles", "list", "--overwrite"), "It is for --sheet."),
        (("info", "clip.mp4", "--rate", "24"), "It is for numbered pictures."),
        (("info", "still.png", "--rate", "24"), "It is for numbered pictures."),
    ],
)
def test_of_other_commands_too(words, why, capsys):
    assert cli.main(words) == 2
    assert why in capsys.readouterr().err


def test_the_weight_of_a_style_alone(capsys):
    words = ["stylize", "still.png", "-o", "out.png", "--style"]
    assert cli.main([*words, "the_scream:0.5"]) == 2
    assert "has no use: it is the only style" in capsys.readouterr().err
    with pytest.raises(AssertionError, match="a task ran"):
        cli.main([*words, "the_scream:1.0"])


def test_among_many_files_it_is_for_those_that_it_is_of_use_for(tmp_path, monkeypatch, capsys):
    """A folder of a clip and a picture gets past the check of both kinds' options."""
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "clip.mp4").rename(folder / "clip.mp4")
    (tmp_path / "still.png").rename(folder / "still.png")
    with pytest.raises(AssertionError, match="a task ran"):
        cli.main(["colorize", "in", "-o", "out", "--crf", "20", "--depth", "16"])


def test_what_is_so_anyway_may_be_asked_for(tmp_path):
    usual = ("--depth", "own", "--no-report", "--no-deinterlace")
    with pytest.raises(AssertionError, match="a task ran"):
        cli.main(["colorize", "still.png", "-o", "out.grisaille", *usual])
    usual = ("--no-broad", "--no-match-colors", "--no-deinterlace")
    with pytest.raises(AssertionError, match="a task ran"):
        cli.main([*STYLIZE, "still.png", "-o", "out.png", *usual])
