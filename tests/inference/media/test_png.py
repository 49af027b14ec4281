"""The PNG that is written quickly is read by everybody, bit for bit."""

import io

import cv2
import imagecodecs
import numpy as np
import pytest
from PIL import Image

from inference.media.png import png, rows_of


def encoded(samples, metadata=()):
    return b"".join(png(rows_of(samples), samples.shape, samples.dtype, metadata))


def some(height, width, channels, dtype):
    peak = np.iinfo(dtype).max
    return np.random.default_rng(1).integers(0, peak + 1, (height, width, channels), dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (3, 1), (1, 7), (600, 5)])
def test_others_read_the_same_samples(size, channels, dtype):
    samples = some(*size, channels, dtype)
    read = imagecodecs.png_decode(encoded(samples))
    assert read.dtype == dtype
    assert (read.reshape(samples.shape) == samples).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_opencv_reads_it(dtype):
    samples = some(20, 30, 3, dtype)
    read = cv2.imdecode(np.frombuffer(encoded(samples), np.uint8), cv2.IMREAD_UNCHANGED)
    assert (read[..., ::-1] == samples).all()


def test_pillow_reads_it_and_finds_the_metadata():
    picture = Image.open(io.BytesIO(encoded(some(20, 30, 4, np.uint8), [(b"sRGB", b"\0")])))
    picture.load()
    assert (picture.mode, picture.info["srgb"]) == ("RGBA", 0)


def test_samples_in_any_order_of_memory_are_the_same_file():
    samples = some(40, 30, 3, np.uint16)
    assert encoded(np.asfortranarray(samples)) == encoded(samples)


def test_pixels_may_come_in_several_chunks(monkeypatch):
    monkeypatch.setattr("inference.media.png._CHUNK_BYTES", 100)
    samples = some(40, 30, 3, np.uint8)
    data = encoded(samples)
    assert data.count(b"IDAT") > 30
    assert (np.asarray(Image.open(io.BytesIO(data))) == samples).all()


def test_smooth_pictures_shrink():
    ramp = np.broadcast_to(np.arange(512, dtype=np.uint16)[None, :, None] * 100, (512, 512, 4))
    assert len(encoded(ramp)) < ramp.nbytes / 20
