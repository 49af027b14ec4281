"""The commands about styles: `stylize`, and `styles list`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.account import DONE, Account, answer, context_for, each, progress, say
from desktop.cli.film_options import codec_in, filled, with_film_options
from desktop.cli.options import (
    MOST_SEED,
    AsJson,
    Device,
    Model,
    Out,
    Overwrite,
    Source,
    check_use,
    idle_of,
    named_in,
    with_settings,
)
from desktop.export_settings import Refusal, Refusals, WriteSettings
from inference.features import StylizeSettings
from inference.request import Request

styles = typer.Typer(help="The styles that have a name.", rich_markup_mode=None)


@with_film_options
@with_settings("writing", WriteSettings)
@with_settings("settings", StylizeSettings)
def stylize(
    context: typer.Context,
    *,
    settings: StylizeSettings,
    writing: WriteSettings,
    film: Request,
    source: Source,
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
    regions: Annotated[
        list[Path] | None,
        typer.Option(
            "--region",
            metavar="MASK",
            help="A picture, white where the slow method is to paint in the first style; once more "
            "for the second, and so on. The others go everywhere else.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Where there is chance.")] = 0,
    model: Model = "",
    device: Device = "auto",
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Paint pictures and films in the manner of a painting.

    IN is one of them, or a folder. OUT is a picture, a project where it ends in .grisaille, or a
    folder where IN is one. Of a film it ends in .mp4, .mov, .mkv, .webm or .gif, or is
    shot_%04d.png for numbered pictures.
    """
    account = Account()
    with account.told(as_json):
        from desktop.cli import filming, styling
        from desktop.cli.pictures import read_mask

        films, pictures = filming.divided(source, output, one_only=bool(mask or regions))
        idle = _idle_beside(settings)
        check_use(context, filming.refusals_of(films, pictures, codec_in(context), idle))
        order = styling.StyleOrder(
            settings=settings,
            styles=styling.placed(styling.read_styles(style), regions or ()),
            mask=read_mask(mask) if mask else None,
            seed=seed,
            model=model,
            device=device,
            writing=writing,
            overwrite=overwrite,
        )
        each(pictures, account, partial(styling.stylize_file, order=order))
        steps = (styling.request_for(filming.ANY_FRAME, styling.with_pictures(order)),)
        filming.make_films(films, filled(film, steps, overwrite), named_in(context), account)
    return account.code


def _idle_beside(settings: StylizeSettings) -> Refusals:
    """Why options are of no use beside these settings."""
    idle = dict(idle_of(settings))
    if settings.method != "optimise":
        idle["regions"] = Refusal("It is for --method optimise.")
    elif settings.start != "noise":
        idle["seed"] = Refusal("The slow method knows no chance but for --start noise.")
    return idle


@styles.command("list")
def list_styles(
    context: typer.Context,
    sheet: Annotated[
        Path | None, typer.Option(metavar="OUT.png", help="Also draw them all, on one sample.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Show all styles that have a name: bundled ones, and your own."""
    from inference.cabinet.styles import styles as every

    if sheet is None:
        check_use(context, [{"overwrite": Refusal("It is for --sheet.")}])
    else:
        from desktop.cli import styling

        with progress() as bars:
            styling.draw_sheet(sheet, context_for(bars, sheet.name), overwrite=overwrite)
        say(f"Wrote {sheet}.")
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
        answer({"styles": rows})
    else:
        for style in found:
            work = ", ".join(filter(None, (style.title, style.painter, style.year)))
            typer.echo(f"{style.name:<24} {'your own' if style.own else work}")
    return DONE
