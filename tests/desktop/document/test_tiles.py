"""Tiles are shared until written, and read back exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.document.tiles import TILE, TiledImage
from inference.values import Region


def noise(height, width, channels=4, dtype=np.uint8, seed=0):
    peak = np.iinfo(dtype).max
    return np.random.default_rng(seed).integers(0, peak + 1, (height, width, channels), dtype)


regions = st.builds(
    Region, st.integers(-300, 700), st.integers(-300, 700), st.integers(1, 600), st.integers(1, 600)
)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("size", [(1, 1), (256, 256), (257, 255), (1, 1500), (700, 300)])
def test_reads_back_what_it_was_made_from(size, dtype):
    samples = noise(*size, dtype=dtype)
    image = TiledImage.from_array(samples)
    assert (image.read(image.bounds) == samples).all()


@settings(max_examples=60, deadline=None)
@given(written=regions, read=regions)
def test_reads_and_writes_any_region_as_one_array_would(written, read):
    image = TiledImage(600, 500, 1, np.uint8, fill=7)
    whole = np.full((2000, 2000, 1), 7, np.uint8)  # the same with room around it
    samples = noise(written.height, written.width, 1)
    image.write(written, samples)
    shift = Region(written.x + 500, written.y + 500, written.width, written.height)
    whole[shift.slices] = samples
    whole[:500], whole[1000:], whole[:, :500], whole[:, 1100:] = 7, 7, 7, 7
    wanted = Region(read.x + 500, read.y + 500, read.width, read.height)
    assert (image.read(read) == whole[wanted.slices]).all()


def test_what_was_never_written_takes_no_memory():
    image = TiledImage(12_000, 12_000, 4, np.uint8)
    image.write(Region(300, 300, 1, 1), np.ones((1, 1, 4), np.uint8))
    assert set(image.tiles) == {(1, 1)}
    assert image.content == Region(256, 256, TILE, TILE)


def test_a_snapshot_keeps_the_pixels_of_its_moment():
    image = TiledImage.from_array(noise(300, 300))
    snapshot = image.snapshot()
    before = snapshot.read(snapshot.bounds)
    image.write(Region(0, 0, 10, 10), np.zeros((10, 10, 4), np.uint8))
    snapshot.write(Region(290, 290, 10, 10), np.zeros((10, 10, 4), np.uint8))
    assert (image.read(Region(290, 290, 10, 10)) == before[290:, 290:]).all()
    assert (snapshot.read(Region(0, 0, 10, 10)) == before[:10, :10]).all()


def test_only_written_tiles_are_copied():
    image = TiledImage.from_array(noise(600, 600))
    snapshot = image.snapshot()
    image.write(Region(300, 300, 5, 5), np.zeros((5, 5, 4), np.uint8))
    shared = [key for key in image.tiles if image.tiles[key] is snapshot.tiles[key]]
    assert len(shared) == 8
    assert image.changed_since(snapshot) == Region(256, 256, 256, 256)


def test_restoring_gives_the_old_pixels_and_says_where():
    samples = noise(600, 600)
    image = TiledImage.from_array(samples)
    snapshot = image.snapshot()
    image.write(Region(10, 520, 5, 5), np.zeros((5, 5, 4), np.uint8))
    assert image.restore(snapshot) == Region(0, 512, 256, 88)
    assert (image.read(image.bounds) == samples).all()
    assert image.restore(snapshot).empty


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        TiledImage(5, 5, 4, np.uint8).write(Region(0, 0, 2, 2), np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(ValueError, match="needs pixels"):
        TiledImage(0, 5, 4, np.uint8)


def test_other_depths_are_carried_over():
    image = TiledImage(4, 4, 1, np.uint16)
    image.write(image.bounds, np.full((4, 4, 1), 255, np.uint8))
    assert (image.read(image.bounds) == 65535).all()


@pytest.mark.parametrize("scale", [2, 16, 256])
@pytest.mark.parametrize("size", [(256, 512), (300, 301), (1, 700)])
def test_reduced_pixels_are_averages(size, scale):
    samples = noise(*size, channels=1)
    image = TiledImage.from_array(samples)
    small = image.read(image.bounds, scale)
    assert small.shape[:2] == (-(-size[0] // scale), -(-size[1] // scale))
    block = samples[:scale, :scale, 0]
    if block.shape == (scale, scale):
        assert abs(float(small[0, 0, 0]) - block.mean()) <= 1


def test_reduced_colours_weigh_by_alpha():
    samples = np.zeros((2, 2, 4), np.uint8)
    samples[0, 0] = (200, 100, 50, 255)  # the others are transparent black
    assert TiledImage.from_array(samples).read(Region(0, 0, 2, 2), 2).tolist() == [
        [[200, 100, 50, 64]]
    ]


def test_reduced_pixels_follow_what_is_written():
    image = TiledImage(256, 256, 1, np.uint8)
    image.write(image.bounds, np.full((256, 256, 1), 10, np.uint8))
    snapshot = image.snapshot()
    assert image.read(image.bounds, 64).max() == 10
    image.write(image.bounds, np.full((256, 256, 1), 20, np.uint8))
    assert image.read(image.bounds, 64).min() == 20
    image.restore(snapshot)
    assert image.read(image.bounds, 64).max() == 10


def test_a_region_that_reaches_outside_is_filled():
    image = TiledImage(4, 4, 1, np.uint8, fill=9)
    image.write(image.bounds, np.ones((4, 4, 1), np.uint8))
    moved = image.placed(Region(-1, 2, 4, 4))
    assert moved.read(moved.bounds)[..., 0].tolist() == [[9, 1, 1, 1]] * 2 + [[9] * 4] * 2


def test_a_tile_that_is_taken_over_is_not_written_into():
    tile = np.full((256, 256, 1), 7, np.uint8)
    image = TiledImage(512, 256, 1, np.uint8)
    image.put_tile((0, 0), tile)
    image.put_tile((0, 1), tile)
    image.write(Region(0, 0, 1, 1), np.zeros((1, 1, 1), np.uint8))
    assert tile.min() == 7
    assert image.read(image.bounds, 256)[..., 0].tolist() == [[7, 7]]


def test_the_same_pixels_in_another_depth():
    image = TiledImage(300, 4, 1, np.uint8, fill=255)
    image.write(Region(0, 0, 2, 2), np.zeros((2, 2, 1), np.uint8))
    deep = image.in_depth(np.uint16)
    assert (deep.read(deep.bounds) == image.read(image.bounds).astype(np.uint16) * 257).all()
    assert image.in_depth(np.uint8).tiles[0, 0] is image.tiles[0, 0]


@pytest.mark.parametrize(("fill", "extent"), [(0, (0, 0, 256, 100)), (9, (0, 0, 300, 100))])
def test_the_extent_is_where_anything_may_be(fill, extent):
    image = TiledImage(300, 100, 1, np.uint8, fill)
    image.write(Region(5, 5, 2, 2), np.ones((2, 2, 1), np.uint8))
    assert image.extent == Region(*extent)
