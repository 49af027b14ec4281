"""The service lives: making way, awaiting, keeping and closing, a window that breathes."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import qasync

from inference import device
from inference import service as services
from inference.request import Cancelled, Request
from inference.service import InferenceService, JobState
from inference.values import Problem
from tests.inference.service.calls import (
    CALL,
    Holder,
    Stepper,
    ask,
    best_of_three,
    end,
    start,
)

REPOSITORY = Path(__file__).parents[3]

# Making way.

LONG = replace(CALL, makes_way=True)


def ask_long(task) -> Request:
    return replace(ask(task), feature=LONG)


@pytest.fixture
def long_job(qtbot, service):
    """A job of many steps that makes way, and its task."""
    task = Stepper()
    job = service.submit(ask_long(task))
    qtbot.waitUntil(task.began.is_set, timeout=20_000)
    yield job, task
    job.cancel()


def test_a_long_job_lets_others_in_and_goes_on(qtbot, service, long_job):
    job, task = long_job
    short = service.submit(ask())
    assert short.state is JobState.RUNNING  # it waits for a checkpoint, not for the end
    assert end(qtbot, short).result.figures == {"answer": 42}
    assert (job.state, task.done) == (JobState.RUNNING, False)
    qtbot.waitUntil(lambda: (job.progress.fraction or 0) > 0.02)


def test_who_is_let_in_does_so_one_at_a_time_and_in_order(qtbot, service, long_job):
    order = []
    jobs = [service.submit(ask(lambda _, n=number: order.append(n))) for number in range(3)]
    assert [job.state for job in jobs] == [JobState.RUNNING, JobState.WAITING, JobState.WAITING]
    for job in jobs:
        end(qtbot, job)
    assert order == [0, 1, 2]


def test_progress_belongs_to_the_job_that_reported_it(qtbot, service, long_job):
    heard, task = [], Stepper(20)
    short = service.submit(ask(task))
    short.progress_changed.connect(lambda progress: heard.append(progress.fraction))
    end(qtbot, short)
    assert task.done
    assert set(heard) <= {None, *(step / 20 for step in range(20))}


def test_a_long_job_makes_no_way_for_another_long_one(qtbot, service, long_job):
    second = Stepper(1)
    waiting = service.submit(ask_long(second))
    assert waiting.state is JobState.WAITING
    long_job[0].cancel()
    end(qtbot, waiting)
    assert second.done


def test_a_failing_guest_does_the_host_no_harm(qtbot, service, long_job, caplog):
    guest = end(qtbot, service.submit(ask(lambda context: 1 / 0)))
    assert guest.state is JobState.FAILED
    assert long_job[0].state is JobState.RUNNING


def test_closing_ends_host_and_guest(qtbot, service, long_job):
    holder = Holder()
    guest = start(qtbot, service, holder)
    threading.Timer(0.05, holder.let_go.set).start()
    service.close()
    assert guest.state is JobState.CANCELLED
    assert long_job[0].state is JobState.CANCELLED


# Awaiting.


def run_loop(qapp, coroutine):
    with qasync.QEventLoop(qapp) as loop:
        return loop.run_until_complete(asyncio.wait_for(coroutine, 20))


async def result_of(job):
    return await job


def test_awaiting_gives_the_result_again_and_again(qapp, service):
    async def twice():
        job = service.submit(ask())
        return await job, await job

    first, second = run_loop(qapp, twice())
    assert first.figures == {"answer": 42}
    assert first is second


def test_awaiting_raises_the_problem(qapp, service):
    def refuse(context):
        raise Problem("No.")

    with pytest.raises(Problem, match="No"):
        run_loop(qapp, result_of(service.submit(ask(refuse))))


def test_awaiting_raises_cancelled(qapp, qtbot, service):
    job = start(qtbot, service, Stepper())
    job.cancel()
    with pytest.raises(Cancelled):
        run_loop(qapp, result_of(job))


def test_who_gives_up_awaiting_cancels_the_job(qapp, qtbot, service):
    job = start(qtbot, service, Stepper())

    async def give_up():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(result_of(job), 0.05)

    run_loop(qapp, give_up())
    assert end(qtbot, job).state is JobState.CANCELLED


# Keeping and closing.


def test_jobs_are_announced_and_listed(qtbot, service):
    with qtbot.waitSignal(service.job_added) as heard:
        job = service.submit(ask())
    assert heard.args == [job]
    end(qtbot, job)
    assert service.jobs == (job,)


def test_old_jobs_let_go_of_pixels_and_then_of_their_place(qtbot, service, monkeypatch):
    monkeypatch.setattr(services, "_JOBS_KEPT", 6)
    removed = []
    service.job_removed.connect(removed.append)
    jobs = [end(qtbot, service.submit(ask())) for _ in range(8)]
    assert removed == jobs[:2]
    assert service.jobs == tuple(jobs[2:])
    assert [job.result is None for job in jobs[2:]] == [True] * 2 + [False] * 4
    assert jobs[2].request.inputs is None
    assert jobs[2].request.feature is CALL
    assert jobs[2].device


def test_closing_cancels_everything_and_joins_the_threads(qtbot):
    service, task = InferenceService(), Stepper()
    running = start(qtbot, service, task)
    waiting = service.submit(ask())
    workers = list(service._workers.values())
    service.close()
    assert running.state is waiting.state is JobState.CANCELLED
    assert not any(worker.isRunning() for worker in workers)
    assert service.submit(ask()).state is JobState.CANCELLED
    service.close()


def test_closing_before_torch_is_there(qtbot):
    service = InferenceService()
    job = service.submit(ask())
    service.close()
    assert job.state is JobState.CANCELLED


def test_warming_up_says_when_torch_is_there(qtbot, service):
    with qtbot.waitSignal(service.torch_ready, timeout=20_000):
        service.warm_up()
        service.warm_up()
    assert "torch" in sys.modules


def test_garbage_is_collected_in_the_gui_thread_only(qtbot, service):
    """Elsewhere it would destroy windows that stand in a cycle, and Qt would crash."""
    threads = set()

    def note(phase, info):
        threads.add(threading.get_ident())

    def litter(context):
        for _ in range(20_000):
            cycle = []
            cycle.append(cycle)

    gc.callbacks.append(note)
    try:
        end(qtbot, service.submit(ask(litter)))
        qtbot.waitUntil(lambda: bool(threads), timeout=5000)
    finally:
        gc.callbacks.remove(note)
    assert threads == {threading.get_ident()}


def test_no_garbage_is_collected_while_a_worker_imports(qtbot, service, monkeypatch):
    """It would be a walk over half a million objects of torch, in the GUI thread."""
    monkeypatch.setattr(gc, "collect", lambda generation: pytest.fail("collected"))
    monkeypatch.setattr(gc, "get_count", lambda: (10_000, 0, 0))
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with device.importing:
            held.set()
            let_go.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    service._collector._collect()
    let_go.set()
    thread.join()


def test_garbage_is_pythons_business_again_after_closing(qapp):
    gc.enable()
    try:
        service = InferenceService()
        assert not gc.isenabled()
        service.close()
        assert gc.isenabled()
    finally:
        gc.disable()  # as conftest.py wants it


# The window.


def program(*arguments) -> str:
    """What another Python says, with all processors for torch as in real life."""
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    environment["PYTHONPATH"] = str(REPOSITORY)
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_service_is_imported_without_torch():
    code = "import sys, inference.service; print('torch' in sys.modules)"
    assert program("-c", code).strip() == "False"


@pytest.mark.alone
@pytest.mark.slow
def test_the_gui_thread_never_stands_still_for_50_ms():
    """While torch is imported, the model loaded, and a picture of 12 megapixels coloured."""

    def longest_gap_ms() -> float:
        told = json.loads(program(REPOSITORY / "tests/inference/heartbeat.py"))
        assert told["state"] == "finished"
        assert {"Importing torch", "Loading the model"} < told["gaps"].keys()
        return max(told["gaps"].values())

    assert best_of_three(longest_gap_ms, enough=50) < 50
