"""`stylize` and `styles list`, as scripts and people use them."""

import json

import numpy as np
import pytest

from desktop.cli import main as cli
from desktop.document.project import load_project
from inference.media.picture import read_picture, write_picture
from inference.tasks import manner, optimise, painting
from inference.values import Picture


@pytest.fixture(autouse=True)
def small_work(monkeypatch):
    monkeypatch.setattr(painting, "REFERENCE_PX", 96)
    monkeypatch.setattr(manner, "STYLE_PX", 96)
    monkeypatch.setattr(optimise, "BROAD_PX", 32)


@pytest.fixture
def photo(tmp_path):
    y, x = np.mgrid[:60, :80] / 80
    pixels = (np.stack([x, y, 1 - x], 2) * 255).astype(np.uint8)
    write_picture(Picture(pixels), tmp_path / "photo.png")
    return tmp_path / "photo.png"


def stylize(*words) -> int:
    return cli.main(["stylize", *map(str, words), "--device", "cpu"])


def test_paints_a_picture_in_a_named_style(photo, tmp_path, capsys):
    out = tmp_path / "out.png"
    assert stylize(photo, "-o", out, "--style", "starry night", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outputs"] == [str(out)]
    assert told["model"]["id"] == "stylist"
    assert read_picture(out).pixels.shape == (60, 80, 3)


def test_a_folder_a_picture_as_style_and_a_blend(photo, tmp_path):
    folder = tmp_path / "album"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        write_picture(read_picture(photo), folder / name)
    out = tmp_path / "painted"
    blend = f"the_scream:0.6,{photo}:0.4"
    assert stylize(folder, "-o", out, "--style", blend, "--keep-colors", "--strength", 0.8) == 0
    assert sorted(path.name for path in out.iterdir()) == ["a.png", "b.png"]


def test_a_project_holds_the_painting_as_a_layer(photo, tmp_path):
    out = tmp_path / "out.grisaille"
    assert stylize(photo, "-o", out, "--style", photo) == 0
    document = load_project(out)
    assert [layer.name for layer in document.root.children] == ["photo", "Style"]
    recipe = document.root.children[1].recipe
    assert (recipe.feature, recipe.settings["styles"]) == ("stylize", [[recipe.reference, 1.0]])
    assert recipe.reference


def test_a_project_keeps_every_picture_of_a_blend(photo, tmp_path):
    other, out = tmp_path / "other.png", tmp_path / "out.grisaille"
    write_picture(Picture(np.flip(read_picture(photo).pixels, 1).copy()), other)
    assert stylize(photo, "-o", out, "--style", f"{photo}:0.75,{other}:0.25") == 0
    document = load_project(out)
    named = document.root.children[1].recipe.settings["styles"]
    assert [weight for _, weight in named] == [0.75, 0.25]
    assert len({name for name, _ in named} & set(document.references)) == 2


def test_soft_transparency_is_as_soft_in_a_project(photo, tmp_path):
    soft, out = tmp_path / "soft.png", tmp_path / "out.grisaille"
    pixels = read_picture(photo).pixels
    alpha = np.linspace(0, 255, pixels.shape[1]).astype(np.uint8)
    alpha = np.broadcast_to(alpha, pixels.shape[:2]).copy()
    write_picture(Picture(pixels, alpha), soft)
    assert stylize(soft, "-o", out, "--style", "great_wave") == 0
    document = load_project(out)
    assert np.array_equal(document.flatten().alpha, alpha)


@pytest.mark.parametrize(
    ("style", "sentence"),
    [
        ("stary_night", "Did you mean starry_night"),
        ("missing.jpg", "There is no style picture missing.jpg"),
        ("the_scream:-1", "has a weight of -1"),
        ("the_scream:1e308,udnie:1e308", "has a weight of 1e308"),
        (" , ", "No style is chosen"),
        ("the_scream:0", "No style is chosen"),
    ],
)
def test_wrong_styles_are_told_in_a_sentence(photo, tmp_path, capsys, style, sentence):
    out = tmp_path / "out.png"
    assert stylize(photo, "-o", out, "--style", style) == 2
    assert sentence in capsys.readouterr().err
    assert not out.exists()


def test_lists_styles(capsys):
    assert cli.main(["styles", "list"]) == 0
    assert "The Starry Night, Vincent van Gogh, 1889" in capsys.readouterr().out
    assert cli.main(["styles", "list", "--json"]) == 0
    assert {row["name"] for row in json.loads(capsys.readouterr().out)["styles"]} >= {
        "great_wave",
        "udnie",
    }


def test_draws_a_sheet_of_all_styles(tmp_path):
    out = tmp_path / "sheet.png"
    assert cli.main(["styles", "list", "--sheet", str(out)]) == 0
    sheet = read_picture(out)
    assert sheet.width == 4 * 320
    assert sheet.height == 4 * 344


def test_a_sheet_that_cannot_be_written_is_one_answer(tmp_path, capsys):
    assert cli.main(["styles", "list", "--json", "--sheet", str(tmp_path / "sheet.bmp")]) == 2
    assert "sheet.bmp" in json.loads(capsys.readouterr().out)["problems"][0]["sentence"]


SLOW = ("--method", "optimise", "--iterations", 3)


@pytest.mark.parametrize(
    "words",
    [
        ("--optimiser", "adam"),
        ("--broad",),
        ("--start", "noise"),
        ("--match-colors",),
        ("--keep-colors",),
        ("--strength", 0.5),
        ("--stroke", 30),
        ("--iterations", 1),
    ],
    ids=lambda words: words[0],
)
def test_the_slow_method_has_its_settings(photo, tmp_path, words):
    style = ("--style", "the_scream", *SLOW)
    assert stylize(photo, "-o", tmp_path / "plain.png", *style) == 0
    assert stylize(photo, "-o", tmp_path / "other.png", *style, *words) == 0
    plain, other = (read_picture(tmp_path / name).pixels for name in ("plain.png", "other.png"))
    assert plain.shape == other.shape == (60, 80, 3)
    assert not np.array_equal(plain, other)


def test_noise_is_that_of_its_seed(photo, tmp_path):
    words = ("--style", "the_scream", *SLOW, "--start", "noise", "--seed")
    for name, seed in (("a.png", 1), ("b.png", 1), ("c.png", 2)):
        assert stylize(photo, "-o", tmp_path / name, *words, seed) == 0
    a, b, c = ((tmp_path / name).read_bytes() for name in ("a.png", "b.png", "c.png"))
    assert a == b != c


@pytest.mark.parametrize("method", [("--method", "fast"), ("--method", "any"), SLOW])
def test_a_mask_says_where_is_painted(photo, tmp_path, method):
    mask = np.zeros((60, 80, 1), np.uint8)
    mask[:, 40:] = 255
    write_picture(Picture(mask), tmp_path / "mask.png")
    words = ("--style", "the_scream", *method, "--mask", tmp_path / "mask.png")
    assert stylize(photo, "-o", tmp_path / "out.png", *words) == 0
    before, after = read_picture(photo).pixels, read_picture(tmp_path / "out.png").pixels
    assert np.array_equal(before[:, :40], after[:, :40])
    assert not np.array_equal(before[:, 40:], after[:, 40:])


def half_white(path):
    mask = np.zeros((60, 80, 1), np.uint8)
    mask[:, :40] = 255
    write_picture(Picture(mask), path)
    return path


def test_each_style_goes_to_its_region(photo, tmp_path):
    mask, found = half_white(tmp_path / "mask.png"), []
    grain = np.random.default_rng(0).integers(0, 80, (64, 64, 1), np.uint8)
    for name, color in (("red.png", (170, 0, 0)), ("blue.png", (0, 0, 170))):
        write_picture(Picture((grain + np.array(color)).astype(np.uint8)), tmp_path / name)
    for styles in (("red.png", "blue.png"), ("blue.png", "red.png")):
        out = tmp_path / f"{styles[0]}-first.png"
        blend = ",".join(str(tmp_path / name) for name in styles)
        words = ("--style", blend, *SLOW[:2], "--iterations", 20, "--region", mask)
        assert stylize(photo, "-o", out, *words) == 0
        found.append(read_picture(out).pixels.astype(int))
    redder = (found[0] - found[1])[..., 0]
    assert redder[:, :30].mean() > 5
    assert redder[:, 50:].mean() < -5


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--region", "mask.png"), "--region has no use here: It is for --method optimise"),
        (
            (*SLOW, "--region", "mask.png", "--region", "mask.png"),
            "more regions (2) than styles (1)",
        ),
        ((*SLOW, "--region", "wide.png"), "The mask of a style has 90 x 60 pixels"),
    ],
)
def test_regions_that_cannot_be(photo, tmp_path, capsys, monkeypatch, words, sentence):
    half_white(tmp_path / "mask.png")
    write_picture(Picture(np.zeros((60, 90, 1), np.uint8)), tmp_path / "wide.png")
    monkeypatch.chdir(tmp_path)
    assert stylize(photo, "-o", "out.png", "--style", "udnie", *words) == 2
    assert sentence in capsys.readouterr().err


def test_a_project_keeps_where_each_style_goes(photo, tmp_path):
    mask, out = half_white(tmp_path / "mask.png"), tmp_path / "out.grisaille"
    words = ("--style", "udnie,the_scream", *SLOW, "--region", mask)
    assert stylize(photo, "-o", out, *words) == 0
    place, elsewhere = load_project(out).root.children[1].recipe.regions
    assert elsewhere is None
    assert np.array_equal(place.read(place.bounds), read_picture(mask).pixels)
