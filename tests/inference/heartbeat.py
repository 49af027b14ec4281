"""A program for test_service.py: how long the GUI thread stands still while a network works.

Starts a service, imports torch, loads a colorizer from the file that is named on the command line
and runs it. A timer of 5 ms beats meanwhile; prints the longest gaps between beats as JSON, in ms.
"""

import json
import sys
import time
import types
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from inference.cabinet import catalog
from inference.features import Feature, Request, Result
from inference.service import InferenceService

RUNS = 8


def run(request, context):
    """A task that does what any does: load, then compute."""
    from inference.cabinet import loading

    context.checkpoint(step="load")
    network = loading.load(request.model, request.device).network
    import torch

    with torch.inference_mode():
        for i in range(RUNS):
            context.checkpoint(i / RUNS, step="run")
            network.color(network.look(torch.rand(1, 1, 256, 256) * 100))
    return Result()


def main() -> None:
    """Beat, and work meanwhile."""
    catalog.user_folder = lambda: Path(sys.argv[1])
    sys.modules["inference.tasks.heartbeat"] = types.SimpleNamespace(run=run)
    feature = Feature("heartbeat", "", "", "", "", object, object)
    app = QApplication([])
    window = QLabel("0")
    window.show()
    service = InferenceService()
    gaps: dict[str, float] = {}
    state = {"phase": "import", "last": time.perf_counter()}

    def beat() -> None:
        now = time.perf_counter()
        gap = 1000 * (now - state["last"])
        gaps[state["phase"]] = round(max(gap, gaps.get(state["phase"], 0.0)), 1)
        state["last"] = now
        window.setText(str(now))

    def after(progress) -> None:
        state["phase"] = progress.step or state["phase"]

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=5)
    timer.timeout.connect(beat)
    timer.start()
    job = service.submit(Request(feature, None, None, model="colorizer"))
    job.progress_changed.connect(after)
    job.state_changed.connect(lambda _: job.ended and app.quit())
    app.exec()
    service.close()
    print(json.dumps({"state": job.state, "seconds": job.seconds, "gaps": gaps}))
    if job.problem:
        sys.exit(job.problem.detail)


if __name__ == "__main__":
    main()
