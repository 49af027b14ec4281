"""Bad pictures and bad places: one clear sentence, nothing lost, nothing half-written."""

import contextlib
import math
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from inference.media.headers import png_chunk
from inference.media.picture import WRITABLE, probe, read_picture, write_picture
from inference.values import Picture, Problem

REPOSITORY = Path(__file__).parents[2]


def some_picture(size=(40, 30), dtype=np.uint8) -> Picture:
    rng = np.random.default_rng(5)
    return Picture(rng.integers(0, np.iinfo(dtype).max, (size[1], size[0], 3), dtype=dtype))


def refusal(path) -> str:
    """The sentence that both asking and opening answer with; no more than one, of any path."""
    with pytest.raises(Problem) as caught:
        read_picture(path)
    sentence = caught.value.sentence
    assert sentence.endswith(".")
    assert Path(path).name in sentence
    assert "Traceback" not in str(caught.value)
    return sentence


@contextlib.contextmanager
def ordinary_person():
    """A folder, and no more rights in it than people have: tests may run as root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    root = os.geteuid() == 0
    try:
        if root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


# Reading


def test_missing(tmp_path):
    assert "There is no file" in refusal(tmp_path / "a.png")


def test_folder(tmp_path):
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.webp"])
def test_empty(tmp_path, name):
    (tmp_path / name).touch()
    assert "is empty" in refusal(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    assert "is a pipe" in refusal(tmp_path / "a.png")


@pytest.mark.parametrize("content", [b"Dear sir,\n", b"\0", b"GIF89a" + b"\0" * 50, b"%PDF-1.7"])
def test_something_else_under_a_picture_name(tmp_path, content):
    (tmp_path / "a.jpg").write_bytes(content)
    assert "is not a PNG, JPEG, TIFF or WebP picture" in refusal(tmp_path / "a.jpg")


def test_unreadable():
    with ordinary_person() as folder:
        (folder / "a.png").touch()
        (folder / "a.png").chmod(0)
        assert "may not read it" in refusal(folder / "a.png")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.webp", "raw.tif", "tiles.tif"])
def test_truncated(tmp_path, name, share):
    """A grey rest is never given for a picture."""
    path = tmp_path / name
    picture = some_picture((200, 150))
    if name == "raw.tif":
        tifffile.imwrite(path, picture.pixels, photometric="rgb")
    elif name == "tiles.tif":
        tifffile.imwrite(path, picture.pixels, photometric="rgb", tile=(32, 32), compression="lzw")
    else:
        write_picture(picture, path)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert "damaged or cut off" in refusal(path)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp"])
def test_no_bytes_bring_more_than_a_problem(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    write_picture(some_picture(), path)
    whole = path.read_bytes()
    rng = np.random.default_rng(11)
    for _ in range(150):
        broken = bytearray(whole)
        for place in rng.integers(4, min(len(whole), 600), 3):
            broken[place] = rng.integers(256)
        path.write_bytes(broken)
        with contextlib.suppress(Problem):
            probe(path)
            read_picture(path, memory_limit=1 << 28)


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_thin_pictures_are_pictures(tmp_path, size, suffix):
    write_picture(some_picture(size), tmp_path / f"a{suffix}")
    picture = read_picture(tmp_path / f"a{suffix}")
    assert (picture.width, picture.height) == size


def test_longer_than_webp_can_be_is_refused(tmp_path):
    with pytest.raises(Problem, match="WebP ends at"):
        write_picture(some_picture((1, 20_000)), tmp_path / "a.webp")


def test_exif_full_of_nan(tmp_path):
    """A resolution of 0/0, a focal length that is no number, an orientation of 1e30."""
    nan = struct.pack("<II", 0, 0)
    number = struct.pack("<d", math.nan)
    entries = [(0x0112, 11, 1, struct.pack("<f", 1e30)), (0x011A, 5, 1, struct.pack("<I", 74))]
    entries += [(0x011B, 5, 1, struct.pack("<I", 74)), (0x920A, 12, 1, struct.pack("<I", 82))]
    body = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    block = b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + b"\0" * 4
    block = block.ljust(74, b"\0") + nan + number
    picture = some_picture()
    Image.fromarray(picture.pixels).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + block)
    opened = read_picture(tmp_path / "a.jpg")
    assert opened.pixels.shape == picture.pixels.shape
    assert opened.dpi is None or all(map(math.isfinite, opened.dpi))
    for suffix in WRITABLE:
        write_picture(opened, tmp_path / f"b{suffix}")


@pytest.mark.parametrize("block", [b"II*\0", b"II*\0\xff\xff\xff\xff", b"junk", b"MM\0*\0\0\0\x08"])
def test_broken_exif(tmp_path, block):
    picture = some_picture()
    Image.fromarray(picture.pixels).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + block)
    opened = read_picture(tmp_path / "a.jpg")
    assert opened.pixels.shape == picture.pixels.shape
    for suffix in WRITABLE:
        write_picture(opened, tmp_path / f"b{suffix}")


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_decompression_bomb(tmp_path, suffix):
    """A picture of 600,000 x 600,000 in a few bytes."""
    path, side = tmp_path / f"a{suffix}", 600_000
    if suffix == ".png":
        head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1 << 20))), (b"IEND", b"")]
        data = b"".join(png_chunk(name, content) for name, content in chunks)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    else:
        write_picture(some_picture((side, 1)), path)
        with tifffile.TiffFile(path, mode="r+") as tiff:
            tiff.pages.first.tags["ImageLength"].overwrite(side)
    assert "600,000 × 600,000 pixels: opening it needs" in refusal(path)
    assert probe(path).memory_bytes > 3 * side * side


def test_bomb_inside_of_a_profile(tmp_path):
    """A profile that unpacks to a hundred megabytes is passed over."""
    write_picture(some_picture(), tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    end = data.index(b"iCCP") - 4
    length = struct.unpack(">I", data[end : end + 4])[0]
    bomb = png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(100 << 20)))
    (tmp_path / "a.png").write_bytes(data[:end] + bomb + data[end + 12 + length :])
    with contextlib.suppress(Problem):
        assert read_picture(tmp_path / "a.png").icc is None


@pytest.mark.parametrize("kind", ["signed", "lab"])
def test_tiff_that_is_no_picture_to_us(tmp_path, kind):
    samples = np.zeros((4, 4), np.int16) if kind == "signed" else np.zeros((4, 4, 3), np.uint8)
    photometric = "minisblack" if kind == "signed" else "cielab"
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric=photometric)
    assert "is a TIFF of" in refusal(tmp_path / "a.tif")


# Writing


def test_existing_file_is_kept(tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    with pytest.raises(Problem, match="exists already"):
        write_picture(some_picture(), tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == b"old"


@pytest.mark.parametrize("suffix", WRITABLE)
def test_read_only_folder(suffix):
    with ordinary_person() as folder:
        folder.chmod(0o555)
        with pytest.raises(Problem, match="read-only"):
            write_picture(some_picture(), folder / f"a{suffix}")
        assert not list(folder.iterdir())


_WRITE_LIMITED = """
import resource, sys
import numpy as np
from inference.media.picture import write_picture
from inference.values import Picture, Problem

