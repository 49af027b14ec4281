"""What looks after the installation: self test, training, versions and licences. No Qt."""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np

from desktop.resources import RESOURCES
from inference import device as devices
from inference import tasks
from inference.cabinet import catalog, loading
from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings
from inference.media.atomic import refuse_existing
from inference.media.picture import read_picture, write_picture
from inference.request import Context, Request, Result
from inference.values import Picture, Problem

LUMA_LOCK = 0.01
"""Mean |dL*| that a 16-bit result may have."""


@dataclass(frozen=True)
class Finding:
    """One check of the self test: what was looked at, what was found, and if it is as it should."""

    what: str
    found: str
    good: bool


def selftest(device: str) -> list[Finding]:
    """Check models, colours, lightness and files; a check that breaks is a finding too."""
    checks: dict[str, Callable[[], tuple[str, bool]]] = {"device": lambda: _device(device)}
    for card in catalog.cards():
        checks[f"model {card.id}"] = lambda card=card: _model(card, device)  # type: ignore[misc]
    checks["colours"] = lambda: _colors(device)
    checks["16-bit file"] = _file
    return [_finding(what, check) for what, check in checks.items()]


def _finding(what: str, check: Callable[[], tuple[str, bool]]) -> Finding:
    try:
        return Finding(what, *check())
    except Problem as problem:
        return Finding(what, str(problem), good=False)


def _device(wanted: str) -> tuple[str, bool]:
    chosen = devices.resolve(wanted)
    used, total = devices.memory(chosen)
    precision = str(devices.precision(chosen)).removeprefix("torch.")
    gigabytes = f"{used / 1e9:.1f} of {total / 1e9:.0f} GB in use"
    return f"{devices.name(chosen)}, {precision}, {gigabytes}", True


def _model(card: catalog.Card, device: str) -> tuple[str, bool]:
    loaded = loading.load(card.id, devices.resolve(device))
    vouched = "as its card says" if card.sha256 else "no card vouches for it"
    return f"SHA-256 {loaded.stamp.sha256[:16]}…, {vouched}", True


def _colors(device: str) -> tuple[str, bool]:
    ramp = np.linspace(0, 65535, 96 * 64).reshape(64, 96, 1).astype(np.uint16)
    first, second = _colorized(Picture(ramp), device), _colorized(Picture(ramp), device)
    error = first.figures["mean_dl"]
    same = bool((first.pictures[0].pixels == second.pictures[0].pixels).all())
    found = f"lightness kept to {error:.5f} L*, second run {'equal' if same else 'different'}"
    return f"{found}, {second.seconds['run'] * 1000:.0f} ms", same and error < LUMA_LOCK


def _colorized(picture: Picture, device: str) -> Result:
    request = Request(COLORIZE, ColorizeInputs(picture), ColorizeSettings(), device=device)
    return tasks.run(request, Context())


def _file() -> tuple[str, bool]:
    chance = np.random.default_rng(0)
    picture = Picture(chance.integers(0, 65536, (32, 48, 3), dtype=np.uint16))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "selftest.png"
        write_picture(picture, path)
        same = bool((read_picture(path).pixels == picture.pixels).all())
    return "written and read back equal" if same else "read back different", same


# Training


_WITHOUT_DATA = ("style",)  # recipes that the bundled samples suffice for


class Trained(NamedTuple):
    """What a recipe left, and what computed."""

    weights: Path
    device: str


