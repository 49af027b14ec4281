"""Journey 4 of LOOK.md: a painting on a photograph, its strength and stroke, the face kept out."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer
from desktop.document.project import load_project
from desktop.panels.styling import StylingPanel
from inference.cabinet.styles import style
from inference.media.picture import read_picture, write_picture
from inference.values import Picture

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT, LEFT = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
FACE = ((100, 40), (100, 70), (110, 55), (90, 55), (100, 55))

# the display that tests draw on knows no smallest size of a window, and says so
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "fromIccProfile")


@pytest.fixture
def portrait(tmp_path):
    """A photograph of a person."""
    grey = read_picture(style("portrait_1906").picture).pixels
    path = tmp_path / "portrait.png"
    write_picture(Picture(cv2.resize(grey, (200, 240), interpolation=cv2.INTER_AREA)), path)
    return path


def test_from_a_painting_to_a_painted_photograph(start, portrait, tmp_path):
    artist = start()
    artist.open(portrait)
    artist.settle()
    artist.key(Qt.Key.Key_2, ALT)
    panel = artist.window.docks.panel(StylingPanel)
    artist.qtbot.waitUntil(panel.isVisible)
    assert artist.studio.tool == "hand", "a click on the canvas gives no colour hint here"
    looks = [artist.seen()]
    drop_a_painting(artist, looks)
    weaken_and_broaden(artist, panel, looks)
    take_a_known_style_and_blend(artist, panel, looks)
    mask_out_the_face(artist, looks)
    undo_and_redo_all(artist, looks)
    save_and_look(artist, tmp_path / "portrait.grisaille", looks)
    assert artist.problems == []


def drop_a_painting(artist, looks) -> None:
    """On the canvas: it is the style, not another document."""
    artist.drop(artist.window, style("the_scream").picture)
    artist.qtbot.waitUntil(lambda: bool(artist.editor.styling.generated_id), timeout=20_000)
    settled(artist, looks)
    assert len(artist.studio.editors) == 1
    assert [offer.title for offer in artist.editor.styling.pictures] == ["the_scream"]


def weaken_and_broaden(artist, panel, looks) -> None:
    QTest.keyClick(panel.form.rows["strength"].slider, Qt.Key.Key_Left, SHIFT)
    settled(artist, looks)
    panel.form.rows["stroke"].chosen.emit(24.0, False)
    settled(artist, looks)
    assert artist.editor.styling.settings.stroke == 24


def take_a_known_style_and_blend(artist, panel, looks) -> None:
    artist.qtbot.waitUntil(lambda: len(panel.strip.thumbnails()) > 12, timeout=20_000)
    artist.press(panel.strip.thumbnails()[3])
    settled(artist, looks)
    QTest.mouseClick(panel.strip.thumbnails()[0], LEFT, CONTROL)
    settled(artist, looks)
    assert len(artist.editor.styling.styles) == 2
    assert panel.pad.isVisible()


def mask_out_the_face(artist, looks) -> None:
    artist.editor.activate(artist.editor.styling.generated_id)
    artist.key(Qt.Key.Key_N, CONTROL | ALT)
    looks.append(artist.seen())
    artist.studio.choose_tool("brush")
    artist.studio.brush.choose(size=30.0, hardness=1.0, color=(0, 0, 0))
    artist.drag(*FACE)
    settled(artist, looks)
    x, y = FACE[-1]
    before = pixels(artist, looks[0])[y, x].astype(int)
    assert np.abs(pixels(artist, looks[-1])[y, x] - before).max() <= 1, "the face is a photograph"


def undo_and_redo_all(artist, looks) -> None:
    history = artist.editor.history
    for look in looks[-2::-1]:
        history.undo()
        assert artist.seen() == look
    assert not history.canUndo()
    for look in looks[1:]:
        history.redo()
        assert artist.seen() == look


def save_and_look(artist, path, looks) -> None:
    artist.editor.save(path)
    artist.settle()
    document = load_project(path)
    assert document.flatten().pixels.tobytes() == looks[-1]
    (recipe,) = recipes(document)
    assert (recipe.feature, recipe.model, recipe.seed) == ("stylize", "stylist", 0)
    assert len(recipe.sha256) == 64
    assert len(recipe.settings["styles"]) == 2


def recipes(document: Document):
    return [layer.recipe for layer in document.walk() if isinstance(layer, GeneratedLayer)]


def settled(artist, looks) -> None:
    """Wait for the paint; it is another than before, and one step."""
    artist.qtbot.waitUntil(lambda: not artist.editor.styling.busy, timeout=60_000)
    artist.settle()
    looks.append(artist.seen())
    assert looks[-1] != looks[-2]
    assert artist.editor.history.count() == len(looks) - 1


def pixels(artist, seen: bytes) -> np.ndarray:
    document = artist.editor.document
    return np.frombuffer(seen, np.uint8).reshape(document.height, document.width, 3)
