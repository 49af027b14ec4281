"""The window's way to the networks: jobs in a queue, one thread a device, signals back.

The only Qt in inference, with workers.py. All of it lives in the GUI thread, which never waits
here; what runs in a worker's thread is marked so. The command line calls `inference.tasks.run`
itself.
"""

import logging
import sys
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QMetaMethod, QObject, Qt, Signal

from inference import device as devices
from inference import tasks
from inference.features import FEATURES
from inference.request import Cancelled, Context, Progress, Request, Result
from inference.values import Problem
from inference.workers import Collector, Throttle, Worker

if TYPE_CHECKING:
    import asyncio

_log = logging.getLogger(__name__)

_Outcome = Result | Problem | Cancelled
_numbers = count()  # of jobs


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(QObject):
    """One request on its way. `await job` gives its Result, raises its Problem, or Cancelled.

    Signals: state_changed(JobState), then what it ended in: finished(Result), failed(Problem) or
    cancelled(); before that progress_changed(Progress). Exactly one of the three comes.
    """

    state_changed = Signal(object)
    progress_changed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, request: Request, slot: str | None) -> None:
        super().__init__()
        self.number = next(_numbers)
        self.request = request
        self.slot = slot
        self.state = JobState.WAITING
        self.progress = Progress()
        self.device = ""
        """Where it runs or ran, such as "cpu"; empty before."""
        self.started_at: float | None = None
        """Seconds since the epoch."""
        self.result: Result | None = None
        self.problem: Problem | None = None
        self._stop = threading.Event()
        self._clock = (0.0, 0.0)  # start and end; an end of 0 means that it still runs
        self._awaiting: list[asyncio.Future[_Outcome]] = []

    @property
    def ended(self) -> bool:
        """True where nothing more comes."""
        return self.state not in (JobState.WAITING, JobState.RUNNING)

    @property
    def seconds(self) -> float:
        """How long it has been running, or has run; 0 where it never began."""
        begin, end = self._clock
        return (end or time.monotonic()) - begin if self.started_at is not None else 0.0

    def cancel(self) -> None:
        """Drop it if it waits; if it runs it ends at its next checkpoint. Later does nothing."""
        self._stop.set()
        if self.state is JobState.WAITING:
            self._end(JobState.CANCELLED)

    def __await__(self) -> Generator[Any, None, Result]:
        if not self.ended:
            import asyncio

            future = asyncio.get_running_loop().create_future()
            future.add_done_callback(lambda f: self.cancel() if f.cancelled() else None)
            self._awaiting.append(future)
            outcome = yield from future.__await__()
        else:
            outcome = self._outcome
        if isinstance(outcome, Result):
            return outcome
        raise outcome

    @property
    def _outcome(self) -> _Outcome:
        if self.state is JobState.CANCELLED:
            return Cancelled()
        return self.result or self.problem or Problem("This result was let go: ask again.")

    def _begin(self, device: str) -> None:
        self.device = device
        self.started_at, self._clock = time.time(), (time.monotonic(), 0.0)
        self.state = JobState.RUNNING
        self.state_changed.emit(self.state)

    def _advance(self, progress: Progress) -> None:
        if not self._stop.is_set():
            self.progress = progress
            self.progress_changed.emit(progress)

    def _settle(self, outcome: _Outcome) -> None:
        """End by what came back. Who was cancelled is never finished, however far it came."""
        if self._stop.is_set() or isinstance(outcome, Cancelled):
            self._end(JobState.CANCELLED)
        elif isinstance(outcome, Problem):
            self.problem = outcome
            self._end(JobState.FAILED)
        else:
            self.result = outcome
            self.device = outcome.device
            self._end(JobState.FINISHED)

    def _end(self, state: JobState) -> None:
        self._clock = (self._clock[0], time.monotonic())
        self.state = state
        for future in self._awaiting:
            if not future.done():
                future.set_result(self._outcome)
        self._awaiting.clear()
        self.state_changed.emit(state)
        if state is JobState.FINISHED:
            self.finished.emit(self.result)
        elif state is JobState.FAILED:
            self.failed.emit(self.problem)
        else:
            self.cancelled.emit()
        self._hang_up()

    def _hang_up(self) -> None:
        """It has told all: forget who listened, or a closed document would live as long as it."""
        for told in (self.progress_changed, self.finished, self.failed, self.cancelled):
            if self.isSignalConnected(QMetaMethod.fromSignal(told)):
                told.disconnect()

    def _release(self) -> None:
        """Let go of pixels; the facts stay."""
        self.request = replace(self.request, inputs=None)
        self.result = None
        self.progress = Progress()


_PIXELS_KEPT = 4  # ended jobs that keep inputs and result, for who asks late
_JOBS_KEPT = 200  # ended jobs that are listed


