"""Files and the clipboard for one window: dialogs, and the question before work is lost."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.editor import Editor
from desktop.export_settings import fitting
from desktop.film.filming import COLOR
from desktop.shell import layering
from desktop.shell.export_sheet import FORMATS
from desktop.studio import PROJECT_SUFFIXES, Studio
from desktop.widgets.texts import translated
from inference.media.names import FILMS
from inference.values import Picture, Problem

PICTURES = ("*.png", "*.jpg", "*.jpeg", "*.tif", "*.tiff", "*.webp")
FILM_KINDS = tuple(f"*{suffix}" for suffix in FILMS)
PROJECTS = tuple(f"*{suffix}" for suffix in PROJECT_SUFFIXES)


class Files(QObject):
    """Opens, saves, exports, closes, copies and pastes for the current document."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio = studio
        self._window = window

    # Opening

    # Each that asks for a file gives False where the person thought better of it.

    def open(self) -> bool:
        """Ask for files and open them."""
        films = FILM_KINDS
        kinds = [
            self.tr("Pictures, films and projects ({})").format(
                " ".join((*PROJECTS, *PICTURES, *films))
            ),
            self.tr("Projects ({})").format(" ".join(PROJECTS)),
            self.tr("Pictures ({})").format(" ".join(PICTURES)),
            self.tr("Films ({})").format(" ".join(films)),
        ]
        names, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open"), str(self._folder()), ";;".join(kinds)
        )
        for name in names:
            self._studio.open(Path(name))
        return bool(names)

    def open_sequence(self) -> None:
        """Ask for a folder of numbered pictures, and open it as a film."""
        name = QFileDialog.getExistingDirectory(
            self._window, self.tr("Open numbered pictures as a film"), str(self._folder())
        )
        if name:
            self._studio.open(Path(name))

    def find_clip(self, editor: Editor) -> bool:
        """Ask where the clip of a project is."""
        kinds = self.tr("Films ({})").format(" ".join((*FILM_KINDS, *PICTURES)))
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Find the clip"), str(self._folder()), kinds
        )
        if name:
            self._studio.find_clip(editor, Path(name))
        return bool(name)

    def open_dropped(self, data: QMimeData) -> None:
        """Open what was dropped on the window."""
        for path in dropped_paths(data):
            self._studio.open(path)

    def take_style(self, data: QMimeData) -> None:
        """Paint the current document after the picture that was dropped; open what is none."""
        for path in dropped_paths(data):
            if f"*{path.suffix.lower()}" in PICTURES and self._studio.current:
                self._studio.current.styling.add_picture(path)
            else:
                self._studio.open(path)

    def open_reference(self) -> bool:
        """Ask for a picture that the current document takes its colours after."""
        path = self._ask_picture(self.tr("Open reference picture"))
        if path is not None:
            self._editor.coloring.set_reference(path)
        return path is not None

    def open_style(self) -> bool:
        """Ask for a picture that the current document is painted after."""
        path = self._ask_picture(self.tr("Open style picture"))
        if path is not None:
            self._editor.styling.add_picture(path)
        return path is not None

    def _ask_picture(self, title: str) -> Path | None:
        kinds = self.tr("Pictures ({})").format(" ".join(PICTURES))
        name, _ = QFileDialog.getOpenFileName(self._window, title, str(self._folder()), kinds)
        return Path(name) if name else None

    def new_from_clipboard(self) -> None:
        """A new document from the picture that was copied elsewhere."""
        if copied := self._copied_picture():
            name = self.tr("Pasted picture")
            self._studio.background.run(
                copied,
                lambda picture: self._studio.open_picture(picture, name),
                self._studio.report,
            )

    # Saving

    def save(self) -> None:
        """Save the current project; ask where if it has no file yet."""
        if self._editor.path:
            self._editor.save()
        else:
            self.save_as()

    def save_as(self) -> bool:
        """Ask where and save there."""
        editor = self._editor
        start = self._folder() / f"{Path(editor.title).stem}.grisaille"
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save project"), str(start), self.tr("Grisaille (*.grisaille)")
        )
        if name:
            editor.save(_with_suffix(Path(name), ".grisaille"))
        return bool(name)

    def export(self) -> bool:
        """Ask for a file and write the picture into it, as was chosen on the sheet before."""
        chosen = self._studio.preferences.values
        suffix = chosen.export_format
        start = self._folder() / f"{Path(self._editor.title).stem}{suffix}"
        kind = f"{translated(FORMATS[suffix])} (*{suffix})"
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export picture"), str(start), kind
        )
        if name:
            path = _with_suffix(Path(name), suffix)
            self._editor.export(path, fitting(chosen.export, path.suffix.lower()))
        return bool(name)

    def export_film(self) -> bool:
        """Ask for a file and make the film of the clip into it."""
        editor = self._editor
        reel, codec = editor.reel, editor.filming.settings.codec
        assert reel is not None
        kinds = _kinds_for(codec)
        stem = reel.clip.path.stem.split("%")[0].rstrip("_#")
        made = self.tr("coloured") if editor.filming.way == COLOR else self.tr("painted")
        start = reel.clip.path.parent / f"{stem}_{made}{kinds[0]}"
        words = self.tr("Film ({})").format(" ".join(f"*{kind}" for kind in kinds))
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export film"), str(start), words
        )
        if not name:
            return False
        target = _with_suffix(Path(name), kinds[0])
        if codec == "png":
            target = target.with_name(f"{target.stem}_%04d{target.suffix}")
            if not self._may_replace(target):  # the dialog knows of no numbers
                return False
        editor.filming.run(target)
        return True

    def _may_replace(self, pattern: Path) -> bool:
        """True where there are no pictures of those names, or the person lets them go."""
        from inference.media.sequence import files_like

        there = list(files_like(pattern).values())
        if not there:
            return True
        box = QMessageBox(self._window)
        words = self.tr("{count} pictures, “{first}” to “{last}”, are there already. Replace them?")
        if len(there) == 1:
            words = self.tr("“{first}” is there already. Replace it?")
        names = there[0].name, there[-1].name
        box.setText(words.format(count=len(there), first=names[0], last=names[1]))
        replace = box.addButton(self.tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is replace

    # Closing

    def close(self) -> None:
        """Close the current document, after the question about what is not saved."""
        self.close_editor(self._editor)

    def close_editor(self, editor: Editor, then: Callable[[], object] = lambda: None) -> None:
        """Close a document and go on with `then`, unless the person keeps it open."""
        self._studio.set_current(editor)
        answer = self._ask(editor) if editor.modified else QMessageBox.StandardButton.Discard
        if answer == QMessageBox.StandardButton.Discard:
            self._studio.close(editor)
            then()
        elif answer == QMessageBox.StandardButton.Save:
            self._close_once_saved(editor, then)

    def close_all(self, then: Callable[[], object]) -> None:
        """Close one document after the other, then go on; stops where one is kept open."""
        if self._studio.editors:
            self.close_editor(self._studio.editors[-1], lambda: self.close_all(then))
        else:
            then()

    def may_stop_long_work(self) -> bool:
        """True where nothing of hours is at work, or the person lets it be stopped."""
        working = [job for job in self._studio.service.jobs if not job.ended]
        if not any(job.request.feature.makes_way for job in working):
            return True
        box = QMessageBox(self._window)
        box.setText(self.tr("A film is still being exported, or a style learned. Stop it?"))
        box.setInformativeText(
            self.tr("What is finished of a film is kept, and the next export goes on from there.")
        )
        stop = box.addButton(self.tr("Stop and quit"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep working"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        return box.clickedButton() is stop

    def _close_once_saved(self, editor: Editor, then: Callable[[], object]) -> None:
        def forget(_: object = None) -> None:
            editor.saved.disconnect(close)
            editor.problem_raised.disconnect(forget)

        def close(_: object) -> None:
            forget()
            self._studio.close(editor)
            then()

        editor.saved.connect(close)
        editor.problem_raised.connect(forget)  # it stays open; a later save is just a save
        if editor.path:
            editor.save()
        elif not self.save_as():
            forget()

    def _ask(self, editor: Editor) -> int:
        box = QMessageBox(self._window)
        box.setText(self.tr("Save “{}” before closing it?").format(editor.title))
        box.setInformativeText(self.tr("What was changed since the last save is lost otherwise."))
        box.setStandardButtons(
            QMessageBox.StandardButton.Save
            | QMessageBox.StandardButton.Discard
            | QMessageBox.StandardButton.Cancel
        )
        box.setDefaultButton(QMessageBox.StandardButton.Save)
        return box.exec()

    # Clipboard

    def copy(self) -> None:
        """The whole picture to the clipboard, as other programs see it."""
        from desktop.widgets.images import image_of

        snapshot = self._editor.document.snapshot()
        self._studio.background.run(
            lambda: image_of(snapshot.flatten().pixels),
            QGuiApplication.clipboard().setImage,
            self._studio.report,
        )

    def paste(self) -> None:
        """Files open; a picture becomes a layer, or a document where none is open."""
        data = QGuiApplication.clipboard().mimeData()
        if paths := dropped_paths(data):
            for path in paths:
                self._studio.open(path)
        elif self._studio.current is None:
            self.new_from_clipboard()
        elif copied := self._copied_picture():
            layering.paste(self._studio.current, copied, self.tr("Pasted picture"))

    def _copied_picture(self) -> Callable[[], Picture] | None:
        """How to get at it, which takes a while; None, and a word about it, where there is none."""
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            self._studio.report(
                Problem(
                    self.tr("There is no picture on the clipboard."),
                    remedy=self.tr("Copy a picture in another program first."),
                )
            )
            return None
        return lambda: picture_of(image)

    @property
    def _editor(self) -> Editor:
        editor = self._studio.current
        assert editor is not None, "its action is off where no document is open"
        return editor

    def _folder(self) -> Path:
        """Where the last file was."""
        recent = self._studio.preferences.recent
        return recent[0].parent if recent else Path.home()


def dropped_paths(data: QMimeData | None) -> list[Path]:
    """Local files that a drag or the clipboard holds; an empty one may have no data at all."""
    if data is None:
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _kinds_for(codec: str) -> list[str]:
    """Suffixes of files that can hold a codec, the usual one first."""
    from inference.media.codecs import FILM_TARGETS, codec_for

    if codec == "png":
        return [".png"]

    def holds(suffix: str) -> bool:
        try:
            codec_for(Path(f"film{suffix}"), codec)
        except Problem:
            return False
        return True

    return [suffix for suffix in FILM_TARGETS if holds(suffix)]


def picture_of(image: QImage) -> Picture:
    """A picture that another program copied."""
    import numpy as np

    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    rgba = rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4).copy()
    return Picture(rgba[..., :3].copy(), alpha=rgba[..., 3].copy())


def _with_suffix(path: Path, suffix: str) -> Path:
    return path if path.suffix else path.with_suffix(suffix)
