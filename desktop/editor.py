"""One open document: its history, its file, its active layer, and what is made for it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktop.background import Background
from desktop.document.autosave import Autosave
from desktop.document.document import Document
from desktop.document.export import export_document, report_of
from desktop.document.former import Former
from desktop.document.layers import Layer
from desktop.document.lock import ProjectLock
from desktop.document.project import save_project
from desktop.export_settings import ExportSettings
from desktop.film.filming import Filming
from desktop.makings.coloring import Coloring
from desktop.makings.making import Making
from desktop.makings.styling import Styling
from desktop.preferences import Preferences
from inference.media.color import LumaReport
from inference.service import InferenceService
from inference.values import Cure, Problem

if TYPE_CHECKING:
    from desktop.film.reel import Reel

AUTOSAVE_AFTER_MS = 3000
AS_IT_IS = ExportSettings()


class Editor(QObject):
    """One per open document.

    Signals: active_layer_changed(layer id or ""), title_changed(), saved(path),
    exported(path, LumaReport or None where none was asked for), mask_mode_changed(bool),
    problem_raised(Problem), modified_changed(bool), reel_changed().
    """

    active_layer_changed = Signal(str)
    title_changed = Signal()
    saved = Signal(object)
    exported = Signal(object, object)
    mask_mode_changed = Signal(bool)
    problem_raised = Signal(object)
    modified_changed = Signal(bool)
    reel_changed = Signal()

    def __init__(
        self,
        document: Document,
        service: InferenceService,
        background: Background,
        preferences: Preferences,
        state_dir: Path,
        *,
        path: Path | None = None,
        title: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.path = path
        self._untitled = title
        self._background = background
        self.history = QUndoStack(self)
        self.coloring = Coloring(document, self.history, service, background, preferences, self)
        self.styling = Styling(document, self.history, service, background, preferences, self)
        self.makings: tuple[Making, ...] = (self.coloring, self.styling)
        for making in self.makings:
            making.problem_raised.connect(self.problem_raised)
        self.reel: Reel | None = None
        """The clip that the document shows a frame of."""
        self.filming = Filming(self, service, preferences, self)
        self.filming.problem_raised.connect(self.problem_raised)
        self.painting_mask = False
        self._active = ""
        self._order: list[str] = []  # of all layers, from below
        self._saving: list[Path] = []  # where to, of each save that has not ended
        self._locks: dict[Path, ProjectLock] = {}  # of the project's file, and of those
        if path:
            self._lock(path)
        self._former: Former | None = None  # what the last save packed
        self._rescued = False
        self._changes = 0  # of the document since it was opened
        self._state_dir = state_dir
        self._autosave = self._new_autosave()
        self._autosave_timer = QTimer(self, singleShot=True, interval=AUTOSAVE_AFTER_MS)
        self._autosave_timer.timeout.connect(self._autosave_now)
        self.history.indexChanged.connect(self._on_index_changed)
        self.history.cleanChanged.connect(self._on_clean_changed)
        document.pixels_changed.connect(self._on_pixels_changed)
        document.layers_changed.connect(self._on_layers_changed)
        document.layer_changed.connect(self._on_layer_changed)
        self._on_layers_changed()

    # What is open.

    @property
    def title(self) -> str:
        """What the tab says: the project's name, or that of the picture it began with."""
        return self.path.name if self.path else self._untitled

    @property
    def modified(self) -> bool:
        """True where there is something that no file holds."""
        return self._rescued or not self.history.isClean()

    @property
    def busy(self) -> bool:
        """True while something of a document is read, written or laid in beside the window."""
        return self._background.busy

    def mark_rescued(self) -> None:
        """The document was recovered after a crash: no file holds it yet."""
        self._rescued = True
        self.modified_changed.emit(True)

    # The active layer.

    @property
    def active_layer(self) -> Layer | None:
        """The layer that tools and panels work on."""
        return self.document.layer(self._active) if self._active else None

    def activate(self, layer_id: str) -> None:
        """Make a layer the one that tools and panels work on."""
        if layer_id == self._active:
            return
        self._active = layer_id
        self.set_painting_mask(False)
        self.active_layer_changed.emit(layer_id)

    def set_painting_mask(self, on: bool) -> None:
        """Choose whether paint goes to the mask or the pixels; only a layer with a mask has one."""
        layer = self.active_layer
        on = on and layer is not None and layer.mask is not None
        if on != self.painting_mask:
            self.painting_mask = on
            self.mask_mode_changed.emit(on)

    def push(self, command: QUndoCommand) -> None:
        """Do a command and remember it."""
        self.history.push(command)

    def beside(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Do something slow beside the window, then `done(what came of it)` on the window's thread.

        `work` must touch nothing that may change meanwhile.
        """
        self._background.run(work, done, self.problem_raised.emit)

    def soon(self, work: Callable[[Document], Any], done: Callable[[Any], object]) -> None:
        """Do `done(what came of work(snapshot))`; anew if the document changed meanwhile."""
        changes = self._changes

        def finish(made: Any) -> None:
            if self._changes == changes:
                done(made)
            else:
                self.soon(work, done)

        snapshot = self.document.snapshot()
        self.beside(lambda: work(snapshot), finish)

    # A clip.

    def take_reel(self, reel: "Reel") -> None:
        """Show frames of this clip from now on; what is made follows the frame that stands."""
        self.reel = reel
        reel.setParent(self)
        reel.problem_raised.connect(self.problem_raised)
        reel.laid.connect(self._remake)
        for making in self.makings:
            making.laid.connect(partial(self._remake, making))
        self.reel_changed.emit()
        self.filming.show_made()

    def _remake(self, made: Making | None = None) -> None:
        """Make the lowest layer that networks make, or the one above `made`, made of that."""
        places = [layer.id for layer in self.document.walk()]
        making = [one for one in self.makings if one.generated_id in places]
        making.sort(key=lambda one: places.index(one.generated_id))
        above = making[making.index(made) + 1 :] if made in making else making
        for one in above:
            if one.remake():
                return

    # Files, beside the window.

    def save(self, path: Path | None = None) -> None:
        """Write the project beside the window; `saved` or `problem_raised` follow.

        Without a path it goes where the last save went. The project's file stays locked until
        the new one is written.
        """
        target = path or (self._saving[-1] if self._saving else self.path)
        assert target is not None, "the first save needs a path"
        try:
            self._lock(target)
        except Problem as problem:
            self._report(problem, Cure.SAVE_ELSEWHERE)
            return
        self._saving.append(target)
        index, former = self.history.index(), self._former
        snapshot = self.document.snapshot()
        if snapshot.film is not None:
            snapshot.film = snapshot.film.seen_from(target.parent)
        self._background.run(
            lambda: save_project(snapshot, target, former=former),
            lambda written: self._on_saved(target, index, written),
            lambda problem: self._on_not_saved(target, problem),
        )

    def export(self, path: Path, settings: ExportSettings = AS_IT_IS) -> None:
        """Write the picture beside the window, replacing what is there (the dialog has asked)."""
        snapshot = self.document.snapshot()

        def write() -> LumaReport | None:
            export_document(
                snapshot, path, depth=settings.bits, quality=settings.quality, overwrite=True
            )
            return report_of(snapshot, path) if settings.report else None

        self._background.run(
            write,
            lambda report: self.exported.emit(path, report),
            lambda problem: self._report(problem, Cure.EXPORT_ELSEWHERE),
        )

    def rescue(self) -> None:
        """Autosave at once and wait for it: the program is about to end in disorder."""
        if self.modified:
            self._autosave.save_now()

    def close(self) -> None:
        """Let go of everything outside; what was not saved has been asked about."""
        self._autosave_timer.stop()
        if self.reel is not None:
            self.reel.close()
        for making in self.makings:
            making.close()
        self._discard_autosave()
        for lock in self._locks.values():
            lock.release()

    def _report(self, problem: Problem, cure: Cure) -> None:
        self.problem_raised.emit(problem.cured_by(cure))

    def _lock(self, path: Path) -> None:
        if path not in self._locks:
            lock = ProjectLock(path)
            lock.acquire()
            self._locks[path] = lock

    def _end_save(self, path: Path) -> None:
        self._saving.remove(path)
        for other in self._locks.keys() - {self.path, *self._saving}:
            self._locks.pop(other).release()

    def _on_not_saved(self, path: Path, problem: Problem) -> None:
        self._end_save(path)
        self._report(problem, Cure.SAVE_ELSEWHERE)

    def _on_saved(self, path: Path, index: int, written: Former) -> None:
        renamed = path != self.path
        self.path, self._former = path, written
        self._end_save(path)
        self._rescued = False
        if self.history.index() == index:
            self.history.setClean()
            self._discard_autosave()
            self._autosave = self._new_autosave()
        if renamed:
            self.title_changed.emit()
        self.modified_changed.emit(self.modified)
        self.saved.emit(path)

    # Autosave.

    def _autosave_now(self) -> None:
        if not self.modified:
            return
        snapshot, autosave = self.document.snapshot(), self._autosave
        self._background.run(
            lambda: autosave.write(snapshot),
            lambda _: None,
            lambda problem: self._report(problem, Cure.SAVE_ELSEWHERE),
        )

    def _discard_autosave(self) -> None:
        """Beside the window: thousands of tiles take a while to remove."""
        self._background.run(self._autosave.discard, lambda _: None, self.problem_raised.emit)

    def _new_autosave(self) -> Autosave:
        return Autosave(self.document, self._state_dir, self.path, self.title)

    def _on_index_changed(self, _: int) -> None:
        self._autosave_timer.start()

    def _on_clean_changed(self, _: bool) -> None:
        self.modified_changed.emit(self.modified)

    def _on_layer_changed(self, _: str) -> None:
        self._changes += 1

    def _on_pixels_changed(self, *_: Any) -> None:
        self._changes += 1
        if self.modified:
            self._autosave_timer.start()

    def _on_layers_changed(self) -> None:
        """Keep a layer active while there is one: the next one below where that is gone."""
        self._changes += 1
        before, self._order = self._order, [layer.id for layer in self.document.walk()]
        if self._active not in self._order:
            below = before[: before.index(self._active)] if self._active in before else self._order
            left = [layer_id for layer_id in below if layer_id in self._order]
            self.activate((left or self._order[:1] or [""])[-1])
