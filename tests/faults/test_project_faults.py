"""Project files that are broken, newer or made to do harm: one sentence, and the file untouched."""

import io
import json
import os
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from desktop.document.archive import MOST_MEMBERS
from desktop.document.document import Document
from desktop.document.layers import HintLayer
from desktop.document.project import load_project, save_project
from inference.values import Hint, Hints, Picture, Problem

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def good(tmp_path):
    """A small project, and the bytes of it."""
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    document = Document.from_picture(Picture(pixels), "Photo")
    document.root.children.append(HintLayer(hints=Hints((Hint(((1.0, 2.0),), (1, 2, 3)),))))
    save_project(document, tmp_path / "work.grisaille")
    return tmp_path / "work.grisaille"


def rewritten(path, change):
    """The same project with its members, name by name, as `change` gives them back."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def described(path, change):
    """The same project with its grisaille.json changed."""

    def edit(members):
        data = json.loads(members["grisaille.json"])
        change(data)
        members["grisaille.json"] = json.dumps(data).encode()

    return rewritten(path, edit)


def refusal(path, *, untouched=True, **options):
    """Loading is refused in one sentence about this file, which stays as it is."""
    before = path.read_bytes() if untouched else b""
    with pytest.raises(Problem) as caught:
        load_project(path, **options)
    if untouched:
        assert path.read_bytes() == before
    problem = caught.value
    assert path.name in problem.sentence
    assert problem.sentence.count(". ") == 0
    assert problem.sentence.endswith(".")
    assert problem.remedy.endswith(".")
    return problem.sentence


def test_no_file(tmp_path):
    assert "no file" in refusal(tmp_path / "none.grisaille", untouched=False)


def test_a_folder(tmp_path):
    (tmp_path / "dir.grisaille").mkdir()
    assert "cannot be read" in refusal(tmp_path / "dir.grisaille", untouched=False)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" * 9])
def test_no_whole_zip(tmp_path, content):
    (tmp_path / "a.grisaille").write_bytes(content)
    assert "is damaged: it is no complete zip file" in refusal(tmp_path / "a.grisaille")


@pytest.mark.parametrize("content", [b"x", b"not a zip", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7 " * 99])
def test_no_zip_at_all(tmp_path, content):
    (tmp_path / "a.grisaille").write_bytes(content)
    assert refusal(tmp_path / "a.grisaille") == "“a.grisaille” is not a Grisaille project."


@pytest.mark.parametrize("part", [0.01, 0.3, 0.7, 0.999])
def test_cut_off(good, part):
    data = good.read_bytes()
    good.write_bytes(data[: int(len(data) * part)])
    assert "no complete zip file" in refusal(good)


def test_every_single_damaged_byte_is_a_sentence_or_harmless(good):
    """A bit may flip anywhere; nothing but Problem comes out, and never other pixels."""
    data = good.read_bytes()
    whole = load_project(good).flatten().pixels
    for at in np.random.default_rng(1).integers(0, len(data), 300):
        damaged = bytearray(data)
        damaged[at] ^= 0x55
        good.write_bytes(damaged)
        try:
            document = load_project(good)
        except Problem:
            continue
        same = document.flatten().pixels
        assert same.shape == whole.shape
        assert (same == whole).all(), at


def test_another_kind_of_zip(good):
    sentence = refusal(
        rewritten(good, lambda members: members.update(mimetype=b"application/epub"))
    )
    assert "is not a Grisaille project" in sentence


def test_a_newer_format(good):
    sentence = refusal(described(good, lambda data: data.update(format=2, layers="other")))
    assert "newer Grisaille (format 2, this one reads 1)" in sentence


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "a/../../b", "C:evil", "a\\b", "a//b", "./a", "a\nb", "x" * 300],
)
def test_names_that_lead_elsewhere(good, name):
    assert "part with the name" in refusal(rewritten(good, lambda m: m.update({name: b"x"})))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name(good):
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("grisaille.json", b"{}")
    assert "two parts named grisaille.json" in refusal(good)


def test_too_many_parts(good):
    many = {f"n/{i}": b"" for i in range(MOST_MEMBERS + 1)}
    assert "parts" in refusal(rewritten(good, lambda members: members.update(many)))


def test_an_encrypted_part(good):
    data = good.read_bytes()
    at = data.index(b"PK\x01\x02")
    flags = struct.unpack_from("<H", data, at + 8)[0] | 1
    good.write_bytes(data[: at + 8] + struct.pack("<H", flags) + data[at + 10 :])
    assert "encrypted" in refusal(good)


def test_packed_in_another_way(good):
    with zipfile.ZipFile(good, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("other", b"x" * 100)
    assert "does not allow" in refusal(good)


def test_a_bomb_of_text(good):
    def blow_up(members):
        members["grisaille.json"] = b" " * (65 << 20)

    assert "bytes" in refusal(rewritten(good, blow_up))


def test_a_part_that_lies_about_its_size(good):
    """More bytes declared than deflate could ever make of what is there."""
    data = good.read_bytes()
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"mergedimage.png"))
    lying = data[: at + 24] + struct.pack("<I", 0xFFFFFFF0) + data[at + 28 :]
    good.write_bytes(lying)
    assert "lies about its size" in refusal(good, memory_limit=1 << 40)


def test_parts_that_overlap(good):
    """Many entries of the directory that share one packed block, as zip bombs do."""
    data = io.BytesIO(good.read_bytes())
    with zipfile.ZipFile(data, "a") as archive:
        info = archive.getinfo("mergedimage.png")
        for number in range(20):
            twin = zipfile.ZipInfo(f"n/{number}")
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(twin, name, getattr(info, name))
            archive.filelist.append(twin)
        archive._didModify = True
    good.write_bytes(data.getvalue())
    assert "overlap" in refusal(good)


def png_of(width, height):
    """A PNG that says it has a size, and holds next to nothing."""

    def chunk(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    packed = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def bombed(members):
    (name,) = [name for name in members if name.startswith("data/")]
    members[name] = png_of(90_000, 90_000)


def test_a_picture_that_would_fill_the_memory(good):
    sentence = refusal(rewritten(good, bombed), memory_limit=8 << 30)
    assert "97.2 GB of memory" in sentence


def test_a_picture_larger_than_any(good):
    sentence = refusal(rewritten(good, lambda m: m.update({"data/1.png": png_of(2_000_000, 5)})))
    assert "2,000,000 x 5 pixels" in sentence


def test_a_picture_of_another_size_than_its_document(good):
    assert "size and kind" in refusal(described(good, lambda data: data.update(width=20)))


def test_a_picture_that_ends_too_early(good):
    assert "cannot be decoded" in refusal(
        rewritten(good, lambda m: m.update({"data/1.png": png_of(50, 40)}))
    )


def test_one_picture_used_so_often_that_memory_fills(good):
    def repeat(data):
        data["layers"] = [{**data["layers"][0], "id": f"n{i}"} for i in range(3000)]

    assert "of memory" in refusal(described(good, repeat), memory_limit=10 << 20)


def test_groups_within_groups_without_end(good):
    def nest(data):
        for number in range(70):
            group = {"kind": "group", "id": f"g{number}", "name": "", "children": data["layers"]}
            data["layers"] = [group]

    assert "64 deep" in refusal(described(good, nest))


def test_json_without_end(good):
    deep = b'{"format": 1, "layers": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert "cannot be understood" in refusal(
        rewritten(good, lambda members: members.update({"grisaille.json": deep}))
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("format"),
        lambda d: d.update(format=0),
        lambda d: d.update(format="1"),
        lambda d: d.update(width=0),
        lambda d: d.update(height=10**9),
        lambda d: d.update(depth=12),
        lambda d: d.update(layers={}),
        lambda d: d["layers"][0].update(kind="film"),
        lambda d: d["layers"][0].update(opacity=1.5),
        lambda d: d["layers"][0].update(id="../x"),
        lambda d: d["layers"][0].pop("pixels"),
        lambda d: d["layers"][0]["pixels"].update(member="data/none.png"),
        lambda d: d["layers"][0]["pixels"].update(member="stack.xml"),
        lambda d: d["layers"][0]["pixels"].update(x=-5),
        lambda d: d["layers"][0]["pixels"].update(x=10**30),
        lambda d: d["layers"][0]["pixels"].update(fill=[0]),
        lambda d: d["layers"][0]["pixels"].update(fill=[0, 0, 0, 300]),
        lambda d: d["layers"][0]["pixels"].update(depth=16),
        lambda d: d["layers"][1].update(id=d["layers"][0]["id"]),
        lambda d: d["layers"][1].update(id="root"),
        lambda d: d["layers"][1].update(points=[{"x": 1}]),
        lambda d: d["layers"][1].update(points=[{"x": "a", "y": 2, "rgb": [1, 2, 3]}]),
        lambda d: d.update(icc="metadata/none"),
        lambda d: d.update(references={"a.png": "none"}),
    ],
)
def test_descriptions_that_make_no_sense(good, change):
    refusal(described(good, change))


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"null"])
def test_descriptions_that_are_none(good, content):
    refusal(rewritten(good, lambda members: members.update({"grisaille.json": content})))


def test_a_file_nobody_may_read(good):
    if os.geteuid() == 0:
        pytest.skip("the superuser may read everything")
    good.chmod(0)
    assert "cannot be read" in refusal(good, untouched=False)


# Saving where it cannot work: the old work stays whole.

SAVE = """
import resource, sys
sys.path.insert(0, ".")
import numpy as np
from desktop.document.document import Document
from desktop.document.project import save_project
from inference.values import Picture, Problem
noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8)
document = Document.from_picture(Picture(noise), "Photo")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    save_project(document, sys.argv[1])
except Problem as problem:
    print(problem.sentence)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs limits of file size")
def test_a_full_disk_while_saving(good):
    before = good.read_bytes()
    child = [
        sys.executable,
        "-c",
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)" + SAVE,
        good,
    ]
    done = subprocess.run(child, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "work.grisaille" in done.stdout
    assert good.read_bytes() == before
    assert list(good.parent.iterdir()) == [good]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(Problem, match="no folder"):
        save_project(Document(4, 4), tmp_path / "none" / "a.grisaille")


def test_an_error_in_the_middle_of_a_save(good, monkeypatch):
    before = good.read_bytes()
    monkeypatch.setattr("desktop.document.project.write_views", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_project(Document(4, 4), good)
    assert good.read_bytes() == before
    assert list(good.parent.iterdir()) == [good]
