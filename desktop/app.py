"""Starts the window: first it is shown, then everything that takes time is fetched."""

import json
import sys
import tempfile
import time
from pathlib import Path

import platformdirs
import psutil
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop.crash import CrashHandler
from desktop.preferences import Preferences
from desktop.recovery import offer_recoveries, tell_of_crash
from desktop.studio import Studio
from desktop.theme import Theme
from desktop.welcome import samples
from desktop.window import Window
from inference.service import InferenceService


def main(arguments: list[str]) -> int:
    """Open the window with what the arguments name; returns the exit code.

    Arguments: files to open, `--sample` (open the sample), `--measure-start` (print how long
    it took until the window was shown, and end).
    """
    if "--measure-start" in arguments:
        return _measure_start()
    application = _application()
    window = _window(application, Preferences(), state_folder())
    crash = CrashHandler(window.studio.rescue, state_folder(), window)
    crash.crashed.connect(lambda report: tell_of_crash(window.strips, report))
    last_words = crash.install()
    window.show()
    QTimer.singleShot(0, window, lambda: _after_shown(window, arguments, last_words))
    _run(application, crash)
    window.studio.shut_down()
    crash.uninstall()
    return 0


def state_folder() -> Path:
    """Where autosaved work and reports of crashes are kept."""
    return platformdirs.user_state_path("Grisaille", appauthor=False)


def _application() -> QApplication:
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Grisaille")
    application.setDesktopFileName("grisaille")
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    return application


def _window(application: QApplication, preferences: Preferences, state: Path) -> Window:
    theme = Theme(application, preferences)
    window = Window(Studio(InferenceService(), preferences, state))
    theme.setParent(window)
    return window


def _after_shown(window: Window, arguments: list[str], last_words: str) -> None:
    studio = window.studio
    for argument in arguments:
        if argument == "--sample":
            studio.open(samples()[0])
        else:
            studio.open(Path(argument))
    offer_recoveries(studio, window.strips, last_words)
    studio.service.warm_up()


def _run(application: QApplication, crash: CrashHandler) -> None:
    """Qt and asyncio in one loop, until the last window is closed."""
    from qasync import QEventLoop

    loop = QEventLoop(application)
    loop.set_exception_handler(
        lambda _, context: crash.report(context.get("exception") or RuntimeError(str(context)))
    )
    with loop:
        loop.run_forever()


def _measure_start() -> int:
    """Show the window, print one line of JSON about it, and end."""
    application = _application()
    with tempfile.TemporaryDirectory() as folder:
        window = _window(application, Preferences(Path(folder) / "none.json"), Path(folder))
        window.show()
        while not window.isVisible() or not window.windowHandle().isExposed():
            application.processEvents()
        window.repaint()
        shown_ms = round(1000 * (time.time() - psutil.Process().create_time()))
        sys.stdout.write(json.dumps({"shown_ms": shown_ms, "torch_loaded": "torch" in sys.modules}))
        sys.stdout.write("\n")
        window.close()
        window.studio.shut_down()
    return 0
