"""What every task of the Colour page needs: the network on its device, looking at pictures."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch

from inference import device as devices
from inference.cabinet import loading
from inference.request import Context, Request, Result
from inference.tasks.sight import WORKING_PX, Scene, look
from inference.tiling import with_retreat
from inference.values import Picture

T = TypeVar("T")
Look = Callable[[Picture], Scene]


@dataclass(frozen=True, eq=False)
class Easel:
    """The model that answers a request, and when it was ready (seconds of perf_counter)."""

    loaded: loading.Loaded
    device: torch.device
    began: float
    ready: float

    def with_network(self, work: Callable[[Look], T], context: Context) -> T:
        """What `work` makes of the pictures that it looks at; smaller where memory runs out."""

        def attempt(size_px: int) -> T:
            with torch.inference_mode(), devices.autocast(self.device):
                return work(lambda picture: look(picture, self.loaded, self.device, size_px))

        return with_retreat(attempt, WORKING_PX, WORKING_PX // 4, str(self.device), context)

    def result(self, **found: Any) -> Result:
        """The answer, with who gave it and how long it took until now."""
        seconds = {"load": self.ready - self.began, "run": time.perf_counter() - self.ready}
        return Result(model=self.loaded.stamp, device=str(self.device), seconds=seconds, **found)


def set_up(request: Request, context: Context) -> Easel:
    """Find the device and the model that a request asks for."""
    context.checkpoint(0.0, "Loading the model")
    began = time.perf_counter()
    device = devices.resolve(request.device)
    loaded = loading.load(request.model or request.feature.model, device)
    context.checkpoint(0.05, "Looking at the picture")
    return Easel(loaded, device, began, time.perf_counter())
