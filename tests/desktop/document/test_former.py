"""A second save copies what did not change, and gives the bytes of a first one."""

import os

import numpy as np
import pytest

from desktop.document import project
from desktop.document.layers import RasterLayer
from desktop.document.project import save_project
from inference.values import Region


@pytest.fixture
def packed(monkeypatch):
    """The members that were packed, not copied."""
    members = []
    write_picture = project.ArchiveWriter.write_picture

    def note(archive, member, *rest):
        members.append(member)
        write_picture(archive, member, *rest)

    monkeypatch.setattr(project.ArchiveWriter, "write_picture", note)
    return members


@pytest.fixture
def saved(rich, tmp_path):
    """Path, and what the save of it returned."""
    path = tmp_path / "work.grisaille"
    return path, save_project(rich.snapshot(), path)


def layers(members):
    return [member for member in members if member.startswith(("data/", "masks/"))]


def paint(document):
    """Into the lowest layer with pixels, its own tiles."""
    layer = next(layer for layer in document.walk() if isinstance(layer, RasterLayer))
    stroke = np.full((9, 9, 4), 77, document.dtype)
    document.write(layer.id, Region(3, 3, 9, 9), stroke)


def as_anew(document, tmp_path):
    save_project(document.snapshot(), tmp_path / "anew.grisaille")
    return (tmp_path / "anew.grisaille").read_bytes()


def test_nothing_that_is_the_same_is_packed_again(rich, saved, packed):
    path, former = saved
    before = path.read_bytes()
    save_project(rich.snapshot(), path, former=former)
    assert layers(packed) == []
    assert path.read_bytes() == before


def test_what_was_painted_is_packed_and_only_that(rich, saved, packed, tmp_path):
    path, former = saved
    paint(rich)
    former = save_project(rich.snapshot(), path, former=former)
    assert len(layers(packed)) == 1
    assert path.read_bytes() == as_anew(rich, tmp_path)

    packed.clear()
    paint(rich)  # into tiles that the second save has seen
    save_project(rich.snapshot(), path, former=former)
    assert len(layers(packed)) == 1
    assert path.read_bytes() == as_anew(rich, tmp_path)


def test_a_layer_below_moves_the_names_and_not_the_bytes(rich, saved, packed, tmp_path):
    path, former = saved
    rich.insert(RasterLayer(image=rich.empty_image()), "root", 0)
    save_project(rich.snapshot(), path, former=former)
    assert layers(packed) == [], "even the new one: there is an empty layer already"
    assert path.read_bytes() == as_anew(rich, tmp_path)


def rewrite(path):
    os.utime(path, ns=(1, 1))


def exchange(path):
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)


def spoil(path):
    """Other pixels under the same stamp: the checksum finds it."""
    known = path.stat()
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 40] ^= 255
    path.write_bytes(data)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


@pytest.mark.parametrize("harm", [rewrite, exchange, spoil, os.unlink])
def test_a_file_that_is_another_now_is_not_believed(rich, saved, packed, tmp_path, harm):
    path, former = saved
    harm(path)
    save_project(rich.snapshot(), path, former=former)
    assert layers(packed)
    assert path.read_bytes() == as_anew(rich, tmp_path)


def test_under_another_name_it_is_copied_from_the_old_file(rich, saved, packed, tmp_path):
    path, former = saved
    save_project(rich.snapshot(), tmp_path / "other.grisaille", former=former)
    assert layers(packed) == []
    assert (tmp_path / "other.grisaille").read_bytes() == path.read_bytes()
