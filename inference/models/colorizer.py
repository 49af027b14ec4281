"""Grisaille's colorizer: grey picture in, colour out, steered by colours that a person sets.

An EfficientNet-Lite0 sees what the picture shows, a U-Net decoder brings it back to half its size.
Three heads read the decoder: colour as one value a pixel, colour as a distribution over bins of
ab (arXiv:1603.08511), and an embedding. The embedding carries hints (the task of arXiv:1705.02999):
each pixel asks how much it has in common with each hint, in content, lightness and place, and takes
over that share of the DIFFERENCE between the hint and what the network thought there, or of the
hint's colour itself. Far from hints nothing changes, and a new hint costs only `color`, not `look`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from inference.models.blocks import (
    PYRAMID_WIDTHS,
    SUMMARY_WIDTH,
    EfficientNetLite0,
    Pyramid,
    lab_to_linear,
    light_to_linear,
    linear_to_srgb,
)

AB_SCALE = 50.0  # Lab units that the heads call 1
LIGHT_SCALE = 100.0


@dataclass(frozen=True)
class Settings:
    """All that shapes the net: read from the file, never typed in by a user."""

    widths: tuple[int, int, int, int, int] = (256, 192, 128, 96, 48)  # 1/32, 1/16, 1/8, 1/4, 1/2
    refiner: int = 40
    bins: int = 225
    carriers: int = 4  # ways in which hints spread at the same time
    embedding: int = 8  # numbers per pixel and carrier


class HintPoints(NamedTuple):
    """Colours set by a person, K a picture; discs of one colour.

    positions (N,K,2): x and y in pixels of `light` from its top left, pixel centres at +0.5;
    ab (N,K,2): in Lab units; radius (N,K): in pixels of `light`; valid (N,K): False leaves it out.
    """

    positions: Tensor
    ab: Tensor
    radius: Tensor
    valid: Tensor


class Sight(NamedTuple):
    """What `look` found without any hint. h, w are half of H, W (see `Colorizer.stride`)."""

    light: Tensor  # (N,1,h,w) L* 0..100
    features: Tensor  # (N,C,h,w) the decoder's last map
    mean: Tensor  # (N,2,h,w) expected ab, Lab units: cautious, closest on average
    ab: Tensor  # (N,2,h,w) automatic ab as shipped: mean and distribution mixed by `decode`
    embedding: Tensor  # (N,carriers*embedding,h,w) alike where a hint should carry over
    logits: Tensor  # (N,bins,H/4,W/4)
    semantics: Tensor  # (N,432,H/16,W/16) encoder features, unit length per pixel


def recognise(state: Mapping[str, Tensor]) -> Settings | None:
    """Read the settings off a state dict; None means it belongs to another family."""
    keys = ("bins.weight", "refine.0.weight", "carry.null", "embed.weight", "coarse.0.weight")
    if any(key not in state for key in (*keys, "encoder.conv_stem.weight", "bin_centres")):
        return None
    steps = (state.get(f"steps.{i}.merge.0.weight") for i in range(4))
    widths = [state["coarse.0.weight"].shape[0], *(s.shape[0] for s in steps if s is not None)]
    if len(widths) != 5:
        return None
    carriers = len(state["carry.null"])
    return Settings(
        widths=(widths[0], widths[1], widths[2], widths[3], widths[4]),
        refiner=state["refine.0.weight"].shape[0],
        bins=len(state["bin_centres"]),
        carriers=carriers,
        embedding=state["embed.weight"].shape[0] // carriers,
    )


def build(settings: Settings) -> "Colorizer":
    """Untrained net, in eval mode; see `Colorizer` for what goes in and out."""
    return Colorizer(settings).eval()


class Colorizer(nn.Module):
    """L* (N,1,H,W) in 0..100 to ab (N,2,H/2,W/2) in Lab units; H, W multiples of 32.

    It thinks best at about 256 x 256 pixels: shrink the picture, enlarge ab along its edges.
    """

    stride = 2  # pixels of `light` per pixel of ab
    bin_centres: Tensor
    decode: Tensor

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        c5, c4, c3, c2, c1 = settings.widths
        half, quarter, eighth, sixteenth, coarsest = PYRAMID_WIDTHS
        self.encoder = EfficientNetLite0()
        self.coarse = nn.Sequential(nn.Conv2d(coarsest, c5, 1, bias=False), nn.BatchNorm2d(c5))
        self.scene = nn.Linear(SUMMARY_WIDTH, c5)
        self.steps = nn.ModuleList(
            [
                Step(c5, sixteenth, c4),
                Step(c4, eighth, c3),
                Step(c3, quarter, c2),
                Step(c2, half + 4, c1, squeeze=c1),
            ]
        )
        self.mean = nn.Conv2d(c1, 2, 1)
        self.bins = nn.Conv2d(c2, settings.bins, 1)
        self.embed = nn.Conv2d(c1, settings.carriers * settings.embedding, 1)
        self.carry = Carry(settings.carriers)
        self.refine = _refiner(c1, settings.refiner, settings.carriers)
        self.register_buffer("bin_centres", _bin_centres(settings.bins))
        # share of the distribution in the automatic colour, its temperature, gain on all chroma
        self.register_buffer("decode", torch.tensor([0.0, 0.4, 1.0]))

    def look(self, light: Tensor) -> Sight:
        """Everything that does not depend on hints; keep it while a person sets them."""
        pyramid = self.encoder(_encoder_input(light))
        scene = self.scene(self.encoder.summary(pyramid))
        x = fn.relu(self.coarse(pyramid.thirtysecond) + scene[:, :, None, None])
        # the last step also sees the picture itself: the stem has already blurred its edges
        fine = torch.cat([pyramid.half, fn.pixel_unshuffle(light / LIGHT_SCALE, 2)], 1)
        x = self.steps[0](x, pyramid.sixteenth)
        x = self.steps[1](x, pyramid.eighth)
        x = self.steps[2](x, pyramid.quarter)
        logits = self.bins(x)
        x = self.steps[3](x, fine)
        mean = self.mean(x).float() * AB_SCALE
        return Sight(
            light=fn.avg_pool2d(light, 2),
            features=x,
            mean=mean,
            ab=self._automatic(mean, logits),
            embedding=self.embed(x),
            logits=logits,
            semantics=_semantics(pyramid),
        )

    def color(
        self,
        sight: Sight,
        hints: HintPoints | None = None,
        automatic: Tensor | None = None,
        watch: Callable[[], None] = lambda: None,
    ) -> Tensor:
        """Final ab (N,2,h,w): the automatic colour, bent towards the hints.

        `automatic` (N,2,h,w) replaces the network's own first guess, such as by another suggestion.
        `watch` is called now and then: many hints take long.
        """
        base = sight.ab if automatic is None else automatic
        if hints is None or not (self.training or bool(hints.valid.any())):
            return base
        found: Tensor = self.carry(sight, hints, base, watch)  # (N, carriers, 5, h, w)
        changes, certainty = found[:, :, :2], found[:, :, 4]
        # what takes a pixel to the hints' own colours, whatever the first guess there was
        repaints = found[:, :, 2:4] - certainty[:, :, None] * base[:, None]
        carried = torch.cat([changes, repaints], 1)  # (N, 2 carriers, 2, h, w)
        seen = torch.cat([base / AB_SCALE, carried.flatten(1, 2) / AB_SCALE, certainty], 1)
        seen = torch.cat([sight.features, seen.to(sight.features.dtype)], 1)
        out: Tensor = self.refine(seen).float()
        share = out[:, 2:].softmax(1)[:, :, None]
        own = out[:, :2] * AB_SCALE * certainty.amax(1, keepdim=True)
        return base + (share * carried).sum(1) + own

    def distribution(self, sight: Sight) -> Tensor:
        """Probabilities (N, bins, H/4, W/4) over `bin_centres` (bins, 2), rare colours lifted."""
        return sight.logits.float().softmax(1)

    def describe(self, light: Tensor) -> Tensor:
        """Only `Sight.semantics` (N,432,H/16,W/16), such as of a reference photograph."""
        pyramid: Pyramid = self.encoder(_encoder_input(light))
        return _semantics(pyramid)

    def annealed(self, logits: Tensor, temperature: float) -> Tensor:
        """Mean of the sharpened distribution, (N,2,H/4,W/4): 1 = plain mean, towards 0 = mode."""
        sharp: Tensor = (logits.float() / max(temperature, 1e-3)).softmax(1)
        with torch.autocast(logits.device.type, enabled=False):
            mean: Tensor = sharp.transpose(1, 3) @ self.bin_centres.float()
        return mean.transpose(1, 3)

    def _automatic(self, mean: Tensor, logits: Tensor) -> Tensor:
        if self.training:
            return mean  # the constants are chosen afterwards
        share, temperature, gain = (float(v) for v in self.decode)
        if share == 0:
            return mean * gain
        vivid: Tensor = fn.interpolate(
            self.annealed(logits, temperature),
            mean.shape[-2:],
            mode="bilinear",
            align_corners=False,
        )
        return torch.lerp(mean, vivid, share) * gain


class Step(nn.Module):
    """One step of the decoder: twice the size, joined with the encoder's map of that size."""

    def __init__(self, width: int, skip: int, out: int, squeeze: int | None = None) -> None:
        super().__init__()
        # at half size the picture is large: squeezing before enlarging saves most of the time
        self.squeeze = nn.Conv2d(width, squeeze, 1) if squeeze else None
        self.merge = _convolution((squeeze or width) + skip, out)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """(N, width, H, W) and (N, skip, 2H, 2W) to (N, out, 2H, 2W)."""
        if self.squeeze is not None:
            x = self.squeeze(x)
        x = fn.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        out: Tensor = self.merge(torch.cat([x, skip.to(x.dtype)], 1))
        return out


