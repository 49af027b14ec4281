"""The tree, what it says when it changes, and what it gives out."""

import numpy as np
import pytest

from desktop.document.document import REFERENCE_PX, Document
from desktop.document.layers import (
    BlendMode,
    GeneratedLayer,
    GroupLayer,
    HintLayer,
    RasterLayer,
    Recipe,
)
from desktop.document.tiles import TiledImage
from inference.values import Hint, Hints, Picture, Region


def picture(dtype=np.uint8, channels=3, height=30, width=20, **more):
    peak = 1 if dtype == np.float32 else np.iinfo(dtype).max
    pixels = (np.random.default_rng(0).random((height, width, channels)) * peak).astype(dtype)
    return Picture(pixels, **more)


@pytest.fixture
def document():
    return Document.from_picture(picture(), "Photo")


@pytest.fixture
def heard(document):
    """All that a document says, in order."""
    said = []
    for name in ("pixels", "layers", "layer", "hints", "selection"):
        signal = getattr(document, f"{name}_changed")
        signal.connect(_note(said, name), check_nargs=False)
    document.resized.connect(_note(said, "resized"), check_nargs=False)
    document.heard = said
    return said


def _note(said, name):
    return lambda *values: said.append((name, *values))


def layer_of(document, **attributes):
    return RasterLayer(image=document.empty_image(), **attributes)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_goes_in_and_out_unchanged(dtype, channels):
    alpha = picture(dtype, 1).pixels[..., 0]
    given = picture(dtype, channels, icc=b"i", dpi=(72, 73), exif=b"e", xmp=b"x")
    for source in (given, Picture(given.pixels, np.maximum(alpha, 1), given.icc)):
        out = Document.from_picture(source, "Photo").flatten()
        assert out.pixels.dtype == dtype
        assert (out.pixels == source.pixels).all()
        assert (out.alpha is None) == (source.alpha is None)
        assert source.alpha is None or (out.alpha == source.alpha).all()
        assert (out.icc, out.dpi, out.exif, out.xmp) == (
            source.icc,
            source.dpi,
            source.exif,
            source.xmp,
        )


def test_a_float_picture_becomes_16_bits():
    assert Document.from_picture(picture(np.float32), "Photo").depth == 16


def test_other_depths_are_refused():
    with pytest.raises(ValueError, match="uint8 or uint16"):
        Document(4, 4, np.float32)


def test_a_grey_document_has_colour_once_it_is_coloured():
    document = Document.from_picture(picture(channels=1), "Photo")
    assert document.flatten().grey
    red = layer_of(document)
    red.image.write(Region(3, 3, 1, 1), np.array([[[255, 0, 0, 255]]], np.uint8))
    document.insert(red, document.root.id, 1)
    assert not document.flatten().grey
    assert document.layer_picture(document.root.children[0].id).grey


def test_a_layer_alone_is_seen_without_mask_and_opacity(document):
    photo = document.root.children[0]
    photo.opacity, photo.blend, photo.mask = (
        0.5,
        BlendMode.MULTIPLY,
        TiledImage(20, 30, 1, np.uint8),
    )
    assert (document.layer_picture(photo.id).pixels == picture().pixels).all()


def test_a_layer_without_pixels_gives_no_picture(document):
    document.insert(HintLayer(id="h"), "root", 0)
    with pytest.raises(TypeError):
        document.layer_picture("h")


def test_walks_from_bottom_to_top_and_into_groups(document):
    inner = GroupLayer(id="inner", children=[layer_of(document, id="a")])
    document.insert(GroupLayer(id="outer", children=[inner, layer_of(document, id="b")]), "root", 1)
    photo = document.root.children[0].id
    assert [layer.id for layer in document.walk()] == [photo, "a", "inner", "b", "outer"]
    assert document.parent("a").id == "inner"
    assert document.index("b") == 1


@pytest.mark.parametrize("ask", ["layer", "parent", "index", "remove"])
def test_unknown_layers_are_key_errors(document, ask):
    with pytest.raises(KeyError):
        getattr(document, ask)("nobody")


def test_locks_of_groups_hold_for_what_is_inside(document):
    document.insert(
        GroupLayer(id="g", locked=True, children=[layer_of(document, id="a")]), "root", 0
    )
    assert document.is_locked("a")
    assert not document.is_locked(document.root.children[1].id)


def test_inserting_and_removing_say_so(document, heard):
    layer = layer_of(document, id="a")
    layer.image.write(Region(0, 0, 1, 1), np.ones((1, 1, 4), np.uint8))
    document.insert(layer, "root", 1)
    assert heard == [("layers",), ("pixels", Region(0, 0, 20, 30))]
    assert document.remove("a") is layer
    assert heard[2:] == heard[:2]


def test_an_empty_layer_changes_no_pixel(document, heard):
    document.insert(layer_of(document), "root", 1)
    assert heard == [("layers",)]


