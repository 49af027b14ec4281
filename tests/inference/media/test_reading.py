"""What pictures look like once they are open, whatever they were stored as."""

import struct
import zlib

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from inference.media.headers import png_chunk
from inference.media.picture import probe, read_picture, write_picture

DEPTHS = [np.uint8, np.uint16]


def noise(*shape, dtype=np.uint8):
    return np.random.default_rng(3).integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)


def exif_with(orientation, order="<"):
    head = {"<": b"II*\0", ">": b"MM\0*"}[order]
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return head + struct.pack(order + "IH", 8, 1) + entry + b"\0" * 4


def test_name_does_not_matter(tmp_path, make_picture):
    picture = make_picture()
    write_picture(picture, tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert probe(tmp_path / "a.jpg").format == "PNG"
    assert np.array_equal(read_picture(tmp_path / "a.jpg").pixels, picture.pixels)


# TIFF


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize(
    "layout",
    [
        {},
        {"rowsperstrip": 5},
        {"tile": (16, 16)},
        {"planarconfig": "separate"},
        {"compression": "lzw"},
        {"compression": "zlib", "predictor": True},
        {"compression": "packbits"},
        {"compression": "zstd", "tile": (32, 32)},
        {"byteorder": ">"},
        {"bigtiff": True},
    ],
    ids=str,
)
def test_tiff_layouts_are_read_bit_for_bit(tmp_path, dtype, layout):
    pixels = noise(40, 50, 3, dtype=dtype)
    planar = layout.get("planarconfig") == "separate"
    stored = np.moveaxis(pixels, -1, 0) if planar else pixels
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", **layout)
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels, pixels)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_float_tiff_is_opened_as_float(tmp_path, dtype):
    pixels = np.random.default_rng(0).random((20, 30, 3)).astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb")
    assert probe(tmp_path / "a.tif").dtype == "float32"
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels, pixels.astype(np.float32))


def test_floats_that_are_no_colours_become_some(tmp_path):
    stored = np.array([[np.nan, -1, 0, 2, 4]], np.float32)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="minisblack")
    assert read_picture(tmp_path / "a.tif").pixels[0, :, 0].tolist() == [0, 0, 0, 0.5, 1]


def test_wide_integers_become_16_bits(tmp_path):
    stored = noise(5, 6, dtype=np.uint16).astype(np.uint32) << 16
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="minisblack")
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels[..., 0], stored >> 16)


def test_white_is_white_where_zero_is_white(tmp_path):
    stored = noise(5, 6)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="miniswhite")
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels[..., 0], 255 - stored)


def test_bilevel_tiff(tmp_path):
    stored = noise(5, 24) > 127
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="minisblack")
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels[..., 0], stored * np.uint8(255))


def test_odd_depths_reach_from_black_to_white(tmp_path):
    """Four pixels of four bits, in the place of two of eight."""
    tifffile.imwrite(tmp_path / "a.tif", np.array([[0x0F, 0x17]], np.uint8))
    with tifffile.TiffFile(tmp_path / "a.tif", mode="r+") as tiff:
        tiff.pages.first.tags["ImageWidth"].overwrite(4)
        tiff.pages.first.tags["BitsPerSample"].overwrite(4)
    assert read_picture(tmp_path / "a.tif").pixels[0, :, 0].tolist() == [0, 255, 17, 119]


def test_palette_tiff(tmp_path):
    colors = noise(256, 3)
    indices = noise(9, 11)
    colormap = colors.T.astype(np.uint16) * 257
    tifffile.imwrite(tmp_path / "a.tif", indices, photometric="palette", colormap=colormap)
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels, colors[indices])


@pytest.mark.parametrize("dtype", DEPTHS)
def test_cmyk_tiff_without_profile(tmp_path, dtype):
    full = np.iinfo(dtype).max
    inks = np.array([[[0, 0, 0, 0], [0, 0, 0, full], [full, 0, 0, 0]]], dtype)
    tifffile.imwrite(tmp_path / "a.tif", inks, photometric="separated")
    expected = [[full] * 3, [0, 0, 0], [0, full, full]]
    assert read_picture(tmp_path / "a.tif").pixels[0].tolist() == expected


