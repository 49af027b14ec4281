"""Models whose official weights come in two files: from one half to the whole.

Only AdaIN so far: `vgg_normalised.pth` and `decoder.pth`, side by side in a folder.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from inference.cabinet.catalog import WEIGHTS
from inference.values import Problem

if TYPE_CHECKING:
    from torch import Tensor

    State = dict[str, Tensor]

_OFFICIAL = {"vgg": "vgg_normalised.pth", "decoder": "decoder.pth"}


def whole(state: "State", path: Path, read: "Callable[[Path], State]") -> "State":
    """The weights of both files where `state` is of one half, else `state` as it is.

    read: gives the state dict of a file. Raises Problem where the other half is missing.
    """
    from inference.models.adain import part_of

    mine = part_of(state)
    if mine is None:
        return state
    theirs = "decoder" if mine == "vgg" else "vgg"
    for other in sorted(path.parent.iterdir()):
        if other != path and theirs in other.name and other.suffix.lower() in WEIGHTS:
            found = read(other)
            if part_of(found) == theirs:
                return _prefixed(state, mine) | _prefixed(found, theirs)
    raise Problem(
        f"The file {path.name} is one half of AdaIN, and the other is not beside it.",
        remedy=f"Put {_OFFICIAL[theirs]} into the same folder.",
    )


def _prefixed(state: "State", part: str) -> "State":
    return {f"{part}.{key}": value for key, value in state.items()}
