"""What a GPU is worth: `python -m tests.benchmarks.bench_gpu [--device cuda] [--quick]`.

Prints, GPU and CPU in one run: seconds of the first picture of all (the device wakes up); frames a
second of colouring and painting as a film needs them, all of the task and the network alone; a
picture of 24 megapixels; the slow method's evaluations a second; and of each the longest time
between two checkpoints, within which a cancelled job ends. The last column is the network alone
with channels last, where `inference.device.layout` does not say so anyway. `--quick`: fewer turns.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from unittest import mock

import torch

from inference import device as devices
from inference import tasks
from inference.cabinet import loading
from inference.features import StylizeSettings
from inference.request import Context, Request
from inference.tasks import sight
from inference.values import Picture
from tests.benchmarks.asked import coloring, painting
from tests.benchmarks.bench_colorize_task import Watch, noise

SLOW = StylizeSettings(method="optimise", iterations=20)
WORK: tuple[tuple[str, tuple[int, int], int, Callable[[Picture], Request]], ...] = (
    ("colour 496 x 360", (496, 360), 30, coloring),
    ("paint 1280 x 720", (1280, 720), 20, painting),
    ("paint 1920 x 1080", (1920, 1080), 10, painting),
    ("colour 24 megapixels", (6000, 4000), 1, coloring),
    ("paint 24 megapixels", (6000, 4000), 1, painting),
    ("slow, 20 at 512 px", (640, 512), 1, lambda p: painting(p, settings=SLOW)),
)
SIZES = {"colorizer": (256, 288), "stylist": (560, 960)}  # of pictures that networks are shown


def pace(device: str, size: tuple[int, int], turns: int, ask: Callable[[Picture], Request]) -> str:
    """Times a second, and the longest time between two checkpoints."""
    pictures = [noise(*size, seed) for seed in range(min(3, turns))]
    watch = Watch()
    context = Context(watch)
    for turn in range(-1, turns):  # the first does not count
        if turn == 0:
            began = watch.last = time.perf_counter()
            watch.longest = 0.0
        with mock.patch.object(sight, "_memory", sight._Memory()):
            request = ask(pictures[turn % len(pictures)])
            tasks.run(replace(request, device=device), context)
    each = (time.perf_counter() - began) / turns
    return f"{1 / each:9.2f} /s {1000 * each:8.1f} ms  gap {1000 * watch.longest:5.0f} ms"


def network_alone(device: str, model: str, order: torch.memory_format, turns: int) -> float:
    """Milliseconds of one picture."""
    height, width = SIZES[model]
    layout = mock.patch.object(devices, "layout", return_value=order)
    with layout, mock.patch.object(loading, "shelf", loading.Shelf(2**31)):
        network = loading.load(model, device).network
    picture = torch.rand(1, 3, height, width, device=device)
    with torch.inference_mode(), devices.autocast(device):
        for turn in range(-3, turns):
            if turn == 0:
                began = time.perf_counter()
            if model == "colorizer":
                found = network.look(100 * picture[:, :1]).ab
            else:
                found = network(picture, network.table[:1])
            found.cpu()
    return 1000 * (time.perf_counter() - began) / turns


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="a third of the turns")
    options = parser.parse_args()
    for name in (options.device, options.device, "cpu"):
        began = time.perf_counter()
        tasks.run(replace(coloring(noise(64, 64)), device=name), Context())
        taken = time.perf_counter() - began
        print(f"{devices.name(name)}: {taken:.2f} s for a small picture", flush=True)
    for title, size, turns, ask in WORK:
        turns = -(-turns // 3) if options.quick else turns
        for device in (options.device, "cpu"):
            print(f"{title:<21} {device:<5}{pace(device, size, turns, ask)}", flush=True)
    for model in SIZES:
        for device in (options.device, "cpu"):
            orders = (torch.contiguous_format, torch.channels_last)
            plain, last = (network_alone(device, model, order, 10) for order in orders)
            print(f"{model:<10} alone on {device:<5}{plain:7.2f} ms, channels last {last:7.2f} ms")


if __name__ == "__main__":
    main()
