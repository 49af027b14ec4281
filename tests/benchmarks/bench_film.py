"""What an export costs beside its slowest stage: `python -m tests.benchmarks.bench_film`.

Prints, in one run on this machine: frames a second of each stage alone (read and motion; colour;
steadying, measuring and encoding) and of all three at once; the peak memory of exports of 500
and 10,000 small frames; how fast 1280 x 720 is decoded, for playback. `--frames N` shortens it.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import torch

from inference import tasks
from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings, Context, Request
from inference.film import frames as stages
from inference.film.segments import Segment, Shelf
from inference.film.shots import survey
from inference.media.codecs import codec_for, look_of
from inference.media.film import open_film, probe_film
from inference.values import Picture
from tests import filmed

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "resources" / "samples" / "chaplin_bw.mp4"


def colorized(picture: Picture, context: Context) -> Picture:
    """The real task."""
    request = Request(COLORIZE, ColorizeInputs(picture), ColorizeSettings(), device="cpu")
    return tasks.run(request, context).pictures[0]


def rates(path: Path, count: int, folder: Path) -> dict[str, float]:
    """Frames a second of each stage alone, and of the whole."""
    clip = probe_film(path)
    reader = open_film(clip)
    found = survey(reader, Context())
    reader.close()
    run = [Segment(0, 0, count, 0)]
    look = look_of(clip, folder / "x.mp4", codec_for(folder / "x.mp4"))
    work = stages.Work(clip, look, found.times, colorized, True, 0.9, False)
    colorized(next(open_film(clip).frames()).picture(), Context())  # the model is loaded
    paces = {}

    began = time.perf_counter()
    sights = list(stages.sights(work, run))
    paces["read"] = count / (time.perf_counter() - began)

    bench = stages.Bench(work, stages.Clock(count, count, Context()), Context())
    began = time.perf_counter()
    shown = [bench.treat(sight) for sight in sights]
    paces["colour"] = count / (time.perf_counter() - began)

    shelf = Shelf(folder / "alone.mp4")
    shelf.open("bench")
    calm, press = stages.Calm(work, run, shelf), stages.Press(work, run, shelf)
    began = time.perf_counter()
    for frame in shown:
        press.write(calm.steadied(*frame))
    paces["steady and write"] = count / (time.perf_counter() - began)

    shelf = Shelf(folder / "all.mp4")
    shelf.open("bench")
    began = time.perf_counter()
    stages.compute(work, run, shelf, Context())
    paces["all at once"] = count / (time.perf_counter() - began)
    return paces


PEAK = """
import resource, sys
from pathlib import Path
from inference.features import Context
from inference.film.export import FilmOrder, export
from tests.filmed import tinted
export(FilmOrder(Path(sys.argv[1]), Path(sys.argv[2]), tinted, "brown"), Context())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
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
    parser.add_argument("--long", type=int, default=10_000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paces = rates(CLIP, options.frames, folder)
        for stage, pace in paces.items():
            print(f"{stage:<17} {pace:7.2f} frames a second")
        slowest = min(pace for stage, pace in paces.items() if stage != "all at once")
        print(f"of the slowest stage alone: {100 * paces['all at once'] / slowest:.0f} %")
        print(f"1280 x 720 as pictures {playback(folder):.0f} frames a second")
        short, long = peak_mb(500, folder), peak_mb(options.long, folder)
        print(f"peak memory: 500 frames {short:.0f} MB, {options.long} frames {long:.0f} MB")
        print(
            f"of the benchmark itself {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB"
        )


if __name__ == "__main__":
    main()
