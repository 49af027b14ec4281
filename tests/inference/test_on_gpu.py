"""What a GPU must do as the CPU does: the same pictures, again and again, within its memory.

Only torch, numpy and OpenCV are needed here, no Qt and no FFmpeg: a bare machine with a GPU can run
it without tests/conftest.py (`pytest --confcutdir tests/inference -c pytest.ini FILE`).
"""

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from inference import device as devices
from inference import tasks
from inference.cabinet import catalog, loading
from inference.features import (
    COLORIZE,
    HINT_COLORS,
    LEARN_STYLE,
    STYLIZE,
    SUGGEST,
    ColorizeInputs,
    HintColorInputs,
    LessonInputs,
    LessonSettings,
    StyleChoice,
    StylizeInputs,
    StylizeSettings,
    SuggestionSettings,
)
from inference.media.picture import read_picture
from inference.models import adain, fast_style, gatys
from inference.request import Cancelled, Context, Request
from inference.tasks import manner, sight
from inference.tasks.eyes import eyes_of, weights_for
from inference.tasks.film import Frames
from inference.tasks.painting import Painter
from inference.values import Hint, Hints, Picture, Problem
from tests.golden import test_golden

GPU = "cuda"
RESOURCES = Path(__file__).parents[2] / "resources"
CASES = Path(test_golden.__file__).parent / "cases"
NIGHT, SCREAM = StyleChoice("starry_night"), StyleChoice("the_scream")

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]


