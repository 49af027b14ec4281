"""`colorize` as a person asks for it, and what must hold of any refusal."""

from pathlib import Path

import numpy as np
from PIL import Image

from desktop.cli import main as cli
from tests.untrained import MODEL


def colorize(*words) -> int:
    return cli.main(["colorize", *map(str, words), "--model", MODEL, "--device", "cpu"])


def refused(capsys, *words) -> str:
    """The sentence of a refusal, after everything that must hold of any."""
    assert colorize(*words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1
    assert "Traceback" not in told.err
    return told.err


def grey(folder: Path, name="in.png", size=(40, 30)) -> Path:
    ramp = np.linspace(0, 255, size[0] * size[1]).reshape(size[1], size[0])
    Image.fromarray(ramp.astype(np.uint8)).save(folder / name)
    return folder / name
