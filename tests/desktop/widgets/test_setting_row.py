"""A setting under the hand: slider, number, label, wheel, and the difference from the default."""

from dataclasses import dataclass, fields

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.widgets.setting_row import ChoiceRow, NumberRow, SwitchRow, row_for
from desktop.widgets.settings_form import SettingsForm
from inference.settings import Control, setting

CONTROL = Control("Saturation", "How strong.", 0.0, 2.0, 0.05, "x")


class Chosen(list):
    """What a row asked for; it is shown again, as a panel does."""

    def __init__(self, row):
        super().__init__()
        row.chosen.connect(lambda value, goes_on: self.append((value, goes_on)))
        row.chosen.connect(lambda value, _: row.show_value(value))

    @property
    def values(self):
        return [value for value, _ in self]

    @property
    def goes_on(self):
        return [goes_on for _, goes_on in self]


@pytest.fixture
def row(shown):
    row = shown(NumberRow(CONTROL, 1.0), 300, 28)
    row.show_value(1.0)
    return row


@pytest.fixture
def chosen(row):
    return Chosen(row)


def turn(widget, steps: int) -> QWheelEvent:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event


def drag(widget, start: QPoint, *stops: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    for stop in stops:
        QTest.mouseMove(widget, stop)
        QApplication.processEvents()
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=stops[-1] if stops else start)


def test_showing_a_value_is_not_choosing_one(row, chosen):
    row.show_value(0.5)

    assert row.slider.amount() == pytest.approx(0.5)
    assert row.field.value() == 0.5
    assert chosen == []


@pytest.mark.parametrize(
    ("key", "modifier", "value"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1.05),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 0.95),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, 1.5),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, 0.5),
    ],
)
def test_arrows_step_the_slider_and_shift_ten_times(row, chosen, key, modifier, value):
    QTest.keyClick(row.slider, key, modifier)

    assert chosen.values == [value]


@pytest.mark.parametrize(
    ("modifier", "value"),
    [(Qt.KeyboardModifier.NoModifier, 1.05), (Qt.KeyboardModifier.ShiftModifier, 1.5)],
)
def test_arrows_step_the_number(row, chosen, modifier, value):
    QTest.keyClick(row.field, Qt.Key.Key_Up, modifier)

    assert chosen.values == [value]


def test_a_number_is_chosen_when_it_is_complete(row, chosen):
    row.field.selectAll()
    QTest.keyClicks(row.field, "1.35")
    assert chosen == []
    QTest.keyClick(row.field, Qt.Key.Key_Return)

    assert chosen.values == [1.35]


