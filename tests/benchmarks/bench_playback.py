"""How a clip of 1280 x 720 plays in the real window: `python -m tests.benchmarks.bench_playback`.

Offscreen, without a network: frames a second that are painted, frames left out, processor time a
frame (of all threads) and the longest time that the window's thread was away; for the clip alone,
and with what was made of it beside it, under the split line. Other programs that use the machine
make it worse: it prints how much of it they took.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop.film.decoder import made_film
from desktop.preferences import Preferences
from desktop.shell.window import Window
from desktop.studio import Studio
from desktop.widgets.theme import Theme
from inference.service import InferenceService
from tests import filmed

WIDTH, HEIGHT = 1280, 720


def picture(number: int, width: int, height: int) -> np.ndarray:
    """Something as hard to decode as a film: textures that move, a little noise."""
    noise = np.random.default_rng(number % 7).integers(0, 12, (height, width, 1))
    return np.clip(filmed.frame(number, width, height).astype(int) + noise, 0, 255).astype(np.uint8)


class Painted(QObject):
    """Counts the frames of a film that reach the canvas."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.frames: set[int] = set()
        self.first = self.last = 0.0
        self._window = window
        window.canvas.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Each paint of another frame."""
        if event.type() == QEvent.Type.Paint and self._window.editor.reel.moving:
            self.last = time.perf_counter()
            self.first = self.first or self.last
            self.frames.add(self._window.editor.reel.place)
        return False


def play(application: QApplication, window: Window, name: str) -> None:
    """Play to the end, and print what was seen of it."""
    reel = window.editor.reel
    reel.go(reel.first)
    wait(application, lambda: not reel.moving)
    painted, gaps = Painted(window), [0.0]
    last = time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=5)
    timer.timeout.connect(beat)
    others = used_by_others()
    began, used = time.perf_counter(), time.process_time()
    last = began
    timer.start()
    reel.play(1)
    ending = QEventLoop()
    reel.played.connect(ending.quit)
    ending.exec()
    seconds, used = time.perf_counter() - began, time.process_time() - used
    timer.stop()
    others = used_by_others() - others
    count = len(painted.frames)
    pace = (count - 1) / (painted.last - painted.first)
    print(
        f"{name:<17} {pace:5.1f} frames a second of {float(reel.clip.rate):g},"
        f" {reel.dropped} left out; {1000 * used / count:5.1f} ms of processor a frame"
        f" ({100 * used / seconds:.0f} % of a core); window away at most {1000 * max(gaps):.0f} ms;"
        f" others used {100 * others / seconds:.0f} % of a core"
    )


def used_by_others() -> float:
    """Seconds of processor that other programs used."""
    spent = psutil.cpu_times()
    return spent.user + spent.nice + spent.system - sum(os.times()[:4])


def wait(application: QApplication, met) -> None:
    """Let the window live until then."""
    while not met():
        application.processEvents()
        time.sleep(0.0005)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        times = range(0, round(25 * options.seconds) * filmed.STEP, filmed.STEP)
        size = (WIDTH, HEIGHT)
        source = filmed.make_clip(folder / "hd.mp4", times, size=size, picture=picture)
        preferences = Preferences(folder / "preferences.json")
        window = Window(Studio(InferenceService(), preferences, folder / "state"))
        Theme(application, preferences)
        window.show()
        window.studio.open(source)
        wait(application, lambda: window.studio.current is not None)
        reel = window.editor.reel
        wait(application, lambda: reel.survey is not None)
        play(application, window, "the clip")
        reel.show(made_film(source, reel.first * reel.clip.time_base))
        wait(application, lambda: reel.made is not None and not reel.moving)
        window.canvas.set_split(True)
        play(application, window, "before and after")
        window.studio.shut_down()
        window.close()


if __name__ == "__main__":
    main()
