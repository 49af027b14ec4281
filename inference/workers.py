"""The threads that the service has its work done in, and what keeps them from the window's way."""

import gc
import time
from collections.abc import Callable
from queue import SimpleQueue

from PySide6.QtCore import QObject, QThread, QTimer

from inference import device as devices
from inference.request import Progress


class Worker(QThread):
    """A thread that calls what it is given, one after the other. All of it must not raise."""

    def __init__(self, device: str) -> None:
        super().__init__()
        self.setObjectName(f"inference on {device}")
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def do(self, call: Callable[[], None]) -> None:
        """Call it in the thread, after what was given before."""
        self._calls.put(call)

    def stop(self) -> None:
        """End the thread after what was given before."""
        self._calls.put(None)

    def make_way(self) -> None:
        """In the thread, amid a call: do what was given since, then go on."""
        while not self._calls.empty():
            call = self._calls.get()
            if call is None:
                self.stop()  # not before the call has ended, too
                return
            call()

    def run(self) -> None:
        """In the thread."""
        while self._call_next():
            pass

    def _call_next(self) -> bool:
        # a method of its own, so that nothing keeps the last job alive while it waits
        call = self._calls.get()
        if call is not None:
            call()
        return call is not None


class Throttle:
    """Passes on progress, no more often than a person can see; previews and new steps always."""

    def __init__(self, report: Callable[[Progress], None]) -> None:
        self._report = report
        self._next = 0.0
        self._step = ""

    def __call__(self, progress: Progress) -> None:
        """Report it, or leave it out."""
        now = time.monotonic()
        news = progress.preview is not None or progress.step != self._step
        if news or now >= self._next:
            self._next = now + 0.03
            self._step = progress.step
            self._report(progress)


class Collector(QObject):
    """Collects garbage in the GUI thread, and only there, until it is stopped.

    Python collects in whatever thread happens to allocate. In a worker that would destroy windows,
    timers and jobs that stand in a cycle, at which Qt crashes sooner or later.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(1000)

    def stop(self) -> None:
        """Leave it to Python again, where it was."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    def _collect(self) -> None:
        counts, limits = gc.get_count(), gc.get_threshold()
        if counts[0] > limits[0] and devices.importing.acquire(blocking=False):
            try:
                gc.collect(2 if counts[2] > limits[2] else 1)
            finally:
                devices.importing.release()
