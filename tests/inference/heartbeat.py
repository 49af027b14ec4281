"""A program for service/test_life.py: how long the GUI thread stands still while a network works.

Starts a service and has a large picture coloured, by hints, from nothing: torch is imported, the
model loaded, the picture done in bands. A timer of 5 ms beats meanwhile, and a window shows it.
Prints the longest gap between beats in ms, for each step of the job, as JSON.
"""

import json
import time

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings
from inference.request import Request
from inference.service import InferenceService
from inference.values import Hint, Hints, Picture

WIDTH, HEIGHT = 4000, 3000


def request() -> Request:
    """A 16-bit scan of 12 megapixels with two hints."""
    ramp = np.linspace(0, 65535, WIDTH).astype(np.uint16)
    pixels = np.repeat(ramp[None, :, None], HEIGHT, 0)
    hints = Hints(
        (Hint(((900.0, 800.0),), (200, 40, 40)), Hint(((3000.0, 2000.0),), (30, 90, 200)))
    )
    return Request(COLORIZE, ColorizeInputs(Picture(pixels), hints), ColorizeSettings())


def main() -> None:
    """Beat, and have the work done meanwhile."""
    app = QApplication([])
    window = QLabel("0")
    window.show()
    service = InferenceService()
    gaps: dict[str, float] = {}
    last, job = time.perf_counter(), service.submit(request())

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        step = job.progress.step if job.started_at else "Importing torch"
        gaps[step] = round(max(1000 * (now - last), gaps.get(step, 0.0)), 1)
        last = now
        window.setText(str(now))

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=5)
    timer.timeout.connect(beat)
    timer.start()
    job.state_changed.connect(lambda _: app.quit() if job.ended else None)
    app.exec()
    service.close()
    print(json.dumps({"state": job.state, "seconds": job.seconds, "gaps": gaps}))
    if job.problem:
        print(job.problem, job.problem.detail)


if __name__ == "__main__":
    main()