def train(
    recipe: str,
    data: Path,
    options: Sequence[str],
    say: Callable[[str], None],
    *,
    device: str = "auto",
    overwrite: bool = False,
) -> Trained:
    """Run a recipe of inference.train; options are "--name", "value" pairs of its Options.

    Problem, before any work, on what it cannot be told, and where its file is there already; but
    a run that was stopped goes on to the file that it has begun.
    """
    recipes = _recipes()
    if recipe not in recipes:
        raise Problem(
            f"There is no recipe called {recipe!r}.", remedy=f"There is {', '.join(recipes)}."
        )
    if not data.is_dir() and recipe not in _WITHOUT_DATA:
        raise Problem(
            f"There is no folder {data}.", remedy="Name the folder of photographs with --data."
        )
    module = import_module(f"inference.train.{recipe}")
    known = get_type_hints(module.Options)
    chosen = _typed(known, options)
    computes = devices.resolve(device).type if "device" in known else "cpu"
    if device not in ("auto", computes):
        raise Problem(
            f"The recipe {recipe} computes on the CPU only.", remedy="Leave --device out."
        )
    if "device" in known:
        chosen["device"] = computes
    wanted = module.Options(data=data, **chosen)
    if not _goes_on(wanted):
        refuse_existing(wanted.out, overwrite)
    return Trained(module.train(wanted, say), computes)


def _goes_on(options: Any) -> bool:
    """Whether a run of that recipe was stopped, and this one takes it up."""
    from inference.train.course import is_begun

    return hasattr(options, "work") and is_begun(options.work, options.seconds)


def _recipes() -> list[str]:
    folder = Path(__file__).parents[2] / "inference" / "train"
    marked = "\nclass Options:"  # what makes a file of that folder a recipe
    return sorted(p.stem for p in folder.glob("*.py") if marked in p.read_text("utf-8"))


def _typed(hints: dict[str, Any], options: Sequence[str]) -> dict[str, Any]:
    chosen = {}
    for option, text in zip(options[::2], [*options[1::2], ""], strict=False):
        name = option.removeprefix("--").replace("-", "_")
        kind = hints.get(name)
        if not option.startswith("--") or kind is None:
            raise Problem(
                f"The recipe has no option {option!r}.",
                remedy=f"It has {', '.join('--' + n.replace('_', '-') for n in hints)}.",
            )
        try:
            chosen[name] = (kind if kind in (int, float, str) else Path)(text)
        except ValueError as error:
            raise Problem(f"{option} cannot be {text!r}.", detail=str(error)) from error
    return chosen


# Versions and licences


def version() -> str:
    """The version of this installation."""
    try:
        return metadata.version("grisaille")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def licences() -> Iterator[str]:
    """One line for Grisaille, each model, and each package that it runs with."""
    yield f"Grisaille {version()}: GPL-3.0-or-later"
    yield ""
    yield "Models"
    for card in catalog.cards():
        yield f"  {card.id}: {card.licence or 'unknown'}"
    yield ""
    yield "Packages"
    for name in sorted(_needed("grisaille"), key=str.lower):
        yield f"  {name} {metadata.version(name)}: {_licence_of(name)}"
    yield ""
    yield f"Fonts and icons: see {RESOURCES}"


def _needed(name: str) -> set[str]:
    """Names of all packages that a package needs to run and that are installed."""
    found: set[str] = set()
    waiting = _required_by(name)
    while waiting:
        needed = waiting.pop()
        if needed not in found and _installed(needed):
            found.add(needed)
            waiting += _required_by(needed)
    return found


def _required_by(name: str) -> list[str]:
    try:
        wanted = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    names = (re.match(r"[\w.-]+", line) for line in wanted if "extra ==" not in line)
    return [re.sub(r"[-_.]+", "-", found[0]).lower() for found in names if found]


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _licence_of(name: str) -> str:
    about = metadata.metadata(name)
    told = (_told(about, "License-Expression") or _told(about, "License")).strip()
    if told and "\n" not in told and len(told) < 80:
        return told
    classes = about.get_all("Classifier") or []
    named = [c.rpartition(" :: ")[2] for c in classes if c.startswith("License ::")]
    return ", ".join(named) or "see its own files"


def _told(about: metadata.PackageMetadata, key: str) -> str:
    return about[key] if key in about else ""  # noqa: SIM401 - it has no `get`
