"""Widgets on a ground without a layout: the offscreen platform warns of windows of fixed size."""

import pytest
from PySide6.QtWidgets import QWidget


@pytest.fixture
def shown(qtbot):
    """The function that shows a widget in a size, and gives it back."""
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(1000, 800)

    def show(widget, width=300, height=200):
        widget.setParent(ground)
        widget.setGeometry(20, 20, width, height)
        widget.show()
        ground.show()
        qtbot.waitExposed(ground)
        ground.activateWindow()
        return widget

    return show
