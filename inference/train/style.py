"""The recipe of a style of one's own, which is the feature of the same kind from a terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from inference import tasks
from inference.cabinet.styles import VECTOR, user_folder
from inference.features import LEARN_STYLE, LessonInputs, LessonSettings
from inference.media.picture import read_picture
from inference.request import Context, Progress, Request
from inference.tasks.learn_style import checked
from inference.values import Problem

_EVERY_S = 5.0


@dataclass(frozen=True)
class Options:
    """One own style. data: photographs that are painted while learning, else the samples are."""

    data: Path
    picture: Path = Path()
    name: str = ""  # else that of the file
    seconds: int = 150
    device: str = "auto"
    threads: int = 2
    seed: int = 10

    @property
    def out(self) -> Path:
        """The file of its vector. Problem where there is no picture, or its name is taken."""
        if not self.picture.name:
            raise Problem("No picture is named.", remedy="Name one with --picture.")
        return user_folder() / f"{checked(self.name or self.picture.stem)}{VECTOR}"


def train(options: Options, say: Callable[[str], None] = print) -> Path:
    """Learn the style and put it among the person's own; returns the file of its vector.

    Raises Problem on a picture that cannot be read or shows no style, and on a name that is taken.
    """
    out = options.out
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    inputs = LessonInputs(
        read_picture(options.picture), out.stem, options.data if options.data.is_dir() else None
    )
    request = Request(LEARN_STYLE, inputs, LessonSettings(options.seconds), device=options.device)
    tasks.run(request, Context(_Teller(say)))
    return out


class _Teller:
    """Says how far it is, every few seconds."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._next = _EVERY_S

    def __call__(self, progress: Progress) -> None:
        left = progress.seconds_left
        if left is not None and progress.fraction is not None:
            spent = left * progress.fraction / max(1e-6, 1 - progress.fraction)
            if spent >= self._next:
                self._next = spent + _EVERY_S
                self._say(f"{spent:4.0f} s: {progress.step}, {left:.0f} s left")
