"""The fixtures that watch over all tests do see what they watch for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

LEAKS = {
    "QThread": "thread = QThread(); thread.start(); kept.append(thread)",
    "QTimer": "timer = QTimer(); timer.start(1000); kept.append(timer)",
    "QWidget": "widget = QWidget(); widget.show(); kept.append(widget)",
    "Thread": "thread = threading.Thread(target=time.sleep, args=[3]); thread.start()",
}
CLEAN = {
    "thread": "thread = QThread(); thread.start(); thread.quit(); thread.wait()",
    "timer": "timer = QTimer(); timer.start(1000); timer.stop(); kept.append(timer)",
    "dropped_timer": "timer = QTimer(); timer.start(1000)",
    "widget": "widget = QWidget(); qtbot.addWidget(widget); widget.show()",
}
HEAD = """
import threading, time
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget
kept = []
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory) -> str:
    """What pytest says of one test for each leak and each clean counterpart."""
    folder = tmp_path_factory.mktemp("watched")
    shutil.copy(TESTS / "conftest.py", folder)
    body = HEAD
    for name, code in (LEAKS | CLEAN).items():
        body += f"def test_{name}(qtbot):\n    {code}\n"
    body += "import pytest\n@pytest.mark.skip('for want of a moon')\ndef test_skipped(): pass\n"
    # so that Qt does not end the process by destroying a thread that runs
    body += "def teardown_module():\n"
    body += "    [t.quit() or t.wait() for t in kept if isinstance(t, QThread)]\n"
    (folder / "test_leaks.py").write_text(body)
    command = [sys.executable, "-m", "pytest", "-c", TESTS.parent / "pyproject.toml", "-v"]
    command += ["-p", "no:cacheprovider", f"--rootdir={folder}", folder]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    return done.stdout


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_fails_the_test(outcome, leak):
    assert f"test_{leak} ERROR" in outcome
    assert f"left behind: {leak}" in outcome


@pytest.mark.parametrize("name", CLEAN)
def test_what_was_tidied_up_is_no_leak(outcome, name):
    assert f"test_{name} PASSED" in outcome
    assert f"test_{name} ERROR" not in outcome


def test_skipped_tests_are_listed_by_name(outcome):
    assert "test_skipped: Skipped: for want of a moon" in outcome
