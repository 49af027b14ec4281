"""The command line. Imports neither torch nor Qt, and no code that works, until a command runs."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from desktop.cli import facts, styles
from desktop.cli.account import (
    BAD_INPUT,
    DONE,
    STOPPED,
    Account,
    answer,
    check_stop,
    clock,
    each,
    say,
)
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
from desktop.export_settings import ExportSettings, Refusal, refusals
from inference.features import ColorizeSettings
from inference.request import Cancelled, Request
from inference.values import Hints, Problem

if TYPE_CHECKING:
    from inference.cabinet.catalog import Card

app = typer.Typer(
    name="grisaille",
    help="Grisaille colours and paints pictures and films. Without a command it opens its window.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
models = typer.Typer(help="The networks that are installed.", rich_markup_mode=None)
app.add_typer(models, name="models", no_args_is_help=True)
app.add_typer(styles.styles, name="styles", no_args_is_help=True)


def main(arguments: Sequence[str]) -> int:
    """Run a command; returns its exit code. Never shows a traceback for what a person can mend."""
    try:
        return _run(arguments)
    except Cancelled:
        say("Cancelled.")
        return STOPPED


def _run(arguments: Sequence[str]) -> int:
    try:
        check_stop()
        _check_word(arguments)
        code = app(list(arguments), prog_name="grisaille", standalone_mode=False)
        if code == STOPPED:  # typer's answer to Ctrl+C where no command has told of it
            raise KeyboardInterrupt
        return code if isinstance(code, int) else DONE
    except TyperException as error:
        sentence = error.format_message().replace("Value error, ", "")  # pydantic's own words
        return _ended(Problem(sentence), arguments)
    except (Problem, OSError, KeyboardInterrupt) as reason:
        return _ended(reason, arguments)


def _ended(reason: BaseException, arguments: Sequence[str]) -> int:
    account = Account()
    with account.told("--json" in arguments):
        raise reason
    return account.code


def _check_word(arguments: Sequence[str]) -> None:
    words = typer.main.get_group(app).commands
    if arguments and not arguments[0].startswith("-") and arguments[0] not in words:
        raise Problem(
            f"There is neither a command nor a file called {arguments[0]!r}.",
            remedy=f"Commands are {', '.join(words)}.",
        )


# colorize


@app.command()
@with_film_options
@with_settings("writing", ExportSettings)
@with_settings("settings", ColorizeSettings)
def colorize(
    context: typer.Context,
    *,
    settings: ColorizeSettings,
    writing: ExportSettings,
    film: Request,
    source: Source,
    output: Out,
    hints: Annotated[
        Path | None, typer.Option(metavar="JSON", help="Colours at places, in pixels of IN.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(metavar="PICTURE", help="A picture to take colours after.")
    ] = None,
    keep_grey: Annotated[
        Path | None, typer.Option(metavar="MASK", help="A picture; what is white in it stays grey.")
    ] = None,
    seed: Annotated[
        int,
        typer.Option(min=0, max=MOST_SEED, help="0 is the likeliest colouring, others are others."),
    ] = 0,
    model: Model = "",
    device: Device = "auto",
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Give colour to black-and-white pictures and films.

    IN is one of them, or a folder. OUT is a picture, a project where it ends in .grisaille, or a
    folder where IN is one. Of a film it ends in .mp4, .mov, .mkv, .webm or .gif, or is
    shot_%04d.png for numbered pictures.
    """
    account = Account()
    with account.told(as_json):
        from desktop.cli import coloring, filming
        from desktop.cli.pictures import read_mask

        films, pictures = filming.divided(source, output, one_only=bool(hints or keep_grey))
        idle = dict(idle_of(settings))
        if reference is None:
            idle["reference_strength"] = Refusal("There is no reference picture.")
        check_use(context, filming.refusals_of(films, pictures, codec_in(context), idle))
        order = coloring.ColorOrder(
            settings=settings,
            hints=Hints(
                coloring.read_hints(hints) if hints else (),
                read_mask(keep_grey) if keep_grey else None,
            ),
            reference=coloring.read_reference(reference) if reference else None,
            seed=seed,
            model=model,
            device=device,
            writing=writing,
            overwrite=overwrite,
        )
        each(pictures, account, partial(coloring.colorize_file, order=order))
        steps = (coloring.request_for(filming.ANY_FRAME, order),)
        filming.make_films(films, filled(film, steps, overwrite), named_in(context), account)
    return account.code


app.command()(styles.stylize)


# export, info


app.command()(facts.info)


