"""From a model's id to its network, safely: hash checked, nothing executed, keys strict.

torch is imported inside functions, so that the shelf can be shown before it is there.
"""

import hashlib
import pickle
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from inference import device as devices
from inference.cabinet.catalog import Card, card
from inference.cabinet.halves import whole
from inference.request import ModelStamp
from inference.values import Cure, Problem

if TYPE_CHECKING:
    from torch import Tensor, nn

    State = dict[str, Tensor]


class Family(Protocol):
    """A module of inference.models."""

    __name__: str
    Settings: Any

    def recognise(self, state: "Mapping[str, Tensor]") -> Any | None:
        """Settings read off a state dict, None where it belongs to another family."""

    def build(self, settings: Any) -> "nn.Module":
        """The network, untrained."""


def families() -> tuple[Family, ...]:
    """All of them, written out by hand, in the order in which a file is shown to them."""
    from inference.models import adain, colorizer, fast_style, stylist, vgg, vgg_caffe

    return (colorizer, stylist, vgg, vgg_caffe, fast_style, adain)


@dataclass(frozen=True, eq=False)
class Loaded:
    """A network on its device, in eval mode and frozen; shared: never change it."""

    network: Any
    stamp: ModelStamp
    card: Card


class Shelf:
    """Loaded networks, the least recently used put away where they exceed `budget` bytes together.

    The newest always stays, however large.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._networks: OrderedDict[object, tuple[Loaded, int]] = OrderedDict()
        self._lock = threading.RLock()

    @property
    def budget(self) -> int:
        """Bytes that the networks may take; setting it puts away what exceeds it."""
        return self._budget

    @budget.setter
    def budget(self, size: int) -> None:
        self._budget = size
        with self._lock:
            self._put_away()

    @property
    def used(self) -> int:
        """Bytes that they take."""
        return sum(size for _, size in tuple(self._networks.values()))

    @property
    def models(self) -> tuple[str, ...]:
        """Their ids, the least recently used first."""
        return tuple(loaded.stamp.id for loaded, _ in tuple(self._networks.values()))

    def get(self, key: object, make: Callable[[], Loaded]) -> Loaded:
        """What stands there under that key, or else what `make` gives."""
        with self._lock:
            if key not in self._networks:
                loaded = make()
                self._networks[key] = loaded, _bytes_of(loaded.network)
            self._networks.move_to_end(key)
            self._put_away()
            return self._networks[key][0]

    def clear(self) -> None:
        """Put all away."""
        with self._lock:
            self._networks.clear()

    def _put_away(self) -> None:
        while self.used > self._budget and len(self._networks) > 1:
            self._networks.popitem(last=False)


shelf = Shelf(budget=2 * 2**30)


def load(model: str, device: "devices.Device") -> Loaded:
    """The network of a model's id on a device, from the shelf or from its file.

    Raises Problem where the model is unknown, its file missing, changed, damaged, dangerous or of
    no family that Grisaille knows.
    """
    chosen = card(model)
    if chosen.trouble:
        raise Problem(
            f"The model {model!r} cannot be used. {chosen.trouble}",
            remedy="Put the file back, or choose another model.",
            cure=Cure.SHOW_MODELS,
        )
    try:
        facts = chosen.path.stat()
        key = (chosen.path, facts.st_mtime_ns, facts.st_size, str(device))
        return shelf.get(key, lambda: _load_file(chosen, device))
    except OSError as error:
        raise Problem(
            f"The file {chosen.file} cannot be read: {error.strerror}.",
            remedy="See that it is still there, and that you may read it.",
            cure=Cure.SHOW_MODELS,
            detail=str(error),
        ) from error


def _load_file(chosen: Card, device: "devices.Device") -> Loaded:
    sha256 = _checked_hash(chosen)
    state = whole(read_state(chosen.path), chosen.path, read_state)
    network = network_of(state, chosen.file, chosen.family)
    network = network.to(device, memory_format=devices.layout(device))  # type: ignore[call-overload]
    network = network.eval().requires_grad_(False)
    return Loaded(network, ModelStamp(chosen.id, sha256), chosen)


def _checked_hash(chosen: Card) -> str:
    with chosen.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if chosen.sha256 and sha256 != chosen.sha256.lower():
        raise Problem(
            f"The file {chosen.file} is not the one that its card describes: it was changed, or"
            " not copied to the end.",
            remedy="Fetch the file again, or install Grisaille again if it came with it.",
            cure=Cure.SHOW_MODELS,
            detail=f"SHA-256 {sha256}, expected {chosen.sha256}",
        )
    return sha256


# From state dict to network.


def network_of(state: "State", file: str, family: str = "") -> "nn.Module":
    """The network that these weights belong to, filled with them.

    file: its name for people; family: what its card says, "" where unknown. Two refusals: not of
    any family we know; of a known one, but damaged (then keys that lack or exceed are named).
    """
    for candidate in families():
        name = candidate.__name__.rpartition(".")[2]
        if family in ("", name):
            settings = _recognised(candidate, state, file, name)
            if settings is None and family == name:
                settings = candidate.Settings()  # so that what is missing gets named
            if settings is not None:
                return _filled(candidate, settings, state, file, name)
    raise Problem(
        f"The file {file} holds weights of a network that Grisaille does not know.",
        remedy="Choose a model whose family is known.",
        cure=Cure.SHOW_MODELS,
        option="`models list` names it",
        detail="First keys: " + ", ".join(list(state)[:8]),
    )


def _recognised(family: Family, state: "State", file: str, name: str) -> Any | None:
    try:
        return family.recognise(state)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise _damaged(file, name, "a layer has an impossible shape", str(error)) from error


def _filled(family: Family, settings: Any, state: "State", file: str, name: str) -> "nn.Module":
    import torch

    try:
        with torch.random.fork_rng(devices=[]):  # fresh weights must not use up seeded chance
            network = family.build(settings)
        told = network.load_state_dict(state, strict=False)
    except (RuntimeError, MemoryError, ArithmeticError, TypeError, ValueError) as error:
        raise _damaged(file, name, "layers do not fit together", str(error)) from error
    missing, unexpected = told.missing_keys, told.unexpected_keys
    if missing or unexpected:
        reason = " and ".join(
            f"{_some(keys)} {what}"
            for keys, what in ((missing, "missing"), (unexpected, "not expected"))
            if keys
        )
        raise _damaged(file, name, reason, f"Missing: {missing}. Unexpected: {unexpected}.")
    return network


def _some(keys: list[str]) -> str:
    shown = ", ".join(keys[:3])
    rest = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return f"{shown}{rest} {'is' if len(keys) == 1 else 'are'}"


def _damaged(file: str, family: str, reason: str, detail: str) -> Problem:
    return Problem(
        f"The file {file} is a model of the family {family}, but damaged: {reason}.",
        remedy="Fetch the file again.",
        cure=Cure.SHOW_MODELS,
        detail=detail,
    )


# From file to state dict.


def read_state(path: Path) -> "State":
    """The tensors of a file by name, on the CPU; Problem where it is no file of weights.

    safetensors, or a torch pickle by the unpickler that makes tensors and nothing else. What the
    file is, its first bytes tell, not its name.
    """
    try:
        with path.open("rb") as file:
            head = file.read(9)
        data = _parsed(path, head)
    except (Problem, OSError):
        raise
    except pickle.UnpicklingError as error:
        raise _foreign_code(path, error) from error
    except Exception as error:  # a parser fed with anything may raise anything
        raise _unreadable(path, f"({type(error).__name__})", str(error)) from error
    return _tensors(path, data)


def _parsed(path: Path, head: bytes) -> object:
    if head[8:] == b"{":
        from safetensors.torch import load_file

        return load_file(path)
    if head.startswith((b"PK", b"\x80")):
        import torch

        return torch.load(path, map_location="cpu", weights_only=True)
    if not head:
        raise _unreadable(path, "because it is empty")
    if head.lstrip().startswith(b"<"):
        raise _unreadable(path, "because it is a web page: its download went wrong")
    raise _unreadable(path, "because it is neither a safetensors nor a torch file")


def _foreign_code(path: Path, error: pickle.UnpicklingError) -> Problem:
    named = re.search(r"GLOBAL (\S+)", str(error))
    if named is None:
        return _unreadable(path, "because it is damaged", str(error))
    return Problem(
        f"The file {path.name} is refused: opening it would run code that came with it"
        f" ({named.group(1)}).",
        remedy="Ask for the same model as a .safetensors file, which holds weights only.",
        cure=Cure.SHOW_MODELS,
        detail=str(error),
    )


def _unreadable(path: Path, reason: str, detail: str = "") -> Problem:
    return Problem(
        f"The file {path.name} cannot be read as a model {reason}.",
        remedy="Fetch the file again.",
        cure=Cure.SHOW_MODELS,
        detail=detail,
    )


_WRAPPERS = ("params_ema", "params", "state_dict", "model")


def _tensors(path: Path, data: object) -> "State":
    """The tensors themselves, from below the entry that some programs wrap them in."""
    import torch

    for wrapper in _WRAPPERS:
        if isinstance(data, Mapping) and isinstance(data.get(wrapper), Mapping):
            data = data[wrapper]
    named = data.items() if isinstance(data, Mapping) else ()
    state = {str(key): value for key, value in named if isinstance(value, torch.Tensor)}
    if not state:
        raise _unreadable(path, "because it holds no weights")
    empty = next((key for key, value in state.items() if not value.numel()), None)
    if empty is not None:  # its other sides could claim any size
        raise _unreadable(path, f"because its layer {empty} is empty")
    return state


def _bytes_of(network: "nn.Module") -> int:
    held = (*network.parameters(), *network.buffers())
    return sum(tensor.numel() * tensor.element_size() for tensor in held)
