"""Learn the manner of a person's own painting: only its vector, the painter stays as it is.

It begins with what the predictor reads off the picture, so each minute makes a good style better.
"""

import random
import time
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor, nn

from inference import device as devices
from inference.cabinet import loading
from inference.cabinet.styles import VECTOR, named, styles, user_folder
from inference.features import EYES, LessonInputs, LessonSettings
from inference.media.atomic import atomic_write
from inference.media.picture import write_picture
from inference.models.stylist import COLORS
from inference.models.vgg import Vgg
from inference.request import Context, Request, Result
from inference.tasks.manner import Manners, style_pixels
from inference.train.gallery import (
    SHORT_PX,
    Style,
    any_grain,
    as_tensor,
    batch_of,
    fitted,
    read_painting,
    read_photos,
)
from inference.train.photographs import Pixels
from inference.train.taste import Taste, Weights, quick
from inference.values import Picture, Problem

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
RATE = 1e-2
BATCH = 2
SIDE_PX = 224  # of the squares that are painted
_PHOTOS = 60
_TOLD = (("style", "named"), ("content", "named content"))  # losses


def run(request: Request, context: Context) -> Result:
    """Learn it and put it among the person's own; figures tell style and content losses.

    Raises Problem on a picture that shows no style, and on a name that is taken or says nothing.
    """
    inputs: LessonInputs = request.inputs
    settings: LessonSettings = request.settings
    name = checked(inputs.name)
    context.checkpoint(0.0, "Loading the model")
    device = devices.resolve(request.device)
    painter = loading.load(request.model or request.feature.model, device)
    eyes: Vgg = loading.load(EYES, device).network
    pixels = style_pixels(inputs.picture)
    sharp = quick(eyes, devices.precision(device, wide=True))
    taste = Taste(sharp, Weights(1.15), 0.06)  # as training the painter leaves it
    lesson = _Lesson(
        network=painter.network,
        taste=taste,
        goal=Style.of(as_tensor(pixels).to(device), eyes),
        photos=_photos(inputs.photographs),
        device=device,
        chance=random.Random(request.seed),
    )
    start = Manners(painter, device).seen(inputs.picture).clone()
    vector = lesson.learned(start, settings.seconds, context)
    _keep(name, vector, Picture(pixels), painter.stamp.sha256)
    return Result(
        model=painter.stamp,
        device=str(device),
        seconds={"run": settings.seconds},
        figures={name: taste.tally.means[key] for name, key in _TOLD},
    )


def checked(wanted: str) -> str:
    """A name as styles are called; Problem if it says nothing or belongs to a bundled style."""
    name = named(wanted)
    if not name:
        raise Problem("The style has no name.", remedy="Give it one of letters and digits.")
    if any(known.name == name and not known.own for known in styles()):
        raise Problem(
            f"A style that comes with Grisaille is called {name} already.",
            remedy="Choose another name.",
        )
    return name


class _Lesson:
    """Photographs are painted, and the vector is changed until they are like the goal."""

    def __init__(
        self,
        network: nn.Module,
        taste: Taste,
        goal: Style,
        photos: list[Pixels],
        device: torch.device,
        chance: random.Random,
    ) -> None:
        self._network, self._taste, self._photos = network, taste, photos
        self._target = Style.joined([goal] * BATCH)
        self._device, self._chance = device, chance

    def learned(self, start: Tensor, seconds: float, context: Context) -> Tensor:
        """The vector (1,D) after so many seconds: a running mean of those on the way."""
        vector = start.requires_grad_()
        average = vector.detach().clone()
        optimizer = torch.optim.Adam([vector], RATE, betas=(0.9, 0.98))
        began, step = time.monotonic(), 0
        while (done := (time.monotonic() - began) / seconds) < 1:
            found = self._taste.tally.means
            told = ", ".join(f"{name} {found[key]:.2f}" for name, key in _TOLD if key in found)
            context.checkpoint(done, told.capitalize() or "Learning")
            optimizer.param_groups[0]["lr"] = RATE * min(1.0, 2 * (1 - done))
            self._step(vector, optimizer)
            step += 1
            average.lerp_(vector.detach(), max(0.05, 1 / (1 + step)))
        return average

    def _step(self, vector: Tensor, optimizer: torch.optim.Optimizer) -> None:
        batch = batch_of(self._photos, BATCH, SIDE_PX, self._chance).to(self._device)
        noise = any_grain(BATCH, SIDE_PX, self._chance).to(self._device)
        with devices.autocast(self._device, wide=True):
            painted = self._network(batch, vector.expand(BATCH, -1), noise=noise)
        loss = self._taste.loss(painted.float(), batch, self._target, BATCH)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        assert vector.grad is not None
        vector.grad[:, -COLORS:] *= 0.1  # colours are right from the start
        optimizer.step()


def _photos(folder: Path | None) -> list[Pixels]:
    found = read_photos(folder, _PHOTOS) if folder is not None else []
    return found or [fitted(read_painting(p), SHORT_PX) for p in sorted(SAMPLES.glob("*.jpg"))]


def _keep(name: str, vector: Tensor, picture: Picture, sha256: str) -> None:
    """The vector, under the hash of the painter it belongs to; and beside it the picture."""
    target = user_folder() / f"{name}{VECTOR}"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_picture(picture, target.with_suffix(".png"), overwrite=True)
    with atomic_write(target, overwrite=True) as part:
        part.write(save({sha256: vector.cpu().contiguous()}))
