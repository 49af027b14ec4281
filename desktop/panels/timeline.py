"""The timeline of a clip: what plays it, where it is, the strip of its shots."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.editor import Editor
from desktop.studio import Studio
from desktop.widgets.buttons import Actions, action_button
from desktop.widgets.film_strip import FilmStrip
from desktop.widgets.icons import icon
from desktop.widgets.timecode import timecode
from desktop.widgets.wires import Wires

if TYPE_CHECKING:
    from desktop.film.reel import Reel

SOON_MS = 200
"""Small pictures come one by one; the strip is drawn anew no more often than this."""
TRANSPORT = ("start", "backward", "previous_frame", "play", "next_frame", "forward", "end")
MARKS = ("loop", "mark_in", "mark_out", "clear_marks")


class TimelinePanel(QWidget):
    """Shows the reel of the document in front, and asks it to move."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: Editor | None = None
        self._wires = Wires(self)
        self._play: QAction | None = None
        self.strip = FilmStrip()
        self.strip.moved.connect(self._on_moved)
        self.strip.stepped.connect(self._on_stepped)
        self.place, self.facts, self.pace = QLabel(), QLabel(), QLabel()
        self.place.setProperty("title", True)
        self.place.setAccessibleName(self.tr("Timecode"))
        for label in (self.facts, self.pace):
            label.setProperty("quiet", True)
        self._transport, self._marks = QHBoxLayout(), QHBoxLayout()
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._show_small)
        studio.current_changed.connect(self.show_editor)
        self.show_editor(studio.current)

    def offer(self, actions: Actions) -> None:
        """Show buttons for the window's actions; all of their keys count here, too."""
        for names, row in ((TRANSPORT, self._transport), (MARKS, self._marks)):
            for name in names:
                row.addWidget(action_button(actions[f"film.{name}"]))
        self._play = actions["film.play"]

    def show_editor(self, editor: Editor | None) -> None:
        """Follow the reel of this editor from now on, and the former one no longer."""
        self._wires.cut()
        self._editor = editor
        if editor is not None:
            self._wires.connect(editor.reel_changed, self._show_reel)
        self._show_reel()

    def _lay_out(self) -> None:
        left, right = QHBoxLayout(), QHBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.place)
        left.addWidget(self.facts)
        left.addStretch(1)
        right.setSpacing(12)
        right.addStretch(1)
        right.addWidget(self.pace)
        right.addLayout(self._marks)
        for row in (self._transport, self._marks):
            row.setSpacing(4)
        head = QGridLayout()
        head.setContentsMargins(12, 4, 8, 4)
        head.setColumnStretch(0, 1)
        head.setColumnStretch(2, 1)
        head.addLayout(left, 0, 0)
        head.addLayout(self._transport, 0, 1)
        head.addLayout(right, 0, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.strip)

    # The reel changed: show it.

    @property
    def _reel(self) -> "Reel | None":
        return self._editor.reel if self._editor is not None else None

    def _show_reel(self) -> None:
        reel = self._reel
        if reel is None:
            return
        for signal, slot in (
            (reel.place_changed, self._show_place),
            (reel.played, self._show_playing),
            (reel.part_changed, self._show_part),
            (reel.found, self._show_span),
            (reel.noticed, self._on_noticed),
        ):
            self._wires.connect(signal, slot)
        self._show_span()
        self._show_playing()

    def _show_span(self) -> None:
        reel = self._reel
        if reel is None:
            return
        rate = reel.clip.rate
        base = float(reel.clip.time_base)
        self.strip.show_span(reel.first, reel.end, base, lambda s: timecode(s, rate)[:8])
        self.strip.show_shots(reel.shots)
        self._show_small()
        self._show_part()
        self._show_place()
        self.facts.setText(self._facts_of(reel))

    def _facts_of(self, reel: "Reel") -> str:
        rate = reel.clip.rate
        length = timecode(reel.seconds(reel.end), rate)
        parts = [self.tr("of {length}").format(length=length), f"{float(rate):.6g} fps"]
        if reel.survey is not None:
            count = len(reel.shots)
            words = self.tr("1 shot") if count == 1 else self.tr("{count} shots")
            parts.append(words.format(count=count))
        return "  ·  ".join(parts)

    def _on_noticed(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _show_small(self) -> None:
        if (reel := self._reel) is not None:
            width, height = reel.clip.upright
            self.strip.show_small(dict(reel.thumbnails), width / height)

    def _show_part(self) -> None:
        if (reel := self._reel) is not None:
            start, stop = reel.part
            self.strip.show_part(start, min(stop + reel.step, reel.end))

    def _show_place(self) -> None:
        if (reel := self._reel) is not None:
            self.strip.show_place(reel.place)
            self.place.setText(timecode(reel.seconds(reel.place), reel.clip.rate))
            self._show_pace()

    def _show_playing(self, *_: object) -> None:
        reel = self._reel
        if self._play is not None and reel is not None:
            self._play.setIcon(icon("pause" if reel.playing else "play"))
        self._show_pace()

    def _show_pace(self) -> None:
        """How fast it really plays; nothing while it stands."""
        reel = self._reel
        if reel is None or not reel.playing:
            self.pace.setText("")
            return
        words = self.tr("{speed} ×  ·  {rate} frames a second, {dropped} left out")
        speed = f"{reel.speed:g}".replace("-", "−")
        rate = round(reel.rate_shown)
        text = words.format(speed=speed, rate=rate, dropped=reel.dropped)
        if text != self.pace.text():
            self.pace.setText(text)

    # The person asks.

    def _on_moved(self, time: float) -> None:
        if (reel := self._reel) is not None:
            reel.go(reel.nearest(time))

    def _on_stepped(self, frames: int) -> None:
        if (reel := self._reel) is not None:
            (reel.next_frame if frames > 0 else reel.previous_frame)()
