"""Several steps that become one, or none."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QUndoStack

_OPEN = "grisaille_transaction"


@contextmanager
def transaction(stack: QUndoStack, text: str) -> Iterator[None]:
    """All that is pushed inside is one step; on an exception it is undone and forgotten.

    Inside of another transaction it belongs to that one, which rolls back everything.
    """
    if stack.property(_OPEN):
        yield
        return
    stack.setProperty(_OPEN, True)
    stack.beginMacro(text)
    try:
        yield
    except BaseException:
        _end(stack)
        _forget_last(stack)
        raise
    _end(stack)
    if stack.command(stack.index() - 1).childCount() == 0:
        _forget_last(stack)


def _end(stack: QUndoStack) -> None:
    stack.setProperty(_OPEN, False)
    stack.endMacro()


def _forget_last(stack: QUndoStack) -> None:
    stack.undo()
    stack.command(stack.index()).setObsolete(True)
    stack.redo()  # Qt deletes an obsolete step when it comes to it, without doing it
