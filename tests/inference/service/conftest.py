"""A service, and a feature whose inputs are the task itself."""

import sys
import types

import pytest

from inference.service import InferenceService
from tests.inference.service.calls import ANSWER


@pytest.fixture(autouse=True)
def call_task(monkeypatch):
    """A feature whose inputs are the task itself: called with the context, in the worker."""
    task = types.SimpleNamespace(run=lambda request, context: request.inputs(context) or ANSWER)
    monkeypatch.setitem(sys.modules, "inference.tasks.call", task)


@pytest.fixture
def service(qtbot):
    service = InferenceService()
    yield service
    service.close()
