"""Connections that are made together and cut together, Qt's and psygnal's alike."""

from collections.abc import Callable
from typing import Any


class Wires:
    """What a panel listens to on the thing that it shows; cut before it shows another.

    psygnal knows nothing of Qt, so a panel also cuts its wires when it is destroyed.
    """

    def __init__(self) -> None:
        self._pairs: list[tuple[Any, Callable[..., Any]]] = []

    def connect(self, signal: Any, slot: Callable[..., Any]) -> None:
        """Listen to a signal from now on."""
        signal.connect(slot)
        self._pairs.append((signal, slot))

    def cut(self) -> None:
        """Listen to none of them any more."""
        for signal, slot in self._pairs:
            signal.disconnect(slot)
        self._pairs.clear()
