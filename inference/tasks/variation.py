"""Other ways to colour the same picture: a seed decides how the network's doubts are settled."""

import numpy as np
from torch import Tensor
from torch.nn import functional as fn

from inference.media.guided import guided_by
from inference.tasks.belonging import Belonging, Place
from inference.tasks.sight import Scene, array_of, tensor_of
from inference.values import Array

_PLACES = (3, 6)  # how many doubtful places are settled
_OTHER_THING = 0.3  # alikeness below which two places may be settled differently
_LIKELY = 0.15  # of the likeliest colour: what is rarer is never chosen
_OTHER = 15.0  # ab units from the automatic colour that make a colour another one
_CHOICE = 1.5  # temperature of the choice of a colour
_FIRMNESS = 4.0  # nats by which a chosen colour becomes likelier, where the picture is alike
_BREADTH = 18.0  # ab units around a chosen colour that become likelier with it
_NOBODY = 0.25  # alikeness that a place needs to follow another
_SHARPNESS = 3  # how much rather it follows the one that it is most alike
_VIVID = (0.4, 0.9)  # temperature of the colours themselves: lower is nearer to the likeliest one


def varied(scene: Scene, seed: int) -> Tensor:
    """First guess (1, 2, h, w) for a seed: 0 is the network's own, others are coherent variations.

    A few places about which the network is in doubt, spread over the picture, each choose one of
    the colours that it holds likely there. Wherever the picture means the same, that colour becomes
    likelier: it comes up where the network can believe it, and nowhere else.
    """
    if seed == 0:
        return scene.sight.ab
    chance = np.random.default_rng(seed)
    network, sight = scene.network, scene.sight
    logits = sight.logits.float()
    favour = _favour(scene, chance)
    temperature = float(chance.uniform(*_VIVID))
    change = network.annealed(logits + favour, temperature) - network.annealed(logits, 1.0)
    light = array_of(sight.light)[..., 0]
    return sight.ab + tensor_of(guided_by(light, array_of(change)).at(light), scene.device)


def _favour(scene: Scene, chance: np.random.Generator) -> Tensor:
    """What is added to the logits, (1, bins, h, w) nats."""
    likely = array_of(scene.network.distribution(scene.sight))  # (h, w, bins)
    own = array_of(fn.adaptive_avg_pool2d(scene.sight.ab, likely.shape[:2]))
    centres = scene.network.bin_centres.float().cpu().numpy()
    belonging = Belonging(scene)
    places = _doubtful(likely, belonging, chance)
    raised = np.stack(
        [_raised(likely[place], own[place], centres, chance) for place in places]
    )  # (places, bins)
    claims = np.stack([belonging.to(place) for place in places]) ** _SHARPNESS
    share = claims / (claims.sum(0) + _NOBODY**_SHARPNESS)  # each place follows one, or nobody
    return tensor_of(_FIRMNESS * np.tensordot(share, raised, (0, 0)), scene.device)


def _doubtful(likely: Array, belonging: Belonging, chance: np.random.Generator) -> list[Place]:
    """Rows and columns of a few places of high entropy that mean different things."""
    entropy = -(likely * np.log(likely + 1e-9)).sum(2)
    doubt = (entropy / max(float(entropy.max()), 1e-9)).astype(np.float64) ** 3
    places: list[Place] = []
    for _ in range(int(chance.integers(*_PLACES, endpoint=True))):
        flat = doubt.ravel() / doubt.sum()
        row, column = divmod(int(chance.choice(flat.size, p=flat)), likely.shape[1])
        places.append((row, column))
        doubt = doubt * np.clip(1 - belonging.to((row, column)) / _OTHER_THING, 0, 1) + 1e-9
    return places


def _raised(share: Array, own: Array, centres: Array, chance: np.random.Generator) -> Array:
    """How far each bin is near the colour that a place chooses, 0..1."""
    near = ((centres - _settled(share, own, centres, chance)) ** 2).sum(1)
    raised: Array = np.exp(-0.5 * near / _BREADTH**2)
    return raised


def _settled(share: Array, own: Array, centres: Array, chance: np.random.Generator) -> Array:
    """One of the likely colours (2,) of a place, another than its own if there is one."""
    share = np.where(share < _LIKELY * share.max(), 0, share).astype(np.float64)
    other = np.hypot(*(centres - own).T) >= _OTHER
    if (share * other).any():
        share = share * other
    share = share ** (1 / _CHOICE)
    color: Array = centres[chance.choice(len(share), p=share / share.sum())]
    return color
