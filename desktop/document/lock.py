"""Who has a project open: another window of Grisaille, here or on another computer."""

from pathlib import Path

from inference.media.lock import Lock, Owner
from inference.values import Problem


class ProjectLock(Lock):
    """A small file beside a project, there as long as a window has it open."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, _refusal)


def _refusal(project: Path, owner: Owner | None) -> Problem:
    if owner is not None and owner.elsewhere:
        return Problem(
            f"“{project.name}” is open on the computer {owner.host}.",
            remedy=f"Close it there; if that computer crashed, delete “.{project.name}.lock”.",
            detail=repr(owner),
        )
    return Problem(
        f"“{project.name}” is open in another window of Grisaille.",
        remedy="Close it there first, or open a copy of it.",
        detail=repr(owner),
    )
