"""Tells whether a change goes on with the one before it: one drag is one step of undo."""

from PySide6.QtCore import QElapsedTimer

PAUSE_MS = 600
"""A rest this long between steps of keys or wheel begins a new gesture."""


class Gesture:
    """Asked at each change whether it continues the gesture; told where a new one begins."""

    def __init__(self) -> None:
        self._since = QElapsedTimer()
        self._held = False

    def hold(self, held: bool) -> None:
        """The mouse went down (a new gesture, as long as it is down) or up (it is over)."""
        self._held = held
        self._since.invalidate()

    def goes_on(self) -> bool:
        """True where the change made now belongs to the one before it."""
        known = self._since.isValid()
        going_on = known and (self._held or self._since.elapsed() < PAUSE_MS)
        self._since.start()
        return going_on
