"""Documents leave for other programs."""

import zipfile

import numpy as np
import pytest
import tifffile

from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.document.export import export_document
from desktop.document.project import load_project
from inference.media.picture import read_picture
from inference.values import Picture, Problem


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_flat_picture_is_what_is_seen(rich, tmp_path, suffix):
    export_document(rich, tmp_path / f"out{suffix}")
    out, seen = read_picture(tmp_path / f"out{suffix}"), composite(rich, rich.bounds)
    assert out.pixels.dtype == rich.dtype
    assert (out.pixels == seen[..., :3]).all()


def test_grey_16_bits_stay_grey_16_bits(tmp_path):
    scan = Picture(np.arange(600, dtype=np.uint16).reshape(20, 30, 1) * 109)
    export_document(Document.from_picture(scan, "Scan"), tmp_path / "out.png")
    assert (read_picture(tmp_path / "out.png").pixels == scan.pixels).all()


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_lossy_formats_take_a_quality(rich, tmp_path, suffix):
    for quality in (30, 95):
        export_document(rich, tmp_path / f"{quality}{suffix}", quality=quality)
    low, high = ((tmp_path / f"{q}{suffix}").stat().st_size for q in (30, 95))
    assert low < high


def test_layers_for_other_programs_look_the_same_without_masks(rich, tmp_path):
    rich.set_attribute("group", "visible", True)
    before = composite(rich, rich.bounds).astype(int)
    export_document(rich, tmp_path / "out.ora")
    with zipfile.ZipFile(tmp_path / "out.ora") as archive:
        names = archive.namelist()
    assert "grisaille.json" not in names
    assert not [name for name in names if name.startswith(("masks/", "hints/"))]
    again = load_project(tmp_path / "out.ora")
    assert np.abs(composite(again, again.bounds) - before).max() <= 1
    assert rich.layer("colors").mask is not None


def test_a_tiff_has_a_page_for_each_layer(rich, tmp_path):
    rich.layer("group").mask = None
    rich.layer("colors").mask = None
    export_document(rich, tmp_path / "out.tif", layered=True)
    with tifffile.TiffFile(tmp_path / "out.tif") as tiff:
        names = [page.tags["PageName"].value for page in tiff.pages]
        assert [page.shape for page in tiff.pages] == [(280, 300, 4)] * 3
        assert tiff.pages[0].tags["ExtraSamples"].value == (2,)
        assert all(page.iccprofile for page in tiff.pages)
        photo = tiff.pages[0].asarray()
    assert names == ["Photograph <&> “ä”", "", "Colours"]
    layer = rich.root.children[0]
    assert (photo == layer.image.read(layer.image.bounds)).all()


def test_the_depth_can_be_chosen(rich, tmp_path):
    export_document(rich, tmp_path / "out.tif", layered=True, depth=8)
    assert tifffile.imread(tmp_path / "out.tif", key=0).dtype == np.uint8


def test_a_project_is_an_export_too(rich, tmp_path, state):
    export_document(rich, tmp_path / "out.grisaille")
    assert state(load_project(tmp_path / "out.grisaille")) == state(rich)


@pytest.mark.parametrize("name", ["out.png", "out.ora", "out.grisaille", "out.tif"])
def test_nothing_is_overwritten_unasked(rich, tmp_path, name):
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(Problem, match="exists already"):
        export_document(rich, tmp_path / name, layered=name.endswith("tif"))
    assert (tmp_path / name).read_bytes() == b"mine"
    export_document(rich, tmp_path / name, overwrite=True)


@pytest.mark.parametrize("name", ["out.jpg", "out"])
def test_formats_without_layers_say_so(rich, tmp_path, name):
    with pytest.raises(Problem, match="cannot hold layers"):
        export_document(rich, tmp_path / name, layered=True)


def test_there_must_be_a_layer(tmp_path):
    with pytest.raises(Problem, match="no layer with pixels"):
        export_document(Document(4, 4), tmp_path / "out.tif", layered=True)
