"""A colorizer with chance weights, for tests of everything around the network."""

import os
from pathlib import Path

import torch
from safetensors.torch import save_file

from inference.models import colorizer

MODEL = "untrained"


def save_untrained(folder: Path) -> Path:
    """Write its weights into a folder of models."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        network = colorizer.build(colorizer.Settings())
        with torch.no_grad():
            network.mean.weight.mul_(8)  # colours that are worth a test
    path = folder / f"{MODEL}.safetensors"
    save_file(network.state_dict(), path)
    return path


def install(weights: Path, data_home: Path) -> None:
    """Make it one of the person's own models, whose folder of data that is."""
    folder = data_home / "Grisaille" / "models"
    folder.mkdir(parents=True)
    os.link(weights, folder / weights.name)
