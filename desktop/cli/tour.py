"""The main job on the samples without a display: what `make run` does on a server."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import typer

from desktop import display
from desktop.cli import styling
from desktop.cli.account import BAD_INPUT, DONE
from desktop.cli.coloring import ColorOrder, project_of, read_reference, request_for
from desktop.cli.filming import ANY_FRAME
from desktop.cli.styling import StyleOrder, read_styles
from desktop.document.document import Document
from desktop.document.export import export_document
from desktop.document.project import load_project, save_project
from desktop.resources import SAMPLES
from inference import tasks
from inference.features import (
    FILM,
    HINT_COLORS,
    SUGGEST,
    ColorizeInputs,
    FilmInputs,
    FilmSettings,
    HintColorInputs,
    HintColorSettings,
    SuggestionSettings,
)
from inference.media.hints import hints_to_json
from inference.media.picture import read_picture, write_picture
from inference.request import Context, Request
from inference.values import Hint, Hints, Picture, Problem, in_depth

_CALM = (30, 75)  # difference of channels: a colour, but not a loud one
_STYLE = "great_wave"
_SECOND = 2.0  # of the film, from which one second is shown
_PLACES = ((0.5, 0.15), (0.3, 0.55), (0.7, 0.8))  # of the picture, for three hints


def run(folder: Path, device: str = "auto") -> int:
    """Do it all, write everything into the folder, tell where it lies; returns the exit code."""
    samples = sorted(SAMPLES.glob("*_bw.jpg"))
    if not samples:
        raise Problem(
            f"There are no sample photographs in {SAMPLES}.", remedy="Install Grisaille again."
        )
    folder.mkdir(parents=True, exist_ok=True)
    tour = Tour(folder, device)
    for sample in samples:
        tour.automatic(sample)
    tour.suggestions(samples[0])
    tour.sixteen_bits(samples[0])
    project = tour.hints(samples[0])
    for sample in samples:
        colored = sample.with_name(sample.name.replace("_bw", "_colour"))
        if colored.exists():
            tour.reference(sample, colored)
    tour.export(project)
    tour.films(SAMPLES / "chaplin_bw.mp4")
    tour.screenshot(project)
    typer.echo(f"All of it lies in {folder.resolve()}.")
    return BAD_INPUT if tour.troubled else DONE


class Tour:
    """One walk through what Grisaille does; each step says what it wrote and how long it took."""

    def __init__(self, folder: Path, device: str) -> None:
        self._folder = folder
        self._device = device
        self._plain = ColorOrder(device=device)
        self.troubled = False

    def automatic(self, sample: Path) -> None:
        """Colours as the network sees them."""
        target = self._folder / f"{_name(sample)}.jpg"
        with self._step("Coloured automatically", target):
            picture = read_picture(sample)
            write_picture(self._colored(picture, self._plain), target, overwrite=True)

    def suggestions(self, sample: Path) -> None:
        """Six other colourings beside each other."""
        target = self._folder / f"{_name(sample)}_suggestions.jpg"
        with self._step("Six suggestions", target):
            inputs = ColorizeInputs(read_picture(sample))
            request = Request(SUGGEST, inputs, SuggestionSettings(), device=self._device)
            pictures = tasks.run(request, Context()).pictures
            rows = [np.hstack([p.pixels for p in pictures[i : i + 3]]) for i in (0, 3)]
            write_picture(Picture(np.vstack(rows)), target, overwrite=True)

    def sixteen_bits(self, sample: Path) -> None:
        """A grey scan of 16 bits keeps them."""
        target = self._folder / f"{_name(sample)}_16bit.png"
        with self._step("A 16-bit scan coloured", target):
            scan = _as_scan(read_picture(sample))
            write_picture(self._colored(scan, self._plain), target, overwrite=True)

    def hints(self, sample: Path) -> Path:
        """Three hints in colours that the network suggests; saved as a project, which is given."""
        target = self._folder / f"{_name(sample)}.grisaille"
        with self._step("Coloured with three hints and saved as a project", target):
            picture = read_picture(sample)
            points = tuple(self._hint(picture, *place) for place in _PLACES)
            told = json.dumps(hints_to_json(points), indent=1)
            (self._folder / f"{_name(sample)}_hints.json").write_text(told + "\n", "utf-8")
            request = request_for(picture, ColorOrder(hints=Hints(points), device=self._device))
            result = tasks.run(request, Context())
            save_project(project_of(picture, _name(sample), request, result), target)
        return target

    def reference(self, sample: Path, colored: Path) -> None:
        """Colours taken after another photograph."""
        target = self._folder / f"{_name(sample)}_by_reference.jpg"
        with self._step(f"Coloured after {colored.name}", target):
            order = ColorOrder(reference=read_reference(colored), device=self._device)
            write_picture(self._colored(read_picture(sample), order), target, overwrite=True)

    def export(self, project: Path) -> None:
        """The project opened again, and written in three ways."""
        with self._step("Opened the project again and exported it", project):
            document = load_project(project)
            self._export(document, project, ".png", 8)
            self._export(document, project, ".tif", 16)
            self._export(document, project, ".ora", None)

    def _export(
        self, document: Document, project: Path, suffix: str, depth: Literal[8, 16] | None
    ) -> None:
        target = self._folder / f"{project.stem}_export{suffix}"
        with self._step(f"Exported {f'{depth} bits' if depth else 'its layers'}", target):
            export_document(document, target, depth=depth, overwrite=True)

    def films(self, clip: Path) -> None:
        """A second of a film coloured, and painted."""
        painted = StyleOrder(read_styles(_STYLE), device=self._device)
        self._film("A film coloured", clip, "coloured", request_for(ANY_FRAME, self._plain))
        self._film("A film painted", clip, "painted", styling.request_for(ANY_FRAME, painted))

    def _film(self, what: str, clip: Path, name: str, step: Request) -> None:
        target = self._folder / f"{_name(clip)}_{name}.mp4"
        with self._step(what, target):
            inputs = FilmInputs(clip, target, (step,), _SECOND, _SECOND + 1, overwrite=True)
            tasks.run(Request(FILM, inputs, FilmSettings(), device=self._device), Context())

    def screenshot(self, project: Path) -> None:
        """The real window with the project in it."""
        target = self._folder / "window.png"
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        try:
            from desktop.app import screenshot
        except ImportError as error:  # the colours are there all the same
            typer.echo(display.missing_library(error) or f"No window: {error}.", err=True)
            return
        with self._step("The window", target):
            screenshot(target, project)

    def _colored(self, picture: Picture, order: ColorOrder) -> Picture:
        request = request_for(picture, order)
        return tasks.run(request, Context()).pictures[0]

    def _hint(self, picture: Picture, across: float, down: float) -> Hint:
        x, y = picture.width * across, picture.height * down
        request = Request(
            HINT_COLORS, HintColorInputs(picture, x, y), HintColorSettings(), device=self._device
        )
        colors = tasks.run(request, Context()).colors
        calm = [rgb for rgb in colors if _CALM[0] <= max(rgb) - min(rgb) <= _CALM[1]]
        return Hint(((x, y),), (calm or colors)[0], radius=4)

    @contextmanager
    def _step(self, what: str, target: Path) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        except Problem as problem:
            self.troubled = True
            typer.echo(f"{what}: {problem}", err=True)
        else:
            typer.echo(f"{time.perf_counter() - began:6.2f} s  {what}: {target}")


def _name(sample: Path) -> str:
    return sample.stem.removesuffix("_bw")


def _as_scan(picture: Picture) -> Picture:
    """The same in grey with 16 bits, made smooth so that they are used."""
    grey = in_depth(picture.pixels, np.uint16).mean(2, dtype=np.float32)
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.7)
    return Picture(smooth.round().astype(np.uint16)[..., None])
