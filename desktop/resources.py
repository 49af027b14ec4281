"""Where the files lie that come with the program."""

import sys
from pathlib import Path

ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).parent.parent))
"""Also right inside a bundle, which unpacks beside its own folder."""
RESOURCES = ROOT / "resources"
SAMPLES = RESOURCES / "samples"
