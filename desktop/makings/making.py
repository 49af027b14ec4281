"""Makes one generated layer of a document by one feature: what is set, the job, the steps of undo.

The document is where all that is set is kept; only before the layer is made a draft is.
"""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeGuard

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QUndoStack

from desktop.background import Background
from desktop.commands.layers import AddLayer
from desktop.commands.looks import ChangeLook, Look, settle
from desktop.document.blend import is_opaque
from desktop.document.document import Document
from desktop.document.layers import BlendMode, GeneratedLayer, HintLayer, Layer, Recipe
from desktop.document.tiles import TiledImage
from desktop.makings.runner import Runner, Wish
from inference.media.picture import read_picture
from inference.request import Feature, Request, Result
from inference.settings import control_of, settings_from_json, settings_to_json
from inference.values import Cure, Hints, Picture


class Making(QObject):
    """One per editor and feature. What changes the document goes through its history.

    Signals: settings_changed(), preview_changed(), busy_changed(bool),
    progress_changed(Progress), laid() - the layer has its pixels, problem_raised(Problem).
    """

    gives_colors_only = False
    """True where a small preview tells colours, and the document below it all else."""

    keeps_to_selection = False
    """True where what is selected as the layer is made becomes its mask.

    Not where a style of it has a region of its own already, which is what was selected.
    """

    settings_changed = Signal()
    preview_changed = Signal()
    busy_changed = Signal(bool)
    progress_changed = Signal(object)
    laid = Signal()
    problem_raised = Signal(object)

    def __init__(
        self,
        feature: Feature,
        document: Document,
        history: QUndoStack,
        background: Background,
        runner: Runner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.feature = feature
        self.generated_id = ""
        self.preview: Picture | None = None
        """What the canvas shows in place of the layer."""
        self._document = document
        self._history = history
        self._background = background
        self._runner = runner
        runner.setParent(self)
        runner.busy_changed.connect(self.busy_changed)
        runner.progress_changed.connect(self.progress_changed)
        runner.problem_raised.connect(self.problem_raised)
        self._draft: Any = feature.settings()
        self._look: Look | None = None
        self._step: tuple[str, int, ChangeLook] | None = None  # what a drag may still extend
        self._hovered: object = None
        document.resized.connect(self._on_resized)
        document.layers_changed.connect(self._on_layers_changed)
        self._take_up()

    # What each feature has of its own.

    @property
    @abstractmethod
    def layer_name(self) -> str:
        """What the layer is called at first."""

    @abstractmethod
    def _new_recipe(self) -> Recipe:
        """The draft, for a layer that is not made yet."""

    @abstractmethod
    def _wish(self, recipe: Recipe) -> Wish:
        """What the runner is asked for."""

    def _companions(self, recipe: Recipe) -> Sequence[Layer]:  # noqa: ARG002
        """Layers that are made with it, and lie above it."""
        return ()

    def _announce(self) -> None:
        """What is set may be another."""
        self.settings_changed.emit()

    # What a person does.

    @property
    def busy(self) -> bool:
        """True while the layer is being made."""
        return self._runner.busy

    def run(self) -> None:
        """The primary button: make the layer with what is set."""
        self._runner.source.forget()  # it may have been painted on since
        self._change(QCoreApplication.translate("features", self.feature.verb))

    def remake(self) -> bool:
        """Another frame of a film is shown: make the layer of that; False where there is none."""
        if self._look is None:
            return False
        self._runner.stop()
        self._show(None)
        self._start(self._look)
        return True

    def cancel(self) -> None:
        """Stop the job that runs."""
        self._runner.stop()
        self._show(None)

    def try_again(self) -> None:
        """Ask once more for what failed last, if it is still wanted."""
        self._runner.try_again()

    def close(self) -> None:
        """The document is closed: nobody waits any more."""
        self._runner.close()

    def set_settings(self, settings: Any, *, merge: bool = False) -> None:
        """Other settings; merge joins it with the step before (one drag, one step)."""
        if not merge:
            self._step = None
        new, old = settings_to_json(settings), settings_to_json(self.settings)
        moved = [item for item in fields(settings) if new[item.name] != old[item.name]]
        if not moved:
            return
        if self._look is None:
            self._draft = settings
            self.settings_changed.emit()
            return
        label = QCoreApplication.translate("features", control_of(moved[0]).label)
        recipe = replace(self._look.recipe, settings={**self._look.recipe.settings, **new})
        self._change(label, recipe=recipe, drag=moved[0].name)

    @property
    def settings(self) -> Any:
        """Those of the feature."""
        if self._look is None:
            return self._draft
        return settings_from_json(self.feature.settings, self._look.recipe.settings)

    @property
    def _recipe(self) -> Recipe:
        """The one that holds, or that the first making would have."""
        return self._look.recipe if self._look else self._new_recipe()

    def request(self, picture: Picture) -> Request:
        """What would be asked of the network for a picture, as all is set now."""
        return self._runner.request(self._wish(self._recipe), picture)

    def _read(self, path: Path, done: Any, cure: Cure) -> None:
        """Call done(picture) with the picture of a file, read beside the window."""
        self._background.run(
            lambda: read_picture(path),
            done,
            lambda problem: self.problem_raised.emit(problem.cured_by(cure)),
        )

    def _try_out(self, recipe: Recipe, key: object) -> None:
        """Preview a recipe while the pointer is on what `key` stands for."""

        def show(picture: Picture) -> None:
            if self._hovered == key:
                self._show(picture)

        self._hovered = key
        self._runner.sketch(self._wish(recipe), show)

    def _end_try(self) -> None:
        """The pointer left: show the document as it is."""
        self._hovered = None
        self._show(None)

    # One step: from one look to the next.

    def _change(
        self, text: str, *, recipe: Recipe | None = None, hints: Hints | None = None, drag: str = ""
    ) -> None:
        """Take on another look: a new step, or more of the step before if the drag goes on."""
        before = self._look
        self._hovered = None
        kept = before.hints if before else Hints()
        after = Look(recipe or self._recipe, kept if hints is None else hints)
        if before is None:
            self._begin(text, after)
        elif not self._goes_on(drag):
            step = self._step_to(self.generated_id, before, after, text)
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
        """The first time makes the layers it needs, in the same step."""
        top = len(self._document.root.children)
        image = self._document.empty_image()
        blend = BlendMode.NORMAL if is_opaque(self._document) else BlendMode.CLIP
        masks = self.keeps_to_selection and not look.recipe.regions
        selection = self._document.selection if masks else None
        generated = GeneratedLayer(
            name=self.layer_name,
            image=image,
            recipe=look.recipe,
            blend=blend,
            mask=selection.in_depth(self._document.dtype) if selection is not None else None,
        )
        self._history.beginMacro(text)
        for place, layer in enumerate((generated, *self._companions(look.recipe)), top):
            self._history.push(AddLayer(self._document, layer, self._document.root.id, place))
        self._history.push(self._step_to(generated.id, None, look, text))
        self._history.endMacro()

    def _step_to(self, layer_id: str, before: Look | None, after: Look, text: str) -> ChangeLook:
        def applied(look: Look | None) -> None:
            self._on_applied(layer_id, look)

        return ChangeLook(self._document, layer_id, before, after, text, applied)

    def _on_applied(self, layer_id: str, look: Look | None) -> None:
        """A step was done, undone or done again."""
        self.generated_id, self._look = layer_id, look
        self._announce()
        self._runner.stop()
        self._show(None)
        if look is not None and look.image_for(self._document) is None:
            self._start(look)

    def _take_up(self) -> None:
        """Go on from the layer of this feature that is in the document."""
        layers = {layer.id: layer for layer in self._document.walk()}
        made = [one for one in layers.values() if self._is_ours(one, layers)]
        if not made:
            self.generated_id, self._look = "", None
            return
        layer = made[-1]
        kept = layers.get(layer.recipe.hints)
        hints = kept.hints if isinstance(kept, HintLayer) else Hints()
        self.generated_id = layer.id
        moment = self._document.moment
        self._look = Look(layer.recipe, hints, layer.image.snapshot(), moment)

    def _on_resized(self) -> None:
        """What lay outside is gone."""
        self._take_up()
        self._announce()

    def _is_ours(self, layer: Layer | None, there: Collection[str]) -> TypeGuard[GeneratedLayer]:
        """Whether it can be made anew: by this feature, and with its hints, if it has any."""
        return (
            isinstance(layer, GeneratedLayer)
            and layer.recipe.feature == self.feature.name
            and (not layer.recipe.hints or layer.recipe.hints in there)
        )

    def _on_layers_changed(self) -> None:
        """The layer may have been deleted, merged, or brought back by undo."""
        there = {layer.id: layer for layer in self._document.walk()}
        if self._look is not None:
            if self._is_ours(there.get(self.generated_id), there):
                return
            self._runner.stop()
        self._take_up()
        self._announce()

    # The pixels.

    def _start(self, look: Look) -> None:
        wish = self._wish(look.recipe)
        self._runner.make(wish, self._show, lambda result: self._lay(look, result))

    def _lay(self, look: Look, result: Result) -> None:
        """Lay the finished picture into the document."""
        picture, stamp, moment = result.pictures[0], result.model, self._document.moment
        assert stamp is not None
        if self._document.layer(self.generated_id).blend is BlendMode.CLIP:
            picture = replace(picture, alpha=None)  # what lies below has it already

        def lay(image: TiledImage) -> None:
            if self._look is look and self._document.moment == moment:
                with self._runner.source.untouched():
                    settle(self._document, self.generated_id, look, image, stamp, result.device)
                self._show(None)
                self.laid.emit()

        self._background.run(
            lambda: self._document.image_of(picture), lay, self.problem_raised.emit
        )

    def _show(self, picture: Picture | None) -> None:
        if picture is not self.preview:
            self.preview = picture
            self.preview_changed.emit()
