"""Layers: the tree, blend mode and opacity of the current one above it, buttons below."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.commands import MoveLayer, SetAttribute
from desktop.document.layers import BlendMode
from desktop.editor import Editor
from desktop.panels.layers.delegate import ROW_PX, Zone
from desktop.panels.layers.model import LayerModel
from desktop.panels.layers.tree import LayerTree
from desktop.studio import Studio
from desktop.widgets.buttons import Actions, action_button
from desktop.widgets.scroll import WholeRows
from desktop.widgets.setting_row import ChoiceRow, NumberRow, align
from desktop.widgets.wires import Wires
from inference.settings import Control
from inference.values import Problem

BUTTONS = ("layer.new", "layer.group", "layer.duplicate", "layer.add_mask", "", "layer.delete")
"""Ids of the window's actions; "" is a gap."""
MENU = (
    *("layer.rename", "layer.duplicate", "layer.group", "layer.delete", ""),
    *("layer.up", "layer.down", "layer.merge_down", "layer.flatten", ""),
    *("layer.add_mask", "layer.mask_from_selection", "layer.paint_mask", "layer.delete_mask"),
)
THUMBNAILS_AFTER_MS = 200


class LayersPanel(QWidget):
    """Shows the layers of the current document; every change goes through its history."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._editor: Editor | None = None
        self._wires = Wires(self)
        self._drag = 0  # number of the gesture on the opacity; each is one step of undo
        self._menu_actions: list[QAction | None] = []
        self._model = LayerModel(self)
        self._model.rename_asked.connect(self._on_rename)
        self._model.move_asked.connect(self._on_move)
        self.tree = LayerTree(self._model)
        self.tree.hit.connect(self._on_hit)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        selection = self.tree.selectionModel()
        selection.currentChanged.connect(self._on_current)
        self._thumbnails_soon = QTimer(self, singleShot=True, interval=THUMBNAILS_AFTER_MS)
        self._thumbnails_soon.timeout.connect(self._refresh_thumbnails)
        self._build()
        studio.current_changed.connect(self.show_editor)
        self.show_editor(studio.current)

    def offer(self, actions: Actions) -> None:
        """Show buttons and a context menu for what the window can do with layers."""
        for action_id in BUTTONS:
            if action_id:
                self._buttons.addWidget(action_button(actions[action_id]))
            else:
                self._buttons.addStretch(1)
        self._menu_actions = [actions[action_id] if action_id else None for action_id in MENU]

    def rename(self) -> None:
        """Let the person type another name for the current layer."""
        self.tree.setFocus()
        self.tree.edit(self.tree.currentIndex())

    def show_editor(self, editor: Editor | None) -> None:
        """Follow this editor from now on, and the former one no longer."""
        self._wires.cut()
        self._editor = editor
        if editor is not None:
            document = editor.document
            self._wires.connect(document.layers_changed, self._on_tree_changed)
            self._wires.connect(document.layer_changed, self._on_layer_changed)
            self._wires.connect(document.hints_changed, self._on_layer_changed)
            self._wires.connect(document.pixels_changed, self._on_pixels_changed)
            self._wires.connect(editor.active_layer_changed, self._on_active_changed)
            self._wires.connect(editor.mask_mode_changed, self._on_mask_mode)
            self._on_mask_mode(editor.painting_mask)
        self.tree.delegate.thumbnails.forget()
        self._on_tree_changed()

    def _build(self) -> None:
        labels = tuple(mode.label for mode in BlendMode)
        blend = Control(
            self.tr("Blend"), self.tr("How it mixes with what lies below."), choices=labels
        )
        self.blend = ChoiceRow(blend, BlendMode.NORMAL.label)
        self.blend.chosen.connect(self._on_blend)
        opacity = Control(
            self.tr("Opacity"), self.tr("How much of the layer is seen."), 0, 100, 1, "%"
        )
        self.opacity = NumberRow(opacity, 100)
        self.opacity.chosen.connect(self._on_opacity)
        align([self.blend, self.opacity])
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(8, 4, 8, 4)
        self._buttons.setSpacing(4)
        head = QVBoxLayout()
        head.setContentsMargins(12, 4, 12, 8)
        head.setSpacing(4)
        head.addWidget(self.blend)
        head.addWidget(self.opacity)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(WholeRows(self.tree, ROW_PX), 1)
        column.addLayout(self._buttons)

    # The document changed: show it.

    def _on_tree_changed(self) -> None:
        place = self.tree.verticalScrollBar().value()
        self._model.show_document(self._editor.document if self._editor else None)
        self.tree.unfold()
        self.tree.verticalScrollBar().setValue(place)
        self.tree.setAutoScroll(False)  # a new layer on top stays in view: it is the news
        self._on_active_changed()
        self.tree.setAutoScroll(True)

    def _on_layer_changed(self, layer_id: str) -> None:
        self._model.refresh(layer_id)
        self._thumbnails_soon.start()  # it may be another mask
        self._show_current()

    def _on_pixels_changed(self, *_: object) -> None:
        self._thumbnails_soon.start()

    def _refresh_thumbnails(self) -> None:
        self.tree.delegate.thumbnails.forget()
        self.tree.viewport().update()

    def _on_active_changed(self, *_: object) -> None:
        layer = self._editor.active_layer if self._editor else None
        index = self._model.index_of(layer.id) if layer else QModelIndex()
        self.tree.setCurrentIndex(index)
        self._show_current()

    def _on_mask_mode(self, painting_mask: bool) -> None:
        self.tree.delegate.painting_mask = painting_mask
        self.tree.viewport().update()

    def _show_current(self) -> None:
        layer = self._editor.active_layer if self._editor else None
        for row in (self.blend, self.opacity):
            row.setEnabled(layer is not None)
        self.blend.show_value(layer.blend.label if layer else BlendMode.NORMAL.label)
        self.opacity.show_value(round(100 * layer.opacity) if layer else 100)

    # The person asks: push a change.

    def _on_current(self, index: QModelIndex) -> None:
        layer = self._model.layer_at(index)
        if layer is not None and self._editor is not None:
            self._editor.activate(layer.id)

    def _on_hit(self, layer_id: str, zone: Zone) -> None:
        assert self._editor is not None
        layer = self._editor.document.layer(layer_id)
        if zone is Zone.EYE:
            self._set(layer_id, "visible", not layer.visible)
        elif zone is Zone.LOCK:
            self._set(layer_id, "locked", not layer.locked)
        elif zone in (Zone.MASK, Zone.IMAGE):
            self._editor.set_painting_mask(zone is Zone.MASK)

    def _on_rename(self, layer_id: str, name: str) -> None:
        self._set(layer_id, "name", name)

    def _on_move(self, layer_id: str, parent_id: str, index: int) -> None:
        assert self._editor is not None
        document = self._editor.document
        if (document.parent(layer_id).id, document.index(layer_id)) != (parent_id, index):
            self._editor.push(MoveLayer(document, layer_id, parent_id, index))

    def _on_blend(self, label: str, _goes_on: bool) -> None:
        mode = next(mode for mode in BlendMode if mode.label == label)
        self._set_active("blend", mode)

    def _on_opacity(self, percent: int, goes_on: bool) -> None:
        self._drag += not goes_on
        self._set_active("opacity", percent / 100, merge=self._drag)

    def _set_active(self, name: str, value: object, merge: int = False) -> None:
        layer = self._editor.active_layer if self._editor else None
        if layer is not None and getattr(layer, name) != value:
            self._set(layer.id, name, value, merge)

    def _set(self, layer_id: str, name: str, value: object, merge: int = False) -> None:
        assert self._editor is not None
        try:
            command = SetAttribute(self._editor.document, layer_id, name, value, merge=merge)
        except Problem as problem:
            self._studio.report(problem)
        else:
            self._editor.push(command)

    def _add_switches(self, menu: QMenu) -> None:
        """What eye and lock do, for those who use no mouse."""
        layer = self._editor.active_layer if self._editor else None
        if layer is None:
            return
        see = self.tr("Hide layer") if layer.visible else self.tr("Show layer")
        lock = self.tr("Unlock layer") if layer.locked else self.tr("Lock layer")
        menu.addAction(see).triggered.connect(lambda: self._on_hit(layer.id, Zone.EYE))
        menu.addAction(lock).triggered.connect(lambda: self._on_hit(layer.id, Zone.LOCK))
        menu.addSeparator()

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add_switches(menu)
        for action in self._menu_actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        menu.popup(self.tree.viewport().mapToGlobal(at))
