"""Options that several commands have, and those that settings declare."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from desktop.export_settings import WriteSettings
from inference.request import Feature
from inference.settings import control_of, settings_from_json

Command = Callable[..., int]

Device = Annotated[
    Literal["auto", "cpu", "cuda", "mps"], typer.Option("--device", help="What computes.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace OUT where it exists.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Source = Annotated[
    Path, typer.Argument(metavar="IN", help="A picture, a film, shot_%04d.png, or a folder.")
]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Where the result goes.")]
Model = Annotated[
    str, typer.Option("--model", metavar="ID", help="A model; `models list` shows them.")
]


def with_settings(feature: Feature) -> Callable[[Command], Command]:
    """Give a command the options that a feature's settings declare; it gets them as `settings`."""
    return with_options(
        "settings",
        list(_options_of(feature.settings)),
        lambda **chosen: settings_from_json(feature.settings, chosen),
    )


def with_writing(kind: type[WriteSettings]) -> Callable[[Command], Command]:
    """Give a command the options of how pictures are written; it gets those named as `asked`."""
    options = [_unless_named(option) for option in _options_of(kind)]
    return with_options("asked", options, _named)


def _unless_named(option: inspect.Parameter) -> inspect.Parameter:
    """The same with None for what nobody named."""
    kind, told = get_args(option.annotation)
    told.show_default = f"no-{option.name}" if option.default is False else str(option.default)
    return option.replace(default=None, annotation=Annotated[kind | None, told])


def _named(**chosen: Any) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if value is not None}


def with_options(
    name: str, options: Sequence[inspect.Parameter], make: Callable[..., Any]
) -> Callable[[Command], Command]:
    """Give a command more options; it gets what `make` makes of them under one name."""

    def decorate(command: Command) -> Command:
        def wrapper(**given: Any) -> int:
            chosen = {option.name: given.pop(option.name) for option in options}
            return command(**{name: make(**chosen)}, **given)

        own = inspect.signature(command, eval_str=True)
        kept = [p for p in own.parameters.values() if p.name != name]
        wrapper.__signature__ = own.replace(  # type: ignore[attr-defined]
            parameters=[*kept, *options]
        )
        wrapper.__name__, wrapper.__doc__ = command.__name__, command.__doc__
        return wrapper

    return decorate


def _options_of(settings: type) -> Iterator[inspect.Parameter]:
    for item in fields(settings):
        control = control_of(item)
        option = typer.Option(help=control.help, min=control.minimum, max=control.maximum)
        kind = Literal[control.choices] if control.choices else type(item.default)
        yield inspect.Parameter(
            item.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=item.default,
            annotation=Annotated[kind, option],
        )
