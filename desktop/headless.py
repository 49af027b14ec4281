"""The work of the window without a window: files in, the same requests, files out.

No Qt. torch is imported when the first request runs.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from desktop.account import say
from desktop.document.document import Document
from desktop.document.layers import BlendMode, GeneratedLayer, HintLayer, Recipe
from desktop.document.manifest import check_size
from desktop.document.project import save_project
from desktop.export_settings import ExportSettings, WriteSettings
from desktop.needs import announcement, left_out
from inference import tasks
from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings
from inference.media.atomic import check_place, make_folder
from inference.media.color import LumaReport, luma_report
from inference.media.picture import (
    READABLE,
    WRITABLE,
    check_writable,
    read_picture,
    write_picture,
)
from inference.request import Context, Request, Result
from inference.settings import settings_to_json
from inference.values import (
    Array,
    Hint,
    Hints,
    Picture,
    Problem,
    hints_from_json,
    in_depth,
)

PROJECT = ".grisaille"


@dataclass(frozen=True, eq=False)
class Order:
    """How pictures are to be coloured and written; the same for every picture of a folder."""

    settings: ColorizeSettings = field(default_factory=ColorizeSettings)
    hints: Hints = field(default_factory=Hints)
    reference: Picture | None = None
    seed: int = 0
    model: str = ""
    device: str = "auto"
    writing: ExportSettings = field(default_factory=ExportSettings)
    overwrite: bool = False


@dataclass(frozen=True, eq=False)
class Done:
    """One picture or film made and written. write: seconds."""

    source: Path
    target: Path
    result: Result
    write: float


def colorize_file(source: Path, target: Path, order: Order, context: Context) -> Done:
    """Colour one picture and write it, or a project of it; raises Problem or Cancelled."""
    done = make_file(source, target, order, context, request_for, project_of)
    if order.writing.report and target.suffix.lower() != PROJECT:
        report = luma_report(read_picture(source), read_picture(target))
        figures = {**done.result.figures, **figures_of(report)}
        done = replace(done, result=replace(done.result, figures=figures))
    return done


class Written(Protocol):
    """What every order says about the files that it makes."""

    @property
    def overwrite(self) -> bool:
        """Existing files may be replaced."""

    @property
    def writing(self) -> WriteSettings:
        """Depth and quality."""


_Order = TypeVar("_Order", bound=Written)


def make_file(
    source: Path,
    target: Path,
    order: _Order,
    context: Context,
    request_for: Callable[[Picture, _Order], Request],
    project_of: Callable[[Picture, str, Request, Result], Document],
) -> Done:
    """One picture in, what an order asks for out: a picture, or a project. Problem, Cancelled."""
    check_target(source, target, order)
    for said in (announcement(source, layered=target.suffix.lower() == PROJECT), left_out(source)):
        if said:
            say(said)
    picture = read_picture(source)
    _check_kind(target, order.writing, (picture.width, picture.height))
    request = request_for(picture, order)
    result = tasks.run(request, context)
    began = time.perf_counter()
    if target.suffix.lower() == PROJECT:
        document = project_of(picture, source.stem, request, result)
        save_project(document, target, overwrite=order.overwrite)
    else:
        write_picture(
            result.pictures[0],
            target,
            depth=order.writing.bits,
            quality=order.writing.quality,
            overwrite=order.overwrite,
        )
    return Done(source, target, result, time.perf_counter() - began)


def check_target(source: Path, target: Path, order: Written) -> None:
    """Raise Problem, before any work, where the result could not be written there anyway."""
    if not is_target(target):
        raise Problem(
            f"{target.name} does not end in a kind of picture that Grisaille writes.",
            remedy=f"Use one of {' '.join(WRITABLE)}, or {PROJECT} for a project.",
        )
    if target.exists() and source.exists() and target.samefile(source):
        raise Problem(
            f"{target.name} would replace the picture that it is made from.",
            remedy="Choose another name.",
        )
    check_place(target, order.overwrite)
    _check_kind(target, order.writing)


def _check_kind(target: Path, writing: WriteSettings, size: tuple[int, int] = (1, 1)) -> None:
    if target.suffix.lower() == PROJECT:
        check_size(*size)
    else:
        check_writable(target, writing.bits, size)


def is_target(path: Path) -> bool:
    """True for names that end like a picture or a project that can be written."""
    return path.suffix.lower() in (*WRITABLE, PROJECT)


def request_for(picture: Picture, order: Order) -> Request:
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


def layer_over(document: Document, made: Picture, name: str, recipe: Recipe) -> GeneratedLayer:
    """A layer of what was made from a document's picture, as transparent as that and no more."""
    image = document.image_of(replace(made, alpha=None))
    blend = BlendMode.NORMAL if made.alpha is None else BlendMode.CLIP
    return GeneratedLayer(name=name, image=image, recipe=recipe, blend=blend)


def figures_of(report: LumaReport | None) -> dict[str, float]:
    """What a command tells of it."""
    if report is None:
        return {}
    return {"mean_dl_written": report.mean_dl, "gamut_edge": report.gamut_edge}


def pairs(source: Path, output: Path, *, one_only: bool) -> list[tuple[Path, Path]]:
    """Pictures and where each goes; raises Problem where IN and OUT do not fit."""
    if not source.is_dir():
        if output.is_dir():
            raise Problem(
                f"{output} is a folder, {source.name} is one picture.",
                remedy="Give OUT a name that ends in .png, say.",
            )
        return [(source, output)]
    if one_only:
        raise Problem(
            "Hints and masks belong to one picture, IN is a folder.", remedy="Leave them out."
        )
    if not output.is_dir() and (output.exists() or is_target(output)):
        raise Problem("IN is a folder, OUT is not.", remedy="Give a folder as OUT.")
    pictures = pictures_in(source)
    if not pictures:
        raise Problem(
            f"There is neither a picture nor a film in {source}.", remedy="Choose another folder."
        )
    make_folder(output)
    return [(picture, output / picture.name) for picture in pictures]


def pictures_in(folder: Path) -> list[Path]:
    """The files of a folder that look like pictures, by name; not those that are hidden."""
    files = (path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    return sorted(path for path in files if path.suffix.lower() in READABLE)


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


def read_mask(path: Path) -> Array:
    """What stays grey, (H, W) uint8: white in the picture is kept, black is coloured."""
    pixels: Array = in_depth(read_picture(path).pixels, np.uint8)
    mask: Array = pixels.max(2)
    return mask
