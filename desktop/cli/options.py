"""Options that several commands have, and those that settings declare."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from desktop.export_settings import Refusal, Refusals
from inference.settings import control_of, idle, settings_from_json
from inference.values import Problem

Command = Callable[..., int]

Device = Annotated[
    Literal["auto", "cpu", "cuda", "mps"], typer.Option("--device", help="What computes.")
]
MOST_SEED = 2**63 - 1
"""The largest that generators of chance and project files take."""
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace OUT where it exists.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Source = Annotated[
    Path, typer.Argument(metavar="IN", help="A picture, a film, shot_%04d.png, or a folder.")
]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Where the result goes.")]
Model = Annotated[
    str, typer.Option("--model", metavar="ID", help="A model; `models list` shows them.")
]


def with_settings(name: str, kind: type) -> Callable[[Command], Command]:
    """Give a command the options that settings declare; it gets them as settings of that name."""
    return with_options(
        name, list(options_of(kind)), lambda **chosen: settings_from_json(kind, chosen)
    )


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


def options_of(settings: type) -> Iterator[inspect.Parameter]:
    """An option for each field of settings."""
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


# What a command line names, and what that is of use for

_AS_IT_IS = ("own", False)
"""What asks for nothing: everything is so by itself."""


def named_in(context: typer.Context) -> dict[str, str]:
    """The options that a person wrote, by the names of their parameters."""
    return {
        option.name: option.opts[0]
        for option in context.command.params
        if option.name and str(option.opts[0]).startswith("-")
        if (source := context.get_parameter_source(option.name)) and source.name == "COMMANDLINE"
    }


def check_use(context: typer.Context, files: Iterable[Refusals]) -> None:
    """Raise Problem where a person wrote an option that is of no use for any of the files.

    Among many, it is for those that it is of use for.
    """
    files = list(files)
    for name, flag in named_in(context).items():
        refused = [one[name] for one in files if name in one]
        for_none = bool(refused) and len(refused) == len(files)
        partly = any(refusal.partly for refusal in refused)
        if for_none and not partly and context.params[name] not in _AS_IT_IS:
            raise Problem(f"{flag} has no use here: {refused[0]}", remedy=f"Leave {flag} out.")


def idle_of(settings: Any) -> Refusals:
    """Why settings do nothing beside the others, by their names."""
    controls = {item.name: control_of(item) for item in fields(settings)}
    refused = {}
    for name, other in idle(settings).items():
        flag = other.replace("_", "-")
        wanted = " or ".join(map(str, controls[name].only[other]))
        goes = f"for --{flag} {wanted}" if controls[other].choices else f"not for --{flag}"
        refused[name] = Refusal(f"It is {goes}.")
    return refused
