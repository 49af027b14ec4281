"""What menus, keys, buttons and the command palette call: one declaration per action."""

from typing import TYPE_CHECKING

from desktop.document.layers import GroupLayer, RasterLayer
from desktop.shell import layering
from desktop.shell.action import Action, T, always
from desktop.shell.film_actions import FILM
from desktop.tools import TOOLS

if TYPE_CHECKING:
    from desktop.studio import Studio

__all__ = ["ACTIONS", "MENUS", "MENU_BREAKS", "PAGES", "TOOL_ACTIONS", "Action", "always"]


# When an action can be done.


def _has_layer(studio: "Studio") -> bool:
    return studio.current is not None and studio.current.active_layer is not None


def _has_below(studio: "Studio") -> bool:
    editor = studio.current
    return (
        editor is not None
        and isinstance(editor.active_layer, RasterLayer | GroupLayer)
        and editor.document.index(editor.active_layer.id) > 0
    )


def _has_mask(studio: "Studio") -> bool:
    layer = studio.current.active_layer if studio.current else None
    return layer is not None and layer.mask is not None


def _has_no_mask(studio: "Studio") -> bool:
    return _has_layer(studio) and not _has_mask(studio)


def _has_selection(studio: "Studio") -> bool:
    return studio.current is not None and studio.current.document.selection is not None


def _can_undo(studio: "Studio") -> bool:
    return studio.current is not None and studio.current.history.canUndo()


def _can_redo(studio: "Studio") -> bool:
    return studio.current is not None and studio.current.history.canRedo()


def _has_suggestions(studio: "Studio") -> bool:
    return studio.current is not None and bool(studio.current.coloring.suggestions)


def _has_hints(studio: "Studio") -> bool:
    return studio.current is not None and bool(studio.current.coloring.hints)


def _can_keep_grey(studio: "Studio") -> bool:
    return _has_selection(studio) or (
        studio.current is not None and studio.current.coloring.hints.keep_grey is not None
    )


def _has_reference(studio: "Studio") -> bool:
    return studio.current is not None and studio.current.coloring.reference is not None


def _idle(studio: "Studio") -> bool:
    return studio.current is not None and not studio.current.coloring.busy


def _busy(studio: "Studio") -> bool:
    return studio.current is not None and studio.current.coloring.busy


def _not_painting(studio: "Studio") -> bool:
    return studio.current is not None and not studio.current.styling.busy


def _painting(studio: "Studio") -> bool:
    return studio.current is not None and studio.current.styling.busy


def _learnable(studio: "Studio") -> bool:
    styling = studio.current.styling if studio.current else None
    return styling is not None and styling.learnable is not None and not styling.learning


def _several_documents(studio: "Studio") -> bool:
    return len(studio.editors) > 1


# What there is, by menu.
# fmt: off

