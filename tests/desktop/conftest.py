"""A document with one of everything."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.document import selection
from desktop.document.document import Document
from desktop.document.layers import (
    BlendMode,
    GeneratedLayer,
    GroupLayer,
    HintLayer,
    RasterLayer,
    Recipe,
)
from desktop.document.tiles import TiledImage
from desktop.preferences import Preferences
from desktop.shell.window import Window
from desktop.studio import Studio
from inference.service import InferenceService
from inference.values import Hint, Hints, Picture, Region


def noise(dtype, seed, height=280, width=300, channels=4):
    peak = np.iinfo(dtype).max
    return np.random.default_rng(seed).integers(0, peak + 1, (height, width, channels), dtype)


@pytest.fixture(params=[np.uint8, np.uint16], ids=["8 bit", "16 bit"])
def rich(request) -> Document:
    return rich_document(request.param)


def rich_document(dtype) -> Document:
    photo = Picture(
        noise(dtype, 1, channels=3),
        icc=b"profile",
        dpi=(300.0, 299.5),
        exif=b"Exif\0\0x",
        xmp=b"<x/>",
    )
    document = Document.from_picture(photo, "Photograph <&> “ä”")
    reference = document.add_reference(Picture(noise(np.uint8, 2, 40, 30, 3)))
    keep_grey = noise(np.uint8, 3, channels=1)[..., 0]
    hints = HintLayer(
        id="hints",
        name="Hints",
        hints=Hints(
            (Hint(((1.5, 2.25),), (200, 30, 30)), Hint(((5.0, 6.0), (7.0, 8.5)), (1, 2, 3), 9.0)),
            keep_grey,
        ),
    )
    patch = TiledImage(300, 280, 4, dtype)
    patch.write(Region(260, 257, 20, 10), noise(dtype, 4, 10, 20))
    colors = GeneratedLayer(
        id="colors",
        name="Colours",
        blend=BlendMode.COLOR,
        opacity=0.4,
        image=patch,
        mask=TiledImage.from_array(noise(dtype, 5, channels=1)),
        recipe=Recipe(
            "colorize", {"saturation": 1.25}, "colorizer", "ab" * 32, 7, "photo", "hints", reference
        ),
    )
    group = GroupLayer(
        id="group",
        name="Group",
        visible=False,
        locked=True,
        opacity=0.9,
        blend=BlendMode.SOFT_LIGHT,
        mask=document.empty_mask(),
        children=[RasterLayer(id="empty", name="", image=document.empty_image()), colors],
    )
    document.root.children += [hints, group]
    document.selection = selection.ellipse(300, 280, Region(20, 30, 200, 100))
    return document


def _pixels(image):
    return None if image is None else (image.dtype, image.read(image.bounds).tobytes())


def state_of(document):
    """All of a document as values that can be compared."""
    layers = [
        {
            "kind": type(layer).__name__,
            **{
                n: getattr(layer, n)
                for n in ("id", "name", "visible", "locked", "opacity", "blend")
            },
            "mask": _pixels(layer.mask),
            "image": _pixels(getattr(layer, "image", None)),
            "recipe": getattr(layer, "recipe", None),
            "hints": _hints(getattr(layer, "hints", None)),
            "children": [child.id for child in getattr(layer, "children", [])],
        }
        for layer in document.root.walk()
    ]
    size = (document.width, document.height, document.dtype)
    return size, layers, _pixels(document.selection)


def _hints(hints):
    if hints is None:
        return None
    return hints.points, None if hints.keep_grey is None else hints.keep_grey.tobytes()


@pytest.fixture
def state():
    """The function that gives all of a document as values that can be compared."""
    return state_of


@pytest.fixture
def studio(qapp, tmp_path):
    """A studio without a window, with nothing open; its preferences and state are its own."""
    studio = Studio(InferenceService(), Preferences(tmp_path / "p.json"), tmp_path / "state")
    yield studio
    studio.shut_down()


@pytest.fixture
def window(qtbot, tmp_path):
    """The real window, shown, with nothing open; its preferences and state are its own."""
    preferences = Preferences(tmp_path / "preferences.json")
    window = Window(Studio(InferenceService(), preferences, tmp_path / "state"))
    qtbot.addWidget(window, before_close_func=lambda w: w.studio.shut_down())
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture
def at_work(window):
    """The window with a small grey document in it."""
    window.studio.open_picture(Picture(noise(np.uint8, 6, 48, 64, 1)), "Photo")
    return window


@pytest.fixture
def shown(qtbot):
    """The function that shows a widget in a size, and gives it back.

    It stands on a ground without a layout: the offscreen platform warns of windows of fixed size.
    """
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(1000, 800)

    def show(widget, width=320, height=640):
        widget.setParent(ground)
        widget.setGeometry(20, 20, width, height)
        widget.show()
        ground.show()
        qtbot.waitExposed(ground)
        ground.activateWindow()
        QApplication.processEvents()
        return widget

    return show
