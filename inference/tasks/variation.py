"""Other ways to colour the same picture: a seed decides how the network's doubts are settled."""

import numpy as np
import torch
from torch.nn import functional as fn

from inference.tasks.hinting import hint_points
from inference.tasks.sight import Scene, array_of
from inference.values import Array

_PLACES = (3, 6)  # how many doubtful places are decided
_RADIUS = 8.0  # working pixels around each
_APART = 0.22  # of the picture: how far a decided place keeps the next one away
_LIKELY = 0.12  # of the likeliest colour: what is rarer is never chosen
_OTHER = 15.0  # ab units from the automatic colour that make a colour another one
_TEMPERATURE = 1.5


def varied(scene: Scene, seed: int) -> torch.Tensor:
    """First guess (1, 2, h, w) for a seed: 0 is the network's own, others are coherent variations.

    A few places about which the network is in doubt, spread over the picture, take one of the
    colours that it holds likely there, and the network carries those on as it carries hints.
    """
    if seed == 0:
        return scene.sight.ab
    chance = np.random.default_rng(seed)
    likely = array_of(scene.network.distribution(scene.sight))  # (h, w, bins)
    places = _doubtful(likely, chance)
    centres = scene.network.bin_centres.float().cpu().numpy()
    own = _automatic_at(scene, likely.shape)
    colors = [_settled(likely, own, centres, place, chance) for place in places]
    height, width = likely.shape[:2]
    light_h, light_w = scene.light.shape
    spots = np.array(
        [((c + 0.5) * light_w / width, (r + 0.5) * light_h / height) for r, c in places]
    )
    hints = hint_points(spots, np.stack(colors), np.full(len(spots), _RADIUS), scene.device)
    return scene.network.color(scene.sight, hints, _vivid(scene, float(chance.uniform(0, 0.8))))


def _vivid(scene: Scene, share: float) -> torch.Tensor:
    """The automatic colour, partly moved from its mean to its modes."""
    sight = scene.sight
    modes = scene.network.annealed(sight.logits, 0.3).float()
    modes = fn.interpolate(modes, sight.ab.shape[-2:], mode="bilinear", align_corners=False)
    return torch.lerp(sight.ab, modes, share)


def _automatic_at(scene: Scene, shape: tuple[int, ...]) -> Array:
    return array_of(fn.adaptive_avg_pool2d(scene.sight.ab, (shape[0], shape[1])))


def _doubtful(likely: Array, chance: np.random.Generator) -> list[tuple[int, int]]:
    """Rows and columns of a few places of high entropy, apart from each other."""
    height, width = likely.shape[:2]
    entropy = -(likely * np.log(likely + 1e-9)).sum(2)
    doubt = (entropy / max(float(entropy.max()), 1e-9)) ** 3
    rows, columns = np.mgrid[:height, :width]
    reach = _APART * max(height, width)
    places: list[tuple[int, int]] = []
    for _ in range(int(chance.integers(*_PLACES, endpoint=True))):
        flat = doubt.ravel() / doubt.sum()
        row, column = divmod(int(chance.choice(flat.size, p=flat)), width)
        places.append((row, column))
        away = (rows - row) ** 2 + (columns - column) ** 2
        doubt = doubt * (1 - np.exp(-0.5 * away / reach**2)) + 1e-9
    return places


def _settled(
    likely: Array,
    own: Array,
    centres: Array,
    place: tuple[int, int],
    chance: np.random.Generator,
) -> Array:
    """One of the likely colours (2,) at a place, another than the automatic one if there is one."""
    row, column = place
    around = likely[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
    share = around.mean((0, 1)).astype(np.float64)
    share[share < _LIKELY * share.max()] = 0
    other = np.hypot(*(centres - own[row, column]).T) >= _OTHER
    if (share * other).any():
        share = share * other
    share = share ** (1 / _TEMPERATURE)
    color: Array = centres[chance.choice(len(share), p=share / share.sum())]
    return color
