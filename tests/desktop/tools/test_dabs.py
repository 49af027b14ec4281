"""Dabs: their shape, their spacing, and that a stroke does not build up."""

import math

import numpy as np
import pytest

from desktop.document.document import Document
from desktop.document.layers import RasterLayer
from desktop.tools.dabs import Dab, DabStroke, Trail, coverage_of
from desktop.tools.target import Target
from inference.values import Region


def test_a_hard_dab_covers_its_disc():
    dab = Dab(50, 50, 40)
    covered = coverage_of(dab, Region(0, 0, 100, 100), hardness=1.0)
    assert covered.sum() == pytest.approx(math.pi * 20**2, rel=0.01)
    assert covered[50, 50] == 1
    assert covered[50, 72] == 0


def test_a_softer_dab_falls_off_smoothly_and_ends_at_its_radius():
    covered = coverage_of(Dab(50, 50, 40), Region(0, 0, 100, 100), hardness=0.2)[50, 50:]
    assert (np.diff(covered) <= 0).all()
    assert np.abs(np.diff(covered)).max() < 0.12
    assert covered[21:].max() == 0


@pytest.mark.parametrize("x", [10.0, 10.5, 10.9])
def test_a_dab_of_one_pixel_is_seen_wherever_it_falls(x):
    assert coverage_of(Dab(x, 10.5, 1), Region(0, 0, 20, 20), hardness=1.0).sum() > 0.5


def test_dabs_are_evenly_spaced_however_fast_the_pointer_is():
    def places(steps: int) -> list[float]:
        trail, found = Trail(), []
        for step in range(steps + 1):
            found += [dab.x for dab in trail.to(Dab(200 * step / steps, 0, 50))]
        return found

    assert places(2) == pytest.approx(places(50))
    assert np.diff(places(7)) == pytest.approx(4.0)


def painted(hardness: float, opacity: float, dabs: list[Dab], selection=None, dtype=np.uint8):
    document = Document(300, 200, dtype)
    document.insert(RasterLayer(id="paint", image=document.empty_image()), "root", 0)
    if selection is not None:
        document.set_selection(selection)
    target = Target(document, "paint", "image")

    def red(below, coverage):
        return target.painted(below, coverage, (255, 0, 0))

    stroke = DabStroke(target, red, hardness, opacity, "Brush")
    for dab in dabs:
        stroke.to(dab)
    stroke.finish()
    return target.image.read(document.bounds)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_going_over_a_place_again_adds_nothing(dtype):
    peak = np.iinfo(dtype).max
    there = [Dab(50, 100, 30), Dab(250, 100, 30)]
    once = painted(1.0, 0.5, there, dtype=dtype)
    twice = painted(1.0, 0.5, [*there, *reversed(there)], dtype=dtype)
    assert (twice[90:110, 60:240, 3] == once[90:110, 60:240, 3]).all()
    assert once[100, 150, 3] == pytest.approx(peak / 2, abs=peak * 0.005)
    assert once[100, 150, :3].tolist() == [peak, 0, 0]


def test_a_stroke_stays_within_the_document():
    painted(0.5, 1.0, [Dab(-200, -200, 50), Dab(400, 300, 50)])


def test_pen_pressure_makes_it_smaller_and_fainter():
    light = painted(1.0, 1.0, [Dab(100, 100, 20, 0.3)])[..., 3]
    assert light.max() == pytest.approx(0.3 * 255, abs=1)
    assert (light > 0).sum() < math.pi * 11**2
