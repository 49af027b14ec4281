"""Colours without a window: the same requests as the window's, and projects of what comes back."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.cli.pictures import PROJECT, Done, Order, figures_of, layer_over, make_file
from desktop.document.document import Document
from desktop.document.layers import HintLayer, Recipe
from desktop.export_settings import ExportSettings
from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings
from inference.media.color import luma_report
from inference.media.hints import hints_from_json
from inference.media.picture import read_picture
from inference.request import Context, Request, Result
from inference.settings import settings_to_json
from inference.values import Hint, Hints, Picture, Problem


@dataclass(frozen=True, eq=False)
class ColorOrder(Order):
    """How pictures are to be coloured."""

    settings: ColorizeSettings = field(default_factory=ColorizeSettings)
    hints: Hints = field(default_factory=Hints)
    reference: Picture | None = None
    writing: ExportSettings = field(default_factory=ExportSettings)


def colorize_file(source: Path, target: Path, order: ColorOrder, context: Context) -> Done:
    """Colour one picture and write it, or a project of it; raises Problem or Cancelled."""
    done = make_file(source, target, order, context, request_for, project_of)
    if order.writing.report and target.suffix.lower() != PROJECT:
        report = luma_report(read_picture(source), read_picture(target))
        figures = {**done.result.figures, **figures_of(report)}
        done = replace(done, result=replace(done.result, figures=figures))
    return done


def request_for(picture: Picture, order: ColorOrder) -> Request:
    """The request that the window would send for this picture."""
    inputs = ColorizeInputs(picture, order.hints, order.reference)
    return Request(
        COLORIZE, inputs, order.settings, order.model, seed=order.seed, device=order.device
    )


def project_of(picture: Picture, name: str, request: Request, result: Result) -> Document:
    """A document of the picture, its colours as a layer over it, and its hints."""
    document = Document.from_picture(picture, name)
    inputs: ColorizeInputs = request.inputs
    source, hints = document.root.children[0], HintLayer(name="Hints", hints=inputs.hints)
    assert result.model is not None
    recipe = Recipe(
        feature=request.feature.name,
        settings=settings_to_json(request.settings),
        model=result.model.id,
        sha256=result.model.sha256,
        seed=request.seed,
        source=source.id,
        hints=hints.id,
        reference=document.add_reference(inputs.reference) if inputs.reference else "",
        device=result.device,
    )
    document.insert(layer_over(document, result.pictures[0], "Colour", recipe), "root", 1)
    document.insert(hints, "root", 2)
    return document


def read_hints(path: Path) -> tuple[Hint, ...]:
    """Hints from a JSON file; raises Problem."""
    try:
        return hints_from_json(json.loads(path.read_bytes()))  # UTF-8, 16 or 32, marked or not
    except OSError as error:
        raise Problem(
            f"The hints {path} cannot be read: {(error.strerror or 'unknown error').lower()}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise Problem(
            f"The hints {path.name} are not JSON.",
            remedy='Write a list like [{"x": 12.5, "y": 40, "rgb": [200, 30, 30], "radius": 3}].',
            detail=str(error),
        ) from error


def read_reference(path: Path) -> Picture:
    """A reference picture, made as small as a project keeps it: so both give the same colours."""
    shelf = Document(1, 1)
    return shelf.reference(shelf.add_reference(read_picture(path)))
