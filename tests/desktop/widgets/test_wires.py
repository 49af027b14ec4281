"""Connections of both kinds are cut together, and when their owner dies."""

import shiboken6
from psygnal import Signal as PlainSignal
from PySide6.QtCore import QObject, Signal

from desktop.widgets.wires import Wires


class Qtish(QObject):
    changed = Signal(int)


class Plain:
    changed = PlainSignal(int)


class Listener(QObject):
    def __init__(self, *signals):
        super().__init__()
        self.heard = []
        self.wires = Wires(self)
        for signal in signals:
            self.wires.connect(signal, self.hear)

    def hear(self, number):
        self.heard.append(number)


def test_after_the_cut_nothing_is_heard(qapp):
    first, second = Qtish(), Plain()
    listener = Listener(first.changed, second.changed)
    first.changed.emit(1)
    second.changed.emit(2)
    listener.wires.cut()
    first.changed.emit(3)
    second.changed.emit(4)

    assert listener.heard == [1, 2]


def test_the_dead_hear_nothing(qapp):
    first, second = Qtish(), Plain()
    listener = Listener(first.changed, second.changed)
    shiboken6.delete(listener)
    first.changed.emit(3)
    second.changed.emit(4)

    assert listener.heard == []
