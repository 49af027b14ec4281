"""Journey 6 of LOOK.md: the program is killed, and a click brings the work back."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("crashing.py")


@pytest.fixture
def program():
    """Starts the program with somebody at it; kills what is left at the end."""
    started = []

    def start(act: str, argument: Path) -> subprocess.Popen:
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        command = [sys.executable, str(DRIVER), act, str(argument)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def told(process: subprocess.Popen) -> dict:
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return json.loads(line)


def test_what_was_done_before_a_kill_comes_back_with_a_click(program, scan):
    first = program("work", scan)
    before = told(first)
    first.kill()
    first.wait()
    second = program("recover", scan)
    after = told(second)
    assert re.search(r"your work of \d\d:\d\d is here: “aunt”", after["words"])
    assert after["digest"] == before["digest"]
    assert after["layers"] == ["aunt", "Layer", "Colour", "Hints"]
    assert after["modified"]
    assert after["strips"] == 0
    assert second.wait(30) == 0


def test_a_bug_in_a_slot_saves_first_and_tells(program, scan):
    process = program("bug", scan)
    found = told(process)
    assert "your work is safe" in found["words"]
    assert "LookupError: a mistake of ours" in found["detail"]
    assert found["kept"] == 1
    assert process.wait(30) == 0
