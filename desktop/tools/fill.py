"""The fill: gives all that looks alike around a place the current colour."""

import cv2
import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QWidget

from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.document.tiles import TILE
from desktop.studio import Studio
from desktop.tools.options import FillOptions
from desktop.tools.target import target_of
from desktop.tools.tool import Pointer, Tool
from inference.values import Array, Problem, Region

_WINDOW = 256  # pixels around the click


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

        def share(part: Region) -> Array:
            place = Region(part.x - region.x, part.y - region.y, part.width, part.height)
            return alike[place.slices] * np.float32(brush.opacity)

        target.cover(stroke, region, share, brush.color)
        command = stroke.finish()
        if not command.changed.empty:
            self.editor.push(command)


def alike_around(document: Document, column: int, row: int, tolerance: int) -> tuple[Region, Array]:
    """The pixels joined to one whose seen colour is near to its: their region, (h, w) 0 or 1.

    Looks at a window first that grows as long as the fill runs into its edge, so that a small fill
    in a large picture takes no time.
    """
    reach = _WINDOW
    while True:
        window = Region(column, row, 1, 1).grown(reach).clipped(document.bounds)
        found, alike = _flood(document, window, column, row, tolerance)
        if window == document.bounds or not _runs_into_edge(found, window, document.bounds):
            return found, alike
        reach *= 4


def _flood(
    document: Document, window: Region, column: int, row: int, tolerance: int
) -> tuple[Region, Array]:
    seen = _seen(document, window)
    mask = np.zeros((window.height + 2, window.width + 2), np.uint8)
    *_, (x, y, width, height) = cv2.floodFill(
        seen,
        mask,
        (column - window.x, row - window.y),
        (0, 0, 0),
        (tolerance,) * 3,
        (tolerance,) * 3,
        4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | 1 << 8,
    )
    alike = mask[1 + y : 1 + y + height, 1 + x : 1 + x + width]
    return Region(window.x + x, window.y + y, width, height), alike


def _seen(document: Document, window: Region) -> Array:
    """What is seen, (h, w, 3) uint8, in bands to keep memory low; transparency has no colour."""
    seen = np.empty((window.height, window.width, 3), np.uint8)
    for y in range(0, window.height, TILE):
        rows = min(TILE, window.height - y)
        band = composite(document, Region(window.x, window.y + y, window.width, rows))
        shallow = (band >> 8).astype(np.uint8) if band.dtype == np.uint16 else band
        seen[y : y + rows] = shallow[..., :3]
        if not shallow[..., 3].all():
            seen[y : y + rows][shallow[..., 3] == 0] = 0
    return seen


def _runs_into_edge(found: Region, window: Region, bounds: Region) -> bool:
    """True where a pixel beyond the window, but within the document, may be joined too."""
    return found.grown(1).clipped(bounds) != found.grown(1).clipped(window)
