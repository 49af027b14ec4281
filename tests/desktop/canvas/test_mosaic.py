"""Tiles are rendered when they come into view, and again only where the document changed."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from desktop.canvas.mosaic import Mosaic, scale_for
from inference.values import Region

WHOLE = Region(0, 0, 1000, 700)


class Renderer:
    """Columns and rows as colours; remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Region, int]] = []
        self.blue = 0

    def __call__(self, region: Region, scale: int):
        self.asked.append((region, scale))
        x = np.arange(region.x, region.right, scale) % 251
        y = np.arange(region.y, region.bottom, scale) % 241
        pixels = np.empty((len(y), len(x), 4), np.uint8)
        pixels[..., 0], pixels[..., 1], pixels[..., 2] = self.blue, y[:, None], x
        pixels[..., 3] = 255
        return pixels


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def mosaic(renderer) -> Mosaic:
    return Mosaic(renderer, WHOLE.width, WHOLE.height)


def drawn(mosaic: Mosaic) -> QImage:
    image = QImage(WHOLE.width, WHOLE.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(9, 9, 9))
    painter = QPainter(image)
    mosaic.draw(painter)
    painter.end()
    return image


@pytest.mark.parametrize(
    ("zoom", "scale"),
    [(32, 1), (1, 1), (0.9, 1), (0.5, 2), (0.3, 2), (0.25, 4), (0.06, 16)],
)
def test_the_size_of_tiles_follows_the_zoom(zoom, scale):
    assert scale_for(zoom) == scale


def test_every_pixel_comes_where_it_belongs(mosaic, qapp):
    assert mosaic.prepare(WHOLE, 1.0, 10)
    image = drawn(mosaic)
    for x, y in ((0, 0), (255, 255), (256, 256), (999, 699), (700, 3)):
        color = image.pixelColor(x, y)
        assert (color.red(), color.green()) == (x % 251, y % 241)


def test_only_tiles_in_view_are_rendered(mosaic, renderer):
    mosaic.prepare(Region(300, 300, 100, 100), 1.0, 10)
    assert [region for region, _ in renderer.asked] == [Region(256, 256, 256, 256)]


def test_what_was_rendered_is_not_rendered_again(mosaic, renderer):
    mosaic.prepare(Region(0, 0, 600, 300), 1.0, 10)
    asked = len(renderer.asked)
    mosaic.prepare(Region(10, 0, 600, 300), 1.0, 10)
    mosaic.prepare(Region(300, 0, 200, 200), 1.0, 10)
    assert len(renderer.asked) == asked


def test_a_change_renders_only_its_pixels(mosaic, renderer, qapp):
    mosaic.prepare(WHOLE, 1.0, 10)
    renderer.asked.clear()
    renderer.blue = 200
    mosaic.mark(Region(250, 10, 20, 5))
    mosaic.prepare(WHOLE, 1.0, 10)
    asked = {region for region, _ in renderer.asked}
    assert asked == {Region(250, 10, 6, 5), Region(256, 10, 14, 5)}
    image = drawn(mosaic)
    assert [image.pixelColor(x, 12).blue() for x in (249, 250, 269, 270)] == [0, 200, 200, 0]


def test_a_change_is_seen_at_every_size(mosaic, renderer, qapp):
    for zoom in (1.0, 0.25):
        mosaic.prepare(WHOLE, zoom, 10)
    renderer.blue = 200
    mosaic.mark(Region(402, 402, 3, 3))
    mosaic.prepare(WHOLE, 0.25, 10)
    assert renderer.asked[-1] == (Region(400, 400, 8, 8), 4)


def test_without_time_one_tile_comes_at_once_and_the_rest_later(mosaic, renderer):
    assert not mosaic.prepare(WHOLE, 1.0, 0)
    assert len(renderer.asked) == 1
    while not mosaic.prepare(WHOLE, 1.0, 0):
        pass
    assert len(renderer.asked) == 4 * 3


def test_until_new_tiles_are_there_the_former_ones_are_shown(mosaic, qapp):
    mosaic.prepare(WHOLE, 1.0, 10)
    mosaic.prepare(WHOLE, 0.25, 0)
    assert drawn(mosaic).pixelColor(900, 600) != QColor(9, 9, 9)


def test_what_is_out_of_view_can_be_forgotten(mosaic, renderer):
    mosaic.prepare(WHOLE, 1.0, 10)
    mosaic.prepare(Region(0, 0, 100, 100), 1.0, 10)
    mosaic.forget_unseen()
    renderer.asked.clear()
    mosaic.prepare(Region(0, 0, 100, 100), 1.0, 10)
    assert not renderer.asked
    mosaic.prepare(WHOLE, 1.0, 10)
    assert len(renderer.asked) == 4 * 3 - 1


def test_a_change_outside_of_the_document_changes_nothing(mosaic, renderer):
    mosaic.prepare(WHOLE, 1.0, 10)
    renderer.asked.clear()
    mosaic.mark(Region(-50, -50, 20, 20))
    assert mosaic.prepare(WHOLE, 1.0, 10)
    assert not renderer.asked
