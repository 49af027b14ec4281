"""Hints in and out: as people and scripts write them, in JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from inference.values import Hint, Problem


def hints_from_json(data: object) -> tuple[Hint, ...]:
    """Hints from `[{"x": 12.5, "y": 40, "rgb": [200, 30, 30], "radius": 3}, ...]`.

    A stroke has "path": [[x, y], ...] in place of x and y. Raises Problem on anything else.
    """
    if not isinstance(data, Sequence) or isinstance(data, str | bytes):
        raise Problem("The hints are not a list.", remedy=_HINTS_REMEDY)
    return tuple(_hint_from_json(number, item) for number, item in enumerate(data, 1))


def hints_to_json(points: Sequence[Hint]) -> list[dict[str, object]]:
    """The same hints as plain JSON values; `hints_from_json` reads them back equal."""
    return [_hint_to_json(point) for point in points]


_HINTS_REMEDY = 'Give a list like [{"x": 12.5, "y": 40, "rgb": [200, 30, 30], "radius": 3}].'


def _hint_to_json(hint: Hint) -> dict[str, object]:
    place: dict[str, object]
    if len(hint.path) == 1:
        place = {"x": hint.x, "y": hint.y}
    else:
        place = {"path": [list(point) for point in hint.path]}
    return {**place, "rgb": list(hint.rgb), "radius": hint.radius}


def _hint_from_json(number: int, item: object) -> Hint:
    try:
        if not isinstance(item, Mapping):
            raise TypeError("it is not an object")
        unknown = set(item) - {"x", "y", "path", "rgb", "radius"}
        if unknown:
            raise ValueError(f"it has an unknown entry {min(map(str, unknown))!r}")
        path = _path_from_json(item)
        red, green, blue = (round(v) for v in _numbers(item["rgb"], 3))
        radius = _finite(item.get("radius", 3.0))
    except KeyError as error:
        raise Problem(f"Hint {number} has no {error.args[0]!r}.", remedy=_HINTS_REMEDY) from error
    except (TypeError, ValueError) as error:
        raise Problem(f"Hint {number} cannot be read: {error}.", remedy=_HINTS_REMEDY) from error
    if not path:
        raise Problem(f"Hint {number} has an empty path.", remedy=_HINTS_REMEDY)
    if not all(0 <= v <= 255 for v in (red, green, blue)):
        raise Problem(
            f"Hint {number} has a colour outside 0..255.", remedy="Use three numbers of 0..255."
        )
    if not 0 < radius <= 10_000:
        raise Problem(
            f"Hint {number} has a radius of {radius:g} pixels.",
            remedy="Use more than 0, up to 10000.",
        )
    return Hint(path=path, rgb=(red, green, blue), radius=radius)


def _path_from_json(item: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    if "path" not in item:
        return ((_finite(item["x"]), _finite(item["y"])),)
    if "x" in item or "y" in item:
        raise ValueError("it has both a path and a place")
    return tuple((x, y) for x, y in (_numbers(place, 2) for place in _list(item["path"])))


def _numbers(value: object, count: int) -> list[float]:
    numbers = [_finite(number) for number in _list(value)]
    if len(numbers) != count:
        raise ValueError(f"{str(value)[:40]} are not {count} numbers")
    return numbers


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise TypeError(f"{str(value)[:40]!r} is not a list")
    return value


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{str(value)[:40]!r} is not a number")
    if not abs(value) < 1e300:  # what is no number, and integers that no float can hold
        raise ValueError("a number is not finite")
    return float(value)
