"""The studio: all documents that are open, the tool in hand, the service that does the work."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.background import Background
from desktop.document.autosave import Recovery, pending_recoveries
from desktop.document.document import Document
from desktop.document.project import read_project
from desktop.editor import Editor
from desktop.preferences import Preferences
from desktop.resources import SAMPLES
from inference.cabinet.catalog import Card, cards
from inference.service import InferenceService
from inference.values import RGB, Cure, Picture, Problem

if TYPE_CHECKING:
    from desktop.film.opening import FoundClip, Opened

PROJECT_SUFFIXES = (".grisaille", ".ora")


class Brush(QObject):
    """What the paint tools and the hint tool share. Set values through `choose`.

    size is the diameter in pixels; hardness and opacity are 0..1; hint_radius is in pixels.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.size = 40.0
        self.hardness = 0.8
        self.opacity = 1.0
        self.color: RGB = (200, 60, 50)
        self.hint_radius = 6.0
        self.hint_grey = False

    def choose(self, **values: float | bool | RGB) -> None:
        """Set some of the values and announce it once."""
        for name, value in values.items():
            if name not in vars(self):
                raise AttributeError(name)
            setattr(self, name, value)
        self.changed.emit()


class Studio(QObject):
    """One per window.

    Signals: editor_opened(Editor), editor_closed(Editor), current_changed(Editor or None),
    tool_changed(name), problem_raised(Problem, Editor or None: whose it is), working_changed(bool):
    reading or writing files, opening_told(sentence): from the thread that opens a large picture.
    """

    editor_opened = Signal(object)
    editor_closed = Signal(object)
    current_changed = Signal(object)
    tool_changed = Signal(str)
    problem_raised = Signal(object, object)
    working_changed = Signal(bool)
    opening_told = Signal(str)

    def __init__(
        self,
        service: InferenceService,
        preferences: Preferences,
        state_dir: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.service = service
        self.preferences = preferences
        self.background = Background(self)
        self.background.busy_changed.connect(self.working_changed)
        self.brush = Brush(self)
        self.editors: list[Editor] = []
        self.current: Editor | None = None
        self.tool = "hint"
        self._state_dir = state_dir

    def open(self, path: Path) -> None:
        """Read a picture, clip or project beside the window; editor_opened or a problem follow."""
        path = path.absolute()
        for editor in self.editors:
            if editor.path == path:
                self.set_current(editor)
                return
        if path.suffix.lower() in PROJECT_SUFFIXES:
            self.background.run(
                lambda: _opening().open_report(read_project(path), path),
                lambda opened: self._on_project(path, opened),
                self._cannot_open,
            )
        else:
            self.background.run(
                lambda: _opening().open_file(path, self.opening_told.emit),
                lambda opened: self._on_file(path, opened),
                self._cannot_open,
            )

    def open_copy(self, path: Path) -> None:
        """Read a project that another window has open; it is to be saved under another name."""
        self.background.run(
            lambda: _opening().open_report(read_project(path), path),
            lambda opened: self._add(opened.document, None, path.stem, opened),
            self._cannot_open,
        )

    def open_picture(self, picture: Picture, title: str) -> Editor | None:
        """A new document from a picture that has no file yet (clipboard)."""
        return self._add(Document.from_picture(picture, title), None, title)

    def find_clip(self, editor: Editor, path: Path) -> None:
        """Take the clip of a project, which was not where it had been, from that place."""
        document = editor.document

        def take(opened: "Opened") -> None:
            film, found = document.film, opened.found
            assert film is not None
            assert found is not None
            document.set_film(replace(film, path=str(found.clip.path)))
            self._attach(editor, found)
            self._tell(opened.notes)

        def fail(problem: Problem) -> None:
            self.report(problem.cured_by(Cure.FIND_CLIP), editor)

        self.background.run(lambda: _opening().take_clip(document, path), take, fail)

    def close(self, editor: Editor) -> None:
        """Forget a document; whoever asks the person about unsaved changes has done so before."""
        place = self.editors.index(editor)
        self.editors.remove(editor)
        if editor is self.current:
            self.set_current(self.editors[max(0, place - 1)] if self.editors else None)
        editor.close()
        self.editor_closed.emit(editor)
        # What is still being written answers to it first.
        self.background.run(lambda: None, lambda _: editor.deleteLater(), self.report)

    def set_current(self, editor: Editor | None) -> None:
        """Bring a document to the front."""
        if editor is not self.current:
            self.current = editor
            self.current_changed.emit(editor)

    def choose_tool(self, name: str) -> None:
        """Take a tool in hand."""
        if name != self.tool:
            self.tool = name
            self.tool_changed.emit(name)

    def report(self, problem: Problem, editor: Editor | None = None) -> None:
        """Show a problem in the strip above the canvas; of the document in front unless told."""
        self.problem_raised.emit(problem, editor or self.current)

    def cards(self) -> tuple[Card, ...]:
        """Cards of the models at hand, for the model browser."""
        return cards()

    # After a crash.

    def recoveries(self) -> list[Recovery]:
        """Work that an earlier run left behind without saving it."""
        return pending_recoveries(self._state_dir)

    def recover(self, recovery: Recovery) -> None:
        """Open what was left behind; it counts as modified until it is saved."""

        def take_up(opened: "Opened") -> None:
            editor = self._add(opened.document, recovery.path, recovery.title, opened)
            if editor:
                editor.mark_rescued()
                recovery.discard()

        def fail(problem: Problem) -> None:
            if recovery.path is not None:
                problem.cured_by(Cure.OPEN_SAVED, str(recovery.path))
            self.report(problem)

        self.background.run(
            lambda: _opening().open_report(recovery.load(), recovery.path), take_up, fail
        )

    def rescue(self) -> None:
        """Keep all unsaved work before the program ends in disorder."""
        for editor in self.editors:
            editor.rescue()

    def shut_down(self) -> None:
        """Close all, wait for what is being written."""
        reels = [editor.reel for editor in self.editors if editor.reel is not None]
        for editor in list(self.editors):
            self.close(editor)
        for reel in reels:
            reel.join()
        self.background.close()
        self.service.close()

    def _on_project(self, path: Path, opened: "Opened") -> None:
        sample = path.parent == SAMPLES  # to play with, not to save over
        owned = path if path.suffix.lower() == ".grisaille" and not sample else None
        if self._add(opened.document, owned, path.stem, opened):
            self.preferences.add_recent(path)

    def _on_file(self, path: Path, opened: "Opened") -> None:
        title = opened.found.clip.path.name if opened.found else path.stem
        self._add(opened.document, None, title, opened)
        self.preferences.add_recent(path)

    def _on_problem_of_editor(self, problem: Problem) -> None:
        editor = self.sender()  # a closure that holds the editor would outlive it, and crash
        self.report(problem, editor if isinstance(editor, Editor) else None)

    def _cannot_open(self, problem: Problem) -> None:
        self.report(problem.cured_by(Cure.OPEN_ANOTHER))

    def _tell(self, notes: Iterable[str]) -> None:
        for note in notes:
            self.report(Problem(note))

    def _add(
        self, document: Document, path: Path | None, title: str, opened: "Opened | None" = None
    ) -> Editor | None:
        try:
            editor = Editor(
                document,
                self.service,
                self.background,
                self.preferences,
                self._state_dir,
                path=path,
                title=title,
                parent=self,
            )
        except Problem as problem:  # it is open in another window
            self.report(problem.cured_by(Cure.OPEN_COPY, str(path)))
            return None
        editor.problem_raised.connect(self._on_problem_of_editor)
        self.editors.append(editor)
        if opened is not None and opened.found is not None:
            self._attach(editor, opened.found)
        self.editor_opened.emit(editor)
        self.set_current(editor)
        if opened is not None:
            self._tell(opened.notes)
            if opened.lost:
                self._miss_clip(editor)
        return editor

    def _miss_clip(self, editor: Editor) -> None:
        film = editor.document.film
        assert film is not None
        sentence = self.tr("The clip “{name}” of this project is not where it was.")
        problem = Problem(
            sentence.format(name=Path(film.path).name),
            remedy=self.tr("The frame that was shown last can be worked on without it."),
            cure=Cure.FIND_CLIP,
        )
        self.report(problem, editor)

    def _attach(self, editor: Editor, found: "FoundClip") -> None:
        from desktop.film.reel import Reel

        editor.take_reel(Reel(found.clip, found.first, editor.document, self.background, editor))


def _opening() -> ModuleType:
    """What reads clips, imported when the first file is read: it brings PyAV."""
    from desktop.film import opening

    return opening
