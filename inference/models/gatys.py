"""What a picture lacks of a style and a content, and where it should change (Gatys et al. 2016).

"Image Style Transfer Using Convolutional Neural Networks" (CVPR 2016, arXiv:1508.06576):
content loss in section 2.1, equation 1; Gram matrices and style loss in 2.2, equations 3 to 5;
both together in 2.3, equation 7. Styles for parts of a picture: "Controlling Perceptual Factors in
Neural Style Transfer" (arXiv:1611.07865), section 4, guided Gram matrices.

Memory is bounded by tiles: Gram matrices are sums over pixels, so a first pass adds them up tile
by tile without gradients; the derivative of the loss by each Gram matrix is then known, and a
second pass takes it down to the pixels of one tile after the other. Tiles overlap by what the
deepest layer sees, which makes the result that of the whole picture.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional as fn

Scaling = Literal["relative", "paper", "notebook"]
"""How the squares are summed up.

relative: |G - A|^2 / |A|^2 and |F - P|^2 / |P|^2: weights mean the same for all layers, pictures.
paper:    equations 1 and 4: 1/2 |F - P|^2, and |G - A|^2 / (4 N^2) with Gram matrices divided by
          their number of pixels M, so that style and picture may differ in size.
notebook: the authors' PyTorch code: the means of (F - P)^2 and of (G - A)^2, Gram matrices over M.
"""


class Eyes(Protocol):
    """A network of `models.vgg` or `models.vgg_caffe`."""

    def __call__(self, picture: Tensor, wanted: Sequence[str]) -> Mapping[str, Tensor]:
        """RGB (1,3,H,W) in 0..1 to the maps wanted."""


@dataclass(frozen=True)
class Weights:
    """Which layers count, and how much: w_l of equation 5 times beta, and alpha, of equation 7.

    excess: of the mean square by which pixels leave 0..1 (ours: without it the clipped picture is
    far worse than the loss says).
    """

    style: Mapping[str, float]
    content: Mapping[str, float]
    scaling: Scaling = "relative"
    excess: float = 20.0

    @property
    def layers(self) -> tuple[str, ...]:
        """All that the network is asked for."""
        return tuple(dict.fromkeys((*self.style, *self.content)))


@dataclass(frozen=True, eq=False)
class Part:
    """Where a style goes: its Gram matrix of each layer, by how much, on which pixels.

    guides: by layer (1,1,h,w), as `guides_of` makes them; empty for the whole picture.
    """

    grams: Mapping[str, Tensor]
    weight: float = 1.0
    guides: Mapping[str, Tensor] = field(default_factory=dict)


class Verdict(NamedTuple):
    """The loss, its gradient by the pixels (1,3,H,W), and the terms that it is the sum of.

    Terms are named by the layer for style, "content" (all of its layers) and "excess".
    """

    loss: float
    gradient: Tensor
    terms: dict[str, float]


@dataclass(frozen=True, eq=False)
class Judge:
    """Compares pictures of one size with `content` (maps by layer) and `parts` (styles).

    tile: side in pixels of the pieces that are worked on at once, 0 for the picture as a whole.
    pulse: called many times an evaluation; may raise to stop it.
    """

    eyes: Eyes
    weights: Weights
    content: Mapping[str, Tensor]
    parts: Sequence[Part]
    tile: int = 0
    pulse: Callable[[], None] = lambda: None

    def __call__(self, picture: Tensor) -> Verdict:
        """Loss and gradient at an RGB picture (1,3,H,W), meant to be in 0..1."""
        spans = list(_spans(picture, self.tile, self.weights.layers))
        terms: dict[str, float] = {}
        slopes = self._slopes(picture, spans, terms) if len(spans) > 1 else None
        gradient = torch.zeros_like(picture)
        for span in spans:
            outer = picture[span.outer].clone().requires_grad_()
            maps = self._maps(outer)
            grams = self._grams(maps, span)
            style = self._style(grams, terms) if slopes is None else _along(slopes, grams)
            content = self._content(maps, span)
            terms["content"] = terms.get("content", 0.0) + float(content.detach())
            gradient[span.outer] += torch.autograd.grad(style + content, outer)[0]
        excess = picture - picture.clamp(0, 1)
        terms["excess"] = self.weights.excess * float(excess.square().mean())
        gradient += excess * (2 * self.weights.excess / excess.numel())
        return Verdict(sum(terms.values()), gradient, terms)

    def _slopes(self, picture: Tensor, spans: "list[Span]", terms: dict[str, float]) -> "Grams":
        """First pass: the derivative of the loss by each Gram matrix of the whole picture."""
        with torch.no_grad():
            pieces = [self._grams(self._maps(picture[span.outer]), span) for span in spans]
        grams = {key: torch.stack([piece[key] for piece in pieces]).sum(0) for key in pieces[0]}
        for gram in grams.values():
            gram.requires_grad_()
        found = torch.autograd.grad(self._style(grams, terms), list(grams.values()))
        return dict(zip(grams, found, strict=True))

    def _maps(self, picture: Tensor) -> Mapping[str, Tensor]:
        self.pulse()
        maps = self.eyes(picture, self.weights.layers)
        for layer in maps.values():
            if layer.requires_grad:
                layer.register_hook(lambda _gradient: self.pulse())  # type: ignore[no-untyped-call]
        self.pulse()
        return maps

    def _grams(self, maps: Mapping[str, Tensor], span: "Span") -> "Grams":
        """What the span's own pixels add to the Gram matrices of the picture."""
        found = {}
        for name in self.weights.style:
            here = maps[name][span.within(name)]
            for number, part in enumerate(self.parts):
                guide = part.guides.get(name)
                if guide is None:
                    gram = product(here) / span.pixels(name)
                else:
                    gram = product(here * guide[span.of_whole(name)].to(here.dtype))
                found[number, name] = gram
        return found

    def _style(self, grams: "Grams", terms: dict[str, float]) -> Tensor:
        """Equation 5, summed over the parts; adds its terms by layer."""
        loss = torch.zeros(())
        for (number, name), gram in grams.items():
            part = self.parts[number]
            off = (gram - part.grams[name]).square().sum()
            scale = style_scale(self.weights.scaling, part.grams[name])
            term = self.weights.style[name] * part.weight * scale * off
            terms[name] = terms.get(name, 0.0) + float(term.detach())
            loss = loss + term.cpu()
        return loss

    def _content(self, maps: Mapping[str, Tensor], span: "Span") -> Tensor:
        """Equation 1, of the span's own pixels."""
        loss = torch.zeros(())
        for name, weight in self.weights.content.items():
            target = self.content[name]
            off = maps[name][span.within(name)] - target[span.of_whole(name)]
            squares = off.square().sum(dtype=_wide(off))
            loss = loss + (weight * content_scale(self.weights.scaling, target) * squares).cpu()
        return loss


