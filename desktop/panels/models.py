"""Models: a card for each that is at hand, where it comes from and what it may be used for."""

from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.studio import Studio
from desktop.widgets.buttons import word_button
from desktop.widgets.card import Card, breakable
from desktop.widgets.details import Details
from desktop.widgets.scroll import Scroll
from desktop.widgets.section import EmptyNote, QuietLabel

ModelCard = Any
"""inference.cabinet.catalog.Card, which panels do not import: the studio hands it out."""


class ModelsPanel(QWidget):
    """Reads the cards when it is shown, so that a file put into the folder appears.

    While it is not shown it holds none: a change of theme styles anew what nobody sees, too.
    """

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._scroll = Scroll()
        self.count = QuietLabel()
        self.again = word_button(self.tr("Look again"))
        self.again.setToolTip(self.tr("Read the folders of models again"))
        self.again.clicked.connect(self.refresh)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.addWidget(self.count, 1)
        head.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)

    def showEvent(self, event: QShowEvent) -> None:
        """Here it comes; a window that was only minimised has its cards still."""
        super().showEvent(event)
        if not event.spontaneous():
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page was chosen."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._scroll.show_body(QWidget())

    def refresh(self) -> None:
        """Show the models that are there now."""
        cards = self._studio.cards()
        one = self.tr("1 model")
        said = one if len(cards) == 1 else self.tr("{count} models").format(count=len(cards))
        self.count.setText(said)
        body = QWidget()
        self._scroll.show_body(body)  # before it is filled: what moves is styled anew each time
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        for card in cards:
            column.addWidget(self._card(card, body))
        if not cards:
            column.addWidget(EmptyNote(self.tr("No model is here. Put its file into the folder.")))
        column.addStretch(1)

    def _card(self, model: ModelCard, parent: QWidget) -> Card:
        note = self.tr("ships with Grisaille") if model.bundled else self.tr("yours")
        shown = Card(model.title, note, model.summary, self._facts(model), model.trouble, parent)
        place = word_button(self.tr("Show in folder"))
        place.setToolTip(str(model.path))
        folder = QUrl.fromLocalFile(str(model.path.parent))
        place.clicked.connect(lambda: QDesktopServices.openUrl(folder))
        foot = QHBoxLayout()
        foot.addWidget(place)
        shown.column.addLayout(foot)
        if model.figures:
            measured = Details()
            measured.text.setText(breakable(figures(model.figures)))
            unfold = measured.toggle_button()
            unfold.setText(self.tr("Measured"))
            foot.addWidget(unfold)
            shown.column.addWidget(measured)
        foot.addStretch(1)
        return shown

    def _facts(self, model: ModelCard) -> list[tuple[str, str]]:
        facts = [
            (self.tr("Family"), model.family or self.tr("recognised when it is loaded")),
            (self.tr("Licence"), model.licence or self.tr("not known: ask its author")),
            (self.tr("Size"), megabytes(model.size)),
            (self.tr("File"), model.path.name),
            (self.tr("Folder"), "" if model.bundled else str(model.path.parent)),
            (self.tr("SHA-256"), model.sha256[:12] + " …" if model.sha256 else ""),
            (self.tr("Trained"), model.trained),
            (self.tr("On"), model.data),
            (self.tr("Fails at"), model.failings),
        ]
        return [(name, value) for name, value in facts if value]


def megabytes(size: int) -> str:
    """A size for people; empty for none."""
    return f"{size / 1e6:.1f} MB" if size else ""


def figures(measured: dict[str, Any]) -> str:
    """Measured values, one a line; groups of values on one line."""
    lines = []
    for name, value in measured.items():
        said = value
        if isinstance(value, dict):
            said = ", ".join(f"{key} {_number(one)}" for key, one in value.items())
        lines.append(f"{name.replace('_', ' ')}: {_number(said)}")
    return "\n".join(lines)


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
