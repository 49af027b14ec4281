"""The Colour page's doing for one document: settings, reference, hints, suggestions, the job."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from inference.features import ColorizeSettings
from inference.values import RGB, Hint, Hints, Picture


@dataclass(frozen=True, eq=False)
class Suggestion:
    """One way to colour the picture: its small picture, and the seed that makes it large."""

    seed: int
    picture: Picture


class Coloring(QObject):
    """One per editor. Everything that changes the document goes through its history, one step each.

    Signals: settings_changed(), reference_changed(), hints_changed(), selected_changed(),
    hint_colors_changed(), suggestions_changed(), preview_changed(), busy_changed(bool),
    progress_changed(Progress).
    """

    settings_changed = Signal()
    reference_changed = Signal()
    hints_changed = Signal()
    selected_changed = Signal()
    hint_colors_changed = Signal()
    suggestions_changed = Signal()
    preview_changed = Signal()
    busy_changed = Signal(bool)
    progress_changed = Signal(object)

    settings: ColorizeSettings
    seed: int
    """The suggestion that is kept; 0 is the automatic one."""
    reference: Picture | None
    reference_name: str
    hints: Hints
    selected: int | None
    """Index of the selected hint in hints.points."""
    hint_colors: tuple[RGB, ...]
    """Colours that the network thinks likely at the selected hint, most likely first."""
    suggestions: list[Suggestion]
    preview: Picture | None
    """Shown by the canvas, stretched over the document, in place of the generated layer."""
    busy: bool
    generated_id: str
    """Id of the generated layer, "" until there is one."""

    def run(self) -> None:
        """The primary button: colour the picture with what is set."""

    def cancel(self) -> None:
        """Stop the job that runs."""

    def set_settings(self, settings: ColorizeSettings) -> None:
        """Other settings; moves of one drag merge into one step."""

    def set_reference(self, reference: "Picture | Path | None") -> None:
        """A picture to take colours after, or none."""

    def suggest(self) -> None:
        """Make suggestions (small, in the background)."""

    def hover(self, seed: int | None) -> None:
        """Preview a suggestion on the canvas; None ends it."""

    def keep(self, seed: int) -> None:
        """Colour the picture as that suggestion: one step of undo."""

    def select(self, index: int | None) -> None:
        """Select a hint; its likely colours follow in hint_colors_changed."""

    def hint_at(self, x: float, y: float, reach: float) -> int | None:
        """The topmost hint within reach (document pixels) of a place."""

    def add_hint(self, hint: Hint) -> None:
        """Add and select a hint; the picture follows."""

    def replace_hint(self, index: int, hint: Hint, *, merge: bool = False) -> None:
        """Move or recolour a hint; merge joins it with the step before (one drag, one step)."""

    def delete_hint(self, index: int) -> None:
        """Take a hint away."""

    def clear_hints(self) -> None:
        """Take all hints away."""

    def keep_grey_from_selection(self) -> None:
        """Keep the selected region grey; with no selection, free it again."""
