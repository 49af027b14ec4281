"""The recipe that goes on with styles that were never seen: only the predictor learns.

The painter and its table stay as they are, so styles by name, and people's own, keep their looks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inference.train import styles


@dataclass(frozen=True)
class Options:
    """One training run, which starts from the bundled painter."""

    data: Path
    start: Path = Path("resources/models/stylist.safetensors")
    out: Path = Path("resources/models/stylist.safetensors")
    work: Path = Path(".train/anystyle")  # checkpoints
    seconds: float = 3600
    device: str = "auto"
    batch: int = 0
    side: int = 0
    rate: float = 1e-3
    photos: int = 1200
    pool: int = 1500
    threads: int = 2
    seed: int = 10


def train(options: Options, say: Callable[[str], None] = print) -> Path:
    """Train, say how it goes, leave the weights at `options.out`."""
    recipe = styles.Options(
        data=options.data,
        start=options.start,
        out=options.out,
        work=options.work,
        seconds=options.seconds,
        device=options.device,
        batch=options.batch,
        named=0,
        side=options.side,
        photos=options.photos,
        pool=options.pool,
        rate=0.0,
        table_rate=0.0,
        predictor_rate=options.rate,
        threads=options.threads,
        seed=options.seed,
    )
    return styles.train(recipe, say)