@pytest.mark.parametrize("dtype", DEPTHS)
def test_alpha_stored_multiplied_is_divided_out(tmp_path, dtype):
    full = np.iinfo(dtype).max
    stored = np.array([[[full // 4, 0, full // 2, full // 2], [0, 0, 0, 0]]], dtype)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", extrasamples=["assocalpha"])
    picture = read_picture(tmp_path / "a.tif")
    assert picture.alpha.tolist() == [[full // 2, 0]]
    assert picture.pixels[0, 0] == pytest.approx([full / 2, 0, full], abs=2)


def test_samples_of_unknown_meaning_are_no_alpha(tmp_path):
    stored = noise(5, 6, 4)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", extrasamples=["unspecified"])
    picture = read_picture(tmp_path / "a.tif")
    assert picture.alpha is None
    assert np.array_equal(picture.pixels, stored[..., :3])


def test_first_full_page_is_opened_and_all_are_counted(tmp_path):
    small, large = noise(4, 5, 3), noise(8, 10, 3)
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(small, photometric="rgb", subfiletype=1)
        tiff.write(large, photometric="rgb")
    assert probe(tmp_path / "a.tif").frames == 2
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels, large)


def test_jpeg_inside_of_tiff(tmp_path):
    flat = np.full((32, 32, 3), (200, 60, 30), np.uint8)
    stored = np.asarray(Image.fromarray(flat).convert("YCbCr"))
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="ycbcr", compression="jpeg")
    assert np.abs(read_picture(tmp_path / "a.tif").pixels.astype(int) - flat).max() < 4


# PNG


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_png_of_each_mode_is_read_as_pillow_shows_it(tmp_path, mode):
    image = Image.fromarray(noise(9, 11, 4), "RGBA").convert("RGB").convert(mode)
    image.save(tmp_path / "a.png")
    colours = "L" if mode in ("1", "L", "LA") else "RGB"
    expected = np.asarray(image.convert(colours)).reshape(9, 11, -1)
    picture = read_picture(tmp_path / "a.png")
    assert np.array_equal(picture.pixels, expected)
    assert (picture.alpha is not None) == (mode in ("LA", "RGBA"))
    assert probe(tmp_path / "a.png").channels == expected.shape[2] + (mode in ("LA", "RGBA"))


def test_transparent_colour_of_a_palette_becomes_alpha(tmp_path):
    image = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8), "P")
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.save(tmp_path / "a.png", transparency=1)
    picture = read_picture(tmp_path / "a.png")
    assert picture.pixels[0].tolist() == [[255, 0, 0], [0, 255, 0]]
    assert picture.alpha.tolist() == [[255, 0], [0, 255]]


def test_transparent_colour_of_16_bits_becomes_alpha(tmp_path):
    stored = np.array([[[1, 2, 3], [4, 5, 6]]], np.uint16)
    data = imagecodecs.png_encode(stored)
    chunk = png_chunk(b"tRNS", struct.pack(">3H", 4, 5, 6))
    (tmp_path / "a.png").write_bytes(data[:33] + chunk + data[33:])
    picture = read_picture(tmp_path / "a.png")
    assert np.array_equal(picture.pixels, stored)
    assert picture.alpha.tolist() == [[65535, 0]]


def test_senseless_transparent_colour_is_passed_over(tmp_path, make_picture):
    write_picture(make_picture(), tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[:33] + png_chunk(b"tRNS", b"\1") + data[33:])
    assert read_picture(tmp_path / "a.png").alpha is None


def test_interlaced_png(tmp_path):
    """Adam7 of 1 x 1 pixel passes: of eight by eight pixels, pass by pass."""
    grey = noise(8, 8)
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2)]
    passes.append((1, 0, 2, 1))
    rows = [b"\0" + row.tobytes() for y, x, dy, dx in passes for row in grey[y::dy, x::dx]]
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1)
    body = [(b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")]
    chunks = b"".join(png_chunk(name, content) for name, content in body)
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    assert np.array_equal(read_picture(tmp_path / "a.png").pixels[..., 0], grey)


def test_metadata_behind_the_pixels_of_a_png_is_found(tmp_path, make_picture):
    picture = make_picture(np.uint16)
    write_picture(picture, tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    late = png_chunk(b"eXIf", exif_with(3)) + png_chunk(
        b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<late/>"
    )
    (tmp_path / "a.png").write_bytes(data[:-12] + late + data[-12:])
    late_picture = read_picture(tmp_path / "a.png")
    assert late_picture.xmp == b"<late/>"
    assert np.array_equal(late_picture.pixels, picture.pixels[::-1, ::-1])


# JPEG and WebP


def test_cmyk_jpeg(tmp_path):
    inks = np.zeros((16, 16, 4), np.uint8)
    inks[..., 3] = 255
    Image.fromarray(inks, "CMYK").save(tmp_path / "a.jpg")
    assert probe(tmp_path / "a.jpg").channels == 3
    assert read_picture(tmp_path / "a.jpg").pixels.max() < 4


def test_grey_jpeg_has_one_channel(tmp_path):
    Image.fromarray(np.full((16, 16), 100, np.uint8)).save(tmp_path / "a.jpg")
    assert (read_picture(tmp_path / "a.jpg").pixels == 100).all()
    assert read_picture(tmp_path / "a.jpg").grey


def test_first_frame_of_an_animated_webp(tmp_path):
    frames = [Image.fromarray(noise(20, 30, 3) // (n + 1)) for n in range(3)]
    frames[0].save(
        tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True, duration=100
    )
    assert probe(tmp_path / "a.webp").frames == 3
    assert np.array_equal(read_picture(tmp_path / "a.webp").pixels, np.asarray(frames[0]))


def test_first_frame_of_an_animated_png(tmp_path):
    frames = [Image.fromarray(noise(20, 30, 3) // (n + 1)) for n in range(3)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:], duration=100)
    assert probe(tmp_path / "a.png").frames == 3
    assert np.array_equal(read_picture(tmp_path / "a.png").pixels, np.asarray(frames[0]))


# Orientation


def _as_seen(pixels, orientation):
    """What EXIF says: 2 mirrored, 3 upside down, 4 both, 5 to 8 on their side."""
    return {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.swapaxes(0, 1),
        6: np.rot90(pixels, -1),
        7: pixels[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(pixels),
    }[orientation]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif"])
def test_picture_is_turned_upright(tmp_path, orientation, suffix):
    pixels, path = noise(6, 9, 3), tmp_path / f"a{suffix}"
    if suffix == ".tif":
        tags = [(274, "H", 1, orientation, True)]
        tifffile.imwrite(path, pixels, photometric="rgb", extratags=tags)
    else:
        options = {"lossless": True} if suffix == ".webp" else {}
        Image.fromarray(pixels).save(path, exif=exif_with(orientation), **options)
    picture = read_picture(path)
    seen = _as_seen(pixels, orientation)
    assert np.array_equal(picture.pixels, seen)
    assert (probe(path).width, probe(path).height) == (seen.shape[1], seen.shape[0])


@pytest.mark.parametrize("order", "<>")
def test_jpeg_is_turned_upright_and_says_so(tmp_path, order):
    pixels = np.zeros((16, 32), np.uint8)
    pixels[:, 16:] = 255
    block = exif_with(6, order)
    Image.fromarray(pixels).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + block, dpi=(300, 150))
    picture = read_picture(tmp_path / "a.jpg")
    assert picture.pixels[:16].max() < 10
    assert picture.pixels[16:].min() > 245
    assert picture.exif == exif_with(1, order)
    assert picture.dpi == (150, 300)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_senseless_orientation_is_upright(tmp_path, value):
    pixels = noise(6, 9, 3)
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif_with(value))
    assert np.array_equal(read_picture(tmp_path / "a.png").pixels, pixels)


# Profiles


ADOBE = imagecodecs.cms_profile("adobergb")


def _adobe_in_srgb(levels, peak):
    """The textbook's way from Adobe RGB to sRGB, clipped, in units."""
    to_xyz = np.array(
        [
            [0.5767309, 0.1855540, 0.1881852],
            [0.2973769, 0.6273491, 0.0752741],
            [0.0270343, 0.0706872, 0.9911085],
        ]
    )
    srgb_to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    linear = (levels / peak) ** (563 / 256) @ (np.linalg.inv(srgb_to_xyz) @ to_xyz).T
    linear = np.clip(linear, 0, 1)
    curve = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curve)


@pytest.mark.parametrize(
    ("suffix", "dtype", "mean"),
    [
        (".png", np.uint8, 0.5),
        (".png", np.uint16, 3),
        (".tif", np.uint8, 0.5),
        (".tif", np.uint16, 3),
        (".tif", np.float32, 1e-4),
    ],
)
def test_wide_colours_are_converted_to_srgb(tmp_path, suffix, dtype, mean):
    stored = noise(40, 40, 3, dtype=np.uint8 if dtype == np.uint8 else np.uint16)
    peak = np.iinfo(stored.dtype).max
    if dtype == np.float32:
        stored, peak = (stored / peak).astype(np.float32), 1
    if suffix == ".tif":
        tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", iccprofile=ADOBE)
    else:
        data = imagecodecs.png_encode(stored)
        chunk = png_chunk(b"iCCP", b"a\0\0" + zlib.compress(ADOBE))
        (tmp_path / "a.png").write_bytes(data[:33] + chunk + data[33:])
    picture = read_picture(tmp_path / f"a{suffix}")
    assert picture.icc == ADOBE
    assert np.abs(picture.pixels - _adobe_in_srgb(stored, peak) * peak).mean() < mean


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_grey_of_another_curve_is_converted(tmp_path, dtype):
    linear = imagecodecs.cms_profile("gray", gamma=1.0)
    peak = 1 if dtype == np.float32 else np.iinfo(dtype).max
    stored = np.array([[0, peak * 0.2140411, peak]]).astype(dtype)  # the middle of sRGB
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="minisblack", iccprofile=linear)
    picture = read_picture(tmp_path / "a.tif")
    assert picture.pixels.dtype == dtype
    assert picture.pixels[0, :, 0] / peak == pytest.approx([0, 0.5, 1], abs=3e-3)


def test_srgb_profile_changes_nothing(tmp_path):
    pixels = noise(20, 20, 3, dtype=np.uint16)
    profile = imagecodecs.cms_profile("srgb")
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", iccprofile=profile)
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels, pixels)


@pytest.mark.parametrize("profile", [b"no profile at all", ADOBE[:200]], ids=["junk", "cut off"])
def test_broken_profile_is_passed_over(tmp_path, profile):
    pixels = noise(8, 8, 3)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", iccprofile=profile)
    picture = read_picture(tmp_path / "a.tif")
    assert picture.icc is None
    assert np.array_equal(picture.pixels, pixels)


def test_profile_for_another_kind_of_colour_is_passed_over(tmp_path):
    grey = noise(8, 8)
    tifffile.imwrite(tmp_path / "a.tif", grey, photometric="minisblack", iccprofile=ADOBE)
    assert np.array_equal(read_picture(tmp_path / "a.tif").pixels[..., 0], grey)


def _cmyk_profile():
    """A small printer's profile: from two levels of each ink straight to Lab, all white paper."""
    tables = b"".join(bytes(range(256)) for _ in range(4))
    lab = b"".join(
        bytes([0 if n & 1 else 255 - 60 * (n >> 1).bit_count(), 128, 128]) for n in range(16)
    )
    identity = struct.pack(">9I", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    out = b"".join(bytes(range(256)) for _ in range(3))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + identity + tables + lab + out
    white = b"XYZ \0\0\0\0" + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    lut += b"\0" * (-len(lut) % 4)
    place = 128 + 4 + 24
    tags = struct.pack(">I4sII4sII", 2, b"A2B0", place, len(lut), b"wtpt", place + len(lut), 20)
    body = tags + lut + white
    head = struct.pack(
        ">I4sI4s4s4s", 128 + len(body), b"lcms", 0x02400000, b"prtr", b"CMYK", b"Lab "
    )
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    head += struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + body


@pytest.mark.parametrize("dtype", DEPTHS)
def test_cmyk_goes_through_its_profile(tmp_path, dtype):
    full = np.iinfo(dtype).max
    inks = np.array([[[0, 0, 0, 0], [0, 0, 0, full], [full, 0, 0, 0]]], dtype)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, inks, photometric="separated", iccprofile=_cmyk_profile())
    picture = read_picture(path)
    white, black, cyan = picture.pixels[0] / full
    assert white == pytest.approx([1, 1, 1], abs=0.02)
    assert black == pytest.approx([0, 0, 0], abs=0.02)
    assert cyan == pytest.approx([cyan[0]] * 3, abs=0.02)  # this printer's cyan is a grey
    assert picture.icc is None
