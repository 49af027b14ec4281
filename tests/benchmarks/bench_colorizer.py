"""The colorizer's bars, on photographs held out from training, through the whole program.

    python -m tests.benchmarks.bench_colorizer --data ../shared/data [--every 10] [--json FILE]
    python -m tests.benchmarks.bench_colorizer --data ../shared/data --sheets docs/pictures

The first prints a table per collection: gain in RGB PSNR over the grey picture (dB), CIEDE2000 to
the original, colourfulness over the original's, with no hint, 10 and 50 hints of 2 px radius; and
the same hints spread with no learning, in the same run. The second draws the contact sheets.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from inference.features import COLORIZE, ColorizeInputs, ColorizeSettings
from inference.media.color import compose_lab, delta_e_2000, lightness, srgb_to_lab
from inference.media.guided import guided_by
from inference.request import Context, Request
from inference.tasks import run
from inference.train.photographs import find_photographs, read_pictures
from inference.values import Array, Hint, Hints, Picture

RADIUS = 2.0
COUNTS = (10, 50)


def colorized(picture: Picture, points: Sequence[Hint] = (), model: str = "") -> Array:
    """What the program makes of it, (H, W, 3) uint8."""
    inputs = ColorizeInputs(picture, Hints(tuple(points)))
    request = Request(COLORIZE, inputs, ColorizeSettings(), model=model, device="cpu")
    return run(request, Context()).pictures[0].pixels


def random_hints(lab: Array, count: int, chance: np.random.Generator) -> tuple[Hint, ...]:
    """Anywhere in the picture, with the true mean colour under them."""
    height, width = lab.shape[:2]
    hints = []
    for x, y in chance.uniform((0, 0), (width, height), (count, 2)):
        under = lab[disc(lab.shape, x, y)].mean(0).reshape(1, 1, 3)
        rgb = compose_lab(under[..., 0], under[..., 1:], np.uint8)[0, 0]
        hints.append(Hint(((float(x), float(y)),), (int(rgb[0]), int(rgb[1]), int(rgb[2])), RADIUS))
    return tuple(hints)


def disc(shape: tuple[int, ...], x: float, y: float) -> Array:
    """The pixels (H, W) whose centres lie within a hint, at least the one it was set on."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    inside: Array = np.hypot(columns + 0.5 - x, rows + 0.5 - y) <= RADIUS
    inside[min(int(y), shape[0] - 1), min(int(x), shape[1] - 1)] = True
    return inside


def unlearned(light: Array, hints: Sequence[Hint]) -> Array:
    """Hints spread by a joint bilateral weight at 176 px, with no learning: (H, W, 3) uint8."""
    height, width = light.shape
    scale = 176 / (height * width) ** 0.5
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
    total, weight = np.zeros((*small.shape, 2), np.float32), np.full(small.shape, 1e-6, np.float32)
    for hint in hints:
        x, y = hint.x * size[0] / width, hint.y * size[1] / height
        here = light[disc(light.shape, hint.x, hint.y)].mean()
        apart = (columns - x) ** 2 + (rows - y) ** 2
        near = np.exp(-apart / 2 / 25**2 - (small - here) ** 2 / 2 / 6**2).astype(np.float32)
        total += near[..., None] * srgb_to_lab(np.array(hint.rgb, np.float32) / 255)[1:]
        weight += near
    return compose_lab(light, guided_by(light, total / weight[..., None]).at(light), np.uint8)


