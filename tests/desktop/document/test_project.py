"""Projects come back as they were saved, and are what other programs expect."""

import io
import json
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.document.layers import RasterLayer
from desktop.document.project import load_project, read_project, save_project, thumbnail
from desktop.document.tiles import TiledImage
from inference.values import Picture, Problem
from tests.desktop.conftest import noise


@pytest.fixture
def saved(rich, tmp_path):
    path = tmp_path / "work.grisaille"
    save_project(rich, path)
    return path


def test_everything_comes_back_exactly(rich, saved, state):
    again = load_project(saved)
    assert state(again) == state(rich)
    assert (again.icc, again.dpi, again.exif, again.xmp) == (
        rich.icc,
        rich.dpi,
        rich.exif,
        rich.xmp,
    )
    assert again.references == rich.references
    assert again.grey == rich.grey


def test_the_same_work_gives_the_same_bytes(rich, saved, tmp_path):
    save_project(load_project(saved), tmp_path / "again.grisaille")
    assert saved.read_bytes() == (tmp_path / "again.grisaille").read_bytes()


def test_the_mimetype_comes_first_and_is_stored(saved):
    with zipfile.ZipFile(saved) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read(first) == b"image/openraster"
    assert saved.read_bytes()[30:54] == b"mimetypeimage/openraster"


def test_the_stack_lists_the_topmost_layer_first(saved):
    with zipfile.ZipFile(saved) as archive:
        image = ET.fromstring(archive.read("stack.xml"))
    assert (image.tag, image.get("w"), image.get("h")) == ("image", "300", "280")
    assert (image.get("xres"), image.get("yres")) == ("300", "300")
    (root,) = image
    group, photo = root  # hints have no pixels
    assert (root.attrib, photo.get("name")) == ({}, "Photograph <&> “ä”")
    assert dict(group.attrib) == {
        "name": "Group", "opacity": "0.9", "visibility": "hidden", "edit-locked": "true",
        "composite-op": "svg:soft-light", "isolation": "isolate",
    }  # fmt: skip
    colors = group[0]
    assert (colors.get("composite-op"), colors.get("opacity")) == ("svg:color", "0.4")
    assert (colors.get("x"), colors.get("y")) == ("256", "256")


def test_pictures_are_what_the_specification_wants(rich, saved):
    with zipfile.ZipFile(saved) as archive:
        for name in archive.namelist():
            if name.endswith(".png"):
                start = archive.read(name)[:48]
                assert start[28] == 0  # not interlaced
                assert start[37:41] == b"iCCP" or name.startswith("references/")
        data = [n for n in archive.namelist() if n.startswith("data/") or n == "mergedimage.png"]
        assert {archive.read(n)[24] for n in data} == {rich.depth}
        merged = Image.open(io.BytesIO(archive.read("mergedimage.png")))
        small = Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png")))
    assert (merged.size, merged.mode) == ((300, 280), "RGBA")
    if rich.depth == 8:
        assert (np.asarray(merged) == composite(rich, rich.bounds)).all()
    assert (small.size, small.mode) == ((256, 239), "RGBA")


@pytest.mark.parametrize("size", [(1, 1), (100, 40), (256, 256), (300, 1), (5000, 30)])
def test_thumbnails_fit_and_are_not_enlarged(size):
    small = thumbnail(Document(*size))
    assert max(small.shape[:2]) == min(256, max(size))


def test_what_a_mask_hides_is_hidden_in_the_merged_picture_and_kept_in_the_layer(tmp_path):
    document = Document.from_picture(Picture(np.full((4, 4, 3), 90, np.uint8)), "Photo")
    document.root.children[0].mask = TiledImage(4, 4, 1, np.uint8)
    save_project(document, tmp_path / "a.grisaille")
    with zipfile.ZipFile(tmp_path / "a.grisaille") as archive:
        merged = np.asarray(Image.open(io.BytesIO(archive.read("mergedimage.png"))))
        own = np.asarray(Image.open(io.BytesIO(archive.read("data/2.png"))))
    assert not merged.any()
    assert (own == (90, 90, 90, 255)).all()