@app.command()
@with_settings("writing", ExportSettings)
def export(
    context: typer.Context,
    *,
    writing: ExportSettings,
    project: Annotated[Path, typer.Argument(metavar="PROJECT", help="A .grisaille or .ora file.")],
    output: Out,
    layered: Annotated[
        bool, typer.Option("--layered", help="Keep the layers (.ora, or .tif with several pages).")
    ] = False,
    overwrite: Overwrite = False,
    device: Annotated[str, typer.Option("--device", hidden=True)] = "auto",  # noqa: ARG001
    as_json: AsJson = False,
) -> int:
    """Write the picture that a project shows."""  # no network runs; scripts name a device to all
    account = Account()
    with account.told(as_json):
        from desktop.cli.pictures import figures_of
        from desktop.document.export import check_export, export_document, report_of
        from desktop.document.project import load_project

        account.inputs.append(str(project))
        check_use(context, [refusals(output.suffix.lower(), layered=layered)])
        check_export(output, depth=writing.bits, overwrite=overwrite, layered=layered)
        with clock(account.seconds, "load"):
            document = load_project(project)
        with clock(account.seconds, "write"):
            export_document(
                document,
                output,
                depth=writing.bits,
                quality=writing.quality,
                overwrite=overwrite,
                layered=layered,
            )
        account.wrote(output)
        if writing.report:
            account.figures |= figures_of(report_of(document, output))
    return account.code


# models


@models.command("list")
def list_models(as_json: AsJson = False) -> int:
    """Show all models: id, size, licence, and what each one is."""
    from inference.cabinet import catalog

    cards = catalog.cards()
    if as_json:
        answer({"models": [_card_json(card) for card in cards]})
        return DONE
    for card in cards:
        size = f"{card.size / 1e6:.1f} MB"
        typer.echo(f"{card.id:<16} {size:>9}  {card.licence or 'licence unknown'}")
        typer.echo(f"{'':<16} {card.trouble or card.summary or card.title}")
    return DONE


@models.command("info")
def show_model(
    model: Annotated[str, typer.Argument(metavar="ID", help="As `models list` names it.")],
    as_json: AsJson = False,
) -> int:
    """Show all that is known of one model."""
    from inference.cabinet import catalog

    told = _card_json(catalog.card(model))
    if as_json:
        answer(told)
        return DONE
    figures = told.pop("figures")
    for name, value in {**told, **figures}.items():
        if value != "":
            typer.echo(f"{name.replace('_', ' '):<12} {value}")
    return DONE


def _card_json(card: "Card") -> dict[str, Any]:
    return {**asdict(card), "path": str(card.path)}


# upkeep


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe, such as colorizer.")],
    data: Annotated[
        Path, typer.Option(metavar="FOLDER", help="The photographs to learn from.")
    ] = Path("../shared/data"),
    device: Device = "auto",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace its file where it exists.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Train a bundled model again, or a style of your own.

    Further options are those of the recipe: --seconds 600, say, or --out FILE. A run that was
    stopped goes on.
    """
    account = Account()
    with account.told(as_json):
        from desktop.cli import upkeep

        account.inputs.append(str(data))
        with clock(account.seconds, "run"):
            trained = upkeep.train(
                recipe, data, context.args, say, device=device, overwrite=overwrite
            )
        account.device = trained.device
        account.wrote(trained.weights)
    return account.code


@app.command()
def selftest(device: Device = "auto", as_json: AsJson = False) -> int:
    """Check this installation: models, colours, lightness, device."""
    from desktop.cli import upkeep

    findings = upkeep.selftest(device)
    if as_json:
        answer({"checks": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            typer.echo(f"{'ok    ' if finding.good else 'FAILED'} {finding.what}: {finding.found}")
    return DONE if all(finding.good for finding in findings) else BAD_INPUT


@app.command()
def licenses(as_json: AsJson = False) -> int:
    """Show the licence of Grisaille and of all that it is made with."""
    from desktop.cli import upkeep

    if as_json:
        named = (line.strip().split(": ", 1) for line in upkeep.licences() if ": " in line)
        answer({"licenses": dict(named)})
        return DONE
    for line in upkeep.licences():
        typer.echo(line)
    return DONE


@app.command()
def tour(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="A folder.")] = Path(
        "out"
    ),
    device: Device = "auto",
) -> int:
    """Do the main job on the samples, without a window."""
    from desktop.cli import tour as journey

    return journey.run(output, device)


@app.callback(invoke_without_command=True)
def _grisaille(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        from desktop.cli import upkeep

        typer.echo(f"Grisaille {upkeep.version()}")
        raise typer.Exit
