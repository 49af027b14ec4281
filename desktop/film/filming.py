"""The Film page's doing for one clip: what is made of its frames, how it is written, the job."""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.commands import set_export, set_way
from desktop.document.layers import BlendMode, GeneratedLayer, HintLayer, Layer
from desktop.film.telling import told_of_film, told_of_stop
from desktop.preferences import Preferences
from inference.features import FILM, FilmInputs, FilmSettings
from inference.media.names import is_pattern
from inference.request import Progress, Request, Result
from inference.service import InferenceService, Job
from inference.settings import settings_from_json, settings_to_json
from inference.values import Cure, Picture, Problem

if TYPE_CHECKING:
    from desktop.editor import Editor

CRF = {"h264": (18, 51), "hevc": (20, 51), "av1": (28, 63), "vp9": (24, 63)}
"""Of the codecs that know a crf: the usual one, and the largest."""
COLOR, STYLE, BOTH = "color", "style", "both"
WAYS = (COLOR, STYLE, BOTH)
"""What may be done to each frame: coloured, painted, or first the one and then the other."""


class Filming(QObject):
    """One per editor; of use only where that has a clip.

    Signals: settings_changed(), busy_changed(bool), progress_changed(Progress), told(sentence,
    path or None) - how an export ended, and the film that there is now; problem_raised(Problem).
    """

    settings_changed = Signal()
    busy_changed = Signal(bool)
    progress_changed = Signal(object)
    told = Signal(str, object)
    problem_raised = Signal(object)

    def __init__(
        self,
        editor: "Editor",
        service: InferenceService,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._service, self._preferences = service, preferences
        self._drag = 0  # number of the gesture on a setting; each is one step of undo
        self._shown: object = None
        self._job: Job | None = None
        self._target, self._first = Path(), 0  # of the job: its file, and its first frame
        self._failed = False
        editor.document.film_changed.connect(self._on_film)

    @property
    def settings(self) -> FilmSettings:
        """How the film is written; as usual where the document says nothing that is understood."""
        film = self._editor.document.film
        with contextlib.suppress(Problem):
            return settings_from_json(FilmSettings, film.export if film else {})
        return FilmSettings()

    @property
    def busy(self) -> bool:
        """True while a film is made."""
        return self._job is not None

    @property
    def way(self) -> str:
        """What is done to each frame: as chosen, else what the shown frame has."""
        film = self._editor.document.film
        if film is not None and film.way in WAYS:
            return film.way
        colored, painted = self._editor.coloring.generated_id, self._editor.styling.generated_id
        if colored and painted:
            return BOTH
        return STYLE if painted else COLOR

    @property
    def left_out(self) -> bool:
        """True where the document has more to show than a film gets."""
        film = self._editor.document.film
        shown = [layer for layer in self._editor.document.walk() if layer.visible]
        return any(_is_more(layer) for layer in shown if film and layer.id != film.layer)

    def set_way(self, way: str) -> None:
        """Do this to each frame."""
        self._editor.push(set_way(self._editor.document, way))

    def set_settings(self, settings: FilmSettings, *, merge: bool = False) -> None:
        """Write it so; another codec begins with its usual quality. merge: the drag goes on."""
        self._drag += not merge
        usual, most = CRF.get(settings.codec, (settings.crf, settings.crf))
        another = settings.codec != self.settings.codec
        settings = replace(settings, crf=usual if another else min(settings.crf, most))
        document = self._editor.document
        self._editor.push(set_export(document, settings_to_json(settings), self._drag))

    def run(self, target: Path) -> None:
        """Make the film beside all other work, replacing what is there (the dialog has asked)."""
        if self.busy:
            return
        self._failed = False
        reel = self._editor.reel
        assert reel is not None
        start, stop = reel.film.start, reel.film.stop
        base = float(reel.clip.time_base)
        inputs = FilmInputs(
            source=reel.clip.path,
            target=target,
            steps=self._steps(),
            start=None if start is None else start * base,
            stop=None if stop is None else (stop + 1) * base,  # the out point is shown, too
            interlaced=reel.interlaced,
            rate=reel.film.pace,
            overwrite=True,
        )
        chosen = self._preferences.values
        request = Request(
            FILM, inputs, self.settings, device=chosen.device, allow_cpu=chosen.allow_cpu
        )
        self._job = job = self._service.submit(request)
        self._target, self._first = target, reel.first if start is None else start
        # methods, which Qt forgets with this object: the job goes on when the document is closed
        job.progress_changed.connect(self._on_progress)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self.busy_changed.emit(True)

    def try_again(self) -> None:
        """Make the film that failed last; what is finished of it is kept."""
        if self._failed:
            self.run(self._target)

    def cancel(self) -> None:
        """Stop; what is finished is kept for the next time."""
        if self._job is not None:
            self._job.cancel()

    def show_made(self) -> None:
        """Have what was made of the clip last, if it is there, on the other side of it."""
        from desktop.film.decoder import made_film

        reel = self._editor.reel
        assert reel is not None
        film, start = Path(reel.film.made), reel.film.made_from * reel.clip.time_base
        if reel.film.made and (film.exists() or is_pattern(film)):
            self._editor.beside(lambda: made_film(film, start), reel.show)

    def _on_film(self) -> None:
        film = self._editor.document.film
        shown = film and (film.way, film.export)
        if shown != self._shown:
            self._shown = shown
            self.settings_changed.emit()

    def _steps(self) -> tuple[Request, ...]:
        makings = {COLOR: self._editor.coloring, STYLE: self._editor.styling}
        ways = (COLOR, STYLE) if self.way == BOTH else (self.way,)
        return tuple(makings[way].request(_DOT) for way in ways)

    def _on_progress(self, progress: Progress) -> None:
        self.progress_changed.emit(progress)

    def _on_finished(self, result: Result) -> None:
        self._end()
        self.told.emit(told_of_film(self._target.name, result), self._target)
        document = self._editor.document
        assert document.film is not None
        made = replace(document.film, made=str(self._target), made_from=self._first)
        document.set_film(made)  # no step of undo: the file is there either way
        self.show_made()

    def _on_failed(self, problem: Problem) -> None:
        self._end()
        self._failed = True
        self.problem_raised.emit(problem.cured_by(Cure.EXPORT_ELSEWHERE, "film"))

    def _on_cancelled(self) -> None:
        self._end()
        self.told.emit(told_of_stop(self._target), None)

    def _end(self) -> None:
        self._job = None
        self.busy_changed.emit(False)


_DOT = Picture(np.zeros((1, 1, 1), np.uint8))  # stands for the frame


def _is_more(layer: Layer) -> bool:
    if isinstance(layer, HintLayer):
        return bool(layer.hints)
    plain = layer.mask is None and layer.opacity == 1
    as_made = layer.blend in (BlendMode.NORMAL, BlendMode.CLIP)
    return not (isinstance(layer, GeneratedLayer) and plain and as_made)
