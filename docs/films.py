"""Makes the films of the guide: docs/films/{name}.webp, before and after side by side, and from
three places of each {name}-{1,2,3}.jpg at full size.

Each film is made by the program itself, by the command that is shown to the person. The street lies
beside the project, not in it: where it is missing its film is left as it is.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from inference.media.film import open_film, probe_film  # noqa: E402

FILMS = ROOT / "docs" / "films"
WIDTH = 800
EVERY = 2
"""Pixels of both pictures together, and which frames are shown: 12.5 a second do."""
PLACES = (Fraction(1, 6), Fraction(1, 2), Fraction(5, 6))
LARGEST_BYTES = 2_000_000


@dataclass(frozen=True)
class Film:
    """One film. words: the command; start, stop: seconds of the source."""

    name: str
    source: Path
    words: tuple[str, ...]
    start: float
    stop: float


EVERY_FILM = (
    Film("chaplin", ROOT / "resources/samples/chaplin_bw.mp4", ("colorize",), 2.0, 5.0),
    Film(
        "street",
        ROOT / "../shared/data/film/bikes_street.mp4",
        ("stylize", "--style", "starry_night"),
        4.84,
        7.4,
    ),
)


def main() -> None:
    """Make all that can be made, or those that are named."""
    FILMS.mkdir(exist_ok=True)
    for film in EVERY_FILM:
        if film.name in (sys.argv[1:] or [film.name]):
            if film.source.exists():
                make(film)
            else:
                print(f"{film.name}: {film.source} is missing, so the film is left as it is.")


def make(film: Film) -> None:
    """Run the command, put what was beside what came of it, and write it all."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.mp4"
        span = ("--from", str(film.start), "--to", str(film.stop))
        command = (film.words[0], str(film.source), "-o", str(made), *film.words[1:], *span)
        subprocess.run([sys.executable, str(ROOT / "main.py"), *command], check=True)
        after = frames_of(made)
        before = frames_of(film.source, film.start, len(after))
    both = [Image.fromarray(np.hstack(pair)) for pair in zip(before, after, strict=True)]
    for number, place in zip(count(1), PLACES):
        path = FILMS / f"{film.name}-{number}.jpg"
        both[int(place * len(both))].save(path, quality=88)
        tell(path)
    tell(animated(both[::EVERY], FILMS / f"{film.name}.webp"))


def frames_of(path: Path, start: float = 0.0, many: int | None = None) -> list[np.ndarray]:
    """Its frames (H, W, 3) uint8 from a second on."""
    reader = open_film(probe_film(path))
    found = []
    for frame in reader.frames(round(start / reader.clip.time_base)):
        if len(found) == many:
            break
        pixels = frame.picture().pixels
        found.append(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))
    reader.close()
    return found


def animated(pictures: list[Image.Image], path: Path) -> Path:
    """As fine as its weight allows."""
    size = (WIDTH, round(pictures[0].height * WIDTH / pictures[0].width))
    first, *rest = (picture.resize(size, Image.Resampling.LANCZOS) for picture in pictures)
    for quality in (80, 65, 50, 35):
        first.save(
            path, save_all=True, append_images=rest, duration=40 * EVERY, loop=0, quality=quality
        )
        if path.stat().st_size <= LARGEST_BYTES:
            break
    return path


def tell(path: Path) -> None:
    """One line on stdout."""
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
