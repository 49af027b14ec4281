"""When Grisaille itself fails: save first, then say so calmly, and let the person go on."""

import faulthandler
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Qt, Signal

_log = logging.getLogger(__name__)

REPORT = "crash.log"
FATAL = "fatal.log"


class CrashHandler(QObject):
    """Hears of every exception that nobody caught, in any thread.

    Signals: crashed(report) - all work is saved by then; report is for a bug report.
    """

    crashed = Signal(str)
    _failed = Signal(str)  # from any thread to the window's

    def __init__(
        self, rescue: Callable[[], None], folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._rescue = rescue
        self._folder = folder
        self._fatal: IO[str] | None = None
        self._busy = False
        self._failed.connect(self._on_failed, Qt.ConnectionType.AutoConnection)

    def install(self) -> str:
        """Hear of failures from now on; returns what a former run left in its dying moment."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / FATAL
        last_words = path.read_text(errors="replace") if path.exists() else ""
        self._fatal = path.open("w")
        faulthandler.enable(self._fatal)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        return last_words

    def uninstall(self) -> None:
        """The program ends in good order."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        faulthandler.disable()
        if self._fatal:
            self._fatal.close()
            (self._folder / FATAL).unlink(missing_ok=True)

    def report(self, error: BaseException) -> None:
        """Tell of an exception that a loop caught."""
        self._on_exception(type(error), error, error.__traceback__)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._failed.emit("".join(traceback.format_exception(kind, error, trace)))

    def _on_thread(self, failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            self.report(failure.exc_value)

    def _on_failed(self, report: str) -> None:
        sys.stderr.write(report)
        if self._busy:  # saving failed too: no circles
            return
        self._busy = True
        try:
            self._keep(report)
            self._rescue()
        except Exception:  # noqa: BLE001 - whatever it is, the first failure is to be told
            _log.exception("Saving after a failure failed as well")
        finally:
            self._busy = False
        self.crashed.emit(report)

    def _keep(self, report: str) -> None:
        try:
            (self._folder / REPORT).write_text(report, encoding="utf-8")
        except OSError:
            _log.warning("The report could not be written to %s", self._folder)
