"""Models: what a card says is on the screen, trouble included."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.panels.models import ModelsPanel, figures, megabytes
from desktop.widgets.card import Card as CardWidget
from inference.cabinet.catalog import Card

COLORIZER = Card(
    "colorizer", "Colorizer", "colorizer", Path("/models/colorizer.safetensors"), "ab" * 32,
    13_400_000, licence="CC-BY 4.0", summary="Colours photographs.", failings="Reds.",
    figures={"automatic": {"gain": 1.134, "better": 0.72}, "photographs": 1024}, bundled=True,
)  # fmt: skip
FOREIGN = Card(
    "mine", "mine", "", Path("/home/mine.pth"), "", 45_000_000, trouble="Its card broke."
)


@pytest.fixture
def panel(studio, shown, monkeypatch):
    monkeypatch.setattr(studio, "cards", lambda: (COLORIZER, FOREIGN))
    return shown(ModelsPanel(studio), 420)


def texts(panel):
    return [label.text() for label in panel.findChildren(QLabel)]


def test_a_card_says_it_all(panel):
    said = set(texts(panel))

    assert {"Colorizer", "Colours photographs.", "CC-BY 4.0", "13.4 MB", "Reds."} <= said
    assert {"colorizer.safetensors", "ab" * 6 + " …"} <= said


def test_figures_unfold(panel):
    (unfold,) = [b for b in panel.findChildren(QPushButton) if b.text() == "Measured"]
    (figures,) = [label for label in panel.findChildren(QLabel) if "gain" in label.text()]
    assert figures.text() == "automatic: gain 1.134, better 0.72\nphotographs: 1024"
    assert not figures.isVisible()
    QTest.mouseClick(unfold, Qt.MouseButton.LeftButton)
    assert figures.isVisible()


def test_a_fact_can_be_selected(panel):
    (fact,) = [label for label in panel.findChildren(QLabel) if label.text() == "CC-BY 4.0"]
    place = QPointF(4, fact.height() // 2)
    QApplication.sendEvent(fact, QEnterEvent(place, place, QPointF(fact.mapToGlobal(place))))
    QTest.mouseDClick(fact, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert fact.selectedText()


def test_trouble_and_what_is_not_known_are_said(panel):
    assert {"Its card broke.", "not known: ask its author", "/home"} <= set(texts(panel))


def test_looking_again_finds_what_is_new(panel, studio, monkeypatch):
    monkeypatch.setattr(studio, "cards", lambda: ())
    QTest.mouseClick(panel.again, Qt.MouseButton.LeftButton)

    assert "0 models" in texts(panel)


def test_while_it_is_not_shown_it_holds_no_cards(panel, studio, monkeypatch, qtbot):
    panel.hide()
    qtbot.waitUntil(lambda: not panel.findChildren(CardWidget))
    monkeypatch.setattr(studio, "cards", lambda: (FOREIGN,))
    panel.show()
    assert [card.accessibleName() for card in panel.findChildren(CardWidget)] == ["mine"]


def test_sizes_and_figures_for_people():
    assert (megabytes(0), megabytes(1_250_000)) == ("", "1.2 MB")
    assert figures({"psnr_gain": 1.23456}) == "psnr gain: 1.235"