def test_a_drag_of_the_slider_is_one_gesture(row, chosen):
    middle = QPoint(row.slider.width() // 2, row.slider.height() // 2)
    drag(row.slider, middle, middle + QPoint(20, 0), middle + QPoint(40, 0))
    drag(row.slider, middle + QPoint(40, 0), middle)

    first = chosen.goes_on.index(False)
    second = chosen.goes_on.index(False, first + 1)
    assert chosen.goes_on.count(False) == 2
    assert second > first + 1, "the moves between belong to the first drag"


def test_taking_the_handle_does_not_move_it(row, chosen):
    row.show_value(1.0)
    middle = QPoint(row.slider.width() // 2 + 3, row.slider.height() // 2)
    QTest.mousePress(row.slider, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseRelease(row.slider, Qt.MouseButton.LeftButton, pos=middle)

    assert chosen == []


def test_dragging_the_name_scrubs(row, chosen):
    start = QPoint(10, 14)
    drag(row.name, start, start + QPoint(8, 0), start + QPoint(40, 0))

    assert chosen.values[-1] == pytest.approx(1.5)
    assert chosen.goes_on == [False] + [True] * (len(chosen) - 1)


def test_scrubbing_stops_at_the_range(row, chosen):
    start = QPoint(10, 14)
    drag(row.name, start, start + QPoint(4000, 0))

    assert chosen.values[-1] == 2.0


def test_double_click_on_the_name_resets(row, chosen):
    row.show_value(0.3)
    QTest.mouseDClick(row.name, Qt.MouseButton.LeftButton)

    assert chosen.values == [1.0]


def test_the_menu_resets_too(row, chosen):
    row.show_value(0.3)
    row.actions()[0].trigger()

    assert chosen.values == [1.0]


def test_the_wheel_passes_over_what_has_no_focus(row, chosen):
    row.slider.clearFocus()
    row.field.clearFocus()

    assert not turn(row.slider, 1).isAccepted()
    assert not turn(row.field, 1).isAccepted()
    assert chosen == []


def test_the_wheel_turns_what_has_the_focus(row, chosen, qtbot):
    row.slider.setFocus()
    qtbot.waitUntil(row.slider.hasFocus)
    turn(row.slider, -1)

    assert chosen.values == [0.95]


def test_the_wheel_passes_over_a_choice_without_focus(shown):
    row = shown(ChoiceRow(Control("Way", "D.", choices=("soft", "hard")), "soft"), 300, 28)
    row.choices.clearFocus()

    assert not turn(row.choices, -1).isAccepted()


def test_enter_is_done_with_the_number(row, qtbot):
    row.field.setFocus()
    qtbot.waitUntil(row.field.hasFocus)
    QTest.keyClick(row.field, Qt.Key.Key_Return)

    assert not row.field.hasFocus()


def test_a_dot_marks_what_differs_from_the_default(row):
    row.show_value(1.0)
    assert not row.name.differs
    row.show_value(1.2)
    assert row.name.differs


def test_help_tells_the_range_and_the_default(row):
    assert row.toolTip() == "How strong.\n0 to 2 x, default 1.0"
    assert row.slider.accessibleName() == "Saturation"


@dataclass(frozen=True)
class Sample:
    amount: float = setting(0.5, "Amount", "A.", minimum=0.0, maximum=1.0, step=0.1)
    count: int = setting(4, "Count", "B.", minimum=1, maximum=9, step=1)
    on: bool = setting(False, "On", "C.")
    way: str = setting("soft", "Way", "D.", choices=("soft", "hard"))


def test_each_kind_of_setting_has_its_row(qtbot):
    rows = [row_for(item) for item in fields(Sample)]
    for row in rows:
        qtbot.addWidget(row)

    assert [type(row) for row in rows] == [NumberRow, NumberRow, SwitchRow, ChoiceRow]


def test_the_form_asks_for_settings_with_one_field_changed(shown):
    form = shown(SettingsForm(Sample))
    asked = []
    form.chosen.connect(lambda settings, _: asked.append(settings))
    form.show_settings(Sample(amount=0.2))

    QTest.keyClick(form.rows["count"].slider, Qt.Key.Key_Right)
    QTest.keyClick(form.rows["on"].switch, Qt.Key.Key_Space)
    QTest.keyClick(form.rows["way"].choices, Qt.Key.Key_Down)

    assert asked == [Sample(0.2, count=5), Sample(0.2, on=True), Sample(0.2, way="hard")]
    assert type(asked[0].count) is int


def test_a_form_tells_where_a_gesture_goes_on(shown):
    form = shown(SettingsForm(Sample), 300, 140)
    told = []
    form.chosen.connect(lambda settings, goes_on: told.append(goes_on))
    form.chosen.connect(lambda settings, _: form.show_settings(settings))
    slider = form.rows["amount"].slider
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    drag(slider, middle, middle + QPoint(20, 0), middle + QPoint(40, 0))
    drag(slider, middle + QPoint(40, 0), middle)

    assert told.count(False) == 2
    assert told[:2] == [False, True]


def test_a_form_shows_without_asking(qtbot):
    form = SettingsForm(Sample)
    qtbot.addWidget(form)
    asked = []
    form.chosen.connect(lambda settings, _: asked.append(settings))
    form.show_settings(Sample(0.9, 7, True, "hard"))

    assert asked == []
    assert form.rows["on"].switch.isChecked()
    assert form.rows["way"].choices.currentText() == "hard"
