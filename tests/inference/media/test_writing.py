"""What is saved comes back: samples bit for bit where the format can, profile and metadata too."""

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from inference.media.color import compose_lab, luma_error
from inference.media.exif import plain_exif
from inference.media.picture import WRITABLE, probe, read_picture, write_picture
from inference.media.profiles import srgb_profile
from inference.values import Picture, Problem, in_depth


@pytest.fixture
def exif():
    notes = Image.Exif()
    notes[271], notes[315], notes[274] = "Ihagee", "A. Photographer", 6
    notes.get_ifd(0x8769)[36867] = "1936:05:01 12:00:00"
    notes.get_ifd(0x8825)[1] = "N"
    return plain_exif(notes.tobytes())


@pytest.mark.parametrize("suffix", [".png", ".tif", ".tiff"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("alpha", [False, True])
def test_samples_come_back_bit_for_bit(tmp_path, make_picture, suffix, dtype, channels, alpha):
    picture = make_picture(dtype, channels, alpha)
    write_picture(picture, tmp_path / f"a{suffix}")
    again = read_picture(tmp_path / f"a{suffix}")
    assert again.pixels.dtype == dtype
    assert np.array_equal(again.pixels, picture.pixels)
    assert np.array_equal(again.alpha, picture.alpha) if alpha else again.alpha is None


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_webp_of_good_quality_comes_back_bit_for_bit(tmp_path, make_picture, channels, alpha):
    picture = make_picture(np.uint8, channels, alpha)
    write_picture(picture, tmp_path / "a.webp")
    again = read_picture(tmp_path / "a.webp")
    assert (again.pixels == picture.pixels).all()  # grey comes back as three equal channels
    assert np.array_equal(again.alpha, picture.alpha) if alpha else again.alpha is None


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".webp"])
@pytest.mark.parametrize("channels", [1, 3])
def test_lossy_formats_come_back_nearly(tmp_path, make_picture, suffix, channels):
    picture = make_picture(np.uint8, channels)
    flat = picture.with_pixels(np.full_like(picture.pixels, 130))
    write_picture(flat, tmp_path / f"a{suffix}", quality=80)
    assert np.abs(read_picture(tmp_path / f"a{suffix}").pixels.astype(int) - 130).max() <= 2


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_depth_is_the_one_asked_for(tmp_path, make_picture, dtype, depth, suffix):
    picture = make_picture(dtype, alpha=True)
    write_picture(picture, tmp_path / f"a{suffix}", depth=depth)
    again = read_picture(tmp_path / f"a{suffix}")
    assert np.array_equal(again.pixels, in_depth(picture.pixels, f"uint{depth}"))
    assert np.array_equal(again.alpha, in_depth(picture.alpha, f"uint{depth}"))


@pytest.mark.parametrize(
    ("dtype", "suffix", "expected"),
    [
        (np.uint8, ".png", "uint8"),
        (np.uint16, ".png", "uint16"),
        (np.float32, ".tif", "uint16"),
        (np.uint16, ".jpg", "uint8"),
        (np.float32, ".webp", "uint8"),
    ],
)
def test_depth_is_the_pictures_own_where_none_is_asked_for(
    tmp_path, make_picture, dtype, suffix, expected
):
    write_picture(make_picture(dtype), tmp_path / f"a{suffix}")
    assert probe(tmp_path / f"a{suffix}").dtype == expected


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_resolution_is_kept(tmp_path, make_picture, suffix):
    write_picture(make_picture(dpi=(600, 300)), tmp_path / f"a{suffix}")
    assert read_picture(tmp_path / f"a{suffix}").dpi == pytest.approx((600, 300), abs=0.02)


