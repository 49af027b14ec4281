"""A lock tells another living window from one that crashed."""

import subprocess
import sys
import time

import msgspec
import pytest

from desktop.document.lock import ProjectLock
from inference.media import lock
from inference.media.lock import Owner
from inference.values import Problem


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "work.grisaille"
    path.touch()
    return path


def left_by(project, owner):
    ProjectLock(project).path.write_bytes(msgspec.json.encode(owner))


def test_a_second_window_is_told(project):
    first = ProjectLock(project)
    first.acquire()
    with pytest.raises(Problem, match="open in another window"):
        ProjectLock(project).acquire()
    first.release()
    second = ProjectLock(project)
    second.acquire()
    second.release()
    assert list(project.parent.iterdir()) == [project]


def test_a_window_in_another_process_is_told(project):
    code = (
        "import sys, time; sys.path.insert(0, '.')\n"
        "from desktop.document.lock import ProjectLock\n"
        f"ProjectLock({str(project)!r}).acquire(); print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(Problem, match="open in another window"):
            ProjectLock(project).acquire()
    finally:
        child.kill()
        child.communicate()
    after = ProjectLock(project)
    after.acquire()  # the crash left the file, but nobody holds it
    assert after.held
    after.release()


def test_a_later_process_of_the_same_number_is_no_owner(project):
    now = Owner.current()
    left_by(project, Owner(now.pid, now.started - 1000, now.host))
    taken = ProjectLock(project)
    taken.acquire()
    assert taken.held


def test_another_computer_may_still_have_it_open(project):
    left_by(project, Owner(1, 1.0, "studio-2"))
    with pytest.raises(Problem, match="on the computer studio-2") as caught:
        ProjectLock(project).acquire()
    assert ".work.grisaille.lock" in caught.value.remedy


def test_a_lock_that_says_nothing_is_taken_over_unless_it_is_being_written(project, monkeypatch):
    ProjectLock(project).path.write_bytes(b"")
    with pytest.raises(Problem):
        ProjectLock(project).acquire()
    later = time.time() + 10
    monkeypatch.setattr(lock.time, "time", lambda: later)
    taken = ProjectLock(project)
    taken.acquire()
    assert taken.held


def test_without_a_folder_to_write_in_there_is_no_lock_and_no_trouble(tmp_path):
    nowhere = ProjectLock(tmp_path / "missing" / "work.grisaille")
    nowhere.acquire()
    assert not nowhere.held
    nowhere.release()
