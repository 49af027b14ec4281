"""What a pressed button does until it is let go.

It pushes, turns or scales the view, drags the split line, or works with the tool in hand. Each is
begun by the canvas, then moved, then finished or cancelled.
"""

import math
from typing import Protocol

from PySide6.QtCore import QPointF

from desktop.canvas.overlays import Split
from desktop.canvas.viewport import Viewport
from desktop.tools.tool import Pointer, Tool


class Hold(Protocol):
    """The button is down."""

    def move(self, pointer: Pointer) -> None:
        """The pointer moved."""

    def finish(self, pointer: Pointer) -> None:
        """The button went up."""

    def cancel(self) -> None:
        """The person pressed Escape, or the tool is taken away."""


class _ViewHold:
    """A hold that changes the view as it goes; there is nothing to finish or to take back."""

    def __init__(self, viewport: Viewport, at: QPointF) -> None:
        self._viewport = viewport
        self._start = at
        self._last = at

    def move(self, pointer: Pointer) -> None:
        """Follow the pointer."""
        last, self._last = self._last, pointer.view
        self._follow(last, pointer.view)

    def finish(self, pointer: Pointer) -> None:
        """The last step."""
        self.move(pointer)

    def cancel(self) -> None:
        """Nothing to take back."""

    def _follow(self, last: QPointF, now: QPointF) -> None:
        raise NotImplementedError


class Pan(_ViewHold):
    """The document follows the pointer."""

    def _follow(self, last: QPointF, now: QPointF) -> None:
        step = now - last
        self._viewport.pan(step.x(), step.y())


class Turn(_ViewHold):
    """The view turns about its middle."""

    def _follow(self, last: QPointF, now: QPointF) -> None:
        size = self._viewport.size
        middle = QPointF(size.width() / 2, size.height() / 2)
        first, second = last - middle, now - middle
        angle = math.atan2(second.y(), second.x()) - math.atan2(first.y(), first.x())
        self._viewport.rotate(math.degrees(angle))


class Scale(_ViewHold):
    """Up is nearer, about the place where it began."""

    def _follow(self, last: QPointF, now: QPointF) -> None:
        factor = 2 ** ((last.y() - now.y()) / 100)
        self._viewport.zoom_to(self._viewport.zoom * factor, self._start)


class DragSplit(_ViewHold):
    """The line between before and after follows the pointer."""

    def __init__(self, viewport: Viewport, at: QPointF, split: Split) -> None:
        super().__init__(viewport, at)
        self._split = split

    def _follow(self, _last: QPointF, now: QPointF) -> None:
        self._split.drag(now.x(), self._viewport)


class UseTool:
    """The tool works."""

    def __init__(self, tool: Tool, pointer: Pointer) -> None:
        self._tool = tool
        tool.begin(pointer)

    def move(self, pointer: Pointer) -> None:
        """On with it."""
        self._tool.move(pointer)

    def finish(self, pointer: Pointer) -> None:
        """Done."""
        self._tool.finish(pointer)

    def cancel(self) -> None:
        """As if it had never begun."""
        self._tool.cancel()