@pytest.mark.parametrize("suffix", WRITABLE)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_notes_are_kept_and_the_picture_stands_upright(tmp_path, make_picture, exif, suffix, dtype):
    picture = make_picture(dtype, exif=exif, xmp=b"<x:xmpmeta/>")
    write_picture(picture, tmp_path / f"a{suffix}")
    again = read_picture(tmp_path / f"a{suffix}")
    assert again.xmp == b"<x:xmpmeta/>"
    assert again.pixels.shape == picture.pixels.shape
    notes = Image.Exif()
    notes.load(again.exif)
    assert (notes[271], notes[315]) == ("Ihagee", "A. Photographer")
    assert notes.get(274, 1) == 1
    assert notes.get_ifd(0x8769)[36867] == "1936:05:01 12:00:00"
    assert notes.get_ifd(0x8825)[1] == "N"


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_other_programs_see_the_notes(tmp_path, make_picture, exif, suffix):
    write_picture(make_picture(exif=exif), tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as image:
        image.load()
        notes = image.getexif()
    assert notes[271] == "Ihagee"
    assert notes.get_ifd(0x8769)[36867] == "1936:05:01 12:00:00"


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
@pytest.mark.parametrize("length", [70_000, 20])
def test_senseless_notes_do_not_keep_a_picture_from_being_saved(
    tmp_path, make_picture, suffix, length
):
    picture = make_picture(exif=b"II*\0" + b"\xff" * length, xmp=b"x" * length)
    write_picture(picture, tmp_path / f"a{suffix}")
    assert read_picture(tmp_path / f"a{suffix}").pixels.shape == picture.pixels.shape


@pytest.mark.parametrize("suffix", WRITABLE)
@pytest.mark.parametrize("channels", [1, 3])
def test_profile_says_srgb(tmp_path, make_picture, suffix, channels):
    write_picture(make_picture(channels=channels), tmp_path / f"a{suffix}")
    space = "grey" if channels == 1 and suffix != ".webp" else "rgb"
    assert read_picture(tmp_path / f"a{suffix}").icc == srgb_profile(space)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("channels", [1, 3])
def test_picture_goes_back_to_its_own_profile(tmp_path, make_picture, dtype, suffix, channels):
    """Within what two roundings cost in the source's own samples."""
    name, kind = ("adobergb", {}) if channels == 3 else ("gray", {"gamma": 1.8})
    profile = imagecodecs.cms_profile(name, **kind)
    picture = make_picture(dtype, channels, icc=profile)
    muted = picture.with_pixels(picture.pixels // 2 + picture.pixels.dtype.type(40))
    write_picture(muted, tmp_path / f"a{suffix}", profile="source")
    again = read_picture(tmp_path / f"a{suffix}")
    assert again.icc == profile
    step = 3 if dtype == np.uint8 else 40
    assert np.abs(again.pixels.astype(int) - muted.pixels).max() <= step
    stored = Image.open(tmp_path / f"a{suffix}") if dtype == np.uint8 else None
    if stored is not None:
        with stored:
            assert not np.array_equal(np.asarray(stored).reshape(muted.pixels.shape), muted.pixels)


def test_source_profile_of_another_kind_gives_way_to_srgb(tmp_path, make_picture):
    picture = make_picture(channels=3, icc=imagecodecs.cms_profile("gray", gamma=1.8))
    write_picture(picture, tmp_path / "a.png", profile="source")
    assert read_picture(tmp_path / "a.png").icc == srgb_profile()


def test_transparent_jpeg_gets_a_white_ground(tmp_path, make_picture):
    picture = make_picture(size=(16, 16))
    clear = picture.with_pixels(picture.pixels, np.zeros((16, 16), np.uint8))
    write_picture(clear, tmp_path / "a.jpg")
    assert read_picture(tmp_path / "a.jpg").pixels.min() > 252


def test_equal_pictures_make_equal_files(tmp_path, make_picture):
    for suffix in WRITABLE:
        write_picture(make_picture(), tmp_path / f"a{suffix}")
        write_picture(make_picture(), tmp_path / f"b{suffix}")
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_tiff_is_compressed_the_way_that_all_read(tmp_path, make_picture):
    write_picture(make_picture(np.uint16), tmp_path / "a.tif")
    with tifffile.TiffFile(tmp_path / "a.tif") as tiff:
        assert tiff.pages.first.compression == tifffile.COMPRESSION.ADOBE_DEFLATE


@pytest.mark.parametrize("name", ["a", "a.bmp", "a.png.txt"])
def test_unknown_suffix_is_refused(tmp_path, make_picture, name):
    with pytest.raises(Problem, match="does not end like a picture"):
        write_picture(make_picture(), tmp_path / name)


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_16_bits_are_refused_where_the_format_has_8(tmp_path, make_picture, suffix):
    with pytest.raises(Problem, match="8 only"):
        write_picture(make_picture(), tmp_path / f"a{suffix}", depth=16)


@pytest.mark.parametrize(("suffix", "side"), [(".jpg", 65_536), (".webp", 16_384)])
def test_longer_than_the_format_is_refused(tmp_path, make_picture, suffix, side):
    with pytest.raises(Problem, match="a side"):
        write_picture(make_picture(size=(side, 1)), tmp_path / f"a{suffix}")


def test_suffix_may_be_in_capitals(tmp_path, make_picture):
    write_picture(make_picture(), tmp_path / "A.PNG")
    assert probe(tmp_path / "A.PNG").format == "PNG"


@pytest.mark.parametrize("suffix", WRITABLE)
@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1)])
@pytest.mark.parametrize("channels", [1, 3])
def test_smallest_and_thinnest_pictures(tmp_path, make_picture, suffix, size, channels):
    picture = make_picture(np.uint8, channels, size=size)
    write_picture(picture, tmp_path / f"a{suffix}")
    again = read_picture(tmp_path / f"a{suffix}")
    assert (again.width, again.height) == size


def test_jpeg_keeps_the_lightness_of_loud_colours(tmp_path):
    rng = np.random.default_rng(1)
    light = rng.normal(55, 12, (128, 128)).astype(np.float32)  # grain, the hardest for a JPEG
    ab = np.repeat(rng.normal(0, 60, (8, 8, 2)), 16, 0).repeat(16, 1)
    picture = Picture(compose_lab(light, ab, np.uint8))
    write_picture(picture, tmp_path / "a.jpg")
    assert luma_error(picture, read_picture(tmp_path / "a.jpg")) < 0.25


@pytest.mark.parametrize("space", ["rgb", "grey"])
def test_other_programs_accept_the_profiles(space):
    from PySide6.QtGui import QColorSpace

    assert QColorSpace.fromIccProfile(srgb_profile(space)).isValid()
    assert int.from_bytes(srgb_profile(space)[:4], "big") == len(srgb_profile(space))
