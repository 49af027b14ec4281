"""Several steps become one, or none."""

import pytest
from PySide6.QtGui import QUndoStack

from desktop.commands import AddLayer, SetAttribute, transaction
from desktop.document.layers import HintLayer


@pytest.fixture
def stack(qapp):
    return QUndoStack()


def _two_steps(document, stack, divisor):
    with transaction(stack, "Both"):
        stack.push(AddLayer(document, HintLayer(id="new")))
        stack.push(SetAttribute(document, "new", "name", str(1 / (divisor - 1))))


def _nested(document, stack, where):
    with transaction(stack, "Outer"):
        stack.push(SetAttribute(document, "colors", "name", "1"))
        with transaction(stack, "Inner"):
            stack.push(SetAttribute(document, "colors", "name", "2"))
            assert where != "inner" or 1 / 0
        assert 1 / 0


def test_what_is_pushed_inside_is_one_step(rich, stack, state):
    before = state(rich)
    with transaction(stack, "Both"):
        stack.push(AddLayer(rich, HintLayer(id="new")))
        stack.push(SetAttribute(rich, "new", "name", "New"))
    assert (stack.count(), stack.undoText()) == (1, "Both")
    stack.undo()
    assert state(rich) == before


def test_an_error_undoes_all_and_leaves_no_step(rich, stack, state):
    stack.push(SetAttribute(rich, "colors", "name", "First"))
    before = state(rich)
    with pytest.raises(ZeroDivisionError):
        _two_steps(rich, stack, divisor=1)
    assert state(rich) == before
    assert (stack.count(), stack.canRedo()) == (1, False)
    stack.push(SetAttribute(rich, "colors", "name", "Second"))  # and the stack still works
    stack.undo()
    assert state(rich) == before


def test_nothing_inside_is_no_step(stack):
    with transaction(stack, "Nothing"):
        pass
    assert (stack.count(), stack.isClean()) == (0, True)


@pytest.mark.parametrize("where", ["inner", "outer"])
def test_an_inner_transaction_belongs_to_the_outer_one(rich, stack, state, where):
    before = state(rich)
    with pytest.raises(ZeroDivisionError):
        _nested(rich, stack, where)
    assert state(rich) == before
    assert stack.count() == 0


def test_the_saved_place_is_still_known_after_a_rollback(rich, stack):
    stack.push(SetAttribute(rich, "colors", "name", "First"))
    stack.setClean()
    with pytest.raises(ZeroDivisionError), transaction(stack, "Both"):
        stack.push(SetAttribute(rich, "colors", "name", str(1 / 0)))
    assert stack.isClean()
