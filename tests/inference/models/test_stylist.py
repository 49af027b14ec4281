"""The painter reads back its own files, keeps sizes, and its tiles agree by shared statistics."""

import pytest
import torch

from inference.models import stylist
from inference.models.stylist import Norms, Settings, palette

SMALL = Settings(fine=8, coarse=12, half=4, coarse_blocks=2, styles=2, sketch=4, hidden=6)


@pytest.fixture(scope="module")
def small() -> stylist.Stylist:
    torch.manual_seed(4)
    net = stylist.build(SMALL)
    with torch.no_grad():
        net.table.normal_(0, 0.3)
    return net.requires_grad_(False)


@pytest.mark.parametrize("settings", [SMALL, Settings()])
def test_recognises_what_it_builds(settings):
    assert stylist.recognise(stylist.build(settings).state_dict()) == settings


@pytest.mark.parametrize("missing", ["stem.weight", "table", "predictor.mix.0"])
def test_leaves_other_files_to_other_families(small, missing):
    state = dict(small.state_dict())
    del state[missing]
    assert stylist.recognise(state) is None


def test_keeps_the_size_of_each_picture(small):
    painted = small(torch.rand(2, 3, 40, 64), small.table)
    assert painted.shape == (2, 3, 40, 64)


def test_pictures_of_a_batch_do_not_touch_each_other(small):
    pictures = torch.rand(2, 3, 32, 32)
    both = small(pictures, small.table)
    torch.testing.assert_close(both[1:], small(pictures[1:], small.table[1:]))


def test_statistics_that_were_seen_paint_the_same_again(small):
    picture, style = torch.rand(1, 3, 48, 48), small.table[:1]
    norms = Norms(small.widths)
    whole = small(picture, style, norms)
    torch.testing.assert_close(
        small(picture, style, Norms(small.widths, norms.used)), whole, atol=1e-4, rtol=1e-4
    )


def test_what_lies_further_than_the_reach_changes_nothing(small):
    picture, style = torch.rand(1, 3, 32, 320), small.table[:1]
    norms = Norms(small.widths)
    small(picture, style, norms)
    other = picture.clone()
    other[..., 160 + stylist.REACH :] = 0
    one, two = (small(p, style, Norms(small.widths, norms.used)) for p in (picture, other))
    torch.testing.assert_close(one[..., :160], two[..., :160])
    assert (one[..., -64:] - two[..., -64:]).abs().max() > 0.01


def test_grain_is_the_same_wherever_it_is_cut_and_has_no_seam():
    whole = stylist.grain(3, (0, 0), (40, 56))
    assert torch.equal(whole[:, :, 16:, 8:], stylist.grain(3, (16, 8), (24, 48)))
    side = stylist.GRAIN_SIDE
    assert torch.equal(whole, stylist.grain(3, (side, 2 * side), (40, 56)))
    smoothest = stylist.grain(3, (0, 0), (1, side + 1))[0, -1, 0]
    steps = smoothest.diff().abs()
    assert steps[-1] < 3 * steps.max()
    assert not torch.equal(whole, stylist.grain(4, (0, 0), (40, 56)))


def test_other_grain_is_another_brushwork_where_a_picture_is_flat(small):
    flat = torch.full((1, 3, 64, 64), 0.5)
    one, two = (
        small(flat, small.table[:1], noise=stylist.grain(seed, (0, 0), (16, 16))) for seed in (1, 2)
    )
    assert (one - two).abs().mean() > 0.01


def test_gradients_reach_table_and_predictor():
    net = stylist.build(SMALL)
    torch.nn.init.normal_(net.table)
    style = net.predictor(some_grams(1), torch.rand(1, stylist.COLORS))
    net(torch.rand(2, 3, 32, 32), torch.cat([net.table[:1], style])).square().mean().backward()
    assert net.table.grad.abs().sum() > 0
    assert net.predictor.read.weight.grad.abs().sum() > 0


def some_grams(count, size=1.0):
    features = {name: torch.randn(count, width, 400).relu() * size for name, width in stylist.SEES}
    return {name: x @ x.transpose(1, 2) / 400 for name, x in features.items()}


@pytest.mark.parametrize("size", [0.01, 1.0, 100.0])
def test_different_pictures_are_told_apart_however_large_their_statistics_are(size):
    predictor = stylist.build(SMALL).predictor
    grams, colors = some_grams(8, size), torch.rand(1, stylist.COLORS).expand(8, -1)
    predictor.look_around(grams)
    with torch.no_grad():
        vectors = predictor(grams, colors)[:, : -stylist.COLORS]
    assert vectors.std(0).mean() > 0.1 * vectors.abs().mean()


def test_a_palette_is_mean_and_spread_of_colours():
    flat = torch.tensor([0.2, 0.5, 0.7]).view(1, 3, 1, 1).expand(1, 3, 4, 4)
    found = palette(flat)
    torch.testing.assert_close(found[0, :3], torch.tensor([0.2, 0.5, 0.7]))
    assert found[0, 3:].abs().max() < 1e-3
    noise = torch.randn(1, 3, 200, 200) * 0.1
    torch.testing.assert_close(
        palette(noise)[0, 3:], 0.1 * torch.eye(3).flatten(), atol=2e-3, rtol=0.1
    )