Grams = dict[tuple[int, str], Tensor]
"""By number of the part and name of the layer."""


def product(features: Tensor) -> Tensor:
    """Equation 3, (1,N,h,w) to (N,N), float32 at least: each map with each, summed over pixels."""
    flat = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])  # a view: channels lie last
    gram: Tensor = _Product.apply(flat)  # type: ignore[no-untyped-call]
    return gram.to(_wide(features))


class _Product(torch.autograd.Function):
    """F^T F of (M,N), going back in one product where torch takes two and a sum."""

    @staticmethod
    def forward(context: Any, flat: Tensor) -> Tensor:
        context.save_for_backward(flat)
        return flat.T @ flat

    @staticmethod
    def backward(context: Any, slope: Tensor) -> Tensor:
        flat: Tensor = context.saved_tensors[0]
        return flat @ (slope + slope.T)


def gram_of(features: Tensor) -> Tensor:
    """The same divided by the number of pixels: what a `Part` holds of its style."""
    return product(features) / (features.shape[2] * features.shape[3])


def style_scale(scaling: Scaling, target: Tensor) -> float:
    """What the sum of squares between a Gram matrix (N,N) and its target is multiplied by."""
    count = target.shape[0] ** 2
    if scaling == "relative":
        return 1 / max(float(target.square().sum()), 1e-12)
    return 1 / (4 * count) if scaling == "paper" else 1 / count


