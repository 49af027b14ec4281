"""Each style in a place of its own: selected with the mouse, painted by the slow method, kept."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.document.selection import to_mask
from desktop.makings.styling import styles_of
from desktop.panels.styling import StylingPanel
from inference.media.picture import read_picture, write_picture
from inference.values import Picture
from tests.journeys.conftest import SAMPLES

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton
WARM, COLD = "the_scream", "great_wave"

# the display that tests draw on knows no smallest size of a window, and says so
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "fromIccProfile")


@pytest.fixture
def photograph(tmp_path):
    """A stream, small and grey, so that all colours are those of the styles."""
    grey = cv2.cvtColor(read_picture(SAMPLES / "stream_colour.jpg").pixels, cv2.COLOR_RGB2GRAY)
    path = tmp_path / "stream.png"
    small = cv2.resize(grey, (160, 120), interpolation=cv2.INTER_AREA)
    write_picture(Picture(np.repeat(small[..., None], 3, 2)), path)
    return path


def test_one_style_on_the_left_and_another_elsewhere(start, photograph, tmp_path):
    artist = start()
    artist.open(photograph)
    artist.settle()
    panel = style_page(artist)
    choose_two(artist, panel)
    everywhere = artist.seen()
    left_half_is_selected(artist)

    artist.press(panel.places.buttons()[0])
    settled(artist)
    warm_left = artist.seen()
    assert artist.editor.history.undoText() == "Style only where selected"
    assert parts(panel) == [WARM]
    assert panel.caption.text().startswith("The Scream in its place")
    assert panel.places.buttons()[0].text() == "Everywhere again"

    artist.editor.history.undo()
    assert artist.seen() == everywhere, "one step"
    assert parts(panel) == []
    artist.press(panel.places.buttons()[1])
    settled(artist)
    redder = pixels(artist, warm_left) - pixels(artist, artist.seen())
    warmth = (redder[..., 0] - redder[..., 2]).mean(0)  # of each column
    assert warmth[:70].mean() > 5
    assert warmth[90:].mean() < -5

    artist.press(panel.places.buttons()[1])
    settled(artist)
    assert artist.seen() == everywhere
    assert artist.problems == []
    artist.editor.history.undo()
    saved_and_opened_it_is_the_same(artist, tmp_path / "stream.grisaille")


def test_where_no_style_can_have_a_place_it_is_told(start, photograph):
    artist = start()
    artist.open(photograph)
    artist.settle()
    panel = style_page(artist)
    artist.press(panel.places.buttons()[0])
    assert told(artist) == ["Nothing is selected, so there is no place for the style."]
    panel.form.rows["method"].chosen.emit("any", False)
    assert not panel.places.isVisible()
    artist.editor.styling.place(WARM)
    assert told(artist)[1:] == [
        "Only the method “Best, slow” paints a style in a place of its own."
    ]
    assert not artist.editor.history.canUndo()


def test_a_place_is_no_mask_of_the_layer(start, photograph):
    artist = start()
    artist.open(photograph)
    artist.settle()
    panel = style_page(artist)
    left_half_is_selected(artist)
    artist.press(panel.places.buttons()[0])
    settled(artist)
    layer = artist.editor.document.layer(artist.editor.styling.generated_id)
    assert layer.mask is None
    artist.editor.history.undo()
    assert artist.editor.styling.generated_id == "", "one step"
    assert artist.editor.document.selection is not None


def style_page(artist) -> StylingPanel:
    """With the slow method, quickened."""
    artist.key(Qt.Key.Key_2, ALT)
    panel = artist.window.docks.panel(StylingPanel)
    artist.qtbot.waitUntil(lambda: len(panel.strip.thumbnails()) > 12, timeout=20_000)
    panel.form.rows["method"].chosen.emit("optimise", False)
    panel.form.rows["iterations"].chosen.emit(12, False)
    assert panel.places.isVisible()
    return panel


def choose_two(artist, panel) -> None:
    by_name = {item.choice.key: item for item in panel.strip.thumbnails()}
    artist.press(by_name[WARM])
    QTest.mouseClick(by_name[COLD], LEFT, CONTROL)
    settled(artist)
    assert len(panel.places.buttons()) == 2


def left_half_is_selected(artist) -> None:
    artist.studio.choose_tool("select-rectangle")
    artist.drag((0, 0), (40, 60), (80, 120))
    mask = to_mask(artist.editor.document.selection)
    assert mask[:, :78].all()
    assert not mask[:, 82:].any()


def saved_and_opened_it_is_the_same(artist, path) -> None:
    before, recipe = artist.seen(), recipe_of(artist.editor)
    artist.editor.save(path)
    artist.settle()
    artist.studio.close(artist.editor)
    artist.open(path)
    artist.settle()
    assert artist.seen() == before
    again = recipe_of(artist.editor)
    assert again.settings == recipe.settings
    kept, found = (styles_of(each)[1].region for each in (recipe, again))
    assert np.array_equal(to_mask(kept), to_mask(found))
    assert styles_of(again)[0].region is None
    panel = artist.window.docks.panel(StylingPanel)
    assert parts(panel) == [COLD]
    artist.press(panel.run)
    settled(artist)
    assert artist.seen() == before, "painted again, it is the same"


def settled(artist) -> None:
    artist.qtbot.waitUntil(lambda: not artist.editor.styling.busy, timeout=60_000)
    artist.settle()


def parts(panel) -> list[str]:
    return [item.choice.key for item in panel.strip.thumbnails() if item.partial]


def told(artist) -> list[str]:
    return [problem.sentence for problem in artist.problems]


def recipe_of(editor):
    return editor.document.layer(editor.styling.generated_id).recipe


def pixels(artist, seen: bytes) -> np.ndarray:
    document = artist.editor.document
    return np.frombuffer(seen, np.uint8).reshape(document.height, document.width, 3).astype(int)
