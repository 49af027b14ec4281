"""Opening needs no more memory than was said before, and too much is refused before decoding."""

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile

from inference.media.headers import png_chunk
from inference.media.picture import probe, read_picture, write_picture
from inference.values import Picture, Problem

SIDE = 12_000

_MEASURE = """
import json, sys
from pathlib import Path
from inference.media.picture import probe, read_picture

def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])

facts = probe(sys.argv[1])
before = kilobytes("VmRSS")
picture = read_picture(sys.argv[1], memory_limit=facts.memory_bytes)
used = (kilobytes("VmHWM") - before) * 1024
print(json.dumps([facts.memory_bytes, used, picture.pixels.shape, str(picture.pixels.dtype)]))
"""


def opened_elsewhere(path: Path) -> tuple[int, int, list[int], str]:
    """Memory promised and used in a process of its own, shape and type of the pixels."""
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is measured where the system has /proc")
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, path],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(run.stdout)


def large_png(path: Path, channels: int, bits: int) -> None:
    """SIDE x SIDE pixels in a few kilobytes: equal rows."""
    row = b"\0" + np.linspace(0, 255, SIDE * channels * bits // 8).astype(np.uint8).tobytes()
    squeezer, body = zlib.compressobj(1), b""
    body = b"".join(squeezer.compress(row) for _ in range(SIDE)) + squeezer.flush()
    kind = {1: 0, 3: 2}[channels]
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, bits, kind, 0, 0, 0)), (b"IDAT", body)]
    chunks.append((b"IEND", b""))
    data = b"".join(png_chunk(name, content) for name, content in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)


@pytest.mark.slow
@pytest.mark.parametrize(("channels", "bits"), [(1, 8), (1, 16), (3, 8), (3, 16)])
def test_12000_pixels_square_open_within_what_was_said(tmp_path, channels, bits):
    large_png(tmp_path / "a.png", channels, bits)
    promised, used, shape, dtype = opened_elsewhere(tmp_path / "a.png")
    assert (shape, dtype) == ([SIDE, SIDE, channels], f"uint{bits}")
    assert used <= promised < 1.3 * used + (64 << 20)


@pytest.mark.parametrize(
    "kind", ["alpha.png", "a.jpg", "a.webp", "strips.tif", "planes.tif", "ink.tif", "wide.tif"]
)
def test_other_kinds_open_within_what_was_said(tmp_path, kind):
    pixels = np.zeros((3000, 4000, 3), np.uint8)
    pixels[::7] = 200
    path = tmp_path / kind
    if kind == "strips.tif":
        tifffile.imwrite(path, pixels.astype(np.uint16), photometric="rgb", compression="zlib")
    elif kind == "planes.tif":
        stored = np.moveaxis(pixels, -1, 0)
        tifffile.imwrite(path, stored, photometric="rgb", planarconfig="separate")
    elif kind == "ink.tif":
        stored = pixels[..., [0, 1, 2, 2]]
        tifffile.imwrite(path, stored, photometric="separated", compression="lzw")
    elif kind == "wide.tif":
        profile = imagecodecs.cms_profile("adobergb")
        tifffile.imwrite(path, pixels, photometric="rgb", iccprofile=profile)
    else:
        alpha = pixels[..., 0].copy() if kind == "alpha.png" else None
        write_picture(Picture(pixels, alpha), path)
    promised, used, *_ = opened_elsewhere(path)
    assert used <= promised


def test_more_than_the_limit_is_refused_before_decoding(tmp_path, monkeypatch):
    write_picture(Picture(np.zeros((100, 100, 3), np.uint8)), tmp_path / "a.png")
    monkeypatch.delattr(imagecodecs, "png_decode")
    with pytest.raises(Problem, match="100 × 100 pixels: opening it needs"):
        read_picture(tmp_path / "a.png", memory_limit=1000)


def test_just_the_limit_is_opened(tmp_path):
    write_picture(Picture(np.zeros((100, 100, 3), np.uint8)), tmp_path / "a.png")
    needed = probe(tmp_path / "a.png").memory_bytes
    assert read_picture(tmp_path / "a.png", memory_limit=needed).width == 100
    with pytest.raises(Problem):
        read_picture(tmp_path / "a.png", memory_limit=needed - 1)