FILE = (
    Action("file.new_from_clipboard", T("Actions", "New from clipboard"),
           lambda w: w.files.new_from_clipboard(), ("Ctrl+Shift+N",), ("Ctrl+N",), enabled=always),
    Action("file.open", T("Actions", "Open …"), lambda w: w.files.open(), ("Ctrl+O",), icon="open",
           enabled=always),
    Action("file.save", T("Actions", "Save"), lambda w: w.files.save(), ("Ctrl+S",), icon="save"),
    Action("file.save_as", T("Actions", "Save as …"), lambda w: w.files.save_as(),
           ("Ctrl+Shift+S",)),
    Action("file.export", T("Actions", "Export picture …"), lambda w: w.show_export(),
           ("Ctrl+Alt+E",), ("Ctrl+Alt+Shift+S",), icon="export"),
    Action("file.close", T("Actions", "Close"), lambda w: w.files.close(), ("Ctrl+W",)),
    Action("file.quit", T("Actions", "Quit"), lambda w: w.close(), ("Ctrl+Q",), enabled=always),
)
EDIT = (
    Action("edit.undo", T("Actions", "Undo"), lambda w: w.editor.history.undo(), ("Ctrl+Z",),
           icon="undo", enabled=_can_undo),
    Action("edit.redo", T("Actions", "Redo"), lambda w: w.editor.history.redo(), ("Ctrl+Shift+Z",),
           icon="redo", enabled=_can_redo),
    Action("edit.copy", T("Actions", "Copy as picture"), lambda w: w.files.copy(),
           ("Ctrl+C", "Ctrl+Shift+C"), icon="copy"),
    Action("edit.paste", T("Actions", "Paste"), lambda w: w.files.paste(), ("Ctrl+V",),
           icon="paste", enabled=always),
    Action("edit.preferences", T("Actions", "Preferences …"), lambda w: w.show_preferences(),
           ("Ctrl+,",), ("Ctrl+K",), icon="preferences", enabled=always),
)
VIEW = (
    Action("view.zoom_in", T("Actions", "Zoom in"), lambda w: w.canvas.zoom_in(),
           ("Ctrl++", "Ctrl+=", "+"), ("Ctrl++", "Ctrl+="), icon="zoom-in"),
    Action("view.zoom_out", T("Actions", "Zoom out"), lambda w: w.canvas.zoom_out(),
           ("Ctrl+-", "-"), ("Ctrl+-",), icon="zoom-out"),
    Action("view.fit", T("Actions", "Fit in window"), lambda w: w.canvas.fit(), ("2",), ("Ctrl+0",),
           icon="fit"),
    Action("view.actual_size", T("Actions", "Actual pixels"), lambda w: w.canvas.actual_size(),
           ("1", "Ctrl+0"), ("Ctrl+1",), icon="actual-size"),
    Action("view.rotate_left", T("Actions", "Rotate view left"), lambda w: w.canvas.rotate_by(-15),
           ("4", "Ctrl+["), ("Ctrl+Alt+[",), icon="rotate-left"),
    Action("view.rotate_right", T("Actions", "Rotate view right"), lambda w: w.canvas.rotate_by(15),
           ("6", "Ctrl+]"), ("Ctrl+Alt+]",), icon="rotate-right"),
    Action("view.reset_rotation", T("Actions", "Turn view upright"),
           lambda w: w.canvas.reset_rotation(), ("5",), ("Ctrl+Alt+0",)),
    Action("view.mirror", T("Actions", "Mirror view"), lambda w: w.canvas.mirror(), ("M",),
           ("Ctrl+Alt+M",), icon="mirror"),
    Action("view.split", T("Actions", "Before | after line"),
           lambda w: w.canvas.set_split(not w.canvas.split.shown), ("Y",), icon="split",
           checked=lambda w: w.canvas.split.shown),
    Action("view.surround", T("Actions", "Surround of 18 % grey"), lambda w: w.toggle_surround(),
           ("F8",), icon="surround", enabled=always,
           checked=lambda w: w.studio.preferences.values.surround_18),
    Action("view.only_canvas", T("Actions", "Hide all but the canvas"), lambda w: w.toggle_panels(),
           ("Tab",), icon="panels", checked=lambda w: w.panels_hidden, canvas_only=True),
    Action("view.full_screen", T("Actions", "Full screen"), lambda w: w.toggle_full_screen(),
           ("Ctrl+Shift+F",), enabled=always, checked=lambda w: w.isFullScreen()),
    Action("view.reset_layout", T("Actions", "Reset the panels of this page"),
           lambda w: w.reset_layout(), ("Ctrl+Alt+L",), enabled=always),
)
THEMES = tuple(
    Action(
        f"theme.{choice}",
        text,
        lambda w, choice=choice: w.studio.preferences.choose(theme=choice),  # type: ignore[misc]
        (key,),
        enabled=always,
        checked=lambda w, choice=choice: w.studio.preferences.values.theme == choice,  # type: ignore[misc]
    )
    for choice, text, key in (
        ("system", T("Actions", "Theme of the system"), "Ctrl+Alt+F9"),
        ("dark", T("Actions", "Dark theme"), "Ctrl+Alt+F10"),
        ("light", T("Actions", "Light theme"), "Ctrl+Alt+F11"),
    )
)
LAYER = (
    Action("layer.new", T("Actions", "New layer"), lambda w: layering.new(w.editor), ("Ins",),
           ("Ctrl+Shift+N",), icon="add"),
    Action("layer.group", T("Actions", "Group layer"), lambda w: layering.group(w.editor),
           ("Ctrl+G",), icon="group", enabled=_has_layer),
    Action("layer.duplicate", T("Actions", "Duplicate layer"),
           lambda w: layering.duplicate(w.editor), ("Ctrl+J",), icon="duplicate",
           enabled=_has_layer),
    Action("layer.delete", T("Actions", "Delete layer"), lambda w: layering.delete(w.editor),
           ("Shift+Del",), icon="delete", enabled=_has_layer),
    Action("layer.rename", T("Actions", "Rename layer"), lambda w: w.rename_layer(), ("F2",),
           icon="rename", enabled=_has_layer),
    Action("layer.up", T("Actions", "Move layer up"), lambda w: layering.move(w.editor, 1),
           ("Ctrl+PgUp",), ("Ctrl+]",), icon="up", enabled=_has_layer),
    Action("layer.down", T("Actions", "Move layer down"), lambda w: layering.move(w.editor, -1),
           ("Ctrl+PgDown",), ("Ctrl+[",), icon="down", enabled=_has_layer),
    Action("layer.next", T("Actions", "Go to layer above"), lambda w: layering.walk(w.editor, 1),
           ("PgUp",), ("Alt+]",), enabled=_has_layer),
    Action("layer.previous", T("Actions", "Go to layer below"),
           lambda w: layering.walk(w.editor, -1), ("PgDown",), ("Alt+[",), enabled=_has_layer),
    Action("layer.merge_down", T("Actions", "Merge down"), lambda w: layering.merge_down(w.editor),
           ("Ctrl+E",), icon="merge-down", enabled=_has_below),
    Action("layer.flatten", T("Actions", "Flatten"), lambda w: layering.flatten(w.editor),
           ("Ctrl+Shift+E",), icon="flatten"),
    Action("layer.add_mask", T("Actions", "Add mask"), lambda w: layering.add_mask(w.editor),
           ("Ctrl+Alt+N",), icon="mask", enabled=_has_no_mask),
    Action("layer.mask_from_selection", T("Actions", "Mask from selection"),
           lambda w: layering.mask_from_selection(w.editor), ("Ctrl+Alt+Shift+N",),
           enabled=lambda s: _has_layer(s) and _has_selection(s)),
    Action("layer.delete_mask", T("Actions", "Delete mask"),
           lambda w: layering.delete_mask(w.editor), ("Ctrl+Alt+Del",), enabled=_has_mask),
    Action("layer.paint_mask", T("Actions", "Paint on the mask"),
           lambda w: w.editor.set_painting_mask(not w.editor.painting_mask), ("Ctrl+Alt+B",),
           enabled=_has_mask,
           checked=lambda w: w.studio.current is not None and w.studio.current.painting_mask),
)
SELECT = (
    Action("select.all", T("Actions", "Select all"), lambda w: layering.select_all(w.editor),
           ("Ctrl+A",), icon="select-all"),
    Action("select.none", T("Actions", "Select nothing"), lambda w: layering.select_none(w.editor),
           ("Ctrl+Shift+A",), ("Ctrl+D",), icon="select-none", enabled=_has_selection),
    Action("select.outline", T("Actions", "Show outline of the selection"),
           lambda w: w.canvas.set_outline_shown(not w.canvas.outline_shown), ("Ctrl+H",),
           checked=lambda w: w.canvas.outline_shown),
    Action("select.invert", T("Actions", "Invert selection"),
           lambda w: layering.select_inverse(w.editor), ("Ctrl+Shift+I",), icon="select-invert"),
)
COLOR = (
    Action("colour.run", T("Actions", "Colour picture"), lambda w: w.editor.coloring.run(),
           ("Ctrl+Return",), icon="colorize", enabled=_idle),
    Action("colour.cancel", T("Actions", "Cancel colouring"), lambda w: w.editor.coloring.cancel(),
           ("Ctrl+.",), icon="cancel", enabled=_busy),
    Action("colour.suggest", T("Actions", "Suggest colours"), lambda w: w.editor.coloring.suggest(),
           ("Ctrl+Shift+Return",), icon="suggest"),
    Action("colour.next", T("Actions", "Next suggestion"), lambda w: w.editor.coloring.keep_next(1),
           ("Ctrl+Alt+Right",), icon="next", enabled=_has_suggestions),
    Action("colour.previous", T("Actions", "Previous suggestion"),
           lambda w: w.editor.coloring.keep_next(-1), ("Ctrl+Alt+Left",), icon="previous",
           enabled=_has_suggestions),
    Action("colour.clear_hints", T("Actions", "Clear all hints"),
           lambda w: w.editor.coloring.clear_hints(), ("Ctrl+Shift+Del",), enabled=_has_hints),
    Action("colour.keep_grey", T("Actions", "Keep selection grey"),
           lambda w: w.editor.coloring.keep_grey_from_selection(), ("Ctrl+Alt+K",),
           icon="keep-grey", enabled=_can_keep_grey),
    Action("colour.reference", T("Actions", "Open reference picture …"),
           lambda w: w.files.open_reference(), ("Ctrl+Alt+R",), icon="reference"),
    Action("colour.clear_reference", T("Actions", "Clear reference picture"),
           lambda w: w.editor.coloring.set_reference(None), ("Ctrl+Alt+Shift+R",),
           enabled=_has_reference),
)
STYLE = (
    Action("style.run", T("Actions", "Paint picture"), lambda w: w.editor.styling.run(),
           ("Ctrl+Alt+Return",), icon="brush", enabled=_not_painting),
    Action("style.stop", T("Actions", "Stop painting, keep the best"),
           lambda w: w.editor.styling.cancel(), ("Ctrl+Alt+.",), icon="cancel", enabled=_painting),
    Action("style.add", T("Actions", "Add style picture …"), lambda w: w.files.open_style(),
           ("Ctrl+Alt+O",), icon="reference"),
    Action("style.learn", T("Actions", "Learn this style"), lambda w: w.editor.styling.learn(),
           ("Ctrl+Alt+Shift+O",), enabled=_learnable),
)
HELP = (
    Action("help.palette", T("Actions", "Find an action …"), lambda w: w.show_palette(),
           ("Ctrl+Shift+P", "F1"), icon="search", enabled=always),
    Action("help.keys", T("Actions", "Keys …"), lambda w: w.show_keys(), ("?",), icon="keyboard",
           enabled=always),
    Action("help.guide", T("Actions", "Guide"), lambda w: w.show_guide(), ("Shift+F1",),
           icon="guide", enabled=always),
    Action("help.licenses", T("Actions", "Licences"), lambda w: w.show_licenses(), ("Ctrl+F1",),
           enabled=always),
    Action("help.about", T("Actions", "About Grisaille"), lambda w: w.show_about(), ("Alt+F1",),
           icon="about", enabled=always),
)
PAGES = (
    Action("page.colour", T("Actions", "Colour page"), lambda w: w.show_page("colour"), ("Alt+1",),
           enabled=always, checked=lambda w: w.page == "colour"),
    Action("page.style", T("Actions", "Style page"), lambda w: w.show_page("style"), ("Alt+2",),
           enabled=always, checked=lambda w: w.page == "style"),
    Action("page.film", T("Actions", "Film page"), lambda w: w.show_page("film"), ("Alt+4",),
           enabled=always, checked=lambda w: w.page == "film"),
    Action("page.models", T("Actions", "Models page"), lambda w: w.show_page("models"), ("Alt+5",),
           enabled=always, checked=lambda w: w.page == "models"),
)
DOCUMENTS = (
    Action("document.next", T("Actions", "Next document"), lambda w: w.walk_documents(1),
           ("Ctrl+Tab",), enabled=_several_documents),
    Action("document.previous", T("Actions", "Previous document"), lambda w: w.walk_documents(-1),
           ("Ctrl+Shift+Tab",), enabled=_several_documents),
)
# fmt: on

