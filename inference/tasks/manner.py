"""From the styles that a person chose to the vector that the painter paints in."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

import cv2
import numpy as np
import torch
from torch import Tensor

from inference import device as devices
from inference.cabinet import loading
from inference.cabinet.styles import NamedStyle, style
from inference.features import EYES, StyleChoice
from inference.media.picture import read_picture
from inference.models.stylist import SEES, Stylist, palette
from inference.models.vgg import gram, mirrored
from inference.values import Array, Cure, Picture, Problem, in_depth

STYLE_PX = 512  # short side at which a style picture is looked at: its strokes are of that size
_LONGEST = 1024
_SMALLEST = 16  # pixels: less shows no strokes


class Manners:
    """Styles as vectors (1,D) of one painter on one device; pictures seen before are remembered."""

    def __init__(self, painter: loading.Loaded, device: torch.device) -> None:
        if not isinstance(painter.network, Stylist):
            raise Problem(
                f"The model {painter.stamp.id!r} does not paint pictures.",
                remedy="Choose a stylist.",
                option="`models list` shows them",
            )
        self.network = painter.network
        self._sha256 = painter.stamp.sha256
        self._device = device

    def blended(self, choices: tuple[StyleChoice, ...], *, look: bool = False) -> Tensor:
        """All styles of a choice as one; `look`: styles by name are read off their pictures too."""
        total = sum(choice.weight for choice in choices)
        if not choices or not total > 0 or any(choice.weight < 0 for choice in choices):
            raise Problem(
                "No style is chosen.", remedy="Choose one, or give one of them a weight above 0."
            )
        parts = [self.of(c.style, look=look) * (c.weight / total) for c in choices if c.weight]
        return torch.stack(parts).sum(0)

    def of(self, chosen: str | Picture, *, look: bool = False) -> Tensor:
        """One style, by name or by picture."""
        if isinstance(chosen, Picture):
            return self.seen(chosen)
        found = style(chosen)
        learned = None if look else self._learned(found)
        return self.seen(picture_of(chosen)) if learned is None else learned

    def seen(self, picture: Picture) -> Tensor:
        """What the predictor reads off a picture."""
        key = (_digest(picture), self._sha256, str(self._device))
        return _memory.get(key, lambda: self._looked(style_pixels(picture)))

    def _looked(self, pixels: Array) -> Tensor:
        eyes = loading.load(EYES, self._device).network
        layers = tuple(name for name, _ in SEES)
        tensor = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]
        tensor = tensor.to(self._device).float() / 255
        with torch.inference_mode():
            with devices.autocast(self._device, wide=True):  # Gram matrices are large
                maps = mirrored(eyes, tensor, layers)
                grams = {name: gram(maps[name]) for name in layers}
            vector: Tensor = self.network.predictor(grams, palette(tensor))
        return vector

    def _learned(self, found: NamedStyle) -> Tensor | None:
        """Its row, or its own vector; None where there is none for this painter."""
        table = self.network.table.detach()
        if found.row is not None:
            return table[found.row : found.row + 1] if found.row < len(table) else None
        if not found.vector.is_file():
            return None
        vector = loading.read_state(found.vector).get(self._sha256)
        if vector is None or vector.shape != (1, self.network.length):
            return None  # it was learned for another painter
        return vector.to(self._device).float()


def picture_of(chosen: str | Picture) -> Picture:
    """The picture of a style, whether it has a name or not."""
    return chosen if isinstance(chosen, Picture) else read_picture(style(chosen).picture)


def style_pixels(picture: Picture) -> Array:
    """The picture of a style (H, W, 3) uint8, its short side as `STYLE_PX`; Problem if too small.

    Of one that is very long the middle is taken.
    """
    short = min(picture.width, picture.height)
    if short < _SMALLEST:
        raise Problem(
            f"The style picture has {picture.width} x {picture.height} pixels, too few to show"
            " a style.",
            remedy=f"Choose one of at least {_SMALLEST} x {_SMALLEST} pixels.",
            cure=Cure.OTHER_STYLE,
        )
    reach = short * _LONGEST // STYLE_PX
    y, x = (max(0, (side - reach) // 2) for side in picture.pixels.shape[:2])
    middle = picture.pixels[y : y + reach, x : x + reach]
    scale = STYLE_PX / short
    size = (round(middle.shape[1] * scale), round(middle.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(np.ascontiguousarray(middle), size, interpolation=way)
    small = in_depth(small.reshape(*small.shape[:2], -1), np.uint8)
    return np.repeat(small, 3, 2) if small.shape[2] == 1 else small


def _digest(picture: Picture) -> str:
    """Of what is looked at, made once for a picture that paints many frames."""
    if picture not in _digests:
        pixels = style_pixels(picture)
        digest = hashlib.blake2b(pixels.tobytes(), digest_size=16).hexdigest()
        _digests[picture] = f"{pixels.shape} {digest}"
    return _digests[picture]


_digests: WeakKeyDictionary[Picture, str] = WeakKeyDictionary()


class _Memory:
    """The last few vectors; jobs of several devices may ask at once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[object, ...], Tensor] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, key: tuple[object, ...], make: Callable[[], Tensor]) -> Tensor:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
            return self._kept[key]


_memory = _Memory(64)
