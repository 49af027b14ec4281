"""The Style page's doing for one document: styles and their shares, settings, the job."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from desktop.background import Background
from desktop.document.document import Document
from desktop.document.layers import Recipe
from desktop.document.selection import to_mask
from desktop.document.tiles import TiledImage
from desktop.makings.gallery import Offer
from desktop.makings.making import Making
from desktop.makings.runner import Runner
from desktop.preferences import Preferences
from inference.cabinet import catalog
from inference.cabinet.styles import free_name
from inference.cabinet.styles import styles as named_styles
from inference.features import (
    EYES,
    LEARN_STYLE,
    STYLIZE,
    LessonInputs,
    LessonSettings,
    StyleChoice,
    StylizeInputs,
    StylizeSettings,
)
from inference.request import ModelStamp, Request, Result
from inference.service import InferenceService, Job
from inference.settings import settings_to_json
from inference.values import Cure, Hints, Picture, Problem

MOST = 4
"""So many styles can be blended."""
SLOW = "optimise"
"""The method that works for minutes."""
STYLES, STOPPED, WENT_ON = "styles", "stopped_at", "went_on"
"""In the settings of a recipe, besides those of the feature: [[name, share], ...] where a name is
that of a style or of a picture in the document; how far (0..1) the slow method was let run; how far
it had been when it was told to go on."""


class Share(NamedTuple):
    """One style of a blend; the name of a style, or of a picture in the document.

    region: where the slow method paints it; None: wherever no other style's region is.
    """

    name: str
    weight: float
    region: TiledImage | None = None


@dataclass(frozen=True, eq=False)
class StyleWish:
    """All that decides how a picture is painted."""

    settings: StylizeSettings
    styles: tuple[StyleChoice, ...]
    seed: int = 0
    earlier: Picture | None = None

    @property
    def quick(self) -> StylizeSettings | None:
        """Before the slow method, the fast one shows a picture; not where it goes on."""
        if self.earlier is not None:
            return None
        slow = self.settings.method == SLOW
        return replace(self.settings, method="fast") if slow else self.settings

    def for_picture(self, picture: Picture, scale: float) -> StylizeInputs:  # noqa: ARG002
        """What goes to the network; strokes keep their proportion at every scale."""
        return StylizeInputs(picture, self.styles, earlier=self.earlier)


class Styling(Making):
    """One per editor.

    Signals, besides those of Making: styles_changed() - others are chosen, or in other shares;
    pictures_changed() - one more picture is there to choose; lesson_changed() - a style begins
    or ends to be learned; learned() - one more has a name.
    """

    keeps_to_selection = True

    styles_changed = Signal()
    pictures_changed = Signal()
    lesson_changed = Signal()
    learned = Signal()

    def __init__(
        self,
        document: Document,
        history: QUndoStack,
        service: InferenceService,
        background: Background,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        self._draft_styles = (Share(named_styles()[0].name, 1.0),)
        self._pictures: dict[str, Offer] = {}
        self._earlier: Picture | None = None
        self._lesson: Job | None = None
        self._service, self._preferences = service, preferences
        runner = Runner(STYLIZE, document, service, background, preferences)
        super().__init__(STYLIZE, document, history, background, runner, parent)

    # What is set.

    @property
    def layer_name(self) -> str:
        """What the layer is called at first."""
        return self.tr("Style")

    @property
    def settings(self) -> StylizeSettings:
        """How it is painted."""
        settings: StylizeSettings = super().settings
        return settings

    @property
    def styles(self) -> tuple[Share, ...]:
        """Those that are chosen, and how much of each."""
        return styles_of(self._look.recipe) if self._look else self._draft_styles

    @property
    def percents(self) -> tuple[int | None, ...]:
        """How much of each there is, as `percents_of` has it."""
        return percents_of(self._recipe)

    @property
    def pictures(self) -> tuple[Offer, ...]:
        """Styles of the person's own that this document knows."""
        for name, *_ in self.styles:
            if name in self._document.references and name not in self._pictures:
                self._keep(self._document.reference(name), name, "")
        return tuple(self._pictures.values())

    # What a person does.

    def run(self) -> None:
        """Paint; what was stopped goes on from there."""
        stopped = self._recipe.settings.get(STOPPED)
        if stopped is None:
            super().run()
            return
        self._earlier = self._document.layer_picture(self.generated_id)
        settings = {**self._recipe.settings, WENT_ON: stopped}
        self._change(self.tr("Go on painting"), recipe=replace(self._recipe, settings=settings))
        self._earlier = None

    def choose(self, name: str) -> None:
        """Paint in this style alone."""
        self._paint(self.tr("Style"), (Share(name, 1.0),))

    def blend(self, name: str) -> None:
        """Add a style to those that are chosen, as much as the others; or take it away."""
        others = tuple(share for share in self.styles if share.name != name)
        if len(others) < len(self.styles):
            if others:
                self._paint(self.tr("Fewer styles"), _normalised(others))
        elif len(others) < MOST:
            most = max((share.weight for share in others), default=1.0)
            self._paint(self.tr("One more style"), _normalised((*others, Share(name, most))))

    def set_weights(self, weights: Sequence[float], *, merge: bool) -> None:
        """Other shares; merge joins it with the step before (one drag, one step)."""
        if not merge:
            self._step = None
        pairs = zip(self.styles, weights, strict=True)
        shares = tuple(share._replace(weight=weight) for share, weight in pairs)
        self._paint(self.tr("Blend"), shares, drag="weights")

    @property
    def places_styles(self) -> bool:
        """Whether styles can have regions of their own, as all is set now."""
        return self.settings.method == SLOW

    def place(self, name: str) -> None:
        """Paint a chosen style only in what is selected now."""
        selection = self._document.selection
        if not self.places_styles:
            problem = Problem(
                self.tr("Only the method “Best, slow” paints a style in a place of its own."),
                remedy=self.tr("Choose that method first, in the settings of the Style page."),
            )
            self.problem_raised.emit(problem)
        elif selection is None or not to_mask(selection).any():
            problem = Problem(
                self.tr("Nothing is selected, so there is no place for the style."),
                remedy=self.tr("Select the place first, with one of the selection tools."),
            )
            self.problem_raised.emit(problem)
        else:
            self._move(self.tr("Style only where selected"), name, selection.snapshot())

    def free(self, name: str) -> None:
        """Paint it wherever no other style has a region of its own."""
        self._move(self.tr("Style everywhere"), name, None)

    def _move(self, text: str, name: str, region: TiledImage | None) -> None:
        there = (s._replace(region=region) if s.name == name else s for s in self.styles)
        self._paint(text, tuple(there))

    def add_picture(self, picture: Picture | Path, title: str = "") -> None:
        """Take any picture as the style. A path is read beside the window."""
        if isinstance(picture, Path):
            self._read(picture, lambda read: self.add_picture(read, picture.stem), Cure.OTHER_STYLE)
            return
        name = self._document.add_reference(picture)
        self._keep(self._document.reference(name), name, title)
        self.pictures_changed.emit()
        self.choose(name)

    @property
    def learning(self) -> bool:
        """True while a style is being learned."""
        return self._lesson is not None

    @property
    def learnable(self) -> Offer | None:
        """The picture that alone is chosen as the style, and has no name yet."""
        own = {offer.name: offer for offer in self.pictures}
        return own.get(self.styles[0].name) if len(self.styles) == 1 else None

    def learn(self) -> None:
        """Learn the style picture that is chosen; it gets a name and stays, whatever is closed."""
        offer = self.learnable
        if offer is None or self.learning:
            return
        inputs = LessonInputs(offer.picture, free_name(offer.title))
        device = self._preferences.values.device
        request = Request(LEARN_STYLE, inputs, LessonSettings(), device=device)
        self._taught = offer.name, inputs.name
        self._lesson = self._service.submit(request)
        self._lesson.finished.connect(self._on_learned)
        self._lesson.failed.connect(self._on_not_learned)
        self._lesson.cancelled.connect(self._end_lesson)
        self.lesson_changed.emit()

    def _on_learned(self, _result: Result) -> None:
        picture, name = self._taught
        self._end_lesson()
        self.learned.emit()
        if self.styles == (Share(picture, 1.0),):
            self.choose(name)

    def _on_not_learned(self, problem: Problem) -> None:
        self._end_lesson()
        self._runner.fail(problem, self.learn)

    def _end_lesson(self) -> None:
        self._lesson = None
        self.lesson_changed.emit()

    def hover(self, name: str | None) -> None:
        """Preview a style on the canvas; None ends it."""
        if name is None:
            self._end_try()
        else:
            self._try_out(self._with((Share(name, 1.0),)), name)

    def cancel(self) -> None:
        """Stop. What the slow method has come to is kept; undo takes it away."""
        best, look = self._runner.best or self._gone_on_from(), self._look
        super().cancel()
        if best is None or look is None:
            return
        stopped = {**look.recipe.settings, STOPPED: round(best.figures["fraction"], 3)}
        look.recipe = replace(look.recipe, settings=stopped)
        stamp = ModelStamp(EYES, catalog.card(EYES).sha256)
        self._lay(look, Result(best.pictures, model=stamp, device=best.device))

    def _gone_on_from(self) -> Result | None:
        """What a run that has nothing to show yet goes on from."""
        how_far = self._recipe.settings.get(WENT_ON)
        if how_far is None or not self.busy:
            return None
        picture = self._document.layer_picture(self.generated_id)
        return Result((picture,), device=self._recipe.device, figures={"fraction": how_far})

    # For Making.

    def remake(self) -> bool:
        """Not by the slow method: a film would take it days, and its export refuses that, too."""
        return self.settings.method != SLOW and super().remake()

    def _new_recipe(self) -> Recipe:
        settings = settings_to_json(self._draft)
        return _recipe_with(Recipe(STYLIZE.name, settings), self._draft_styles, self._document)

    def _wish(self, recipe: Recipe) -> StyleWish:
        choices = tuple(self._choice(share) for share in styles_of(recipe))
        return StyleWish(self.settings, choices, recipe.seed, self._earlier)

    def _choice(self, share: Share) -> StyleChoice:
        mask = to_mask(share.region) if share.region and self.places_styles else None
        return StyleChoice(self._style(share.name), share.weight, mask)

    def _style(self, name: str) -> str | Picture:
        known = name in self._document.references
        return self._document.reference(name) if known else name

    def _announce(self) -> None:
        super()._announce()
        self.styles_changed.emit()

    def _change(
        self, text: str, *, recipe: Recipe | None = None, hints: Hints | None = None, drag: str = ""
    ) -> None:
        recipe = recipe or self._recipe
        past = {STOPPED} if self._earlier else {STOPPED, WENT_ON}
        settings = {name: v for name, v in recipe.settings.items() if name not in past}
        super()._change(text, recipe=replace(recipe, settings=settings), hints=hints, drag=drag)

    def _paint(self, text: str, shares: tuple[Share, ...], drag: str = "") -> None:
        self._change(text, recipe=self._with(shares), drag=drag)

    def _with(self, shares: tuple[Share, ...]) -> Recipe:
        return _recipe_with(self._recipe, shares, self._document)

    def _keep(self, picture: Picture, name: str, title: str) -> None:
        self._pictures[name] = Offer(name, title or self.tr("Your picture"), picture)


