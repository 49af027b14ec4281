"""The recipe of resources/models/colorizer.safetensors.

One run fits its learning rate to the seconds it is given, so a short run is a whole run. A run that
was stopped goes on from its last checkpoint in `work`.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as fn

from inference.models import colorizer
from inference.models.blocks import InvertedBlock, lab_to_rgb
from inference.models.colorizer import Colorizer, sample_discs
from inference.train.course import Course, Habits, Stateful, follow, write_weights
from inference.train.lessons import (
    SHAPES,
    Album,
    Batch,
    draw,
    random_hints,
    rgb_to_lab,
    simulate_hints,
    whole,
)
from inference.train.losses import Bins, Critic, colourfulness, decibels, dullness, huber, judge
from inference.train.photographs import Photograph, find_photographs, read_squeezed

SQUARE = 208  # side of the squares that photographs are kept as


@dataclass(frozen=True)
class Options:
    """One training run. The defaults are the shipped recipe."""

    data: Path
    out: Path = Path("resources/models/colorizer.safetensors")
    work: Path = Path(".train/colorizer")  # checkpoints
    start: Path | None = None  # weights to go on from; else the encoder's own
    seconds: float = 3600
    device: str = "auto"
    batch: int = 0  # pictures a step; 0 = 192 on a GPU, 12 on a CPU
    rate: float = 1.2e-3  # learning rate of the decoder
    encoder_rate: float = 2.5e-4
    drop: float = 0.15  # stochastic depth in the encoder
    decay: float = 0.05  # of weights
    hints: tuple[int, ...] = (8, 24, 60)  # at most so many a picture, in turn
    # weights of the losses
    huber: float = 0.5
    decibels: float = 0.1
    bins: float = 0.1
    lift: float = 0.5  # how far rare colours are lifted in the distribution head
    dullness: float = 0.4  # falling short of the originals' colourfulness
    critic: float = 0.0
    threads: int = 2
    limit: int = 0  # photographs to use, 0 = all: for rehearsals
    seed: int = 9


def train(options: Options, say: Callable[[str], None] = print) -> Path:
    """Train, measure now and then, leave the weights at `options.out`."""
    return Run(options, say).run()


class Run:
    """State of one training run."""

    def __init__(self, options: Options, say: Callable[[str], None]) -> None:
        torch.manual_seed(options.seed)
        torch.set_num_threads(options.threads)
        self.options, self.say = options, say
        self.device = torch.device(_device(options.device))
        self.cuda = self.device.type == "cuda"
        self.batch = options.batch or (192 if self.cuda else 12)
        self.albums = _albums(options, self.device, say)
        self.net = _network(options).to(self.device)
        if self.cuda:
            self.net = self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net).eval().requires_grad_(False)
        self.bins = Bins(self.net.bin_centres, _palette(self.albums["train"]), options.lift)
        self.optimizer = torch.optim.AdamW(
            _groups(self.net, options), betas=(0.9, 0.99), fused=self.cuda
        )
        self.critic = Critic().to(self.device)
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), 2e-4, betas=(0.5, 0.99))
        self.sums: dict[str, Tensor] = {}
        parts: dict[str, Stateful] = {
            "net": self.net,
            "average": self.average,
            "optimizer": self.optimizer,
        }
        self.course = Course(options.work, options.seconds, parts)
        self.course.resume(say, self.device)

    def run(self) -> Path:
        """Until the seconds are spent."""
        self.net.train()
        so_far = partial(write_weights, self.average, self.options.work / "so-far.safetensors")
        often = max(20.0, self.options.seconds / 12)
        for progress in self.course.steps(Habits(self._show, so_far, often, 60)):
            self._learn(progress)
        write_weights(self.average, self.options.out)
        _update_card(self.options, self.course.step)
        return self.options.out

    def _learn(self, progress: float) -> None:
        rate = _rate(progress)
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * rate
        batch = draw(self.albums["train"], self.batch, SHAPES[self.course.step % len(SHAPES)])
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.cuda):
            losses = self._losses(batch, progress)
        total = torch.stack(list(losses.values())).sum()
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimizer.step()
        follow(self.average, self.net, self.course.step + 1, 0.998)
        for name, value in losses.items():
            self.sums[name] = (
                self.sums.get(name, torch.zeros((), device=self.device)) + value.detach()
            )

    def _losses(self, batch: Batch, progress: float) -> dict[str, Tensor]:
        o, net = self.options, self.net
        light = fn.avg_pool2d(batch.light, net.stride)
        truth = fn.avg_pool2d(batch.ab, net.stride)
        sight = net.look(batch.shown)
        hints = simulate_hints(batch.ab, o.hints[self.course.step // len(SHAPES) % len(o.hints)])
        hinted = net.color(sight, hints)
        with torch.autocast(self.device.type, enabled=False):
            losses = {
                "huber": o.huber * huber(sight.mean, truth),
                "decibels": o.decibels * decibels(light, sight.mean, truth),
                "hinted huber": o.huber * huber(hinted, truth),
                "hinted decibels": o.decibels * decibels(light, hinted, truth),
                "bins": o.bins * self.bins.loss(sight.logits, fn.avg_pool2d(truth, 2)),
            }
            under = sample_discs(hinted, hints.positions / net.stride, hints.radius / net.stride)
            missed = (under - hints.ab).abs().sum(2) * hints.valid
            losses["under hints"] = 0.01 * missed.sum() / hints.valid.sum()
            if o.dullness:
                losses["dullness"] = o.dullness * dullness(light, sight.mean, truth)
            if o.critic and progress > 0.15:
                losses["critic"] = self._criticise(light, sight.mean, truth)
        return losses

    def _criticise(self, light: Tensor, ab: Tensor, truth: Tensor) -> Tensor:
        verdict = judge(self.critic, light, ab, truth)
        self.critic_optimizer.zero_grad(set_to_none=True)
        verdict.critic.backward()  # type: ignore[no-untyped-call]
        self.critic_optimizer.step()
        return self.options.critic * verdict.painter

    def _show(self) -> None:
        means = {k: round(float(v) / max(1, self.course.step), 3) for k, v in self.sums.items()}
        line: dict[str, Any] = {
            "seconds": round(self.course.spent),
            "step": self.course.step,
            "mean": means,
        }
        for split in ("aside", "val"):
            if len(self.albums[split].pictures):
                line[split] = measure(self.average, self.albums[split])
        self.say(json.dumps(line))


@torch.inference_mode()
def measure(net: Colorizer, album: Album) -> dict[str, float]:
    """Quick figures at the size of training: mean gain in dB over grey, share better, vividness."""
    generator = torch.Generator().manual_seed(1)
    found: dict[str, list[Tensor]] = {"auto": [], "hints10": [], "hints50": [], "vivid": []}
    for batch in _wholes(album):
        light, truth = fn.avg_pool2d(batch.light, 2), fn.avg_pool2d(batch.ab, 2)
        rgb, grey = lab_to_rgb(light, truth), lab_to_rgb(light, truth * 0)

        def gain(
            ab: Tensor, rgb: Tensor = rgb, grey: Tensor = grey, light: Tensor = light
        ) -> Tensor:
            ours = (lab_to_rgb(light, ab) - rgb).square().mean((1, 2, 3))
            return 10 * torch.log10((grey - rgb).square().mean((1, 2, 3)) / ours)

        sight = net.look(batch.shown)
        found["auto"].append(gain(sight.ab))
        ratio = colourfulness(lab_to_rgb(light, sight.ab)) / colourfulness(rgb)
        found["vivid"].append(ratio)
        for count in (10, 50):
            hints = random_hints(batch.ab, count, 2.0, generator)
            found[f"hints{count}"].append(gain(net.color(sight, hints)))
    every = {name: torch.cat(values) for name, values in found.items()}
    figures = {name: float(v.mean()) for name, v in every.items() if name != "vivid"}
    figures["better"] = float((every["auto"] > 0).float().mean())
    figures["vivid"] = float(every["vivid"].median())
    return {name: round(value, 3) for name, value in figures.items()}


def read_weights(path: Path) -> Colorizer:
    """A trained network, in single precision and eval mode."""
    state = load_file(path)
    settings = colorizer.recognise(state)
    if settings is None:
        raise ValueError(f"{path} holds no colorizer")
    net = colorizer.build(settings)
    net.load_state_dict(state)
    return net


def _wholes(album: Album) -> Iterator[Batch]:
    for shape in SHAPES:
        wanted = torch.tensor([w / h for h, w in SHAPES])
        nearest = (album.aspects.cpu().log()[:, None] - wanted.log()[None]).abs().argmin(1)
        places = (nearest == SHAPES.index(shape)).nonzero()[:, 0]
        for start in range(0, len(places), 32):
            chosen = places[start : start + 32].to(album.pictures.device)
            yield whole(album, chosen, shape)


def _network(options: Options) -> Colorizer:
    if options.start is not None:
        net = read_weights(options.start)
    else:
        net = colorizer.build(colorizer.Settings())
        file = options.data / "weights" / "efficientnet_lite0_fp16.safetensors"
        state = {k: v.float() for k, v in load_file(file).items() if not k.startswith("classifier")}
        net.encoder.load_state_dict(state)
    for block in net.modules():
        if isinstance(block, InvertedBlock):
            block.drop_rate = options.drop
    return net


def _groups(net: Colorizer, options: Options) -> list[dict[str, Any]]:
    """Encoder slower than decoder; no decay on norms and biases."""
    groups = []
    for encoder, base in ((True, options.encoder_rate), (False, options.rate)):
        for flat in (False, True):
            chosen = [
                value
                for name, value in net.named_parameters()
                if name.startswith("encoder.") == encoder and (value.ndim < 2) == flat
            ]
            decay = 0.0 if flat else options.decay
            groups.append({"params": chosen, "lr": base, "base": base, "weight_decay": decay})
    return groups


def _rate(progress: float) -> float:
    """Up within the first hundredth parts, then down along a cosine."""
    warm = min(1.0, progress / 0.03 + 0.01)
    return warm * (0.01 + 0.99 * 0.5 * (1 + float(torch.cos(torch.tensor(progress * torch.pi)))))


def _device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _albums(options: Options, device: torch.device, say: Callable[[str], None]) -> dict[str, Album]:
    photos = find_photographs(options.data)
    if options.limit:
        photos = photos[:: max(1, len(photos) // options.limit)]
    albums = {}
    for split in ("train", "aside", "val"):
        chosen = [photo for photo in photos if photo.split == split]
        pictures, aspects = read_squeezed(chosen, SQUARE, max(2, options.threads))
        weights = torch.tensor([_weight(photo) for photo in chosen])
        albums[split] = Album(
            torch.from_numpy(pictures).to(device),
            torch.from_numpy(aspects).to(device),
            weights.to(device),
        )
        say(f"{split}: {len(chosen)} photographs")
    return albums


def _weight(photo: Photograph) -> float:
    if "snow" in photo.subject or photo.subject in ("glacier", "ice_skating"):
        return 0.5  # pale by nature: too much of it teaches grey
    if photo.collection == "intel100":
        return 0.5  # 100 pixels wide
    return 1.0


def _palette(album: Album) -> Tensor:
    """A hundred thousand colours of the training set, (P,2)."""
    small = [fn.avg_pool2d(part.float() / 255, 16) for part in album.pictures[:4000].chunk(8)]
    return rgb_to_lab(torch.cat(small))[1].permute(0, 2, 3, 1).reshape(-1, 2)[:200_000]


def _update_card(options: Options, steps: int) -> None:
    """The card beside the weights must tell their hash; its figures are measured separately."""
    path = options.out.with_suffix(".json")
    if not path.exists():
        return
    card = json.loads(path.read_text("utf-8"))
    card["sha256"] = hashlib.sha256(options.out.read_bytes()).hexdigest()
    chosen = {k: str(v) if isinstance(v, Path) else v for k, v in asdict(options).items()}
    card["trained"] = f"{steps} steps by inference/train/colorizer.py with {json.dumps(chosen)}"
    card["figures"] = {}
    path.write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def attempts(options: Options) -> dict[str, Options]:
    """What was tried against grey-brown timidity, by the names of docs/training-log.md."""
    early = replace(options, rate=1.5e-3, encoder_rate=3e-4, drop=0.1, decay=0.03, batch=96)
    return {
        "plain": replace(early, huber=1.0, decibels=0.0, bins=0.0, dullness=0.0),
        "lifted": replace(early, dullness=0.0),
        "critic": replace(early, dullness=0.25, critic=0.02),
        "vivid": replace(early, dullness=0.25),
        "long": options,
    }
