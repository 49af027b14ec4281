"""Work survives its process, and only what changed is written."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from desktop.document import autosave
from desktop.document.autosave import Autosave, pending_recoveries
from desktop.document.document import Document
from desktop.document.layers import HintLayer, RasterLayer
from desktop.document.selection import ellipse, to_mask
from inference.media.lock import Owner
from inference.values import Hint, Hints, Picture, Problem, Region


@pytest.fixture
def crashed(monkeypatch):
    """From now on what was saved belongs to a process that is gone."""
    return lambda: monkeypatch.setattr(Owner, "alive", lambda self: False)


def tiles_of(safety):
    return {p.name: p.stat().st_mtime_ns for p in (safety.folder / "tiles").iterdir()}


def large(size=1100):
    pixels = np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8)
    return Document.from_picture(Picture(pixels), "Photo")


def test_everything_comes_back_after_a_crash(rich, tmp_path, state, crashed):
    safety = Autosave(rich, tmp_path, path=tmp_path / "a.grisaille", title="a")
    safety.save_now()
    crashed()
    (recovery,) = pending_recoveries(tmp_path)
    assert (recovery.path, recovery.title) == (tmp_path / "a.grisaille", "a")
    report = recovery.load()
    assert state(report.document) == state(rich)
    assert report.document.references == rich.references
    assert (report.document.icc, report.document.xmp) == (rich.icc, rich.xmp)
    assert report.notes == ()


def test_the_regions_of_styles_come_back(rich, tmp_path, crashed):
    layer = rich.layer("colors")
    place = ellipse(rich.width, rich.height, Region(0, 0, 200, 100))
    layer.recipe = replace(layer.recipe, regions=(None, place))
    Autosave(rich, tmp_path).save_now()
    crashed()
    (recovery,) = pending_recoveries(tmp_path)
    elsewhere, found = recovery.load().document.layer("colors").recipe.regions
    assert elsewhere is None
    assert np.array_equal(to_mask(found), to_mask(place))


def test_a_living_windows_work_is_not_offered(rich, tmp_path):
    Autosave(rich, tmp_path).save_now()
    assert pending_recoveries(tmp_path) == []


def test_only_changed_tiles_are_written_and_old_ones_go(tmp_path):
    document = large()
    safety = Autosave(document, tmp_path)
    safety.save_now()
    before = tiles_of(safety)
    assert len(before) == 25
    document.write(
        document.root.children[0].id, Region(300, 300, 4, 4), np.zeros((4, 4, 4), np.uint8)
    )
    safety.save_now()
    after = tiles_of(safety)
    assert len(after) == 25
    kept = before.keys() & after.keys()
    assert len(kept) == 24
    assert all(before[name] == after[name] for name in kept)


def test_tiles_that_did_not_change_are_not_even_looked_at(tmp_path, monkeypatch):
    document = large()
    safety = Autosave(document, tmp_path)
    safety.save_now()
    hashed = []
    real = autosave.hashlib.blake2b
    monkeypatch.setattr(
        autosave.hashlib, "blake2b", lambda data, **kw: hashed.append(len(data)) or real(data, **kw)
    )
    document.write(document.root.children[0].id, Region(0, 0, 4, 4), np.zeros((4, 4, 4), np.uint8))
    document.set_attribute(document.root.children[0].id, "name", "New")
    safety.save_now()
    assert len(hashed) == 1


def test_equal_tiles_are_kept_once(tmp_path):
    document = Document(1024, 1024)
    white = np.full((1024, 1024, 4), 255, np.uint8)
    for _ in range(3):
        layer = RasterLayer(image=document.empty_image())
        layer.image.write(document.bounds, white)
        document.root.children.append(layer)
    safety = Autosave(document, tmp_path)
    safety.save_now()
    assert len(tiles_of(safety)) == 1


def test_hints_and_attributes_are_saved_without_pixels_changing(tmp_path, crashed):
    document = large(300)
    document.root.children.append(HintLayer(id="h"))
    safety = Autosave(document, tmp_path)
    safety.save_now()
    hints = Hints((Hint(((3, 4),), (9, 8, 7)),))
    document.set_hints("h", hints)
    document.set_attribute("h", "opacity", 0.25)
    safety.save_now()
    crashed()
    layer = pending_recoveries(tmp_path)[0].load().document.layer("h")
    assert (layer.hints.points, layer.opacity) == (hints.points, 0.25)


def test_a_snapshot_is_written_as_it_was(tmp_path, crashed, rich, state):
    before, snapshot = state(rich), rich.snapshot()
    rich.write(rich.root.children[0].id, Region(0, 0, 9, 9), np.zeros((9, 9, 4), rich.dtype))
    Autosave(rich, tmp_path).write(snapshot)
    crashed()
    assert state(pending_recoveries(tmp_path)[0].load().document) == before


def test_what_is_discarded_is_gone_and_stays_gone(rich, tmp_path):
    safety = Autosave(rich, tmp_path)
    safety.save_now()
    safety.discard()
    safety.save_now()
    assert list(tmp_path.iterdir()) == []


def test_a_recovery_can_be_discarded(rich, tmp_path, crashed):
    Autosave(rich, tmp_path).save_now()
    crashed()
    pending_recoveries(tmp_path)[0].discard()
    assert pending_recoveries(tmp_path) == []


def test_newest_first(tmp_path, crashed, monkeypatch):
    for at, title in ((10.0, "old"), (30.0, "new"), (20.0, "middle")):
        monkeypatch.setattr(autosave.time, "time", lambda at=at: at)
        Autosave(Document(4, 4), tmp_path, title=title).save_now()
    crashed()
    assert [r.title for r in pending_recoveries(tmp_path)] == ["new", "middle", "old"]


@pytest.mark.parametrize(
    "damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")]
)
def test_a_lost_tile_costs_that_tile_only_and_is_said(tmp_path, crashed, damage):
    document = large()
    safety = Autosave(document, tmp_path)
    safety.save_now()
    damage(next((safety.folder / "tiles").iterdir()))
    crashed()
    report = pending_recoveries(tmp_path)[0].load()
    (note,) = report.notes
    assert "did not reach the disk" in note
    image = report.document.root.children[0].image
    assert len(image.tiles) == 24


def test_strange_files_in_the_folder_are_passed_over(tmp_path, crashed):
    for name, data in (("a", b""), ("b", b"{"), ("c", b'{"path": 3}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_bytes(data)
    (tmp_path / "manifest.json").touch()
    assert pending_recoveries(tmp_path) == []
    assert pending_recoveries(tmp_path / "missing") == []


def test_a_copy_that_cannot_be_read_is_a_sentence(rich, tmp_path, crashed):
    safety = Autosave(rich, tmp_path, title="a")
    safety.save_now()
    crashed()
    (recovery,) = pending_recoveries(tmp_path)
    manifest = safety.folder / "manifest.json"
    session = msgspec.json.decode(manifest.read_bytes())
    session["document"]["layers"] = 3
    manifest.write_bytes(msgspec.json.encode(session))
    with pytest.raises(Problem, match="copy of “a” cannot be read"):
        recovery.load()


def test_no_room_is_a_sentence(rich, tmp_path):
    (tmp_path / "state").write_bytes(b"a file where a folder should be")
    with pytest.raises(Problem):
        Autosave(rich, tmp_path / "state").save_now()
