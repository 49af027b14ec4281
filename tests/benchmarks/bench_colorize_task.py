"""How long colouring takes, and how it grows: `python -m tests.benchmarks.bench_colorize_task`.

Prints, on this machine's CPU: a picture of 256 px with hints (warm; the picture already seen, as
when a person sets another hint, and for the first time), pictures of 1 to 24 megapixels with the
longest time between two checkpoints, and the memory that the largest took.
"""

import resource
import time

import cv2
import numpy as np

from inference.features import SUGGEST, ColorizeInputs, SuggestionSettings
from inference.request import Context, Progress, Request
from inference.tasks import run
from inference.values import Hint, Picture
from tests.benchmarks.asked import coloring

PLACES = ((x, y) for x in range(20, 256, 80) for y in range(30, 190, 60))
HINTS = tuple(Hint((place,), (180, 60, 60)) for place in PLACES)


class Watch:
    """The longest time between two reports."""

    def __init__(self) -> None:
        self.last = time.perf_counter()
        self.longest = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.perf_counter()
        self.longest, self.last = max(self.longest, now - self.last), now


def noise(width: int, height: int, seed: int = 0) -> Picture:
    """A grey picture with large and small shapes."""
    chance = np.random.default_rng(seed)
    small = chance.uniform(0, 255, (12, 16)).astype(np.float32)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return Picture(np.clip(large, 0, 255).astype(np.uint8)[..., None])


def seconds(picture: Picture, hints: tuple[Hint, ...] = ()) -> tuple[float, float]:
    """For one picture: all of it, and the longest time between two checkpoints."""
    watch = Watch()
    request = coloring(picture, hints, device="cpu")
    began = time.perf_counter()
    run(request, Context(watch))
    return time.perf_counter() - began, watch.longest


def main() -> None:
    """Measure and print."""
    seconds(noise(256, 192))
    picture = noise(256, 192, seed=1)
    seconds(picture)
    again = min(seconds(picture, HINTS[:count])[0] for count in range(1, 13))
    first = min(seconds(noise(256, 192, seed), HINTS)[0] for seed in range(2, 8))
    print(f"256 px, another hint   {again * 1000:6.0f} ms")
    print(f"256 px, first time     {first * 1000:6.0f} ms")
    began = time.perf_counter()
    run(Request(SUGGEST, ColorizeInputs(picture), SuggestionSettings(), device="cpu"), Context())
    print(f"six suggestions        {(time.perf_counter() - began) * 1000:6.0f} ms")
    for width, height in ((1200, 900), (4000, 3000), (6000, 4000)):
        total, longest = seconds(noise(width, height), HINTS)
        megapixels = width * height / 1e6
        print(f"{megapixels:5.1f} megapixels {total:6.2f} s, checkpoints {longest * 1000:.0f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"most memory {peak:.2f} GB")


if __name__ == "__main__":
    main()
