"""The Colour page's panel: suggestions, reference, hints, settings, and the one button."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.editor import Editor
from desktop.studio import Studio
from desktop.widgets.buttons import Actions, ActionWord, action_button, word_button
from desktop.widgets.picture_well import PictureWell
from desktop.widgets.section import QuietLabel, Section, lay_out_page
from desktop.widgets.settings_form import SettingsForm
from desktop.widgets.texts import translated
from desktop.widgets.thumbnail_strip import Choice, ThumbnailStrip
from desktop.widgets.wires import Wires
from desktop.widgets.work_button import WorkButton
from inference.features import COLORIZE, SUGGEST, ColorizeSettings, SuggestionSettings
from inference.service import Job

PICTURES = "*.png *.jpg *.jpeg *.tif *.tiff *.webp"


class ColoringPanel(QWidget):
    """Shows the coloring of the current document and asks it for changes."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: Editor | None = None
        self._wires = Wires(self)
        self._make_parts()
        self._lay_out()
        self._service = studio.service
        self._service.job_added.connect(self._on_job)
        studio.current_changed.connect(self.show_editor)
        self.show_editor(studio.current)

    def offer(self, actions: Actions) -> None:
        """Show small buttons for the window's actions beside the titles they belong to."""
        self.suggestions.add_beside(action_button(actions["colour.suggest"]))
        for action_id in ("colour.keep_grey", "colour.clear_hints"):
            left = Qt.AlignmentFlag.AlignLeft
            self.hints.body.addWidget(ActionWord(actions[action_id]), 0, left)
        self.run.offer(actions["colour.run"], actions["colour.cancel"])

    def show_editor(self, editor: Editor | None) -> None:
        """Follow this editor from now on, and the former one no longer."""
        self._wires.cut()
        self._editor = editor
        self.run.begin_with(busy=editor is not None and editor.coloring.busy)
        self.setEnabled(editor is not None)
        if editor is None:
            return
        coloring = editor.coloring
        for signal, slot in (
            (coloring.settings_changed, self._show_settings),
            (coloring.settings_changed, self._show_suggestions),  # the kept seed
            (coloring.reference_changed, self._show_reference),
            (coloring.hints_changed, self._show_hints),
            (coloring.suggestions_changed, self._show_suggestions),
            (coloring.busy_changed, self.run.follow_busy),
            (coloring.progress_changed, self.run.follow_progress),
        ):
            self._wires.connect(signal, slot)
        self._show_settings()
        self._show_reference()
        self._show_hints()
        self._show_suggestions()

    # Building.

    def _make_parts(self) -> None:
        ways = self.tr("Suggest {count} ways").format(count=SuggestionSettings().count)
        self.suggest = word_button(ways)
        self.suggest.clicked.connect(self._on_suggest)
        self.making = QuietLabel(self.tr("making …"))
        self.making.hide()
        self.strip = ThumbnailStrip()
        self.strip.hovered.connect(self._on_hovered)
        self.strip.chosen.connect(self._on_kept)
        self.well = PictureWell(self.tr("Drop a picture to take colours after, or click"))
        self.well.clicked.connect(self._choose_reference)
        self.well.dropped.connect(self._set_reference)
        self.well.cleared.connect(lambda: self._set_reference(None))
        self.hints_note = QuietLabel()
        self.form = SettingsForm(COLORIZE.settings)
        self.form.chosen.connect(self._on_settings)
        self.run = WorkButton(translated(COLORIZE.verb), self.tr("Cancel"))
        self.run.run_asked.connect(self._on_run)
        self.run.cancel_asked.connect(self._on_cancel)

    def _lay_out(self) -> None:
        self.suggestions = Section(translated(SUGGEST.label))
        self.suggestions.add_beside(self.making)
        self.suggestions.add(self.suggest)
        self.suggestions.add(self.strip)
        reference = Section(self.tr("Reference"))
        reference.add(self.well)
        self.hints = Section(self.tr("Hints"))
        self.hints.add(self.hints_note)
        settings = Section(self.tr("Settings"))
        settings.add(self.form)
        lay_out_page(self, (self.suggestions, reference, self.hints, settings), self.run)

    # The coloring changed: show it.

    def _show_settings(self) -> None:
        if self._editor is not None:
            self.form.show_settings(self._editor.coloring.settings)

    def _show_reference(self) -> None:
        if self._editor is not None:
            coloring = self._editor.coloring
            self.well.show_picture(coloring.reference, self.tr("Reference picture"))

    def _show_hints(self) -> None:
        if self._editor is None:
            return
        hints = self._editor.coloring.hints
        count = len(hints.points)
        said = self.tr("Click in the picture to say which colour a place has.")
        if count:
            one = self.tr("1 hint.")
            said = one if count == 1 else self.tr("{count} hints.").format(count=count)
        if hints.keep_grey is not None:
            said += " " + self.tr("A region is kept grey.")
        self.hints_note.setText(said)

    def _show_suggestions(self) -> None:
        if self._editor is None:
            return
        coloring = self._editor.coloring
        choices = [
            Choice(one.seed, self.tr("Suggestion {number}").format(number=number), one.picture)
            for number, one in enumerate(coloring.suggestions, 1)
        ]
        self.strip.show_choices(choices, coloring.seed)
        self.strip.setVisible(bool(choices))
        self.suggest.setVisible(not choices)

    def _on_job(self, job: Job) -> None:
        if job.request.feature is SUGGEST:
            job.state_changed.connect(self._show_making)
            self._show_making()

    def _show_making(self, *_: object) -> None:
        """Suggestions take some seconds: say that they are on their way."""
        jobs = self._service.jobs
        making = any(job.request.feature is SUGGEST and not job.ended for job in jobs)
        self.making.setVisible(making)
        self.suggest.setEnabled(not making)

    # The person asks.

    def _on_run(self) -> None:
        if self._editor is not None:
            self._editor.coloring.run()

    def _on_cancel(self) -> None:
        if self._editor is not None:
            self._editor.coloring.cancel()

    def _on_suggest(self) -> None:
        if self._editor is not None:
            self._editor.coloring.suggest()

    def _on_hovered(self, seed: int | None) -> None:
        if self._editor is not None:
            self._editor.coloring.hover(seed)

    def _on_kept(self, seed: int) -> None:
        if self._editor is not None:
            self._editor.coloring.keep(seed)

    def _on_settings(self, settings: object, goes_on: bool) -> None:
        if self._editor is not None and isinstance(settings, ColorizeSettings):
            self._editor.coloring.set_settings(settings, merge=goes_on)

    def _choose_reference(self) -> None:
        kinds = self.tr("Pictures ({kinds})").format(kinds=PICTURES)
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Open reference picture"), "", kinds)
        if name:
            self._set_reference(Path(name))

    def _set_reference(self, path: Path | None) -> None:
        if self._editor is not None:
            self._editor.coloring.set_reference(path)