class Carry(nn.Module):
    """Carries hints to every pixel, in several ways at once; each has its own reach.

    A pixel takes hint k with weight exp(-|e_p - e_k|^2 - d^2/(2 place^2) - dL^2/(2 light^2)), e the
    embedding, d the distance to the hint's rim, dL the difference in lightness, against a constant
    weight for "none of them". The first way starts as a bilateral filter along the picture's edges.
    """

    def __init__(self, carriers: int) -> None:
        super().__init__()
        spread = torch.linspace(0, 1, carriers)
        self.place = nn.Parameter(torch.log(36 * 6**spread))  # pixels of light, logarithm
        self.light = nn.Parameter(torch.log(6 * 4**spread))  # L* units, logarithm
        self.null = nn.Parameter(torch.linspace(-4.5, -2.5, carriers))

    def forward(
        self, sight: Sight, hints: HintPoints, base: Tensor, watch: Callable[[], None]
    ) -> Tensor:
        """Per carrier the weighted difference (2) and colour (2) of hints, and the sum of weights.

        (N, carriers, 5, h, w)
        """
        n, _, h, w = base.shape
        carriers, stride = len(self.null), Colorizer.stride
        with torch.autocast(base.device.type, enabled=False):
            known = torch.cat([base, sight.light, sight.embedding], 1).float()
            under = sample_discs(known, hints.positions / stride, hints.radius / stride)
            wanted = hints.ab.float()
            value = torch.cat(
                [wanted - under[:, :, :2], wanted, torch.ones_like(wanted[..., :1])], 2
            )
            value = value * hints.valid[..., None]  # (N,K,5)
            slabs = []
            rows = max(1, _SLAB // max(1, hints.valid.shape[1] * w)) if not self.training else h
            for top in range(0, h, rows):
                watch()
                part = known[:, :, top : top + rows]
                near = self._nearness(part, under, hints, top)  # (N,carriers,K,P)
                null = self.null.view(1, carriers, 1, 1).expand(n, carriers, 1, near.shape[-1])
                weight = torch.cat([near, null], 2).softmax(2)[:, :, :-1]
                slabs.append(torch.einsum("nckp,nkv->ncvp", weight, value))
            return torch.cat(slabs, 3).view(n, carriers, 5, h, w)

    def _nearness(self, part: Tensor, under: Tensor, hints: HintPoints, top: int) -> Tensor:
        n, _, h, w = part.shape
        carriers = len(self.null)
        y = torch.arange(top, top + h, device=part.device) + 0.5
        x = torch.arange(w, device=part.device) + 0.5
        pixels = torch.stack(torch.meshgrid(y, x, indexing="ij"), -1).flip(-1).view(1, h * w, 2)
        apart = torch.cdist(hints.positions.float(), pixels.expand(n, -1, 2) * Colorizer.stride)
        apart = (apart - hints.radius.float()[..., None]).clamp(min=0) ** 2  # (N,K,P)
        darker = (under[:, :, 2, None] - part[:, 2].flatten(1)[:, None]) ** 2
        here = part[:, 3:].reshape(n, carriers, -1, h * w)
        there = (
            under[:, :, 3:].reshape(n, -1, carriers, here.shape[2]).transpose(1, 2)
        )  # (N,carriers,K,E)
        alike = 2 * there @ here - (there**2).sum(3)[..., None] - (here**2).sum(2)[:, :, None]
        reach = 0.5 * torch.exp(-2 * torch.stack([self.place, self.light])).view(
            2, 1, carriers, 1, 1
        )
        near = alike - reach[0] * apart[:, None] - reach[1] * darker[:, None]
        return near.masked_fill(~hints.valid[:, None, :, None], -1e4)


_SLAB = 2_000_000  # hints times pixels looked at in one go outside of training: about 32 MB a map


def sample_discs(maps: Tensor, positions: Tensor, radius: Tensor) -> Tensor:
    """Mean of `maps` (N,C,h,w) under discs: positions (N,K,2), radius (N,K).

    Both in pixels of `maps`; gives (N,K,C). Nine points a disc stand for all of its pixels.
    """
    h, w = maps.shape[-2:]
    turn = torch.arange(8, device=maps.device) * 2.39996  # the golden angle: no two on one line
    reach = torch.sqrt((torch.arange(8, device=maps.device) + 1.0) / 9)
    offsets = torch.stack([turn.cos() * reach, turn.sin() * reach], 1)
    offsets = torch.cat([torch.zeros(1, 2, device=maps.device), offsets])  # (9,2)
    points = positions[:, :, None] + offsets * radius[:, :, None, None]  # (N,K,9,2)
    size = torch.tensor([w, h], device=maps.device)
    found = fn.grid_sample(
        maps, points.to(maps.dtype) / size * 2 - 1, padding_mode="border", align_corners=False
    )
    return found.mean(3).transpose(1, 2)


def gamut_bins(step: int = 10) -> Tensor:
    """Centres of the ab squares that hold a colour of sRGB at some lightness, (bins, 2)."""
    line = torch.arange(-110, 111, step, dtype=torch.float32)
    ab = torch.stack(torch.meshgrid(line, line, indexing="ij"), -1).view(-1, 2)
    light = torch.arange(1, 100, dtype=torch.float32)
    every = ab.T[None, :, :, None].expand(1, 2, len(ab), len(light))
    linear = lab_to_linear(light.expand(1, 1, len(ab), len(light)), every)
    inside = ((linear >= 0) & (linear <= 1)).all(1).any(2)[0]
    return ab[inside]


def _bin_centres(count: int) -> Tensor:
    bins = gamut_bins()
    return bins if len(bins) == count else torch.zeros(count, 2)  # a file brings its own


def _refiner(features: int, width: int, carriers: int) -> nn.Sequential:
    head = nn.Conv2d(width, 2 + 2 * carriers, 1)
    nn.init.zeros_(head.weight)
    assert head.bias is not None
    nn.init.zeros_(head.bias)
    head.bias.data[2 + carriers] = 2.0  # begin as a bilateral filter that repaints
    seen = features + 2 + 5 * carriers
    return nn.Sequential(*_convolution(seen, width), *_convolution(width, width), head)


def _convolution(width: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True)
    )


def _encoder_input(light: Tensor) -> Tensor:
    grey = linear_to_srgb(light_to_linear(light)) * 255
    return ((grey - 127) / 128).expand(-1, 3, -1, -1)


def _semantics(pyramid: Pyramid) -> Tensor:
    fine, coarse = pyramid.sixteenth.float(), pyramid.thirtysecond.float()
    coarse = fn.interpolate(coarse, fine.shape[-2:], mode="bilinear", align_corners=False)
    return torch.cat([fn.normalize(fine, dim=1), fn.normalize(coarse, dim=1)], 1) / 2**0.5
