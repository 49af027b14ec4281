"""Starts the window: first it is shown, then everything that takes time is fetched."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import platformdirs
from PySide6.QtCore import (
    QMessageLogContext,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from desktop import commands
from desktop.preferences import Preferences, ThemeChoice
from desktop.shell.crash import CrashHandler
from desktop.shell.recovery import offer_recoveries, tell_of_crash
from desktop.shell.welcome import samples
from desktop.shell.window import Window
from desktop.studio import Studio
from desktop.widgets.theme import Theme
from inference.service import InferenceService
from inference.values import Problem


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
    crash.crashed.connect(lambda report: tell_of_crash(window.studio, report))
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
    window.docks.fill_soon()
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


def _age_s() -> float:
    """Seconds since this process was started.

    On Linux straight from the kernel's clock: psutil adds the time of booting, which /proc/stat
    gives in whole seconds, so its answer may be off by one.
    """
    if sys.platform != "linux":
        import psutil  # type: ignore[import-untyped]

        return time.time() - psutil.Process().create_time()
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22 of proc(5): starttime
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started


def _measure_start() -> int:
    """Show the window, print one line of JSON about it, and end."""
    qInstallMessageHandler(_hush)
    application = _application()
    with tempfile.TemporaryDirectory() as folder:
        window = _window(application, Preferences(Path(folder) / "none.json"), Path(folder))
        window.show()
        while not window.isVisible() or not window.windowHandle().isExposed():
            application.processEvents()
        window.repaint()
        shown_ms = round(1000 * _age_s())
        sys.stdout.write(json.dumps({"shown_ms": shown_ms, "torch_loaded": "torch" in sys.modules}))
        sys.stdout.write("\n")
        window.close()
        window.studio.shut_down()
    return 0


# Pictures of the window, for the guide and the tour.


def screenshot(
    path: Path,
    project: Path | None = None,
    size: tuple[int, int] = (1280, 800),
    theme: ThemeChoice = "dark",
    scale: float = 1.0,
    page: str = "colour",
) -> None:
    """Write a PNG of the real window with a document at work in it, drawn without a display.

    project: what to open; the first sample unless given. size is in logical pixels: the file is
    `scale` times as large. The scale holds for the first picture that a process takes, since Qt
    reads it only once. page: "colour", "style" or "film" (then project is a clip).
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_SCALE_FACTOR", str(scale))
    qInstallMessageHandler(_hush)
    application = QApplication.instance() or _application()
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        preferences = Preferences(Path(folder) / "preferences.json")
        preferences.choose(theme=theme)
        window = _window(application, preferences, Path(folder))
        window.resize(QSize(*size))
        window.show()
        window.studio.open(project or samples()[0])
        _wait_for(lambda: window.studio.current is not None)
        window.show_page(page)
        {"style": _show_style, "film": _show_film}.get(page, _show_color)(window)
        _wait_for(lambda: False, at_most_s=1.0)  # thumbnails, tiles, the last repaint
        saved = window.grab().save(str(path))
        window.studio.shut_down()  # nobody is there to ask about saving
        window.close()
    if not saved:
        raise Problem(f"The picture of the window could not be written to {path}.")


def _hush(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """What the display that draws into memory always says is not worth a line each time."""
    if "propagateSizeHints" not in text:
        sys.stderr.write(text + "\n")


def _show_film(window: Window) -> None:
    """A frame amid a part of the clip, coloured under the split line."""
    editor, reel = window.editor, window.editor.reel
    assert reel is not None
    _wait_for(lambda: reel.survey is not None)
    length = reel.last - reel.first
    for share, mark in ((0.15, commands.mark_in), (0.85, commands.mark_out)):
        editor.push(mark(editor.document, reel.nearest(reel.first + share * length)))
    reel.go(reel.nearest(reel.first + 0.3 * length))
    _wait_for(lambda: not reel.moving and reel.place == editor.document.moment)
    editor.coloring.run()
    _wait_for(lambda: bool(editor.coloring.generated_id) and not editor.coloring.busy)
    window.canvas.set_split(True)


def _show_style(window: Window) -> None:
    """A blend of two styles."""
    styling = window.editor.styling
    styling.choose("starry_night")
    styling.blend("water_lilies")
    _wait_for(lambda: bool(styling.generated_id) and not styling.busy)


def _show_color(window: Window) -> None:
    """Colours, other suggestions, and those for a hint."""
    coloring = window.editor.coloring
    if not coloring.generated_id:
        coloring.run()
        _wait_for(lambda: bool(coloring.generated_id) and not coloring.busy)
    coloring.suggest()
    _wait_for(lambda: bool(coloring.suggestions) and not coloring.busy)
    if coloring.hints.points:
        coloring.select(0)
        _wait_for(lambda: bool(coloring.hint_colors))


def _wait_for(met: Callable[[], bool], at_most_s: float = 120.0) -> None:
    end = time.monotonic() + at_most_s
    while not met() and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.01)
