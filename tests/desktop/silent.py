"""A studio whose service answers nothing by itself, and a picture to open in it."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.preferences import Preferences
from desktop.studio import Studio
from inference.service import Job
from inference.values import Picture


class SilentService(QObject):
    """Takes every request and never answers."""

    job_added = Signal(object)
    job_removed = Signal(object)
    torch_ready = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = []

    def submit(self, request, slot=None) -> Job:
        job = Job(request, slot)
        self.jobs.append(job)
        self.job_added.emit(job)
        return job

    def close(self) -> None:
        pass


def studio_on(service, folder) -> Iterator[Studio]:
    """For a fixture: a studio with this service, its preferences and state in a folder."""
    studio = Studio(service, Preferences(folder / "preferences.json"), folder / "state")
    yield studio
    studio.shut_down()


def ramp(width: int, height: int, dtype=np.uint8) -> Picture:
    """Grey from left to right, no two neighbouring columns alike where there is room."""
    row = np.linspace(0, np.iinfo(dtype).max, width).astype(dtype)
    return Picture(np.broadcast_to(row[None, :, None], (height, width, 1)).copy())
