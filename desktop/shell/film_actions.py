"""What can be done to a clip: playing it, its in and out points, its export."""

from typing import TYPE_CHECKING

from desktop import commands
from desktop.shell.action import Action, T, always

if TYPE_CHECKING:
    from desktop.film.reel import Reel
    from desktop.shell.window import Window
    from desktop.studio import Studio


def reel_of(window: "Window") -> "Reel":
    """The clip in front; its actions are off where there is none."""
    reel = window.editor.reel
    assert reel is not None
    return reel


def has_film(studio: "Studio") -> bool:
    """For what needs a clip."""
    return studio.current is not None and studio.current.reel is not None


def _has_marks(studio: "Studio") -> bool:
    film = studio.current.document.film if studio.current and has_film(studio) else None
    return film is not None and (film.start, film.stop) != (None, None)


def _can_export(studio: "Studio") -> bool:
    return has_film(studio) and studio.current is not None and not studio.current.filming.busy


def _exports(studio: "Studio") -> bool:
    return studio.current is not None and studio.current.filming.busy


def _mark_in(window: "Window") -> None:
    document = window.editor.document
    window.editor.push(commands.mark_in(document, reel_of(window).place))


def _mark_out(window: "Window") -> None:
    document = window.editor.document
    window.editor.push(commands.mark_out(document, reel_of(window).place))


def _loops(window: "Window") -> bool:
    return has_film(window.studio) and reel_of(window).loops


# fmt: off
FILM = (
    Action("film.play", T("Actions", "Play or stop"), lambda w: reel_of(w).toggle(), ("Space",),
           icon="play", enabled=has_film, of_film=True),
    Action("film.backward", T("Actions", "Play backwards, faster each time"),
           lambda w: reel_of(w).backward(), ("J",), icon="backward", enabled=has_film,
           of_film=True),
    Action("film.stop", T("Actions", "Stop playing"), lambda w: reel_of(w).play(0), ("K",),
           enabled=has_film, of_film=True),
    Action("film.forward", T("Actions", "Play forwards, faster each time"),
           lambda w: reel_of(w).forward(), ("L",), icon="forward", enabled=has_film, of_film=True),
    Action("film.loop", T("Actions", "Loop from in to out"),
           lambda w: reel_of(w).set_loops(not reel_of(w).loops), ("Shift+L",), icon="loop",
           enabled=has_film, checked=_loops, of_film=True),
    Action("film.previous_frame", T("Actions", "Previous frame"),
           lambda w: reel_of(w).previous_frame(), ("Left",), icon="previous", enabled=has_film,
           of_film=True),
    Action("film.next_frame", T("Actions", "Next frame"), lambda w: reel_of(w).next_frame(),
           ("Right",), icon="next", enabled=has_film, of_film=True),
    Action("film.second_back", T("Actions", "One second back"), lambda w: reel_of(w).jump(-1),
           ("Shift+Left",), enabled=has_film, of_film=True),
    Action("film.second_on", T("Actions", "One second on"), lambda w: reel_of(w).jump(1),
           ("Shift+Right",), enabled=has_film, of_film=True),
    Action("film.previous_shot", T("Actions", "Previous shot"),
           lambda w: reel_of(w).go_to_shot(-1), ("Up",), enabled=has_film, of_film=True),
    Action("film.next_shot", T("Actions", "Next shot"), lambda w: reel_of(w).go_to_shot(1),
           ("Down",), enabled=has_film, of_film=True),
    Action("film.start", T("Actions", "Go to the in point"), lambda w: reel_of(w).go_to_start(),
           ("Home",), icon="to-start", enabled=has_film, of_film=True),
    Action("film.end", T("Actions", "Go to the out point"), lambda w: reel_of(w).go_to_end(),
           ("End",), icon="to-end", enabled=has_film, of_film=True),
    Action("film.mark_in", T("Actions", "In point here"), _mark_in, ("I",), icon="mark-in",
           enabled=has_film, of_film=True),
    Action("film.mark_out", T("Actions", "Out point here"), _mark_out, ("O",), icon="mark-out",
           enabled=has_film, of_film=True),
    Action("film.clear_marks", T("Actions", "No in and out points"),
           lambda w: w.editor.push(commands.clear_marks(w.editor.document)), ("Alt+X",),
           icon="cancel", enabled=_has_marks, of_film=True),
    Action("film.open_sequence", T("Actions", "Open numbered pictures as a film …"),
           lambda w: w.files.open_sequence(), ("Ctrl+Shift+O",), enabled=always),
    Action("film.export", T("Actions", "Export film …"), lambda w: w.files.export_film(),
           ("Ctrl+Alt+F",), icon="film", enabled=_can_export),
    Action("film.cancel", T("Actions", "Stop the export of the film"),
           lambda w: w.editor.filming.cancel(), ("Ctrl+Alt+Shift+F",), enabled=_exports),
)
# fmt: on
