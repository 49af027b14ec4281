"""Colours taken from a reference picture: each place looks for the places there that mean the same.

Places are compared by the encoder's features, not by where they lie, and by lightness among those
that are alike in meaning. What finds nothing alike keeps its own colour.
"""

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from inference.media.color import srgb_to_lab
from inference.media.guided import guided_by
from inference.tasks.sight import Scene, array_of, shrunk, tensor_of
from inference.values import Array, Cure, Picture, Problem, in_depth

_CELL = 8  # working pixels of one place
_SHARPNESS = 25.0  # of the choice among places, per unit of cosine
_LIGHT = (
    12.0  # L* units (after the two pictures' tones are brought together) that count as different
)
_NEAREST = 12  # places that are mixed
_ALIKE = (0.02, 0.25)  # cosine from which on a match counts, and at which it counts fully
_NO_COLOR = 2.0  # ab units: less is noise of a grey picture stored as colour


def check(reference: Picture) -> None:
    """Raise Problem where there are no colours to take."""
    if reference.grey or float(np.abs(_lab(reference, 64, 64)[..., 1:]).max()) < _NO_COLOR:
        raise Problem(
            "The reference picture has no colours.",
            remedy="Choose a photograph in colour.",
            cure=Cure.OTHER_REFERENCE,
        )


def matched(scene: Scene, other: Scene, reference: Picture) -> tuple[Tensor, Tensor]:
    """Colours (1, 2, h, w) that the reference lends, and how sure they are, (1, 1, h, w) 0..1.

    scene and other: the picture and the reference as the network sees them.
    """
    with torch.autocast(scene.device.type, enabled=False):  # neighbours in rank differ by little
        lent, sure = _most_alike(scene, other, reference)
    return _at_sight(scene, torch.cat([lent, sure[:, None]], 1))


def _most_alike(scene: Scene, other: Scene, reference: Picture) -> tuple[Tensor, Tensor]:
    """Colours (places, 2) and certainty (places,)."""
    mine, theirs = _places(scene), _places(other)
    middle = torch.cat([mine, theirs]).mean(0)
    alike = fn.normalize(mine - middle, dim=1) @ fn.normalize(theirs - middle, dim=1).T
    tones = _tone(scene)[:, None] - _tone(other)[None]
    score = _SHARPNESS * alike - 0.5 * (tones / _LIGHT) ** 2
    best, index = score.topk(min(_NEAREST, score.shape[1]), dim=1)
    share = best.softmax(1)
    colors = torch.from_numpy(_colors(other, reference)).to(scene.device)[index]
    lent = (share[..., None] * colors).sum(1)
    found = (share * alike.gather(1, index)).sum(1)
    low, high = _ALIKE
    return lent, ((found - low) / (high - low)).clamp(0, 1)


def _grid(scene: Scene) -> tuple[int, int]:
    return scene.light.shape[0] // _CELL, scene.light.shape[1] // _CELL


def _places(scene: Scene) -> Tensor:
    """Features (places, 432), a row of places after the other."""
    maps = scene.sight.semantics.float()
    maps = fn.interpolate(maps, _grid(scene), mode="bilinear", align_corners=False)
    return maps[0].flatten(1).T


def _tone(scene: Scene) -> Tensor:
    """L* (places,) with mean and contrast of a common picture."""
    light = fn.adaptive_avg_pool2d(scene.sight.light.float(), _grid(scene)).flatten()
    return (light - light.mean()) / light.std().clamp(min=4) * 20


def _colors(other: Scene, reference: Picture) -> Array:
    """Colours ab (places, 2) of the reference."""
    height, width = _grid(other)
    lab = _lab(reference, width * 4, height * 4)
    colors: Array = cv2.resize(lab[..., 1:], (width, height), interpolation=cv2.INTER_AREA)
    return colors.reshape(-1, 2)


def _lab(picture: Picture, width: int, height: int) -> Array:
    return srgb_to_lab(in_depth(shrunk(picture.pixels, width, height), np.float32))


def _at_sight(scene: Scene, found: Tensor) -> tuple[Tensor, Tensor]:
    """Places (places, 3) brought to the size of the sight, along the edges of the picture."""
    height, width = _grid(scene)
    light = array_of(scene.sight.light)[..., 0]
    maps = array_of(found.T.reshape(1, 3, height, width))
    held = tensor_of(guided_by(light, maps).at(light), scene.device)
    return held[:, :2], held[:, 2:].clamp(0, 1)
