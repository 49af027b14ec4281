"""What a person asked for: hints as the network takes them, and as they must look in the end."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
import torch

from inference.media.color import srgb_to_lab
from inference.models.colorizer import HintPoints, sample_discs
from inference.tasks.belonging import CELL, Belonging
from inference.tasks.sight import Scene
from inference.values import RGB, Array, Hint, Hints, Picture, Problem

_STEP_PX = 6.0  # working pixels between two points that stand for a stroke
_POINTS = 400  # of all hints together; longer strokes get fewer points
_FARTHEST = 1e6  # pixels that a stroke may lead away: more is a mistake, and no float32 holds it
_ANCHORS = 5  # along each side of the picture
_ANCHOR_PX = 3.0
_FOREIGN = 0.3  # alikeness to a hint below which a place does not belong to it
_SOFT = 1 / 40  # of the picture's longer side: how far a correction reaches around a hint
_EDGE = 7.0  # L* units that count as an edge for it
_FIRM = 1e4  # weight of a hint under itself


def check(hints: Hints, picture: Picture) -> None:
    """Raise Problem where a hint lies outside the picture or the mask has another size."""
    for number, hint in enumerate(hints.points, 1):
        inside = any(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in hint.path)
        x, y = max(hint.path, key=lambda point: max(map(abs, point)))
        if not inside or max(abs(x), abs(y)) > _FARTHEST:
            raise Problem(
                f"Hint {number} at x {x:g}, y {y:g} lies outside the picture, "
                f"which is {picture.width} × {picture.height} pixels.",
                remedy="Count pixels from the picture's top left corner.",
            )
    mask = hints.keep_grey
    if mask is not None and mask.shape != (picture.height, picture.width):
        raise Problem(
            f"The mask of what stays grey is {mask.shape[1]} × {mask.shape[0]} pixels, "
            f"the picture {picture.width} × {picture.height}.",
            remedy="Give a mask of the picture's size.",
        )


@lru_cache(maxsize=4096)
def ab_of(rgb: RGB) -> Array:
    """The a and b of a colour, float32 (2,); not to be changed."""
    return srgb_to_lab(np.array(rgb, np.float32) / 255)[1:]


# For the network.


def points_for(points: Sequence[Hint], scene: Scene) -> HintPoints | None:
    """Hints as the network takes them, strokes as several points; None where there are none."""
    if not points:
        return None
    step = _step(points, scene)
    places: list[tuple[float, float]] = []
    owners: list[Hint] = []
    for hint in points:
        path = [(x * scene.scale_x, y * scene.scale_y) for x, y in hint.path]
        along = _along(path, step)
        places += along
        owners += [hint] * len(along)
    colors = np.stack([ab_of(hint.rgb) for hint in owners])
    radii = [max(0.7, hint.radius * scene.scale) for hint in owners]
    return hint_points(np.array(places), colors, np.array(radii), scene.device)


def hint_points(places: Array, ab: Array, radii: Array, device: torch.device) -> HintPoints:
    """Arrays (K, 2), (K, 2) and (K,) as one picture's hints."""

    def on_device(array: Array) -> torch.Tensor:
        return torch.from_numpy(array.astype(np.float32))[None].to(device)

    valid = torch.ones(1, len(places), dtype=torch.bool, device=device)
    return HintPoints(on_device(places), on_device(ab), on_device(radii), valid)


def anchored(points: HintPoints, scene: Scene, base: torch.Tensor) -> HintPoints:
    """The same with points that keep the first guess `base` wherever no hint belongs.

    A few hints would otherwise colour the whole picture: nothing competes with them.
    """
    height, width = scene.light.shape
    grid = (np.indices((_ANCHORS, _ANCHORS)).reshape(2, -1).T[:, ::-1] + 0.5) / _ANCHORS
    places = grid * (width, height)
    rows, columns = np.floor(places[:, ::-1] / CELL).astype(int).T
    places = places[Belonging(scene).to_hints(points)[rows, columns] < _FOREIGN]
    if not len(places):
        return points
    radii = np.full(len(places), _ANCHOR_PX)
    anchors = hint_points(places, np.zeros((len(places), 2)), radii, scene.device)
    stride = scene.network.stride
    ab = sample_discs(base.float(), anchors.positions / stride, anchors.radius / stride)
    anchors = anchors._replace(ab=ab)
    return HintPoints(*(torch.cat(pair, 1) for pair in zip(points, anchors, strict=True)))


def _step(points: Sequence[Hint], scene: Scene) -> float:
    total = sum(_length(hint.path) for hint in points) * scene.scale
    return max(_STEP_PX, total / _POINTS)


def _length(path: Sequence[tuple[float, float]]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(path))


def _along(path: Sequence[tuple[float, float]], step: float) -> list[tuple[float, float]]:
    """Points on the path, from its beginning on, `step` apart, its end among them."""
    if len(path) == 1:
        return [path[0]]
    line = np.array(path)
    at = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    wanted = np.linspace(0, at[-1], max(2, round(at[-1] / step) + 1))
    xs, ys = (np.interp(wanted, at, line[:, axis]) for axis in (0, 1))
    return list(zip(xs.tolist(), ys.tolist(), strict=True))


# For the result: the colour asked for must be met.


@dataclass(frozen=True, eq=False)
class Mark:
    """One hint on a picture of any size: its path (n, 2) and radius in pixels, and its colour."""

    path: Array
    radius: float
    ab: Array


