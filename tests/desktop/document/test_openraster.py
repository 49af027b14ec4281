"""Files of other programs open, and what cannot be kept is said."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.document.export import export_document
from desktop.document.layers import BlendMode, GroupLayer
from desktop.document.project import load_project, read_project
from inference.media.profiles import srgb_profile
from inference.values import Picture, Problem

MATERIAL = Path(__file__).with_name("material")
KRITAS_OWN, GIMPS_OWN = MATERIAL / "krita.ora", MATERIAL / "gimp.ora"
KRITA = """<?xml version="1.0" encoding="UTF-8"?>
<image xmlns:mypaint="http://mypaint.org/ns/openraster" version="0.0.1"
       w="20" h="16" xres="300" yres="300">
 <stack>
  <layer name="top" src="data/a.png" x="-2" y="3" opacity="0.5" composite-op="svg:multiply"
         visibility="visible" edit-locked="true" selected="true"/>
  <stack name="group" opacity="1" isolation="isolate" visibility="hidden">
   <layer name="inner" src="data/b.png" composite-op="krita:hard_mix"/>
  </stack>
  <filter type="blur"/>
  <layer src="data/c.png" opacity="nan"/>
 </stack>
</image>"""


def png(array, mode=None):
    data = io.BytesIO()
    Image.fromarray(array).convert(mode).save(data, "PNG") if mode else Image.fromarray(array).save(
        data, "PNG"
    )
    return data.getvalue()


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


@pytest.fixture
def foreign(tmp_path):
    def make(stack=KRITA, **pictures):
        path = tmp_path / "foreign.ora"
        pictures = {
            "a": png(noise(10, 12, 4)),
            "b": png(noise(16, 20, 3)),
            "c": png(noise(16, 20)),
            **pictures,
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "image/openraster\n", zipfile.ZIP_STORED)
            archive.writestr("stack.xml", stack)
            for name, data in pictures.items():
                archive.writestr(f"data/{name}.png", data)
            archive.writestr("mergedimage.png", pictures["c"])
        return path

    return make


def test_a_file_of_another_program_opens_as_it_was(foreign):
    document = load_project(foreign())
    bottom, group, top = document.root.children
    assert (document.width, document.height, document.depth) == (20, 16, 8)
    assert document.dpi == (300, 300)
    assert (top.name, top.opacity, top.blend, top.locked) == ("top", 0.5, BlendMode.MULTIPLY, True)
    assert (bottom.name, bottom.opacity, bottom.visible) == ("Layer", 1.0, True)
    assert isinstance(group, GroupLayer)
    assert (group.visible, [child.name for child in group.children]) == (False, ["inner"])


def test_offsets_cut_what_lies_outside(foreign):
    document = load_project(foreign())
    top = document.root.children[2].image.read(document.bounds)
    assert (top[3:13, 0:10] == noise(10, 12, 4)[:, 2:]).all()
    assert not top[:3].any()
    assert not top[13:].any()


def test_what_cannot_be_kept_is_said(foreign):
    notes = read_project(foreign()).notes
    assert any("krita:hard_mix" in note for note in notes)
    assert any("filter" in note for note in notes)


def test_a_group_that_mixed_with_what_is_below_is_said(foreign):
    stack = KRITA.replace('isolation="isolate"', "").replace("krita:hard_mix", "svg:color")
    assert any("“group”" in note for note in read_project(foreign(stack)).notes)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGB", "RGBA"])
def test_pictures_of_all_kinds_become_rgba(foreign, mode):
    data = png(noise(16, 20, 4), mode)
    document = load_project(foreign(c=data))
    wanted = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    bottom = document.root.children[0].image
    assert (bottom.read(bottom.bounds) == wanted).all()


def test_one_layer_of_16_bits_makes_a_document_of_16_bits(foreign):
    deep = noise(16, 20).astype(np.uint16) * 256 + 3
    document = load_project(foreign(c=png(deep)))
    assert document.depth == 16
    seen = document.layer_picture(document.root.children[0].id)
    assert (seen.pixels[..., 0] == deep).all()
    top = document.root.children[2].image.read(document.bounds)
    assert (top[3:13, 0:10] == noise(10, 12, 4)[:, 2:].astype(np.uint16) * 257).all()


def test_it_looks_as_the_other_program_showed_it(foreign):
    document = load_project(foreign())
    seen = composite(document, document.bounds)
    assert (seen[..., 3] == 255).all()
    assert (seen[0, :, 0] == noise(16, 20)[0]).all()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('w="20"', 'w="many"', "says w='many'"),
        ('w="20"', 'w="-3"', "-3 x 16 pixels"),
        ('w="20"', 'w="99999999"', "says w=99999999"),
        ('x="-2"', 'x="inf"', "says x='inf'"),
        ("data/a.png", "data/none.png", "'data/none.png' is missing"),
        ("data/a.png", "../../etc/passwd", "'../../etc/passwd' is missing"),
        ("</image>", "", "stack.xml cannot be read"),
        ("image", "picture", "describes no image"),
    ],
)
def test_broken_descriptions_are_refused_in_a_sentence(foreign, old, new, says):
    with pytest.raises(Problem, match=r"foreign\.ora") as caught:
        load_project(foreign(KRITA.replace(old, new)))
    assert says in caught.value.sentence


def test_entities_are_never_expanded(foreign):
    bomb = '<!DOCTYPE image [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + KRITA[39:].replace(
        "top", "&b;"
    )
    with pytest.raises(Problem, match=r"stack\.xml cannot be read") as caught:
        load_project(foreign(bomb))
    assert "document type" in caught.value.detail


def test_groups_within_groups_without_end_are_refused(foreign):
    deep = '<image w="4" h="4"><stack>' + "<stack>" * 500 + "</stack>" * 501 + "</image>"
    with pytest.raises(Problem, match="64 deep"):
        load_project(foreign(deep))


@pytest.mark.parametrize("data", [b"", b"GIF89a", png(noise(9, 9, 4))[:60]])
def test_pictures_that_are_none_are_refused(foreign, data):
    with pytest.raises(Problem, match=r"data/c.png"):
        load_project(foreign(c=data))


def test_a_file_of_krita_looks_as_in_krita():
    report = read_project(KRITAS_OWN)
    with zipfile.ZipFile(KRITAS_OWN) as archive:
        merged = np.asarray(Image.open(io.BytesIO(archive.read("mergedimage.png"))).convert("RGBA"))
    seen = composite(report.document, report.document.bounds)
    assert np.abs(seen.astype(int) - merged).max() <= 1
    assert report.notes == ()
    assert [
        (la.name, la.visible, round(la.opacity, 1), la.blend) for la in report.document.walk()
    ] == [
        ("Photo", True, 1.0, BlendMode.NORMAL),
        ("Paint ä", True, 0.5, BlendMode.MULTIPLY),
        ("Inside", True, 1.0, BlendMode.SCREEN),
        ("Hidden", False, 1.0, BlendMode.NORMAL),
        ("Group", True, 0.8, BlendMode.NORMAL),
    ]


def test_a_file_of_gimp_has_the_same_layers():
    ours, gimps = (read_project(path) for path in (KRITAS_OWN, GIMPS_OWN))

    def facts(layer):
        return layer.name, layer.visible, round(layer.opacity, 1), layer.blend

    assert list(map(facts, gimps.document.walk())) == list(map(facts, ours.document.walk()))
    assert gimps.notes == ()
    # the lowest alone: of layers in other modes than Normal GIMP 3.0.4 writes altered pixels
    lowest, same = (report.document.root.children[0].image for report in (gimps, ours))
    assert np.array_equal(lowest.read(lowest.bounds), same.read(same.bounds))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_layers_say_that_they_are_srgb(tmp_path, dtype):
    """Krita asks for each layer of 16 bits that has no profile."""
    samples = np.zeros((9, 9, 3), dtype)
    export_document(Document.from_picture(Picture(samples), "Photo"), tmp_path / "a.ora")
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        layer = Image.open(io.BytesIO(archive.read("data/1.png")))
    assert layer.info["icc_profile"] == srgb_profile("rgb")
