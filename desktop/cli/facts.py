"""The command `info`: what a picture, a film or a project is."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from desktop.cli.account import DONE, answer
from desktop.cli.film_options import Rate, refusals_of_source
from desktop.cli.options import AsJson, check_use
from inference.media.names import is_film
from inference.request import Context
from inference.values import Clip


def info(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A picture, a film, numbered pictures, a project."),
    ],
    rate: Rate = None,
    as_json: AsJson = False,
) -> int:
    """Tell what a picture, a film or a project is."""
    check_use(context, [refusals_of_source(file)])
    told = facts_of(file, rate)
    if as_json:
        answer(told)
        return DONE
    for name, value in told.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        typer.echo(f"{name.replace('_', ' '):<14} {shown}")
    return DONE


def facts_of(file: Path, rate: Fraction | None = None) -> dict[str, Any]:
    """Plain values that tell what a file is; Problem where it is nothing that can be opened."""
    from desktop.document.project import load_project
    from inference.media.film import probe_film

    if file.suffix.lower() in (".grisaille", ".ora"):
        document = load_project(file)
        return {
            "kind": "project",
            "size": f"{document.width} x {document.height}",
            "depth": document.dtype.itemsize * 8,
            "layers": [layer.name for layer in document.walk()],
        }
    if file.is_dir() or is_film(file):
        return _film_facts(probe_film(file, rate))
    return _picture_facts(file)


def _picture_facts(file: Path) -> dict[str, Any]:
    from inference.media.picture import probe

    facts = probe(file)
    return {
        "kind": "picture",
        "format": facts.format,
        "size": f"{facts.width} x {facts.height}",
        "depth": {"uint8": 8, "uint16": 16}.get(facts.dtype, 32),
        "channels": facts.channels,
        "profile": "in the file" if facts.icc else "none, sRGB is assumed",
        "frames": facts.frames,
        "memory_gb": round(facts.memory_bytes / 1e9, 2),  # at the peak of opening it
    }


def _film_facts(clip: Clip) -> dict[str, Any]:
    from inference.film.shots import survey
    from inference.media.film import open_film

    reader = open_film(clip)
    try:
        found = survey(reader, Context())
    finally:
        reader.close()
    base = float(clip.time_base)
    steps = {int(b - a) for a, b in zip(found.times[:-1], found.times[1:], strict=True)}
    return {
        "kind": "film",
        "format": clip.format,
        "codec": clip.codec,
        "size": f"{clip.upright[0]} x {clip.upright[1]}",
        "pixel_aspect": str(clip.pixel_aspect),
        "rotation": clip.rotation,
        "depth": clip.depth,
        "range": {1: "limited", 2: "full"}.get(clip.color_range, "not said"),
        "frames": len(found.times),
        "rate": round(float(clip.rate), 4),
        "steady_rate": len(steps) <= 1 or max(steps) - min(steps) <= 1,
        "seconds": round((found.end - int(found.times[0])) * base, 3),
        "interlaced": found.interlaced,
        "shots": len(found.shots),
        "cuts": [round(float(found.times[cut]) * base, 3) for cut in found.cuts],
        "sound": list(clip.sounds),
        "subtitles": list(clip.subtitles),
        "notes": list(found.notes),
    }
