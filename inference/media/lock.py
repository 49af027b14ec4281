"""Who works on a file: tells another living process from one that crashed."""

import contextlib
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from inference.values import Problem

_CLOCK_S = 5.0  # how far two readings of one process's start may lie apart
_WRITING_S = 2.0  # a lock file that says nothing yet may be this young


class Owner(msgspec.Struct, frozen=True):
    """A process, told from a later one with the same number by the time it started."""

    pid: int
    started: float
    host: str

    @classmethod
    def current(cls) -> "Owner":
        """This process."""
        import psutil  # type: ignore[import-untyped]

        process = psutil.Process()
        return cls(process.pid, process.create_time(), platform.node())

    @property
    def elsewhere(self) -> bool:
        """Whether it is of another computer."""
        return self.host != platform.node()

    def alive(self) -> bool:
        """Whether it still runs; of another computer that cannot be known, so: yes."""
        if self.elsewhere:
            return True
        import psutil

        try:
            return bool(abs(psutil.Process(self.pid).create_time() - self.started) < _CLOCK_S)
        except (psutil.Error, ValueError, OverflowError):
            return False


class Lock:
    """A small file beside another, there as long as a process works on that.

    kept: the file that is worked on; refusal: the Problem for whoever comes second, given the
    owner where the lock tells it.
    """

    def __init__(self, kept: Path | str, refusal: Callable[[Path, Owner | None], Problem]) -> None:
        self._kept = Path(os.path.realpath(kept))
        self.path = self._kept.with_name(f".{self._kept.name}.lock")
        self.held = False
        self._refusal = refusal

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self) -> None:
        """Take it, also over from a crashed process. Raises Problem where another one lives.

        Where the folder cannot be written no lock is taken: nobody can save there either.
        """
        if self._create():
            return
        owner = self._owner()
        if owner is not None and owner.alive():
            raise self._refusal(self._kept, owner)
        if owner is None and self._age() < _WRITING_S:
            raise self._refusal(self._kept, None)
        with contextlib.suppress(OSError):
            self.path.unlink()
        if not self._create():
            raise self._refusal(self._kept, self._owner())  # another one was quicker

    def release(self) -> None:
        """Give it back; nothing happens where it is not held."""
        if self.held:
            self.held = False
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _create(self) -> bool:
        """Make the file; False where there is one already."""
        try:
            handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            return False
        except OSError:
            return True  # read-only: open it without a lock
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(Owner.current()))
        self.held = True
        return True

    def _owner(self) -> Owner | None:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Owner)
        except (OSError, msgspec.MsgspecError, json.JSONDecodeError, UnicodeDecodeError):
            return None

    def _age(self) -> float:
        try:
            return time.time() - self.path.stat().st_mtime
        except OSError:
            return _WRITING_S
