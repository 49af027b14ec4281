"""The strip of a clip: times and places, what it asks for, what it paints."""

from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent

from desktop.widgets.film_strip import BAND_PX, MARGIN_PX, RULER_PX, FilmStrip
from desktop.widgets.theme import tokens_of
from desktop.widgets.timecode import timecode


@pytest.fixture
def strip(qtbot):
    """A second of 25 frames, time base 1/1000, from 1000 on; two shots, white and black."""
    strip = FilmStrip()
    qtbot.addWidget(strip)
    strip.resize(524, strip.height())
    strip.show_span(1000, 2000, 0.001, lambda seconds: f"{seconds:g} s")
    strip.show_shots((1000, 1500))
    white, black = (np.full((9, 16, 3), level, np.uint8) for level in (255, 0))
    strip.show_small({1000: white, 1250: white, 1500: black, 1750: black}, 16 / 9)
    strip.show_part(1000, 2000)
    return strip


def level(strip, share, y=RULER_PX + BAND_PX // 2):
    image = strip.grab().toImage()
    x = MARGIN_PX + share * (strip.width() - 2 * MARGIN_PX)
    return image.pixelColor(round(x * image.width() / strip.width()), y).red()


def test_times_and_places(strip):
    assert strip.place_at(MARGIN_PX) == 1000
    assert strip.place_at(strip.width() - MARGIN_PX) == 2000
    assert strip.place_at(strip.width() / 2) == 1500
    assert strip.place_at(-50) == 1000


def test_pictures_belong_to_their_shots(strip):
    assert level(strip, 0.3) > 240
    assert level(strip, 0.48) > 240
    assert level(strip, 0.53) < 20
    assert level(strip, 0.9) < 20


def test_what_is_outside_of_the_part_is_dimmed(strip):
    strip.show_part(1000, 1600)
    assert level(strip, 0.55) < 20
    ground = QColor(tokens_of(strip.palette()).window).red()  # of whatever theme holds
    assert 0.6 * ground < level(strip, 0.9) < ground, "black that steps back"


def test_the_playhead_is_painted_where_it_is(strip):
    before = level(strip, 0.3)
    strip.show_place(1300)
    assert level(strip, 0.3) != before or level(strip, 0.302) != before


def test_without_pictures_it_says_what_it_does(strip):
    strip.show_small({}, 1.0)
    image, row = strip.grab().toImage(), RULER_PX + BAND_PX // 2
    shades = {image.pixelColor(x, row).red() for x in range(MARGIN_PX, 160)}
    assert len(shades) > 3, "letters"


def test_the_wheel_goes_frame_by_frame(strip, qtbot):
    for turned, frames in ((-120, 1), (120, -1)):
        event = QWheelEvent(
            QPointF(9, 9), QPointF(9, 9), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        with qtbot.waitSignal(strip.stepped) as asked:
            strip.wheelEvent(event)
        assert asked.args == [frames]


def test_a_press_asks_for_its_time(strip, qtbot):
    with qtbot.waitSignal(strip.moved) as asked:
        qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() // 2, 40))
    assert asked.args[0] == pytest.approx(1500, abs=2)


@pytest.mark.parametrize(
    ("seconds", "rate", "text"),
    [
        (0, 25, "00:00:00:00"),
        (Fraction(83, 1) + Fraction(12, 25), 25, "00:01:23:12"),
        (3661, 24, "01:01:01:00"),
        (Fraction(1001, 1000), Fraction(24000, 1001), "00:00:01:00"),
        (0.5, 120, "00:00:00:060"),
        (-1, 25, "00:00:00:00"),
    ],
)
def test_timecodes(seconds, rate, text):
    assert timecode(seconds, rate) == text
