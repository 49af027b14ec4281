"""Draws the window anew for the guide: docs/pictures/{page}-{theme}-{size}-{scale}.png, where the
Colour page is called "window".

Each picture is taken by a process of its own, since Qt reads the scale of the screen only once.
Sizes are in logical pixels; at a scale of 150 % the file is one and a half times as large.
"""

import argparse
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
THEMES = ("dark", "light")
SIZES = ((1280, 800), (2560, 1440))
SCALES = (100, 150)
SAMPLES = ROOT / "resources" / "samples"
SAMPLE = {
    "window": SAMPLES / "belaia_river.grisaille",
    "style": SAMPLES / "stream_colour.jpg",
    "film": SAMPLES / "chaplin_bw.mp4",
}
LARGEST_BYTES = 500_000
SMOOTH, FLAT = Image.Dither.FLOYDSTEINBERG, Image.Dither.NONE
EXACT = 56
PALETTES = ((200, SMOOTH), (120, SMOOTH), (200, FLAT), (120, FLAT), (64, FLAT), (32, FLAT))
"""Number of colours and how they are mixed, finest first."""


def main() -> None:
    """Draw all pictures, or take one where the command line says which."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=4, metavar=("FILE", "THEME", "SIZE", "SCALE"))
    chosen = parser.parse_args().one
    if chosen:
        take(Path(chosen[0]), chosen[1], chosen[2], int(chosen[3]))
        return
    PICTURES.mkdir(exist_ok=True)
    every = [("window", *one) for one in product(THEMES, SIZES, SCALES)]
    every += [(page, theme, SIZES[0], 100) for page in ("style", "film") for theme in THEMES]
    for page, theme, (width, height), scale in every:
        path = PICTURES / f"{page}-{theme}-{width}x{height}-{scale}.png"
        command = [sys.executable, __file__, "--one", str(path), theme, f"{width}x{height}"]
        subprocess.run([*command, str(scale)], check=True)
        make_small(path)
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB")


def take(path: Path, theme: str, size: str, scale: int) -> None:
    """One picture of the window, at work on a sample."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(ROOT))
    from desktop.app import screenshot

    width, height = map(int, size.split("x"))
    name = path.stem.split("-")[0]
    screenshot(
        path,
        SAMPLE[name],
        size=(width, height),
        theme=theme,
        scale=scale / 100,
        page="colour" if name == "window" else name,
    )


def make_small(path: Path) -> None:
    """The same picture with a palette of its own, as fine as its weight allows."""
    with Image.open(path) as picture:
        whole = picture.convert("RGB")
    for colors, dither in PALETTES:
        whole.quantize(palette=palette_of(whole, colors), dither=dither).save(path, optimize=True)
        if path.stat().st_size <= LARGEST_BYTES:
            return


def palette_of(whole: Image.Image, colors: int) -> Image.Image:
    """The commonest greys as they are, so that none gets a cast, and a choice of all colours."""
    counted = sorted(whole.getcolors(whole.width * whole.height), reverse=True)
    greys = [color for _, color in counted if len(set(color)) == 1]
    exact = [channel for color in greys[:EXACT] for channel in color]
    others = whole.quantize(colors, method=Image.Quantize.FASTOCTREE).getpalette()
    palette = Image.new("P", (1, 1))
    palette.putpalette(exact + others[: 3 * colors])
    return palette


if __name__ == "__main__":
    main()
