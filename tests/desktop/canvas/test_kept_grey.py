"""What is kept grey is hatched: on every picture, at every zoom, and only where hints are seen."""

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.commands import SetAttribute
from desktop.document import selection
from desktop.document.layers import HintLayer
from inference.values import Picture, Region

KEPT = Region(100, 80, 200, 150)


def seen(canvas) -> np.ndarray:
    """(h, w) lightness of what the canvas shows."""
    canvas.render_all()
    QApplication.processEvents()
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width()].astype(int)


def keep(editor, region=KEPT):
    document = editor.document
    document.set_selection(selection.rectangle(document.width, document.height, region))
    editor.coloring.keep_grey_from_selection()
    document.set_selection(None)
    editor.coloring.cancel()  # the line of progress would be seen, too


def within(canvas, region=KEPT) -> tuple[slice, slice]:
    """Where all of a region, but its edge, lies on the canvas."""
    first = canvas.viewport.to_view(region.x, region.y)
    last = canvas.viewport.to_view(region.right, region.bottom)
    box = Region(0, 0, canvas.width(), canvas.height())
    left, top = int(first.x()) + 2, int(first.y()) + 2
    return Region(left, top, int(last.x()) - left - 2, int(last.y()) - top - 2).clipped(box).slices


@pytest.mark.parametrize("zoom", [0.25, 1.0, 12.5])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_it_is_seen_on_dark_and_light_at_every_zoom(studio, canvas, grey, zoom):
    editor = studio.open_picture(Picture(np.full((300, 400, 1), grey, np.uint8)), "plain")
    studio.choose_tool("hint")
    canvas.set_zoom(zoom)
    before = seen(canvas)
    keep(editor)
    change = np.abs(seen(canvas) - before)
    assert change[within(canvas)].max() > 50
    assert 0.03 < (change[within(canvas)] > 20).mean() < 0.25, "the picture is still to be judged"
    change[within(canvas, KEPT)] = 0
    rows, columns = within(canvas, KEPT.grown(round(8 / zoom)))
    change[rows, columns] = 0
    assert not change.any()


def test_the_lines_go_along_with_the_document(canvas, studio, editor):
    studio.choose_tool("hint")
    keep(editor)
    canvas.actual_size()
    before = seen(canvas)
    there = before[within(canvas)]
    canvas.pan(17, 5)
    assert (seen(canvas)[within(canvas)] == there).all()


@pytest.mark.parametrize(
    ("tool", "shown"),
    [("hint", True), ("select-lasso", True), ("brush", False), ("hand", False)],
)
def test_it_is_seen_with_the_tools_that_it_matters_to(canvas, studio, editor, tool, shown):
    studio.choose_tool(tool)
    before = seen(canvas)
    keep(editor)
    assert (seen(canvas) != before).any() == shown


def test_it_goes_with_the_hints_and_with_before(canvas, studio, editor):
    studio.choose_tool("hint")
    before = seen(canvas)
    keep(editor)
    canvas.show_before(True)
    assert (seen(canvas) == before).all()
    canvas.show_before(False)
    assert (seen(canvas) != before).any()
    (layer,) = [one for one in editor.document.walk() if isinstance(one, HintLayer)]
    editor.push(SetAttribute(editor.document, layer.id, "visible", False))
    assert (seen(canvas) == before).all()


def test_it_is_no_part_of_the_picture(canvas, studio, editor):
    studio.choose_tool("hint")
    before = editor.document.flatten().pixels
    keep(editor)
    seen(canvas)
    assert (editor.document.flatten().pixels[..., :1] == before).all()
