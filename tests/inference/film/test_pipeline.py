"""Three stages run at once, in order, within bounds; any of them may fail or be stopped."""

import threading
import time

import pytest

from inference.film.pipeline import overlapped


def test_all_items_in_order():
    done = []
    overlapped(range(100), lambda item: item * 2, done.append)
    assert done == list(range(0, 200, 2))


def test_nothing_is_no_trouble():
    overlapped([], lambda item: item, pytest.fail)


def test_stages_overlap():
    meeting = threading.Barrier(3, timeout=5)  # broken unless three stages wait at once

    def source():
        for item in range(12):
            if item == 8:
                meeting.wait()
            yield item

    def work(item):
        if item == 4:
            meeting.wait()
        return item

    def sink(item):
        if item == 1:
            meeting.wait()

    overlapped(source(), work, sink)


def test_little_waits_between_stages():
    read, written = [], []

    def source():
        for item in range(60):
            read.append(item)
            yield item

    def sink(item):
        time.sleep(0.001)
        written.append(item)
        assert len(read) - len(written) <= 2 * 2 + 4

    overlapped(source(), lambda item: item, sink, room=2)
    assert len(written) == 60


class Trouble(Exception):  # noqa: N818
    pass


@pytest.mark.parametrize("stage", ["source", "work", "sink"])
def test_the_first_trouble_ends_all(stage):
    def fail(place, item):
        if stage == place and item == 5:
            raise Trouble
        return item

    source = (fail("source", item) for item in range(1000))
    before = threading.active_count()
    with pytest.raises(Trouble):
        overlapped(source, lambda i: fail("work", i), lambda i: fail("sink", i))
    assert threading.active_count() == before


def test_ctrl_c_ends_all():
    def work(item):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        overlapped(range(1000), work, pytest.fail)
