"""Draws the window anew for the guide: docs/pictures/{page}-{theme}-{size}-{scale}.jpg, where the
Colour page is called "window".

Each picture is taken by a process of its own, since Qt reads the scale of the screen only once.
Sizes are in logical pixels; at a scale of 150 % the file is one and a half times as large.
"""

import argparse
import os
import subprocess
import sys
import tempfile
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
QUALITIES = (90, 85, 80, 75, 70)
"""Of JPEG: the first that is light enough."""


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
        path = PICTURES / f"{page}-{theme}-{width}x{height}-{scale}.jpg"
        with tempfile.TemporaryDirectory() as folder:
            taken = Path(folder) / path.with_suffix(".png").name
            command = [sys.executable, __file__, "--one", str(taken), theme, f"{width}x{height}"]
            subprocess.run([*command, str(scale)], check=True)
            make_small(taken, path)
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


def make_small(taken: Path, path: Path) -> None:
    """The same picture as JPEG, colours as fine as lightness, as good as its weight allows."""
    with Image.open(taken) as picture:
        whole = picture.convert("RGB")
    for quality in QUALITIES:
        whole.save(path, quality=quality, subsampling=0, optimize=True)
        if path.stat().st_size <= LARGEST_BYTES:
            return


if __name__ == "__main__":
    main()
