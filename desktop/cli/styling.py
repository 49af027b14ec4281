"""Styles without a window: files in, the same requests as the window's, files out. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from desktop.cli.pictures import Done, Order, layer_over, make_file, read_mask
from desktop.document.document import Document
from desktop.document.layers import Recipe
from desktop.document.tiles import TiledImage
from desktop.resources import RESOURCES
from inference import tasks
from inference.cabinet.styles import NamedStyle, style, styles
from inference.features import STYLIZE, StyleChoice, StylizeInputs, StylizeSettings
from inference.media.atomic import check_place
from inference.media.picture import READABLE, check_writable, read_picture, write_picture
from inference.request import Context, Request, Result
from inference.settings import settings_to_json
from inference.values import Array, Picture, Problem, in_depth

SAMPLE = RESOURCES / "samples" / "stream_colour.jpg"
_CELL_PX = 320
_LABEL_PX = 24
_HEAVIEST = 1_000_000  # of a blend; sums of weights stay finite


@dataclass(frozen=True, eq=False)
class StyleOrder(Order):
    """How pictures are to be painted."""

    styles: tuple[StyleChoice, ...]
    settings: StylizeSettings = field(default_factory=StylizeSettings)
    mask: Array | None = None


def read_styles(text: str) -> tuple[StyleChoice, ...]:
    """Styles from "NAME", "PICTURE" or "a:0.6,b:0.4"; raises Problem where there is no such one."""
    if Path(text).is_file():
        return (StyleChoice(read_picture(Path(text))),)
    choices = tuple(_choice(part.strip()) for part in text.split(",") if part.strip())
    if len(choices) == 1 and choices[0].weight not in (0, 1):
        raise Problem(
            f"The weight in {text!r} has no use: it is the only style.",
            remedy="Leave the weight out; how far the picture goes to a style, --strength says.",
        )
    return choices


def _choice(text: str) -> StyleChoice:
    name, colon, share = text.rpartition(":")
    if not colon or Path(text).is_file():
        return StyleChoice(_named(text))
    try:
        weight = float(share)
    except ValueError:
        return StyleChoice(_named(text))
    if not 0 <= weight <= _HEAVIEST:
        raise Problem(
            f"The style {name} has a weight of {share}.",
            remedy=f"Use 0 to {_HEAVIEST:,}, such as 0.5.",
        )
    return StyleChoice(_named(name), weight)


def _named(text: str) -> str | Picture:
    path = Path(text)
    if path.is_file():
        return read_picture(path)
    if path.suffix.lower() in READABLE:
        raise Problem(f"There is no style picture {path}.", remedy="Choose another file.")
    return style(text).name


def placed(choices: tuple[StyleChoice, ...], regions: Sequence[Path]) -> tuple[StyleChoice, ...]:
    """The same styles, the first of them where the first mask is white, and so on. Problem."""
    if len(regions) > len(choices):
        raise Problem(
            f"There are more regions ({len(regions)}) than styles ({len(choices)}).",
            remedy="Name one more style, or one region less.",
            option="--style, --region",
        )
    masks = [*map(read_mask, regions), *[None] * (len(choices) - len(regions))]
    pairs = zip(choices, masks, strict=True)
    return tuple(replace(choice, mask=mask) for choice, mask in pairs)


def stylize_file(source: Path, target: Path, order: StyleOrder, context: Context) -> Done:
    """Paint one picture and write it, or a project of it; raises Problem or Cancelled."""
    return make_file(source, target, order, context, request_for, project_of)


def request_for(picture: Picture, order: StyleOrder) -> Request:
    """The request that the window would send for this picture."""
    inputs = StylizeInputs(picture, order.styles, order.mask)
    return Request(
        STYLIZE, inputs, order.settings, order.model, seed=order.seed, device=order.device
    )


def with_pictures(order: StyleOrder) -> StyleOrder:
    """The same order for many pictures: what is read off a style's picture is opened only once."""
    if order.settings.method != "any":
        return order
    pictures = [
        read_picture(style(choice.style).picture) if isinstance(choice.style, str) else choice.style
        for choice in order.styles
    ]
    choices = zip(order.styles, pictures, strict=True)
    return replace(order, styles=tuple(replace(choice, style=p) for choice, p in choices))


def project_of(picture: Picture, name: str, request: Request, result: Result) -> Document:
    """A document of the picture, and its painting as a layer over it."""
    document = Document.from_picture(picture, name)
    inputs: StylizeInputs = request.inputs
    names = [
        c.style if isinstance(c.style, str) else document.add_reference(c.style)
        for c in inputs.styles
    ]
    blend = [[name, c.weight] for name, c in zip(names, inputs.styles, strict=True)]
    masks = [choice.mask for choice in inputs.styles]
    regions = [None if mask is None else TiledImage.from_array(mask[..., None]) for mask in masks]
    assert result.model is not None
    recipe = Recipe(
        feature=request.feature.name,
        settings={**settings_to_json(request.settings), "styles": blend},
        model=result.model.id,
        sha256=result.model.sha256,
        seed=request.seed,
        source=document.root.children[0].id,
        reference=next((name for name in names if name in document.references), ""),
        device=result.device,
        regions=tuple(regions) if any(regions) else (),
    )
    document.insert(layer_over(document, result.pictures[0], "Style", recipe), "root", 1)
    return document


def draw_sheet(target: Path, context: Context, *, overwrite: bool) -> None:
    """All named styles on one sample, each with its painting in the corner, as one picture."""
    check_writable(target)
    check_place(target, overwrite)
    sample = read_picture(SAMPLE)
    every = styles()
    cells = [_cell(sample.pixels, "the photograph")]
    for number, found in enumerate(every):
        context.checkpoint(number / len(every), found.name)
        request = Request(
            STYLIZE, StylizeInputs(sample, (StyleChoice(found.name),)), StylizeSettings()
        )
        painted = tasks.run(request, Context()).pictures[0].pixels
        cells.append(_cell(painted, found.name, found))
    columns = 4
    blank = np.full_like(cells[0], 255)
    cells += [blank] * (-len(cells) % columns)
    rows = [np.hstack(cells[i : i + columns]) for i in range(0, len(cells), columns)]
    write_picture(Picture(np.vstack(rows)), target, overwrite=overwrite)


def _cell(pixels: Array, name: str, found: NamedStyle | None = None) -> Array:
    """(H, W, 3) uint8 of a fixed size, with a caption."""
    cell = np.full((_CELL_PX + _LABEL_PX, _CELL_PX, 3), 255, np.uint8)
    cell[:_CELL_PX] = _square(in_depth(pixels, np.uint8), _CELL_PX)
    if found is not None:
        side = _CELL_PX // 4
        cell[_CELL_PX - side : _CELL_PX, :side] = _square(read_picture(found.picture).pixels, side)
    place = (4, _CELL_PX + _LABEL_PX - 7)
    cv2.putText(cell, name, place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (40, 40, 40), 1, cv2.LINE_AA)
    return cell


def _square(pixels: Array, side: int) -> Array:
    """The middle of a picture."""
    short = min(pixels.shape[:2])
    y, x = ((length - short) // 2 for length in pixels.shape[:2])
    middle = np.ascontiguousarray(pixels[y : y + short, x : x + short])
    small = cv2.resize(middle, (side, side), interpolation=cv2.INTER_AREA)
    return np.broadcast_to(small.reshape(side, side, -1), (side, side, 3))