def test_a_group_does_not_go_into_itself(document):
    inner = GroupLayer(id="inner")
    document.insert(GroupLayer(id="outer", children=[inner]), "root", 0)
    with pytest.raises(ValueError, match="into itself"):
        document.move("outer", "inner", 0)


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("name", "New", False),
        ("locked", True, False),
        ("visible", False, True),
        ("opacity", 0.5, True),
        ("blend", BlendMode.SCREEN, True),
    ],
)
def test_attributes_say_whether_pixels_look_different(document, heard, name, value, seen):
    layer = document.root.children[0]
    document.set_attribute(layer.id, name, value)
    assert getattr(layer, name) == value
    assert heard == [("layer", layer.id)] + [("pixels", document.bounds)] * seen


def test_there_are_no_other_attributes(document):
    with pytest.raises(ValueError, match="no attribute"):
        document.set_attribute(document.root.children[0].id, "image", None)


def test_writing_says_exactly_where(document, heard):
    layer = document.root.children[0].id
    document.write(layer, Region(-2, 3, 5, 4), np.zeros((4, 5, 4), np.uint8))
    assert heard == [("pixels", Region(0, 3, 3, 4))]


def test_restoring_says_where_and_nothing_if_nothing(document, heard):
    layer = document.root.children[0]
    before = layer.image.snapshot()
    document.restore(layer.id, before)
    assert heard == []
    document.write(layer.id, Region(0, 0, 1, 1), np.zeros((1, 1, 4), np.uint8))
    document.restore(layer.id, before)
    assert heard[1:] == [("pixels", document.bounds)]


def test_masks_are_written_like_images(document):
    layer = document.root.children[0]
    with pytest.raises(TypeError, match="no mask"):
        document.write(layer.id, Region(0, 0, 1, 1), np.zeros((1, 1, 1), np.uint8), "mask")
    document.set_attribute(layer.id, "mask", document.empty_mask())
    document.write(layer.id, Region(0, 0, 1, 1), np.zeros((1, 1, 1), np.uint8), "mask")
    assert document.flatten().alpha[0, :2].tolist() == [0, 255]


def test_hints_and_selection_say_so(document, heard):
    document.root.children.append(HintLayer(id="h"))
    document.set_hints("h", Hints((Hint(((1, 2),), (1, 2, 3)),)))
    document.set_selection(None)
    assert heard == [("hints", "h"), ("selection",)]
    with pytest.raises(TypeError):
        document.set_hints(document.root.children[0].id, Hints())


def test_another_canvas_moves_everything(document, heard):
    hints = Hints((Hint(((5, 6),), (1, 2, 3)),), np.arange(600, dtype=np.uint8).reshape(30, 20))
    document.root.children.append(HintLayer(id="h", hints=hints))
    document.resize_canvas(Region(2, -1, 10, 12))
    assert (document.width, document.height) == (10, 12)
    out = document.flatten()
    assert (out.pixels[1:] == picture().pixels[:11, 2:12]).all()
    assert not out.alpha[0].any()
    moved = document.layer("h").hints
    assert (moved.points[0].x, moved.points[0].y) == (3, 7)
    assert (moved.keep_grey[1:] == hints.keep_grey[:11, 2:12]).all()
    assert ("resized",) in heard
    assert heard[-1] == ("pixels", document.bounds)


def test_the_regions_of_styles_move_along(document):
    mask = np.arange(600, dtype=np.uint16).reshape(30, 20, 1).astype(np.uint8)
    recipe = Recipe("stylize", regions=(None, TiledImage.from_array(mask)))
    layer = GeneratedLayer(id="s", image=document.empty_image(), recipe=recipe)
    document.root.children.append(layer)
    document.resize_canvas(Region(2, -1, 10, 12))
    elsewhere, moved = layer.recipe.regions
    assert elsewhere is None
    assert not moved.read(moved.bounds)[0].any()
    assert (moved.read(moved.bounds)[1:] == mask[:11, 2:12]).all()


def test_hints_outside_of_what_is_left_go():
    document = Document(40, 30)
    inside, outside = Hint(((5.0, 5.0),), (1, 2, 3)), Hint(((30.0, 5.0),), (1, 2, 3))
    across = Hint(((15.0, 5.0), (30.0, 5.0)), (1, 2, 3))
    document.root.children = [HintLayer(id="h", hints=Hints((inside, outside, across)))]
    document.resize_canvas(Region(0, 0, 20, 20))
    assert document.layer("h").hints.points == (inside, across)


def test_a_snapshot_is_independent(rich, state):
    before = state(rich)
    snapshot = rich.snapshot()
    rich.write(rich.root.children[0].id, Region(0, 0, 9, 9), np.zeros((9, 9, 4), rich.dtype))
    rich.set_attribute("group", "name", "other")
    rich.remove("colors")
    assert state(snapshot) == before


def test_references_are_kept_once_and_small(document):
    large = picture(np.uint16, 3, height=30, width=2000)
    name = document.add_reference(large)
    assert document.add_reference(large) == name
    kept = document.reference(name)
    assert (kept.width, kept.height) == (REFERENCE_PX, 15)
    assert kept.pixels.dtype == np.uint8
    grey = picture(channels=1)
    assert (document.reference(document.add_reference(grey)).pixels == grey.pixels).all()
