"""What the strip above the canvas shows for the tools: values of the brush, colours, help."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from desktop.studio import Brush, Studio
from desktop.tools.wells import ColorWell, ReferenceWell
from desktop.widgets.setting_row import NumberRow
from inference.settings import Control

_ROW_WIDTH = 232

# Labels and helps are marked for translation as those of features are: rows translate them so.
SIZE = Control("Size", "Diameter of the brush.", 1, 1000, 1, "px")
HARDNESS = Control("Hardness", "How sharp the edge is.", 0, 100, 1, "%")
OPACITY = Control("Opacity", "How much of what lies below is covered.", 0, 100, 1, "%")
TOLERANCE = Control("Tolerance", "How different a colour may be to be filled too.", 0, 255, 1)
RADIUS = Control("Radius", "How far around its place a hint is certain.", 1, 200, 0.5, "px")


class Strip(QWidget):
    """Controls side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(20)

    def add_row(
        self, control: Control, default: float, choose: Callable[[float], None]
    ) -> NumberRow:
        """A slider with its number."""
        row = NumberRow(control, default)
        row.setMaximumWidth(_ROW_WIDTH)
        row.chosen.connect(lambda value, _goes_on: choose(value))
        self.line.addWidget(row, 1)
        return row

    def add_note(self, words: str) -> None:
        """A quiet help at the end."""
        note = QLabel(words)
        note.setProperty("quiet", True)
        self.line.addWidget(note)


class BrushOptions(Strip):
    """Colour, size, hardness, opacity: as far as the tool has them."""

    def __init__(self, brush: Brush, *, with_color: bool = True, with_size: bool = True) -> None:
        super().__init__()
        self._brush = brush
        if with_color:
            self.line.addWidget(ColorWell(brush))
        self._rows: dict[str, NumberRow] = {}
        if with_size:
            self._add("size", SIZE, 40)
            self._add("hardness", HARDNESS, 80)
        self._add("opacity", OPACITY, 100)
        self.line.addStretch()
        brush.changed.connect(self._show)
        self._show()

    def _add(self, name: str, control: Control, default: float) -> None:
        unit = _unit_of(control)
        self._rows[name] = self.add_row(
            control, default, lambda value: self._brush.choose(**{name: value * unit})
        )

    def _show(self) -> None:
        for name, row in self._rows.items():
            row.show_value(round(getattr(self._brush, name) / _unit_of(row.control)))


def _unit_of(control: Control) -> float:
    return 0.01 if control.unit == "%" else 1.0


class FillOptions(BrushOptions):
    """Colour, opacity, tolerance."""

    def __init__(self, brush: Brush, tolerance: int, choose: Callable[[int], None]) -> None:
        super().__init__(brush, with_size=False)
        row = self.add_row(TOLERANCE, 24.0, lambda value: choose(round(value)))
        row.chosen.connect(lambda value, _goes_on: row.show_value(value))
        row.show_value(tolerance)
        self.line.removeWidget(row)
        self.line.insertWidget(self.line.count() - 1, row, 1)


class HintOptions(Strip):
    """Colour, radius, "Grey", and the way to take a colour from the reference."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._brush = studio.brush
        self.line.addWidget(ColorWell(studio.brush))
        self.grey = QCheckBox(self.tr("Grey"))
        self.grey.setToolTip(self.tr("New hints keep their place without colour"))
        self.grey.toggled.connect(lambda on: self._brush.choose(hint_grey=on))
        self.line.addWidget(self.grey)
        self._radius = self.add_row(
            RADIUS, 6.0, lambda value: self._brush.choose(hint_radius=value)
        )
        self.line.addWidget(ReferenceWell(studio))
        self.line.addStretch()
        self._brush.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        with QSignalBlocker(self.grey):
            self.grey.setChecked(self._brush.hint_grey)
        self._radius.show_value(self._brush.hint_radius)


class EyedropperOptions(Strip):
    """The colour, and the way to take one from the reference."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.line.addWidget(ColorWell(studio.brush))
        self.line.addWidget(ReferenceWell(studio))
        self.line.addStretch()


class Note(Strip):
    """Only words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.add_note(words)
        self.line.addStretch()
