"""The edited thing, as data: no Qt, no torch."""
