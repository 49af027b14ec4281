"""Undoable changes: the only code that changes a document."""

from desktop.commands.film import (
    ChangeFilm,
    clear_marks,
    mark_in,
    mark_out,
    set_export,
    set_rate,
    set_way,
    show_frame,
)
from desktop.commands.hints import SetHints, SetSelection
from desktop.commands.layers import (
    AddLayer,
    DeleteLayer,
    DuplicateLayer,
    Group,
    MoveLayer,
    SetAttribute,
    SetMask,
)
from desktop.commands.pixels import (
    Flatten,
    MergeDown,
    PaintCommand,
    ResizeCanvas,
    SetPixels,
    Stroke,
    flat_image,
    merged_image,
)
from desktop.commands.transaction import transaction

__all__ = [
    "AddLayer",
    "ChangeFilm",
    "DeleteLayer",
    "DuplicateLayer",
    "Flatten",
    "Group",
    "MergeDown",
    "MoveLayer",
    "PaintCommand",
    "ResizeCanvas",
    "SetAttribute",
    "SetHints",
    "SetMask",
    "SetPixels",
    "SetSelection",
    "Stroke",
    "clear_marks",
    "flat_image",
    "mark_in",
    "mark_out",
    "merged_image",
    "set_export",
    "set_rate",
    "set_way",
    "show_frame",
    "transaction",
]
