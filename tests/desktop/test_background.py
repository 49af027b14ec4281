"""Work beside the window comes back on the window's thread, in order."""

import threading

import pytest

from desktop.background import Background
from inference.values import Problem


@pytest.fixture
def background(qapp):
    background = Background()
    yield background
    background.close()


def test_answers_come_in_order_on_the_thread_of_the_window(qtbot, background):
    answers = []
    for number in range(5):
        background.run(
            lambda number=number: (number, threading.current_thread()),
            lambda value: answers.append((*value, threading.current_thread())),
            pytest.fail,
        )
    qtbot.waitUntil(lambda: len(answers) == 5)
    assert [number for number, _, _ in answers] == list(range(5))
    assert all(there is not threading.main_thread() for _, there, _ in answers)
    assert all(here is threading.main_thread() for _, _, here in answers)


def test_a_problem_goes_to_who_hears_problems(qtbot, background):
    problems = []

    def fail():
        raise Problem("No.")

    background.run(fail, pytest.fail, problems.append)
    qtbot.waitUntil(lambda: len(problems) == 1)
    assert problems[0].sentence == "No."


def test_a_bug_is_raised_where_the_crash_handler_hears_it(qtbot, background):
    with qtbot.capture_exceptions() as caught:
        background.run(lambda: 1 / 0, pytest.fail, pytest.fail)
        qtbot.waitUntil(lambda: not background.busy)
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]


def test_busy_lasts_from_the_first_to_the_last(qtbot, background):
    heard = []
    background.busy_changed.connect(heard.append)
    done = []
    background.run(lambda: None, done.append, pytest.fail)
    background.run(lambda: None, done.append, pytest.fail)
    assert background.busy
    qtbot.waitUntil(lambda: len(done) == 2)
    assert not background.busy
    assert heard[-1] is False
