"""The edge of a selection follows the edges of its pixels."""

import pytest
from PySide6.QtCore import QLineF

from desktop.canvas.overlays import outline
from desktop.document import selection as selections
from inference.values import Region

BOX = selections.rectangle(100, 80, Region(10, 20, 30, 8))


def ends(lines: list[QLineF]) -> set[tuple[float, float, float, float]]:
    return {(line.x1(), line.y1(), line.x2(), line.y2()) for line in lines}


def test_a_rectangle_has_four_edges():
    assert ends(outline(BOX, BOX.bounds)) == {
        (10, 20, 40, 20),
        (10, 28, 40, 28),
        (10, 20, 10, 28),
        (40, 20, 40, 28),
    }


def test_at_a_smaller_size_they_lie_in_the_same_place():
    box = selections.rectangle(100, 80, Region(8, 16, 32, 8))
    assert ends(outline(box, box.bounds, 4)) == ends(outline(box, box.bounds))


def test_where_a_region_cuts_it_there_is_no_edge():
    assert ends(outline(BOX, Region(0, 0, 20, 80))) == {
        (10, 20, 20, 20),
        (10, 28, 20, 28),
        (10, 20, 10, 28),
    }


@pytest.mark.parametrize("scale", [1, 2])
def test_the_whole_document_is_outlined_along_its_border(scale):
    whole = selections.rectangle(100, 80, Region(0, 0, 100, 80))
    assert ends(outline(whole, whole.bounds, scale)) == {
        (0, 0, 100, 0),
        (0, 80, 100, 80),
        (0, 0, 0, 80),
        (100, 0, 100, 80),
    }
