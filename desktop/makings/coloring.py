"""The Colour page's doing for one document: settings, reference, hints, suggestions, the job."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from desktop.background import Background
from desktop.document.document import Document
from desktop.document.layers import HintLayer, Layer, Recipe, new_id
from desktop.document.selection import to_mask
from desktop.makings.colorist import Colorist, ColorWish
from desktop.makings.making import Making
from desktop.preferences import Preferences
from inference.features import COLORIZE, ColorizeSettings
from inference.request import Result
from inference.service import InferenceService
from inference.settings import settings_to_json
from inference.values import RGB, Cure, Hint, Hints, Picture, Problem


@dataclass(frozen=True, eq=False)
class Suggestion:
    """One way to colour the picture: its small picture, and the seed that makes it large."""

    seed: int
    picture: Picture


class Coloring(Making):
    """One per editor.

    Signals, besides those of Making: reference_changed(), hints_changed(), selected_changed(),
    hint_colors_changed(), suggestions_changed().
    """

    gives_colors_only = True

    reference_changed = Signal()
    hints_changed = Signal()
    selected_changed = Signal()
    hint_colors_changed = Signal()
    suggestions_changed = Signal()

    def __init__(
        self,
        document: Document,
        history: QUndoStack,
        service: InferenceService,
        background: Background,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        self._colorist = Colorist(COLORIZE, document, service, background, preferences)
        self._draft_reference = ""
        self._reference: tuple[str, Picture] | None = None  # the one decoded last
        self.selected: int | None = None
        self.hint_colors: tuple[RGB, ...] = ()
        self.suggestions: list[Suggestion] = []
        super().__init__(COLORIZE, document, history, background, self._colorist, parent)

    # What is set.

    @property
    def layer_name(self) -> str:
        """What the layer is called at first."""
        return self.tr("Colour")

    @property
    def settings(self) -> ColorizeSettings:
        """How the colours are laid on."""
        settings: ColorizeSettings = super().settings
        return settings

    @property
    def seed(self) -> int:
        """The suggestion that is kept; 0 is the automatic one."""
        return self._look.recipe.seed if self._look else 0

    @property
    def hints(self) -> Hints:
        """What the person said about the colours."""
        return self._look.hints if self._look else Hints()

    @property
    def hints_seen(self) -> bool:
        """Whether the layer of hints is shown, and so are their marks."""
        layers = [layer for layer in self._document.walk() if isinstance(layer, HintLayer)]
        return all(layer.visible for layer in layers)

    @property
    def reference(self) -> Picture | None:
        """The picture that colours are taken after."""
        name = self.reference_name
        if not name:
            return None
        if self._reference is None or self._reference[0] != name:
            self._reference = name, self._document.reference(name)
        return self._reference[1]

    @property
    def reference_name(self) -> str:
        """Its name, "" where there is none."""
        return self._look.recipe.reference if self._look else self._draft_reference

    # What a person does.

    def set_reference(self, reference: Picture | Path | None) -> None:
        """A picture to take colours after, or none. A path is read beside the window."""
        if isinstance(reference, Path):
            self._read(reference, self._set_reference, Cure.OTHER_REFERENCE)
        else:
            self._set_reference(reference)

    def _set_reference(self, picture: Picture | None) -> None:
        name = self._document.add_reference(picture) if picture is not None else ""
        if self._look is None:
            self._draft_reference = name
            self.reference_changed.emit()
            if name:
                self.run()
            return
        recipe = replace(self._look.recipe, reference=name)
        self._change(self.tr("Reference") if name else self.tr("No reference"), recipe=recipe)

    def suggest(self) -> None:
        """Make suggestions (small, in the background)."""
        wish = self._wish(replace(self._recipe, seed=0))
        self._colorist.suggest(wish, self._on_suggested)

    def _on_suggested(self, result: Result) -> None:
        pairs = zip(result.seeds, result.pictures, strict=True)
        self.suggestions = [Suggestion(seed, picture) for seed, picture in pairs]
        self.suggestions_changed.emit()

    def hover(self, seed: int | None) -> None:
        """Preview a suggestion on the canvas, at first small, then sharp; None ends it."""
        if seed is None:
            self._end_try()
            return
        for suggestion in self.suggestions:
            if suggestion.seed == seed:
                self._show(suggestion.picture)
        self._try_out(replace(self._recipe, seed=seed), seed)

    def keep(self, seed: int) -> None:
        """Colour the picture as that suggestion: one step of undo."""
        self._change(self.tr("Suggestion"), recipe=replace(self._recipe, seed=seed))

    def keep_next(self, by: int) -> None:
        """Colour the picture as the next (or previous) suggestion."""
        seeds = [suggestion.seed for suggestion in self.suggestions]
        place = seeds.index(self.seed) + by if self.seed in seeds else 0
        self.keep(seeds[place % len(seeds)])

    # Hints.

    def select(self, index: int | None) -> None:
        """Select a hint; its likely colours follow in hint_colors_changed."""
        self.selected = index
        self.hint_colors = ()
        self.selected_changed.emit()
        self.hint_colors_changed.emit()
        if index is not None:
            hint = self.hints.points[index]
            self._colorist.hint_colors(hint, lambda colors: self._on_hint_colors(index, colors))

    def _on_hint_colors(self, index: int, colors: tuple[RGB, ...]) -> None:
        if self.selected == index:
            self.hint_colors = colors
            self.hint_colors_changed.emit()

    def add_hint(self, hint: Hint) -> None:
        """Add and select a hint; the picture follows. A film takes none."""
        if self._refuses_hints():
            return
        points = (*self.hints.points, hint)
        self._change(self.tr("Hint"), hints=replace(self.hints, points=points))
        self.select(len(points) - 1)

    def replace_hint(self, index: int, hint: Hint, *, merge: bool = False) -> None:
        """Move or recolour a hint; merge joins it with the step before (one drag, one step)."""
        points = list(self.hints.points)
        moved = hint.path != points[index].path
        points[index] = hint
        text = self.tr("Move hint") if moved else self.tr("Hint colour")
        if not merge:
            self._step = None
        wish = replace(self.hints, points=tuple(points))
        self._change(text, hints=wish, drag=f"hint {index}")

    def delete_hint(self, index: int) -> None:
        """Take a hint away."""
        points = self.hints.points[:index] + self.hints.points[index + 1 :]
        self.select(None)
        self._change(self.tr("Delete hint"), hints=replace(self.hints, points=points))

    def clear_hints(self) -> None:
        """Take all hints away."""
        self.select(None)
        self._change(self.tr("Clear hints"), hints=Hints())

    def keep_grey_from_selection(self) -> None:
        """Keep the selected region grey; with no selection, free it again. Not in a film."""
        if self._refuses_hints():
            return
        selection = self._document.selection
        mask = None if selection is None else to_mask(selection)
        text = self.tr("Colour everywhere") if mask is None else self.tr("Keep grey")
        self._change(text, hints=replace(self.hints, keep_grey=mask))

    def _refuses_hints(self) -> bool:
        if self._document.film is None:
            return False
        problem = Problem(
            self.tr("Hints belong to one picture; they would not move along with a film."),
            remedy=self.tr("Choose a reference picture or a suggestion for the colours."),
            cure=Cure.OTHER_REFERENCE,
        )
        self.problem_raised.emit(problem)
        return True

    # For Making.

    def remake(self) -> bool:
        """Suggestions were for the frame before, too."""
        self.suggestions = []
        self.suggestions_changed.emit()
        return super().remake()

    def _new_recipe(self) -> Recipe:
        return Recipe(
            feature=COLORIZE.name,
            settings=settings_to_json(self._draft),
            hints=new_id(),
            reference=self._draft_reference,
        )

    def _companions(self, recipe: Recipe) -> Sequence[Layer]:
        return (HintLayer(id=recipe.hints, name=self.tr("Hints")),)

    def _wish(self, recipe: Recipe) -> ColorWish:
        return ColorWish(self.settings, recipe.seed, self.hints, self.reference)

    def _announce(self) -> None:
        if self.selected is not None and self.selected >= len(self.hints.points):
            self.select(None)
        super()._announce()
        self.reference_changed.emit()
        self.hints_changed.emit()
