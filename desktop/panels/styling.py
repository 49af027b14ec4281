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
from desktop.widgets.style_places import Place, StylePlaces
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
        self.places = StylePlaces()
        self.places.placed.connect(self._on_placed)
        self.places.freed.connect(self._on_freed)
        self.form = SettingsForm(STYLIZE.settings)
        self.form.chosen.connect(self._on_settings)
        self.run = WorkButton(translated(STYLIZE.verb), self.tr("Stop"))
        self.run.run_asked.connect(self._on_run)
        self.run.cancel_asked.connect(self._on_cancel)

    def _lay_out(self) -> None:
        parts = self.strip, self.caption, self.places, self.pad, self.learn, self.well
        paintings = Section(self.tr("Paintings"), *parts)
        settings = Section(self.tr("Settings"), self.form)
        lay_out_page(self, (paintings, settings), self.run)

    # The styling changed: show it.

    def _show_settings(self) -> None:
        if self._editor is not None:
            self.form.show_settings(self._editor.styling.settings)
            self._show_shares()

    def _show_styles(self) -> None:
        if self._editor is None:
            return
        shares = self._editor.styling.styles
        how = self.tr("Ctrl+click blends it with those chosen.")
        choices = [Choice(o.name, o.title, o.picture, how) for o in self._offers()]
        self.strip.show_choices(choices, *(share.name for share in shares))
        self._show_shares()
        self._show_lesson()

    def _show_shares(self) -> None:
        """How much of each style there is, and where it goes."""
        if self._editor is None:
            return
        styling = self._editor.styling
        places = [Place(s.name, self._short(s.name), bool(s.region)) for s in styling.styles]
        self.places.show_places(places)
        self.places.setVisible(styling.places_styles)
        self.strip.show_parts({share.name for share in self._placed()})
        self._show_caption(None)
        self._show_blend(styling.styles)

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
        shares = self._editor.styling.styles if self._editor else ()
        if hovered or len(shares) == 1:
            self.caption.setText(self._title(hovered or shares[0].name))
            return
        percents = self._editor.styling.percents if self._editor else ()
        told = [
            self.tr("{style} in its place").format(style=self._short(share.name))
            if percent is None
            else f"{self._short(share.name)} {percent}\u00a0%"
            for share, percent in zip(shares, percents, strict=True)
        ]
        self.caption.setText("  ·  ".join(told))

    def _show_blend(self, shares: tuple[Share, ...]) -> None:
        pictures = {offer.name: offer.picture for offer in self._offers()}
        mixed = [share for share in shares if share not in self._placed()]
        known = [pictures[share.name] for share in mixed if share.name in pictures]
        blended = 1 < len(known) == len(mixed)
        self.pad.setVisible(blended)
        if blended:
            whole = sum(share.weight for share in mixed) or 1.0
            self.pad.show_blend(known, [share.weight / whole for share in mixed])

    def _placed(self) -> tuple[Share, ...]:
        """Those that are painted in regions of their own, as all is set now."""
        if self._editor is None:
            return ()
        pairs = zip(self._editor.styling.styles, self._editor.styling.percents, strict=True)
        return tuple(share for share, percent in pairs if percent is None)

    def _title(self, name: str) -> str:
        return next((offer.title for offer in self._offers() if offer.name == name), "…")

    def _short(self, name: str) -> str:
        return re.split(r"[,(]", self._title(name))[0].strip()

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
            styling, placed, moved = self._editor.styling, self._placed(), iter(weights)
            whole = [s.weight if s in placed else next(moved) for s in styling.styles]
            styling.set_weights(whole, merge=goes_on)

    def _on_placed(self, name: str) -> None:
        if self._editor is not None:
            self._editor.styling.place(name)

    def _on_freed(self, name: str) -> None:
        if self._editor is not None:
            self._editor.styling.free(name)

    def _on_dropped(self, path: Path) -> None:
        if self._editor is not None:
            self._editor.styling.add_picture(path)

    def _on_settings(self, settings: object, goes_on: bool) -> None:
        if self._editor is not None and isinstance(settings, StylizeSettings):
            self._editor.styling.set_settings(settings, merge=goes_on)
