"""The chosen styles, and a button beside each: only where selected, or everywhere again."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from desktop.widgets.buttons import word_button
from desktop.widgets.section import QuietLabel


class Place(NamedTuple):
    """A style by what it is asked for by, its name for people, and whether it has a region."""

    key: str
    name: str
    placed: bool


class StylePlaces(QWidget):
    """Signals: placed(key) - it is to go where is selected; freed(key) - everywhere again."""

    placed = Signal(str)
    freed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: tuple[Place, ...] = ()
        self._rows: list[tuple[QuietLabel, QPushButton]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)

    def show_places(self, places: Sequence[Place]) -> None:
        """Show these styles; a button that is in focus stays so while the styles are the same."""
        if [place[:2] for place in places] != [place[:2] for place in self._places]:
            self._replace(places)
        self._places = tuple(places)
        for button, place in zip(self.buttons(), places, strict=True):
            self._tell(button, place)

    def buttons(self) -> Sequence[QPushButton]:
        """One for each style, in order."""
        return tuple(button for _name, button in self._rows)

    def _replace(self, places: Sequence[Place]) -> None:
        for widget in (widget for row in self._rows for widget in row):
            widget.hide()
            widget.deleteLater()
        self._rows = [(QuietLabel(place.name), word_button("")) for place in places]
        for index, (name, button) in enumerate(self._rows):
            button.clicked.connect(lambda _on=False, index=index: self._ask(index))
            self._grid.addWidget(name, index, 0)
            self._grid.addWidget(button, index, 1)

    def _tell(self, button: QPushButton, place: Place) -> None:
        if place.placed:
            button.setText(self.tr("Everywhere again"))
            told = self.tr("It goes only where was selected; this takes that back.")
        else:
            button.setText(self.tr("Only where selected"))
            told = self.tr("What is selected now becomes its place; the other styles go elsewhere.")
        button.setToolTip(told)
        button.setAccessibleName(f"{place.name}: {button.text()}")

    def _ask(self, index: int) -> None:
        place = self._places[index]
        (self.freed if place.placed else self.placed).emit(place.key)
