"""The view: zoom, pan, rotate, overlays, painting events."""
