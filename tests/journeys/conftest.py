"""The whole program in one process, worked with mouse and keys; it can be started again."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from desktop.canvas.view import CanvasView
from desktop.preferences import Preferences
from desktop.shell.window import Window
from desktop.studio import Studio
from desktop.widgets.theme import Theme
from inference.media.picture import read_picture, write_picture
from inference.service import InferenceService
from inference.values import Array, Picture

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "resources" / "samples"
_NO_KEYS = Qt.KeyboardModifier.NoModifier
_LEFT = Qt.MouseButton.LeftButton


class Artist:
    """Somebody at the window. Places are in pixels of the document."""

    def __init__(self, window: Window, qtbot, monkeypatch) -> None:
        self.window = window
        self.studio: Studio = window.studio
        self.qtbot = qtbot
        self._monkeypatch = monkeypatch
        self.problems: list = []
        self.studio.problem_raised.connect(lambda problem, _: self.problems.append(problem))

    @property
    def canvas(self) -> CanvasView:
        return self.window.canvas

    @property
    def editor(self):
        return self.window.editor

    @property
    def coloring(self):
        return self.window.editor.coloring

    def settle(self) -> None:
        """Wait until nothing is read, written, computed or laid in."""
        self.qtbot.waitUntil(self._is_idle, timeout=60_000)

    def _is_idle(self) -> bool:
        QApplication.processEvents()
        working = any(editor.coloring.busy for editor in self.studio.editors)
        jobs = any(not job.ended for job in self.studio.service.jobs)
        return not (working or jobs or self.studio.background.busy)

    def key(self, key: Qt.Key, modifiers=_NO_KEYS, widget: QWidget | None = None) -> None:
        self.window.actions_.refresh()
        QTest.keyClick(widget or self.canvas, key, modifiers)

    def click(self, x: float, y: float) -> None:
        self.drag((x, y))

    def drag(self, *places: tuple[float, float]) -> None:
        points = [self.canvas.viewport.to_view(*place).toPoint() for place in places]
        QTest.mouseMove(self.canvas, points[0])
        QTest.mousePress(self.canvas, _LEFT, _NO_KEYS, points[0])
        for point in points[1:]:
            self._move(point)
        QTest.mouseRelease(self.canvas, _LEFT, _NO_KEYS, points[-1])

    def _move(self, point: QPoint) -> None:
        there = QPointF(point), QPointF(self.canvas.mapToGlobal(point))
        kind = QMouseEvent.Type.MouseMove
        event = QMouseEvent(kind, *there, Qt.MouseButton.NoButton, _LEFT, _NO_KEYS)
        QApplication.sendEvent(self.canvas, event)

    def press(self, widget: QWidget) -> None:
        """Click the middle of a widget."""
        assert widget.isEnabled(), widget
        QTest.mouseClick(widget, _LEFT, _NO_KEYS, widget.rect().center())

    def drop(self, widget: QWidget, *files: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        middle = widget.rect().center()
        entering = QDragEnterEvent(middle, Qt.DropAction.CopyAction, data, _LEFT, _NO_KEYS)
        QApplication.sendEvent(widget, entering)
        assert entering.isAccepted()
        dropping = QDropEvent(QPointF(middle), Qt.DropAction.CopyAction, data, _LEFT, _NO_KEYS)
        QApplication.sendEvent(widget, dropping)

    def open(self, *files: Path) -> None:
        """Through the dialog."""
        count = len(self.studio.editors) + len(files)
        names = [str(file) for file in files]
        self._monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
        self.key(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier, self.window)
        self.qtbot.waitUntil(lambda: len(self.studio.editors) == count, timeout=20_000)

    def leave(self) -> None:
        """Close the window, with nothing unsaved."""
        self.window.close()
        self.qtbot.waitUntil(self.window.isHidden)

    def can(self, action: str) -> bool:
        """Whether an action is on, as menus show it."""
        QApplication.processEvents()
        return self.window.actions_[action].isEnabled()

    def seen(self) -> bytes:
        """All pixels of the document in front as they are seen, to compare."""
        picture = self.editor.document.flatten()
        return (np.repeat(picture.pixels, 3, 2) if picture.grey else picture.pixels).tobytes()

    def name_file(self, path: Path) -> None:
        """What the next dialog for a file's name is answered with."""
        self._monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


@pytest.fixture
def start(qtbot, same_look, tmp_path, monkeypatch) -> Callable[[], Artist]:
    """Starts the program, or starts it again with what it remembers from last time."""

    def started() -> Artist:
        preferences = Preferences(tmp_path / "preferences.json")
        preferences.choose(theme=preferences.values.theme)
        window = Window(Studio(InferenceService(), preferences, tmp_path / "state"))
        theme = Theme(QApplication.instance(), preferences)
        theme.setParent(window)
        qtbot.addWidget(window, before_close_func=_shut)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return Artist(window, qtbot, monkeypatch)

    return started


def _shut(window: Window) -> None:
    window.studio.shut_down()


@pytest.fixture
def scan(tmp_path) -> Path:
    """A grey scan of 16 bits, finer than 8 bits could hold."""
    path = tmp_path / "aunt.tif"
    write_picture(Picture(grey_scan(256)), path)
    return path


@pytest.fixture
def reference(tmp_path) -> Path:
    """A photograph in colour."""
    pixels = read_picture(SAMPLES / "stream_colour.jpg").pixels[::4, ::4]
    path = tmp_path / "reference.png"
    write_picture(Picture(np.ascontiguousarray(pixels)), path)
    return path


def grey_scan(long_side: int) -> Array:
    """(H, W, 1) uint16: a photograph with values between those of 8 bits."""
    grey = read_picture(SAMPLES / "migrant_mother_bw.jpg").pixels[..., 0].astype(np.float32) * 257
    scale = long_side / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small.round().astype(np.uint16)[..., None]
