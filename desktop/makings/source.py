"""The picture that a layer is made from: what lies below that layer, flattened.

Flattening a large document takes a while, so it is done beside the window, on a snapshot.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cv2
from PySide6.QtCore import QObject

from desktop.background import Background
from desktop.document.document import Document
from desktop.document.layers import GeneratedLayer, Layer
from inference.values import Picture, Problem

SMALL_PX = 1024
"""Long side of the picture that previews are made from: about what a screen shows."""


class Source(QObject):
    """Gives the whole picture, or a small one that it remembers while the document stays."""

    def __init__(
        self,
        document: Document,
        feature: str,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._feature = feature
        self._background = background
        self._small: tuple[Picture, float] | None = None
        self._changes = 0
        self._own_change = False
        self._closed = False
        document.pixels_changed.connect(self._on_changed)
        document.layers_changed.connect(self._on_changed)
        document.layer_changed.connect(self._on_changed)

    def small(
        self, done: Callable[[Picture, float], None], failed: Callable[[Problem], None]
    ) -> None:
        """Call done(picture, scale) now or soon; scale is 1 where the whole is small enough."""
        if self._small is not None:
            done(*self._small)
            return
        changes = self._changes

        def remember(small: tuple[Picture, float]) -> None:
            if self._changes == changes:
                self._small = small
            done(*small)

        snapshot = self._document.snapshot()
        self._ask(lambda: _shrink(self._flatten(snapshot)), remember, failed)

    def whole(self, done: Callable[[Picture], None], failed: Callable[[Problem], None]) -> None:
        """Call done(picture) soon, with the picture in full size and depth."""
        snapshot = self._document.snapshot()
        self._ask(lambda: self._flatten(snapshot), done, failed)

    def forget(self) -> None:
        """The document changed: flatten anew when asked."""
        self._small = None
        self._changes += 1

    def close(self) -> None:
        """The document is closed: nobody is answered any more."""
        self._closed = True

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """While the layer's own pixels are laid in, which are no part of the source."""
        self._own_change = True
        try:
            yield
        finally:
            self._own_change = False

    def _on_changed(self, *_: Any) -> None:
        if not self._own_change:
            self.forget()

    def _ask(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Problem], None],
    ) -> None:
        def answer(value: Any) -> None:
            if not self._closed:
                done(value)

        self._background.run(work, answer, failed)

    def _flatten(self, snapshot: Document) -> Picture:
        """All that lies below the feature's lowest layer; all of it where there is none."""
        below = snapshot.root.children
        for place, child in enumerate(below):
            if any(self._made(layer) for layer in child.walk()):
                below = below[:place]
                break
        snapshot.root.children = below
        return snapshot.flatten()

    def _made(self, layer: Layer) -> bool:
        return isinstance(layer, GeneratedLayer) and layer.recipe.feature == self._feature


def _shrink(picture: Picture) -> tuple[Picture, float]:
    scale = SMALL_PX / max(picture.width, picture.height)
    if scale >= 1:
        return picture, 1.0
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    pixels = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA)
    alpha = picture.alpha
    if alpha is not None:
        alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    return Picture(pixels.reshape(size[1], size[0], -1), alpha), scale
