"""Bad input to the command line: one clear sentence, exit code 2, nothing written, no traceback."""

import json
import re
import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from desktop.cli import main as cli
from inference.media.picture import read_picture
from tests.untrained import MODEL

pytestmark = pytest.mark.usefixtures("untrained")

ROOT = Path(__file__).parents[2]


def colorize(*words) -> int:
    return cli.main(["colorize", *map(str, words), "--model", MODEL, "--device", "cpu"])


def refused(capsys, *words) -> str:
    """The sentence of a refusal, after everything that must hold of any."""
    assert colorize(*words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1
    assert "Traceback" not in told.err
    return told.err


def grey(folder: Path, name="in.png", size=(40, 30)) -> Path:
    ramp = np.linspace(0, 255, size[0] * size[1]).reshape(size[1], size[0])
    Image.fromarray(ramp.astype(np.uint8)).save(folder / name)
    return folder / name


# Files that are no pictures.


def missing(folder):
    return folder / "missing.png"


def empty(folder):
    (folder / "empty.png").touch()
    return folder / "empty.png"


def truncated(folder):
    path = grey(folder, "truncated.png", (300, 300))
    path.write_bytes(path.read_bytes()[:-4000])
    return path


def text_called_a_picture(folder):
    (folder / "text.jpg").write_text("Dear diary")
    return folder / "text.jpg"


def bomb(folder):
    """A PNG of a few bytes that says it holds 60,000 x 60,000 pixels."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 16, 2, 0, 0, 0)
    data = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    (folder / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    return folder / "bomb.png"


@pytest.mark.parametrize("make", [missing, empty, truncated, text_called_a_picture, bomb])
def test_what_is_no_picture_is_refused_by_name(make, tmp_path, capsys):
    source, out = make(tmp_path), tmp_path / "out.png"
    assert source.name in refused(capsys, source, "-o", out)
    assert not out.exists()


# Pictures that are odd, but pictures.


def wrong_suffix(folder):
    grey(folder, "picture.png").rename(folder / "picture.tif")
    return folder / "picture.tif"


def one_pixel(folder):
    return grey(folder, "one.png", (1, 1))


def very_tall(folder):
    return grey(folder, "tall.png", (1, 20_000))


def cmyk(folder):
    Image.new("CMYK", (30, 20), (10, 60, 90, 20)).save(folder / "cmyk.jpg")
    return folder / "cmyk.jpg"


def palette(folder):
    Image.new("RGB", (30, 20), (90, 90, 90)).convert("P").save(folder / "palette.png")
    return folder / "palette.png"


def animated(folder):
    frames = [Image.new("RGB", (30, 20), (level,) * 3) for level in (40, 200)]
    frames[0].save(folder / "two.webp", save_all=True, append_images=frames[1:], lossless=True)
    return folder / "two.webp"


def exif_without_sense(folder):
    """A resolution of 0/0: not a number."""
    exif = Image.Exif()
    exif[282] = exif[283] = IFDRational(0, 0)
    exif[274] = 99
    path = folder / "exif.jpg"
    Image.open(grey(folder)).save(path, exif=exif)
    return path


@pytest.mark.parametrize(
    "make", [wrong_suffix, one_pixel, very_tall, cmyk, palette, animated, exif_without_sense]
)
def test_odd_pictures_are_coloured(make, tmp_path):
    source, out = make(tmp_path), tmp_path / "out.png"
    assert colorize(source, "-o", out) == 0
    before, after = read_picture(source), read_picture(out)
    assert (after.width, after.height) == (before.width, before.height)


# Hints.


@pytest.mark.parametrize(
    ("hints", "sentence"),
    [
        ("{not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("{}", "not a list"),
        ('[{"x": 1, "y": 2}]', "Hint 1 has no 'rgb'"),
        ('[{"x": 1, "y": NaN, "rgb": [1, 2, 3]}]', "Hint 1 cannot be read: .* not finite"),
        ('[{"x": 1, "y": 2, "rgb": "123"}]', "'123' is not a list"),
        ('[{"x": 1, "y": 2, "z": 2, "rgb": [1, 2, 3]}]', "unknown entry 'z'"),
        ('[{"x": 1, "y": 2, "rgb": [1, 2, 300]}]', "outside 0..255"),
        ('[{"x": 1, "y": 2, "rgb": [1, 2, 3], "radius": 0}]', "radius of 0"),
        ('[{"x": 41, "y": 2, "rgb": [1, 2, 3]}]', "Hint 1 .* outside the picture"),
        ('[{"x": 1e200, "y": 2, "rgb": [1, 2, 3]}]', "outside the picture"),
        ('[{"path": [[1, 2], [1e30, 2]], "rgb": [1, 2, 3]}]', "x 1e.30, .* outside the picture"),
        ('[{"path": [], "rgb": [1, 2, 3]}]', "empty path"),
    ],
)
def test_bad_hints_are_refused(hints, sentence, tmp_path, capsys):
    (tmp_path / "hints.json").write_text(hints)
    out = tmp_path / "out.png"
    told = refused(capsys, grey(tmp_path), "-o", out, "--hints", tmp_path / "hints.json")
    assert re.search(sentence, told)
    assert not out.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_hints_may_have_any_encoding_of_unicode(encoding, tmp_path):
    hints = '[{"x": 1, "y": 2, "rgb": [1, 2, 3]}]'
    (tmp_path / "hints.json").write_text(hints, encoding)
    out = tmp_path / "out.png"
    assert colorize(grey(tmp_path), "-o", out, "--hints", tmp_path / "hints.json") == 0


def test_hints_that_are_not_there_are_refused(tmp_path, capsys):
    told = refused(capsys, grey(tmp_path), "-o", tmp_path / "o.png", "--hints", tmp_path / "none")
    assert "none" in told


def test_hints_that_are_no_text_are_refused(tmp_path, capsys):
    picture = grey(tmp_path)
    assert "JSON" in refused(capsys, picture, "-o", tmp_path / "out.png", "--hints", picture)


def test_hints_for_a_folder_are_refused(tmp_path, capsys):
    grey(tmp_path)
    (tmp_path / "hints.json").write_text("[]")
    words = (tmp_path, "-o", tmp_path / "out", "--hints", tmp_path / "hints.json")
    assert "one picture" in refused(capsys, *words)


def test_a_stroke_may_leave_the_picture(tmp_path):
    hints = [{"path": [[-500, -500], [20, 15], [9000, 40]], "rgb": [200, 30, 30], "radius": 2}]
    (tmp_path / "hints.json").write_text(json.dumps(hints))
    out = tmp_path / "out.png"
    assert colorize(grey(tmp_path), "-o", out, "--hints", tmp_path / "hints.json") == 0


# Options.


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--saturation", "3"], "saturation"),
        (["--saturation", "nan"], "aturation"),
        (["--strength", "-1"], "strength"),
        (["--seed", "-1"], "seed"),
        (["--seed", str(2**63)], "seed"),
        (["--depth", "12"], "depth"),
        (["--device", "abacus"], "device"),
        (["--device", "cuda"], "cuda"),
        (["--reference", "nowhere.png"], "nowhere.png"),
        (["--keep-grey", "nowhere.png"], "nowhere.png"),
    ],
)
def test_bad_options_are_refused(options, sentence, tmp_path, capsys):
    if options[-1] == "cuda":
        torch = pytest.importorskip("torch")
        if torch.cuda.is_available():
            pytest.skip("this machine has CUDA")
    words = ["colorize", str(grey(tmp_path)), "-o", str(tmp_path / "out.png"), *options]
    assert cli.main([*words, "--model", MODEL]) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_a_mask_of_another_size_is_refused(tmp_path, capsys):
    mask = grey(tmp_path, "mask.png", (10, 10))
    told = refused(capsys, grey(tmp_path), "-o", tmp_path / "out.png", "--keep-grey", mask)
    assert "10 × 10" in told


def test_a_reference_without_colour_is_refused(tmp_path, capsys):
    picture = grey(tmp_path)
    told = refused(capsys, picture, "-o", tmp_path / "out.png", "--reference", picture)
    assert "no colours" in told


# Where it should go.


def test_a_kind_that_is_not_written_is_refused(tmp_path, capsys):
    told = refused(capsys, grey(tmp_path), "-o", tmp_path / "out.xyz")
    assert ".png" in told
    assert ".grisaille" in told


def test_a_folder_that_is_not_there_is_refused(tmp_path, capsys):
    assert "no folder" in refused(capsys, grey(tmp_path), "-o", tmp_path / "no" / "out.png")


@pytest.fixture
def nothing_works(monkeypatch):
    """No network may run, no project may be opened."""

    def work(*_, **__):
        raise AssertionError("it went to work")

    monkeypatch.setattr("inference.tasks.run", work)
    monkeypatch.setattr("desktop.document.project.load_project", work)


@pytest.mark.parametrize(
    ("target", "options", "size", "sentence"),
    [
        ("out.jpg", ["--depth", "16"], (40, 30), "cannot have 16 bits, because JPEG has 8 only"),
        ("out.webp", ["--depth", "16"], (40, 30), "cannot have 16 bits, because WebP has 8 only"),
        ("out.webp", [], (20_000, 2), "WebP ends at 16,383 a side"),
        ("out.jpg", [], (70_000, 1), "JPEG ends at 65,535 a side"),
        ("out.grisaille", [], (120_000, 1), "100,000 pixels a side"),
    ],
)
def test_what_no_such_file_can_hold_is_refused_before_any_work(
    target, options, size, sentence, tmp_path, capsys, nothing_works
):
    out = tmp_path / target
    assert sentence in refused(capsys, grey(tmp_path, size=size), "-o", out, *options)
    assert not out.exists()


@pytest.mark.parametrize("out", ["out.png", "out.tif", "out.grisaille"])
@pytest.mark.parametrize("command", [["colorize"], ["stylize", "--style", "starry_night"]])
def test_a_quality_where_nothing_is_lost_is_refused_before_any_work(
    command, out, tmp_path, capsys, nothing_works
):
    words = [*command, str(grey(tmp_path)), "-o", str(tmp_path / out), "--quality", "80"]
    assert cli.main(words) == 2
    said = capsys.readouterr().err
    assert "--quality has no use here" in said
    assert "loses nothing. Leave --quality out." in said
    assert not (tmp_path / out).exists()


@pytest.mark.parametrize("options", [["--depth", "16"], ["--depth", "8"], ["--report"]])
def test_what_a_project_cannot_be_told_is_refused(options, tmp_path, capsys, nothing_works):
    said = refused(capsys, grey(tmp_path), "-o", tmp_path / "out.grisaille", *options)
    assert f"{options[0]} has no use here: Layers" in said


def test_eight_bits_of_a_picture_that_has_no_others_are_no_mistake(tmp_path):
    out = tmp_path / "out.jpg"
    assert colorize(grey(tmp_path), "-o", out, "--depth", "8", "--quality", "80") == 0
    assert out.exists()


def test_in_a_folder_a_quality_is_for_those_that_have_one(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.jpg", "b.png"):
        grey(tmp_path / "in", name)
    assert colorize(tmp_path / "in", "-o", tmp_path / "out", "--quality", "80") == 0
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_in_a_folder_only_what_cannot_hold_it_is_refused(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    grey(tmp_path / "in", "a.jpg")
    grey(tmp_path / "in", "b.png")
    assert colorize(tmp_path / "in", "-o", tmp_path / "out", "--depth", "16") == 2
    assert "a.jpg: “a.jpg” cannot have 16 bits" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.png"]


@pytest.mark.parametrize(
    ("target", "options", "sentence"),
    [
        ("out.jpg", ["--depth", "16"], "JPEG has 8 only"),
        ("out.png", ["--layered"], "cannot hold layers"),
        ("out.ora", ["--depth", "8"], "Layers keep their own depth"),
        ("out.ora", ["--quality", "80"], "OpenRaster loses nothing"),
        ("out.grisaille", ["--depth", "16"], "Layers keep their own depth"),
        ("out.png", ["--quality", "80"], "PNG loses nothing"),
        ("out.tif", ["--layered", "--report"], "not one picture to be compared"),
        ("out.xyz", [], "does not end like a picture"),
        ("in.png", [], "exists already"),
        ("no/out.png", [], "no folder"),
    ],
)
def test_an_impossible_export_is_refused_before_any_work(
    target, options, sentence, tmp_path, capsys, nothing_works
):
    grey(tmp_path)
    words = ["export", str(tmp_path / "p.grisaille"), "-o", str(tmp_path / target), *options]
    assert cli.main(words) == 2
    assert sentence in capsys.readouterr().err


def test_a_picture_into_a_folder_is_refused(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    assert "is a folder" in refused(capsys, grey(tmp_path), "-o", tmp_path / "out")


def test_a_folder_into_a_picture_is_refused(tmp_path, capsys):
    picture = grey(tmp_path)
    assert "OUT is not" in refused(capsys, tmp_path, "-o", picture)
    assert "OUT is not" in refused(capsys, tmp_path, "-o", tmp_path / "new.png")


def test_a_folder_without_pictures_is_refused(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    assert "neither a picture nor a film" in refused(
        capsys, tmp_path / "in", "-o", tmp_path / "out"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("source", "target"), [("in.png", "a" * 300 + ".png"), ("b" * 300, "out.png")]
)
def test_a_name_that_is_too_long_is_refused(source, target, tmp_path, capsys):
    grey(tmp_path)
    assert "too long" in refused(capsys, tmp_path / source, "-o", tmp_path / target)


@pytest.mark.parametrize("name", ["out.png", "out.grisaille"])
def test_a_folder_that_cannot_be_written_to_is_refused(name, tmp_path, capsys):
    told = refused(capsys, grey(tmp_path), "-o", Path("/proc") / name)  # read-only even for root
    assert f"“{name}” cannot be written, because the folder “/proc” takes no files" in told


@pytest.mark.parametrize("name", ["out.png", "out.grisaille"])
def test_a_full_disk_leaves_the_old_file(name, tmp_path, untrained):
    noise = np.random.default_rng(0).integers(0, 256, (400, 400), np.uint8)
    Image.fromarray(noise).save(tmp_path / "in.png")
    out = tmp_path / "out" / name
    out.parent.mkdir()
    out.write_bytes(b"precious")
    words = ["colorize", str(tmp_path / "in.png"), "-o", str(out), "--overwrite", "--model", MODEL]

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *words],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=small_files,
    )
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert out.read_bytes() == b"precious"
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("command", [("colorize",), ("stylize", "--style", "the_scream")])
def test_even_the_usual_quality_has_no_use_where_nothing_is_lost(command, tmp_path, capsys):
    words = [*command, str(grey(tmp_path)), "-o", str(tmp_path / "out.png"), "--quality", "99"]
    assert cli.main(words) == 2
    assert "--quality has no use here: PNG loses nothing." in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()


def test_what_is_so_anyway_may_be_asked_for(tmp_path):
    usual = ("--depth", "own", "--no-report")
    assert colorize(grey(tmp_path), "-o", tmp_path / "out.grisaille", *usual) == 0
