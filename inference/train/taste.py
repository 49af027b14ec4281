"""What a painting is judged by while a painter learns: style, content, and no patterns."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as fn

from inference.models.vgg import Vgg, mirrored, relative_content, relative_style, smoothness
from inference.train.gallery import (
    BROAD,
    BROAD_LAYERS,
    CONTENT_LAYER,
    STYLE_LAYERS,
    Style,
    tones_of,
)


@dataclass
class Tally:
    """Running means of what was lost, kept where it is computed: nobody waits for a GPU."""

    _means: dict[str, Tensor] = field(default_factory=dict)

    def add(self, name: str, value: Tensor) -> None:
        """One more value."""
        now = value.detach()
        self._means[name] = torch.lerp(self._means.get(name, now), now, 0.03)

    @property
    def means(self) -> dict[str, float]:
        """What they are now."""
        return {name: float(mean) for name, mean in self._means.items()}


@dataclass(frozen=True)
class Weights:
    """What counts how much.

    content, any_content: content losses that its weights are steered towards, for styles of the
    table and for others.
    """

    content: float = 1.0
    any_content: float = 1.0
    broad: float = 0.3
    tones: float = 2.0
    variation: float = 0.02
    resonance: float = 2.0
    blotches: float = 1.5


def quick(eyes: Vgg, dtype: torch.dtype) -> Vgg:
    """A copy in that type, its weights in the order in which processors convolve quickest."""
    copied = copy.deepcopy(eyes).to(dtype)
    copied.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return copied


class Taste:
    """Losses as the eyes see them. The weights of the content are found on the way.

    There are two of them, for styles of the table and for any others, which are met later.
    """

    def __init__(self, eyes: Vgg, weights: Weights, content_weight: float = 0.1) -> None:
        self.eyes, self.weights = eyes, weights
        self._content_weights = torch.full((2,), content_weight, device=eyes.mean.device)
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
        content, told = self._contents(seen["relu3_1"], photos, named)
        losses = {
            "style": _tempered(style),
            "broad": self.weights.broad * broad,
            "tones": self.weights.tones * distance(tones_of(shown), target.tones),
            "content": content,
            "outside": 20 * (painted - shown).square().mean(),
            "variation": self.weights.variation * smoothness(painted),
            "resonance": self.weights.resonance * resonance(painted),
            "blotches": self.weights.blotches * blotches(shown, photos, target.colors),
        }
        for name, part in (("named", style[:named]), ("any", style[named:])):
            if len(part):
                told[name] = part.mean()
        for name, value in {**losses, **told}.items():
            self.tally.add(name, value)
        return torch.stack(list(losses.values())).sum()

    def state_dict(self) -> Tensor:
        """What a run goes on with."""
        return self._content_weights

    def load_state_dict(self, state: Tensor) -> None:
        """Go on with it."""
        self._content_weights = state

    @property
    def content_weights(self) -> list[float]:
        """As they are steered now: for styles of the table, and for others."""
        return [float(weight) for weight in self._content_weights]

    def _broad(self, shown: Tensor, target: Style) -> Iterator[Tensor]:
        """Style losses (N,) of the picture made smaller."""
        for times, grams in zip(BROAD, target.broad, strict=True):
            small = fn.avg_pool2d(shown, times)
            yield relative_style(mirrored(self.eyes, small, BROAD_LAYERS), grams)

    def _contents(
        self, maps: Tensor, photos: Tensor, named: int
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """What the content of every other picture costs, in turn, and its means by kind.

        Half of the work of the eyes lies behind relu3_1, so not all are looked at.
        """
        looked_at = slice(self._turn % min(2, len(photos)), None, 2)
        self._turn += 1
        with torch.no_grad():
            given = self._content(mirrored(self.eyes, photos[looked_at], ("relu3_1",))["relu3_1"])
        off = relative_content(self._content(maps[looked_at]), given)
        kinds = [int(place >= named) for place in range(len(photos))[looked_at]]
        cost = (self._content_weights[kinds] * off).mean()
        told = {}
        for kind, name in enumerate(("named content", "any content")):
            those = [place for place, found in enumerate(kinds) if found == kind]
            if those:
                told[name] = off[those].mean()
                self._steer(kind, told[name].detach())
        return cost, told

    def _content(self, maps: Tensor) -> Tensor:
        return self.eyes.onward(maps, "relu3_1", (CONTENT_LAYER,))[CONTENT_LAYER]

    def _steer(self, kind: int, content: Tensor) -> None:
        wanted = (self.weights.content, self.weights.any_content)[kind]
        self._content_weights[kind] *= 1 + 0.02 * (content / wanted - 1).clamp(-1, 1)


def _tempered(style: Tensor) -> Tensor:
    """Mean of style losses (N,), in which a hopeless one does not drown the rest."""
    return (torch.log1p(4 * style) / 4).mean()


def distance(made: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """How far colours (N,K,3) lie from those that are wanted: the sliced Wasserstein distance.

    Gram matrices know means and products only, so a painting's rare colours would be left out
    (Heitz et al. 2021, arXiv:2006.07229).
    """
    apart = []
    for ours, theirs in zip(made, wanted, strict=True):
        ways = fn.normalize(torch.randn(3, _WAYS, device=ours.device), dim=0)
        ours, theirs = ((colors @ ways).sort(1).values for colors in (ours, theirs))
        apart.append(fn.l1_loss(ours, theirs))
    return torch.stack(apart).mean()


_WAYS = 8


def resonance(pictures: Tensor) -> Tensor:
    """How much of the spectrum of pictures (N,3,H,W) lies in peaks that all have in common: 0 to 1.

    Strokes and edges differ from picture to picture; what all have at the same few frequencies is a
    texture of the network itself. A peak is what exceeds the mean of its ring by `_PEAK` times.
    """
    side = min(_WINDOW, *pictures.shape[2:])
    parts = pictures.float().mean(1).unfold(1, side, side // 2).unfold(2, side, side // 2)
    taper = torch.hann_window(side, device=pictures.device)
    parts = (parts - parts.mean((3, 4), keepdim=True)) * taper[:, None] * taper
    powers = torch.fft.rfft2(parts).abs().square().mean((1, 2))
    across = torch.arange(side // 2 + 1, device=pictures.device)
    down = torch.fft.fftfreq(side, 1 / side, device=pictures.device)
    ring = torch.hypot(down[:, None], across).round().long().clamp(max=side // 2)
    kept = ring >= side // _WIDEST
    ring, powers = ring[kept], powers[:, kept]
    power = (powers / powers.sum(1, keepdim=True).clamp(min=1e-9)).mean(0)
    usual = torch.zeros(side, device=power.device).index_add_(0, ring, power.detach())
    usual = usual / torch.bincount(ring, minlength=side).clamp(min=1)
    return fn.relu(power - _PEAK * usual[ring]).sum()


_WINDOW = 64  # pixels, square
_WIDEST = 10  # pixels: no texture has wider meshes
_PEAK = 2.5


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
