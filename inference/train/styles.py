"""The recipe of resources/models/stylist.safetensors: styles of a table, and any other style.

Both are learned at once: in each batch one half is painted in the styles of the table, the other
by what the predictor reads off pieces of paintings and photographs. A run that was stopped goes on
from its last checkpoint in `work`.
"""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from inference import device as devices
from inference.models import stylist, vgg
from inference.models.stylist import Stylist
from inference.models.vgg import Vgg
from inference.train.course import Course, Habits, Stateful, follow, write_weights
from inference.train.gallery import (
    ASIDE,
    SHORT_PX,
    TWINS,
    Painting,
    Pool,
    Style,
    ahead,
    any_grain,
    as_tensor,
    batch_of,
    find_paintings,
    fitted,
    piece_of,
    read_painting,
    read_photos,
)
from inference.train.taste import Taste, Weights, quick

VGG_FILE = "weights/vgg19_conv1-3_fp16.safetensors"


@dataclass(frozen=True)
class Options:
    """One training run. The defaults are the shipped recipe."""

    data: Path
    out: Path = Path("resources/models/stylist.safetensors")
    work: Path = Path(".train/styles")  # checkpoints
    start: Path | None = None  # weights to go on from
    seconds: float = 3600
    device: str = "auto"
    batch: int = 0  # pictures a step; 0 = 8 on a GPU, 4 on a CPU
    side: int = 0  # of the squares that are painted; 0 = 512 on a GPU, 224 on a CPU
    named: float = 0.36  # share of a batch that is painted in styles of the table
    rate: float = 2e-3  # of the convolutions that all styles share
    table_rate: float = 6e-3
    predictor_rate: float = 2e-3
    content: float = 0.95  # content loss that its weight is steered towards, for the table's styles
    any_content: float = 1.3  # the same for any others
    photos: int = 1200
    pool: int = 1500  # styles for the predictor that are kept at a time: 1 MB each
    threads: int = 2
    seed: int = 10


def train(options: Options, say: Callable[[str], None] = print) -> Path:
    """Train, say how it goes, leave the weights at `options.out`."""
    return Run(options, say).run()


