"""The Colour page's doing for one document: settings, reference, hints, suggestions, the job."""

from dataclasses import dataclass, fields, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QUndoStack

from desktop.background import Background
from desktop.colorist import Colorist, Wish
from desktop.commands.coloring import Look, Recolor, settle
from desktop.commands.layers import AddLayer
from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer, HintLayer, Layer, Recipe, new_id
from desktop.document.tiles import TiledImage
from desktop.preferences import Preferences
from inference.features import (
    COLORIZE,
    ColorizeSettings,
    Result,
    control_of,
    settings_from_json,
    settings_to_json,
)
from inference.media.picture import read_picture
from inference.service import InferenceService
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
    progress_changed(Progress), problem_raised(Problem).
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
    problem_raised = Signal(object)

    def __init__(
        self,
        document: Document,
        history: QUndoStack,
        service: InferenceService,
        background: Background,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._history = history
        self._background = background
        self._colorist = Colorist(document, service, background, preferences, self)
        self._colorist.busy_changed.connect(self.busy_changed)
        self._colorist.progress_changed.connect(self.progress_changed)
        self._colorist.problem_raised.connect(self.problem_raised)
        self._draft = ColorizeSettings()
        self._draft_reference = ""
        self._reference: tuple[str, Picture] | None = None  # the one decoded last
        self._look: Look | None = None
        self._step: tuple[str, int, Recolor] | None = None  # what a drag may still extend
        self._hovered: int | None = None
        self.generated_id = ""
        self.selected: int | None = None
        self.hint_colors: tuple[RGB, ...] = ()
        self.suggestions: list[Suggestion] = []
        self.preview: Picture | None = None
        document.resized.connect(self._take_up)
        document.layers_changed.connect(self._on_layers_changed)
        self._take_up()

    # What is set. The document is where it is kept; only before the first colouring a draft is.

    @property
    def settings(self) -> ColorizeSettings:
        """How the colours are laid on."""
        if self._look is None:
            return self._draft
        settings: ColorizeSettings = settings_from_json(COLORIZE, self._look.recipe.settings)
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

    @property
    def busy(self) -> bool:
        """True while colours are being made."""
        return self._colorist.busy

    # What a person does.

    def run(self) -> None:
        """The primary button: colour the picture with what is set."""
        self._colorist.source.forget()  # it may have been painted on since
        self._change(self.tr("Colour picture"))

    def cancel(self) -> None:
        """Stop the job that runs."""
        self._colorist.stop()
        self._show(None)

    def close(self) -> None:
        """The document is closed: nobody waits for colours any more."""
        self._colorist.close()

    def set_settings(self, settings: ColorizeSettings) -> None:
        """Other settings; moving the same one again goes on in the same step."""
        if settings == self.settings:
            return
        if self._look is None:
            self._draft = settings
            self.settings_changed.emit()
            return
        new, old = settings_to_json(settings), settings_to_json(self.settings)
        moved = [item for item in fields(settings) if new[item.name] != old[item.name]]
        label = QCoreApplication.translate("features", control_of(moved[0]).label)
        recipe = replace(self._look.recipe, settings=new)
        self._change(label, recipe=recipe, drag=moved[0].name)

    def set_reference(self, reference: Picture | Path | None) -> None:
        """A picture to take colours after, or none. A path is read beside the window."""
        if isinstance(reference, Path):
            self._background.run(
                lambda: read_picture(reference), self._set_reference, self.problem_raised.emit
            )
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
        self._colorist.suggest(self._wish(0), self._on_suggested)

    def _on_suggested(self, result: Result) -> None:
        pairs = zip(result.seeds, result.pictures, strict=True)
        self.suggestions = [Suggestion(seed, picture) for seed, picture in pairs]
        self.suggestions_changed.emit()

    def hover(self, seed: int | None) -> None:
        """Preview a suggestion on the canvas, at first small, then sharp; None ends it."""
        self._hovered = seed
        if seed is None:
            self._show(None)
            return
        for suggestion in self.suggestions:
            if suggestion.seed == seed:
                self._show(suggestion.picture)

        def sharpen(picture: Picture) -> None:
            if self._hovered == seed:
                self._show(picture)

        self._colorist.sketch(self._wish(seed), sharpen)

    def keep(self, seed: int) -> None:
        """Colour the picture as that suggestion: one step of undo."""
        recipe = replace(self._look.recipe, seed=seed) if self._look else self._new_recipe(seed)
        self._hovered = None
        self._change(self.tr("Suggestion"), recipe=recipe)

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

    def hint_at(self, x: float, y: float, reach: float) -> int | None:
        """The topmost hint within reach (document pixels) of a place."""
        for index in reversed(range(len(self.hints.points))):
            hint = self.hints.points[index]
            near = reach + hint.radius
            if any((px - x) ** 2 + (py - y) ** 2 <= near**2 for px, py in hint.path):
                return index
        return None

    def add_hint(self, hint: Hint) -> None:
        """Add and select a hint; the picture follows."""
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
        """Keep the selected region grey; with no selection, free it again."""
        selection = self._document.selection
        mask = None if selection is None else selection.read(selection.bounds)[:, :, 0]
        text = self.tr("Colour everywhere") if mask is None else self.tr("Keep grey")
        self._change(text, hints=replace(self.hints, keep_grey=mask))

    # One step: from one look to the next.

    def _new_recipe(self, seed: int = 0) -> Recipe:
        return Recipe(
            feature=COLORIZE.name,
            settings=settings_to_json(self._draft),
            seed=seed,
            hints=new_id(),
            reference=self._draft_reference,
        )

    def _change(
        self, text: str, *, recipe: Recipe | None = None, hints: Hints | None = None, drag: str = ""
    ) -> None:
        """Take on another look: a new step, or more of the step before if the drag goes on."""
        before = self._look
        if recipe is None:
            recipe = before.recipe if before else self._new_recipe()
        after = Look(recipe, self.hints if hints is None else hints)
        if before is None:
            self._begin(text, after)
        elif not self._goes_on(drag):
            step = Recolor(self._document, self.generated_id, before, after, text, self._on_applied)
            self._history.push(step)
            self._step = (drag, self._history.index(), step)
        elif self._step is not None:
            self._step[2].extend(after)

    def _goes_on(self, drag: str) -> bool:
        """True while nothing else has happened since the same drag began."""
        if not drag or self._step is None or self._history.isClean():
            return False
        here = self._history.index()
        return self._step[:2] == (drag, here) and here == self._history.count()

    def _begin(self, text: str, look: Look) -> None:
        """The first colouring makes the two layers it needs, in the same step."""
        top = len(self._document.root.children)
        image = self._document.empty_image()
        generated = GeneratedLayer(name=self.tr("Colour"), image=image, recipe=look.recipe)
        hints = HintLayer(id=look.recipe.hints, name=self.tr("Hints"))
        root = self._document.root.id
        self._history.beginMacro(text)
        self._history.push(AddLayer(self._document, generated, root, top))
        self._history.push(AddLayer(self._document, hints, root, top + 1))
        self.generated_id = generated.id
        self._history.push(
            Recolor(self._document, generated.id, None, look, text, self._on_applied)
        )
        self._history.endMacro()

    def _on_applied(self, look: Look | None) -> None:
        """A step was done, undone or done again."""
        self._look = look
        self._announce()
        self._colorist.stop()
        self._show(None)
        if look is not None and look.image is None:
            self._start(look)

    def _announce(self) -> None:
        if self.selected is not None and self.selected >= len(self.hints.points):
            self.select(None)
        self.settings_changed.emit()
        self.reference_changed.emit()
        self.hints_changed.emit()

    def _take_up(self) -> None:
        """Go on from the colour layer that is in the document."""
        layers = {layer.id: layer for layer in self._document.walk()}
        made = [one for one in layers.values() if _is_coloring(one)]
        if not made:
            self.generated_id, self._look = "", None
            return
        layer = made[-1]
        assert isinstance(layer, GeneratedLayer)
        kept = layers.get(layer.recipe.hints)
        hints = kept.hints if isinstance(kept, HintLayer) else Hints()
        self.generated_id = layer.id
        self._look = Look(layer.recipe, hints, layer.image.snapshot())

    def _on_layers_changed(self) -> None:
        """The colour layer may have been deleted, or brought back by undo."""
        there = {layer.id for layer in self._document.walk()}
        if self._look is not None and not {self.generated_id, self._look.recipe.hints} <= there:
            self._colorist.stop()
            self._look, self.generated_id = None, ""
            self._announce()
        elif self._look is None:
            self._take_up()
            self._announce()

    # The pixels.

    def _wish(self, seed: int) -> Wish:
        return Wish(self.settings, seed, self.hints, self.reference)

    def _start(self, look: Look) -> None:
        self._colorist.paint(
            self._wish(look.recipe.seed), self._show, lambda result: self._lay(look, result)
        )

    def _lay(self, look: Look, result: Result) -> None:
        """Lay the finished colours into the document."""
        picture, stamp = result.pictures[0], result.model
        assert stamp is not None

        def lay(image: TiledImage) -> None:
            if self._look is look:
                with self._colorist.source.untouched():
                    settle(self._document, self.generated_id, look, image, stamp, result.device)
                self._show(None)

        self._background.run(
            lambda: self._document.image_of(picture), lay, self.problem_raised.emit
        )

    def _show(self, picture: Picture | None) -> None:
        if picture is not self.preview:
            self.preview = picture
            self.preview_changed.emit()


def _is_coloring(layer: Layer) -> bool:
    return isinstance(layer, GeneratedLayer) and layer.recipe.feature == COLORIZE.name
