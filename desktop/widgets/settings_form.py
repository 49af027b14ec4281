"""The settings of a feature as rows, built from their declaration."""

from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.widgets.setting_row import SettingRow, align, row_for


class SettingsForm(QWidget):
    """One row a field. It shows settings and asks for others; it keeps none but those shown.

    Signals: chosen(settings) - the person wants these; they are shown once they are set.
    """

    chosen = Signal(object)

    def __init__(self, kind: type, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Any = kind()
        self.rows: dict[str, SettingRow] = {item.name: row_for(item) for item in fields(kind)}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for name, row in self.rows.items():
            row.chosen.connect(lambda value, _goes_on, name=name: self._on_chosen(name, value))
            column.addWidget(row)
        align(self.rows.values())

    def show_settings(self, settings: Any) -> None:
        """Show these settings, a frozen dataclass of the kind that the form was built for."""
        self._shown = settings
        for name, row in self.rows.items():
            row.show_value(getattr(settings, name))

    def _on_chosen(self, name: str, value: Any) -> None:
        self.chosen.emit(replace(self._shown, **{name: value}))