TOOL_ACTIONS = tuple(
    Action(
        f"tool.{tool.name}",
        tool.label,
        lambda w, name=tool.name: w.studio.choose_tool(name),  # type: ignore[misc]
        (tool.key,) if tool.key else (),
        icon=tool.icon,
        checked=lambda w, name=tool.name: w.studio.tool == name,  # type: ignore[misc]
        context="Tools",
    )
    for tool in TOOLS
)

MENUS: tuple[tuple[str, tuple[Action, ...]], ...] = (
    (T("Actions", "File"), FILE),
    (T("Actions", "Edit"), EDIT),
    (T("Actions", "View"), (*VIEW, *THEMES)),
    (T("Actions", "Layer"), LAYER),
    (T("Actions", "Select"), SELECT),
    (T("Actions", "Colour"), COLOR),
    (T("Actions", "Style"), STYLE),
    (T("Actions", "Film"), FILM),
    (T("Actions", "Help"), HELP),
)
"""The menu bar, in order."""

ACTIONS: tuple[Action, ...] = (
    *(action for _, actions in MENUS for action in actions),
    *PAGES,
    *DOCUMENTS,
    *TOOL_ACTIONS,
)
"""Everything that can be asked for, in the order in which lists show it."""

MENU_BREAKS = frozenset(
    {
        "file.save",
        "file.close",
        "edit.copy",
        "edit.preferences",
        "view.fit",
        "view.rotate_left",
        "view.split",
        "view.only_canvas",
        "theme.system",
        "layer.rename",
        "layer.merge_down",
        "layer.add_mask",
        "colour.suggest",
        "colour.clear_hints",
        "colour.reference",
        "style.add",
        "film.previous_frame",
        "film.mark_in",
        "film.open_sequence",
        "help.guide",
        "help.about",
    }
)
"""Actions that have a line above them in the menu."""
