"""Which device computes, how precisely, with how much memory; and torch, imported gently.

No torch at module level: the window is up before it is imported.
"""

import ctypes
import gc
import importlib
import importlib.util
import os
import sys
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from inference.values import Cure, Problem

if TYPE_CHECKING:
    import torch

    Device = torch.device | str
    """A device or its name, such as "cpu" or "cuda:0"."""

NAMES = ("auto", "cpu", "cuda", "mps")
"""What a request may ask for."""


def resolve(name: str) -> "torch.device":
    """The device of that name; "auto" is the fastest there is.

    Raises Problem where the machine has no such device: nobody falls back unasked.
    """
    import torch

    kind = name.partition(":")[0]
    if kind not in NAMES:
        raise Problem(
            f"There is no device called {name!r}.",
            remedy=f"Choose one of {', '.join(NAMES)}.",
            cure=Cure.BEST_DEVICE,
        )
    if kind == "auto":
        return next(torch.device(kind) for kind in ("cuda", "mps", "cpu") if _present(kind))
    if not _present(kind):
        raise Problem(
            f"This machine has no device {kind!r} that torch {torch.__version__} can use.",
            remedy="Choose auto or cpu, or install a torch that is built for your graphics card.",
            cure=Cure.BEST_DEVICE,
        )
    return torch.device(name)


def _present(kind: str) -> bool:
    import torch

    if kind == "cuda":
        return torch.cuda.is_available()
    if kind == "mps":
        return torch.backends.mps.is_available()
    return True


def precision(device: "Device", *, wide: bool = False) -> "torch.dtype":
    """The shortest floating point type that is both safe for our networks and fast there.

    float16 on GPUs with fast halves (its 11 bits are finer than bfloat16's 8, and our activations
    stay far from its limit), bfloat16 on CPUs that multiply it natively, float32 elsewhere.
    wide: with the range of float32, for gradients and for sums over a whole picture, which float16
    cannot hold: bfloat16 where it is multiplied natively, float32 elsewhere.
    """
    import torch

    kind = torch.device(device).type
    if kind == "cpu":
        capabilities = torch.cpu.get_capabilities()
        native = capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")
        return torch.bfloat16 if native else torch.float32
    as_apples = (7, 0)  # fast halves, no bfloat16
    capability = torch.cuda.get_device_capability(device) if kind == "cuda" else as_apples
    if not wide and capability >= (7, 0):
        return torch.float16
    return torch.bfloat16 if capability >= (8, 0) else torch.float32


def autocast(device: "Device", *, wide: bool = False) -> AbstractContextManager[Any]:
    """Compute what is safe in `precision(device)`; weights and results stay as they are."""
    import torch

    dtype = precision(device, wide=wide)
    kind = torch.device(device).type
    return torch.autocast(kind, dtype=dtype, enabled=dtype != torch.float32)


def layout(device: "Device") -> "torch.memory_format":
    """The order in memory in which a network's weights, and so its pictures, are worked on fastest.

    On CPUs all channels of a pixel side by side: our networks take half the time in bfloat16 then,
    a fifth to a third less in float32. Elsewhere as torch has it by itself.
    """
    import torch

    on_cpu = torch.device(device).type == "cpu"
    return torch.channels_last if on_cpu else torch.contiguous_format


def memory(device: "Device") -> tuple[int, int]:
    """Bytes in use and bytes there are; on the CPU this program's and the machine's."""
    kind = str(device).partition(":")[0]
    if kind == "cpu":
        import psutil  # type: ignore[import-untyped]

        return psutil.Process().memory_info().rss, psutil.virtual_memory().total
    import torch

    if kind == "mps":
        return torch.mps.driver_allocated_memory(), torch.mps.recommended_max_memory()
    free, total = torch.cuda.mem_get_info(device)
    return total - free, total


def name(device: "Device") -> str:
    """What a person calls it: "CPU", "Apple GPU", "NVIDIA H100 80GB HBM3"."""
    kind = str(device).partition(":")[0]
    if kind == "cuda":
        import torch

        return str(torch.cuda.get_device_name(device))
    return {"cpu": "CPU", "mps": "Apple GPU"}[kind]


_MEMORY_PHRASES = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "alloc_failed",
    "unable to find an engine",  # cuDNN, where no way to convolve has room for its scratch space
    "cublas_status_not_initialized",  # cuBLAS, where its handle finds no room
)


def is_out_of_memory(error: BaseException) -> bool:
    """True where a device or the machine had too little memory for what was asked."""
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(phrase in text for phrase in _MEMORY_PHRASES)


def free(device: "Device") -> None:
    """Give back what torch holds in reserve on that device."""
    if gc.isenabled():  # where the window switched it off, no other thread may collect
        gc.collect()
    kind = str(device).partition(":")[0]
    if kind == "cpu":
        return
    import torch

    (torch.cuda if kind == "cuda" else torch.mps).empty_cache()


# torch


def import_torch() -> ModuleType:
    """Import torch while other threads stay responsive: none waits over about 20 ms for Python.

    A plain import in a background thread freezes the window for up to 400 ms, in two places. Its
    libraries are linked with Python's lock held: here they are linked before, by a call that lets
    go of the lock. And each full garbage collection walks its half million objects, during the
    import and ever after: here none is made meanwhile, and these objects are exempt from later ones
    (they live as long as the program).
    """
    if "torch" not in sys.modules:
        # Threads of a network that wait for each other sleep instead of spinning: within 10 % on
        # a machine that does nothing else, 3 to 8 times faster where other programs compute too.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        _link_libraries()
    torch = import_quietly("torch")
    # the same request gives the same pixels on GPUs too, in float32 where that is asked for
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.allow_tf32 = False
    return torch


importing = threading.RLock()
"""Held while a large module is imported: whoever collects garbage by hand stays away meanwhile."""


def import_quietly(module: str) -> ModuleType:
    """Import a large module without garbage collections, and exempt its objects from later ones."""
    if module in sys.modules:
        return sys.modules[module]
    with importing:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return importlib.import_module(module)
        finally:
            gc.freeze()
            if was_enabled:
                gc.enable()


def _link_libraries() -> None:
    spec = importlib.util.find_spec("torch")
    if os.name != "posix" or spec is None or spec.origin is None:
        return  # on Windows torch itself links them by calls that let go of the lock
    suffix = "dylib" if sys.platform == "darwin" else "so"
    library = Path(spec.origin).parent / "lib" / f"libtorch_python.{suffix}"
    # not ctypes.CDLL(library): that holds the lock. A failure is told better by the import itself.
    ctypes.CDLL(None).dlopen(os.fsencode(library), os.RTLD_LAZY)
