"""Undoable changes: the only code that changes a document."""

from desktop.commands.film import MarkPart, SetRate, clear_marks, mark_in, mark_out, show_frame
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
    "DeleteLayer",
    "DuplicateLayer",
    "Flatten",
    "Group",
    "MarkPart",
    "MergeDown",
    "MoveLayer",
    "PaintCommand",
    "ResizeCanvas",
    "SetAttribute",
    "SetHints",
    "SetMask",
    "SetPixels",
    "SetRate",
    "SetSelection",
    "Stroke",
    "clear_marks",
    "flat_image",
    "mark_in",
    "mark_out",
    "merged_image",
    "show_frame",
    "transaction",
]