def styles_of(recipe: Recipe) -> tuple[Share, ...]:
    """The styles that a recipe names; "" stands for its reference."""
    told: list[list[Any]] = recipe.settings.get(STYLES, [])
    regions = (*recipe.regions, *[None] * len(told))
    return tuple(
        Share(name or recipe.reference, weight, region)
        for (name, weight), region in zip(told, regions, strict=False)
    )


def percents_of(recipe: Recipe) -> tuple[int | None, ...]:
    """How much of each style there is where they mix; None: it is alone in a region of its own."""
    slow = recipe.settings.get("method") == SLOW
    shares = [(share.weight, slow and share.region is not None) for share in styles_of(recipe)]
    whole = sum(weight for weight, alone in shares if not alone) or 1.0
    return tuple(None if alone else round(100 * weight / whole) for weight, alone in shares)


def _recipe_with(recipe: Recipe, shares: tuple[Share, ...], document: Document) -> Recipe:
    """The recipe with these styles; its reference is the first that is a picture."""
    pictures = [share.name for share in shares if share.name in document.references]
    settings = {**recipe.settings, STYLES: [[share.name, share.weight] for share in shares]}
    regions = tuple(share.region for share in shares) if any(s.region for s in shares) else ()
    reference = pictures[0] if pictures else ""
    return replace(recipe, settings=settings, reference=reference, regions=regions)


def _normalised(shares: tuple[Share, ...]) -> tuple[Share, ...]:
    total = sum(share.weight for share in shares) or 1.0
    return tuple(share._replace(weight=share.weight / total) for share in shares)
