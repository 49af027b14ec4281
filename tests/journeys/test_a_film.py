"""A film: drop a clip, play it, mark a part, choose a style, export it, watch both sides."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from desktop.panels.filming import FilmingPanel
from inference.media.film import open_film, probe_film
from tests import filmed

# the display that tests draw on knows no smallest size of a window, and says so once
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TIMES = tuple(range(0, 30 * filmed.STEP, filmed.STEP))


def scenes(number, width, height):
    """Two shots of fifteen frames."""
    frame = filmed.frame(number, width, height, shift=number // 15 * 200)
    return (frame if number < 15 else 255 - frame // 2).astype(np.uint8)


@pytest.fixture
def clip(tmp_path):
    return filmed.make_clip(tmp_path / "street.mp4", TIMES, picture=scenes, sound=True)


def pictures(path):
    reader = open_film(probe_film(path))
    try:
        return [frame.picture().pixels for frame in reader.frames()]
    finally:
        reader.close()


def likeness(one, two):
    return np.corrcoef(one.mean(2).ravel(), two.mean(2).ravel())[0, 1]


def painted(artist):
    artist.settle()
    styling = artist.editor.styling
    artist.qtbot.waitUntil(
        lambda: bool(styling.generated_id) and not styling.busy and styling.preview is None,
        timeout=60_000,
    )
    artist.settle()
    layer = artist.editor.document.layer(styling.generated_id)
    return not layer.image.content.empty


@pytest.mark.slow
def test_a_part_of_a_clip_becomes_a_painting(start, clip, tmp_path):
    artist = start()
    artist.drop(artist.window, clip)
    artist.qtbot.waitUntil(lambda: len(artist.studio.editors) == 1, timeout=20_000)
    editor, reel, window = artist.editor, artist.editor.reel, artist.window
    assert window.page == "film"
    artist.qtbot.waitUntil(lambda: reel.survey is not None, timeout=20_000)
    assert reel.shots == (TIMES[0], TIMES[15])

    artist.key(Qt.Key.Key_Space)
    artist.qtbot.waitUntil(lambda: reel.place >= TIMES[5], timeout=20_000)
    artist.key(Qt.Key.Key_K)
    assert not reel.playing

    for key, place in ((Qt.Key.Key_I, 8), (Qt.Key.Key_O, 21)):
        reel.go(TIMES[place])
        artist.qtbot.waitUntil(lambda place=place: reel.place == TIMES[place])
        artist.key(key)
    assert reel.part == (TIMES[8], TIMES[21])

    artist.key(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.page == "style"
    assert window.timeline.isVisible()
    artist.qtbot.waitUntil(lambda: not reel.moving, timeout=20_000)
    editor.styling.choose("the_scream")
    artist.qtbot.waitUntil(lambda: painted(artist), timeout=60_000)
    grey = editor.document.layer_picture(editor.document.film.layer).pixels
    here = editor.document.flatten().pixels.astype(int)
    assert np.abs(here - grey).mean() > 10

    artist.key(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    target = tmp_path / "painted.mp4"
    artist.name_file(target)
    assert window.docks.panel(FilmingPanel).way.currentText().startswith("A painting")
    artist.press(window.docks.panel(FilmingPanel).run)
    assert editor.filming.busy
    reel.go(TIMES[9])  # the window works on
    artist.qtbot.waitUntil(lambda: editor.document.moment == TIMES[9], timeout=60_000)
    artist.qtbot.waitUntil(lambda: not editor.filming.busy, timeout=120_000)
    assert "14 frames" in window.strips.shown()[0].accessibleName()

    made, source = pictures(target), pictures(clip)[8:22]
    assert len(made) == 14
    assert all(np.ptp(frame.astype(int), axis=2).max() > 20 for frame in made), "in colour"
    # a painting has its own light and palette, but the drawing of what was painted
    for painting, own, other in (
        (made[0], source[0], source[-1]),
        (made[-1], source[-1], source[0]),
    ):
        assert likeness(painting, own) > likeness(painting, other), "the shots in order"

    artist.qtbot.waitUntil(lambda: reel.made is not None, timeout=20_000)
    artist.key(Qt.Key.Key_Y)
    reel.go(reel.part[0])
    artist.qtbot.waitUntil(lambda: not reel.moving, timeout=20_000)
    artist.key(Qt.Key.Key_Space)
    artist.qtbot.waitUntil(lambda: reel.moving and reel.shown.after is not None, timeout=20_000)
    artist.key(Qt.Key.Key_Space)
    painted(artist)
    assert artist.problems == []
