"""Settings: which of them do nothing beside the others; there and back as JSON."""

import pytest

from inference.features import FilmSettings, StylizeSettings
from inference.settings import idle, settings_from_json, settings_to_json
from inference.values import Problem

SLOW = {"iterations", "broad", "match_colors", "start", "optimiser"}


def test_what_does_nothing_beside_the_others():
    assert idle(StylizeSettings()) == dict.fromkeys(SLOW, "method")
    assert idle(StylizeSettings(method="optimise")) == {}
    grey = StylizeSettings(method="optimise", keep_colors=True)
    assert idle(grey) == {"match_colors": "keep_colors"}
    assert idle(FilmSettings()) == {}
    assert idle(FilmSettings(codec="prores")) == {"crf": "codec"}


def test_there_and_back():
    settings = FilmSettings(codec="vp9", crf=30, coherence=0.25)
    assert settings_from_json(FilmSettings, settings_to_json(settings)) == settings
    assert settings_from_json(FilmSettings, {"of another version": 1}) == FilmSettings()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"codec": "cinepak"}, "cannot be 'cinepak'"),
        ({"crf": True}, "not of the right kind"),
        ({"crf": "18"}, "not of the right kind"),
        ({"coherence": 1.5}, "out of range"),
        ({"coherence": float("nan")}, "out of range"),
    ],
)
def test_what_is_no_setting_is_refused(told, words):
    with pytest.raises(Problem, match=words):
        settings_from_json(FilmSettings, told)
