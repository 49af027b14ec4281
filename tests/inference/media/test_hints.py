"""Hints in JSON: there and back, and what is none."""

import json

import pytest

from inference.media.hints import hints_from_json, hints_to_json
from inference.values import Hint, Problem


def test_hints_survive_json():
    points = (
        Hint(((12.5, 40.0),), (200, 30, 30), 3.0),
        Hint(((0.0, 0.0), (5.0, 5.5)), (0, 0, 0), 10.0),
    )
    assert hints_from_json(json.loads(json.dumps(hints_to_json(points)))) == points


@pytest.mark.parametrize(
    "data",
    [
        {},
        "hints",
        [1],
        [{"x": 1, "y": 2}],
        [{"x": 1, "rgb": [1, 2, 3]}],
        [{"x": "a", "y": 2, "rgb": [1, 2, 3]}],
        [{"x": float("nan"), "y": 2, "rgb": [1, 2, 3]}],
        [{"x": 1, "y": 2, "rgb": [1, 2]}],
        [{"x": 1, "y": 2, "rgb": [1, 2, 300]}],
        [{"x": 1, "y": 2, "rgb": [1, 2, 3], "radius": 0}],
        [{"x": 1, "y": 2, "rgb": [1, 2, 3], "radius": float("inf")}],
        [{"x": 1, "y": 2, "rgb": [1, 2, 3], "colour": 1}],
        [{"x": 1, "y": 10**400, "rgb": [1, 2, 3]}],
        [{"x": 1, "y": 2, "rgb": "123"}],
        [{"x": 1, "y": 2, "rgb": [1, 2, True]}],
        [{"x": 1, "y": "2", "rgb": [1, 2, 3]}],
        [{"path": {"12": 0}, "rgb": [1, 2, 3]}],
        [{"path": [[1, 2]], "x": 1, "y": 2, "rgb": [1, 2, 3]}],
        [{"path": [], "rgb": [1, 2, 3]}],
        [{"path": [[1, 2, 3]], "rgb": [1, 2, 3]}],
    ],
)
def test_what_is_no_hint_is_refused_in_a_sentence(data):
    with pytest.raises(Problem) as caught:
        hints_from_json(data)
    assert caught.value.sentence.endswith(".")
    assert "unpack" not in caught.value.sentence
