"""What an export costs beside its slowest stage: `python -m tests.benchmarks.bench_film`.

Prints, in one run on this machine, for `colorize` and, at 1280 x 720, `stylize`: of each stage
alone (read and motion; the task; steadying, measuring and encoding) and of all three at once,
frames a second and milliseconds of processor a frame; the peak memory of exports of 500 and 10,000
small frames; how fast 1280 x 720 is decoded, for playback. Each stage has one thread, alone as in
the export: so two cores have room for all three where they need less than twice what the slowest
needs. All of it in `--turns`, of which medians count. `--threads 2` gives the network two.
`--frames N` shortens it; wall-clock figures want a machine that does nothing else.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import torch

from inference import tasks
from inference.film import frames as stages
from inference.film.segments import Segment, Shelf
from inference.film.shots import survey
from inference.media.codecs import codec_for, look_of
from inference.media.film import open_film, probe_film
from inference.request import Context, Result
from inference.values import Array, Picture
from tests import filmed
from tests.benchmarks.asked import coloring, painting

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "resources" / "samples" / "chaplin_bw.mp4"


def colorized(picture: Picture, context: Context) -> Result:
    """The real task."""
    return tasks.run(coloring(picture, device="cpu"), context)


def painted(picture: Picture, context: Context) -> Result:
    """The other one."""
    return tasks.run(painting(picture, device="cpu"), context)


@dataclass
class Pace:
    """Of one stage: seconds that passed and seconds of processor, for so many frames."""

    frames: int
    passed: float
    busy: float

    @property
    def rate(self) -> float:
        """Frames a second."""
        return self.frames / self.passed

    @property
    def busy_ms(self) -> float:
        """Milliseconds of processor a frame."""
        return 1000 * self.busy / self.frames


@contextmanager
def timed(paces: dict[str, Pace], name: str, frames: int) -> Iterator[None]:
    """Write down what the work inside took."""
    passed, busy = time.perf_counter(), time.process_time()
    yield
    paces[name] = Pace(frames, time.perf_counter() - passed, time.process_time() - busy)


def rates(
    path: Path, count: int, turns: int, folder: Path, task: stages.FrameTask
) -> list[dict[str, Pace]]:
    """Each stage alone, and the whole, in turn."""
    clip = probe_film(path)
    reader = open_film(clip)
    found = survey(reader, Context())
    reader.close()
    look = look_of(clip, folder / "x.mp4", codec_for(folder / "x.mp4"))
    work = stages.Work(clip, look, found.times, task, task is colorized, 0.9, False)
    task(next(open_film(clip).frames()).picture(), Context())  # the model is loaded
    return [_turn(work, count, folder / f"turn{number}") for number in range(turns)]


def _turn(work: stages.Work, count: int, folder: Path) -> dict[str, Pace]:
    folder.mkdir(exist_ok=True)
    run = [Segment(0, 0, count, 0)]
    paces: dict[str, Pace] = {}

    with timed(paces, "read", count):
        sights = list(stages.sights(work, run))

    bench = stages.Bench(work, stages.Clock(count, count, Context()), Context())
    with timed(paces, "task", count):
        shown = [bench.treat(sight) for sight in sights]

    shelf = Shelf(folder / "alone.mp4")
    shelf.open("bench")
    calm, press = stages.Calm(work, run, shelf), stages.Press(work, run, shelf)
    with timed(paces, "steady and write", count):
        for frame in shown:
            press.write(calm.steadied(*frame))

    shelf = Shelf(folder / "all.mp4")
    shelf.open("bench")
    with timed(paces, "all at once", count):
        stages.compute(work, run, shelf, Context())
    return paces


def enlarged(count: int, folder: Path) -> Path:
    """The first frames of the clip at 1280 x 720."""
    frames = list(islice(open_film(probe_film(CLIP)).frames(), count))

    def picture(number: int, *size: int) -> Array:
        pixels = frames[number].picture().pixels
        large = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
        return np.repeat(large.reshape(*large.shape[:2], -1)[..., :1], 3, axis=2)

    times = range(0, count * filmed.STEP, filmed.STEP)
    return filmed.make_clip(folder / "large.mp4", times, size=(1280, 720), picture=picture)


def show(what: str, turns: list[dict[str, Pace]]) -> None:
    """Print medians, and what the whole is to its slowest part: in each turn, and their median."""
    print(what)
    for stage in turns[0]:
        rate = median(paces[stage].rate for paces in turns)
        busy = median(paces[stage].busy_ms for paces in turns)
        print(f"  {stage:<17} {rate:7.2f} frames a second, {busy:6.1f} ms of processor a frame")
    shares = [100 * _share(paces) for paces in turns]
    told = ", ".join(f"{share:.0f}" for share in shares)
    print(f"  of the slowest stage alone: {median(shares):.0f} % ({told})")


def _share(paces: dict[str, Pace]) -> float:
    whole = paces["all at once"].rate
    return whole / min(pace.rate for name, pace in paces.items() if name != "all at once")


# Not ru_maxrss, which begins with that of the parent process.
PEAK = """
import re, sys
from pathlib import Path
from inference.request import Context
from inference.film.export import export
from tests import filmed
export(filmed.order(Path(sys.argv[1]), Path(sys.argv[2])), Context())
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


def peak_mb(count: int, folder: Path) -> float:
    """Most memory of an export of that many frames of 64 x 48 pixels, in its own process."""
    times = range(0, count * 512, 512)
    source = filmed.make_clip(folder / f"{count}.mp4", times, base=Fraction(1, 12800))
    words = [sys.executable, "-c", PEAK, str(source), str(folder / f"{count}_out.mp4")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def playback(folder: Path) -> float:
    """Frames a second of a clip of 1280 x 720 made into pictures."""
    source = filmed.make_clip(folder / "hd.mp4", range(0, 60 * 512, 512), size=(1280, 720))
    reader = open_film(probe_film(source))
    began = time.perf_counter()
    count = sum(frame.picture().width == 1280 for frame in reader.frames())
    return count / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--long", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = options.frames
        show("colorize, 496 x 360", rates(CLIP, count, options.turns, folder, colorized))
        large = enlarged(count, folder)
        show("stylize, 1280 x 720", rates(large, count, options.turns, folder, painted))
        print(f"1280 x 720 as pictures {playback(folder):.0f} frames a second")
        short, long = peak_mb(500, folder), peak_mb(options.long, folder)
        print(f"peak memory: 500 frames {short:.0f} MB, {options.long} frames {long:.0f} MB")


if __name__ == "__main__":
    main()
