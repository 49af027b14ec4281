"""Connections of both kinds are cut together."""

from psygnal import Signal as PlainSignal
from PySide6.QtCore import QObject, Signal

from desktop.widgets.wires import Wires


class Qtish(QObject):
    changed = Signal(int)


class Plain:
    changed = PlainSignal(int)


def test_after_the_cut_nothing_is_heard():
    wires, first, second, heard = Wires(), Qtish(), Plain(), []
    wires.connect(first.changed, heard.append)
    wires.connect(second.changed, heard.append)
    first.changed.emit(1)
    second.changed.emit(2)
    wires.cut()
    first.changed.emit(3)
    second.changed.emit(4)

    assert heard == [1, 2]
