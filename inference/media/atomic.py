"""Files that are whole or not there: written beside their place, synced, then renamed into it."""

import contextlib
import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from inference.values import Problem

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextlib.contextmanager
def atomic_write(path: Path | str, overwrite: bool = False) -> Iterator[BinaryIO]:
    """Give an open binary file that becomes `path` when the block ends well.

    The file is readable and seekable and lies in the target's folder under a hidden name
    (`file.name`). Whatever ends the block, Ctrl+C too, leaves the old file or the new one, whole,
    and nothing else. Problem where `path` exists and may not be overwritten, and for every
    OSError inside the block (no room, read-only folder, no such folder).
    """
    target = Path(os.path.realpath(path))  # through a link: what it points to is renewed
    with _explained(target):
        _refuse_existing(target, overwrite)
        part = target.with_name(f".{target.name[:100]}.{uuid.uuid4().hex[:8]}.part")
        try:
            with part.open("x+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _refuse_existing(target, overwrite)
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


def _refuse_existing(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise Problem(
            f"“{target.name}” is a folder, so no file can be written under that name.",
            remedy="Choose another name.",
        )
    if target.exists() and not overwrite:
        raise Problem(
            f"“{target.name}” exists already.", remedy="Choose another name or allow overwriting."
        )


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can (Windows cannot)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise writing_problem(error, target) from error


def writing_problem(error: OSError, target: Path) -> Problem:
    """The sentence for an error met while writing `target`."""
    name, folder = f"“{target.name}”", f"“{target.parent}”"
    if error.errno in _FULL:
        sentence, remedy = (
            f"There is not enough room on the disk for {name}.",
            "Free some room, or choose a folder on another disk.",
        )
    elif error.errno == errno.EFBIG:
        sentence, remedy = (
            f"{name} would be larger than a file may be there.",
            "Choose a folder on another disk, or a format that takes less room.",
        )
    elif error.errno in _FORBIDDEN:
        sentence, remedy = (
            f"{name} cannot be written, because the folder {folder} is read-only for you.",
            "Choose another folder.",
        )
    elif error.errno in {errno.ENOENT, errno.ENOTDIR}:
        sentence, remedy = (
            f"{name} cannot be written, because there is no folder {folder}.",
            "Make the folder first, or choose another.",
        )
    elif error.errno == errno.ENAMETOOLONG:
        sentence, remedy = f"The name {name} is too long.", "Choose a shorter one."
    else:
        reason = error.strerror or type(error).__name__
        sentence, remedy = f"{name} could not be written ({reason}).", "Choose another folder."
    return Problem(sentence, remedy=remedy, detail=str(error))
