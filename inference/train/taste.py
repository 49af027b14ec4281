"""What a painting is judged by while a painter learns: style, content, and no patterns."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as fn

from inference.models.stylist import MULTIPLE
from inference.models.vgg import Vgg, mirrored, relative_content, relative_style, smoothness
from inference.train.gallery import BROAD, BROAD_LAYERS, CONTENT_LAYER, STYLE_LAYERS, Style


@dataclass
class Tally:
    """Running means of what was lost."""

    means: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: Tensor | float) -> None:
        """One more value."""
        before = self.means.get(name)
        self.means[name] = float(value) if before is None else 0.97 * before + 0.03 * float(value)


@dataclass(frozen=True)
class Weights:
    """What counts how much. content: the content loss that its weight is steered towards."""

    content: float = 1.0
    broad: float = 0.3
    variation: float = 0.02
    lattice: float = 0.3
    blotches: float = 1.5


def quick(eyes: Vgg) -> Vgg:
    """A copy in half precision, its weights in the order in which processors convolve quickest."""
    copied = copy.deepcopy(eyes).bfloat16()
    copied.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return copied


class Taste:
    """Losses as the eyes see them. The weights of the content are found on the way.

    There are two of them, for styles of the table and for any others, which are met later.
    """

    def __init__(self, eyes: Vgg, weights: Weights, content_weight: float = 0.1) -> None:
        self.eyes, self.weights = eyes, weights
        self.content_weights = [content_weight, content_weight]
        self.tally = Tally()
        self._turn = 0

    def loss(self, painted: Tensor, photos: Tensor, target: Style, named: int) -> Tensor:
        """Of pictures (N,3,H,W) in 0..1 (they may leave it), painted after photos in styles.

        named: so many of them, the first, are painted in styles of the table.
        """
        shown = painted.clamp(0, 1)
        seen = mirrored(self.eyes, shown, STYLE_LAYERS)
        style = relative_style(seen, target.grams)
        broad = torch.stack([_tempered(wide) for wide in self._broad(shown, target)]).sum()
        # the content of one picture in turn: half of the work of the eyes lies behind relu3_1
        turn = self._turn % len(photos)
        self._turn += 1
        one, kind = slice(turn, turn + 1), int(turn >= named)
        with torch.no_grad():
            wanted = self._content(mirrored(self.eyes, photos[one], ("relu3_1",))["relu3_1"])
        content = relative_content(self._content(seen["relu3_1"][one]), wanted).mean()
        losses = {
            "style": _tempered(style),
            "broad": self.weights.broad * broad,
            "content": self.content_weights[kind] * content,
            "outside": 20 * (painted - shown).square().mean(),
            "variation": self.weights.variation * smoothness(painted),
            "lattice": self.weights.lattice * lattice(painted),
            "blotches": self.weights.blotches * blotches(shown, photos, target.colors),
        }
        told = {f"{('named', 'any')[kind]} content": content}
        for name, part in (("named", style[:named]), ("any", style[named:])):
            if len(part):
                told[name] = part.mean()
        for name, value in {**losses, **told}.items():
            self.tally.add(name, value.detach())
        self._steer(kind, float(content.detach()))
        return torch.stack(list(losses.values())).sum()

    def _broad(self, shown: Tensor, target: Style) -> Iterator[Tensor]:
        """Style losses (N,) of the picture made smaller."""
        for times, grams in zip(BROAD, target.broad, strict=True):
            small = fn.avg_pool2d(shown, times)
            yield relative_style(mirrored(self.eyes, small, BROAD_LAYERS), grams)

    def _content(self, maps: Tensor) -> Tensor:
        return self.eyes.onward(maps, "relu3_1", (CONTENT_LAYER,))[CONTENT_LAYER]

    def _steer(self, kind: int, content: float) -> None:
        off = content / self.weights.content - 1
        self.content_weights[kind] *= 1 + 0.02 * max(-1.0, min(1.0, off))


def _tempered(style: Tensor) -> Tensor:
    """Mean of style losses (N,), in which a hopeless one does not drown the rest."""
    return (torch.log1p(4 * style) / 4).mean()


def lattice(picture: Tensor) -> Tensor:
    """How much of the steps between pixels belongs to a pattern: 0 is none, 1 is a checkerboard.

    A pattern is what steps up, or down, at the same places modulo `MULTIPLE` all over a region: the
    network's own grid, and the finer ones in it.
    """
    steps = torch.cat(
        [
            fn.pad(picture[..., 1:] - picture[..., :-1], (0, 1)),
            fn.pad(picture[..., 1:, :] - picture[..., :-1, :], (0, 0, 0, 1)),
        ],
        1,
    )
    cells = fn.pixel_unshuffle(steps, MULTIPLE)
    region = min(_REGION, *cells.shape[2:])
    phases = fn.avg_pool2d(cells, region, region // 2)
    phases = phases.view(len(picture), -1, MULTIPLE**2, *phases.shape[2:])
    pattern = (phases - phases.mean(2, keepdim=True)).square().mean((1, 2, 3, 4))
    return (pattern / steps.abs().mean((1, 2, 3)).square().clamp(min=1e-5)).mean()


_REGION = 10  # squares of `MULTIPLE` pixels


def blotches(painted: Tensor, photos: Tensor, colors: Tensor) -> Tensor:
    """How much larger areas differ where those of the photograph do not: mean, in samples 0..1.

    Steps are between means of squares of `_AREA` pixels, side by side; a step of the photograph
    counts as much as the palette (N,12) has more contrast than the photograph.
    """
    root = colors[:, 3:].norm(dim=1) / 3**0.5
    gain = (root / photos.std((2, 3)).square().mean(1).sqrt().clamp(min=0.02)).clamp(0.5, 3)
    made, given = (_steps(fn.avg_pool2d(x, _AREA, _AREA // 4)) for x in (painted, photos))
    allowed = 1.5 * gain[:, None] * given + 0.03
    return fn.relu(made - allowed).mean()


def _steps(areas: Tensor) -> Tensor:
    """(N,K): the largest difference of any channel between means of neighbouring squares."""
    across = areas[..., 4:] - areas[..., :-4]
    down = areas[..., 4:, :] - areas[..., :-4, :]
    return torch.cat([step.abs().amax(1).flatten(1) for step in (across, down)], 1)


_AREA = 32  # pixels: wider than strokes, narrower than a face's shadow
