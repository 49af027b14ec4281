"""The slow best way to paint: pixels are changed until style and content are met (Gatys 2016).

A person watches: each report holds the best picture so far, finished, so whoever stops the job
keeps the last one, and goes on from it later by giving it as `earlier`.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from inference.models import gatys
from inference.models.adain import recolored
from inference.models.gatys import Judge, Part, Weights
from inference.request import Context
from inference.tasks import descent
from inference.tasks.eyes import eyes_of, weights_for
from inference.tasks.sight import shrunk, tensor_of
from inference.tiling import with_retreat
from inference.values import Array, Cure, Picture, Problem, in_depth

LARGEST_PX = 2048  # long side that is worked on; larger pictures get the result enlarged
FIRST_PX = 512  # short side up to which a picture is done at once, and the first of a larger one
BROAD_PX = 128  # short side that broad strokes begin at
_SMALLEST = 32
_PREVIEW_S = 0.5  # between pictures on the way


@dataclass(frozen=True, eq=False)
class Style:
    """A style: its picture, its share among those of the same place, and that place.

    mask: (H, W) uint8 of the picture's size, 255 where the style goes; None: wherever no other
    style's mask is.
    """

    picture: Picture
    weight: float = 1.0
    mask: Array | None = None


@dataclass(frozen=True)
class Plan:
    """How to go about it.

    evaluations: of the loss at the first size; later ones, that begin near their end, get two
    fifths of it (the paper's code does alike); strength: 0..1, below 1 the content counts for more;
    scale: short side of the styles relative to the picture's, whatever the size of both;
    colors: "style" takes them over, "matched" gives the style picture the mean and covariance of
    the picture's first, "luminance" paints in lightness alone (arXiv:1606.05897, sections 2, 3);
    start: from the picture or from noise; broad: from 128 pixels upwards, for broad strokes.
    """

    evaluations: int = 100
    strength: float = 1.0
    scale: float = 1.0
    colors: Literal["style", "matched", "luminance"] = "style"
    start: Literal["picture", "noise"] = "picture"
    broad: bool = False
    method: Literal["lbfgs", "adam"] = "lbfgs"


class Outcome(NamedTuple):
    """The picture (h, w, 3) float32 in 0..1 at the size it was worked on, loss, evaluations."""

    pixels: Array
    loss: float
    evaluations: int


Finish = Callable[[Array], Picture]
"""What was painted (h, w, 3) as the person gets it."""


def optimise(
    content: Picture,
    styles: Sequence[Style],
    plan: Plan,
    context: Context,
    *,
    network: nn.Module,
    device: torch.device,
    finish: Finish,
    seed: int = 0,
    earlier: Picture | None = None,
) -> Outcome:
    """Paint `content` in `styles` with the eyes of `network` (families vgg and vgg_caffe).

    earlier: a result to go on from. Previews on the way are made by `finish`. Raises Problem on
    styles that show nothing; Cancelled when the person stops: the last preview is the best so far.
    """
    _check(content, styles)
    sizes = [_largest(content)] if earlier is not None else list(sizes_for(content, plan.broad))
    counts = [plan.evaluations] + [-(-2 * plan.evaluations // 5)] * (len(sizes) - 1)
    watch = _Watch(context, finish, [h * w for h, w in sizes], counts)
    weights = weights_for(network, plan.strength)
    easel = _Easel(plan, styles, eyes_of(network, device, watch.pulse), weights)
    picture = _tensor(content, sizes[-1], device)
    current = None if earlier is None else _tensor(earlier, sizes[-1], device)
    for size, count in zip(sizes, counts, strict=True):
        target = _resized(picture, size)
        if current is None:
            current = _start(target, plan, seed)
        judge = easel.judge(target, watch)
        current = _descended(judge, _resized(current, size), count, plan, watch)
    assert current is not None
    return Outcome(_pixels(current), watch.loss, watch.evaluations)


# Sizes.


def sizes_for(content: Picture, broad: bool) -> Iterator[tuple[int, int]]:
    """Height and width of each pass, the coarse ones first (arXiv:1611.07865, section 6)."""
    height, width = _largest(content)
    first = BROAD_PX if broad else FIRST_PX
    halvings = 0
    while min(height, width) / 2**halvings > 1.5 * first:
        halvings += 1
    for halving in range(halvings, -1, -1):
        yield _side(height / 2**halving), _side(width / 2**halving)


def _largest(content: Picture) -> tuple[int, int]:
    scale = min(1.0, LARGEST_PX / max(content.width, content.height))
    return _side(content.height * scale), _side(content.width * scale)


def _side(length: float) -> int:
    return max(_SMALLEST, round(length))


# One pass.


@dataclass(frozen=True, eq=False)
class _Easel:
    """What all passes share; makes the judge of each."""

    plan: Plan
    styles: Sequence[Style]
    eyes: gatys.Eyes
    weights: Weights

    def judge(self, target: Tensor, watch: "_Watch") -> "_Careful":
        """For a picture (1,3,h,w) at the size of the pass."""
        watch.pulse()
        shown = _grey(target) if self.plan.colors == "luminance" else target
        parts = [
            Part(self._grams(group, target, watch), weight, guides)
            for group, weight, guides in self._places(target)
        ]
        with torch.no_grad():
            maps = self.eyes(shown, tuple(self.weights.content))
        return _Careful(Judge(self.eyes, self.weights, maps, parts, pulse=watch.pulse), watch)

    def _places(self, target: Tensor) -> Iterator[tuple[list[Style], float, dict[str, Tensor]]]:
        """Styles that share a place, the share of the picture that it takes, its guides."""
        layers = tuple(self.weights.style)
        masked = [style for style in self.styles if style.mask is not None]
        others = [style for style in self.styles if style.mask is None]
        if not masked:
            yield others, 1.0, {}
            return
        rest = torch.ones_like(target[:, :1])
        for style in masked:
            mask = _mask(style, target)
            rest = rest - mask
            yield [style], float(mask.mean()), gatys.guides_of(mask, layers)
        rest = rest.clamp(min=0)
        if others and float(rest.mean()) > 0.001:
            yield others, float(rest.mean()), gatys.guides_of(rest, layers)

    def _grams(self, group: list[Style], target: Tensor, watch: "_Watch") -> dict[str, Tensor]:
        """Weighted mean: as near to it is as near to each, by the sum of weighted squares."""
        total = sum(style.weight for style in group)
        grams: dict[str, Tensor] = {}
        for style in group:
            watch.pulse()
            with torch.no_grad():
                maps = self.eyes(self._seen(style, target), tuple(self.weights.style))
                for name, features in maps.items():
                    share = gatys.gram_of(features) * (style.weight / total)
                    grams[name] = grams[name] + share if name in grams else share
        return grams

    def _seen(self, style: Style, target: Tensor) -> Tensor:
        """The style picture at its scale, in the colours asked for."""
        size = style.picture.height, style.picture.width
        ratio = min(target.shape[2:]) * self.plan.scale / min(size)
        ratio = min(ratio, (4 * target[0, 0].numel() / (size[0] * size[1])) ** 0.5)
        shown = _tensor(style.picture, [_side(side * ratio) for side in size], target.device)
        if self.plan.colors == "matched":
            return recolored(shown[0], target[0])[None]
        if self.plan.colors == "luminance":
            return _alike(_grey(shown), _grey(target))
        return shown


class _Careful:
    """A judge in pieces that fit into memory."""

    def __init__(self, judge: Judge, watch: "_Watch") -> None:
        self._judge, self._watch = judge, watch
        self._tile = 768

    def __call__(self, picture: Tensor) -> tuple[float, Tensor]:
        def attempt(tile: int) -> tuple[float, Tensor]:
            self._tile = tile
            whole = picture[0, 0].numel() <= 2 * tile**2
            verdict = replace(self._judge, tile=0 if whole else tile)(picture)
            return verdict.loss, verdict.gradient

        context = self._watch.context
        return with_retreat(attempt, self._tile, 192, str(picture.device), context)


def _descended(
    judge: _Careful, start: Tensor, evaluations: int, plan: Plan, watch: "_Watch"
) -> Tensor:
    """The best picture after so many evaluations."""
    way = descent.lbfgs if plan.method == "lbfgs" else descent.adam
    grey = plan.colors == "luminance"

    def judged(plane: Tensor) -> tuple[float, Tensor]:
        loss, gradient = judge(plane.expand(1, 3, -1, -1))
        return loss, gradient.sum(1, keepdim=True) if grey else gradient

    best = start
    first = _grey(start)[:, :1] if grey else start
    for step in islice(way(judged, first), evaluations):
        best = step.picture.expand(1, 3, -1, -1)
        watch.tell(best, step.loss)
    watch.end_pass()
    return best


class _Watch:
    """Tells the person how far it is, and shows the best so far about twice a second."""

    def __init__(
        self, context: Context, finish: Finish, areas: Sequence[int], counts: Sequence[int]
    ) -> None:
        self.context = context
        self.loss = float("inf")
        self.evaluations = 0
        self._finish = finish
        self._costs = [area * count for area, count in zip(areas, counts, strict=True)]
        self._each = list(areas)
        self._ended = 0  # passes
        self._in_pass = 0  # evaluations
        self._next = 0.0
        self._shown = float("inf")

    def pulse(self) -> None:
        """Raise Cancelled if nobody waits any more."""
        self.context.checkpoint(self._fraction, "Painting")

    def tell(self, picture: Tensor, loss: float) -> None:
        """One evaluation more, and the best picture (1,3,h,w) so far."""
        self.evaluations += 1
        self._in_pass += 1
        self.loss = loss
        began = time.monotonic()
        if loss < self._shown and began >= self._next:
            preview = self._finish(_pixels(picture))
            self.context.checkpoint(self._fraction, "Painting", preview)
            now = time.monotonic()
            self._next = now + min(2 * _PREVIEW_S, max(_PREVIEW_S, 3 * (now - began)))
            self._shown = loss

    def end_pass(self) -> None:
        """On to the next size, where losses are others."""
        self._ended += 1
        self._in_pass = 0
        self._shown = float("inf")

    @property
    def _fraction(self) -> float:
        done = sum(self._costs[: self._ended])
        if self._in_pass:
            done += self._each[self._ended] * self._in_pass
        return min(1.0, done / sum(self._costs))


# Pictures.


def _check(content: Picture, styles: Sequence[Style]) -> None:
    if not any(style.weight > 0 for style in styles) or any(s.weight < 0 for s in styles):
        raise Problem(
            "No style is chosen.", remedy="Choose one, or give one of them a weight above 0."
        )
    for style in styles:
        shape = style.picture.height, style.picture.width
        if min(shape) < _SMALLEST // 2:
            raise Problem(
                f"The style picture has {shape[1]} x {shape[0]} pixels, too few to show a style.",
                remedy=f"Choose one of at least {_SMALLEST // 2} x {_SMALLEST // 2} pixels.",
                cure=Cure.OTHER_STYLE,
            )
        if style.mask is not None and style.mask.shape != (content.height, content.width):
            raise Problem(
                f"The mask of a style has {style.mask.shape[1]} x {style.mask.shape[0]} pixels,"
                f" the picture {content.width} x {content.height}.",
                remedy="Use a mask of the same size.",
            )


def _start(target: Tensor, plan: Plan, seed: int) -> Tensor:
    if plan.start == "picture":
        return target
    chance = torch.Generator().manual_seed(seed)
    noise = torch.randn(target.shape, generator=chance).to(target.device)
    return (0.5 + 0.15 * noise).clamp(0, 1)


def _mask(style: Style, target: Tensor) -> Tensor:
    """(1,1,h,w) in 0..1."""
    assert style.mask is not None
    mask = shrunk(style.mask[..., None], target.shape[3], target.shape[2])
    return tensor_of(mask, target.device) / 255


def _tensor(picture: Picture, size: Sequence[int], device: torch.device) -> Tensor:
    """The picture at that height and width, (1,3,h,w) float32 in 0..1."""
    pixels = in_depth(shrunk(picture.pixels, size[1], size[0]), np.float32)
    return tensor_of(pixels, device).expand(1, 3, -1, -1).contiguous()


def _resized(picture: Tensor, size: Sequence[int]) -> Tensor:
    if tuple(picture.shape[2:]) == tuple(size):
        return picture
    larger = fn.interpolate(picture, tuple(size), mode="bicubic", antialias=True)
    return larger.clamp(0, 1)


def _pixels(picture: Tensor) -> Array:
    """(h, w, 3) float32 in 0..1."""
    array: Array = picture[0].permute(1, 2, 0).clamp(0, 1).float().cpu().numpy()
    return np.ascontiguousarray(array)


def _grey(picture: Tensor) -> Tensor:
    """Luma of Rec. 601 in all three channels (1,3,H,W)."""
    weights = picture.new_tensor((0.299, 0.587, 0.114)).view(1, 3, 1, 1)
    return (picture * weights).sum(1, keepdim=True).expand(1, 3, -1, -1)


def _alike(picture: Tensor, other: Tensor) -> Tensor:
    """With the mean and deviation of the other (arXiv:1606.05897, equation 10)."""
    ratio = other.std() / picture.std().clamp(min=1e-6)
    return (picture - picture.mean()) * ratio + other.mean()
