"""What every test stands on: no display, one thread, folders of its own, nothing left behind."""

import gc
import os
import tempfile
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

# Read when Qt, torch and hypothesis start up, so set before any of them is imported.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run side by side
os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir()) / "grisaille-hypothesis")
)

import hypothesis
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication

hypothesis.settings.register_profile("grisaille", deadline=None, database=None, derandomize=True)
hypothesis.settings.load_profile("grisaille")

gc.disable()  # a collection in some test's thread would destroy widgets there, and Qt would crash

REPOSITORY = Path(__file__).resolve().parents[1]
GRACE_S = 2.0  # for a thread that is on its way out


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of photographs and weights beside the project; skips where it is absent."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("needs the folder ../shared/data")
    return folder


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory, monkeypatch) -> Path:
    """Settings, state, data and cache of this test alone; returns the folder they are in."""
    home = tmp_path_factory.mktemp("home")
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return home


@pytest.fixture
def same_look(qapp) -> Iterator[None]:
    """Whatever a theme does to the application, afterwards it looks as before."""
    palette, sheet, font = qapp.palette(), qapp.styleSheet(), qapp.font()
    style = qapp.style().name()
    yield
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)


@pytest.fixture(scope="session")
def untrained_weights(tmp_path_factory) -> Path:
    """The file of a colorizer with chance weights."""
    from tests.untrained import save_untrained

    return save_untrained(tmp_path_factory.mktemp("models"))


@pytest.fixture
def untrained(untrained_weights, own_folders) -> None:
    """It is one of the person's own models."""
    from tests.untrained import install

    install(untrained_weights, own_folders / "data")


# Nothing is left behind.


class Started:
    """Remembers each thread and timer of Qt that Python code started."""

    def __init__(self) -> None:
        self.seen: list[weakref.ref] = []

    def watch(self, kind: type) -> None:
        start = kind.start

        def watched(this, *args):
            self.seen.append(weakref.ref(this))
            return start(this, *args)

        kind.start = watched

    def active(self) -> list:
        living = [ref() for ref in self.seen]
        return [item for item in living if item is not None and _is_active(item)]


def _is_active(item) -> bool:
    if not shiboken6.isValid(item):
        return False
    return item.isActive() if isinstance(item, QTimer) else item.isRunning()


_started = Started()
_started.watch(QThread)
_started.watch(QTimer)


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Fail after a test that leaves a thread, a running timer or a window behind."""
    if gc.get_count()[0] > gc.get_threshold()[0]:
        gc.collect(1)
    before = {id(thread) for thread in threading.enumerate()} | _windows().keys()
    _started.seen.clear()
    yield
    left = _leftovers(before)
    if left:  # perhaps only on its way out, or not collected yet
        for item in left:
            _wait_for(item)
        del left[:], item
        gc.collect()
        left = _leftovers(before)
    if left:
        pytest.fail("left behind: " + ", ".join(map(_described, left)), pytrace=False)


def _leftovers(before) -> list:
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    windows = [window for key, window in _windows().items() if key not in before]
    threads = [
        thread
        for thread in threading.enumerate()
        if id(thread) not in before and not isinstance(thread, threading._DummyThread)
    ]
    return [*windows, *threads, *_started.active()]


def _wait_for(item) -> None:
    if isinstance(item, QThread):
        item.wait(int(1000 * GRACE_S))
    elif isinstance(item, threading.Thread):
        item.join(GRACE_S)


def _windows() -> dict:
    """Windows that belong to nobody, by address; the tool tip is Qt's own."""
    if not isinstance(QCoreApplication.instance(), QApplication):
        return {}
    return {
        shiboken6.getCppPointer(widget)[0]: widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and not widget.inherits("QTipLabel")
    }


def _described(item) -> str:
    name = item.name if isinstance(item, threading.Thread) else item.objectName()
    return f"{type(item).__name__} {name}".strip()


def pytest_configure(config):
    """Register the marker of tests that tests/run.py runs one by one, after all others."""
    config.addinivalue_line("markers", "alone: measures time, so nothing else should run beside it")


def pytest_terminal_summary(terminalreporter):
    """Skipped tests by name, with their reasons."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("skipped, by name")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {reason}")
