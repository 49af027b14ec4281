"""How steady films become: `python -m tests.benchmarks.bench_coherence --data ../shared/data`.

Each clip is made grey, coloured twice at the usual settings (once with --coherence 0), and both
films are read back. Prints CDC of both, colourfulness of both, and the CDC of the film as it was
filmed, in its own colours where it has any: those do not flicker at all, and move with things.
Besides the four clips: parts of them at other sizes and at twice the speed, mirrored, and
photographs that a shaking camera pans over; those are compared with one colouring of the whole
photograph, panned over. `--painted` measures paintings instead, as the export itself reports them.
`--frames N` takes so many frames of each.
"""

import argparse
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from inference import tasks
from inference.film.export import export
from inference.film.measure import Tally, figures_of
from inference.media.color import compose_lab, lightness, srgb_to_lab
from inference.media.film import open_film, probe_film
from inference.media.picture import read_picture
from inference.request import Context, Result
from inference.tasks.film import Frames
from inference.values import Array, Picture
from tests import filmed
from tests.benchmarks.asked import coloring, painting

ROOT = Path(__file__).parents[2]
PHOTOGRAPHS = ("prokudin_harvesters_bw", "prokudin_train_bw", "detroit_bw", "migrant_mother_bw")
PAINTED = (
    ("bikes_street", "starry_night"),
    ("chaplin_bw", "shipwreck_minotaur"),
    ("cockatoo", "charing_cross_bridge"),
    ("big_buck_bunny", "dance_foyer"),
    ("chaplin_bw", "great_wave"),
    ("bikes_street", "mondrian_grid"),
)
SIZE = (320, 240)  # of pans
PANNED = 80  # frames


class Colorized:
    """The real task, which remembers what it made: both films of a clip need the same."""

    def __init__(self) -> None:
        self._made: dict[bytes, Result] = {}

    def __call__(self, picture: Picture, context: Context) -> Result:
        key = picture.pixels.tobytes()
        if key not in self._made:
            request = coloring(picture, device="cpu")
            self._made[key] = tasks.run(request, context)
        return self._made[key]


def frames_of(path: Path) -> list[Array]:
    """(H, W, 3) uint8 each."""
    return [np.repeat(p.pixels, 3, 2) if p.grey else p.pixels for p in read_back(path)]


def clips(data: Path) -> Iterator[tuple[str, list[Array]]]:
    """Names and frames of what the filter was looked at with while it was made, and of others."""
    film = data / "film"
    chaplin, bird, street, bunny = (
        frames_of(film / f"{name}.mp4")
        for name in ("chaplin_bw", "cockatoo", "bikes_street", "big_buck_bunny")
    )
    yield from zip(
        ("chaplin", "cockatoo", "bikes", "bunny"), (chaplin, bird, street, bunny), strict=True
    )
    yield "chaplin, part, mirrored", [frame[40:300, 440:90:-1] for frame in chaplin[60:180]]
    yield "cockatoo, twice as large", [cv2.resize(frame, (960, 540)) for frame in bird[30:80]]
    yield "cockatoo, twice as fast", [frame[20:230, 400:60:-1] for frame in bird[::2]]
    yield "bikes, smaller, mirrored", [cv2.resize(frame[:, ::-1], (400, 170)) for frame in street]
    yield "bikes, part, twice as fast", [frame[30:250, 150:560] for frame in street[::2]]


def pan(photograph: Array, seed: int) -> tuple[list[Array], list[Array]]:
    """Grey frames of a shaking, zooming pan with the noise of film; the 2 x 3 matrix of each."""
    chance = np.random.default_rng(seed)
    shake, frames, ways = np.zeros(2), [], []
    for number in range(PANNED):
        along = number / (PANNED - 1)
        shake = 0.8 * shake + chance.normal(0, 0.6, 2)
        zoom = 1 + 0.1 * along
        room = np.array(photograph.shape[1::-1]) - SIZE
        x, y = room * (0.1 + 0.6 * along, 0.5) + shake
        ways.append(np.array([[zoom, 0, -x * zoom], [0, zoom, -y * zoom]]))
        seen = cv2.warpAffine(photograph, ways[-1], SIZE, borderMode=cv2.BORDER_REFLECT)
        noisy = seen * (1 + chance.normal(0, 0.01)) + chance.normal(0, 1.5, seen.shape)
        frames.append(np.clip(noisy, 0, 255).astype(np.uint8))
    return frames, ways