def content_scale(scaling: Scaling, target: Tensor) -> float:
    """What the sum of squares between maps (1,N,h,w) and their target is multiplied by."""
    if scaling == "relative":
        return 1 / max(float(target.square().sum(dtype=_wide(target))), 1e-12)
    return 0.5 if scaling == "paper" else 1 / target.numel()


def _wide(tensor: Tensor) -> torch.dtype:
    return torch.promote_types(tensor.dtype, torch.float32)


def guides_of(mask: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    """A mask (1,1,H,W) in 0..1 as guidance channels (arXiv:1611.07865, section 4).

    Reduced to the size of each layer's maps, and scaled so that their squares sum to 1: then a
    guided Gram matrix compares with that of a whole style picture, divided by its pixels.
    """
    guides = {}
    for name in layers:
        size = [side // stride_of(name) for side in mask.shape[2:]]
        guide = fn.interpolate(mask, size, mode="area")
        guides[name] = guide / guide.square().sum().sqrt().clamp(min=1e-6)
    return guides


# Pieces of a picture.


@dataclass(frozen=True)
class Span:
    """A piece in pixels: top, left, bottom, right of what is its own, and of what it sees."""

    own: tuple[int, int, int, int]
    seen: tuple[int, int, int, int]
    height: int
    width: int

    @property
    def outer(self) -> "Place":
        """Of the picture, what the network is shown."""
        return _place(*self.seen)

    def of_whole(self, layer: str) -> "Place":
        """Of a map of the whole picture, what is its own."""
        return _place(*(side // stride_of(layer) for side in self.own))

    def within(self, layer: str) -> "Place":
        """Of a map of what it sees, what is its own."""
        stride = stride_of(layer)
        top, left = self.seen[0] // stride, self.seen[1] // stride
        own = [side // stride for side in self.own]
        return _place(own[0] - top, own[1] - left, own[2] - top, own[3] - left)

    def pixels(self, layer: str) -> int:
        """Of a map of the whole picture."""
        return (self.height // stride_of(layer)) * (self.width // stride_of(layer))


Place = tuple[slice, slice, slice, slice]

_GRID = 16
"""Pieces begin at multiples of it, so that poolings fall as in the whole picture."""

_SIGHT = {1: 16, 2: 16, 3: 32, 4: 64, 5: 144}
"""Pixels around its own that a map of each block depends on, rounded up to the grid."""


def stride_of(layer: str) -> int:
    """Pixels of the picture from one value of a map to the next: 4 for relu3_1."""
    return int(2 ** (_block(layer) - 1))


def _block(layer: str) -> int:
    return int(layer.removeprefix("relu").partition("_")[0])


def _spans(picture: Tensor, tile: int, layers: Sequence[str]) -> Iterator[Span]:
    height, width = picture.shape[2:]
    margin = _SIGHT[max(map(_block, layers))]
    for top, bottom in _cuts(height, tile):
        for left, right in _cuts(width, tile):
            seen = (
                *(max(0, top - margin), max(0, left - margin)),
                *(min(height, bottom + margin), min(width, right + margin)),
            )
            yield Span((top, left, bottom, right), seen, height, width)


def _cuts(length: int, tile: int) -> Iterator[tuple[int, int]]:
    """Where pieces of about that length start and end; a short rest goes to the last."""
    step = max(_GRID, tile // _GRID * _GRID) if tile else length
    count = max(1, round(length / step))
    for number in range(count):
        yield number * step, length if number == count - 1 else (number + 1) * step


def _place(top: int, left: int, bottom: int, right: int) -> Place:
    return slice(None), slice(None), slice(top, bottom), slice(left, right)


def _along(slopes: Grams, grams: Grams) -> Tensor:
    """A loss with the derivative by the Gram matrices that the whole picture's loss has."""
    return torch.stack([(slopes[key] * grams[key]).sum() for key in grams]).sum().cpu()
