"""What is said of an export when it has ended, in sentences."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from inference.request import Result


def told_of_film(name: str, result: Result) -> str:
    """What was written, how fast, how steady and colourful it is, and what else is to be known."""
    figures = result.figures
    frames = round(figures["frames"])
    sentence = _tr("“{name}” is written: {frames} frames, {rate} a second.")
    if frames == 1:
        sentence = _tr("“{name}” is written: 1 frame.")
    rate = f"{figures['frames_per_second']:.1f}"
    written = sentence.format(name=name, frames=frames, rate=rate)
    return " ".join([written, _told_of_colors(figures), *result.notes])


def _told_of_colors(figures: Mapping[str, float]) -> str:
    before, after = figures["cdc_before"], figures["cdc"]
    sentence = _tr("Flicker (CDC) {before} → {after}{less}, colourfulness {pale} → {vivid}.")
    less = ""
    if percent := round(100 * (1 - after / before)) if after < before else 0:
        less = _tr(", {percent} % less").format(percent=percent)
    return sentence.format(
        before=f"{before:.5f}",
        after=f"{after:.5f}",
        less=less,
        pale=f"{figures['colorfulness_before']:.1f}",
        vivid=f"{figures['colorfulness']:.1f}",
    )


def told_of_stop(target: Path) -> str:
    """That nothing was written, and what is kept for the next time."""
    from inference.film.segments import Shelf  # the export has imported it

    folder = Shelf(target).folder
    count = len(list(folder.glob("*.film")))
    sentence = _tr("The export to “{name}” was stopped; nothing was written there.")
    if count:
        sentence += " " + _tr(
            "Finished segments are kept beside it ({count} in “{folder}”): export to the same"
            " name with the same settings, and it goes on from there."
        )
    return sentence.format(name=target.name, count=count, folder=folder.name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Films", text)