@pytest.fixture(autouse=True)
def exact_cpu(monkeypatch):
    """The CPU computes in float32, whatever it could do; nothing is remembered from before."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    forget(monkeypatch)


def forget(monkeypatch):
    """What networks saw in pictures is seen anew."""
    monkeypatch.setattr(sight, "_memory", sight._Memory())
    monkeypatch.setattr(manner, "_memory", manner._Memory(64))


def sample(name, width=0, channels=1) -> Picture:
    picture = read_picture(RESOURCES / "samples" / f"{name}_bw.jpg")
    step = max(1, round(picture.width / width)) if width else 1
    grey = picture.pixels[::step, ::step, :1]
    return Picture(np.ascontiguousarray(np.repeat(grey, channels, 2)))


def painting(name) -> Picture:
    return read_picture(RESOURCES / "styles" / f"{name}.jpg")


def ask(feature, inputs, settings=None, *, device=GPU, context=None, **options):
    settings = settings or feature.settings()
    request = Request(feature, inputs, settings, device=device, **options)
    return tasks.run(request, context or Context())


def off(one: Picture, other: Picture) -> float:
    """Mean difference in levels of 0..255."""
    apart = one.pixels.astype(np.float32) - other.pixels.astype(np.float32)
    return float(np.abs(apart).mean()) * 255 / one.peak


RIVER = sample("belaia_river", 480)
MASK = np.zeros((RIVER.height, RIVER.width), np.uint8)
MASK[:, RIVER.width // 2 :] = 255
HINTS = Hints(
    (
        Hint(((RIVER.width * 0.3, RIVER.height * 0.2),), (90, 140, 220), 5),
        Hint(((40.0, 200.0), (160.0, 240.0)), (60, 130, 40), 4),
    ),
    MASK,
)
LARGE = Picture(np.tile(sample("harvesters").pixels, (9, 6, 1))[:4000, :6000])
COLORED = read_picture(RESOURCES / "samples" / "stream_colour.jpg")

WORK = {
    "colour": (COLORIZE, ColorizeInputs(RIVER), None),
    "hints": (COLORIZE, ColorizeInputs(RIVER, HINTS), None),
    "reference": (COLORIZE, ColorizeInputs(RIVER, reference=COLORED), None),
    "24 megapixels": (COLORIZE, ColorizeInputs(LARGE), None),
    "style": (STYLIZE, StylizeInputs(RIVER, (NIGHT,)), None),
    "blend": (STYLIZE, StylizeInputs(RIVER, (NIGHT, SCREAM), MASK), None),
    "style of a picture": (
        STYLIZE,
        StylizeInputs(RIVER, (StyleChoice(painting("great_wave")),)),
        StylizeSettings(method="any", keep_colors=True),
    ),
    "fine strokes": (STYLIZE, StylizeInputs(LARGE, (SCREAM,)), StylizeSettings(stroke=5)),
}


def test_the_gpu_is_what_auto_means():
    gpu = devices.resolve("auto")
    used, total = devices.memory(gpu)
    print(devices.name(gpu), f"{used / 2**30:.1f} of {total / 2**30:.1f} GiB in use")
    assert gpu.type == torch.device(GPU).type
    assert ask(COLORIZE, ColorizeInputs(RIVER), device="auto").device == str(gpu)


@pytest.mark.parametrize("name", WORK)
def test_pictures_are_those_of_the_cpu(name):
    there, here = (ask(*WORK[name], device=device) for device in (GPU, "cpu"))
    assert (there.device, there.notes) == (GPU, ())
    apart = off(there.pictures[0], here.pictures[0])
    print(f"{apart:.3f} levels apart")
    assert apart < 0.5
    assert there.pictures[0].pixels.std() > 10


@pytest.mark.parametrize("name", [*WORK, "slow"])
def test_the_same_request_gives_the_same_pixels(name, monkeypatch):
    slow = (
        STYLIZE,
        StylizeInputs(RIVER, (NIGHT,)),
        StylizeSettings(method="optimise", iterations=10),
    )
    pictures = []
    for _ in range(2):
        forget(monkeypatch)
        pictures.append(ask(*WORK.get(name, slow)).pictures[0].pixels)
    assert np.array_equal(*pictures)


def test_suggestions_and_colours_for_a_hint():
    result = ask(SUGGEST, ColorizeInputs(RIVER), SuggestionSettings(count=3))
    assert len(result.pictures) == 3
    assert off(*result.pictures[:2]) > 1
    there, here = (
        ask(HINT_COLORS, HintColorInputs(RIVER, 200.0, 60.0), device=device).colors
        for device in (GPU, "cpu")
    )
    assert len(there) == len(here) >= 4
    assert np.abs(np.subtract(there[:2], here[:2])).max() <= 3


def test_frames_of_a_film_go_through_two_tasks():
    steps = (
        Request(COLORIZE, ColorizeInputs(RIVER), COLORIZE.settings(), device=GPU),
        Request(STYLIZE, StylizeInputs(RIVER, (NIGHT,)), STYLIZE.settings(), device=GPU),
    )
    frames = Frames(steps)
    assert frames(RIVER, Context()).pixels.shape == (RIVER.height, RIVER.width, 3)
    assert (frames.device, frames.notes) == (GPU, {})


def test_tiles_agree_with_the_whole():
    network = loading.load("stylist", GPU).network
    style = network.table[2:3].detach()
    rgb = np.repeat(sample("saratoga", 700).pixels, 3, 2).astype(np.float32) / 255
    whole = Painter(network, style, torch.device(GPU)).paint(rgb, lambda _: None)
    tiled = Painter(network, style, torch.device(GPU), 320).paint(rgb, lambda _: None)
    assert np.abs(whole - tiled).mean() < 1 / 255


# The slow method.


def test_the_slow_method_sees_as_the_cpu_does():
    verdicts = []
    for device in (GPU, "cpu"):
        network = loading.load("vgg19", device).network
        weights = weights_for(network, 1.0)
        eyes = eyes_of(network, torch.device(device))
        content, style = (
            torch.from_numpy(np.ascontiguousarray(p.transpose(2, 0, 1))[None]).float() / 255
            for p in (np.repeat(RIVER.pixels, 3, 2), painting("udnie").pixels)
        )
        with torch.no_grad():
            seen = eyes(style.to(device), tuple(weights.style))
            grams = {name: gatys.gram_of(maps) for name, maps in seen.items()}
            targets = eyes(content.to(device), tuple(weights.content))
        judge = gatys.Judge(eyes, weights, targets, [gatys.Part(grams)], tile=192)
        found = judge(content.to(device))
        verdicts.append((found.loss, found.gradient.cpu().flatten()))
    (loss, slope), (its_loss, its_slope) = verdicts
    alike = float(torch.nn.functional.cosine_similarity(slope, its_slope, dim=0))
    print(f"loss {loss:.5f} and {its_loss:.5f}, gradients alike {alike:.5f}")
    assert loss == pytest.approx(its_loss, rel=0.02)
    assert alike > 0.99


@pytest.mark.parametrize(
    "settings",
    [
        StylizeSettings(method="optimise", iterations=8, match_colors=True),
        StylizeSettings(method="optimise", iterations=8, keep_colors=True, optimiser="adam"),
        StylizeSettings(method="optimise", iterations=8, start="noise", broad=True),
    ],
    ids=["matched colours", "luminance by Adam", "noise, broad"],
)
def test_the_slow_method_paints(settings):
    masked = StyleChoice("the_scream", mask=MASK)
    result = ask(STYLIZE, StylizeInputs(RIVER, (NIGHT, masked)), settings)
    assert result.device == GPU
    assert np.ptp(result.pictures[0].pixels) > 50


def test_the_slow_method_is_watched_stopped_and_gone_on_with():
    stop, previews = threading.Event(), []

    def report(progress):
        if progress.preview is not None:
            previews.append(progress.preview)
            stop.set()

    inputs = StylizeInputs(RIVER, (NIGHT,))
    settings = StylizeSettings(method="optimise", iterations=5000)
    with pytest.raises(Cancelled):
        ask(STYLIZE, inputs, settings, context=Context(report, stop))
    assert len(previews) == 1
    inputs = StylizeInputs(RIVER, (NIGHT,), earlier=previews[0])
    further = ask(STYLIZE, inputs, StylizeSettings(method="optimise", iterations=20)).pictures[0]
    assert off(further, previews[0]) > 1


def test_a_style_is_learned_and_painted_in(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    inputs = LessonInputs(painting("udnie"), "learned on a GPU")
    told = ask(LEARN_STYLE, inputs, LessonSettings(seconds=4)).figures
    print(told)
    assert all(0 < figure < 5 for figure in told.values())
    own = StylizeInputs(RIVER, (StyleChoice("learned on a GPU"),))
    there, here = (ask(STYLIZE, own, device=device).pictures[0] for device in (GPU, "cpu"))
    assert off(there, here) < 0.5


# Networks of others.


@pytest.mark.parametrize("case", ["adain", "fast-style", "gatys"])
def test_official_networks_give_what_they_gave(case, monkeypatch):
    devices.import_torch()  # settles how exactly GPUs compute
    monkeypatch.setattr(test_golden, "load_file", lambda path: load_file(path, device=GPU))
    (folder,) = (CASES / case).iterdir()
    with torch.device(GPU):
        test_golden.test_case(folder)


@pytest.mark.parametrize("family", [fast_style, adain])
def test_networks_brought_along_paint(family, monkeypatch, tmp_path):
    torch.manual_seed(2)
    settings = (
        fast_style.Settings((8, 8, 8), 2) if family is fast_style else adain.Settings((8, 8, 8, 16))
    )
    save_file(family.build(settings).state_dict(), tmp_path / "mine.safetensors")
    monkeypatch.setattr(catalog, "user_folder", lambda: tmp_path)
    inputs = StylizeInputs(RIVER, (StyleChoice(painting("udnie")),))
    chosen = StylizeSettings(method="any", keep_colors=True)
    there, here = (
        ask(STYLIZE, inputs, chosen, device=device, model="mine").pictures[0]
        for device in (GPU, "cpu")
    )
    assert off(there, here) < 0.1


# Memory.


@pytest.fixture
def memory():
    """All of the GPU's memory is there again afterwards."""
    torch.cuda.synchronize()
    devices.free(GPU)
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)
    devices.free(GPU)


