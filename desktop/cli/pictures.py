"""What commands do with pictures, whatever is made of them: files in, requests, files out.

No Qt. torch is imported when the first request runs.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from desktop.cli.account import say
from desktop.document.document import Document
from desktop.document.layers import BlendMode, GeneratedLayer, Recipe
from desktop.document.manifest import check_size
from desktop.document.project import save_project
from desktop.export_settings import WriteSettings
from desktop.needs import announcement, left_out
from inference import tasks
from inference.media.atomic import check_place, make_folder
from inference.media.color import LumaReport
from inference.media.picture import (
    READABLE,
    WRITABLE,
    check_writable,
    read_picture,
    write_picture,
)
from inference.request import Context, Request, Result
from inference.values import Array, Picture, Problem, in_depth

PROJECT = ".grisaille"


@dataclass(frozen=True, eq=False, kw_only=True)
class Order:
    """How pictures are to be made and written; the same for every picture of a folder."""

    seed: int = 0
    model: str = ""
    device: str = "auto"
    writing: WriteSettings = field(default_factory=WriteSettings)
    overwrite: bool = False


@dataclass(frozen=True, eq=False)
class Done:
    """One picture or film made and written. write: seconds."""

    source: Path
    target: Path
    result: Result
    write: float


AnyOrder = TypeVar("AnyOrder", bound=Order)


def make_file(
    source: Path,
    target: Path,
    order: AnyOrder,
    context: Context,
    request_for: Callable[[Picture, AnyOrder], Request],
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


def check_target(source: Path, target: Path, order: Order) -> None:
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


def read_mask(path: Path) -> Array:
    """What stays grey, (H, W) uint8: white in the picture is kept, black is coloured."""
    pixels: Array = in_depth(read_picture(path).pixels, np.uint8)
    mask: Array = pixels.max(2)
    return mask
