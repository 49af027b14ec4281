"""A canvas on a real studio whose service answers nothing, and a hand that works on it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from desktop.canvas.view import CanvasView
from desktop.commands import AddLayer
from desktop.document.layers import RasterLayer
from desktop.widgets.theme import DARK, palette_of
from tests.desktop.silent import SilentService, ramp, studio_on

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def service() -> SilentService:
    return SilentService()


@pytest.fixture
def studio(qapp, service, tmp_path):
    qapp.setPalette(palette_of(DARK))
    yield from studio_on(service, tmp_path)


@pytest.fixture(params=[np.uint8, np.uint16], ids=["8-bit", "16-bit"])
def deep(request, studio):
    """An editor of either depth, with an empty paint layer that is active."""
    return with_paint_layer(studio.open_picture(ramp(400, 300, request.param), "ramp"))


@pytest.fixture
def editor(studio):
    return with_paint_layer(studio.open_picture(ramp(400, 300), "ramp"))


def with_paint_layer(editor):
    layer = RasterLayer(name="Paint", image=editor.document.empty_image())
    editor.push(AddLayer(editor.document, layer))
    editor.activate(layer.id)
    return editor


@pytest.fixture
def canvas(studio, qtbot) -> CanvasView:
    """A canvas at actual size; the document in front is opened by the test or another fixture."""
    view = CanvasView(studio)
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    qtbot.waitExposed(view)
    view.actual_size()
    return view


class Hand:
    """A hand with a mouse: goes to pixels of the document."""

    def __init__(self, canvas: CanvasView) -> None:
        self.canvas = canvas

    def place(self, x: float, y: float) -> QPoint:
        seen = self.canvas.viewport.to_view(x + 0.5, y + 0.5)
        return QPoint(int(seen.x()), int(seen.y()))

    def look(self) -> QImage:
        self.canvas.render_all()
        return self.canvas.grab().toImage()

    def press(self, x, y, keys=NO_KEYS) -> None:
        QTest.mousePress(self.canvas, LEFT, keys, self.place(x, y))

    def move(self, x, y) -> None:
        QTest.mouseMove(self.canvas, self.place(x, y))

    def release(self, x, y, keys=NO_KEYS) -> None:
        QTest.mouseRelease(self.canvas, LEFT, keys, self.place(x, y))

    def click(self, x, y, keys=NO_KEYS) -> None:
        QTest.mouseClick(self.canvas, LEFT, keys, self.place(x, y))

    def right_click(self, x, y) -> None:
        QTest.mouseClick(self.canvas, Qt.MouseButton.RightButton, NO_KEYS, self.place(x, y))

    def drag(self, *places: tuple[float, float], keys=NO_KEYS) -> None:
        self.press(*places[0], keys)
        for place in places[1:]:
            self.move(*place)
        self.release(*places[-1], keys)

    def key(self, key, keys=NO_KEYS) -> None:
        QTest.keyClick(self.canvas, key, keys)


@pytest.fixture
def hand(editor, canvas) -> Hand:
    canvas.actual_size()
    return Hand(canvas)


@pytest.fixture
def problems(studio) -> list:
    found: list = []
    studio.problem_raised.connect(lambda problem, _: found.append(problem))
    return found
