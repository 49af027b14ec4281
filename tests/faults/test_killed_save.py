"""A process that is killed while it saves leaves the old or the new work, whole: 200 times over."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from desktop.document.autosave import pending_recoveries
from desktop.document.project import load_project

REPOSITORY = Path(__file__).resolve().parents[2]
KILLS = 200

CHILD = """
import os, sys
sys.path.insert(0, ".")
import numpy as np
from desktop.document.autosave import Autosave
from desktop.document.document import Document
from desktop.document.project import save_project
from inference.values import Picture, Region

loaded = {"torch", "PySide6"} & set(sys.modules)
assert not loaded, loaded

def work(value, project, state):
    document = Document.from_picture(Picture(np.zeros((300, 300, 3), np.uint8)), "Photo")
    layer, safety = document.root.children[0], Autosave(document, state)
    print("saving", os.getpid(), flush=True)
    while True:
        value = (value + 1) % 256
        document.write(layer.id, document.bounds, np.full((300, 300, 4), value, np.uint8))
        document.set_attribute(layer.id, "name", str(value))
        save_project(document, project)
        os.write(1, f"saved {value}\\n".encode())  # whole, or not at all when killed
        safety.save_now()

# Starting up takes a hundred times as long as saving: each victim is a fork of one that is ready.
for line in sys.stdin:
    value, project, state = line.split()
    child = os.fork()
    if not child:
        work(int(value), project, state)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


@pytest.fixture
def nursery():
    """A process that makes victims."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield child
    child.kill()
    child.communicate()


def line_of(child):
    assert select.select([child.stdout], [], [], 60)[0], "the process says nothing"
    return child.stdout.readline().split()


def whole_value(document):
    """The value that all pixels and the layer's name have in common."""
    layer = document.root.children[0]
    values = np.unique(layer.image.read(document.bounds))
    assert values.tolist() == [int(layer.name)]
    return int(layer.name)


def killed_after(nursery, seconds, value, project, state):
    """Let a process save again and again, and kill it; returns the last value it had saved."""
    nursery.stdin.write(f"{value} {project} {state}\n")
    nursery.stdin.flush()
    word, pid = line_of(nursery)
    assert word == "saving"
    time.sleep(seconds)
    os.kill(int(pid), signal.SIGKILL)
    while (line := line_of(nursery)) != ["dead"]:
        value = int(line[1])
    return value


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_save_leaves_the_old_or_the_new_work(nursery, tmp_path):
    project, state = tmp_path / "work.grisaille", tmp_path / "state"
    moments = random.Random(1)
    value, kills, in_between, recovered = 0, 0, 0, 0
    rounds = killed_after(nursery, 1.0, value, project, state)  # from now on there is old work
    value, window = whole_value(load_project(project)), 2.0 / rounds
    # On until enough were killed in the middle of writing, and after their first autosave.
    while kills < KILLS or min(in_between, recovered) <= KILLS // 10:
        assert kills < 5 * KILLS, f"only {in_between} while writing, {recovered} after autosave"
        last = killed_after(nursery, moments.uniform(0.0, window), value, project, state)
        value = whole_value(load_project(project))
        assert value in (last, (last + 1) % 256)
        for recovery in pending_recoveries(state):
            report = recovery.load()
            assert whole_value(report.document) in ((value - 1) % 256, value)
            assert report.notes == ()
            recovery.discard()
            recovered += 1
        in_between += any(path.suffix == ".part" for path in tmp_path.iterdir())
        for path in tmp_path.glob(".*.part"):
            path.unlink()
        kills += 1
        if kills % KILLS == 0:
            window *= 2  # the machine is slower than it was at first
