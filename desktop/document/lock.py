"""Who has a project open: tells another living window from one that crashed."""

import contextlib
import json
import os
import platform
import time
from pathlib import Path

import msgspec
import psutil  # type: ignore[import-untyped]

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
        process = psutil.Process()
        return cls(process.pid, process.create_time(), platform.node())

    def alive(self) -> bool:
        """Whether it still runs; of another computer that cannot be known, so: yes."""
        if self.host != platform.node():
            return True
        try:
            return bool(abs(psutil.Process(self.pid).create_time() - self.started) < _CLOCK_S)
        except (psutil.Error, ValueError, OverflowError):
            return False


class ProjectLock:
    """A small file beside a project, there as long as a window has it open."""

    def __init__(self, path: Path | str) -> None:
        project = Path(os.path.realpath(path))
        self._name = project.name
        self.path = project.with_name(f".{project.name}.lock")
        self.held = False

    def acquire(self) -> None:
        """Take it, also over from a crashed process. Raises Problem where another window lives.

        Where the folder cannot be written no lock is taken: nobody can save there either.
        """
        if self._create():
            return
        owner = self._owner()
        if owner is not None and owner.alive():
            raise self._refusal(owner)
        if owner is None and self._age() < _WRITING_S:
            raise self._refusal(None)
        with contextlib.suppress(OSError):
            self.path.unlink()
        if not self._create():
            raise self._refusal(self._owner())  # another window was quicker

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

    def _refusal(self, owner: Owner | None) -> Problem:
        elsewhere = owner is not None and owner.host != platform.node()
        if elsewhere and owner is not None:
            return Problem(
                f"“{self._name}” is open on the computer {owner.host}.",
                remedy=f"Close it there; if that computer crashed, delete “{self.path.name}”.",
                detail=repr(owner),
            )
        return Problem(
            f"“{self._name}” is open in another window of Grisaille.",
            remedy="Close it there first, or open a copy of it.",
            detail=repr(owner),
        )
