"""Undoable changes: the only code that changes a document."""
