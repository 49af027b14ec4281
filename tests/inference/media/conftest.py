"""Random pictures of any kind."""

import numpy as np
import pytest

from inference.values import Picture


@pytest.fixture
def make_picture():
    """A factory of pictures full of noise, the same each time."""

    def make(dtype=np.uint8, channels=3, alpha=False, size=(17, 13), **metadata) -> Picture:
        width, height = size
        rng = np.random.default_rng(7)

        def noise(*shape):
            if dtype == np.float32:
                return rng.random(shape, dtype=np.float32)
            return rng.integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)

        opacity = noise(height, width) if alpha else None
        return Picture(noise(height, width, channels), opacity, **metadata)

    return make
