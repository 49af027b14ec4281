"""One module a feature; `run` finds the one that answers a request and stands at the border."""

import logging
import traceback
from dataclasses import replace
from types import ModuleType

from inference import device as devices
from inference.request import Cancelled, Context, Feature, Request, Result
from inference.values import Cure, Problem

_log = logging.getLogger(__name__)


def run(request: Request, context: Context) -> Result:
    """Answer a request, for the window's service and the command line alike.

    Raises Cancelled, or Problem: whatever else goes wrong becomes one, its traceback in `detail`.
    """
    try:
        devices.import_torch()
        device = str(devices.resolve(request.device))
        return _run_or_retreat(replace(request, device=device), context)
    except (Problem, Cancelled):
        raise
    except Exception as error:
        if devices.is_out_of_memory(error):
            raise _too_large(request, error) from error
        _log.exception("%s failed", request.feature.name)
        raise Problem(
            f"{request.feature.label} stopped because of a fault in Grisaille"
            f" ({type(error).__name__}).",
            remedy="Nothing was changed. Please report it with the details.",
            detail=_details(error),
            cure=Cure.TRY_AGAIN,
        ) from error


def module_of(feature: Feature) -> ModuleType:
    """The module of this package that answers it, imported."""
    return devices.import_quietly(f"{__name__}.{feature.name}")


def _run_or_retreat(request: Request, context: Context) -> Result:
    try:
        return _run_on(request, context)
    except (RuntimeError, MemoryError) as error:
        on_cpu = request.device == "cpu"
        if on_cpu or not request.allow_cpu or not devices.is_out_of_memory(error):
            raise
    devices.free(request.device)
    context.note(f"{devices.name(request.device)} has too little memory: the CPU did the work.")
    return _run_on(replace(request, device="cpu"), context)


def _run_on(request: Request, context: Context) -> Result:
    context.checkpoint()
    result: Result = module_of(request.feature).run(request, context)
    return replace(result, device=request.device, notes=tuple(context.notes))


def _too_large(request: Request, error: Exception) -> Problem:
    on_gpu = str(devices.resolve(request.device)) != "cpu" and not request.allow_cpu
    return Problem(
        "There is too little memory for this picture, even in small pieces.",
        remedy="Close other programs or pictures, allow the CPU, or make the picture smaller."
        if on_gpu
        else "Close other programs or pictures, or make the picture smaller.",
        detail=_details(error),
        cure=Cure.ALLOW_CPU if on_gpu else Cure.TRY_AGAIN,
    )


def _details(error: Exception) -> str:
    return "".join(traceback.format_exception(error))
