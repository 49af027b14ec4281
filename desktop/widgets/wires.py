"""Connections that are made together and cut together, Qt's and psygnal's alike."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, SignalInstance


class Wires:
    """What a widget listens to on the thing that it shows; cut before it shows another.

    psygnal knows nothing of Qt, so its connections are also cut when the widget is destroyed.
    """

    def __init__(self, owner: QObject) -> None:
        self._pairs: list[tuple[Any, Callable[..., Any]]] = []
        owner.destroyed.connect(self._on_destroyed)

    def connect(self, signal: Any, slot: Callable[..., Any]) -> None:
        """Listen to a signal from now on; slot is a method of the owner."""
        signal.connect(slot)
        self._pairs.append((signal, slot))

    def cut(self) -> None:
        """Listen to none of them any more."""
        for signal, slot in self._pairs:
            signal.disconnect(slot)
        self._pairs.clear()

    def _on_destroyed(self) -> None:
        self._pairs = [pair for pair in self._pairs if not isinstance(pair[0], SignalInstance)]
        self.cut()
