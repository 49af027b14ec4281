"""A canvas on a real studio, whose service answers nothing."""

import pytest
from PySide6.QtWidgets import QApplication

from desktop.canvas.view import CanvasView
from desktop.widgets.theme import DARK, palette_of
from tests.desktop.silent import SilentService, ramp, studio_on


@pytest.fixture
def service() -> SilentService:
    return SilentService()


@pytest.fixture
def studio(qapp, service, tmp_path):
    qapp.setPalette(palette_of(DARK))
    yield from studio_on(service, tmp_path)


@pytest.fixture
def editor(studio):
    return studio.open_picture(ramp(400, 300), "ramp")


@pytest.fixture
def canvas(studio, editor, qtbot) -> CanvasView:
    view = CanvasView(studio)
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    qtbot.waitExposed(view)
    QApplication.processEvents()
    return view
