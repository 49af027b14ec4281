"""VGG: read off its keys, its maps are where they should be, its Gram matrices are."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from inference.models import vgg
from inference.models.vgg import Settings, gram

BUNDLED = Path(__file__).resolve().parents[3] / "resources" / "models" / "vgg19.safetensors"


@pytest.fixture(scope="module")
def eyes() -> vgg.Vgg:
    state = load_file(BUNDLED)
    net = vgg.build(vgg.recognise(state))
    net.load_state_dict(state)
    return net


@pytest.mark.parametrize(
    "settings", [Settings(), Settings("vgg19", 16), Settings("vgg16", 13), Settings("vgg16", 7)]
)
def test_recognises_what_it_builds(settings):
    assert vgg.recognise(vgg.build(settings).state_dict()) == settings


def test_leaves_a_file_with_a_gap_to_other_families():
    state = vgg.build(Settings()).state_dict()
    del state["features.5.weight"]
    assert vgg.recognise(state) is None


def test_sees_photographs_as_the_card_of_the_data_says(eyes):
    torch.manual_seed(1)
    smooth = torch.nn.functional.interpolate(torch.rand(1, 3, 8, 8), (96, 96), mode="bicubic")
    with torch.inference_mode():
        seen = eyes(smooth.clamp(0, 1), ("relu1_1", "relu2_1", "relu3_4"))
    assert [tuple(v.shape[1:]) for v in seen.values()] == [
        (64, 96, 96),
        (128, 48, 48),
        (256, 24, 24),
    ]
    assert all((v >= 0).all() for v in seen.values())
    assert 5 < seen["relu1_1"].mean() < 60


def test_goes_on_from_a_map_that_it_gave(eyes):
    picture = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        whole = eyes(picture, ("relu2_1", "relu3_2"))
        later = eyes.onward(whole["relu2_1"], "relu2_1", ("relu3_2",))
    torch.testing.assert_close(later["relu3_2"], whole["relu3_2"])


def test_says_which_map_a_short_file_lacks(eyes):
    with pytest.raises(KeyError, match="relu4_1"):
        eyes(torch.rand(1, 3, 16, 16), ("relu4_1",))


def test_gram_is_the_papers():
    features = torch.rand(2, 3, 4, 5)
    flat = features.view(2, 3, 20)
    torch.testing.assert_close(gram(features), flat @ flat.mT / (3 * 20))


def test_losses_are_those_of_the_bars():
    one, two = torch.rand(2, 4, 6, 6), torch.rand(2, 4, 6, 6)
    expected = ((one - two) ** 2).mean((1, 2, 3)) / (two**2).mean((1, 2, 3))
    torch.testing.assert_close(vgg.relative_content(one, two), expected)
    gram = one.flatten(2) @ one.flatten(2).transpose(1, 2) / (4 * 6 * 6)
    wanted = torch.rand(2, 4, 4)
    style = ((gram - wanted) ** 2).sum((1, 2)) / (wanted**2).sum((1, 2))
    torch.testing.assert_close(vgg.relative_style({"a": one}, {"a": wanted}), style)


def test_a_flat_picture_has_no_edges_where_it_goes_on_mirrored(eyes):
    flat = torch.full((1, 3, 64, 64), 0.6)
    plain = eyes(flat, ("relu1_1", "relu3_1"))
    for name, maps in vgg.mirrored(eyes, flat, ("relu1_1", "relu3_1")).items():
        assert maps.shape == plain[name].shape
        torch.testing.assert_close(maps, maps[..., :1, :1].expand_as(maps), atol=1e-3, rtol=1e-3)
        assert (plain[name] - maps).abs().max() > 0.1
