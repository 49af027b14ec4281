"""Where the files lie that come with the program."""

import sys
from pathlib import Path

RESOURCES = Path(getattr(sys, "_MEIPASS", Path(__file__).parent.parent)) / "resources"
"""Also right inside a bundle, which unpacks beside its own folder."""
SAMPLES = RESOURCES / "samples"
