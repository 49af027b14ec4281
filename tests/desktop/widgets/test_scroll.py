"""A list ends with a whole row, however high its place is."""

import pytest
from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QListView

from desktop.widgets.scroll import WholeRows

ROW_PX = 44


@pytest.mark.parametrize("height", [93, 132, 219])
def test_no_row_is_cut_off(qtbot, height):
    rows = QListView()
    rows.setModel(QStringListModel([str(n) for n in range(20)]))
    rows.setStyleSheet(f"QListView {{ border: 0 }} QListView::item {{ height: {ROW_PX}px }}")
    place = WholeRows(rows, ROW_PX)
    qtbot.addWidget(place)
    place.resize(200, height)
    with qtbot.waitExposed(place):
        place.show()
    model, view = rows.model(), rows.viewport()
    bottoms = [rows.visualRect(model.index(n, 0)).bottom() + 1 for n in range(20)]
    assert view.height() in bottoms
    assert height - view.height() < ROW_PX
