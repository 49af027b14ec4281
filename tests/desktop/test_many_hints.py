"""Thousands of hints: the window stays as quick as with one."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QTransform

from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer, HintLayer, Recipe
from desktop.document.project import save_project
from desktop.tools.marks import Marks
from inference.values import Hint, Hints, Picture

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

COLORS = [(200, 30, 30), (40, 60, 220), (128, 128, 128), (20, 160, 70)]


def hints(count: int) -> Hints:
    places = np.random.default_rng(3).uniform((0, 0), (800, 600), (count, 2)).tolist()
    points = (Hint(((x, y),), COLORS[i % len(COLORS)]) for i, (x, y) in enumerate(places))
    return Hints(tuple(points))


@pytest.fixture
def coloring(window, qtbot, tmp_path):
    """Two thousand hints on a small grey picture, in the window, with the hint tool in hand."""
    document = Document.from_picture(Picture(np.full((600, 800, 1), 120, np.uint8)), "Photo")
    image = document.empty_image()
    recipe = Recipe("colorize", hints="hints")
    document.root.children += [
        GeneratedLayer(name="Colour", image=image, recipe=recipe),
        HintLayer(id="hints", name="Hints", hints=hints(2000)),
    ]
    save_project(document, tmp_path / "many.grisaille")
    with qtbot.waitSignal(window.studio.editor_opened):
        window.studio.open(tmp_path / "many.grisaille")
    window.studio.choose_tool("hint")
    window.grab()
    return window.studio.current.coloring


def longest_ms(seconds: float) -> float:
    """How long the window's thread works at a stretch, at most; waiting is not counted."""
    end, longest = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        began = time.thread_time()
        QCoreApplication.processEvents()
        longest = max(longest, time.thread_time() - began)
        time.sleep(0.001)
    return 1000 * longest


@pytest.mark.alone
def test_adding_one_more_does_not_hold_up_the_window(coloring):
    longest_ms(1.0)
    began = time.thread_time()
    coloring.add_hint(Hint(((400.0, 300.0),), (200, 30, 30)))
    assert 1000 * (time.thread_time() - began) < 50
    assert len(coloring.hints.points) == 2001
    assert longest_ms(1.0) < 50


# Which marks are seen, and which lie under the pointer


@pytest.fixture
def marks():
    stroke = Hint(((10.0, 10.0), (90.0, 10.0), (90.0, 80.0)), COLORS[0], 3)
    return Marks(
        (stroke, Hint(((50.0, 50.0),), COLORS[1], 3), Hint(((52.0, 50.0),), COLORS[2], 40))
    )


TWICE = QTransform.fromScale(2, 2)


@pytest.mark.parametrize(
    ("place", "found"), [((100, 100), [1, 2]), ((180, 22), [0]), ((104, 111), [2]), ((0, 180), [])]
)
def test_a_mark_is_found_by_its_way(marks, place, found):
    assert marks.near(TWICE, QPointF(*place), 11).tolist() == found


@pytest.mark.parametrize(
    ("room", "seen"),
    [
        ((0, 0, 200, 200), [0, 1, 2]),
        ((30, 5, 20, 20), [0, 2]),
        ((300, 300, 50, 50), []),
        ((150, 172, 20, 20), [2]),
    ],
)
def test_only_what_may_be_seen_is_painted(marks, room, seen):
    found, places = marks.within(TWICE, QRectF(*room), 9)
    assert found.tolist() == seen
    assert places.tolist() == [[2 * marks.points[i].x, 2 * marks.points[i].y] for i in seen]


def test_without_hints_nothing_is_found():
    found, places = Marks(()).within(TWICE, QRectF(0, 0, 9, 9), 9)
    assert (len(found), places.shape) == (0, (0, 2))
    assert not len(Marks(()).near(TWICE, QPointF(0, 0), 11))