def test_references_that_nobody_names_are_left_out(rich, tmp_path):
    unused = rich.add_reference(Picture(np.zeros((5, 5, 3), np.uint8)))
    named = rich.add_reference(Picture(np.ones((5, 5, 3), np.uint8)))
    layer = rich.layer("colors")
    layer.recipe = replace(layer.recipe, settings={"styles": [[named, 1.0]]})
    save_project(rich, tmp_path / "a.grisaille")
    again = load_project(tmp_path / "a.grisaille").references
    assert named in again
    assert unused not in again
    assert len(again) == 2


def test_the_regions_of_styles_are_masks_of_8_bits(rich, tmp_path):
    mask = noise(np.uint8, 6, channels=1)
    rich.layer("colors").recipe = with_regions(rich, TiledImage.from_array(mask), None)
    save_project(rich, tmp_path / "a.grisaille")
    recipe = load_project(tmp_path / "a.grisaille").layer("colors").recipe
    place, elsewhere = recipe.regions
    assert elsewhere is None
    assert np.array_equal(place.read(place.bounds), mask)
    assert replace(recipe, regions=()) == replace(rich.layer("colors").recipe, regions=())
    with zipfile.ZipFile(tmp_path / "a.grisaille") as archive:
        layers = json.loads(archive.read("grisaille.json"))["layers"]
        told = layers[-1]["children"][-1]["regions"]
        kept = Image.open(io.BytesIO(archive.read(told[0]["member"])))
    assert told[1] is None
    assert told[0]["member"].startswith("masks/")
    assert (kept.mode, kept.size) == ("L", (300, 280))


def test_a_region_of_another_depth_is_refused(rich, tmp_path):
    deep = TiledImage.from_array(noise(np.uint16, 6, channels=1))
    rich.layer("colors").recipe = with_regions(rich, deep)
    save_project(rich, tmp_path / "a.grisaille")
    with pytest.raises(Problem, match="place of a style has another depth"):
        load_project(tmp_path / "a.grisaille")


def with_regions(document, *regions):
    return replace(document.layer("colors").recipe, regions=regions)


def test_a_snapshot_can_be_saved_while_work_goes_on(rich, tmp_path, state):
    before, snapshot = state(rich), rich.snapshot()
    rich.remove("group")
    save_project(snapshot, tmp_path / "a.grisaille")
    assert state(load_project(tmp_path / "a.grisaille")) == before


def test_an_existing_file_is_kept_unless_it_may_be_replaced(saved):
    before = saved.read_bytes()
    with pytest.raises(Problem, match="exists already"):
        save_project(Document(4, 4), saved, overwrite=False)
    assert saved.read_bytes() == before


def test_an_unknown_blend_mode_becomes_normal_with_a_note(saved, tmp_path):
    changed = tmp_path / "changed.grisaille"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "grisaille.json":
                data = data.replace(b"svg:color", b"future:glow")
            new.writestr(name, data)
    report = read_project(changed)
    assert report.document.layer("colors").blend.label == "Normal"
    (note,) = report.notes
    assert "future:glow" in note


def test_the_description_is_for_people_too(saved):
    with zipfile.ZipFile(saved) as archive:
        described = json.loads(archive.read("grisaille.json"))
    assert described["format"] == 1
    assert described["layers"][1]["points"][0] == {
        "x": 1.5,
        "y": 2.25,
        "rgb": [200, 30, 30],
        "radius": 3.0,
    }
    recipe = described["layers"][2]["children"][1]["recipe"]
    assert (recipe["model"], recipe["sha256"], recipe["seed"]) == ("colorizer", "ab" * 32, 7)
    assert recipe["settings"] == {"saturation": 1.25}


def test_large_empty_layers_take_little_room(tmp_path):
    document = Document(3000, 3000)
    document.root.children.append(RasterLayer(image=document.empty_image()))
    save_project(document, tmp_path / "a.grisaille")
    assert not load_project(tmp_path / "a.grisaille").root.children[0].image.tiles
