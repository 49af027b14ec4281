"""The Film page's panel: what is made of a clip, which part of it, how it is written."""

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.commands import set_rate
from desktop.editor import Editor
from desktop.film.filming import BOTH, COLOR, STYLE
from desktop.studio import Studio
from desktop.widgets.buttons import Actions
from desktop.widgets.section import QuietLabel, Section, lay_out_page
from desktop.widgets.setting_row import ChoiceRow
from desktop.widgets.settings_form import SettingsForm
from desktop.widgets.texts import translated
from desktop.widgets.timecode import timecode
from desktop.widgets.wires import Wires
from desktop.widgets.work_button import WorkButton
from inference.features import FILM, FilmSettings
from inference.settings import Control

ODD_RATES = {"23.976": "24000/1001", "29.97": "30000/1001"}
RATES = ("12", "15", "16", "18", "23.976", "24", "25", "29.97", "30", "48", "50", "60")
RATE = Control(
    label="Frames a second",
    help="How fast numbered pictures are shown and exported; they do not say it themselves.",
    choices=tuple(ODD_RATES.get(rate, rate) for rate in RATES),
    labels=RATES,
)


class FilmingPanel(QWidget):
    """Shows the filming of the current document and asks it for changes."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: Editor | None = None
        self._wires = Wires(self)
        self._make_parts()
        part = Section(self.tr("Part"), self.part_note, self.rate)
        what = Section(self.tr("Made of each frame"), self.way, self.way_note)
        written = Section(self.tr("Written as"), self.form)
        lay_out_page(self, (what, part, written), self.run)
        studio.current_changed.connect(self.show_editor)
        self.show_editor(studio.current)

    def offer(self, actions: Actions) -> None:
        """Take what the window's actions do, and tell their keys."""
        self.run.run_asked.connect(actions["film.export"].trigger)
        self.run.cancel_asked.connect(actions["film.cancel"].trigger)
        self.run.offer(actions["film.export"], actions["film.cancel"])

    def show_editor(self, editor: Editor | None) -> None:
        """Follow this editor from now on, and the former one no longer."""
        self._wires.cut()
        self._editor = editor
        self.run.begin_with(busy=editor is not None and editor.filming.busy)
        if editor is not None:
            filming = editor.filming
            for signal, slot in (
                (filming.settings_changed, self._show_settings),
                (filming.busy_changed, self.run.follow_busy),
                (filming.progress_changed, self.run.follow_progress),
                (editor.document.layers_changed, self._show_way),
                (editor.document.layer_changed, self._on_layer),
                (editor.document.film_changed, self._show_part),
                (editor.reel_changed, self._show_reel),
            ):
                self._wires.connect(signal, slot)
        self._show_reel()

    def _make_parts(self) -> None:
        self.way = QComboBox()
        self.way.setAccessibleName(self.tr("What is made of each frame"))
        for way, words in (
            (COLOR, self.tr("Colour, as set on the Colour page")),
            (STYLE, self.tr("A painting, as set on the Style page")),
            (BOTH, self.tr("First colour, then a painting")),
        ):
            self.way.addItem(words, way)
        self.way.activated.connect(self._on_way)
        self.way_note = QuietLabel(
            self.tr("Layers of your own, masks and opacity are left out: they hold for one frame.")
        )
        self.part_note = QuietLabel()
        self.rate = ChoiceRow(RATE, "24")
        self.rate.chosen.connect(self._on_rate)
        self.form = SettingsForm(FILM.settings)
        self.form.chosen.connect(self._on_settings)
        self.run = WorkButton(translated(FILM.verb), self.tr("Stop"))

    # The filming changed: show it.

    def _show_reel(self) -> None:
        reel = self._editor.reel if self._editor is not None else None
        self.setEnabled(reel is not None)
        if reel is not None:
            self._wires.connect(reel.found, self._on_found)
        self._show_way()
        self._show_part()
        self._show_settings()

    def _on_found(self) -> None:
        self._show_part()
        self._show_settings()

    def _on_layer(self, _layer_id: str) -> None:
        self._show_way()

    def _show_way(self) -> None:
        if self._editor is not None:
            self.way.setCurrentIndex(self.way.findData(self._editor.filming.way))
            self.way_note.setVisible(self._editor.filming.left_out)

    def _show_part(self) -> None:
        reel = self._editor.reel if self._editor is not None else None
        self.rate.setVisible(reel is not None and reel.numbered)
        if reel is None:
            self.part_note.setText(self.tr("Drop a clip on the window, or a folder of pictures."))
            return
        self.rate.show_value(reel.film.rate)
        start, stop = reel.part
        rate = reel.clip.rate
        count = reel.number(stop) - reel.number(start) + 1
        whole = (reel.film.start, reel.film.stop) == (None, None)
        if count == 1:
            words = self.tr("All of it: 1 frame") if whole else self.tr("1 frame: {start}")
        elif whole:
            words = self.tr("All of it: {count} frames")
        else:
            words = self.tr("{count} frames: {start} – {stop}")
        begin, end = (timecode(reel.seconds(time), rate) for time in (start, stop))
        self.part_note.setText(words.format(count=count, start=begin, stop=end))

    def _show_settings(self) -> None:
        if self._editor is None:
            return
        reel = self._editor.reel
        self.form.show_settings(self._editor.filming.settings)
        self.form.rows["deinterlace"].setVisible(reel is not None and reel.interlaced)
        self._show_way()

    # The person asks.

    def _on_way(self, index: int) -> None:
        if self._editor is not None:
            self._editor.filming.set_way(self.way.itemData(index))

    def _on_rate(self, rate: str, _goes_on: bool) -> None:
        if self._editor is not None:
            self._editor.push(set_rate(self._editor.document, rate))

    def _on_settings(self, settings: object, goes_on: bool) -> None:
        if self._editor is not None and isinstance(settings, FilmSettings):
            self._editor.filming.set_settings(settings, merge=goes_on)
