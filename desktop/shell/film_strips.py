"""What is said of a film in a strip when its export has ended."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop.shell.strips import Strip, Strips
from desktop.studio import Studio


def tell_of_film(studio: Studio, strips: Strips, sentence: str, film: Path | None) -> None:
    """How the export ended, and a way to the film that there is now."""
    strip = Strip("notice", sentence)
    if film is not None and film.exists():
        words = QCoreApplication.translate("Films", "Open it")
        strip.add_button(words, lambda: studio.open(film))
    strips.add(strip)
