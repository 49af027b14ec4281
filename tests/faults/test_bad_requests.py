"""Bad input to the command line: one clear sentence, exit code 2, nothing written, no traceback."""

import json
import re
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from desktop.cli import main as cli
from inference.media.picture import read_picture
from tests.faults.asking import colorize, grey, refused
from tests.untrained import MODEL

pytestmark = pytest.mark.usefixtures("untrained")

ROOT = Path(__file__).parents[2]


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
