"""The commands about styles: `stylize`, and `styles list`."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.account import DONE, Account, context_for, progress, say
from desktop.film_options import FilmWishes, with_film_options
from desktop.options import (
    DEPTHS,
    AsJson,
    DepthOption,
    Device,
    Out,
    Overwrite,
    Quality,
    with_settings,
)
from inference.features import STYLIZE, StylizeSettings
from inference.values import QUALITY, Problem

if TYPE_CHECKING:
    from desktop.styling import StyleOrder

styles = typer.Typer(help="The styles that have a name.", rich_markup_mode=None)


@with_film_options
@with_settings(STYLIZE)
def stylize(
    *,
    settings: StylizeSettings,
    film: FilmWishes,
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A picture, a film, shot_%04d.png, or a folder.")
    ],
    output: Out,
    style: Annotated[
        str,
        typer.Option(
            metavar="NAME|PICTURE",
            help="As `styles list` names it, or a picture; a:0.6,b:0.4 blends.",
        ),
    ],
    mask: Annotated[
        Path | None, typer.Option(metavar="MASK", help="A picture; what is white in it is painted.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Where there is chance.")] = 0,
    model: Annotated[str, typer.Option(help="Id of the model; `models list` shows them.")] = "",
    depth: DepthOption = None,
    quality: Quality = QUALITY,
    device: Device = "auto",
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Paint a picture or a film, or every one of a folder, in the manner of a painting.

    OUT is a picture, a project where it ends in .grisaille, or a folder where IN is one. Of a film
    it ends in .mp4, .mov, .mkv, .webm or .gif, or is shot_%04d.png for numbered pictures.
    """
    account = Account()
    with account.told(as_json):
        from desktop import filming, headless, styling

        films, pictures = filming.divided(source, output, one_only=mask is not None)
        order = styling.StyleOrder(
            settings=settings,
            styles=styling.read_styles(style),
            mask=headless.read_mask(mask) if mask else None,
            seed=seed,
            model=model,
            device=device,
            depth=DEPTHS[depth],
            quality=quality,
            overwrite=overwrite,
        )
        _stylize_all(pictures, order, account)
        filming.paint_films(films, replace(film, overwrite=overwrite), order, account)
    return account.code


def _stylize_all(pairs: list[tuple[Path, Path]], order: "StyleOrder", account: Account) -> None:
    from desktop import styling

    with progress() as bars:
        for source, target in pairs:
            try:
                context = context_for(bars, source.name)
                account.add(styling.stylize_file(source, target, order, context))
            except Problem as problem:
                account.fail(source, problem)


@styles.command("list")
def list_styles(
    sheet: Annotated[
        Path | None, typer.Option(metavar="OUT.png", help="Also draw them all, on one sample.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Show all styles that have a name: bundled ones, and your own."""
    from inference.cabinet.styles import styles as every

    found = every()
    if as_json:
        rows = [
            {
                "name": style.name,
                "title": style.title,
                "painter": style.painter,
                "year": style.year,
                "own": style.own,
                "picture": str(style.picture),
            }
            for style in found
        ]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for style in found:
            work = ", ".join(filter(None, (style.title, style.painter, style.year)))
            typer.echo(f"{style.name:<24} {'your own' if style.own else work}")
    if sheet is not None:
        from desktop import styling

        with progress() as bars:
            styling.draw_sheet(sheet, context_for(bars, sheet.name), overwrite=overwrite)
        say(f"Wrote {sheet}.")
    return DONE
