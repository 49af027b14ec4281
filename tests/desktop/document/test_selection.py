"""Selections are drawn where they were asked for."""

import numpy as np
import pytest

from desktop.document import selection
from inference.values import Region


def test_a_rectangle_is_exact_and_stays_inside():
    mask = selection.to_mask(selection.rectangle(300, 300, Region(250, -5, 100, 20)))
    assert mask.sum() == 255 * 50 * 15
    assert mask[:15, 250:].all()


def test_an_ellipse_has_its_area_and_a_soft_edge():
    mask = selection.to_mask(selection.ellipse(200, 100, Region(20, 10, 160, 80)))
    assert mask.sum() / 255 == pytest.approx(np.pi * 80 * 40, rel=0.01)
    assert len(np.unique(mask)) > 10
    assert np.abs(mask.astype(int) - mask[::-1]).max() <= 80


def test_a_polygon_fills_what_lies_inside():
    mask = selection.to_mask(selection.polygon(50, 50, [(10, 10), (40, 10), (40, 40), (10, 40)]))
    assert mask[12:38, 12:38].min() == 255
    assert mask[:8].max() == mask[43:].max() == 0


@pytest.mark.parametrize("points", [[], [(1, 1), (2, 2)], [(-90, -90), (-80, -90), (-80, -80)]])
def test_no_area_selects_nothing(points):
    assert not selection.to_mask(selection.polygon(20, 20, points)).any()


def test_inverting_twice_changes_nothing():
    chosen = selection.ellipse(40, 40, Region(5, 5, 20, 20))
    twice = selection.invert(selection.invert(chosen))
    assert (selection.to_mask(twice) == selection.to_mask(chosen)).all()


def test_outside_of_everything_is_nothing():
    everything = selection.rectangle(300, 300, Region(0, 0, 300, 300))
    assert not selection.to_mask(selection.invert(everything)).any()


@pytest.mark.parametrize(("combine", "count"), [("united", 28), ("less", 12)])
def test_selections_combine(combine, count):
    one, other = (selection.rectangle(10, 10, Region(at, at, 4, 4)) for at in (0, 2))
    assert (selection.to_mask(getattr(selection, combine)(one, other)) > 0).sum() == count


@pytest.mark.parametrize("shape", ["ellipse", "star"])
def test_a_large_shape_is_drawn_as_if_every_tile_had_been(shape):
    """Tiles that lie within or outside are not drawn: no pixel may differ for that."""
    width, height = 1900, 1500
    angles = np.linspace(0, 2 * np.pi, 400 if shape == "ellipse" else 6)[:-1] * 2
    angles = angles / 2 if shape == "ellipse" else angles  # a star that crosses itself
    points = np.stack([950 + 900 * np.cos(angles), 740 + 700 * np.sin(angles)], axis=1)
    drawn = selection.polygon(width, height, points.tolist())
    for key in drawn.keys(drawn.bounds):
        place = drawn.region_of(key)
        fine = np.empty((4 * place.height, 4 * place.width), np.uint8)
        whole = selection._filled(points - (place.x, place.y), fine)
        assert (drawn.read(place)[..., 0] == whole).all(), key


def test_what_is_within_shares_its_pixels_until_they_are_written():
    chosen = selection.rectangle(600, 600, Region(0, 0, 600, 600))
    kept = chosen.snapshot()
    chosen.write(Region(10, 10, 5, 5), np.zeros((5, 5, 1), np.uint8))
    assert kept.read(kept.bounds).min() == 255
    assert (chosen.read(chosen.bounds) == 0).sum() == 25


def test_tiles_that_are_alike_are_mixed_once_and_shared():
    everything = selection.rectangle(900, 700, Region(0, 0, 900, 700))
    nothing = selection.invert(everything)
    assert nothing.tiles[0, 0] is nothing.tiles[1, 1]
    part = selection.united(nothing, selection.rectangle(900, 700, Region(300, 10, 400, 500)))
    assert (selection.to_mask(part) == 255).sum() == 400 * 500
