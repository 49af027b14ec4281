"""What the Layer and Select menus do to the active layer; each is one step of undo."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from desktop import commands
from desktop.document import selection
from desktop.document.layers import Layer, RasterLayer
from desktop.document.tiles import TiledImage
from desktop.editor import Editor
from inference.values import Picture


def new(editor: Editor) -> None:
    """An empty layer above the active one."""
    _add_above(editor, _tr("Layer"), editor.document.empty_image())


def paste(editor: Editor, copied: Callable[[], Picture], name: str) -> None:
    """A picture as a layer above the active one; `copied` is called beside the window."""
    document = editor.document
    editor.beside(
        lambda: document.image_of(copied()), lambda image: _add_above(editor, name, image)
    )


def group(editor: Editor) -> None:
    """A group around the active layer."""
    command = commands.Group(editor.document, [_active(editor).id])
    editor.push(command)
    editor.activate(command.layer_id)


def duplicate(editor: Editor) -> None:
    """A copy above the active layer, which becomes the active one."""
    command = commands.DuplicateLayer(editor.document, _active(editor).id)
    editor.push(command)
    editor.activate(command.layer_id)


def delete(editor: Editor) -> None:
    """The active layer away."""
    editor.push(commands.DeleteLayer(editor.document, _active(editor).id))


def move(editor: Editor, by: int) -> None:
    """The active layer up (1) or down (-1) among its siblings; at the end nothing happens."""
    layer = _active(editor)
    parent = editor.document.parent(layer.id)
    index = editor.document.index(layer.id) + by
    if 0 <= index < len(parent.children):
        editor.push(commands.MoveLayer(editor.document, layer.id, parent.id, index))


def walk(editor: Editor, by: int) -> None:
    """Another layer active: the next one up (1) or down (-1)."""
    ids = [layer.id for layer in editor.document.walk()]
    index = ids.index(_active(editor).id) + by
    editor.activate(ids[min(max(index, 0), len(ids) - 1)])


def merge_down(editor: Editor) -> None:
    """The active layer into the one below it, which becomes the active one."""
    document, layer_id = editor.document, _active(editor).id

    def merge(image: TiledImage) -> None:
        command = commands.MergeDown(document, layer_id, image)
        editor.push(command)
        editor.activate(command.layer_id)

    editor.soon(lambda snapshot: commands.merged_image(snapshot, layer_id), merge)


def flatten(editor: Editor) -> None:
    """All layers into one."""
    document = editor.document
    editor.soon(
        commands.flat_image, lambda image: editor.push(commands.Flatten(document, image=image))
    )


def add_mask(editor: Editor) -> None:
    """A mask that shows everything, ready to be painted on."""
    _set_mask(editor, editor.document.empty_mask())
    editor.set_painting_mask(True)


def mask_from_selection(editor: Editor) -> None:
    """A mask that shows what is selected."""
    document = editor.document
    assert document.selection is not None
    _set_mask(editor, document.selection.in_depth(document.dtype))


def delete_mask(editor: Editor) -> None:
    """The mask away; the whole layer is seen again."""
    _set_mask(editor, None)


def unlock(editor: Editor, layer_id: str) -> None:
    """A layer and the groups around it free to be changed, and the layer active."""
    _set_around(editor, layer_id, "locked", False)


def show(editor: Editor, layer_id: str) -> None:
    """A layer and the groups around it seen, and the layer active."""
    _set_around(editor, layer_id, "visible", True)


def select_all(editor: Editor) -> None:
    """Everything selected."""
    document = editor.document
    _select(editor, selection.rectangle(document.width, document.height, document.bounds))


def select_none(editor: Editor) -> None:
    """The selection away."""
    _select(editor, None)


def select_inverse(editor: Editor) -> None:
    """Outside becomes inside; with no selection, everything is selected."""
    document = editor.document
    if document.selection is None:
        select_all(editor)
    else:
        _select(editor, selection.invert(document.selection))


def _active(editor: Editor) -> Layer:
    layer = editor.active_layer
    assert layer is not None, "its action is off where no layer is active"
    return layer


def _add_above(editor: Editor, name: str, image: TiledImage) -> None:
    document, active = editor.document, editor.active_layer
    layer = RasterLayer(name=name, image=image)
    if active is None:
        editor.push(commands.AddLayer(document, layer))
    else:
        parent, index = document.parent(active.id), document.index(active.id) + 1
        editor.push(commands.AddLayer(document, layer, parent.id, index))
    editor.activate(layer.id)


def _set_around(editor: Editor, layer_id: str, name: str, value: bool) -> None:
    document = editor.document
    if not any(layer.id == layer_id for layer in document.walk()):
        return  # it was deleted meanwhile
    editor.activate(layer_id)
    around = [document.layer(layer_id)]
    while (parent := document.parent(around[-1].id)) is not document.root:
        around.append(parent)
    others = [layer.id for layer in around if getattr(layer, name) != value]
    steps = [commands.SetAttribute(document, other, name, value) for other in others]
    if steps:
        with commands.transaction(editor.history, steps[0].text()):
            for step in steps:
                editor.push(step)


def _set_mask(editor: Editor, mask: TiledImage | None) -> None:
    editor.push(commands.SetMask(editor.document, _active(editor).id, mask))


def _select(editor: Editor, chosen: TiledImage | None) -> None:
    editor.push(commands.SetSelection(editor.document, chosen))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Layering", text)
