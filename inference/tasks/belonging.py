"""What belongs together in a picture, in the network's own sense: where hints would carry over."""

import numpy as np
from torch.nn import functional as fn

from inference.models.colorizer import HintPoints
from inference.tasks.sight import Scene, array_of
from inference.values import Array

CELL = 4  # working pixels of one place
_CARRIED = 2.0  # squared distance of embeddings over which alikeness falls to 1/e

Place = tuple[int, int]
"""Row and column of a place."""


class Belonging:
    """How far each place of a picture belongs to another, (h, w) 0..1; h, w as the distribution."""

    def __init__(self, scene: Scene) -> None:
        height, width = (side // CELL for side in scene.light.shape)
        maps = array_of(fn.adaptive_avg_pool2d(scene.sight.embedding.float(), (height, width)))
        ways = maps.reshape(height, width, len(scene.network.carry.null), -1)
        self._ways = ways[:, :, 1:]  # the first way of carrying only reaches its neighbours

    def to(self, place: Place) -> Array:
        """To one place."""
        apart = ((self._ways - self._ways[place]) ** 2).sum(3)
        carried: Array = np.exp(-apart / _CARRIED).mean(2)
        return carried

    def to_hints(self, points: HintPoints) -> Array:
        """To any of the hints."""
        height, width = self._ways.shape[:2]
        nearest = np.zeros((height, width), np.float32)
        for x, y in np.floor(points.positions[0].cpu().numpy() / CELL).astype(int):
            place = int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1))
            nearest = np.maximum(nearest, self.to(place))
        return nearest
