"""The service answers: signals, progress, problems; cancelling; slots and who comes first."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QThread

from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings
from inference.request import Request
from inference.service import JobState
from inference.values import Picture, Problem
from tests.inference.service.calls import Holder, Stepper, ask, best_of_three, end, start


def test_an_answer_arrives_with_device_and_duration(qtbot, service):
    job = end(qtbot, service.submit(ask(lambda context: time.sleep(0.02))))
    assert job.state is JobState.FINISHED
    assert job.result.figures == {"answer": 42}
    assert job.device == job.result.device
    assert 0.02 <= job.seconds < 5
    assert abs(job.started_at - time.time()) < 20


def test_signals_come_once_in_order_and_in_the_gui_thread(qtbot, service):
    heard = []

    def hear(what):
        return lambda *_: heard.append((what, QThread.currentThread() is service.thread()))

    job = service.submit(ask(lambda context: context.checkpoint(0.5, "half")))
    job.state_changed.connect(lambda state: hear(str(state))())
    job.progress_changed.connect(hear("progress"))
    for name in ("finished", "failed", "cancelled"):
        getattr(job, name).connect(hear(f"signal {name}"))
    end(qtbot, job)
    names = [name for name, _ in heard]
    assert names[0] == "running"
    assert set(names[1:-2]) == {"progress"}
    assert names[-2:] == ["finished", "signal finished"]
    assert all(in_gui for _, in_gui in heard)


def test_the_task_runs_in_another_thread_named_after_its_device(qtbot, service):
    names = []
    job = service.submit(ask(lambda context: names.append(QThread.currentThread().objectName())))
    end(qtbot, job)
    assert names == [f"inference on {job.device}"]


def test_progress_carries_fraction_step_and_preview(qtbot, service):
    preview = Picture(np.zeros((2, 2, 3), np.uint8))
    job = service.submit(ask(lambda context: context.checkpoint(0.25, "quarter", preview)))
    heard = []
    job.progress_changed.connect(heard.append)
    end(qtbot, job)
    assert heard[-1].fraction == 0.25
    assert heard[-1].step == "quarter"
    assert heard[-1].preview is preview


def test_very_frequent_progress_does_not_flood_the_window(qtbot, service):
    def hasty(context):
        for step in range(10_000):
            context.checkpoint(step / 10_000, "hurry")

    heard = []
    job = service.submit(ask(hasty))
    job.progress_changed.connect(heard.append)
    end(qtbot, job)
    assert 0 < len(heard) < 200


def test_notes_reach_the_result(qtbot, service):
    job = service.submit(ask(lambda context: context.note("Smaller tiles were used.")))
    assert end(qtbot, job).result.notes == ("Smaller tiles were used.",)


def test_a_problem_arrives_as_it_is(qtbot, service):
    def refuse(context):
        raise Problem("The scan is empty.", remedy="Scan again.")

    job = service.submit(ask(refuse))
    with qtbot.waitSignal(job.failed, timeout=20_000) as heard:
        pass
    assert job.state is JobState.FAILED
    assert heard.args[0] is job.problem
    assert str(job.problem) == "The scan is empty. Scan again."


def test_a_bug_becomes_a_problem_and_the_service_goes_on(qtbot, service, caplog):
    job = end(qtbot, service.submit(ask(lambda context: 1 / 0)))
    assert job.state is JobState.FAILED
    assert "ZeroDivisionError" in job.problem.sentence
    assert "in run" in job.problem.detail
    assert end(qtbot, service.submit(ask())).state is JobState.FINISHED


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_an_absent_device_is_refused_and_not_replaced(qtbot, service, name):
    import torch

    if torch.cuda.is_available() or torch.backends.mps.is_available():
        pytest.skip("needs a machine without a GPU")
    job = end(qtbot, service.submit(ask(device=name, allow_cpu=True)))
    assert job.state is JobState.FAILED
    assert repr(name) in job.problem.sentence


# Cancelling.


def test_a_stepping_job_is_cancelled_within_200_ms(qtbot, service):
    task = Stepper()
    job = start(qtbot, service, task)
    asked = time.monotonic()
    with qtbot.waitSignal(job.cancelled, timeout=2000):
        job.cancel()
    assert time.monotonic() - asked < 0.2
    assert job.state is JobState.CANCELLED
    assert not task.done


@pytest.mark.alone
@pytest.mark.slow
def test_colouring_a_large_picture_is_cancelled_within_200_ms(qtbot, service):
    picture = Picture(np.full((3000, 4000, 1), 30_000, np.uint16))

    def seconds_to_cancel() -> float:
        job = service.submit(Request(COLORIZE, ColorizeInputs(picture), ColorizeSettings()))
        qtbot.waitUntil(lambda: (job.progress.fraction or 0) > 0.3, timeout=30_000)
        asked = time.monotonic()
        with qtbot.waitSignal(job.cancelled, timeout=5000):
            job.cancel()
        return time.monotonic() - asked

    assert best_of_three(seconds_to_cancel, enough=0.2) < 0.2


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(qtbot, service):
    holder, task = Holder(), Stepper()
    first = start(qtbot, service, holder)
    second = service.submit(ask(task))
    second.cancel()
    assert second.state is JobState.CANCELLED
    assert second.seconds == 0
    holder.let_go.set()
    end(qtbot, first)
    end(qtbot, service.submit(ask()))
    assert not task.began.is_set()


def test_a_job_that_was_cancelled_is_not_finished_by_a_result_that_comes_anyway(qtbot, service):
    holder = Holder()
    job = start(qtbot, service, holder)
    job.cancel()
    assert job.state is JobState.RUNNING  # the device is still busy with it
    holder.let_go.set()
    end(qtbot, job)
    assert job.state is JobState.CANCELLED
    assert job.result is None


def test_a_job_that_was_cancelled_reports_no_more_progress(qtbot, service):
    heard = []
    job = start(qtbot, service, Stepper())
    job.cancel()
    job.progress_changed.connect(heard.append)
    end(qtbot, job)
    assert heard == []


def test_cancelling_what_has_ended_changes_nothing(qtbot, service):
    job = end(qtbot, service.submit(ask()))
    job.cancel()
    assert job.state is JobState.FINISHED


# Slots and priorities.


def test_the_newest_in_a_slot_wins(qtbot, service):
    task = Stepper()
    running = start(qtbot, service, task, slot="preview")
    dropped = service.submit(ask(task), slot="preview")
    newest = service.submit(ask(), slot="preview")
    assert dropped.state is JobState.CANCELLED
    end(qtbot, newest)
    assert running.state is JobState.CANCELLED
    assert newest.state is JobState.FINISHED


def test_other_slots_and_jobs_without_a_slot_are_left_alone(qtbot, service):
    jobs = [service.submit(ask(), slot=slot) for slot in ("one", "two", None, None)]
    for job in jobs:
        end(qtbot, job)
    assert {job.state for job in jobs} == {JobState.FINISHED}


def test_a_handler_of_the_dropped_job_may_ask_again(qtbot, service):
    holder = Holder()
    start(qtbot, service, holder)
    asked = []
    first = service.submit(ask(), slot="preview")
    first.cancelled.connect(lambda: asked.append(service.submit(ask())))
    second = service.submit(ask(), slot="preview")
    holder.let_go.set()
    assert end(qtbot, second).state is JobState.FINISHED
    assert end(qtbot, asked[0]).state is JobState.FINISHED


def test_who_asks_first_is_answered_first(qtbot, service):
    holder, order = Holder(), []
    start(qtbot, service, holder)
    for name in ("film", "picture", "preview"):
        service.submit(ask(lambda _, name=name: order.append(name)))
    holder.let_go.set()
    for job in service.jobs:
        end(qtbot, job)
    assert order == ["film", "picture", "preview"]
