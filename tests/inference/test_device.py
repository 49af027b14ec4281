"""Devices by name, memory, precision; torch imported with care."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from inference import device
from inference.values import Problem

GPU = torch.cuda.is_available() or torch.backends.mps.is_available()
needs_gpu = pytest.mark.skipif(not GPU, reason="needs a GPU")
needs_none = pytest.mark.skipif(GPU, reason="needs a machine without a GPU")


def python(code) -> str:
    """What a fresh Python says to that code."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_module_is_imported_without_torch():
    code = "import sys, inference.device, inference.cabinet.catalog, inference.cabinet.loading"
    assert python(f"{code}; print('torch' in sys.modules)") == "False"


def test_cpu_is_always_there():
    assert device.resolve("cpu") == torch.device("cpu")


def test_auto_is_a_device_that_is_there():
    assert device.resolve(str(device.resolve("auto"))) == device.resolve("auto")


@needs_none
@pytest.mark.parametrize("name", ["cuda", "cuda:0", "mps"])
def test_an_absent_device_is_a_problem(name):
    with pytest.raises(Problem, match="no device") as problem:
        device.resolve(name)
    assert "Choose auto or cpu" in problem.value.remedy


def test_an_unknown_name_is_a_problem():
    with pytest.raises(Problem, match="'tpu'") as problem:
        device.resolve("tpu")
    assert "auto, cpu, cuda, mps" in problem.value.remedy


def test_precision_on_the_cpu_is_short_only_where_it_multiplies_that_natively(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True})
    assert device.precision("cpu") == torch.float32
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    assert device.precision("cpu") == torch.bfloat16


@pytest.mark.parametrize(
    ("native", "dtype"), [({}, torch.float32), ({"amx_bf16": True}, torch.bfloat16)]
)
def test_autocast_computes_in_that_precision(monkeypatch, native, dtype):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: native)
    layer = torch.nn.Conv2d(1, 1, 1)
    with torch.inference_mode(), device.autocast("cpu"):
        assert layer(torch.zeros(1, 1, 4, 4)).dtype == dtype
    assert layer.weight.dtype == torch.float32


@pytest.mark.parametrize(
    ("capability", "usual", "wide"),
    [
        ((6, 1), torch.float32, torch.float32),
        ((7, 5), torch.float16, torch.float32),
        ((9, 0), torch.float16, torch.bfloat16),
    ],
)
def test_precision_on_gpus_has_the_range_of_float32_where_that_is_asked_for(
    monkeypatch, capability, usual, wide
):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert device.precision("cuda") == usual
    assert device.precision("cuda", wide=True) == wide


def test_apples_gpus_have_no_bfloat16():
    assert device.precision("mps") == torch.float16
    assert device.precision("mps", wide=True) == torch.float32


@pytest.mark.parametrize("enabled", [True, False])
def test_freeing_collects_only_where_any_thread_may(enabled):
    """The window collects in its own thread: elsewhere Qt would crash."""
    collected = []
    gc.callbacks.append(lambda phase, info: collected.append(phase))
    (gc.enable if enabled else gc.disable)()
    try:
        device.free("cpu")
    finally:
        gc.disable()  # as conftest.py wants it
        gc.callbacks.pop()
    assert bool(collected) == enabled


def test_memory_of_the_cpu_is_that_of_this_program_and_the_machine():
    used, total = device.memory("cpu")
    assert 50e6 < used < total
    assert total > 1e9


def test_the_cpu_has_a_name():
    assert device.name("cpu") == "CPU"
    assert device.name(torch.device("cpu")) == "CPU"


@pytest.mark.gpu
@needs_gpu
def test_a_gpu_has_name_memory_and_short_precision():
    gpu = device.resolve("auto")
    used, total = device.memory(gpu)
    assert 0 <= used <= total
    assert device.name(gpu)
    assert device.precision(gpu).itemsize <= 4
    device.free(gpu)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_a_full_gpu_is_recognised():
    with pytest.raises(RuntimeError) as error:
        torch.empty(2**50, dtype=torch.uint8, device="cuda")
    assert device.is_out_of_memory(error.value)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 5 GB)"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling"),
        RuntimeError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate`"),
        RuntimeError("GET was unable to find an engine to execute this computation"),
    ],
)
def test_want_of_memory_is_recognised(error):
    assert device.is_out_of_memory(error)


def test_a_full_machine_is_recognised():
    with pytest.raises(RuntimeError) as error:
        torch.empty(2**55, dtype=torch.uint8)
    assert device.is_out_of_memory(error.value)


@pytest.mark.parametrize("error", [RuntimeError("shapes"), ValueError("out of memory")])
def test_other_errors_are_not_want_of_memory(error):
    assert not device.is_out_of_memory(error)


def test_torch_is_imported_without_collections_and_is_exempt_from_later_ones():
    code = """
import gc
from inference import device
before = gc.get_freeze_count()
collected = []
gc.callbacks.append(lambda phase, info: collected.append(phase))
module = device.import_torch()
print(module.__name__, collected, gc.isenabled(), gc.get_freeze_count() > before + 100_000)
"""
    assert python(code) == "torch [] True True"


def test_importing_what_is_there_freezes_nothing():
    before = gc.get_freeze_count()
    assert device.import_quietly("torch") is torch
    assert gc.get_freeze_count() == before


@pytest.mark.parametrize("enabled", [True, False])
def test_a_failed_import_leaves_the_collector_as_it_was(enabled):
    (gc.enable if enabled else gc.disable)()
    with pytest.raises(ImportError):
        device.import_quietly("grisaille_has_no_such_module")
    assert gc.isenabled() == enabled
    gc.disable()  # as conftest.py wants it
