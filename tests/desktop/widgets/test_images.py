"""Small pictures of every depth and shape."""

import numpy as np
import pytest

from desktop.widgets.images import image_of, pixmap_of, reduced
from inference.values import Picture


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_images_of_all_kinds(qapp, channels, dtype):
    white = 1.0 if dtype == np.float32 else np.iinfo(dtype).max
    image = image_of(np.full((5, 7, channels), white, dtype))

    assert (image.width(), image.height()) == (7, 5)
    assert image.pixelColor(6, 4).getRgb() == (255, 255, 255, 255)


@pytest.mark.parametrize("shape", [(3000, 10, 3), (10, 3000, 1), (1, 1, 3), (700, 900, 4)])
def test_the_long_side_fits(shape):
    small = reduced(np.zeros(shape, np.uint8), 64)

    assert max(small.shape[:2]) <= 64
    assert min(small.shape[:2]) >= 1
    assert small.shape[2] == shape[2]


def test_a_pixmap_knows_the_scale_of_the_screen(qapp):
    pixmap = pixmap_of(Picture(np.zeros((400, 800, 3), np.uint8)), 40, 2.0)

    assert (pixmap.width(), pixmap.height(), pixmap.devicePixelRatio()) == (80, 40, 2.0)
