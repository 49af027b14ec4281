"""Jobs: what the networks are doing, have done, and could not do."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.film.telling import told_of_film
from desktop.studio import Studio
from desktop.widgets.buttons import word_button
from desktop.widgets.job_row import JobRow, Mark
from desktop.widgets.scroll import Scroll
from desktop.widgets.section import EmptyNote
from desktop.widgets.texts import translated
from inference.features import FilmInputs
from inference.request import Progress
from inference.service import Job, JobState

ROWS = 50
SOON_MS = 120
"""Live work comes and goes faster than this and would only flicker; it never gets a row."""
TICK_MS = 500


class JobsPanel(QWidget):
    """The newest job on top. What was cancelled leaves; what ended stays until it is cleared."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = studio.service
        self._cleared: set[Job] = set()
        self._lines: dict[Job, _Line] = {}
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.refresh)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._refresh_times)
        self.empty = EmptyNote(
            self.tr("Nothing is running. Work that takes a while is listed here.")
        )
        self.clear = word_button(self.tr("Clear finished"), flat=True)
        self.clear.clicked.connect(self._clear)
        self._build()
        self._service.job_added.connect(self._watch)
        self._service.job_removed.connect(self._refresh_soon)
        for job in self._service.jobs:
            self._watch(job)
        self.refresh()

    def rows(self) -> list[JobRow]:
        """The rows that are shown, newest first."""
        return [line.row for line in reversed(self._lines.values())]

    def refresh(self) -> None:
        """Bring the rows in line with the service's jobs."""
        there = [job for job in self._service.jobs if self._is_listed(job)][-ROWS:]
        for job in [job for job in self._lines if job not in there]:
            self._lines.pop(job).remove()
        for job in there:
            if job not in self._lines:
                self._lines[job] = line = _Line(job, self)
                self._column.insertWidget(0, line.row)
            self._lines[job].refresh()
        self.empty.setVisible(not there)
        self.clear.setEnabled(any(job.ended for job in there))
        running = any(not job.ended for job in there)
        if running != self._tick.isActive():
            self._tick.start() if running else self._tick.stop()

    def _build(self) -> None:
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 4, 8, 8)
        foot.addStretch(1)
        foot.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Scroll(body), 1)
        column.addLayout(foot)

    def _is_listed(self, job: Job) -> bool:
        return job.state is not JobState.CANCELLED and job not in self._cleared

    def _watch(self, job: Job) -> None:
        job.state_changed.connect(self._refresh_soon)
        self._refresh_soon()

    def _refresh_soon(self, *_: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _refresh_times(self) -> None:
        for line in self._lines.values():
            line.refresh()

    def _clear(self) -> None:
        self._cleared = {job for job in self._service.jobs if job.ended}
        self.refresh()


class _Line(QObject):
    """One job and its row."""

    def __init__(self, job: Job, parent: QObject) -> None:
        super().__init__(parent)
        self._job = job
        inputs, what = job.request.inputs, translated(job.request.feature.label)
        self._film = inputs.target.name if isinstance(inputs, FilmInputs) else ""
        if self._film:
            what = self.tr("{what}: {name}").format(what=what, name=self._film)
        self.row = JobRow(what)
        self.row.cancel_asked.connect(job.cancel)
        job.progress_changed.connect(self._on_progress)

    def refresh(self) -> None:
        """Show how the job stands now."""
        mark = {
            JobState.WAITING: Mark.WAITING,
            JobState.FINISHED: Mark.DONE,
            JobState.FAILED: Mark.FAILED,
        }.get(self._job.state, Mark.RUNNING)
        self.row.show_standing(mark, self._words(), self._job.progress.fraction)
        problem, result = self._job.problem, self._job.result
        if problem is not None:
            self.row.show_problem(str(problem), problem.detail)
        elif result is not None and self._film:
            self.row.show_note(told_of_film(self._film, result))

    def remove(self) -> None:
        """The job is no longer listed."""
        self.row.deleteLater()
        self.deleteLater()

    def _on_progress(self, _progress: Progress) -> None:
        self.refresh()

    def _words(self) -> str:
        job, device = self._job, self._job.device.upper()
        if job.state is JobState.WAITING:
            return self.tr("waiting")
        if job.state is JobState.RUNNING:
            left = job.progress.seconds_left
            if left is None:
                return device
            return self.tr("{time} left · {device}").format(time=duration(left), device=device)
        if job.state is JobState.FAILED:
            return self.tr("failed")
        return f"{duration(job.seconds)} · {device}"


def duration(seconds: float) -> str:
    """A time for people: 0.4 s, 12 s, 3:05 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02} min"
