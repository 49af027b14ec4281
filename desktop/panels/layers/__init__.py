"""The layers of the document as a tree: seen, chosen, named, moved."""

from desktop.panels.layers.panel import LayersPanel

__all__ = ["LayersPanel"]
