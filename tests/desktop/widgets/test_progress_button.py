"""The primary button moves only while it has to."""

from PySide6.QtCore import QTimer

from desktop.widgets.progress_button import ProgressButton


def test_it_wanders_only_while_progress_is_unknown(qtbot):
    button = ProgressButton("Colour picture")
    qtbot.addWidget(button)
    timer = button.findChild(QTimer)

    button.show_progress(True)
    assert timer.isActive()
    button.show_progress(True, 0.4)
    assert not timer.isActive()
    button.show_progress(True)
    button.show_progress(False)
    assert not timer.isActive()


def test_it_is_painted_in_each_state(qtbot):
    button = ProgressButton("Colour picture")
    qtbot.addWidget(button)
    button.resize(200, 32)
    pictures = []
    for state in ((False,), (True, 0.5), (True, 1.0)):
        button.show_progress(*state)
        pictures.append(button.grab().toImage())

    assert pictures[0] != pictures[1] != pictures[2]
