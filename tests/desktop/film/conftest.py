"""Small clips, and a studio or window with one of them open."""

import numpy as np
import pytest

from tests import filmed

TIMES = tuple(range(0, 40 * filmed.STEP, filmed.STEP))


def scenes(number, width=64, height=48):
    """A cut after each twenty frames; each frame has a brightness of its own."""
    frame = filmed.frame(number, width, height, shift=number // 20 * 200)
    return (frame if number // 20 % 2 else 255 - frame // 2).astype(np.uint8)


@pytest.fixture
def clip(tmp_path):
    """40 frames of 64 x 48, two shots, 25 a second."""
    return filmed.make_clip(tmp_path / "street.mp4", TIMES, picture=scenes, sound=True)


def opened(qtbot, studio, path):
    with qtbot.waitSignal(studio.editor_opened, timeout=10_000):
        studio.open(path)
    return studio.current


@pytest.fixture
def editor(qtbot, studio, clip):
    return opened(qtbot, studio, clip)


@pytest.fixture
def reel(editor):
    return editor.reel


def stands(qtbot, reel, moment):
    """Wait until that frame is in the document."""
    qtbot.waitUntil(lambda: not reel.moving and reel._document.moment == moment, timeout=10_000)
