"""Before, after, and a preview in the place of what networks have made."""

import numpy as np
import pytest

from desktop.canvas.rendering import made_from, render_after, render_preview, render_without
from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer, RasterLayer, Recipe
from desktop.document.tiles import TiledImage
from inference.values import Picture, Region

ALL = Region(0, 0, 64, 48)


@pytest.fixture(params=[np.uint8, np.uint16])
def document(request) -> Document:
    peak = np.iinfo(request.param).max
    grey = np.full((48, 64, 1), peak * 0.4, request.param)
    document = Document.from_picture(Picture(grey), "grey")
    red = np.zeros((48, 64, 4), request.param)
    red[..., (0, 3)] = peak
    layer = GeneratedLayer(
        name="Colour", image=TiledImage.from_array(red), recipe=Recipe("colorize")
    )
    document.insert(layer, "root", 1)
    return document


def test_after_shows_all_layers(document):
    assert render_after(document)(ALL, 1)[20, 20].tolist() == [0, 0, 255, 255]


def test_before_shows_the_source_alone(document):
    seen = render_without(document, made_from(document))(ALL, 1)
    assert seen[20, 20].tolist() == [102, 102, 102, 255]


@pytest.fixture
def painted(document):
    """A style above the colours, and something painted by hand on top."""
    image = document.empty_image()
    for layer_id, kind in (("style", "stylize"), ("later", "another")):
        made = GeneratedLayer(id=layer_id, image=image.snapshot(), recipe=Recipe(kind))
        document.insert(made, "root", len(document.root.children))
    document.insert(RasterLayer(id="hand", image=image.snapshot()), "root", 4)
    document.layer("later").visible = False
    document.root.children[1].id = "colour"
    return document


@pytest.mark.parametrize(
    ("looked_at", "lacking"),
    [
        ("", {"style", "later"}),
        ("hand", {"style", "later"}),
        ("style", {"style", "later"}),
        ("later", {"style", "later"}),  # it is hidden
        ("colour", {"colour", "style", "later"}),
    ],
)
def test_before_lacks_what_is_looked_at_and_what_was_made_of_it(painted, looked_at, lacking):
    assert made_from(painted, looked_at) == lacking


def test_where_no_made_layer_is_seen_before_is_as_after(painted):
    for layer_id in ("colour", "style"):
        painted.layer(layer_id).visible = False
    assert not made_from(painted)


def test_a_full_preview_is_shown_as_it_is(document):
    green = np.zeros((48, 64, 3), np.uint8)
    green[..., 1] = 200
    seen = render_preview(document, Picture(green))(ALL, 1)
    assert seen[20, 20].tolist() == [0, 200, 0, 255]


def test_a_small_preview_gives_colour_and_the_document_lightness(document):
    blue = np.full((6, 8, 3), (40, 60, 160), np.uint8)
    pixel = render_preview(document, Picture(blue))(ALL, 1)[20, 20].astype(int)
    luma = pixel[0] * 0.114 + pixel[1] * 0.587 + pixel[2] * 0.299
    assert luma == pytest.approx(102, abs=2)
    assert pixel[0] > pixel[2] + 50


def test_a_preview_lies_over_the_document_without_a_shift(document):
    halves = np.zeros((48, 64, 3), np.uint8)
    halves[:, 32:] = 255
    seen = render_preview(document, Picture(halves))
    right = seen(Region(32, 0, 32, 48), 1)
    left = seen(Region(0, 0, 32, 48), 1)
    assert (left[..., :3] == 0).all()
    assert (right[..., :3] == 255).all()


def test_a_reduced_region_has_rounded_up_size(document):
    assert render_after(document)(Region(0, 0, 64, 45), 4).shape == (12, 16, 4)
