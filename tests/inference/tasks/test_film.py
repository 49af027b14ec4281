"""The film task: frames through one request or several, the same identity as the same request."""

import json
import sys
import types
from dataclasses import replace

import numpy as np
import pytest

from inference import tasks
from inference.features import (
    COLORIZE,
    FILM,
    STYLIZE,
    ColorizeInputs,
    ColorizeSettings,
    FilmInputs,
    FilmSettings,
    StyleChoice,
    StylizeInputs,
    StylizeSettings,
)
from inference.media.codecs import CODECS
from inference.request import Context, ModelStamp, Request, Result
from inference.settings import control_of
from inference.tasks import film
from inference.values import Hint, Hints, Picture, Problem
from tests import filmed

DOT = Picture(np.zeros((1, 1, 1), np.uint8))
COLORS = Request(COLORIZE, ColorizeInputs(DOT), ColorizeSettings(), device="cpu")
STYLE = Request(
    STYLIZE, StylizeInputs(DOT, (StyleChoice("starry_night"),)), StylizeSettings(), device="cpu"
)


@pytest.fixture(autouse=True)
def quick_tasks(monkeypatch):
    """Colouring makes brown, a style makes upside down."""

    def colorize(request, context):
        made = filmed.brown(request.inputs.picture, context)
        return replace(made, model=ModelStamp("colorizer", "c"))

    def stylize(request, context):
        picture = request.inputs.picture
        turned = picture.with_pixels(np.ascontiguousarray(picture.pixels[::-1]))
        return Result((turned,), model=ModelStamp("stylist", "s"), notes=("Turned.",))

    for name, run in (("colorize", colorize), ("stylize", stylize)):
        task = types.SimpleNamespace(run=lambda r, c, run=run: _noted(run(r, c), c))
        monkeypatch.setitem(sys.modules, f"inference.tasks.{name}", task)


def _noted(result, context):
    for note in result.notes:
        context.note(note)
    return result


@pytest.fixture
def inputs(tmp_path):
    return FilmInputs(filmed.make_clip(tmp_path / "clip.mp4"), tmp_path / "out.mkv", (COLORS,))


def make(inputs, **settings):
    request = Request(FILM, inputs, FilmSettings(**settings), device="cpu")
    return tasks.run(request, Context())


def test_a_clip_becomes_a_film(inputs):
    result = make(inputs)
    assert filmed.times_of(inputs.target) == filmed.times_of(inputs.source)
    assert result.model == ModelStamp("colorizer", "c")
    assert result.figures["frames"] == 12
    assert {"cdc", "cdc_before", "colorfulness", "segments_resumed"} <= result.figures.keys()


def test_steps_follow_each_other(inputs):
    result = make(replace(inputs, steps=(COLORS, STYLE)), codec="ffv1", coherence=0)
    assert (result.model.id, result.notes) == ("stylist", ("Turned.",))
    frames = film.Frames((COLORS, STYLE))
    picture = Picture(filmed.frame(0))
    turned = filmed.tinted(picture, Context()).pixels[::-1]
    assert np.array_equal(frames(picture, Context()).pictures[0].pixels, turned)


def test_a_part_of_a_film(inputs):
    make(replace(inputs, start=0.08, stop=0.2))
    assert len(filmed.times_of(inputs.target)) == 3


@pytest.mark.parametrize(("codec", "name"), [("gif", "out.gif"), ("png", "out_%02d.png")])
def test_gif_and_numbered_pictures(inputs, codec, name):
    target = inputs.target.with_name(name)
    assert make(replace(inputs, target=target), codec=codec).figures["frames"] == 12


def test_a_crf_goes_only_to_who_knows_it(inputs):
    make(inputs, codec="ffv1", crf=40)


def test_codecs_are_those_of_the_writer():
    control = control_of(FilmSettings.__dataclass_fields__["codec"])
    told = dict(zip(control.choices, control.labels, strict=True))
    assert list(told) == [codec.name for codec in CODECS]
    assert all(told[codec.name] in (codec.label, "Numbered PNG") for codec in CODECS)
    graded = control_of(FilmSettings.__dataclass_fields__["crf"]).only["codec"]
    assert graded == tuple(codec.name for codec in CODECS if codec.crf)


def test_the_identity_tells_requests_apart(monkeypatch):
    reference = Picture(np.full((2, 2, 3), 9, np.uint8))
    told = {
        film.identity_of(steps)
        for steps in (
            (COLORS,),
            (STYLE,),
            (COLORS, STYLE),
            (replace(COLORS, settings=ColorizeSettings(saturation=0.5)),),
            (replace(COLORS, seed=3),),
            (replace(COLORS, inputs=ColorizeInputs(DOT, reference=reference)),),
            (replace(STYLE, inputs=StylizeInputs(DOT, (StyleChoice(reference),))),),
        )
    }
    assert len(told) == 7
    again = film.identity_of((replace(COLORS, inputs=ColorizeInputs(reference)),))
    assert again == film.identity_of((COLORS,)), "the frame itself is no part of it"
    assert json.loads(again)["feature"] == "colorize"


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (
            replace(COLORS, inputs=ColorizeInputs(DOT, Hints((Hint(((1, 1),), (9, 9, 9)),)))),
            "Hints",
        ),
        (replace(STYLE, inputs=replace(STYLE.inputs, mask=DOT.pixels[..., 0])), "Masks"),
        (replace(STYLE, settings=StylizeSettings(method="optimise")), "slow method"),
    ],
)
def test_what_suits_one_picture_only_is_refused(inputs, step, sentence):
    with pytest.raises(Problem, match=sentence):
        make(replace(inputs, steps=(step,)))
    assert not inputs.target.exists()
