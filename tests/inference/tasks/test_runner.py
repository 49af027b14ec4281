"""The runner finds the task, settles the device, retreats only as allowed, and explains errors."""

import sys
import types

import numpy as np
import pytest

from inference import device, tasks
from inference.features import FEATURES
from inference.request import Cancelled, Context, Feature, Request, Result
from inference.values import Picture, Problem

CALL = Feature("call", "Call", "", "", "", object, object)
FULL = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")


@pytest.fixture(autouse=True)
def call_task(monkeypatch):
    """A feature whose inputs are the task itself."""
    task = types.SimpleNamespace(run=lambda request, context: request.inputs(request, context))
    monkeypatch.setitem(sys.modules, "inference.tasks.call", task)


@pytest.fixture
def a_gpu(monkeypatch):
    """A machine that seems to have a GPU (nothing is computed on it)."""
    monkeypatch.setattr(device, "resolve", lambda name: "cuda:0" if name == "auto" else name)
    monkeypatch.setattr(device, "name", lambda name: "GPU" if "cuda" in name else "CPU")
    monkeypatch.setattr(device, "free", lambda name: None)


def run(task, context=None, **options) -> Result:
    return tasks.run(Request(CALL, task, None, **options), context or Context())


def test_the_task_gets_the_request_with_its_device_resolved():
    seen = []

    def task(request, context):
        seen.append(request)
        return Result()

    run(task, seed=7, device="cpu")
    assert (seen[0].seed, seen[0].device) == (7, "cpu")


def test_device_and_notes_are_put_on_the_result():
    def task(request, context):
        context.note("Smaller.")
        return Result(pictures=(Picture(np.zeros((1, 1, 1), np.uint8)),))

    result = run(task, device="cpu")
    assert (result.device, result.notes, len(result.pictures)) == ("cpu", ("Smaller.",), 1)


@pytest.mark.parametrize("error", [Problem("No."), Cancelled()])
def test_problems_and_cancelling_pass_as_they_are(error):
    def task(request, context):
        raise error

    with pytest.raises(type(error)) as raised:
        run(task)
    assert raised.value is error


def test_a_bug_becomes_a_problem_that_can_be_reported(caplog):
    def task(request, context):
        raise KeyError("ab")

    with pytest.raises(Problem, match=r"Call stopped because of a fault in Grisaille \(KeyError\)"):
        run(task)
    assert "KeyError: 'ab'" in caplog.text


def test_too_little_memory_becomes_a_problem_with_a_remedy():
    def task(request, context):
        raise MemoryError

    with pytest.raises(Problem, match="too little memory") as problem:
        run(task)
    assert "smaller" in problem.value.remedy


def test_a_job_cancelled_while_it_waited_never_reaches_its_task():
    import threading

    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        run(lambda request, context: pytest.fail("it ran"), Context(cancelled=stop))


class OnlyOnCpu:
    """A task for which the GPU is too small."""

    def __init__(self, error=FULL):
        self.error, self.devices = error, []

    def __call__(self, request, context):
        self.devices.append(request.device)
        if request.device != "cpu":
            raise self.error
        return Result()


def test_the_cpu_takes_over_where_it_is_allowed_and_says_so(a_gpu):
    task = OnlyOnCpu()
    result = run(task, allow_cpu=True)
    assert task.devices == ["cuda:0", "cpu"]
    assert result.device == "cpu"
    assert result.notes == ("GPU has too little memory: the CPU did the work.",)


def test_the_cpu_does_not_take_over_unasked(a_gpu):
    task = OnlyOnCpu()
    with pytest.raises(Problem, match="too little memory"):
        run(task)
    assert task.devices == ["cuda:0"]


def test_other_errors_are_no_reason_to_take_over(a_gpu, caplog):
    task = OnlyOnCpu(RuntimeError("device-side assert"))
    with pytest.raises(Problem, match="fault"):
        run(task, allow_cpu=True)
    assert task.devices == ["cuda:0"]


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_feature_has_a_task(feature):
    assert callable(tasks.module_of(feature).run)