def psnr(ours: Array, truth: Array) -> float:
    """RGB, in dB."""
    error = np.square(ours.astype(np.float64) - truth).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def colourfulness(rgb: Array) -> float:
    """Hasler and Suesstrunk's, as published (signed differences)."""
    red, green, blue = (rgb[..., i].astype(np.float64) for i in range(3))
    rg, yb = red - green, (red + green) / 2 - blue
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def measured(pixels: Array, chance: np.random.Generator, model: str) -> dict[str, float]:
    """All figures of one photograph."""
    picture = Picture(np.ascontiguousarray(pixels))
    lab, light = srgb_to_lab(pixels.astype(np.float32) / 255), lightness(pixels)
    grey = compose_lab(light, np.zeros((*light.shape, 2), np.float32), np.uint8)
    ground = psnr(grey, pixels)
    began = time.perf_counter()
    auto = colorized(picture, model=model)
    found = {
        "seconds": time.perf_counter() - began,
        "grey psnr": ground,
        "auto": psnr(auto, pixels) - ground,
        "auto dE": difference(auto, lab),
        "grey dE": difference(grey, lab),
        "vivid": colourfulness(auto) / max(colourfulness(pixels), 1e-6),
    }
    for count in COUNTS:
        hints = random_hints(lab, count, chance)
        hinted = colorized(picture, hints, model)
        found[f"{count} hints"] = psnr(hinted, pixels) - ground
        found[f"{count} hints dE"] = difference(hinted, lab)
        found[f"{count} unlearned"] = psnr(unlearned(light, hints), pixels) - ground
        if count == COUNTS[0]:
            found |= kept(hinted, light, hints)
    return found


def difference(ours: Array, lab: Array) -> float:
    """Mean CIEDE2000 of (H, W, 3) uint8 to L*a*b*."""
    return float(delta_e_2000(srgb_to_lab(ours.astype(np.float32) / 255), lab).mean())


def kept(hinted: Array, light: Array, hints: Sequence[Hint]) -> dict[str, float]:
    """CIEDE2000 under hints to the colour asked for, at the picture's lightness and in gamut."""
    lab = srgb_to_lab(hinted.astype(np.float32) / 255)
    errors = []
    for hint in hints:
        if any(
            other is not hint and np.hypot(hint.x - other.x, hint.y - other.y) < 2 * RADIUS + 2
            for other in hints
        ):
            continue  # two colours were asked for at one place
        under = disc(light.shape, hint.x, hint.y)
        ab = np.broadcast_to(
            srgb_to_lab(np.array(hint.rgb, np.float32) / 255)[1:], (under.sum(), 2)
        )
        asked = compose_lab(light[under][None], ab[None], np.float32)
        errors.append(float(delta_e_2000(lab[under][None], srgb_to_lab(asked)).mean()))
    if not errors:
        return {"under hint": 0.0, "under hint worst": 0.0}
    return {"under hint": float(np.mean(errors)), "under hint worst": float(np.max(errors))}


@dataclass(frozen=True)
class Row:
    """One photograph's figures."""

    collection: str
    figures: dict[str, float]


def measure_all(data: Path, every: int, model: str) -> list[Row]:
    """Each `every`-th held-out photograph but those without colour; same hints in each run."""
    photos = [photo for photo in find_photographs(data) if photo.split == "val"][::every]
    rows = []
    for number, (photo, pixels) in enumerate(read_pictures(photos)):
        chance = np.random.default_rng(number)
        if pixels.std(2).mean() < 0.5:
            print(f"{photo.name} is grey itself: left out")
            continue
        rows.append(Row(photo.collection, measured(pixels, chance, model)))
        if number % 50 == 49:
            print(f"{number + 1} of {len(photos)}", flush=True)
    return rows


