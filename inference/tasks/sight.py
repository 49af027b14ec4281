"""The small picture that the network looks at, and what it saw there, kept while a person works."""

import hashlib
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from inference.cabinet.loading import Loaded
from inference.media.color import lightness
from inference.models.colorizer import Colorizer, Sight
from inference.values import Array, Picture, Problem

WORKING_PX = 256  # the network thinks best on pictures of about this width and height
_MULTIPLE = 32
_LONGEST = 512
_KEPT = 8  # sights of about 12 MB each


@dataclass(frozen=True, eq=False)
class Scene:
    """One picture as the network knows it.

    light: (h, w) L* 0..100, the picture shrunk (or stretched) to the working size;
    scale_x, scale_y: working pixels per pixel of the picture.
    """

    network: Colorizer
    sight: Sight
    light: Array
    scale_x: float
    scale_y: float

    @property
    def scale(self) -> float:
        """Working pixels per pixel of the picture, for lengths that have no direction."""
        return math.sqrt(self.scale_x * self.scale_y)

    @property
    def device(self) -> torch.device:
        """Where the sight lies."""
        return self.sight.ab.device


def look(
    picture: Picture, loaded: Loaded, device: torch.device, size_px: int = WORKING_PX
) -> Scene:
    """Show a picture to the network, or remember what it saw; the same content is the same sight.

    Colours do not depend on the size of the picture: only its shape decides the working size.
    """
    network = loaded.network
    if not isinstance(network, Colorizer):
        raise Problem(
            f"The model {loaded.stamp.id!r} does not colour pictures.",
            remedy="Choose a colorizer.",
            option="`models list` shows them",
        )
    light = working_light(picture, size_px)
    height, width = light.shape
    key = hashlib.blake2b(light.tobytes(), digest_size=16).hexdigest()
    sight = _memory.get((key, light.shape, loaded.stamp.sha256, str(device)))
    if sight is None:
        sight = network.look(tensor_of(light, device))
        _memory.keep((key, light.shape, loaded.stamp.sha256, str(device)), sight)
    return Scene(network, sight, light, width / picture.width, height / picture.height)


def working_light(picture: Picture, size_px: int = WORKING_PX) -> Array:
    """L* (h, w) of the picture at working size: sides are multiples of 32, area about size_px².

    The shape is kept to a few percent (sides are rounded, not padded: borders stay clean).
    """
    width, height = _working_size(picture.width, picture.height, size_px)
    return lightness(shrunk(picture.pixels, width, height))


def shrunk(pixels: Array, width: int, height: int) -> Array:
    """Pixels (H, W, C) resized by area, or smoothly where they grow; type and channels are kept."""
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinks = pixels.shape[0] >= height and pixels.shape[1] >= width
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    small = cv2.resize(pixels, (width, height), interpolation=way)
    return small.reshape(height, width, pixels.shape[2])


def tensor_of(plane: Array, device: torch.device) -> torch.Tensor:
    """(h, w) or (h, w, c) to (1, c, h, w) float32 on the device."""
    channels = plane[..., None] if plane.ndim == 2 else plane
    tensor = torch.from_numpy(np.ascontiguousarray(channels.transpose(2, 0, 1), np.float32))
    return tensor[None].to(device)


def array_of(tensor: torch.Tensor) -> Array:
    """(1, c, h, w) to (h, w, c) float32."""
    array: Array = tensor[0].permute(1, 2, 0).float().cpu().numpy()
    return array


def _working_size(width: int, height: int, size_px: int) -> tuple[int, int]:
    stretch = math.sqrt(width / height)
    return _side(size_px * stretch), _side(size_px / stretch)


def _side(length: float) -> int:
    return _MULTIPLE * max(1, round(min(length, _LONGEST) / _MULTIPLE))


class _Memory:
    """The last few sights; jobs of several devices may ask at once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Sight] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...]) -> Sight | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[object, ...], sight: Sight) -> None:
        with self._lock:
            self._kept[key] = sight
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


_memory = _Memory()
