"""Files that are whole or not there: written beside their place, synced, then renamed into it.

What a killed process left of a file is removed when the same file is written again. Whoever writes
holds a lock on the part, which ends with the process, so nobody loses what is being written.
"""

import contextlib
import errno
import itertools
import os
import shutil
import sys
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
        refuse_existing(target, overwrite)
        file = _new_part(target)
        part = Path(file.name)
        try:
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                refuse_existing(target, overwrite)
                if target.exists():
                    shutil.copymode(target, part)
                if sys.platform == "win32":
                    file.close()  # nothing that is open can be renamed there
                part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


def check_place(path: Path, overwrite: bool = False) -> None:
    """Raise the Problem that `atomic_write` would begin with, where it would; writes nothing."""
    target = Path(os.path.realpath(path))
    with _explained(target):
        refuse_existing(target, overwrite)
        if not target.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if not os.access(target.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def make_folder(path: Path) -> None:
    """Make a folder, and those that it is to lie in, where they are not there; raises Problem."""
    with _explained(path):
        path.mkdir(parents=True, exist_ok=True)


def _new_part(target: Path) -> BinaryIO:
    """A new file beside the target, locked as long as it is open; leftovers are removed."""
    for number in itertools.count(1):
        part = target.with_name(f".{target.name[:50]}.{number}.grisaille.part")
        if part.exists() and not _removed(part):
            continue
        with contextlib.suppress(FileExistsError):  # else somebody else was quicker
            file = part.open("x+b")
            if _locked(file):
                return file
            file.close()
    raise AssertionError("numbers do not end")


if sys.platform == "win32":

    def _removed(part: Path) -> bool:
        """Remove a leftover; False where somebody writes it: nothing that is open goes there."""
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        return not part.exists()

    def _locked(_file: BinaryIO) -> bool:
        return True

else:
    import fcntl

    def _removed(part: Path) -> bool:
        """Remove a leftover; False where somebody writes it, or may do so."""
        try:
            with part.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_at(file, part):
                    part.unlink()
        except FileNotFoundError:
            return True
        except OSError:  # its writer lives, or it is not ours to judge
            return False
        return True

    def _locked(file: BinaryIO) -> bool:
        """Lock a part; False where somebody took it for a leftover in that moment."""
        with contextlib.suppress(OSError):  # a file system without locks: none is removed there
            fcntl.flock(file, fcntl.LOCK_EX)
        return _is_at(file, Path(file.name))

    def _is_at(file: BinaryIO, path: Path) -> bool:
        """Whether a path still leads to an open file."""
        try:
            return os.path.samestat(os.fstat(file.fileno()), path.stat())
        except FileNotFoundError:
            return False


def refuse_existing(target: Path, overwrite: bool) -> None:
    """Raise Problem where there is a folder of that name, or a file that may not be replaced."""
    if target.is_dir():
        raise Problem(
            f"“{target.name}” is a folder, so no file can be written under that name.",
            remedy="Choose another name.",
        )
    if target.exists() and not overwrite:
        raise Problem(
            f"“{target.name}” exists already.",
            remedy="Choose another name, or have it replaced.",
            option="--overwrite",
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
    elif error.errno == errno.ENOENT and target.parent.is_dir():  # of the system, such as /proc
        sentence, remedy = (
            f"{name} cannot be written, because the folder {folder} takes no files.",
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
