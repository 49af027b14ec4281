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


@pytest.mark.parametrize("mask", [np.eye(5, dtype=bool), np.eye(5, dtype=np.uint8) * 255])
def test_a_mask_becomes_a_selection(mask):
    assert (selection.to_mask(selection.from_mask(mask)) == np.eye(5) * 255).all()


@pytest.mark.parametrize(("combine", "count"), [("united", 28), ("less", 12), ("shared", 4)])
def test_selections_combine(combine, count):
    one, other = (selection.rectangle(10, 10, Region(at, at, 4, 4)) for at in (0, 2))
    assert (selection.to_mask(getattr(selection, combine)(one, other)) > 0).sum() == count