def tally(pictures: Iterator[Picture]) -> Tally:
    """All counted."""
    counted = Tally()
    for picture in pictures:
        counted.add(figures_of(picture))
    return counted


def read_back(path: Path) -> Iterator[Picture]:
    """The frames of a finished film."""
    reader = open_film(probe_film(path))
    yield from (frame.picture() for frame in reader.frames())
    reader.close()


def measured(name: str, filmed_frames: list[Array], folder: Path) -> tuple[str, float]:
    """One row of the table; the CDC of each frame coloured alone."""
    height, width = (side - side % 2 for side in filmed_frames[0].shape[:2])
    filmed_frames = [np.ascontiguousarray(frame[:height, :width]) for frame in filmed_frames]
    frames = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in filmed_frames]
    source = filmed.make_clip(
        folder / "clip.mkv",
        range(0, len(frames) * 40, 40),
        size=(width, height),
        codec="ffv1",
        pixels="gray",
        base=Fraction(1, 1000),
        picture=lambda number, _w, _h: np.repeat(frames[number][..., None], 3, 2),
    )
    task, figures = Colorized(), []
    for coherence in (0.0, 0.9):
        target = folder / f"{coherence}.mp4"
        order = filmed.order(source, target, task, coherence=coherence, overwrite=True)
        export(order, Context())
        figures.append(tally(read_back(target)))
    own = tally(map(Picture, filmed_frames)).cdc
    plain, steady = figures
    row = (
        f"{name:<28} {len(frames):4} frames  CDC {plain.cdc:.5f} to {steady.cdc:.5f}"
        f" {percent(steady.cdc, plain.cdc)} (as filmed {percent(own, plain.cdc)}) "
        f" colourfulness {percent(steady.colorfulness, plain.colorfulness)}"
    )
    return row, plain.cdc


def painted(stem: str, style: str, data: Path, folder: Path, seconds: float) -> str:
    """One row of the table of paintings."""
    nothing = Picture(np.zeros((1, 1, 3), np.uint8))
    task = Frames((painting(nothing, style, device="cpu"),))
    source, target = data / "film" / f"{stem}.mp4", folder / "painted.mp4"
    order = filmed.order(source, target, task, keeps_light=False, stop=seconds, overwrite=True)
    report = export(order, Context())
    changes = (
        f"{word} {percent(report.figures[word], report.figures[f'{word}_before'])}"
        for word in ("cdc", "warping", "colorfulness")
    )
    return f"{stem:<16} {style:<20} {report.frames:4} frames  {', '.join(changes)}"


def without_flicker(photograph: Array, frames: list[Array], ways: list[Array]) -> float:
    """CDC of one colouring of the whole photograph, panned over."""
    colored = Colorized()(Picture(photograph[..., None]), Context()).pictures[0].pixels
    field = srgb_to_lab(colored.astype(np.float32) / 255)[..., 1:]
    panned = (
        compose_lab(
            lightness(frame[..., None]),
            cv2.warpAffine(field, way, SIZE, borderMode=cv2.BORDER_REFLECT),
            np.uint8,
        )
        for frame, way in zip(frames, ways, strict=True)
    )
    return tally(map(Picture, panned)).cdc


def percent(after: float, before: float) -> str:
    """How much more or less."""
    return f"{100 * (after / before - 1):+.1f} %"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    parser.add_argument("--frames", type=int, default=None)
    parser.add_argument("--painted", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.painted:
            for stem, style in PAINTED:
                print(painted(stem, style, options.data, folder, 2.0), flush=True)
            return
        for clip, frames in clips(options.data):
            print(measured(clip, frames[: options.frames], folder)[0], flush=True)
        for seed, stem in enumerate(PHOTOGRAPHS):
            pixels = read_picture(options.data / "historic" / f"{stem}.jpg").pixels
            photograph = cv2.resize(
                pixels[..., :1], (640, 640 * pixels.shape[0] // pixels.shape[1])
            )
            frames, ways = pan(photograph, seed)
            colored = [np.repeat(frame[..., None], 3, 2) for frame in frames]
            row, plain = measured(f"pan over {stem.removesuffix('_bw')}", colored, folder)
            calm = percent(without_flicker(photograph, frames, ways), plain)
            print(f"{row}  (coloured once {calm})", flush=True)


if __name__ == "__main__":
    main()
