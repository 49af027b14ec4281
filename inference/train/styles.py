"""The recipe of resources/models/stylist.safetensors: styles of a table, and any other style.

Both are learned at once: in each batch one half is painted in the styles of the table, the other
by what the predictor reads off pieces of paintings and photographs. A run that was stopped goes on
from its last checkpoint in `work`.
"""

import copy
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as fn

from inference.models import stylist, vgg
from inference.models.stylist import MULTIPLE, Stylist
from inference.models.vgg import Vgg, gram
from inference.train.gallery import (
    ASIDE,
    CONTENT_LAYER,
    SHORT_PX,
    STYLE_LAYERS,
    TWINS,
    Painting,
    Pool,
    Style,
    as_tensor,
    batch_of,
    find_paintings,
    fitted,
    read_painting,
    read_photos,
)

VGG_FILE = "weights/vgg19_conv1-3_fp16.safetensors"


@dataclass(frozen=True)
class Options:
    """One training run. The defaults are the shipped recipe."""

    data: Path
    out: Path = Path("resources/models/stylist.safetensors")
    work: Path = Path(".train/styles")  # checkpoints
    start: Path | None = None  # weights to go on from
    seconds: float = 3600
    batch: int = 4  # half of it in styles of the table
    side: int = 224  # of the squares that are painted
    rate: float = 2e-3
    table_rate: float = 6e-3
    content: float = 1.1  # content loss that its weight is steered towards
    variation: float = 0.02  # weight of the total variation
    lattice: float = 0.2  # weight of the measure against checkerboards
    photos: int = 1200
    pool: int = 1500  # styles for the predictor that are kept at a time
    threads: int = 2
    seed: int = 10


def train(options: Options, say: Callable[[str], None] = print) -> Path:
    """Train, say how it goes, leave the weights at `options.out`."""
    return Run(options, say).run()


@dataclass
class Tally:
    """Running means of what was lost."""

    means: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: Tensor | float) -> None:
        """One more value."""
        before = self.means.get(name)
        self.means[name] = float(value) if before is None else 0.97 * before + 0.03 * float(value)


class Run:
    """State of one training run."""

    def __init__(self, options: Options, say: Callable[[str], None]) -> None:
        torch.manual_seed(options.seed)
        random.seed(options.seed)
        torch.set_num_threads(options.threads)
        self.options, self.say = options, say
        self.vgg = in_channels_last(read_vgg(options.data / VGG_FILE).bfloat16())
        every = [p for p in find_paintings(options.data / "paintings") if p.name not in ASIDE]
        self.paintings = [p for p in every if p.name not in TWINS]
        self.targets = [target_of(painting, self.vgg) for painting in self.paintings]
        self.photos = read_photos(options.data, options.photos, max(288, options.side))
        self.pool = Pool([read_painting(p.path) for p in every], self.photos, options.pool)
        self.pool.refill(self.vgg, min(options.pool, 200))
        self.net = self._network()
        self.average = copy.deepcopy(self.net).eval().requires_grad_(False)
        table = [self.net.table]
        rest = [value for name, value in self.net.named_parameters() if name != "table"]
        self.optimizer = torch.optim.Adam(
            [
                {"params": rest, "lr": 0.0, "base": options.rate},
                {"params": table, "lr": 0.0, "base": options.table_rate},
            ],
            betas=(0.9, 0.98),
        )
        self.content_weight, self.step, self.spent = 0.2, 0, 0.0
        self.tally = Tally()
        self._resume()

    def run(self) -> Path:
        """Until the seconds are spent."""
        began, marked, shown = time.monotonic() - self.spent, self.spent, self.spent
        while self.spent < self.options.seconds:
            self._learn(self.spent / self.options.seconds)
            self.spent = time.monotonic() - began
            if self.spent - shown > 60:
                shown = self.spent
                self._show()
            if self.spent - marked > 180:
                marked = self.spent
                self._save()
        self._save()
        self._show()
        return self.options.out

    def _learn(self, progress: float) -> None:
        rate = min(1.0, (self.step + 1) / 50) * min(1.0, 0.02 + 1.6 * (1 - progress))
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * rate
        o = self.options
        if self.step % 3 == 0:
            self.pool.refill(self.vgg, 1)
        photos = batch_of(self.photos, o.batch, o.side)
        half = o.batch // 2
        rows = random.sample(range(len(self.targets)), half)
        drawn = self.pool.draw(o.batch - half)
        any_style = Style.joined(drawn)
        vectors = torch.cat(
            [self.net.table[rows], self.net.predictor(any_style.grams, any_style.colors)]
        )
        target = Style.joined([*(self.targets[row] for row in rows), *drawn])
        with torch.autocast("cpu", torch.bfloat16):
            painted = self.net(photos, vectors)
        loss = self._loss(painted.float(), photos, target)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self._follow()

    def _loss(self, painted: Tensor, photos: Tensor, target: Style) -> Tensor:
        o, half = self.options, len(photos) // 2
        seen = self.vgg(painted.clamp(0, 1).bfloat16(), STYLE_LAYERS)
        style = relative_style(seen, target)
        # the content of every second picture: half of the VGG's work lies behind relu3_1
        few = painted[::2]
        with torch.no_grad():
            wanted = self.vgg(photos[::2].bfloat16(), (CONTENT_LAYER,))[CONTENT_LAYER]
        found = self.vgg.onward(seen["relu3_1"][::2], "relu3_1", (CONTENT_LAYER,))[CONTENT_LAYER]
        content = relative_content(found, wanted)
        outside = (painted - painted.clamp(0, 1)).square().mean()
        losses = {
            "style": (torch.log1p(4 * style) / 4).mean(),
            "content": self.content_weight * content.mean(),
            "outside": 20 * outside,
            "variation": o.variation * variation(few),
            "lattice": o.lattice * lattice(painted),
        }
        for name, value in losses.items():
            self.tally.add(name, value.detach())
        self.tally.add("table", style[:half].detach().mean())
        self.tally.add("any", style[half:].detach().mean())
        self.tally.add("kept", content.detach().mean())
        off = float(content.detach().mean()) / o.content - 1
        self.content_weight *= 1 + 0.02 * max(-1.0, min(1.0, off))
        return torch.stack(list(losses.values())).sum()

    @torch.no_grad()
    def _follow(self) -> None:
        """The shipped weights are a running average of the trained ones."""
        keep = min(0.99, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.net.parameters()), 1 - keep)

    def _network(self) -> Stylist:
        if self.options.start is not None:
            return read_stylist(self.options.start)
        net = stylist.build(stylist.Settings(styles=len(self.targets)))
        with torch.no_grad():
            for row, target in enumerate(self.targets):
                net.table[row, -stylist.COLORS :] = target.colors[0]
            net.predictor.write.weight.mul_(0.1)
            for mix, name in zip(net.predictor.mix, STYLE_LAYERS, strict=True):
                common = torch.cat([style.grams[name] for style in self.pool]).mean(0)
                values, vectors = torch.linalg.eigh(common)
                count = net.predictor.sketch
                mix.copy_(vectors[:, -count:] / values[-count:].clamp(min=1e-9).sqrt())
        return net

    def _show(self) -> None:
        means = {name: round(value, 4) for name, value in self.tally.means.items()}
        told = {"seconds": round(self.spent), "step": self.step, **means}
        self.say(json.dumps({**told, "weight": round(self.content_weight, 4)}))

    def _save(self) -> None:
        write_weights(self.average, self.options.out)
        self.options.work.mkdir(parents=True, exist_ok=True)
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "content_weight": self.content_weight,
            "step": self.step,
            "spent": self.spent,
        }
        part = self.options.work / "checkpoint.part"
        torch.save(state, part)
        part.replace(self.options.work / "checkpoint.pt")

    def _resume(self) -> None:
        path = self.options.work / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        if state["spent"] >= self.options.seconds:
            return  # a finished run: start anew
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.content_weight = state["content_weight"]
        self.step, self.spent = state["step"], state["spent"]
        self.say(f"going on from step {self.step}")


