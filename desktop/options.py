"""Options that several commands have, and those that a feature's settings declare."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from inference.features import Feature, control_of, settings_from_json

Device = Annotated[
    Literal["auto", "cpu", "cuda", "mps"], typer.Option("--device", help="What computes.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace OUT where it exists.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Where the result goes.")]
DepthOption = Annotated[
    Literal["8", "16"] | None, typer.Option("--depth", help="Bits a channel; else as IN has.")
]
Report = Annotated[
    bool, typer.Option("--report", help="Say how far the lightness of OUT is from the original's.")
]
Quality = Annotated[int, typer.Option("--quality", min=1, max=100, help="Of JPEG and WebP.")]

DEPTHS: dict[str | None, Literal[8, 16] | None] = {None: None, "8": 8, "16": 16}


def with_settings(feature: Feature) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options that a feature's settings declare; it gets them as `settings`."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        names = [item.name for item in fields(feature.settings)]

        def wrapper(**given: Any) -> int:
            chosen = {name: given.pop(name) for name in names}
            return command(settings=settings_from_json(feature, chosen), **given)

        own = inspect.signature(command, eval_str=True)
        kept = [p for p in own.parameters.values() if p.name != "settings"]
        wrapper.__signature__ = own.replace(  # type: ignore[attr-defined]
            parameters=[*kept, *_options_of(feature)]
        )
        wrapper.__name__, wrapper.__doc__ = command.__name__, command.__doc__
        return wrapper

    return decorate


def _options_of(feature: Feature) -> Iterator[inspect.Parameter]:
    for item in fields(feature.settings):
        control = control_of(item)
        option = typer.Option(help=control.help, min=control.minimum, max=control.maximum)
        kind = Literal[control.choices] if control.choices else type(item.default)
        yield inspect.Parameter(
            item.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=item.default,
            annotation=Annotated[kind, option],
        )
