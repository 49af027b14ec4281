"""One setting is one row: its name, a slider, a number with unit (or a switch, or a choice)."""

from collections.abc import Iterable
from dataclasses import Field
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from desktop.widgets.gesture import Gesture
from desktop.widgets.number_field import NumberField
from desktop.widgets.scrub_label import ScrubLabel
from desktop.widgets.slider import Slider
from desktop.widgets.texts import translated
from inference.settings import Control, control_of


class SettingRow(QWidget):
    """What all rows share: the name with its dot, the way back to the default, the help.

    Signals: chosen(value, goes_on) - the person chose; goes_on is True within one gesture, so
    that a drag becomes one step of undo. The row shows a value only when it is told to.
    """

    chosen = Signal(object, bool)

    def __init__(
        self, control: Control, default: Any, parent: QWidget | None = None, *, scrubs: bool = False
    ) -> None:
        super().__init__(parent)
        self.control, self.default = control, default
        self._gesture = Gesture()
        self.name = ScrubLabel(translated(control.label), scrubs=scrubs)
        self.name.reset.connect(lambda: self._choose(self.default))
        reset = QAction(self.tr("Reset to default"), self)
        reset.triggered.connect(lambda: self._choose(self.default))
        self.addAction(reset)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setToolTip(self._help())
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(8)
        self.line.addWidget(self.name)

    def show_value(self, value: Any) -> None:
        """Show a value without choosing it."""
        self.name.show_difference(value != self.default)

    def refuse(self, why: str) -> None:
        """Turn the row off and say why; an empty text turns it on again."""
        self.setEnabled(not why)
        self.setToolTip(why or self._help())

    def _choose(self, value: Any) -> None:
        self.chosen.emit(value, self._gesture.goes_on())

    def _help(self) -> str:
        return translated(self.control.help)


class NumberRow(SettingRow):
    """A number within a range."""

    def __init__(self, control: Control, default: float, parent: QWidget | None = None) -> None:
        super().__init__(control, default, parent, scrubs=True)
        assert control.minimum is not None
        assert control.maximum is not None
        self._step = control.step or (control.maximum - control.minimum) / 100
        self._scrub_from = float(default)
        self.slider = Slider(control.minimum, control.maximum, self._step)
        self.field = NumberField(control)
        self.field.setFixedWidth(64)
        for part in (self.slider, self.field):
            part.setAccessibleName(translated(control.label))
            part.setAccessibleDescription(self._help())
            part.moved.connect(self._on_moved)
        self.slider.sliderPressed.connect(lambda: self._gesture.hold(True))
        self.slider.sliderReleased.connect(lambda: self._gesture.hold(False))
        self.name.setBuddy(self.slider)
        self.name.scrub_began.connect(self._on_scrub_began)
        self.name.scrubbed.connect(self._on_scrubbed)
        self.name.scrub_ended.connect(lambda: self._gesture.hold(False))
        self.line.addWidget(self.slider, 1)
        self.line.addWidget(self.field)

    def show_value(self, value: float) -> None:
        """Show a value without choosing it."""
        super().show_value(value)
        self.slider.show_amount(value)
        self.field.show_amount(value)

    def _on_moved(self, value: float) -> None:
        kind = type(self.default)
        self._choose(kind(round(value, self.field.decimals())))

    def _on_scrub_began(self) -> None:
        self._gesture.hold(True)
        self._scrub_from = self.field.value()

    def _on_scrubbed(self, steps: int) -> None:
        low, high = self.field.minimum(), self.field.maximum()
        self._on_moved(min(high, max(low, self._scrub_from + steps * self._step)))

    def _help(self) -> str:
        low, high = self.control.minimum, self.control.maximum
        unit = f" {self.control.unit}" if self.control.unit else ""
        reach = self.tr("{low} to {high}{unit}, default {default}")
        filled = reach.format(low=f"{low:g}", high=f"{high:g}", unit=unit, default=self.default)
        return f"{super()._help()}\n{filled}"


class SwitchRow(SettingRow):
    """On or off."""

    def __init__(self, control: Control, default: bool, parent: QWidget | None = None) -> None:
        super().__init__(control, default, parent)
        self.switch = QCheckBox()
        self.switch.setAccessibleName(translated(control.label))
        self.switch.setToolTip(self._help())
        self.switch.toggled.connect(self._choose)
        self.line.addWidget(self.switch, 1)

    def show_value(self, value: bool) -> None:
        """Show a value without choosing it."""
        super().show_value(value)
        with QSignalBlocker(self.switch):
            self.switch.setChecked(value)


class _Choices(QComboBox):
    """Turned by the wheel only while it has the focus; otherwise the panel scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceRow(SettingRow):
    """One of a few words."""

    def __init__(self, control: Control, default: str, parent: QWidget | None = None) -> None:
        super().__init__(control, default, parent)
        self.choices = _Choices()
        self.choices.setFixedHeight(28)
        self.choices.setAccessibleName(translated(control.label))
        for choice, label in zip(control.choices, control.labels or control.choices, strict=True):
            self.choices.addItem(translated(label), choice)
        self.choices.activated.connect(lambda index: self._choose(self.choices.itemData(index)))
        self.line.addWidget(self.choices, 1)

    def show_value(self, value: str) -> None:
        """Show a value without choosing it."""
        super().show_value(value)
        self.choices.setCurrentIndex(self.choices.findData(value))


def align(rows: Iterable[SettingRow]) -> None:
    """Give the names of rows that stand below each other one width."""
    names = [row.name for row in rows]
    width = max((name.sizeHint().width() for name in names), default=0)
    for name in names:
        name.setFixedWidth(width)


def row_for(item: "Field[Any]") -> SettingRow:
    """The row that a settings field of a feature asks for."""
    control = control_of(item)
    default: Any = item.default
    if control.choices:
        return ChoiceRow(control, default)
    if isinstance(default, bool):
        return SwitchRow(control, default)
    return NumberRow(control, default)
