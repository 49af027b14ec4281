"""A network with chance weights, and grey pictures to try it on."""

import numpy as np
import pytest

from inference import tasks
from inference.cabinet import catalog
from inference.request import Context, Request
from inference.values import Picture
from tests.untrained import MODEL


@pytest.fixture
def ask(untrained_weights, monkeypatch):
    """Answer a request by the untrained network, or by the one that is named."""
    monkeypatch.setattr(catalog, "user_folder", lambda: untrained_weights.parent)

    def answer(feature, inputs, settings=None, *, seed=0, model=MODEL, context=None):
        settings = settings or feature.settings()
        request = Request(feature, inputs, settings, model, seed=seed, device="cpu")
        return tasks.run(request, context or Context())

    return answer


@pytest.fixture
def trained():
    """Id of the model that ships; skips while there is none."""
    if not (catalog.BUNDLED / "colorizer.safetensors").is_file():
        pytest.skip("needs resources/models/colorizer.safetensors")
    return "colorizer"


@pytest.fixture
def scene():
    """A maker of grey pictures: sky, a hill and a house, with a little grain."""
    return draw


def draw(width=160, height=120, dtype=np.uint8, channels=1, alpha=False) -> Picture:
    y, x = np.mgrid[:height, :width] / np.array([height, width]).reshape(2, 1, 1)
    light = 0.85 - 0.25 * y
    light[y > 0.6 + 0.1 * np.sin(6 * x)] = 0.35
    light[(abs(x - 0.6) < 0.15) & (abs(y - 0.65) < 0.2)] = 0.55
    light = light + np.random.default_rng(1).normal(0, 0.01, light.shape)
    peak = 1 if dtype == np.float32 else np.iinfo(dtype).max
    samples = (np.clip(light, 0, 1) * peak).astype(dtype)
    plane = np.full(samples.shape, peak // 2 if peak > 1 else 0.5, dtype) if alpha else None
    return Picture(np.repeat(samples[..., None], channels, 2), plane, dpi=(300.0, 300.0))