def limit(size: float) -> None:
    """What this program may take of the GPU, in bytes."""
    torch.cuda.set_per_process_memory_fraction(size / devices.memory(GPU)[1])


def with_less_memory(share: float, *work):
    """The answer with all the memory, and with that share of what it took."""
    ask(*work)  # networks are loaded
    devices.free(GPU)
    before = torch.cuda.memory_reserved()
    torch.cuda.reset_peak_memory_stats()
    free = ask(*work)
    needed = torch.cuda.max_memory_reserved() - before
    devices.free(GPU)
    limit(torch.cuda.memory_reserved() + share * needed)
    return free, ask(*work)


@pytest.mark.parametrize(
    ("pieces", "settings", "apart"),
    [
        ("2048 instead of 4096", StylizeSettings(stroke=4), 0.5),
        ("384 instead of 768", StylizeSettings(method="optimise", iterations=3), 2),
    ],
    ids=["fast", "slow"],
)
def test_too_little_memory_makes_for_smaller_pieces_and_is_told(memory, pieces, settings, apart):
    picture = sample("saratoga", 700)
    work = (STYLIZE, StylizeInputs(picture, (SCREAM,)), settings)
    free, limited = with_less_memory(0.6, *work)
    assert free.notes == ()
    assert any(f"ran out of memory: the work went on in pieces of {pieces}" in note
               for note in limited.notes)  # fmt: skip
    assert limited.device == GPU
    assert off(free.pictures[0], limited.pictures[0]) < apart


def no_memory_at_all() -> list:
    """Take what is free in what the program holds already, and allow no more."""
    limit(1)
    taken = []
    for size in (2**24, 2**20, 2**16, 2**12, 2**9):
        try:
            while True:
                taken.append(torch.empty(size, dtype=torch.uint8, device=GPU))
        except torch.OutOfMemoryError:
            continue
    return taken


@pytest.mark.parametrize("name", ["colour", "style"])
def test_without_memory_it_ends_in_a_sentence_and_the_cpu_helps_only_if_allowed(memory, name):
    ask(*WORK[name])
    devices.free(GPU)
    taken = no_memory_at_all()
    with pytest.raises(Problem, match="There is too little memory for this picture") as problem:
        ask(*WORK[name])
    assert "allow the CPU" in problem.value.remedy
    result = ask(*WORK[name], allow_cpu=True)
    assert result.device == "cpu"
    assert "has too little memory: the CPU did the work." in result.notes[-1]
    del taken
    torch.cuda.set_per_process_memory_fraction(1.0)
    assert ask(*WORK[name]).device == GPU  # it works again


def test_networks_are_counted_and_their_memory_is_given_back(memory, monkeypatch):
    monkeypatch.setattr(loading, "shelf", loading.Shelf(2**30))
    before = torch.cuda.memory_allocated()
    for model in ("colorizer", "stylist", "vgg19"):
        loading.load(model, GPU)
    held = torch.cuda.memory_allocated() - before
    assert loading.shelf.used <= held < 1.2 * loading.shelf.used
    loading.shelf.clear()
    assert torch.cuda.memory_allocated() == before
