"""How long projects take to save, and what they weigh: `python -m tests.benchmarks.bench_save`.

A scan of 24 megapixels at 16 bits with a layer of colour, one of paint and a mask. Then the same
pixels as PNG, packed by libpng and zlib at their quickest and by our own writer, in turns.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import imagecodecs
import numpy as np

from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer, RasterLayer, Recipe
from desktop.document.project import load_project, save_project
from desktop.resources import RESOURCES
from inference.media.picture import read_picture
from inference.media.png import png, rows_of
from inference.values import Array, Picture, Region

WIDTH, HEIGHT, TURNS = 6000, 4000, 3
SUB = 16  # libpng's name for the filter that we use


def colored() -> Array:
    """(H, W, 3) uint16: a photograph made large, with grain."""
    small = read_picture(RESOURCES / "samples" / "stream_colour.jpg").pixels
    large = cv2.resize(
        small.astype(np.float32) * 257, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    grain = np.random.default_rng(0).normal(0, 180, (HEIGHT, WIDTH, 1)).astype(np.float32)
    return np.clip(large + grain, 0, 65535).astype(np.uint16)


def project(pixels: Array) -> Document:
    """Scan, colours under a mask, some paint."""
    document = Document.from_picture(Picture(pixels[..., 1:2]), "Scan")
    colors = GeneratedLayer(image=document.image_of(Picture(pixels)), recipe=Recipe("colorize"))
    colors.mask = document.empty_mask()
    paint = RasterLayer(image=document.empty_image())
    paint.image.write(Region(2000, 1000, 900, 900), np.full((900, 900, 4), 30_000, np.uint16))
    document.root.children += [colors, paint]
    return document


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the processor, and on the clock."""
    used, began = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - used, time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    pixels = colored()
    document = project(pixels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.grisaille"
        for name, work in (
            ("save", lambda: save_project(document, path)),
            ("open", lambda: load_project(path)),
        ):
            used, clock = min(taken(work) for _ in range(TURNS))
            print(f"{name}  {used:5.1f} s of processor, {clock:5.1f} s")
        former = save_project(document.snapshot(), path)
        document.root.children[2].image.write(Region(0, 0, 9, 9), np.full((9, 9, 4), 9, np.uint16))
        used, clock = taken(lambda: save_project(document.snapshot(), path, former=former))
        print(f"save after a stroke  {used:5.1f} s of processor, {clock:5.1f} s")
        print(f"weighs {path.stat().st_size / 1e6:.0f} MB")
    samples = document.root.children[1].image.read(document.bounds)
    ways: dict[str, Callable[[], list[bytes]]] = {
        "libpng": lambda: [bytes(imagecodecs.png_encode(samples, level=1, filter=SUB))],
        "ours": lambda: png(rows_of(samples), samples.shape, samples.dtype),
    }
    used = {name: min(taken(way)[0] for _ in range(TURNS)) for name, way in ways.items()}
    weight = {name: sum(map(len, way())) / 1e6 for name, way in ways.items()}
    for name in ways:
        print(f"{name:6}  {used[name]:5.2f} s of processor, {weight[name]:.0f} MB")
    print(f"ratio   {used['libpng'] / used['ours']:.2f}")


if __name__ == "__main__":
    main()
