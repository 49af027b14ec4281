"""Undoable changes: the only code that changes a document."""

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
    "flat_image",
    "merged_image",
    "transaction",
]
