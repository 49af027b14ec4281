"""Large pictures in pieces, and smaller pieces where memory runs out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from inference import device as devices
from inference.request import Context
from inference.values import Region

T = TypeVar("T")


@dataclass(frozen=True)
class Tile:
    """One piece: `outer` goes into the network, of which `inner` is kept. Both in whole pixels."""

    outer: Region
    inner: Region

    @property
    def kept(self) -> Region:
        """`inner` as seen from the top left of `outer`."""
        x, y = self.inner.x - self.outer.x, self.inner.y - self.outer.y
        return Region(x, y, self.inner.width, self.inner.height)


def tiles(width: int, height: int, size: int, overlap: int = 0) -> Iterator[Tile]:
    """Cover a picture by tiles of `size` x `size`, row by row; inner parts cover it exactly once.

    `overlap` pixels around the inner part are only context. Tiles at the border are shifted
    inwards: all are of equal size wherever the picture is at least as large as a tile.
    """
    for y, inner_y, inner_bottom in _spans(height, size, overlap):
        for x, inner_x, inner_right in _spans(width, size, overlap):
            yield Tile(
                Region(x, y, min(size, width), min(size, height)),
                Region(inner_x, inner_y, inner_right - inner_x, inner_bottom - inner_y),
            )


def _spans(length: int, size: int, overlap: int) -> Iterator[tuple[int, int, int]]:
    """Per tile along one side: where it starts, and where its inner part starts and ends."""
    step = size - 2 * overlap
    if step <= 0:
        raise ValueError(f"tiles of {size} pixels have no room for {overlap} of overlap")
    done = 0
    while done < length:
        start = max(0, min(done - overlap, length - size))
        end = length if start + size >= length else start + size - overlap
        yield start, done, end
        done = end


def with_retreat(
    work: Callable[[int], T], size: int, smallest: int, device: str, context: Context
) -> T:
    """`work(size)`; where the device's memory does not suffice, with half the size, and so on.

    The person is told. Raises the error of the last try if not even `smallest` fits.
    """
    while True:
        try:
            return work(size)
        except (RuntimeError, MemoryError) as error:
            if not devices.is_out_of_memory(error) or size <= smallest:
                raise
        # only here, outside of the handler, is the error gone that kept the tensors alive
        devices.free(device)
        smaller = max(smallest, size // 2)
        context.note(
            f"{devices.name(device)} ran out of memory: the work went on in pieces of {smaller} "
            f"instead of {size} pixels."
        )
        size = smaller
