"""The strip above the canvas and the brush agree, whoever changes the value."""

import pytest
from PySide6.QtCore import Qt

from desktop.tools.options import BrushOptions, HintOptions
from desktop.tools.wells import ColorWell
from desktop.widgets.setting_row import NumberRow


def rows(options) -> dict[str, NumberRow]:
    return {row.control.label: row for row in options.findChildren(NumberRow)}


@pytest.mark.parametrize(
    ("label", "typed", "name", "value"),
    [
        ("Size", 120, "size", 120.0),
        ("Hardness", 30, "hardness", 0.3),
        ("Opacity", 50, "opacity", 0.5),
    ],
)
def test_a_typed_number_reaches_the_brush(studio, qtbot, label, typed, name, value):
    options = BrushOptions(studio.brush)
    qtbot.addWidget(options)
    rows(options)[label].field.setValue(typed)
    assert getattr(studio.brush, name) == pytest.approx(value)


def test_a_change_of_the_brush_is_shown(studio, qtbot):
    options = BrushOptions(studio.brush)
    qtbot.addWidget(options)
    studio.brush.choose(size=77.0, opacity=0.25)
    assert rows(options)["Size"].field.value() == 77
    assert rows(options)["Opacity"].field.value() == 25


def test_grey_is_switched_on_and_off(studio, qtbot):
    options = HintOptions(studio)
    qtbot.addWidget(options)
    options.grey.click()
    assert studio.brush.hint_grey
    studio.brush.choose(hint_grey=False)
    assert not options.grey.isChecked()


def test_the_colour_well_gives_the_brush_another_colour(studio, qtbot):
    well = ColorWell(studio.brush)
    qtbot.addWidget(well)
    before = studio.brush.color
    well.disc.resize(160, 160)
    qtbot.mouseClick(well.disc, Qt.MouseButton.LeftButton, pos=well.disc.rect().center())
    red, green, blue = studio.brush.color
    assert studio.brush.color != before
    assert max(red, green, blue) - min(red, green, blue) <= 3


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_nothing_is_cut_off_in_the_narrowest_window(at_work, qtbot):
    at_work.studio.choose_tool("brush")
    at_work.resize(at_work.minimumSize())
    qtbot.waitUntil(lambda: at_work.width() == at_work.minimumWidth())
    opacity = at_work.findChild(BrushOptions)._rows["opacity"]
    corner = opacity.mapTo(at_work, opacity.rect().bottomRight())
    assert corner.x() < at_work.width()
    assert opacity.visibleRegion().boundingRect() == opacity.rect()
