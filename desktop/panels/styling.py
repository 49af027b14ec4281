"""The Style page's panel: styles to choose and to blend, settings, and the one button."""

import re
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.editor import Editor
from desktop.makings.gallery import Gallery, Offer
from desktop.makings.styling import Share
from desktop.studio import Studio
from desktop.widgets.blend_pad import BlendPad
from desktop.widgets.buttons import Actions, word_button
from desktop.widgets.picture_well import PictureWell
from desktop.widgets.section import QuietLabel, Section, lay_out_page
from desktop.widgets.settings_form import SettingsForm
from desktop.widgets.texts import translated
from desktop.widgets.thumbnail_strip import Choice, ThumbnailStrip
from desktop.widgets.wires import Wires
from desktop.widgets.work_button import WorkButton
from inference.features import STYLIZE, StylizeSettings

STYLE_PX = 64
"""Width of a style: all of them are in view, a line below tells the name."""


class StylingPanel(QWidget):
    """Shows the styling of the current document and asks it for changes."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: Editor | None = None
        self._wires = Wires(self)
        self._gallery = Gallery(studio.background)
        self._gallery.changed.connect(self._show_styles)
        self._gallery.problem_raised.connect(studio.report)
        self._make_parts()
        self._lay_out()
        studio.current_changed.connect(self.show_editor)
        self.show_editor(studio.current)

    def offer(self, actions: Actions) -> None:
        """Take what the window's actions do, and tell their keys."""
        self.well.clicked.connect(actions["style.add"].trigger)
        self.learn.clicked.connect(actions["style.learn"].trigger)
        self.run.offer(actions["style.run"], actions["style.stop"])

    def show_editor(self, editor: Editor | None) -> None:
        """Follow this editor from now on, and the former one no longer."""
        self._wires.cut()
        self._editor = editor
        self.run.begin_with(busy=editor is not None and editor.styling.busy)
        self.setEnabled(editor is not None)
        if editor is None:
            return
        styling = editor.styling
        for signal, slot in (
            (styling.settings_changed, self._show_settings),
            (styling.styles_changed, self._show_styles),
            (styling.pictures_changed, self._show_styles),
            (styling.lesson_changed, self._show_lesson),
            (styling.learned, self._gallery.reload),
            (styling.busy_changed, self.run.follow_busy),
            (styling.progress_changed, self.run.follow_progress),
        ):
            self._wires.connect(signal, slot)
        self._show_settings()
        self._show_styles()

    def showEvent(self, event: QShowEvent) -> None:
        """The gallery is read when it is first looked at."""
        self._gallery.load()
        super().showEvent(event)

    # Building.

    def _make_parts(self) -> None:
        self.strip = ThumbnailStrip(STYLE_PX)
        self.strip.hovered.connect(self._on_hovered)
        self.strip.chosen.connect(self._on_chosen)
        self.strip.added.connect(self._on_added)
        self.caption = QuietLabel()
        self.well = PictureWell(self.tr("Drop any other picture, or click"))
        self.well.dropped.connect(self._on_dropped)
        self.learn = word_button(self.tr("Learn this style"))
        self.learn.setToolTip(
            self.tr("Its manner is learned in some minutes; then it has a name and stays.")
        )
        self.pad = BlendPad()
        self.pad.moved.connect(self._on_moved)
        self.form = SettingsForm(STYLIZE.settings)
        self.form.chosen.connect(self._on_settings)
        self.run = WorkButton(translated(STYLIZE.verb), self.tr("Stop"))
        self.run.run_asked.connect(self._on_run)
        self.run.cancel_asked.connect(self._on_cancel)

    def _lay_out(self) -> None:
        parts = self.strip, self.caption, self.pad, self.learn, self.well
        paintings = Section(self.tr("Paintings"), *parts)
        settings = Section(self.tr("Settings"), self.form)
        lay_out_page(self, (paintings, settings), self.run)

    # The styling changed: show it.

    def _show_settings(self) -> None:
        if self._editor is not None:
            self.form.show_settings(self._editor.styling.settings)

    def _show_styles(self) -> None:
        if self._editor is None:
            return
        shares = self._editor.styling.styles
        how = self.tr("Ctrl+click blends it with those chosen.")
        choices = [Choice(o.name, o.title, o.picture, how) for o in self._offers()]
        self.strip.show_choices(choices, *(share.name for share in shares))
        self._show_caption(None)
        self._show_blend(shares)
        self._show_lesson()

    def _show_lesson(self) -> None:
        if self._editor is None:
            return
        styling = self._editor.styling
        self.learn.setVisible(styling.learnable is not None)
        self.learn.setEnabled(not styling.learning)
        words = self.tr("Learning …") if styling.learning else self.tr("Learn this style")
        self.learn.setText(words)

    def _show_caption(self, hovered: str | None) -> None:
        """What the style under the pointer is called, else those that are chosen."""
        titles = {offer.name: offer.title for offer in self._offers()}
        shares = self._editor.styling.styles if self._editor else ()
        if hovered or len(shares) == 1:
            self.caption.setText(titles.get(hovered or shares[0].name, "…"))
            return
        names = [re.split(r"[,(]", titles.get(share.name, "…"))[0].strip() for share in shares]
        told = [f"{n} {round(100 * s.weight)} %" for n, s in zip(names, shares, strict=True)]
        self.caption.setText("  ·  ".join(told))

    def _show_blend(self, shares: tuple[Share, ...]) -> None:
        pictures = {offer.name: offer.picture for offer in self._offers()}
        known = [pictures[share.name] for share in shares if share.name in pictures]
        blended = 1 < len(known) == len(shares)
        self.pad.setVisible(blended)
        if blended:
            self.pad.show_blend(known, [share.weight for share in shares])

    def _offers(self) -> tuple[Offer, ...]:
        own = self._editor.styling.pictures if self._editor else ()
        return (*own, *self._gallery.offers)

    # The person asks.

    def _on_run(self) -> None:
        if self._editor is not None:
            self._editor.styling.run()

    def _on_cancel(self) -> None:
        if self._editor is not None:
            self._editor.styling.cancel()

    def _on_hovered(self, name: str | None) -> None:
        self._show_caption(name)
        if self._editor is not None:
            self._editor.styling.hover(name)

    def _on_chosen(self, name: str) -> None:
        if self._editor is not None:
            self._editor.styling.choose(name)

    def _on_added(self, name: str) -> None:
        if self._editor is not None:
            self._editor.styling.blend(name)

    def _on_moved(self, weights: tuple[float, ...], goes_on: bool) -> None:
        if self._editor is not None:
            self._editor.styling.set_weights(weights, merge=goes_on)

    def _on_dropped(self, path: Path) -> None:
        if self._editor is not None:
            self._editor.styling.add_picture(path)

    def _on_settings(self, settings: object, goes_on: bool) -> None:
        if self._editor is not None and isinstance(settings, StylizeSettings):
            self._editor.styling.set_settings(settings, merge=goes_on)