class Run:
    """State of one training run."""

    def __init__(self, options: Options, say: Callable[[str], None]) -> None:
        torch.manual_seed(options.seed)
        random.seed(options.seed)
        torch.set_num_threads(options.threads)
        cv2.setNumThreads(1)
        self.options, self.say = options, say
        self.device = devices.resolve(options.device)
        batch, side = _SIZES[self.device.type == "cuda"]
        self.batch, self.side = options.batch or batch, options.side or side
        self.named = round(self.batch * options.named)
        short = devices.precision(self.device, wide=True)
        self.vgg = quick(read_vgg(options.data / VGG_FILE).to(self.device), short)
        every = [p for p in find_paintings(options.data / "paintings") if p.name not in ASIDE]
        self.paintings = [p for p in every if p.name not in TWINS]
        self.targets = [target_of(painting, self.vgg) for painting in self.paintings]
        self.photos = read_photos(options.data, options.photos)
        pictures = [read_painting(painting.path) for painting in every]
        pieces = self._ahead(lambda chance: piece_of(pictures, self.photos, chance))
        self.pool = Pool(pieces, options.pool)
        self.pool.refill(self.vgg, min(options.pool, 200))
        self.net = self._network().to(self.device)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net).eval().requires_grad_(False)
        on_gpu = self.device.type == "cuda"
        torch.backends.cudnn.benchmark = on_gpu
        self.optimizer = torch.optim.Adam(
            _groups(self.net, options), betas=(0.9, 0.98), fused=on_gpu
        )
        self.taste = Taste(self.vgg, Weights(options.content, options.any_content))
        parts: dict[str, Stateful] = {
            "net": self.net,
            "average": self.average,
            "optimizer": self.optimizer,
            "taste": self.taste,
        }
        self.course = Course(options.work, options.seconds, parts)
        self.course.resume(say, self.device)

    def run(self) -> Path:
        """Until the seconds are spent; a new net begins on small squares, which teach sooner."""
        keep = partial(write_weights, self.average, self.options.out)
        habits = Habits(self._show, keep, max(20.0, self.options.seconds / 60), 180)
        small = min(self.side, max(160, self.side // 2))
        lessons = [self._ahead(partial(self._lesson, side)) for side in (small, self.side)]
        for progress in self.course.steps(habits):
            large = self.options.start is not None or progress > _SMALL_FIRST
            self._learn(progress, *next(lessons[large]))
        return self.options.out

    def _ahead(self, make: Callable[[random.Random], tuple[Tensor, ...]]) -> Iterator[Any]:
        """Tensors that are made while others are learned from, where a GPU takes them quickest."""
        pinned = self.device.type == "cuda"

        def made(chance: random.Random) -> tuple[Tensor, ...]:
            return tuple(part.pin_memory() if pinned else part for part in make(chance))

        return ahead(made, random.randrange(1 << 30), self.options.threads)

    def _lesson(self, side: int, chance: random.Random) -> tuple[Tensor, Tensor]:
        """Photographs, and the grain of their painting."""
        photos = batch_of(self.photos, self.batch, side, chance)
        return photos, any_grain(self.batch, side, chance)

    def _learn(self, progress: float, *lesson: Tensor) -> None:
        rate = min(1.0, (self.course.step + 1) / 50) * min(1.0, 0.02 + 1.6 * (1 - progress))
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * rate
        if self.course.step % 3 == 0:
            self.pool.refill(self.vgg, 1)
        photos, noise = (part.to(self.device, non_blocking=True) for part in lesson)
        rows = random.sample(range(len(self.targets)), self.named)
        drawn = self.pool.draw(self.batch - self.named)
        vectors, styles = [self.net.table[rows]], [self.targets[row] for row in rows]
        if drawn:
            any_style = Style.joined(drawn)
            vectors.append(self.net.predictor(any_style.grams, any_style.colors))
        target = Style.joined([*styles, *drawn])
        with devices.autocast(self.device, wide=True):
            painted = self.net(photos, torch.cat(vectors), noise=noise)
        loss = self.taste.loss(painted.float(), photos, target, self.named)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        follow(self.average, self.net, self.course.step + 1, 0.995)

    def _network(self) -> Stylist:
        if self.options.start is not None:
            return read_stylist(self.options.start)
        net = stylist.build(stylist.Settings(styles=len(self.targets)))
        with torch.no_grad():
            for row, target in enumerate(self.targets):
                net.table[row, -stylist.COLORS :] = target.colors[0]
            net.predictor.write.weight.mul_(0.1)
        net.predictor.look_around(Style.joined(list(self.pool)).grams)
        return net

    def _show(self) -> None:
        means = {name: round(value, 4) for name, value in self.taste.tally.means.items()}
        told = {"seconds": round(self.course.spent), "step": self.course.step, **means}
        self.say(json.dumps({**told, "weights": [round(w, 4) for w in self.taste.content_weights]}))


_SIZES = {True: (8, 512), False: (4, 224)}  # batch and side, on a GPU or not
_SMALL_FIRST = 0.25  # share of the time


def _groups(net: Stylist, options: Options) -> list[dict[str, Any]]:
    """What is learned, and how fast."""
    predictor = [value for value in net.predictor.parameters() if value.requires_grad]
    table = [net.table]
    apart = {id(value) for value in (*predictor, *table)}
    shared = [v for v in net.parameters() if v.requires_grad and id(v) not in apart]
    rates = (options.rate, options.table_rate, options.predictor_rate)
    return [
        {"params": values, "lr": 0.0, "base": rate}
        for values, rate in zip((shared, table, predictor), rates, strict=True)
    ]


def target_of(painting: Painting, eyes: Vgg) -> Style:
    """What a style of the table is to meet: the whole painting at the size of the bars."""
    return Style.of(as_tensor(fitted(read_painting(painting.path), SHORT_PX)), eyes)


def read_vgg(path: Path) -> Vgg:
    """The eyes, in single precision."""
    state = load_file(path)
    settings = vgg.recognise(state)
    if settings is None:
        raise ValueError(f"{path} holds no VGG")
    eyes = vgg.build(settings)
    eyes.load_state_dict(state)
    return eyes


def read_stylist(path: Path) -> Stylist:
    """A trained painter, in single precision and eval mode."""
    state = load_file(path)
    settings = stylist.recognise(state)
    if settings is None:
        raise ValueError(f"{path} holds no stylist")
    net = stylist.build(settings)
    net.load_state_dict(state)
    return net
