"""A failure inside Grisaille: the work is saved, then it is said; the next start offers it."""

import faulthandler
import json
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from desktop.document.autosave import pending_recoveries
from desktop.shell import recovery
from desktop.shell.crash import FATAL, REPORT, CrashHandler
from desktop.shell.recovery import moment, offer_recoveries, tell_of_crash

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def handler(qapp, tmp_path):
    """A handler that notes what it does, in order; not installed."""
    order: list[str] = []
    handler = CrashHandler(lambda: order.append("saved"), tmp_path)
    handler.crashed.connect(lambda report: order.append(report.splitlines()[-1]))
    handler.order = order
    return handler


def fail(handler):
    try:
        raise LookupError("no such layer")
    except LookupError as error:
        handler.report(error)


def test_work_is_saved_before_anything_is_said(handler, capsys):
    fail(handler)
    assert handler.order == ["saved", "LookupError: no such layer"]
    assert "no such layer" in capsys.readouterr().err


def test_the_report_is_kept(handler, tmp_path):
    fail(handler)
    assert "no such layer" in (tmp_path / REPORT).read_text()


def test_a_save_that_fails_too_does_not_go_round_in_circles(qapp, tmp_path):
    def rescue():
        raise OSError("disk full")

    handler = CrashHandler(rescue, tmp_path)
    heard = []
    handler.crashed.connect(heard.append)
    fail(handler)
    assert len(heard) == 1


def test_a_failure_in_another_thread_is_heard_in_the_windows(handler, qtbot):
    thread = threading.Thread(target=fail, args=(handler,))
    thread.start()
    thread.join()
    assert handler.order == []
    qtbot.waitUntil(lambda: len(handler.order) == 2)


def test_ctrl_c_is_no_failure(handler, capsys):
    handler._on_exception(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert handler.order == []


def test_installing_returns_the_last_words_of_the_run_before(handler, tmp_path, monkeypatch):
    monkeypatch.setattr(faulthandler, "enable", lambda _: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    (tmp_path / FATAL).write_text("Fatal Python error: Segmentation fault")
    assert "Segmentation" in handler.install()
    handler._fatal.close()


def test_an_exception_in_a_slot_reaches_the_handler(tmp_path):
    program = textwrap.dedent(f"""
        from pathlib import Path
        from PySide6.QtCore import QCoreApplication, QTimer
        from desktop.shell.crash import CrashHandler
        app = QCoreApplication([])
        handler = CrashHandler(lambda: print("saved"), Path({str(tmp_path)!r}))
        handler.crashed.connect(lambda report: (print(report.split()[-1]), app.quit()))
        print(repr(handler.install()))
        QTimer.singleShot(0, lambda: 1 / 0)
        app.exec()
        handler.uninstall()
    """)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split() == ["''", "saved", "zero"]
    assert not (tmp_path / FATAL).exists()


def test_a_failure_is_a_strip_with_details(window):
    tell_of_crash(window.studio, "Traceback: no such layer")
    strip = window.strips.shown()[0]
    assert "your work is safe" in strip.accessibleName()
    assert strip.detail == "Traceback: no such layer"


# The next start


@pytest.fixture
def crashed(at_work, tmp_path, monkeypatch) -> Path:
    """A window whose state folder holds work of a run that died."""
    at_work.actions_.run("layer.new")
    at_work.editor.rescue()
    state = tmp_path / "state"
    for manifest in state.glob("*/*.json"):
        data = json.loads(manifest.read_text())
        data["owner"]["pid"] = 2**22 + 1  # no such process
        manifest.write_text(json.dumps(data))
    monkeypatch.setattr(type(at_work.studio), "recoveries", lambda _: pending_recoveries(state))
    return at_work


def offered(window, qtbot):
    offer_recoveries(window.studio, window.strips, "last words")
    qtbot.waitUntil(lambda: bool(window.strips.shown()))
    return window.strips.shown()[0]


def press(strip, text):
    next(b for b in strip.findChildren(QPushButton) if b.text() == text).click()


def test_work_of_a_crash_is_offered_with_its_time(crashed, qtbot):
    strip = offered(crashed, qtbot)
    assert f"your work of {time.strftime('%H:')}" in strip.accessibleName()
    assert "Photo" in strip.accessibleName()


def test_one_click_opens_it(crashed, qtbot):
    press(offered(crashed, qtbot), "Open it")
    qtbot.waitUntil(lambda: len(crashed.studio.editors) == 2)
    assert len(list(crashed.editor.document.walk())) == 2
    assert crashed.editor.modified


def test_it_can_be_thrown_away(crashed, qtbot):
    press(offered(crashed, qtbot), "Throw away")
    assert crashed.studio.recoveries() == []


def test_nothing_is_offered_after_a_good_end(window, qtbot):
    offer_recoveries(window.studio, window.strips, "")
    qtbot.waitUntil(lambda: not window.studio.background.busy)
    assert window.strips.shown() == []


def test_times_are_said_as_people_do():
    assert moment(time.time()) == time.strftime("%H:%M")
    assert recovery.moment(0.0).count(":") == 1
    assert len(recovery.moment(0.0)) > len("00:00")
