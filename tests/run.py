"""All checks, in order, as `make test` runs them: linters, types, import rules, tests.

Options: `--only checks` leaves the tests out; anything after `--` goes to pytest. Goes through all
steps of checks even if one fails, and ends with the exit code of the first that failed.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CHECKS = {
    "ruff check": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "."],
    "mypy": [BIN / "mypy"],
    "import rules": [BIN / "lint-imports"],
}
PYTEST = [sys.executable, "-m", "pytest", "-q", "--durations", "10"]
TESTS = {
    # two processes, each file in one of them: module fixtures are made once
    "tests": [*PYTEST, "-m", "not alone", "-n", "2", "--dist", "loadfile"],
    "tests, alone": [*PYTEST, "-m", "alone"],
}


def main() -> int:
    """Run the steps, print what each took, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["checks"], help="leave the tests out")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args()
    steps = dict(CHECKS)
    if options.only is None:
        steps |= {name: [*command, *options.pytest] for name, command in TESTS.items()}
    outcomes = {name: run(name, command) for name, command in steps.items()}
    print(f"\n{'step':<14}{'seconds':>8}  result")
    for name, (code, seconds) in outcomes.items():
        print(f"{name:<14}{seconds:>8.1f}  {'passed' if code == 0 else f'FAILED ({code})'}")
    return next((code for code, _ in outcomes.values() if code), 0)


def run(name: str, command: list) -> tuple[int, float]:
    """Exit code of a command and the seconds it took."""
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    code = subprocess.run(list(map(str, command)), cwd=REPOSITORY, env=environment).returncode
    return code, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
