"""The Style page's panel: styles to choose and to blend, settings, and the one button."""

from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.editor import Editor
from desktop.gallery import Gallery, Offer
from desktop.studio import Studio
from desktop.style_page import MOST, Share
from desktop.widgets.blend_pad import BlendPad
from desktop.widgets.buttons import Actions
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
        self._gallery = Gallery(studio.background, self)
        self._gallery.changed.connect(self._show_styles)
        self._gallery.problem_raised.connect(studio.report)
        self._make_parts()
        self._lay_out()
        studio.current_changed.connect(self.show_editor)
        self.show_editor(studio.current)

    def offer(self, actions: Actions) -> None:
        """Take what the window's actions do, and tell their keys."""
        self.well.clicked.connect(actions["style.add"].trigger)
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
        self.well = PictureWell(self.tr("Drop any painting or photograph, or click"))
        self.well.dropped.connect(self._on_dropped)
        self.pad = BlendPad()
        self.pad.moved.connect(self._on_moved)
        self.shares = QuietLabel()
        self.form = SettingsForm(STYLIZE.settings)
        self.form.chosen.connect(self._on_settings)
        self.run = WorkButton(translated(STYLIZE.verb), self.tr("Stop"))
        self.run.run_asked.connect(self._on_run)
        self.run.cancel_asked.connect(self._on_cancel)

    def _lay_out(self) -> None:
        styles = Section(self.tr("Style"), self.strip, self.caption, self.well)
        blend = Section(self.tr("Blend"), self.pad, self.shares)
        settings = Section(self.tr("Settings"), self.form)
        lay_out_page(self, (styles, blend, settings), self.run)

    # The styling changed: show it.

    def _show_settings(self) -> None:
        if self._editor is not None:
            settings = self._editor.styling.settings
            self.form.show_settings(settings)
            slow = settings.method == "optimise"
            self.form.rows["iterations"].setVisible(slow)

    def _show_styles(self) -> None:
        if self._editor is None:
            return
        shares = self._editor.styling.styles
        choices = [Choice(one.name, one.title, one.picture) for one in self._offers()]
        self.strip.show_choices(choices, *(share.name for share in shares))
        self._show_caption(None)
        self._show_blend(shares)

    def _show_caption(self, hovered: object) -> None:
        """The name of the style under the pointer, else of the one that is chosen."""
        titles = {offer.name: offer.title for offer in self._offers()}
        chosen = [share.name for share in self._editor.styling.styles] if self._editor else []
        name = hovered or (chosen[0] if len(chosen) == 1 else None)
        several = self.tr("{count} styles").format(count=len(chosen))
        self.caption.setText(several if name is None else titles.get(str(name), "…"))

    def _show_blend(self, shares: tuple[Share, ...]) -> None:
        offers = {offer.name: offer for offer in self._offers()}
        known = [offers[share.name] for share in shares if share.name in offers]
        blended = 1 < len(known) == len(shares)
        self.pad.setVisible(blended)
        if not blended:
            how = self.tr("Ctrl+click other styles to blend up to {count}.")
            self.shares.setText(how.format(count=MOST))
            return
        self.pad.show_blend([one.picture for one in known], [share.weight for share in shares])
        told = [
            f"{offer.title.split(',')[0]} {share.weight:.0%}"
            for offer, share in zip(known, shares, strict=True)
        ]
        self.shares.setText("  ·  ".join(told))

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

    def _on_settings(self, settings: object) -> None:
        if self._editor is not None and isinstance(settings, StylizeSettings):
            self._editor.styling.set_settings(settings)
