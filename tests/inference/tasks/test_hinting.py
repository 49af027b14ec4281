"""Hints on the result: exact under themselves, soft around, held by edges; and where they stay."""

import numpy as np
import pytest

from inference.features import COLORIZE, ColorizeInputs
from inference.media.color import delta_e_2000, srgb_to_lab
from inference.media.picture import read_picture
from inference.tasks.hinting import Coats, Mark, correction, coverage, marks
from inference.values import Hint, Hints, in_depth

RED = np.array((50, 30), np.float32)


def mark(*path, radius=4.0, ab=RED) -> Mark:
    return Mark(np.array(path, np.float32), radius, ab)


def flat(level=50.0, size=(120, 160)):
    return np.full(size, level, np.float32), np.zeros((*size, 2), np.float32)


def test_is_exact_under_the_hint_and_fades_around_it():
    light, colors = flat()
    row = correction(colors, light, [mark((80, 60))])[60, :, 0]
    assert np.allclose(row[77:84], 50, atol=0.1)
    assert (np.diff(row[:76]) >= -1e-4).all()
    assert row[70] > 5
    assert abs(row[20]) < 0.1


def test_stops_at_an_edge_of_the_picture():
    light, colors = flat()
    light[:, 86:] = 90
    row = correction(colors, light, [mark((80, 60))])[60, :, 0]
    assert row[74] > 20
    assert abs(row[87]) < 1


def test_the_later_hint_wins_where_both_lie():
    light, colors = flat()
    fixed = correction(colors, light, [mark((78, 60)), mark((82, 60), ab=-RED)])
    assert fixed[60, 80, 0] == pytest.approx(-50, abs=0.1)
    assert fixed[60, 75, 0] == pytest.approx(50, abs=0.1)


def test_takes_up_what_is_there_already():
    light, colors = flat()
    colors[:] = RED
    assert np.abs(correction(colors, light, [mark((80, 60))])).max() < 1e-3


@pytest.mark.parametrize("radius", [0.1, 0.5, 3.0])
def test_a_hint_of_any_size_covers_a_pixel(radius):
    assert coverage(mark((10.0, 10.0), radius=radius), (20, 20), at_least=0.75).max() >= 0.5


def test_colours_put_under_a_hint_do_not_depend_on_the_bands():
    hint = mark((5, 5), (60, 40), (20, 55), radius=2.5)
    whole = np.zeros((60, 70, 2), np.float32)
    Coats([hint]).put_under(whole, 0)
    parts = np.zeros_like(whole)
    for top in range(0, 60, 7):
        Coats([hint]).put_under(parts[top : top + 7], top)
    assert np.allclose(parts, whole, atol=1e-4)
    assert np.allclose(whole[22, 32], RED, atol=1e-3)


def test_a_long_stroke_is_simplified():
    path = tuple((float(x), 20 + 0.01 * (x % 2)) for x in range(400))
    assert len(marks([Hint(path, (200, 30, 30))], 1, 1)[0].path) < 5


@pytest.mark.shared
def test_a_hint_stays_with_what_it_belongs_to(ask, trained, shared):
    picture = read_picture(shared / "data" / "historic" / "prokudin_emir_bw.jpg")
    robe = Hint(((400.0, 380.0),), (20, 60, 190), 4)
    plain, hinted = (
        srgb_to_lab(in_depth(ask(COLORIZE, inputs, model=trained).pictures[0].pixels, np.float32))
        for inputs in (ColorizeInputs(picture), ColorizeInputs(picture, Hints((robe,))))
    )
    change = delta_e_2000(plain, hinted)
    wall, sleeve = change[40:200, 200:300], change[300:420, 330:420]
    assert wall.mean() < 4
    assert sleeve.mean() > 10
