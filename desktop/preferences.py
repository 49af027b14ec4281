"""What a person has chosen, and what the window remembers: one small JSON file."""

from pathlib import Path
from typing import Any, Literal

import msgspec
import platformdirs
from PySide6.QtCore import QObject, Signal

from desktop.export_settings import ExportSettings

ThemeChoice = Literal["system", "dark", "light"]
ExportFormat = Literal[".png", ".jpg", ".tif", ".webp", ".ora"]
RECENT_FILES = 12


class Choices(msgspec.Struct):
    """Every value that is kept, with its default.

    keys: key sequences by action id, where they differ from the preset; an empty list is no key.
    geometry, layouts: Qt's own state of the window and of its docks on each page, in base64.
    """

    theme: ThemeChoice = "system"
    surround_18: bool = False
    key_preset: str = "krita"
    keys: dict[str, list[str]] = {}
    recent: list[str] = []
    device: str = "auto"
    allow_cpu: bool = False
    export_format: ExportFormat = ".png"
    export: ExportSettings = ExportSettings()
    geometry: str = ""
    layouts: dict[str, str] = {}


class Preferences(QObject):
    """The choices, on disk as soon as they are made.

    Signals: changed(name) - one of the fields of Choices has another value.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path or platformdirs.user_config_path("Grisaille", False) / "preferences.json"
        self.values = _read(self.path)

    def choose(self, **values: Any) -> None:
        """Set some of the choices, save them, and announce those that differ."""
        differing = {k: v for k, v in values.items() if getattr(self.values, k) != v}
        if not differing:
            return
        self.values = msgspec.structs.replace(self.values, **differing)
        self._save()
        for name in differing:
            self.changed.emit(name)

    @property
    def recent(self) -> list[Path]:
        """Files that were opened last, newest first, as far as they still exist."""
        return [path for path in map(Path, self.values.recent) if path.exists()]

    def add_recent(self, path: Path) -> None:
        """Remember a file that was opened or saved."""
        newest = str(path.resolve())
        older = [item for item in self.values.recent if item != newest]
        self.choose(recent=[newest, *older][:RECENT_FILES])

    def _save(self) -> None:
        text = msgspec.json.format(msgspec.json.encode(self.values), indent=2)
        part = self.path.with_suffix(".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(text)
            part.replace(self.path)
        except OSError:
            return  # a home that cannot be written must not stop anybody from working


def _read(path: Path) -> Choices:
    """The file's choices; the defaults where it is missing or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Choices)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Choices()
