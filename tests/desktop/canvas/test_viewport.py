"""Where the document lies in the view."""

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from desktop.canvas.viewport import ZOOM_STEPS, Viewport
from inference.values import Region


def viewport(width=4000, height=3000, ratio=1.0) -> Viewport:
    made = Viewport(width, height)
    made.resize(QSizeF(800, 600), ratio)
    return made


@pytest.mark.parametrize("rotation", [0, 15, 90, 200])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_way_there_and_back_is_the_same(rotation, mirrored):
    seen = viewport()
    if mirrored:
        seen.mirror()
    seen.rotate(rotation)
    back = seen.to_document(seen.to_view(1234.5, 77.25))
    assert (back.x(), back.y()) == pytest.approx((1234.5, 77.25))


def test_zooming_keeps_the_place_under_the_cursor():
    seen, at = viewport(), QPointF(200, 150)
    before = seen.to_document(at)
    seen.zoom_to(4.0, at)
    after = seen.to_document(at)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.25)


def test_steps_run_from_an_eighth_to_thirty_two():
    seen = viewport(400, 300)
    seen.zoom_to(0.125)
    passed = [seen.zoom]
    while (following := seen.step(1)) != seen.zoom:
        seen.zoom_to(following)
        passed.append(seen.zoom)
    assert passed == list(ZOOM_STEPS)


def test_a_very_large_document_can_be_seen_whole():
    seen = viewport(12000, 12000)
    assert seen.visible(QRectF(0, 0, 800, 600)) == Region(0, 0, 12000, 12000)
    assert seen.zoom < ZOOM_STEPS[0]


def test_zoom_counts_physical_pixels():
    seen = viewport(ratio=1.5)
    seen.zoom_to(1.0)
    step = seen.to_view(1001, 1000) - seen.to_view(1000, 1000)
    assert step.x() * 1.5 == pytest.approx(1.0)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("origin", [QPointF(0, 0), QPointF(39, 113)])
def test_pixels_lie_on_the_grid_of_the_display(ratio, origin):
    seen = viewport(4001, 2999, ratio)
    seen.origin = origin
    seen.zoom_to(1.0)
    seen.pan(3.3, 7.7)
    corner = (seen.to_view(0, 0) + origin) * ratio
    assert corner.x() == pytest.approx(round(corner.x()))
    assert corner.y() == pytest.approx(round(corner.y()))


def test_mirroring_a_turned_view_keeps_its_middle_and_swaps_its_sides():
    seen = viewport()
    seen.rotate(30)
    left, middle = seen.to_document(QPointF(100, 300)), seen.to_document(QPointF(400, 300))
    seen.mirror()
    right, still = seen.to_document(QPointF(700, 300)), seen.to_document(QPointF(400, 300))
    assert (right.x(), right.y()) == pytest.approx((left.x(), left.y()), abs=10)
    assert (still.x(), still.y()) == pytest.approx((middle.x(), middle.y()), abs=10)


def test_a_fitted_document_follows_the_size_of_the_window():
    seen = viewport()
    before = seen.zoom
    seen.resize(QSizeF(400, 300), 1.0)
    assert seen.zoom == pytest.approx(before / 2)


def test_a_document_cannot_be_pushed_out_of_sight():
    seen = viewport()
    seen.pan(1e6, -1e6)
    assert not seen.visible(QRectF(0, 0, 800, 600)).empty
