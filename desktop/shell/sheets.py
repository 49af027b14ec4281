"""Small sheets over the window: preferences, about, licences."""

from collections.abc import Callable
from importlib import metadata

from PySide6.QtCore import QRect, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from desktop.preferences import Preferences
from desktop.resources import ROOT
from desktop.shell.keys import PRESETS
from desktop.shell.overlay import Sheet


class PreferencesSheet(Sheet):
    """The few things that are chosen once."""

    def __init__(
        self, window: QWidget, preferences: Preferences, show_keys: Callable[[], object]
    ) -> None:
        super().__init__(window, self.tr("Preferences"))
        self._preferences = preferences
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        themes = {
            "system": self.tr("As the system"),
            "dark": self.tr("Dark"),
            "light": self.tr("Light"),
        }
        devices = {
            "auto": self.tr("Best that is there"),
            "cpu": self.tr("Processor (CPU)"),
            "cuda": self.tr("NVIDIA GPU (CUDA)"),
            "mps": self.tr("Apple GPU (MPS)"),
        }
        self._add_choice(form, self.tr("Theme"), "theme", themes)
        self._add_choice(form, self.tr("Device"), "device", devices)
        self._add_switch(
            form, "allow_cpu", self.tr("Go on with the processor when a GPU is out of memory")
        )
        self._add_switch(form, "surround_18", self.tr("Surround pictures with 18 % grey"))
        self._add_choice(form, self.tr("Keys"), "key_preset", PRESETS)
        keys = QPushButton(self.tr("Change keys …"))
        keys.clicked.connect(self.dismiss)
        keys.clicked.connect(show_keys)
        form.addRow("", keys)
        self.body.addLayout(form)

    def _add_choice(
        self, form: QFormLayout, label: str, name: str, choices: dict[str, str]
    ) -> None:
        box = QComboBox()
        box.setMinimumWidth(240)
        for value, text in choices.items():
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(getattr(self._preferences.values, name)))
        box.activated.connect(lambda: self._preferences.choose(**{name: box.currentData()}))
        box.setAccessibleName(label)
        form.addRow(label, box)

    def _add_switch(self, form: QFormLayout, name: str, label: str) -> None:
        box = QCheckBox(label)
        box.setChecked(getattr(self._preferences.values, name))
        box.toggled.connect(lambda on: self._preferences.choose(**{name: on}))
        form.addRow("", box)


class AboutSheet(Sheet):
    """What this is, and under which terms."""

    def __init__(self, window: QWidget, show_licenses: Callable[[], object]) -> None:
        super().__init__(window, self.tr("About Grisaille"))
        words = QLabel(
            self.tr(
                "Grisaille {version}\n\nPainting in greys, from which colour grows. Everything "
                "happens on this machine: no cloud, no account, no telemetry.\n\nFree software "
                "under the GNU General Public License, version 3 or later."
            ).format(version=version())
        )
        words.setWordWrap(True)
        words.setFixedWidth(400)
        licenses = QPushButton(self.tr("Licences"))
        licenses.clicked.connect(self.dismiss)
        licenses.clicked.connect(show_licenses)
        self.body.addWidget(words)
        self.body.addWidget(licenses)


class TextSheet(Sheet):
    """A long text of the program's own files: licences, the guide."""

    def __init__(self, window: QWidget, title: str, text: str) -> None:
        super().__init__(window, title)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.body.addWidget(self.text)
        self.setFocusProxy(self.text)

    def wanted(self, room: QRect) -> QRect:
        """Wide enough to read, as tall as there is room."""
        width = min(760, room.width())
        return QRect(room.center().x() - width // 2, room.y(), width, room.height())


def version() -> str:
    """The version of the program; as installed, or in its own folder."""
    try:
        return metadata.version("grisaille")
    except metadata.PackageNotFoundError:
        return ""


def licenses() -> str:
    """The licence of the program, then those of what it is made with."""
    names = ("LICENSE", "THIRD-PARTY.md", "resources/fonts/OFL.txt")
    files = (ROOT / name for name in names)
    return "\n\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def open_guide() -> None:
    """The user guide in the program that reads such files here."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(ROOT / "docs" / "guide.md")))