def relative_style(seen: dict[str, Tensor], target: Style) -> Tensor:
    """(N,): mean over layers of |G - A|^2 / |A|^2."""
    terms = []
    for name, wanted in target.grams.items():
        off = (gram(seen[name]) - wanted).square().sum((1, 2))
        terms.append(off / wanted.square().sum((1, 2)))
    return torch.stack(terms).mean(0)


def relative_content(found: Tensor, wanted: Tensor) -> Tensor:
    """(N,): mean (F - P)^2 / mean P^2."""
    off = (found.float() - wanted.float()).square().mean((1, 2, 3))
    return off / wanted.float().square().mean((1, 2, 3)).clamp(min=1e-6)


def variation(picture: Tensor) -> Tensor:
    """Mean absolute step between neighbouring pixels."""
    across = (picture[..., 1:] - picture[..., :-1]).abs().mean()
    return across + (picture[..., 1:, :] - picture[..., :-1, :]).abs().mean()


def lattice(picture: Tensor) -> Tensor:
    """How unlike the places in the squares are that the network paints at once: 0 is no pattern.

    Checkerboards are steps that are steeper, and colours that are brighter, always at the same
    place modulo `MULTIPLE`.
    """
    steps = torch.cat(
        [
            fn.pad((picture[..., 1:] - picture[..., :-1]).abs(), (0, 1)),
            fn.pad((picture[..., 1:, :] - picture[..., :-1, :]).abs(), (0, 0, 0, 1)),
            picture,
        ],
        1,
    )
    phases = fn.pixel_unshuffle(steps, MULTIPLE).mean((2, 3)).view(len(picture), -1, MULTIPLE**2)
    return (phases.var(2) / phases.mean(2).square().clamp(min=1e-4)).mean()


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


def in_channels_last(eyes: Vgg) -> Vgg:
    """The same, its weights in the order in which the CPU convolves quickest."""
    eyes.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
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


def write_weights(net: nn.Module, path: Path) -> None:
    """Half precision, replaced in one go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {name: value.half().contiguous() for name, value in net.state_dict().items()}
    part = path.with_suffix(".part")
    save_file(state, part)
    part.replace(path)
