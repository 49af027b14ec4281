"""Paintings and photographs for training painters, and the statistics that a painter is to meet."""

import csv
import itertools
import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from inference.models.stylist import GRAIN_SIDE, SEES, SHUFFLE, grain, palette
from inference.models.vgg import Vgg, gram, mirrored
from inference.train.photographs import Pixels, find_photographs, read_pictures
from inference.values import Array

T = TypeVar("T")

ASIDE = ("woman_with_hat", "in_bed", "yellow_red_blue", "houses_of_parliament")
"""Paintings that no network is trained on: what "never seen" is measured with."""
TWINS = ("great_wave_whole",)
"""Paintings that are trained on, but are no style of their own."""
STYLE_LAYERS = tuple(name for name, _ in SEES)
BROAD = (2, 4)  # pictures are also looked at so many times smaller: wider strokes and swirls
BROAD_LAYERS = STYLE_LAYERS[1:]
TONES = (4, 16)  # pixels, square, over which colours are averaged before they are compared
_SAMPLES = 2048
CONTENT_LAYER = "relu3_4"
SHORT_PX = 512  # short side that paintings are fitted to, as the bars are measured


@dataclass(frozen=True)
class Painting:
    """One row of the index of paintings; name: the file's without suffix."""

    name: str
    title: str
    painter: str
    year: str
    path: Path
    source: str


def find_paintings(folder: Path) -> list[Painting]:
    """All that an index.csv names, in its order."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        return [
            Painting(
                name=Path(row["file"]).stem,
                title=row["title"],
                painter=row["painter"],
                year=row["year"],
                path=folder / row["file"],
                source=row["source"],
            )
            for row in csv.DictReader(file)
        ]


def read_painting(path: Path) -> Pixels:
    """(H, W, 3) sRGB."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path} is not a picture that OpenCV reads")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


def fitted(picture: Pixels, short: int) -> Pixels:
    """The same with its short side of that length."""
    scale = short / min(picture.shape[:2])
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, size, interpolation=way).astype(np.uint8, copy=False)


def as_tensor(picture: Pixels) -> Tensor:
    """(H, W, 3) uint8 to (1, 3, H, W) in 0..1, channels last."""
    tensor = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
    return tensor.float().div(255).contiguous(memory_format=torch.channels_last)


@dataclass(frozen=True, eq=False)
class Style:
    """What is to be met: Gram matrices by layer (N,C,C), and the palette (N,12).

    broad: Gram matrices of the picture as much smaller as `BROAD` says. tones: `tones_of` it.
    """

    grams: Mapping[str, Tensor]
    broad: Sequence[Mapping[str, Tensor]]
    colors: Tensor
    tones: Sequence[Tensor]

    @staticmethod
    def of(picture: Tensor, vgg: Vgg) -> "Style":
        """Of RGB (N,3,H,W) in 0..1, in the precision and on the device of the VGG."""
        return Style.seen(picture, palette(picture), vgg)

    @staticmethod
    def seen(picture: Tensor, colors: Tensor, vgg: Vgg) -> "Style":
        """Of a picture whose palette is known."""
        picture, colors = (x.to(vgg.mean.device, non_blocking=True) for x in (picture, colors))
        with torch.no_grad():
            fine = _grams(vgg, picture, STYLE_LAYERS)
            broad = [_grams(vgg, fn.avg_pool2d(picture, times), BROAD_LAYERS) for times in BROAD]
            return Style(fine, broad, colors, tones_of(picture))

    @staticmethod
    def joined(styles: Sequence["Style"]) -> "Style":
        """Several as one batch."""
        fine = _joined([style.grams for style in styles])
        broad = [_joined(grams) for grams in zip(*(s.broad for s in styles), strict=True)]
        tones = [torch.cat(several) for several in zip(*(s.tones for s in styles), strict=True)]
        return Style(fine, broad, torch.cat([s.colors for s in styles]), tones)


def tones_of(pictures: Tensor) -> list[Tensor]:
    """Colours (N, _SAMPLES, 3) of areas of pictures (N,3,H,W) by chance, as large as `TONES`."""
    found = []
    for side in TONES:
        areas = fn.avg_pool2d(pictures, side).flatten(2).transpose(1, 2)
        places = torch.randint(areas.shape[1], (_SAMPLES,), device=areas.device)
        found.append(areas[:, places])
    return found


