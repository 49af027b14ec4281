"""The sheet before a picture is exported: its format, and what that format can be told."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.export_settings import ExportSettings, refusals
from desktop.preferences import Preferences
from desktop.shell.overlay import Sheet
from desktop.shell.strips import Strip, Strips
from desktop.widgets.setting_row import ChoiceRow, align
from desktop.widgets.settings_form import SettingsForm
from desktop.widgets.texts import translated
from inference.media.color import LumaReport
from inference.settings import Control

_WIDTH_PX = 420
FORMATS = {
    ".png": str(QT_TRANSLATE_NOOP("features", "PNG")),
    ".jpg": str(QT_TRANSLATE_NOOP("features", "JPEG")),
    ".tif": str(QT_TRANSLATE_NOOP("features", "TIFF")),
    ".webp": str(QT_TRANSLATE_NOOP("features", "WebP")),
    ".ora": str(QT_TRANSLATE_NOOP("features", "OpenRaster with layers")),
}
_FORMAT = Control(
    str(QT_TRANSLATE_NOOP("features", "Format")),
    str(QT_TRANSLATE_NOOP("features", "What other programs shall open.")),
    choices=tuple(FORMATS),
    labels=tuple(FORMATS.values()),
)


class ExportSheet(Sheet):
    """What is chosen is remembered at once; `go` is called by the button, after the sheet left."""

    def __init__(self, window: QWidget, preferences: Preferences, go: Callable[[], object]) -> None:
        super().__init__(window, self.tr("Export picture"))
        self._preferences = preferences
        self.format = ChoiceRow(_FORMAT, ".png")
        self.format.chosen.connect(lambda suffix, _: self._choose(export_format=suffix))
        self.form = SettingsForm(ExportSettings)
        self.form.chosen.connect(lambda settings, _: self._choose(export=settings))
        self.form.setFixedWidth(_WIDTH_PX)
        align((self.format, *self.form.rows.values()))
        self.button = QPushButton(self.tr("Choose a name …"))
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.dismiss)
        self.button.clicked.connect(go)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self.button)
        self.body.setSpacing(4)
        self.body.addWidget(self.format)
        self.body.addWidget(self.form)
        self.body.addSpacing(8)
        self.body.addLayout(last)
        self.setFocusProxy(self.button)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, wherever the focus is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.button.click()
        else:
            super().keyPressEvent(event)

    def _choose(self, **values: object) -> None:
        self._preferences.choose(**values)
        self._show()

    def _show(self) -> None:
        chosen = self._preferences.values
        self.format.show_value(chosen.export_format)
        self.form.show_settings(chosen.export)
        refused = refusals(chosen.export_format)
        for name, row in self.form.rows.items():
            why = refused.get(name)
            row.refuse(translated(why.text).format(why.kind) if why else "")


def tell_of_export(strips: Strips, path: Path, report: LumaReport | None) -> None:
    """Say what the lightness report found, where one was asked for."""
    if report is None:
        return
    found = QCoreApplication.translate(
        "ExportSheet",
        "“{name}”: lightness is {error} L* from the original's on average; at {edge} % of the "
        "pixels colour gave way to it.",
    ).format(name=path.name, error=f"{report.mean_dl:.3f}", edge=f"{100 * report.gamut_edge:.1f}")
    strips.add(Strip("notice", found))
