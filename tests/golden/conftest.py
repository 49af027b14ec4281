"""`pytest tests/golden --golden DIR`: one test for each case.json below DIR."""

import os
from pathlib import Path

OWN = Path(__file__).parent / "cases"


def pytest_addoption(parser):
    parser.addoption("--golden", metavar="DIR", help="reference cases, in place of the few here")


def pytest_generate_tests(metafunc):
    if "case" not in metafunc.fixturenames:
        return
    folder = Path(metafunc.config.getoption("--golden", None) or OWN)
    walk = os.walk(folder, followlinks=True)
    found = sorted(Path(place) for place, _, files in walk if "case.json" in files)
    if not found:
        raise ValueError(f"no case.json below {folder}")
    metafunc.parametrize("case", found, ids=[path.relative_to(folder).as_posix() for path in found])
