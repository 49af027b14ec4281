"""Requests whose task is told by the test, and tasks that tell how they fare."""

import os
import threading
import time

import psutil
import pytest

from inference.request import Feature, Request, Result

CALL = Feature("call", "Call", "", "", "", object, object)
ANSWER = Result(figures={"answer": 42})


def ask(task=lambda context: None, **options) -> Request:
    return Request(CALL, task, None, **options)


def end(qtbot, job):
    qtbot.waitUntil(lambda: job.ended, timeout=20_000)
    return job


class Stepper:
    """A task of many short steps, which tells when it began and whether it came to its end."""

    def __init__(self, steps=1000):
        self.steps, self.began, self.done = steps, threading.Event(), False

    def __call__(self, context):
        self.began.set()
        for step in range(self.steps):
            context.checkpoint(step / self.steps, "stepping")
            time.sleep(0.005)
        self.done = True


class Holder:
    """A task without any checkpoint, that ends when it is let go."""

    def __init__(self):
        self.began, self.let_go = threading.Event(), threading.Event()

    def __call__(self, context):
        self.began.set()
        assert self.let_go.wait(10)


def start(qtbot, service, task, **options):
    job = service.submit(ask(task), **options)
    qtbot.waitUntil(task.began.is_set, timeout=20_000)
    return job


def best_of_three(measure, enough) -> float:
    """The least of up to three measurements; skips where other programs took half the machine."""
    measured = []
    while not measured or (min(measured) >= enough and len(measured) < 3):
        began, others = time.monotonic(), seconds_of_others()
        measured.append(measure())
        others = (seconds_of_others() - others) / (time.monotonic() - began) / os.cpu_count()
    if min(measured) >= enough and others > 0.5:
        pytest.skip(f"needs a quiet machine: other programs took {others:.0%} of this one")
    return min(measured)


def seconds_of_others() -> float:
    """Processor time that all programs but this one and its children have used."""
    used = psutil.cpu_times()
    return used.user + used.nice + used.system - sum(os.times()[:4])
