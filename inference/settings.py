"""Settings: a frozen dataclass whose fields carry all that a row in a panel or an option needs."""

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from inference.values import Problem

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound="DataclassInstance")


@dataclass(frozen=True)
class Control:
    """How one setting is shown and what it may be; found by `control_of` on a settings field."""

    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """Of the choices, where a window is to call them otherwise."""
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Values of other settings that it is of use beside; it does nothing where they have others."""


def setting(default: Any, label: str, help: str, **limits: Any) -> Any:  # noqa: A002
    """Declare a field of a Settings dataclass; `limits` are the rest of its Control."""
    return field(default=default, metadata={"control": Control(label, help, **limits)})


def control_of(item: "Field[Any]") -> Control:
    """The control that belongs to a settings field."""
    control: Control = item.metadata["control"]
    return control


def idle(settings: "DataclassInstance") -> dict[str, str]:
    """Names of the settings that do nothing beside the others, each with one that is why."""
    return {
        item.name: other
        for item in fields(settings)
        for other, values in control_of(item).only.items()
        if getattr(settings, other) not in values
    }


def settings_to_json(settings: "DataclassInstance") -> dict[str, Any]:
    """Settings as plain JSON values."""
    return asdict(settings)


def settings_from_json(kind: type[S], data: Mapping[str, Any]) -> S:
    """Settings read back; what is missing gets its default, what is unknown is left out.

    Raises Problem where a value is of the wrong kind or outside its range.
    """
    known = {item.name: item for item in fields(kind)}
    chosen = {name: value for name, value in data.items() if name in known}
    for name, value in chosen.items():
        _check_setting(known[name], value)
    return kind(**chosen)


def _check_setting(item: "Field[Any]", value: Any) -> None:
    control = control_of(item)
    if control.choices:
        if value not in control.choices:
            raise Problem(
                f"{control.label} cannot be {value!r}.",
                remedy=f"Choose one of {', '.join(control.choices)}.",
            )
        return
    if isinstance(value, bool) != isinstance(item.default, bool) or not isinstance(
        value, int | float
    ):
        raise Problem(f"{control.label} is {value!r}, which is not of the right kind.")
    low, high = control.minimum, control.maximum
    if (low is not None and not value >= low) or (high is not None and not value <= high):
        raise Problem(
            f"{control.label} is {value:g}, which is out of range.",
            remedy=f"Use {low:g} to {high:g}.",
        )
