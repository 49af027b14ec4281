"""Compositing against the W3C specification, written out again pixel by pixel."""

import time

import numpy as np
import pytest

from desktop.document.blend import composite, composite_layers, is_opaque
from desktop.document.document import Document
from desktop.document.layers import BlendMode, GroupLayer, HintLayer, RasterLayer
from desktop.document.tiles import TiledImage
from inference.values import Region

MODES = list(BlendMode)

# The specification, section 10, one pixel at a time in double precision.


def lum(c):
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


def clip_color(c):
    light, low, high = lum(c), min(c), max(c)
    if low < 0:
        c = [light + (v - light) * light / (light - low) for v in c]
    if high > 1:
        c = [light + (v - light) * (1 - light) / (high - light) for v in c]
    return c


def set_lum(c, light):
    d = light - lum(c)
    return clip_color([v + d for v in c])


def sat(c):
    return max(c) - min(c)


def set_sat(c, s):
    low, middle, high = sorted(range(3), key=lambda i: c[i])
    out = [0.0, 0.0, 0.0]
    if c[high] > c[low]:
        out[middle] = (c[middle] - c[low]) * s / (c[high] - c[low])
        out[high] = s
    return out


def hard_light(b, s):
    return b * 2 * s if s <= 0.5 else b + (2 * s - 1) - b * (2 * s - 1)


def soft_light(b, s):
    if s <= 0.5:
        return b - (1 - 2 * s) * b * (1 - b)
    d = ((16 * b - 12) * b + 4) * b if b <= 0.25 else b**0.5
    return b + (2 * s - 1) * (d - b)


def each(formula):
    return lambda cb, cs: [formula(b, s) for b, s in zip(cb, cs, strict=True)]


SPEC = {
    BlendMode.NORMAL: each(lambda b, s: s),
    BlendMode.MULTIPLY: each(lambda b, s: b * s),
    BlendMode.SCREEN: each(lambda b, s: b + s - b * s),
    BlendMode.OVERLAY: each(lambda b, s: hard_light(s, b)),
    BlendMode.SOFT_LIGHT: each(soft_light),
    BlendMode.DARKEN: each(min),
    BlendMode.LIGHTEN: each(max),
    BlendMode.DIFFERENCE: each(lambda b, s: abs(b - s)),
    BlendMode.HUE: lambda cb, cs: set_lum(set_sat(cs, sat(cb)), lum(cb)),
    BlendMode.SATURATION: lambda cb, cs: set_lum(set_sat(cb, sat(cs)), lum(cb)),
    BlendMode.COLOR: lambda cb, cs: set_lum(cs, lum(cb)),
    BlendMode.LUMINOSITY: lambda cb, cs: set_lum(cb, lum(cs)),
    BlendMode.CLIP: each(lambda b, s: s),
}


def spec_over(backdrop, source, mode, opacity=1.0):
    """One RGBA pixel over another, straight alpha, 0..1."""
    cb, ab, cs, a_s = backdrop[:3], backdrop[3], source[:3], source[3] * opacity
    if mode is BlendMode.CLIP:  # Porter and Duff's "source atop"
        return [s * a_s + b * (1 - a_s) for s, b in zip(cs, cb, strict=True)] + [ab]
    mixed = SPEC[mode](list(cb), list(cs))
    cs = [(1 - ab) * s + ab * m for s, m in zip(cs, mixed, strict=True)]
    alpha = a_s + ab * (1 - a_s)
    if alpha == 0:
        return [0.0] * 4
    colors = [(s * a_s + b * ab * (1 - a_s)) / alpha for s, b in zip(cs, cb, strict=True)]
    return [*colors, alpha]


