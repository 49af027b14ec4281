"""The fill: gives all that looks alike around a place the current colour."""

import cv2
import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QWidget

from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.studio import Studio
from desktop.tools.options import FillOptions
from desktop.tools.target import selected, target_of
from desktop.tools.tool import Pointer, Tool
from inference.values import Array, Problem, Region, in_depth


class Fill(Tool):
    """Click to fill."""

    name = "fill"
    label = str(QT_TRANSLATE_NOOP("Tools", "Fill"))
    icon = "fill"
    key = "F"

    tolerance = 24
    """How far a value may lie from that under the click, 0..255; one for all documents."""

    @classmethod
    def options(cls, studio: Studio) -> QWidget:
        """Colour, opacity, tolerance."""
        return FillOptions(studio.brush, cls.tolerance, cls.set_tolerance)

    @classmethod
    def set_tolerance(cls, tolerance: int) -> None:
        """Fill more or less from now on."""
        cls.tolerance = tolerance

    def begin(self, pointer: Pointer) -> None:
        """Fill, as one step."""
        column, row = int(pointer.x // 1), int(pointer.y // 1)
        document, brush = self.editor.document, self.studio.brush
        if Region(column, row, 1, 1).clipped(document.bounds).empty:
            return
        try:
            target = target_of(self.editor)
            stroke = target.stroke(self.title())
        except Problem as problem:
            self.studio.report(problem)
            return
        region, alike = alike_around(document, column, row, self.tolerance)
        inside = selected(document, region)
        amount = alike * np.float32(brush.opacity) * (1 if inside is None else inside)
        stroke.write(region, target.painted(target.image.read(region), amount, brush.color))
        command = stroke.finish()
        if not command.changed.empty:
            self.editor.push(command)


def alike_around(document: Document, column: int, row: int, tolerance: int) -> tuple[Region, Array]:
    """The pixels joined to one whose seen colour is near to its: their region, (h, w) of 0 or 1."""
    seen = in_depth(composite(document, document.bounds), np.uint8)
    seen[seen[..., 3] == 0] = 0  # what is transparent has no colour
    colors = np.ascontiguousarray(seen[..., :3])
    mask = np.zeros((document.height + 2, document.width + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | 1 << 8
    reach = (tolerance,) * 3
    *_, (x, y, width, height) = cv2.floodFill(
        colors, mask, (column, row), (0, 0, 0), reach, reach, flags
    )
    region = Region(x, y, width, height)
    return region, mask[1:-1, 1:-1][region.slices].astype(np.float32)