class InferenceService(QObject):
    """Takes requests and has them answered, one at a time on each device.

    A job of hours, the export of a film, makes way for others at its checkpoints.

    Signals: job_added(Job), job_removed(Job: an old one left the list), torch_ready().
    """

    job_added = Signal(object)
    job_removed = Signal(object)
    torch_ready = Signal()

    # from the workers' threads to the GUI thread; of a job they know the number only
    _answered = Signal(int, object)
    _progressed = Signal(int, object)
    _warmed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._running: dict[int, Job] = {}  # by number
        self._workers: dict[str, Worker] = {}
        self._devices: dict[str, str] | None = None  # what "auto" and the like mean here
        self._warming = self._closed = False
        queued = Qt.ConnectionType.QueuedConnection
        self._answered.connect(self._on_answered, queued)
        self._progressed.connect(self._on_progressed, queued)
        self._warmed.connect(self._on_warmed, queued)
        # Python code in workers must let go of the lock soon, or the window stutters
        sys.setswitchinterval(0.001)
        self._collector = Collector(self)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All that wait or run, and those that ended last; the oldest first."""
        return tuple(self._jobs)

    def submit(self, request: Request, slot: str | None = None) -> Job:
        """Ask. Whatever waits or runs in the same slot is cancelled: there the newest wins."""
        job = Job(request, slot)
        for older in self.jobs:
            if slot is not None and older.slot == slot:
                older.cancel()
        self._jobs.append(job)
        self._forget()
        self.job_added.emit(job)
        if self._closed:
            job.cancel()
        self._dispatch()
        return job

    def warm_up(self) -> None:
        """Import torch in the background, then say torch_ready. Later calls do nothing."""
        if not self._warming and not self._closed:
            self._warming = True
            self._worker("cpu").do(self._warm)

    def close(self) -> None:
        """Cancel all jobs and wait for the threads: up to the next checkpoint of what runs."""
        self._closed = True
        for job in self.jobs:
            job.cancel()
        for worker in self._workers.values():
            worker.stop()
        for worker in self._workers.values():
            worker.wait()
        self._workers.clear()
        for number in tuple(self._running):
            self._on_answered(number, Cancelled())
        self._collector.stop()

    def _dispatch(self) -> None:
        """Give each free device the first of the jobs that wait for it."""
        waiting = [job for job in self._jobs if job.state is JobState.WAITING]
        if self._devices is None and waiting:
            self.warm_up()
            return
        for job in waiting:
            assert self._devices is not None
            # a device that is absent: the runner will say so, in whatever thread
            device = self._devices.get(job.request.device, "cpu")
            if job.state is JobState.WAITING and self._has_room(device, job):
                self._running[job.number] = job
                job._begin(device)
                worker = self._worker(device)
                worker.do(partial(self._answer, worker, job.number, job.request, job._stop))

    def _has_room(self, device: str, job: Job) -> bool:
        """True where nothing runs on a device, or only what makes way for such a job."""
        there = [
            other.request.feature for other in self._running.values() if other.device == device
        ]
        return not there or (
            all(feature.makes_way for feature in there) and not job.request.feature.makes_way
        )

    def _worker(self, device: str) -> Worker:
        if device not in self._workers:
            self._workers[device] = Worker(device)
            self._workers[device].start()
        return self._workers[device]

    def _on_warmed(self, found: dict[str, str]) -> None:
        self._devices = found
        if found:
            self.torch_ready.emit()
        self._dispatch()

    def _on_progressed(self, number: int, progress: Progress) -> None:
        if number in self._running:
            self._running[number]._advance(progress)

    def _on_answered(self, number: int, outcome: _Outcome) -> None:
        job = self._running.pop(number, None)
        if job is not None:  # else the service was closed meanwhile
            job._settle(outcome)
            self._forget()
            self._dispatch()

    def _forget(self) -> None:
        ended = [job for job in self._jobs if job.ended]
        for job in ended[:-_PIXELS_KEPT]:
            job._release()
        for job in ended[:-_JOBS_KEPT]:
            self._jobs.remove(job)
            self.job_removed.emit(job)

    # In the workers' threads. No Job there: whoever drops it last destroys it, and a QObject must
    # be destroyed in its own thread.

    def _warm(self) -> None:
        found: dict[str, str] = {}
        try:
            devices.import_torch()
            for name in devices.NAMES:
                with suppress(Problem):
                    found[name] = str(devices.resolve(name))
            for feature in FEATURES:
                tasks.module_of(feature)
        except (ImportError, OSError):
            _log.exception("Warming up failed")  # each job will tell the person why
        self._warmed.emit(found)

    def _answer(self, worker: Worker, number: int, request: Request, stop: threading.Event) -> None:
        throttle = Throttle(partial(self._progressed.emit, number))

        def report(progress: Progress) -> None:
            throttle(progress)
            if request.feature.makes_way:
                worker.make_way()

        outcome: _Outcome
        try:
            outcome = tasks.run(request, Context(report, stop))
        except (Problem, Cancelled) as error:
            # without its frames, which would keep the picture alive
            error.__traceback__ = error.__cause__ = error.__context__ = None
            outcome = error
        self._answered.emit(number, outcome)
