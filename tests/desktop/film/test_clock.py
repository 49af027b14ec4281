"""The clock of a film, in whole numbers."""

import pytest

from desktop.film.clock import Clock, Pace


def test_nothing_is_due_before_the_first_frame():
    assert Clock(0.001).due(5.0) is None


@pytest.mark.parametrize(("speed", "due"), [(1, 1500), (4, 3000), (-1, 500)])
def test_what_is_due_after_half_a_second(speed, due):
    clock = Clock(0.001, speed)
    clock.set(1000, 7.0)
    assert clock.due(7.5) == due


@pytest.mark.parametrize(("speed", "shown"), [(1, 1200), (2, 1700), (-1, 800)])
def test_a_frame_is_late_by_seconds_of_the_wall(speed, shown):
    clock = Clock(0.001, speed)
    clock.set(1000, 7.0)
    assert clock.late_s(shown, 7.5) == pytest.approx({1: 0.3, 2: 0.15, -1: 0.3}[speed])


def test_the_pace_is_that_of_the_last_second():
    pace = Pace()
    assert pace.rate == 0
    for number in range(100):
        pace.add(number / 25)
    assert pace.rate == pytest.approx(25)
    assert len(pace.times) <= 26