noise = np.random.default_rng(0).integers(0, 255, (400, 400, 3), dtype=np.uint8)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
try:
    write_picture(Picture(noise), sys.argv[1], overwrite=True)
except Problem as problem:
    print(problem.sentence)
"""


def written_elsewhere(program: str, path: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program, path], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert not run.stderr
    return run.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp"])
@pytest.mark.parametrize("before", [None, b"old"])
def test_file_size_limit(tmp_path, suffix, before):
    path = tmp_path / f"a{suffix}"
    if before:
        path.write_bytes(before)
    assert "larger than a file may be" in written_elsewhere(_WRITE_LIMITED, path)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([before] if before else [])


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 64 KB, where one can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp"])
def test_full_disk(tiny_disk, suffix):
    path = tiny_disk / f"a{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(Problem, match="not enough room"):
        write_picture(some_picture((400, 400)), path, overwrite=True)
    assert [file.read_bytes() for file in tiny_disk.iterdir()] == [b"old"]


_WRITE_INTERRUPTED = """
import sys
import imagecodecs
import numpy as np
from inference.media import writing
from inference.values import Picture

def interrupted(*_):
    yield b"its head"
    raise KeyboardInterrupt

writing.png = interrupted
try:
    writing.write_picture(Picture(np.zeros((9, 9, 3), np.uint8)), sys.argv[1])
except KeyboardInterrupt:
    print("stopped")
"""


def test_interrupted(tmp_path):
    """Ctrl+C when the head of the file is on the disk and the rest is not."""
    assert written_elsewhere(_WRITE_INTERRUPTED, tmp_path / "a.png") == "stopped\n"
    assert not list(tmp_path.iterdir())
