"""Work that would hold up the window (reading, writing, flattening), done beside it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from inference.values import Problem


class Background(QObject):
    """Runs functions on one worker thread, in order; answers arrive on the window's thread.

    Signals: busy_changed(bool) - something is waiting or running.
    """

    busy_changed = Signal(bool)
    _done = Signal(object, object, object)  # callback, value, problem

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="background")
        self._waiting = 0
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while something is waiting or running."""
        return self._waiting > 0

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[Problem], None],
    ) -> None:
        """Call `work()` beside the window, then `done(value)` or `failed(problem)` on it.

        `work` must touch nothing that the window may change meanwhile: frozen values, snapshots.
        """
        self._waiting += 1
        self.busy_changed.emit(True)
        self._pool.submit(self._work, work, done, failed)

    def close(self) -> None:
        """Finish what has begun; call before the program ends."""
        self._pool.shutdown(wait=True)

    def _work(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[Problem], None],
    ) -> None:
        try:
            value = work()
        except Problem as problem:
            self._done.emit(failed, problem, None)
        except BaseException as error:  # noqa: BLE001 - a bug must reach the crash handler
            self._done.emit(None, None, error)
        else:
            self._done.emit(done, value, None)

    def _deliver(
        self, callback: Callable[[Any], None] | None, value: object, bug: BaseException | None
    ) -> None:
        self._waiting -= 1
        if not self._waiting:
            self.busy_changed.emit(False)
        if bug is not None:
            raise bug
        assert callback is not None
        callback(value)
