"""What every recipe does alike: spend its seconds, keep a checkpoint, go on if it was stopped."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors.torch import save_file
from torch import nn


class Stateful(Protocol):
    """A network, an optimizer, or whatever else changes on the way."""

    def state_dict(self) -> Any: ...  # noqa: D102
    def load_state_dict(self, state: Any, /) -> Any: ...  # noqa: D102


@dataclass(frozen=True)
class Habits:
    """What is done on the way, each time so many seconds have passed, and at the end."""

    show: Callable[[], None]
    keep: Callable[[], None]  # beside the checkpoint: weights so far
    show_every_s: float = 60
    keep_every_s: float = 180


class Course:
    """A run of so many seconds, whose state lies in a folder; step and spent say how far it is."""

    def __init__(self, folder: Path, seconds: float, parts: Mapping[str, Stateful]) -> None:
        self._folder, self._seconds, self._parts = folder, seconds, parts
        self.step, self.spent = 0, 0.0

    def resume(self, say: Callable[[str], None], device: torch.device | str = "cpu") -> None:
        """Go on from the checkpoint; a finished run is begun anew."""
        if not is_begun(self._folder, self._seconds):
            return
        state = torch.load(checkpoint(self._folder), map_location=device, weights_only=True)
        for name, part in self._parts.items():
            part.load_state_dict(state[name])
        self.step, self.spent = state["step"], state["spent"]
        say(f"going on from step {self.step}")

    def steps(self, habits: Habits) -> Iterator[float]:
        """Once for each step that is to be made: the share of the seconds that is spent."""
        began, shown, kept = time.monotonic() - self.spent, self.spent, self.spent
        while self.spent < self._seconds:
            yield self.spent / self._seconds
            self.step += 1
            self.spent = time.monotonic() - began
            if self.spent - shown > habits.show_every_s:
                shown = self.spent
                habits.show()
            if self.spent - kept > habits.keep_every_s:
                kept = self.spent
                self._keep(habits)
        self._keep(habits)
        habits.show()

    def _keep(self, habits: Habits) -> None:
        habits.keep()
        self._folder.mkdir(parents=True, exist_ok=True)
        state = {name: part.state_dict() for name, part in self._parts.items()}
        path = checkpoint(self._folder)
        part = path.with_suffix(".part")
        torch.save({**state, "step": self.step, "spent": self.spent}, part)
        part.replace(path)


def checkpoint(folder: Path) -> Path:
    """Where the state of a run lies."""
    return folder / "checkpoint.pt"


def is_begun(folder: Path, seconds: float) -> bool:
    """Whether a run in that folder was stopped before so many seconds were spent."""
    if not checkpoint(folder).is_file():
        return False
    state = torch.load(checkpoint(folder), map_location="cpu", mmap=True, weights_only=True)
    return bool(state["spent"] < seconds)


@torch.no_grad()
def follow(average: nn.Module, net: nn.Module, step: int, most: float) -> None:
    """Let the running average of the weights, which is what ships, come after the trained ones.

    most: share of the average that a step leaves, once there were many.
    """
    keep = min(most, (1 + step) / (10 + step))
    ours, theirs = average.state_dict(), net.state_dict()
    floats = [name for name, value in ours.items() if value.is_floating_point()]
    torch._foreach_lerp_([ours[n] for n in floats], [theirs[n] for n in floats], 1 - keep)


def write_weights(net: nn.Module, path: Path) -> None:
    """Half precision, replaced in one go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        name: (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for name, value in net.state_dict().items()
    }
    part = path.with_suffix(".part")
    save_file(state, part)
    part.replace(path)
