"""Properties of the current layer: what it is, and for a generated one how it was made."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop.document.layers import (
    GeneratedLayer,
    GroupLayer,
    HintLayer,
    Layer,
    RasterLayer,
    Recipe,
)
from desktop.editor import Editor
from desktop.makings.gallery import Offer
from desktop.makings.making import Making
from desktop.makings.styling import percents_of, styles_of
from desktop.studio import Studio
from desktop.widgets.scroll import Scroll
from desktop.widgets.section import EmptyNote, Section
from desktop.widgets.settings_form import SettingsForm
from desktop.widgets.texts import translated
from desktop.widgets.wires import Wires
from inference.features import FEATURES


class PropertiesPanel(Scroll):
    """Facts of the active layer; the settings of one that is made here can be changed too."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._editor: Editor | None = None
        self._wires = Wires(self)
        self._form: SettingsForm | None = None
        self._shown = ""  # id of the layer that the rows are for
        studio.current_changed.connect(self.show_editor)
        self.show_editor(studio.current)

    def show_editor(self, editor: Editor | None) -> None:
        """Follow this editor from now on, and the former one no longer."""
        self._wires.cut()
        self._editor = editor
        if editor is not None:
            self._wires.connect(editor.active_layer_changed, self._rebuild)
            self._wires.connect(editor.document.layer_changed, self._on_layer_changed)
            self._wires.connect(editor.document.hints_changed, self._on_layer_changed)
            for making in editor.makings:
                self._wires.connect(making.settings_changed, self._show_settings)
        self._rebuild()

    def _rebuild(self, *_: object) -> None:
        """Another layer: other facts, and its settings where they can be changed."""
        layer = self._editor.active_layer if self._editor else None
        self._shown = layer.id if layer else ""
        self._form = None
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(16)
        if layer is None:
            column.addWidget(EmptyNote(self.tr("Choose a layer to see what it is made of.")))
        else:
            self._add_facts(column, layer)
        if isinstance(layer, GeneratedLayer):
            self._add_settings(column, layer)
        column.addStretch(1)
        self.show_body(body)

    def _add_facts(self, column: QVBoxLayout, layer: Layer) -> None:
        self._section = Section("")
        self._section.title.setWordWrap(True)  # names may be long
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._section.body.addLayout(self._facts)
        column.addWidget(self._section)
        self._show_facts(layer)

    def _on_layer_changed(self, layer_id: str) -> None:
        """The same layer, changed: the rows stay, as one of them may be in the hand."""
        if layer_id == self._shown and self._editor is not None:
            self._show_facts(self._editor.document.layer(layer_id))

    def _show_facts(self, layer: Layer) -> None:
        self._section.title.setText(layer.name)
        while (item := self._facts.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.deleteLater()
        for row, (name, value) in enumerate(self._said(layer)):
            label, fact = QLabel(name), QLabel(value)
            label.setProperty("quiet", True)
            fact.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(label, row, 0)
            self._facts.addWidget(fact, row, 1)

    def _said(self, layer: Layer) -> list[tuple[str, str]]:
        said = [(self.tr("Kind"), self._kind(layer))]
        if isinstance(layer, RasterLayer):
            image = layer.image
            size = f"{image.width} × {image.height} px, {8 * image.dtype.itemsize} bit"
            said.append((self.tr("Pixels"), size))
        if isinstance(layer, HintLayer):
            said.append((self.tr("Hints"), str(len(layer.hints.points))))
        if isinstance(layer, GroupLayer):
            said.append((self.tr("Layers"), str(len(layer.children))))
        if isinstance(layer, GeneratedLayer):
            recipe = layer.recipe
            said += [
                (self.tr("Model"), recipe.model or self.tr("not run yet")),
                (self.tr("Weights"), recipe.sha256[:12] or "–"),
                *self._said_of_styles(recipe),
                (self.tr("Seed"), str(recipe.seed)),
                (self.tr("Device"), recipe.device),
            ]
        return said

    def _said_of_styles(self, recipe: Recipe) -> list[tuple[str, str]]:
        shares = styles_of(recipe)
        if not shares:
            return []
        names = {offer.name: offer.title for offer in self._pictures()}
        titles = [names.get(share.name, share.name.replace("_", " ")) for share in shares]
        told = [
            self.tr("{style} in its place").format(style=title)
            if percent is None
            else f"{title} {percent} %"
            for title, percent in zip(titles, percents_of(recipe), strict=True)
        ]
        return [(self.tr("Styles"), "\n".join(told))]

    def _pictures(self) -> tuple[Offer, ...]:
        return self._editor.styling.pictures if self._editor else ()

    def _kind(self, layer: Layer) -> str:
        if isinstance(layer, GeneratedLayer):
            labels = {known.name: translated(known.label) for known in FEATURES}
            name = labels.get(layer.recipe.feature, layer.recipe.feature)
            return self.tr("Generated: {feature}").format(feature=name)
        if isinstance(layer, HintLayer):
            return self.tr("Hints")
        return self.tr("Group") if isinstance(layer, GroupLayer) else self.tr("Picture")

    # The settings of a layer that is made here; those of any other generated layer are facts.

    def _add_settings(self, column: QVBoxLayout, layer: GeneratedLayer) -> None:
        assert self._editor is not None
        for making in self._editor.makings:
            if layer.id == making.generated_id:
                section = Section(translated(making.feature.label))
                self._form = SettingsForm(making.feature.settings)
                self._form.chosen.connect(partial(_set, making))
                section.add(self._form)
                column.addWidget(section)
        self._show_settings()

    def _show_settings(self) -> None:
        if self._form is None or self._editor is None:
            return
        for making in self._editor.makings:
            if making.generated_id == self._shown:
                self._form.show_settings(making.settings)


def _set(making: Making, settings: Any, goes_on: bool) -> None:
    making.set_settings(settings, merge=goes_on)
