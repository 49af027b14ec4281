"""Three stages at once: read, work, write. Whatever waits between them is bounded."""

import ctypes
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

ROOM = 4  # frames that may wait between two stages


def overlapped(
    source: Iterable[T], work: Callable[[T], U], sink: Callable[[U], None], room: int = ROOM
) -> None:
    """Pass each item of `source` through `work` to `sink`, in order, all three at the same time.

    `work` runs in the calling thread. The first error of any stage ends all three and is raised
    here; when this returns or raises, both threads have ended.
    """
    raw: Channel[T] = Channel(room)
    done: Channel[U] = Channel(room)

    def read() -> None:
        for item in source:
            raw.put(item)

    def write() -> None:
        for item in done:
            sink(item)

    stages = [
        threading.Thread(target=_until_end, args=(read, raw, done), name="film-reader"),
        threading.Thread(target=_until_end, args=(write, done, raw), name="film-writer"),
    ]
    for stage in stages:
        stage.start()
    try:
        for item in raw:
            done.put(work(item))
    except BaseException as error:
        raw.close(error)
        done.close(error)
        raise
    finally:
        done.close()
        for stage in stages:
            stage.join()
    done.check()


def keep_freed_memory() -> None:
    """Have glibc keep what each frame frees for the next: fetching it anew is 7 % of all work."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(_TRIM_THRESHOLD, 64 << 20)
            libc.mallopt(_MMAP_THRESHOLD, 32 << 20)  # the most that it takes


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h


def _until_end(stage: Callable[[], None], own: "Channel[T]", other: "Channel[U]") -> None:
    try:
        stage()
        own.close()
    except BaseException as error:  # noqa: BLE001 - raised again in the calling thread
        own.close(error)
        other.close(error)


class Channel(Generic[T]):
    """A queue between two threads that can be closed from either side, with an error or without.

    After an error both sides get it at their next step, and what still waited is dropped.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._error: BaseException | None = None

    def put(self, item: T) -> None:
        """Wait for room, then leave the item there."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._items) < self._room or self._closed)
            self.check()
            if not self._closed:
                self._items.append(item)
            self._changed.notify_all()

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._closed)
                self.check()
                if not self._items:
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item

    def close(self, error: BaseException | None = None) -> None:
        """Nothing more will come; the first error stays."""
        with self._changed:
            self._closed = True
            self._error = self._error or error
            if self._error is not None:
                self._items.clear()
            self._changed.notify_all()

    def check(self) -> None:
        """Raise the error that closed it, if one did."""
        if self._error is not None:
            raise self._error
