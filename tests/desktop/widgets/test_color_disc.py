"""The disc shows what a screen can show at a lightness, and gives nothing else."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.widgets.chips import Chips
from desktop.widgets.color_disc import (
    CHROMA,
    ColorDisc,
    color_in_gamut,
    lab_of,
    plane_image,
    with_lightness,
)


@pytest.fixture
def disc(shown):
    disc = shown(ColorDisc())
    disc.show_color((128, 128, 128), 50)
    return disc


@pytest.fixture
def chosen(disc):
    chosen = []
    disc.chosen.connect(lambda rgb, goes_on: chosen.append((rgb, goes_on)))
    return chosen


def test_lab_of_known_colours():
    assert lab_of((255, 255, 255)) == pytest.approx((100, 0, 0), abs=0.05)
    assert lab_of((255, 0, 0)) == pytest.approx((53.24, 80.09, 67.20), abs=0.1)


@pytest.mark.parametrize("hue", range(0, 360, 30))
@pytest.mark.parametrize("lightness", [15, 50, 85])
def test_chroma_gives_way_and_lightness_and_hue_stay(hue, lightness):
    a, b = 90 * math.cos(math.radians(hue)), 90 * math.sin(math.radians(hue))
    found = lab_of(color_in_gamut(lightness, a, b))

    assert found[0] == pytest.approx(lightness, abs=1.0)
    chroma = math.hypot(*found[1:])
    turned = math.degrees(math.atan2(found[2], found[1])) - hue
    assert abs((turned + 180) % 360 - 180) * math.radians(chroma) < 2.5


def test_lightness_is_locked():
    assert lab_of(with_lightness((200, 60, 50), 30))[0] == pytest.approx(30, abs=0.7)


def test_a_click_chooses_the_hue_there(disc, chosen):
    place = disc.place_of(40, 20).toPoint()
    QTest.mouseClick(disc, Qt.MouseButton.LeftButton, pos=place)

    _, a, b = lab_of(chosen[0][0])
    assert (a, b) == pytest.approx((40, 20), abs=2.5)


def test_a_drag_is_one_gesture(disc, chosen):
    QTest.mousePress(disc, Qt.MouseButton.LeftButton, pos=QPoint(80, 80))
    for x in (90, 100, 110):
        QTest.mouseMove(disc, QPoint(x, 80))
    QTest.mouseRelease(disc, Qt.MouseButton.LeftButton, pos=QPoint(110, 80))
    QTest.mouseClick(disc, Qt.MouseButton.LeftButton, pos=QPoint(70, 80))

    assert [goes_on for _, goes_on in chosen] == [False, True, True, True, False]


def test_a_press_on_the_colour_itself_begins_nothing(disc, chosen):
    disc.show_color(color_in_gamut(disc._lightness, 0, 0), disc._lightness)
    middle = disc.rect().center()
    QTest.mousePress(disc, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(disc, middle + QPoint(20, 0))
    QTest.mouseMove(disc, middle + QPoint(30, 0))
    QTest.mouseRelease(disc, Qt.MouseButton.LeftButton, pos=middle)

    assert [goes_on for _, goes_on in chosen][:2] == [False, True]


def test_beyond_the_rim_is_the_rim(disc, chosen):
    QTest.mousePress(disc, Qt.MouseButton.LeftButton, pos=QPoint(0, 0))
    QTest.mouseRelease(disc, Qt.MouseButton.LeftButton, pos=QPoint(0, 0))

    assert math.hypot(*lab_of(chosen[0][0])[1:]) <= CHROMA


@pytest.mark.parametrize(
    ("key", "chroma"), [(Qt.Key.Key_Up, 32), (Qt.Key.Key_Down, 28), (Qt.Key.Key_Left, 30)]
)
def test_keys_turn_and_strengthen(disc, chosen, key, chroma):
    disc.show_color(color_in_gamut(50, 30, 0), 50)
    QTest.keyClick(disc, key)

    assert math.hypot(*lab_of(chosen[0][0])[1:]) == pytest.approx(chroma, abs=1)


def test_what_no_screen_shows_is_dimmed():
    image = plane_image(50)
    middle = image.width() // 2

    assert image.pixelColor(middle, middle).alpha() == 255
    assert 0 < image.pixelColor(4, middle).alpha() < 80  # a green that is out of gamut


def test_the_middle_is_neutral():
    middle = plane_image(50).pixelColor(plane_image(50).width() // 2, plane_image(50).width() // 2)

    assert np.ptp([middle.red(), middle.green(), middle.blue()]) <= 3


def test_it_is_round(disc):
    image = disc.grab().toImage()

    assert image.pixelColor(3, 3) == image.pixelColor(148, 148)  # the ground
    assert image.pixelColor(70, 90) != image.pixelColor(3, 3)


def test_chips_tell_what_was_clicked_and_mark_what_is_set(shown):
    chips = Chips()
    chips.show_colors([(1, 2, 3), (4, 5, 6)], (4, 5, 6))
    shown(chips)
    chosen = []
    chips.chosen.connect(chosen.append)
    QTest.mouseClick(chips.chips()[0], Qt.MouseButton.LeftButton)

    assert chosen == [(1, 2, 3)]
    assert [chip.isChecked() for chip in chips.chips()] == [False, True]
    assert chips.chips()[0].accessibleName() == "#010203"
