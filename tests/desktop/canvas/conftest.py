"""A canvas on a real studio, whose service answers nothing."""

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.canvas.view import CanvasView
from desktop.preferences import Preferences
from desktop.studio import Studio
from desktop.widgets.theme import DARK, palette_of
from inference.service import Job
from inference.values import Picture


class SilentService(QObject):
    """Takes every request and never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = []

    def submit(self, request, slot=None) -> Job:
        self.jobs.append(Job(request, slot))
        return self.jobs[-1]

    def close(self) -> None:
        pass


@pytest.fixture
def service() -> SilentService:
    return SilentService()


@pytest.fixture
def studio(qapp, service, tmp_path):
    qapp.setPalette(palette_of(DARK))
    studio = Studio(service, Preferences(tmp_path / "preferences.json"), tmp_path / "state")
    yield studio
    studio.shut_down()


def ramp(width: int, height: int, dtype=np.uint8) -> Picture:
    """Grey from left to right, no two neighbouring columns alike where there is room."""
    peak = 255 if dtype == np.uint8 else 65535
    row = np.linspace(0, peak, width).astype(dtype)
    return Picture(np.broadcast_to(row[None, :, None], (height, width, 1)).copy())


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
