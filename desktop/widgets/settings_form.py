"""The settings of a feature as rows, built from their declaration."""

from dataclasses import fields, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.widgets.setting_row import SettingRow, align, row_for
from inference.settings import idle


class SettingsForm(QWidget):
    """One row a field. It shows settings and asks for others; it keeps none but those shown.

    What does nothing beside the other settings is hidden.

    Signals: chosen(settings, goes_on) - the person wants these; they are shown once they are set.
    goes_on is True within one gesture on one row.
    """

    chosen = Signal(object, bool)

    def __init__(self, kind: type, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Any = kind()
        self.rows: dict[str, SettingRow] = {item.name: row_for(item) for item in fields(kind)}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for name, row in self.rows.items():
            row.chosen.connect(partial(self._on_chosen, name))
            column.addWidget(row)
        align(self.rows.values())

    def show_settings(self, settings: Any) -> None:
        """Show these settings, a frozen dataclass of the kind that the form was built for."""
        self._shown = settings
        without = idle(settings)
        for name, row in self.rows.items():
            row.show_value(getattr(settings, name))
            if row.control.only:
                row.setVisible(name not in without)

    def _on_chosen(self, name: str, value: Any, goes_on: bool) -> None:
        self.chosen.emit(replace(self._shown, **{name: value}), goes_on)
