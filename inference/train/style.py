"""The recipe of a style of one's own: only its vector is learned, the painter stays as it is.

It begins with what the predictor reads off the picture, so each minute makes a good style better.
"""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor

from inference.cabinet import loading
from inference.cabinet.styles import VECTOR, named, styles, user_folder
from inference.features import STYLIZE
from inference.media.atomic import atomic_write
from inference.media.picture import read_picture, write_picture
from inference.models.stylist import COLORS
from inference.models.vgg import Vgg
from inference.tasks.manner import EYES, Manners, style_pixels
from inference.train.gallery import (
    Style,
    as_tensor,
    batch_of,
    fitted,
    read_painting,
    read_photos,
)
from inference.train.photographs import Pixels
from inference.train.styles import any_grain, in_channels_last
from inference.train.taste import Taste, Weights
from inference.values import Picture, Problem

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


@dataclass(frozen=True)
class Options:
    """One own style. photos: so many of `data` are painted while learning, else the samples."""

    data: Path
    picture: Path = Path()
    name: str = ""  # else that of the file
    seconds: float = 150
    batch: int = 2
    side: int = 224
    rate: float = 1e-2
    content: float = 1.15
    photos: int = 60
    threads: int = 2
    seed: int = 10


def train(options: Options, say: Callable[[str], None] = print) -> Path:
    """Learn the style and put it among the person's own; returns the file of its vector.

    Raises Problem on a picture that cannot be read or shows no style, and on a name that is taken.
    """
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    target = _target(options)
    picture = read_picture(options.picture)
    device = torch.device("cpu")
    painter = loading.load(STYLIZE.model, device)
    eyes: Vgg = loading.load(EYES, device).network
    pixels = style_pixels(picture)
    goal = Style.of(as_tensor(pixels), eyes)
    taste = Taste(in_channels_last(copy.deepcopy(eyes).bfloat16()), Weights(options.content), 0.05)
    start = Manners(painter, device).seen(picture).clone()
    vector = _learned(options, painter.network, taste, goal, start, say)
    _keep(target, vector, Picture(pixels), painter.stamp.sha256)
    return target


def _target(options: Options) -> Path:
    if not options.picture.name:
        raise Problem("No picture is named.", remedy="Name one with --picture.")
    name = named(options.name or options.picture.stem)
    if not name:
        raise Problem("The style has no name.", remedy="Give it one with --name.")
    if any(known.name == name and not known.own for known in styles()):
        raise Problem(
            f"A style that comes with Grisaille is called {name} already.",
            remedy="Choose another name with --name.",
        )
    return user_folder() / f"{name}{VECTOR}"


def _learned(
    options: Options,
    network: torch.nn.Module,
    taste: Taste,
    goal: Style,
    start: Tensor,
    say: Callable[[str], None],
) -> Tensor:
    photos = _photos(options)
    vector = start.requires_grad_()
    average = vector.detach().clone()
    optimizer = torch.optim.Adam([vector], options.rate, betas=(0.9, 0.98))
    began, step = time.monotonic(), 0
    while (spent := time.monotonic() - began) < options.seconds:
        optimizer.param_groups[0]["lr"] = options.rate * min(1.0, 2 * (1 - spent / options.seconds))
        batch = batch_of(photos, options.batch, options.side)
        noise = any_grain(options.batch, options.side)
        with torch.autocast("cpu", torch.bfloat16):
            painted = network(batch, vector.expand(options.batch, -1), noise=noise)
        target = Style.joined([goal] * options.batch)
        loss = taste.loss(painted.float(), batch, target)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        assert vector.grad is not None
        vector.grad[:, -COLORS:] *= 0.1  # colours are right from the start
        optimizer.step()
        step += 1
        average.lerp_(vector.detach(), max(0.05, 1 / (1 + step)))
        if step % 10 == 0:
            found = taste.tally.means
            say(f"{spent:4.0f} s: style {found['first']:.3f}, content {found['kept']:.2f}")
    return average


def _photos(options: Options) -> list[Pixels]:
    short = options.side + 64
    found = read_photos(options.data, options.photos, short) if options.data.is_dir() else []
    return found or [fitted(read_painting(path), short) for path in SAMPLES.glob("*.jpg")]


def _keep(target: Path, vector: Tensor, picture: Picture, sha256: str) -> None:
    """The vector, under the hash of the painter it belongs to; and beside it the picture."""
    target.parent.mkdir(parents=True, exist_ok=True)
    write_picture(picture, target.with_suffix(".png"), overwrite=True)
    with atomic_write(target, overwrite=True) as part:
        part.write(save({sha256: vector.contiguous()}))
