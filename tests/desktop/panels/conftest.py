"""Panels on a real studio, whose service answers nothing by itself."""

import pytest
from PySide6.QtGui import QAction

from desktop.document.layers import GroupLayer, RasterLayer
from desktop.shell.actions import ACTIONS
from tests.desktop.silent import SilentService, ramp, studio_on


@pytest.fixture
def service() -> SilentService:
    return SilentService()


@pytest.fixture
def studio(qapp, service, tmp_path):
    yield from studio_on(service, tmp_path)


@pytest.fixture
def editor(studio):
    """A document of four layers: Photo, Sky, and a group Details with Dress in it."""
    editor = studio.open_picture(ramp(64, 48), "Photo")
    document = editor.document
    sky = RasterLayer(id="sky", name="Sky", image=document.empty_image())
    dress = RasterLayer(id="dress", name="Dress", image=document.empty_image())
    document.insert(sky, "root", 1)
    document.insert(GroupLayer(id="details", name="Details", children=[dress]), "root", 2)
    editor.activate("sky")
    return editor


@pytest.fixture
def actions(qapp):
    """Actions by id as the window has them, but which do nothing."""
    actions = {}
    for declared in ACTIONS:
        actions[declared.id] = QAction(declared.label)
        actions[declared.id].setToolTip(f"{declared.label} (key)")
    return actions