def samples(seed, dtype=np.uint8, opaque=False, size=24):
    rng = np.random.default_rng(seed)
    peak = np.iinfo(dtype).max
    out = rng.integers(0, peak + 1, (size, size, 4)).astype(dtype)
    out[:6] = rng.choice([0, peak // 4, peak // 2, peak], (6, size, 4))  # the corners of formulas
    out[6:9, :, :3] = out[6:9, :, :1]  # greys
    if opaque:
        out[..., 3] = peak
    return out


def raster(pixels, **attributes):
    return RasterLayer(image=TiledImage.from_array(pixels), **attributes)


def mixed(*layers, dtype=np.uint8, size=24, **options):
    return composite_layers(layers, Region(0, 0, size, size), np.dtype(dtype), **options)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("opaque", [True, False])
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.label)
def test_a_mode_agrees_with_the_specification(mode, opaque, dtype):
    peak = np.iinfo(dtype).max
    below, above = samples(1, dtype, opaque), samples(2, dtype)
    seen = mixed(raster(below), raster(above, blend=mode, opacity=0.75), dtype=dtype)
    pairs = zip(below.reshape(-1, 4) / peak, above.reshape(-1, 4) / peak, strict=True)
    wanted = np.array([spec_over(b, a, mode, 0.75) for b, a in pairs]).reshape(24, 24, 4)
    visible = wanted[..., 3:] > 0.02  # where almost nothing is, colour has few digits
    error = np.abs(seen / peak - wanted) * visible
    assert error.max() <= (0.502 if dtype == np.uint8 else 0.75) / peak


@pytest.mark.parametrize(
    ("mode", "backdrop", "source", "wanted"),
    [
        (BlendMode.MULTIPLY, (255, 128, 0), (128, 128, 128), (128, 64, 0)),
        (BlendMode.SCREEN, (255, 128, 0), (128, 128, 128), (255, 192, 128)),
        (BlendMode.OVERLAY, (64, 128, 192), (64, 64, 64), (32, 65, 161)),
        (BlendMode.DARKEN, (10, 200, 30), (20, 100, 30), (10, 100, 30)),
        (BlendMode.LIGHTEN, (10, 200, 30), (20, 100, 30), (20, 200, 30)),
        (BlendMode.DIFFERENCE, (10, 200, 30), (20, 100, 30), (10, 100, 0)),
        (BlendMode.COLOR, (100, 100, 100), (255, 0, 0), (255, 34, 34)),
        (BlendMode.LUMINOSITY, (255, 0, 0), (128, 128, 128), (255, 74, 74)),
        (BlendMode.SATURATION, (90, 90, 90), (255, 0, 0), (90, 90, 90)),
        (BlendMode.HUE, (90, 90, 90), (255, 0, 0), (90, 90, 90)),
    ],
)
def test_known_values(mode, backdrop, source, wanted):
    size = (1, 1, 4)
    seen = mixed(
        raster(np.array([*backdrop, 255], np.uint8).reshape(size)),
        raster(np.array([*source, 255], np.uint8).reshape(size), blend=mode),
        size=1,
    )
    assert np.abs(seen[0, 0, :3].astype(int) - wanted).max() <= 1
    assert seen[0, 0, 3] == 255


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_one_opaque_layer_comes_out_exactly(dtype):
    top = samples(3, dtype, opaque=True)
    assert (mixed(raster(samples(4, dtype)), raster(top), dtype=dtype) == top).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_one_translucent_layer_comes_out_exactly_where_it_can_be_seen(dtype):
    alone = samples(3, dtype)
    seen = mixed(raster(alone), dtype=dtype)
    visible = alone[..., 3] > 0
    assert (seen[visible] == alone[visible]).all()
    assert (seen[~visible] == 0).all()


def test_what_is_below_an_opaque_layer_is_not_touched(monkeypatch):
    hidden = raster(samples(1))
    monkeypatch.setattr(hidden.image, "read", lambda *_: pytest.fail("it was read"))
    mixed(hidden, raster(samples(2, opaque=True)), raster(samples(3), blend=BlendMode.MULTIPLY))


def test_a_mask_works_as_alpha_does():
    below, above = samples(1, opaque=True), samples(2, opaque=True)
    mask = TiledImage.from_array(samples(5)[..., :1])
    veiled = above.copy()
    veiled[..., 3] = mask.read(mask.bounds)[..., 0]
    masked = mixed(raster(below), raster(above, mask=mask))
    assert (masked == mixed(raster(below), raster(veiled))).all()


def test_a_group_is_mixed_by_itself_first():
    below, above = samples(1, opaque=True), samples(2, opaque=True)
    multiplied = raster(above, blend=BlendMode.MULTIPLY)
    group = GroupLayer(children=[multiplied])
    assert (mixed(raster(below), group) == above).all()
    group.blend = BlendMode.MULTIPLY
    assert (mixed(raster(below), group) == mixed(raster(below), multiplied)).all()


def test_a_groups_opacity_and_mask_apply_to_all_of_it():
    inside = [raster(samples(1, opaque=True)), raster(samples(2), blend=BlendMode.SCREEN)]
    flat = raster(mixed(*inside))
    mask = TiledImage.from_array(samples(5)[..., :1])
    options = {"opacity": 0.5, "mask": mask, "blend": BlendMode.OVERLAY}
    group, alone = (
        GroupLayer(children=inside, **options),
        raster(flat.image.read(Region(0, 0, 24, 24)), **options),
    )
    base = raster(samples(3, opaque=True))
    difference = mixed(base, group).astype(int) - mixed(base, alone)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("hidden", [{"visible": False}, {"opacity": 0.0}])
def test_hidden_layers_are_not_seen(hidden):
    below = samples(1, opaque=True)
    assert (mixed(raster(below), raster(samples(2), **hidden)) == below).all()


def test_hints_are_not_seen_and_nothing_is_transparent():
    assert not mixed(HintLayer()).any()
    assert not mixed(GroupLayer()).any()


def test_layers_can_be_skipped():
    below = samples(1, opaque=True)
    top = raster(samples(2), id="top")
    assert (mixed(raster(below), top, skip={"top"}) == below).all()
    assert (mixed(raster(below), GroupLayer(children=[top]), skip={"top"}) == below).all()


@pytest.mark.parametrize("scale", [2, 8])
def test_a_smaller_view_is_about_the_average(scale):
    ramp = np.zeros((300, 520, 4), np.uint8)
    ramp[..., :3] = np.linspace(0, 255, 520)[None, :, None]
    ramp[..., 3] = 255
    document = Document(520, 300)
    document.root.children.append(raster(ramp, opacity=0.9))
    small = composite(document, document.bounds, scale=scale)
    assert small.shape == (-(-300 // scale), 520 // scale, 4)
    full = composite(document, document.bounds)[: 300 // scale * scale]
    blocks = full.reshape(300 // scale, scale, 520 // scale, scale, 4).mean(axis=(1, 3))
    assert np.abs(small[: 300 // scale] - blocks).max() <= 2


def test_part_of_a_view_is_the_same_as_the_part_of_the_whole():
    document = Document(700, 500)
    document.root.children += [
        raster(samples(1, size=700)[:500]),
        raster(samples(2, size=700)[:500], opacity=0.5),
    ]
    whole = composite(document, document.bounds)
    part = Region(200, 130, 310, 290)
    assert (composite(document, part) == whole[part.slices]).all()


def test_outside_of_the_picture_is_nothing():
    document = Document(4, 4)
    document.root.children.append(raster(samples(1, opaque=True, size=12)[:4, :4]))
    seen = composite(document, Region(-2, -2, 4, 4))
    assert not seen[:2].any()
    assert not seen[:, :2].any()
    assert seen[2:, 2:, 3].all()


def test_every_mode_has_its_own_word_and_label():
    assert len({mode.label for mode in MODES}) == len({mode.value for mode in MODES}) == len(MODES)


def test_a_layer_that_covers_all_costs_far_less_than_mixing():
    size = 256
    opaque = raster(samples(1, opaque=True, size=size))
    stack = [raster(samples(i, size=size), blend=BlendMode.COLOR) for i in range(3)]
    mixing = min(_seconds(lambda: mixed(*stack, size=size)) for _ in range(5))
    covered = min(_seconds(lambda: mixed(*stack, opaque, size=size)) for _ in range(5))
    assert covered < mixing / 3


def _seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def opaque_document():
    document = Document(300, 20)
    image = document.empty_image()
    image.write(image.bounds, np.full((20, 300, 4), 255, np.uint8))
    document.root.children = [RasterLayer(id="photo", image=image)]
    return document


@pytest.mark.parametrize(
    ("change", "opaque"),
    [
        ({}, True),
        ({"visible": False}, False),
        ({"opacity": 0.5}, False),
        ({"mask": TiledImage(300, 20, 1, np.uint8)}, False),
        ({"mask": TiledImage(300, 20, 1, np.uint8, 255)}, True),
        ({"blend": BlendMode.MULTIPLY}, True),
    ],
)
def test_what_shows_through(change, opaque):
    document = opaque_document()
    for name, value in change.items():
        document.set_attribute("photo", name, value)
    assert is_opaque(document) is opaque


def test_one_hole_shows_through_whatever_lies_above():
    document = opaque_document()
    document.write("photo", Region(299, 19, 1, 1), np.zeros((1, 1, 4), np.uint8))
    document.root.children.append(RasterLayer(image=document.empty_image()))
    assert not is_opaque(document)