def _grams(vgg: Vgg, picture: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    seen = mirrored(vgg, picture, layers)
    return {name: gram(seen[name]) for name in layers}


def _joined(several: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.cat([grams[name] for grams in several]) for name in several[0]}


class Pool:
    """Styles of pieces of paintings and photographs; new ones take old ones' places.

    pieces: an endless supply of `piece_of`.
    """

    def __init__(self, pieces: Iterator[tuple[Tensor, Tensor]], size: int) -> None:
        self._pieces, self._size = pieces, size
        self._styles: list[Style] = []
        self._next = 0

    def refill(self, vgg: Vgg, count: int) -> None:
        """Look at so many new ones."""
        for _ in range(count):
            style = Style.seen(*next(self._pieces), vgg)
            if len(self._styles) < self._size:
                self._styles.append(style)
            else:
                self._styles[self._next % self._size] = style
            self._next += 1

    def draw(self, count: int) -> list[Style]:
        """Some of them by chance."""
        return random.sample(self._styles, count)

    def __iter__(self) -> Iterator[Style]:
        return iter(self._styles)


def piece_of(
    paintings: Sequence[Pixels], photos: Sequence[Pixels], chance: random.Random
) -> tuple[Tensor, Tensor]:
    """A style's picture (1, 3, H, W) in 0..1 and its palette (1,12).

    Few paintings must do for a network that is to know any, so each is shown in many sizes, pieces
    and colours.
    """
    kind = chance.random()
    if kind < 0.75:
        picture = fitted(chance.choice(paintings), chance.choice((320, 448, 512, 640)))
    else:
        picture = fitted(chance.choice(photos), 288)
    if kind > 0.4:  # else all of it, as a person gives it
        picture = cut(picture, chance.choice((224, 256, 288, 384)), chance)
    turned = np.rot90(picture, chance.randrange(4)) if chance.random() < 0.5 else picture
    tensor = as_tensor(recoloured(turned, chance) if chance.random() < 0.6 else turned)
    return tensor, palette(tensor)


def cut(picture: Pixels, side: int, chance: random.Random) -> Pixels:
    """A square piece by chance, as large as the picture has it."""
    height, width = picture.shape[:2]
    side = min(side, height, width)
    y, x = chance.randint(0, height - side), chance.randint(0, width - side)
    return picture[y : y + side, x : x + side]


def recoloured(picture: Pixels, chance: random.Random) -> Pixels:
    """Hues turned, channels swapped, contrast and light changed, by chance."""
    unit: Array = picture.astype(np.float32) / 255
    if chance.random() < 0.3:
        unit = unit[..., chance.sample(range(3), 3)]
    hsv = cv2.cvtColor(unit, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0] + chance.uniform(0, 360)) % 360
    hsv[..., 1] = np.clip(hsv[..., 1] * chance.uniform(0.2, 1.6), 0, 1)
    unit = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) ** chance.uniform(0.6, 1.6)
    mean = unit.mean((0, 1))
    unit = (unit - mean) * chance.uniform(0.6, 1.3) + mean
    recolored: Pixels = (np.clip(unit, 0, 1) * 255 + 0.5).astype(np.uint8)
    return recolored


def read_photos(data: Path, limit: int) -> list[Pixels]:
    """Photographs to paint, of the training split."""
    photos = [
        photo
        for photo in find_photographs(data)
        if photo.split == "train" and photo.collection != "intel100"
    ]
    chosen = photos[:: max(1, len(photos) // limit)][:limit]
    return [picture for _, picture in read_pictures(chosen)]


def batch_of(photos: Sequence[Pixels], count: int, side: int, chance: random.Random) -> Tensor:
    """Squares of photographs by chance, (N, 3, side, side), in many sizes, mirrored at times.

    Photographs are small: enlarged they are soft, so some squares are four sharper pieces of them.
    """
    squares = []
    for _ in range(count):
        if chance.random() < _QUARTERED:
            four = [_square_of(chance.choice(photos), side // 2, chance) for _ in range(4)]
            square = np.vstack([np.hstack(four[:2]), np.hstack(four[2:])])
        else:
            square = _square_of(chance.choice(photos), side, chance)
        squares.append(as_tensor(square))
    return torch.cat(squares)


_QUARTERED = 0.3


def _square_of(photo: Pixels, side: int, chance: random.Random) -> Pixels:
    """A piece of a photograph that is fitted to something between `side` and `SHORT_PX`."""
    short = chance.randint(side, max(side, SHORT_PX))
    piece = cut(photo, round(side * min(photo.shape[:2]) / short), chance)
    square = fitted(piece, side)
    return square[:, ::-1] if chance.random() < 0.5 else square


def any_grain(count: int, side: int, chance: random.Random) -> Tensor:
    """Noise from anywhere, for so many squares of pixels."""
    cells = side // SHUFFLE

    def place() -> tuple[int, int]:
        return chance.randrange(GRAIN_SIDE), chance.randrange(GRAIN_SIDE)

    return torch.cat([grain(0, place(), (cells, cells)) for _ in range(count)])


def ahead(make: Callable[[random.Random], T], seed: int, threads: int) -> Iterator[T]:
    """What is made, without end, by threads that are a few items ahead; the same for a seed."""
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque[Future[T]]()
        for number in itertools.count():
            waiting.append(pool.submit(make, random.Random(f"{seed} {number}")))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
