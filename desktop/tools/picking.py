"""Colours taken from the picture, and given to the brush and the selected hint."""

from dataclasses import replace

from desktop.document.blend import composite
from desktop.document.document import Document
from desktop.studio import Studio
from inference.values import RGB, Picture, Region, in_depth


def color_at(document: Document, x: float, y: float) -> RGB | None:
    """What is seen at a place; None outside of the document, or where it is transparent."""
    spot = Region(int(x // 1), int(y // 1), 1, 1)
    if spot.clipped(document.bounds).empty:
        return None
    red, green, blue, alpha = in_depth(composite(document, spot), "uint8")[0, 0].tolist()
    return (red, green, blue) if alpha else None


def color_of(picture: Picture, x: float, y: float) -> RGB:
    """A picture's colour at a place, taken from the nearest pixel."""
    column = min(max(int(x), 0), picture.width - 1)
    row = min(max(int(y), 0), picture.height - 1)
    values = in_depth(picture.pixels[row : row + 1, column : column + 1], "uint8")[0, 0].tolist()
    red, green, blue = values * 3 if picture.grey else values
    return red, green, blue


def take_color(studio: Studio, rgb: RGB) -> None:
    """Work with a colour from now on; the selected hint takes it too."""
    studio.brush.choose(color=rgb, hint_grey=False)
    coloring = studio.current.coloring if studio.current else None
    if coloring is not None and coloring.selected is not None:
        hint = coloring.hints.points[coloring.selected]
        if hint.rgb != rgb:
            coloring.replace_hint(coloring.selected, replace(hint, rgb=rgb))
