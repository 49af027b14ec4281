"""What a document knows of the clip that it shows a frame of; the clip itself stays where it is."""

import hashlib
import os
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from inference.values import Clip, Problem

_END_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Film:
    """A clip, the frame of it that is shown, and the part of it that is worked on.

    layer: id of the layer with the frame, which nobody paints on.
    path: of the clip, or the pattern of numbered pictures; beside: the same as seen from the
    project's folder. rate: frames a second as text, since numbered pictures do not tell it.
    fingerprint: tells the clip from others of the same name.
    moment: timestamp of the frame; start, stop: those of the first and last frame of the part,
    None where it is open at that end; all in units of the clip's time base.
    way: what is made of each frame, "" for what the shown one has; export: how it is written, by
    the names of the feature's settings, those that are missing as usual.
    made: the file that was made of it last, whose first frame is that of the moment made_from.
    """

    layer: str
    path: str
    beside: str = ""
    rate: str = ""
    fingerprint: str = ""
    moment: int = 0
    start: int | None = None
    stop: int | None = None
    way: str = ""
    export: dict[str, Any] = field(default_factory=dict)
    made: str = ""
    made_from: int = 0

    def seen_from(self, folder: Path) -> "Film":
        """The same, with its way from a project's folder, where there is one."""
        try:
            return replace(self, beside=os.path.relpath(self.path, folder))
        except ValueError:  # another drive
            return replace(self, beside="")

    def places(self, project: Path | None) -> list[Path]:
        """Where the clip may be: as seen from the project, where it was, beside the project."""
        found = [Path(self.path)]
        if project is not None:
            folder = project.parent
            if self.beside:
                found.insert(0, Path(os.path.normpath(folder / self.beside)))
            found.append(folder / Path(self.path).name)
        return list(dict.fromkeys(found))

    @property
    def pace(self) -> Fraction | None:
        """The rate as a number, None where it is not known."""
        return Fraction(self.rate) if self.rate else None


def fingerprint(clip: Clip) -> str:
    """Hash of sizes, and of the first and last MiB: of all of a long film it would take minutes."""
    from inference.media.sequence import SEQUENCE, files_of  # brings PyAV, which takes a while

    files = files_of(clip) if clip.format == SEQUENCE else [clip.path]
    told = hashlib.sha256()
    try:
        for file in files:
            told.update(f"{file.stat().st_size}\n".encode())
        for file in dict.fromkeys((files[0], files[-1])):
            with file.open("rb") as data:
                told.update(data.read(_END_BYTES))
                data.seek(max(0, file.stat().st_size - _END_BYTES))
                told.update(data.read(_END_BYTES))
    except OSError as error:
        raise Problem(
            f"“{clip.path.name}” cannot be read.", remedy="Is its disk still there?"
        ) from error
    return told.hexdigest()
