"""What the window shows while nothing is open: three first steps, recent files, samples."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.preferences import Preferences
from desktop.resources import SAMPLES
from desktop.shell.file_card import PAD_PX, FileCard, Tall, Wide
from desktop.shell.thumbnails import FileThumbnails

RECENT_SHOWN = 4
COLUMNS = 3


class Welcome(QScrollArea):
    """Signals: open_asked() - show the dialog; chosen(path) - open this file."""

    open_asked = Signal()
    chosen = Signal(object)

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._thumbnails = FileThumbnails(self)
        self._waiting: list[FileCard] = []
        self._recent_cards: list[FileCard] = []
        self._recent = QVBoxLayout()
        self._recent.setSpacing(4)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page = QWidget()
        page.setObjectName("welcome")
        page.setLayout(self._page())
        self.setWidget(page)
        preferences.changed.connect(self._on_preference)
        self._show_recent()

    def close_thumbnails(self) -> None:
        """End the thread that reads small pictures."""
        self._thumbnails.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Small pictures come after the window is up."""
        super().showEvent(event)
        QTimer.singleShot(50, self, self._fill)

    def _page(self) -> QHBoxLayout:
        columns = QHBoxLayout()
        columns.setSpacing(64)
        columns.addLayout(self._left())
        columns.addLayout(self._right())
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addLayout(columns)
        middle.addStretch(3)
        page = QHBoxLayout()
        page.setContentsMargins(32, 24, 32, 24)
        page.addStretch(1)
        page.addLayout(middle)
        page.addStretch(1)
        return page

    def _left(self) -> QVBoxLayout:
        headline = QLabel("Grisaille")
        headline.setProperty("headline", True)
        motto = QLabel(self.tr("Colour grows out of the greys."))
        motto.setProperty("quiet", True)
        open_button = QPushButton(self.tr("Open a picture …"))
        open_button.setProperty("primary", True)
        open_button.clicked.connect(self.open_asked)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(headline)
        left.addWidget(motto)
        left.addSpacing(20)
        for number, (title, detail) in enumerate(self._steps(), 1):
            left.addLayout(_step(number, title, detail))
            left.addSpacing(8)
        left.addSpacing(8)
        left.addWidget(open_button)
        left.addStretch()
        return left

    def _steps(self) -> list[tuple[str, str]]:
        return [
            (
                self.tr("Drop a black-and-white picture here"),
                self.tr("Or open one, or paste it from the clipboard."),
            ),
            (
                self.tr("Press Colour picture"),
                self.tr("Six more suggestions are one click away."),
            ),
            (
                self.tr("Click where a colour is wrong"),
                self.tr("Choose a better one; the picture follows."),
            ),
        ]

    def _right(self) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(8)
        self._recent_title = _heading(self.tr("Recent"))
        right.addWidget(self._recent_title)
        right.addLayout(self._recent)
        right.addSpacing(16)
        right.addWidget(_heading(self.tr("Samples")))
        grid = QGridLayout()
        grid.setSpacing(12)
        for number, path in enumerate(samples()):
            grid.addWidget(self._card(path, Tall()), number // COLUMNS, number % COLUMNS)
        right.addLayout(grid)
        right.addStretch()
        return right

    def _card(self, path: Path, shape: "Wide | Tall") -> "FileCard":
        card = FileCard(path, shape)
        card.clicked.connect(lambda: self.chosen.emit(path))
        self._waiting.append(card)
        return card

    def _on_preference(self, name: str) -> None:
        if name == "recent":
            self._show_recent()

    def _show_recent(self) -> None:
        for card in self._recent_cards:
            card.deleteLater()
        self._waiting = [card for card in self._waiting if card not in self._recent_cards]
        self._recent_cards = []
        for path in self._preferences.recent[:RECENT_SHOWN]:
            card = self._card(path, Wide())
            self._recent.addWidget(card)
            self._recent_cards.append(card)
        self._recent_title.setVisible(bool(self._recent_cards))
        QTimer.singleShot(0, self, self._fill)

    def _fill(self) -> None:
        if not self.isVisible():  # a document came first, or the window is closed already
            return
        cards, self._waiting = self._waiting, []
        for card in cards:
            size = card.shape.picture * card.devicePixelRatioF()
            self._thumbnails.ask(card.path, size, card.show_image, card)


def samples() -> list[Path]:
    """The samples that come with the program: a project first, then black-and-white pictures."""
    return [*sorted(SAMPLES.glob("*.grisaille")), *sorted(SAMPLES.glob("*_bw.*"))]


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("title", True)
    return label


def _heading(text: str) -> QLabel:
    label = _title(text)
    label.setIndent(PAD_PX)  # over the pictures, which stand in from the edge of their cards
    return label


def _step(number: int, title: str, detail: str) -> QHBoxLayout:
    figure = QLabel(str(number))
    figure.setObjectName("step-number")
    figure.setFixedSize(28, 28)
    figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
    below = QLabel(detail)
    below.setProperty("quiet", True)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(_title(title))
    words.addWidget(below)
    line = QHBoxLayout()
    line.setSpacing(12)
    line.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(words, 1)
    return line