def table(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Means per collection and over all; vividness and seconds are medians."""
    groups = {
        name: [r for r in rows if r.collection == name]
        for name in sorted({r.collection for r in rows})
    }
    return {name: _summary(group) for name, group in {**groups, "all": list(rows)}.items()}


def _summary(rows: Sequence[Row]) -> dict[str, float]:
    columns = {key: np.array([row.figures[key] for row in rows]) for key in rows[0].figures}
    summary = {key: float(values.mean()) for key, values in columns.items()}
    for key in ("vivid", "seconds"):
        summary[key] = float(np.median(columns[key]))
    summary["better"] = float((columns["auto"] > 0).mean())
    summary["under hint worst"] = float(columns["under hint worst"].max())
    summary["under hint 95 %"] = float(np.percentile(columns["under hint worst"], 95))
    return {"photographs": len(rows), **{k: round(v, 3) for k, v in summary.items()}}


COLUMNS = (
    "photographs", "auto", "better", "vivid", "auto dE", "grey dE", "10 hints", "10 unlearned",
    "10 hints dE", "50 hints", "50 unlearned", "50 hints dE", "under hint", "under hint worst",
)  # fmt: skip


def as_markdown(figures: dict[str, dict[str, float]]) -> str:
    """The table, for docs/training-log.md."""
    lines = ["| set | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, line in figures.items():
        cells = [f"{line[c]:.2f}" if c != "photographs" else f"{line[c]:.0f}" for c in COLUMNS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


# Contact sheets.


def sheets(data: Path, folder: Path, model: str) -> None:
    """48 held-out photographs, and every historic picture: grey, ours, true colour."""
    photos = [photo for photo in find_photographs(data) if photo.split == "val"]
    chosen = [photos[i] for i in np.linspace(0, len(photos) - 1, 48).round().astype(int)]
    held = [
        [_grey(p), colorized(Picture(p), model=model), p]
        for p in (np.ascontiguousarray(pixels) for _, pixels in read_pictures(chosen))
    ]
    _save(folder / "colorizer-held-out.jpg", held, width=150, columns=4)
    historic = data / "historic"
    old = []
    for path in sorted([*historic.glob("*_bw.jpg"), *historic.glob("plates_*.jpg")]):
        grey = _read(path)
        if path.name.startswith("plates_"):
            grey = grey[len(grey) // 3 : 2 * len(grey) // 3]  # the plate behind the green filter
        true = Path(str(path).replace("_bw", "_colour"))
        row = [grey, colorized(Picture(np.ascontiguousarray(grey)), model=model)]
        old.append(
            [*row, _read(true) if true != path and true.exists() else np.full_like(grey, 60)]
        )
    _save(folder / "colorizer-historic.jpg", old, width=230, columns=2)


def _read(path: Path) -> Array:
    return cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def _grey(pixels: Array) -> Array:
    light = lightness(pixels)
    return compose_lab(light, np.zeros((*light.shape, 2), np.float32), np.uint8)


def _save(path: Path, rows: Sequence[Sequence[Array]], width: int, columns: int) -> None:
    """Each row of pictures a strip; strips in columns, laid where there is most room."""
    strips = [_strip(row, width) for row in rows]
    stacks: list[list[Array]] = [[] for _ in range(columns)]
    for strip in strips:
        min(stacks, key=lambda s: sum(x.shape[0] for x in s)).append(strip)
    tall = max(sum(strip.shape[0] for strip in stack) for stack in stacks)
    sheet = np.full((tall, columns * strips[0].shape[1], 3), 60, np.uint8)
    for i, stack in enumerate(stacks):
        joined = np.concatenate(stack)
        sheet[: len(joined), i * joined.shape[1] : (i + 1) * joined.shape[1]] = joined
    quality = 88
    while quality > 40:
        good, data = cv2.imencode(
            ".jpg", cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
        )
        if good and len(data) < 580_000:
            break
        quality -= 4
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.tobytes())


def _strip(row: Sequence[Array], width: int) -> Array:
    height = round(width * row[0].shape[0] / row[0].shape[1])
    tiles = [cv2.resize(x, (width, height), interpolation=cv2.INTER_AREA) for x in row]
    return np.pad(np.concatenate(tiles, 1), ((0, 6), (0, 8), (0, 0)), constant_values=60)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    cv2.setNumThreads(chosen.threads)
    if chosen.sheets is not None:
        sheets(chosen.data, chosen.sheets, chosen.model)
        return
    figures = table(measure_all(chosen.data, chosen.every, chosen.model))
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(figures, indent=1))
    print(as_markdown(figures))


if __name__ == "__main__":
    main()