def marks(points: Sequence[Hint], scale_x: float, scale_y: float) -> list[Mark]:
    """Hints for the picture resized by those factors, paths simplified to what can be seen."""
    made = []
    for hint in points:
        path: Array = np.array(hint.path, np.float32) * np.array([scale_x, scale_y], np.float32)
        radius = hint.radius * math.sqrt(scale_x * scale_y)
        if len(path) > 2:
            path = cv2.approxPolyDP(path[:, None], 0.1 * radius + 0.1, False)[:, 0]
        made.append(Mark(path, radius, ab_of(hint.rgb)))
    return made


def correction(colors: Array, light: Array, hints: Iterable[Mark]) -> Array:
    """What must be added to ab (h, w, 2) so that each hint is met; soft, and held by edges.

    Under a hint it is exact, and the later of two hints wins. Around it the difference at the
    nearest place under the hint fades with distance and with the step in lightness from there.
    Between hints of different colours the nearer one counts more (Shepard's weights).
    """
    calm = cv2.GaussianBlur(light, (3, 3), 0)
    total, weight = np.zeros_like(colors), np.zeros_like(light)
    for mark in hints:
        box = _box(mark.path, mark.radius + 3 * _reach(light, mark), light.shape)
        if box is None:
            continue
        cover = _coverage(mark, box, at_least=0.75) >= 0.5
        if not cover.any():
            continue
        away, nearest = _distance(cover)
        shown = mark.ab - np.take(colors[box].reshape(-1, 2), nearest, axis=0)
        step = calm[box] - np.take(calm[box], nearest)
        near = np.exp(-0.5 * ((away / _reach(light, mark)) ** 2 + (step / _EDGE) ** 2))
        firm = np.where(cover, np.float32(_FIRM), near / (np.float32(1.0001) - near))
        total[box][cover] = 0
        weight[box][cover] = 0
        for channel in range(2):  # several times as fast as both at once
            total[box][..., channel] += firm * shown[..., channel]
        weight[box] += firm
    fixed: Array = total / (1 + weight[..., None])
    return fixed


class Coats:
    """The colours asked for, to be put under the hints band by band."""

    def __init__(self, hints: Sequence[Mark]) -> None:
        self._hints = hints
        rows = [(m.path[:, 1].min() - m.radius, m.path[:, 1].max() + m.radius) for m in hints]
        self._rows: Array = np.array(rows).reshape(-1, 2)  # of each hint, first and last

    def put_under(self, colors: Array, top: int) -> None:
        """Set ab (rows, W, 2), whose first row is `top`, to the colours asked for."""
        first, last = self._rows.T
        reaching = (last > top - 2) & (first < top + len(colors) + 2)
        for mark in (self._hints[index] for index in np.flatnonzero(reaching).tolist()):
            moved = Mark(mark.path - np.array([0, top], np.float32), mark.radius, mark.ab)
            for start, end in _segments(moved.path):
                _put_segment(colors, moved, start, end)


def coverage(mark: Mark, shape: tuple[int, ...], at_least: float = 0.0) -> Array:
    """Share 0..1 (h, w) of each pixel under the hint; `at_least` is a radius in pixels."""
    return _coverage(mark, (slice(0, shape[0]), slice(0, shape[1])), at_least)


def _coverage(mark: Mark, box: tuple[slice, slice], at_least: float) -> Array:
    """The same for a part of the picture."""
    rows, columns = box
    corner = np.array([columns.start, rows.start], np.float32)
    cover = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    radius = max(mark.radius, at_least)
    for start, end in _segments(mark.path - corner):
        part = _box(np.stack([start, end]), radius + 1, cover.shape)
        if part is not None:
            cover[part] = np.maximum(cover[part], _covered(part, start, end, radius))
    return cover


def _put_segment(colors: Array, mark: Mark, start: Array, end: Array) -> None:
    box = _box(np.stack([start, end]), mark.radius + 1, colors.shape)
    if box is not None:
        share = _covered(box, start, end, mark.radius)[..., None]
        colors[box] += share * (mark.ab - colors[box])


def _reach(light: Array, mark: Mark) -> float:
    longest = max(light.shape[:2])
    return float(_SOFT * longest + 0.5 * min(mark.radius, 0.05 * longest))


def _segments(path: Array) -> list[tuple[Array, Array]]:
    return list(pairwise(path)) if len(path) > 1 else [(path[0], path[0])]


def _box(path: Array, grow: float, shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    """Rows and columns around a path that lie in the picture; None where none do."""
    low = np.floor(path.min(0) - grow).astype(int)
    high = np.ceil(path.max(0) + grow).astype(int) + 1
    left, top = max(0, low[0]), max(0, low[1])
    right, bottom = min(shape[1], high[0]), min(shape[0], high[1])
    return None if left >= right or top >= bottom else (slice(top, bottom), slice(left, right))


def _covered(box: tuple[slice, slice], start: Array, end: Array, radius: float) -> Array:
    """Share 0..1 of each pixel of the box: 1 within `radius` of a line, fading over one pixel."""
    y = np.arange(box[0].start, box[0].stop, dtype=np.float32)[:, None] + 0.5 - start[1]
    x = np.arange(box[1].start, box[1].stop, dtype=np.float32)[None] + 0.5 - start[0]
    dx, dy = float(end[0] - start[0]), float(end[1] - start[1])
    along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
    away = np.hypot(x - along * dx, y - along * dy)
    covered: Array = np.clip(radius + 1 - away, 0, 1)
    return covered


def _distance(cover: Array) -> tuple[Array, Array]:
    """Distance of each pixel from the covered ones, and the index of the nearest of those."""
    away, labels = cv2.distanceTransformWithLabels(
        (~cover).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    index = np.zeros(labels.max() + 1, np.intp)
    index[labels[cover]] = np.flatnonzero(cover)
    return away, index[labels]
