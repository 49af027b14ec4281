"""What holds for all panels: named for screen readers, nothing cut off, quiet when shown."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QWidget

from desktop.makings.coloring import Suggestion
from desktop.panels.color import ColorPanel
from desktop.panels.coloring import ColoringPanel
from desktop.panels.history import HistoryPanel
from desktop.panels.jobs import JobsPanel
from desktop.panels.layers import LayersPanel
from desktop.panels.models import ModelsPanel
from desktop.panels.properties import PropertiesPanel
from desktop.panels.styling import StylingPanel
from desktop.widgets import theme
from inference.features import COLORIZE
from inference.request import Request
from inference.values import Hint, Picture

PANELS = (
    ColorPanel,
    ColoringPanel,
    HistoryPanel,
    JobsPanel,
    LayersPanel,
    ModelsPanel,
    PropertiesPanel,
    StylingPanel,
)
NARROW_PX = 280


@pytest.fixture(params=[theme.DARK, theme.LIGHT], ids=["dark", "light"])
def themed(request, qapp, same_look):
    qapp.setFont(theme.interface_font())
    qapp.setPalette(theme.palette_of(request.param))
    qapp.setStyleSheet(theme.stylesheet_of(request.param))
    return request.param


@pytest.fixture(params=PANELS)
def panel(request, studio, editor, service, actions, shown):
    coloring = editor.coloring
    picture = Picture(np.full((20, 30, 3), (90, 60, 30), np.uint8))
    coloring.suggestions = [Suggestion(seed, picture) for seed in range(1, 7)]
    coloring.add_hint(Hint(((9, 9),), (200, 40, 40)))
    coloring.hint_colors = ((200, 40, 40), (1, 2, 3), (9, 80, 120))
    service.submit(Request(COLORIZE, None, None))
    editor.activate(coloring.generated_id)
    panel = request.param(studio)
    if hasattr(panel, "offer"):
        panel.offer(actions)
    if isinstance(panel, JobsPanel):
        panel.refresh()
    return shown(panel, NARROW_PX)


def parts(panel, kind):
    """Parts that are seen; Qt's own inner parts are left out."""
    inner = ("qt_", "ScrollLeftButton", "ScrollRightButton")
    return [
        part
        for part in panel.findChildren(kind)
        if part.isVisible() and not part.objectName().startswith(inner)
    ]


def test_all_that_takes_the_focus_has_a_name(panel):
    takes = [part for part in parts(panel, QWidget) if part.focusPolicy() != Qt.FocusPolicy.NoFocus]
    nameless = [part for part in takes if not (part.accessibleName() or _text(part))]

    assert not nameless


def test_a_button_without_words_has_a_tooltip(panel):
    silent = [b for b in parts(panel, QAbstractButton) if not b.text() and not b.toolTip()]

    assert not silent


@pytest.mark.usefixtures("themed")
def test_no_text_is_cut_off_in_a_narrow_dock(panel):
    QApplication.processEvents()
    labels = [one for one in parts(panel, QLabel) if one.text() and not one.wordWrap()]
    words = parts(panel, QPushButton)
    cut = [one.text() for one in labels if _needed(one) > one.width()]
    cut += [one.text() for one in words if one.sizeHint().width() > one.width()]

    assert not cut


@pytest.mark.usefixtures("themed")
def test_nothing_lies_outside_of_the_dock(panel):
    QApplication.processEvents()
    out = [part for part in parts(panel, QWidget) if _right(part, panel) > panel.width()]

    assert not out


def test_showing_asks_for_nothing(panel, editor):
    assert editor.history.count() == 1  # the hint of the fixture


def _text(part):
    read = getattr(part, "text", None)
    return read() if callable(read) and not isinstance(part, QLineEdit) else ""


def _needed(label):
    margins = label.contentsMargins()
    text = label.fontMetrics().horizontalAdvance(label.text())
    return text + margins.left() + margins.right()


def _right(part, panel):
    return part.mapTo(panel, part.rect().topRight()).x() + 1 if part is not panel else 0
