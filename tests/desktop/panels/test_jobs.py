"""Jobs come, go on, end, and are cleared; what is cancelled leaves."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.panels.jobs import JobsPanel, duration
from inference.features import COLORIZE, SUGGEST
from inference.request import Progress, Request, Result
from inference.service import JobState
from inference.values import Problem


@pytest.fixture
def panel(studio, shown):
    return shown(JobsPanel(studio))


@pytest.fixture
def submit(service, panel):
    def submit(feature=COLORIZE):
        job = service.submit(Request(feature, None, None))
        panel.refresh()
        QApplication.processEvents()  # a layout shows its new widgets a little later
        return job

    return submit


def test_the_newest_is_on_top(panel, submit):
    submit(COLORIZE)
    submit(SUGGEST)

    assert [row.what.text() for row in panel.rows()] == ["Suggestions", "Colour"]
    assert not panel.empty.isVisible()


def test_progress_and_time_left_are_shown(panel, submit):
    job = submit()
    job._begin("cpu")
    job._advance(Progress(0.25, "", 12.0))
    row = panel.rows()[0]

    assert row.bar.value() == 250
    assert row.state.text() == "12 s left · CPU"
    assert row.cancel.isVisible()
    job._settle(Result(device="cpu"))


def test_the_button_cancels_and_the_row_leaves(panel, submit, qtbot):
    job = submit()
    QTest.mouseClick(panel.rows()[0].cancel, Qt.MouseButton.LeftButton)
    assert job.state is JobState.CANCELLED
    qtbot.waitUntil(lambda: not panel.rows())
    assert panel.empty.isVisible()


def test_a_finished_one_keeps_its_duration_and_device(panel, submit):
    job = submit()
    job._begin("cuda:0")
    job._clock = (job._clock[0] - 3.21, 0.0)
    job._settle(Result(device="cuda:0"))
    panel.refresh()
    row = panel.rows()[0]

    assert row.state.text() == "3.2 s · CUDA:0"
    assert not row.cancel.isVisible()
    assert not row.bar.isVisible()


def test_a_failed_one_says_why_and_keeps_details_folded(panel, submit):
    job = submit()
    job._begin("cpu")
    job._settle(Problem("It did not fit.", remedy="Use a smaller one.", detail="CUDA OOM"))
    panel.refresh()
    row = panel.rows()[0]
    assert row.sentence.text() == "It did not fit. Use a smaller one."
    assert not row.details.isVisible()
    QTest.mouseClick(row.more, Qt.MouseButton.LeftButton)

    assert row.details.isVisible()
    assert row.details.text.text() == "CUDA OOM"


def test_clear_leaves_what_still_runs(panel, submit):
    done, live = submit(COLORIZE), submit(SUGGEST)
    done._begin("cpu")
    done._settle(Result())
    live._begin("cpu")
    panel.refresh()
    QTest.mouseClick(panel.clear, Qt.MouseButton.LeftButton)

    assert [row.what.text() for row in panel.rows()] == ["Suggestions"]
    assert not panel.clear.isEnabled()
    live._settle(Result())


def test_work_that_is_dropped_at_once_never_shows(panel, service, qtbot):
    for _ in range(30):
        service.submit(Request(COLORIZE, None, None)).cancel()
    qtbot.wait(200)

    assert panel.rows() == []


def test_the_clock_ticks_only_while_something_runs(panel, submit):
    tick = next(t for t in panel.findChildren(QTimer) if not t.isSingleShot())
    assert not tick.isActive()
    job = submit()
    assert tick.isActive()
    job.cancel()
    panel.refresh()
    assert not tick.isActive()


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.04, "0.0 s"), (3.21, "3.2 s"), (12.4, "12 s"), (185.0, "3:05 min")]
)
def test_durations_for_people(seconds, said):
    assert duration(seconds) == said
