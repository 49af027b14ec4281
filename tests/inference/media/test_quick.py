"""Quick frames look like the exact ones, in every kind of file."""

import numpy as np
import pytest

from inference.media.film import open_film, probe_film
from inference.media.picture import write_picture
from inference.media.quick import bgra, quick_bgra
from inference.values import Picture
from tests import filmed

KINDS = {
    "8 bit": {},
    "full range": {"pixels": "yuvj420p", "colors": (2, 1, 1, 1)},
    "10 bit": {"pixels": "yuv420p10le"},
    "4:4:4": {"pixels": "yuv444p"},
    "grey": {"codec": "ffv1", "pixels": "gray"},
    "turned": {"rotation": 90},
    "BT.601": {"colors": (1, 5, 5, 6)},
}


def tinted(number, width, height):
    """Soft colours: at hard edges of colour the two differ on purpose."""
    grey = filmed.frame(number, width, height).astype(float)
    ramp = np.linspace(0.7, 1.0, width)[None, :, None]
    return np.clip(grey * (1.0, 0.8, 0.6) * ramp, 0, 255).astype(np.uint8)


def first_frame(path):
    reader = open_film(probe_film(path))
    try:
        return next(reader.frames())
    finally:
        reader.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [1, 2])
def test_they_look_alike(tmp_path, kind, scale):
    suffix = ".mkv" if kind == "grey" else ".mp4"
    frame = first_frame(
        filmed.make_clip(tmp_path / f"clip{suffix}", (0, 512), picture=tinted, **KINDS[kind])
    )
    quick, exact = quick_bgra(frame, scale), bgra(frame.picture(), scale)
    assert quick.shape == exact.shape
    assert quick.dtype == np.uint8
    assert np.abs(quick[..., :3].astype(int) - exact[..., :3]).mean() < 2.5


def test_numbered_pictures(tmp_path):
    pixels = filmed.frame(0).astype(np.uint16) * 257
    write_picture(Picture(pixels), tmp_path / "a_1.png")
    write_picture(Picture(pixels), tmp_path / "a_2.png")
    quick = quick_bgra(first_frame(tmp_path / "a_%d.png"))
    assert np.array_equal(quick[..., 2::-1], filmed.frame(0))
