"""Pieces cover a picture exactly once, and shrink where memory runs out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.request import Context
from inference.tiling import tiles, with_retreat
from inference.values import Region


@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    size=st.integers(16, 128),
    overlap=st.integers(0, 7),
)
def test_inner_parts_cover_each_pixel_exactly_once(width, height, size, overlap):
    count = np.zeros((height, width), int)
    for tile in tiles(width, height, size, overlap):
        count[tile.inner.slices] += 1
        assert tile.outer.clipped(tile.inner) == tile.inner
        assert tile.outer.clipped(Region(0, 0, width, height)) == tile.outer
    assert (count == 1).all()


@given(length=st.integers(64, 500), overlap=st.integers(0, 20))
def test_tiles_are_of_equal_size_and_keep_their_distance_from_seams(length, overlap):
    for tile in tiles(length, 64, 64, overlap):
        assert (tile.outer.width, tile.outer.height) == (64, 64)
        at_left, at_right = tile.inner.x == 0, tile.inner.right == length
        assert at_left or tile.inner.x - tile.outer.x >= overlap
        assert at_right or tile.outer.right - tile.inner.right >= overlap


def test_what_is_kept_is_found_inside_of_the_tile():
    picture = np.arange(100 * 90).reshape(100, 90)
    out = np.zeros_like(picture)
    for tile in tiles(90, 100, 32, 4):
        out[tile.inner.slices] = picture[tile.outer.slices][tile.kept.slices]
    assert (out == picture).all()


def test_an_overlap_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="no room"):
        list(tiles(100, 100, 16, 8))


FULL = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")


class Card:
    """A device with room for pieces up to a size."""

    def __init__(self, room, error=FULL):
        self.room, self.error, self.tried = room, error, []

    def __call__(self, size):
        self.tried.append(size)
        if size > self.room:
            raise self.error
        return size


def test_work_that_fits_is_done_once_and_silently():
    context, card = Context(), Card(512)
    assert with_retreat(card, 512, 64, "cpu", context) == 512
    assert context.notes == []


def test_work_retreats_to_pieces_that_fit_and_says_so():
    context, card = Context(), Card(200)
    assert with_retreat(card, 1000, 64, "cpu", context) == 125
    assert card.tried == [1000, 500, 250, 125]
    assert len(context.notes) == 3
    assert "125 instead of 250 pixels" in context.notes[-1]


def test_the_smallest_piece_is_tried_before_giving_up():
    card = Card(10)
    with pytest.raises(RuntimeError, match="out of memory"):
        with_retreat(card, 256, 100, "cpu", Context())
    assert card.tried == [256, 128, 100]


def test_other_errors_are_not_taken_for_want_of_memory():
    card = Card(10, RuntimeError("shapes do not match"))
    with pytest.raises(RuntimeError, match="shapes"):
        with_retreat(card, 256, 64, "cpu", Context())
    assert card.tried == [256]


def test_what_the_failed_try_held_is_let_go_before_the_next():
    import weakref

    held = []

    def work(size):
        alive = [ref() for ref in held if ref() is not None]
        assert not alive
        big = np.zeros(size)
        held.append(weakref.ref(big))
        if size > 64:
            raise MemoryError
        return size

    assert with_retreat(work, 256, 64, "cpu", Context()) == 64
