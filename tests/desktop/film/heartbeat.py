"""A program for test_window.py: how long the window stands still while a film plays and is made.

Opens a clip in the real window, lets it play in a loop while it is exported with the bundled
colour network, then goes to a frame and has that coloured. A timer of 5 ms beats meanwhile. Prints
for each of the three, as JSON in ms: the longest gap between beats, which grows with what else the
machine does, and the most that the window's thread itself worked within one.
"""

import json
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop.preferences import Preferences
from desktop.shell.window import Window
from desktop.studio import Studio
from inference.service import InferenceService
from tests import filmed

FRAMES = 60


def wait(met: Callable[[], bool]) -> None:
    """Let the window live until then."""
    loop, timer = QEventLoop(), QTimer(interval=20)
    timer.timeout.connect(lambda: loop.quit() if met() else None)
    timer.start()
    loop.exec()


def main(folder: Path) -> None:
    """Beat, and have the work done meanwhile."""
    _application = QApplication([])
    times = range(0, FRAMES * filmed.STEP, filmed.STEP)
    clip = filmed.make_clip(folder / "clip.mp4", times, size=(640, 360))
    window = Window(Studio(InferenceService(), Preferences(folder / "p.json"), folder / "state"))
    window.show()
    window.studio.open(clip)
    wait(lambda: window.studio.current is not None)
    editor, reel = window.editor, window.editor.reel
    wait(lambda: reel.survey is not None)
    editor.coloring.run()  # the network is loaded: that is another test's
    wait(lambda: bool(editor.coloring.generated_id) and not editor.coloring.busy)

    gaps, worked = defaultdict(float), defaultdict(float)
    last, used, doing = time.perf_counter(), time.thread_time(), "playing"

    def beat() -> None:
        nonlocal last, used
        now, work = time.perf_counter(), time.thread_time()
        gaps[doing] = round(max(1000 * (now - last), gaps[doing]), 1)
        worked[doing] = round(max(1000 * (work - used), worked[doing]), 1)
        last, used = now, work

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=5)
    timer.timeout.connect(beat)
    timer.start()
    reel.set_loops(True)
    reel.play(1)
    began = time.perf_counter()
    wait(lambda: time.perf_counter() - began > 2)
    doing = "playing beside an export"
    editor.filming.run(folder / "made.mp4")
    wait(lambda: time.perf_counter() - began > 6)
    doing = "colouring a frame beside an export"
    reel.go(int(reel.survey.times[FRAMES // 2]))
    wait(lambda: not reel.moving and not editor.coloring.busy and not editor.busy)
    timer.stop()
    print(json.dumps({"gaps": gaps, "worked": worked}))
    window.studio.shut_down()
    window.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main(Path(name))
