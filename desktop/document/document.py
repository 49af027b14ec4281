"""The edited thing: a tree of layers, a selection, what the file said about itself.

Everybody may read. The methods under "Changing" are called by desktop/commands only; each says
through a signal what it changed.
"""

import hashlib
import io
from collections.abc import Iterator
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from psygnal import Signal

from desktop.document.blend import composite_layers
from desktop.document.film import Film
from desktop.document.layers import GeneratedLayer, GroupLayer, HintLayer, Layer, RasterLayer
from desktop.document.tiles import TILE, TiledImage
from inference.values import Array, Hint, Hints, Picture, Region, in_depth, peak_of

ATTRIBUTES = ("name", "visible", "locked", "opacity", "blend", "mask", "recipe")
"""What `set_attribute` knows; of these, name, locked and recipe change no pixel."""

REFERENCE_PX = 1024
"""Longest side of an embedded reference picture."""


class Document:
    """A picture in layers, width x height, uint8 or uint16, sRGB.

    root: the group that holds all; its children lie from bottom to top.
    selection: one channel uint8, or None where everything may be changed.
    grey: it came as one channel, and leaves as one where no colour was given to it.
    icc, dpi, exif, xmp: as in Picture. references: encoded pictures that recipes name.
    film: the clip that it shows a frame of, None where it is a picture.
    """

    pixels_changed = Signal(Region)
    layers_changed = Signal()
    layer_changed = Signal(str)
    hints_changed = Signal(str)
    selection_changed = Signal()
    resized = Signal()
    film_changed = Signal()

    depths: ClassVar = {np.dtype(np.uint8): 8, np.dtype(np.uint16): 16}

    def __init__(self, width: int, height: int, dtype: npt.DTypeLike = np.uint8) -> None:
        self.width = width
        self.height = height
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        if self.dtype not in self.depths:
            raise ValueError(f"a document is uint8 or uint16, not {self.dtype}")
        self.root = GroupLayer(id="root", name="")
        self.selection: TiledImage | None = None
        self.grey = False
        self.icc: bytes | None = None
        self.dpi: tuple[float, float] | None = None
        self.exif: bytes | None = None
        self.xmp: bytes | None = None
        self.references: dict[str, bytes] = {}
        self.film: Film | None = None

    @classmethod
    def from_picture(cls, picture: Picture, name: str) -> "Document":
        """A document of one layer; float pictures get 16 bits."""
        dtype = np.uint8 if picture.pixels.dtype == np.uint8 else np.uint16
        document = cls(picture.width, picture.height, dtype)
        document.icc, document.dpi = picture.icc, picture.dpi
        document.exif, document.xmp = picture.exif, picture.xmp
        document.grey = picture.grey
        layer = RasterLayer(name=name, image=document.image_of(picture))
        document.root.children.append(layer)
        return document

    # Reading

    @property
    def bounds(self) -> Region:
        """All of it."""
        return Region(0, 0, self.width, self.height)

    @property
    def depth(self) -> int:
        """Bits a sample: 8 or 16."""
        return self.depths[self.dtype]

    def walk(self) -> Iterator[Layer]:
        """All layers, bottom to top, a group after what is inside of it."""
        for child in self.root.children:
            yield from child.walk()

    def layer(self, layer_id: str) -> Layer:
        """The layer of that id, the root among them; KeyError if there is none."""
        for layer in self.root.walk():
            if layer.id == layer_id:
                return layer
        raise KeyError(layer_id)

    def generated_ids(self) -> frozenset[str]:
        """Of all layers that networks have made."""
        return frozenset(one.id for one in self.walk() if isinstance(one, GeneratedLayer))

    def parent(self, layer_id: str) -> GroupLayer:
        """The group that holds a layer; KeyError for the root and for what is not there."""
        for group in self.root.walk():
            if isinstance(group, GroupLayer) and any(c.id == layer_id for c in group.children):
                return group
        raise KeyError(layer_id)

    def index(self, layer_id: str) -> int:
        """Its place among its siblings, 0 at the bottom."""
        return [child.id for child in self.parent(layer_id).children].index(layer_id)

    def is_locked(self, layer_id: str) -> bool:
        """True where the layer or a group around it is locked, or it shows the film."""
        if layer_id == self.root.id:
            return False
        if self.film is not None and layer_id == self.film.layer:
            return True
        return self.layer(layer_id).locked or self.is_locked(self.parent(layer_id).id)

    @property
    def moment(self) -> int:
        """The timestamp of the film's frame that is shown; what was made of another is stale."""
        return self.film.moment if self.film is not None else 0

    def empty_image(self) -> TiledImage:
        """RGBA of this document's size and depth, all transparent."""
        return TiledImage(self.width, self.height, 4, self.dtype)

    def empty_mask(self) -> TiledImage:
        """A mask of this document's size and depth that shows everything."""
        return TiledImage(self.width, self.height, 1, self.dtype, int(peak_of(self.dtype)))

    def image_of(self, picture: Picture) -> TiledImage:
        """A picture's pixels as a layer's, from the top left corner, in this document's depth."""
        image = self.empty_image()
        for key in image.keys(Region(0, 0, picture.width, picture.height)):
            place = image.region_of(key).clipped(Region(0, 0, picture.width, picture.height))
            samples = np.empty((place.height, place.width, 4), self.dtype)
            samples[..., :3] = in_depth(picture.pixels[place.slices], self.dtype)
            samples[..., 3] = peak_of(self.dtype)
            if picture.alpha is not None:
                samples[..., 3] = in_depth(picture.alpha[place.slices], self.dtype)
            image.write(place, samples)
        return image

    def flatten(self) -> Picture:
        """All that is seen, as one picture with the document's metadata."""
        return self._picture(self.root.children)

    def layer_picture(self, layer_id: str) -> Picture:
        """One layer alone: its own pixels without mask, opacity and blending.

        Raises TypeError for a layer that has no pixels.
        """
        layer = self.layer(layer_id)
        if isinstance(layer, GroupLayer):
            return self._picture(layer.children)
        if not isinstance(layer, RasterLayer):
            raise TypeError(f"layer {layer.name!r} has no pixels")
        return self._picture([RasterLayer(image=layer.image)])

    def snapshot(self) -> "Document":
        """The same document, independent from now on: to save or to go back to."""
        copy = Document(self.width, self.height, self.dtype)
        copy.root = self.root.copied(keep_ids=True)
        copy.selection = self.selection.snapshot() if self.selection else None
        copy.grey, copy.icc, copy.dpi = self.grey, self.icc, self.dpi
        copy.exif, copy.xmp = self.exif, self.xmp
        copy.references = dict(self.references)
        copy.film = self.film
        return copy

    # References: they only ever grow, and are named by what is in them.

    def add_reference(self, picture: Picture) -> str:
        """Embed a picture, no larger than REFERENCE_PX, 8 bits; returns its name."""
        pixels = in_depth(picture.pixels, np.uint8)
        factor = REFERENCE_PX / max(picture.width, picture.height)
        if factor < 1:
            size = (
                max(1, round(picture.width * factor)),
                max(1, round(picture.height * factor)),
            )
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        pixels = pixels.reshape(*pixels.shape[:2], -1)
        data = io.BytesIO()
        Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(data, "PNG")
        name = hashlib.blake2b(data.getvalue(), digest_size=16).hexdigest() + ".png"
        self.references[name] = data.getvalue()
        return name

    def reference(self, name: str) -> Picture:
        """An embedded picture; KeyError if there is none of that name."""
        with Image.open(io.BytesIO(self.references[name])) as image:
            pixels = np.asarray(image if image.mode == "L" else image.convert("RGB"))
        return Picture(pixels.reshape(*pixels.shape[:2], -1).copy())

    # Changing: for desktop/commands only.

    def insert(self, layer: Layer, parent_id: str, index: int) -> None:
        """Put a layer into a group, at a place counted from the bottom."""
        group = self._group(parent_id)
        group.children.insert(index, layer)
        self._layers_changed(layer)

    def remove(self, layer_id: str) -> Layer:
        """Take a layer out, with all that is inside of it."""
        layer = self.parent(layer_id).children.pop(self.index(layer_id))
        self._layers_changed(layer)
        return layer

    def move(self, layer_id: str, parent_id: str, index: int) -> None:
        """Take a layer out and put it in elsewhere; index counts without it."""
        layer, group = self.layer(layer_id), self._group(parent_id)
        if any(inside is group for inside in layer.walk()):
            raise ValueError("a group cannot go into itself")
        self.parent(layer_id).children.pop(self.index(layer_id))
        group.children.insert(index, layer)
        self._layers_changed(layer)

    def set_attribute(self, layer_id: str, name: str, value: Any) -> None:
        """Set one of ATTRIBUTES."""
        if name not in ATTRIBUTES:
            raise ValueError(f"a layer has no attribute {name!r} to set")
        layer = self.layer(layer_id)
        setattr(layer, name, value)
        self.layer_changed.emit(layer_id)
        if name not in ("name", "locked", "recipe"):
            self._pixels_changed(_extent(layer))

    def write(self, layer_id: str, region: Region, pixels: Array, target: str = "image") -> None:
        """Put (h, w, channels) samples into a layer's "image" or "mask"."""
        self._target(layer_id, target).write(region, pixels)
        self._pixels_changed(region.clipped(self.bounds))

    def restore(self, layer_id: str, snapshot: TiledImage, target: str = "image") -> None:
        """Give a layer's "image" or "mask" the pixels of a snapshot."""
        self._pixels_changed(self._target(layer_id, target).restore(snapshot))

    def set_hints(self, layer_id: str, hints: Hints) -> None:
        """Replace the hints of a hint layer."""
        layer = self.layer(layer_id)
        if not isinstance(layer, HintLayer):
            raise TypeError(f"layer {layer.name!r} has no hints")
        layer.hints = hints
        self.hints_changed.emit(layer_id)

    def set_selection(self, selection: TiledImage | None) -> None:
        """Replace the selection; None selects nothing in particular."""
        self.selection = selection
        self.selection_changed.emit()

    def set_film(self, film: Film | None) -> None:
        """Another frame of the clip is shown, or another part of it is worked on."""
        self.film = film
        self.film_changed.emit()

    def resize_canvas(self, region: Region) -> None:
        """Make a region, which may reach outside, the whole document; what is outside is lost."""
        for layer in self.root.walk():
            if layer.mask is not None:
                layer.mask = layer.mask.placed(region)
            if isinstance(layer, RasterLayer):
                layer.image = layer.image.placed(region)
            if isinstance(layer, GeneratedLayer):
                layer.recipe = layer.recipe.placed(region)
            if isinstance(layer, HintLayer):
                layer.hints = _placed_hints(layer.hints, region)
        if self.selection is not None:
            self.selection = self.selection.placed(region)
        self.width, self.height = region.width, region.height
        self._all_changed()

    def return_to(self, snapshot: "Document") -> None:
        """Take over size, layers and selection of a snapshot."""
        taken = snapshot.snapshot()
        self.width, self.height = taken.width, taken.height
        self.root, self.selection = taken.root, taken.selection
        self._all_changed()

    # Inner parts

    def _group(self, layer_id: str) -> GroupLayer:
        group = self.layer(layer_id)
        if not isinstance(group, GroupLayer):
            raise TypeError(f"layer {group.name!r} is no group")
        return group

    def _target(self, layer_id: str, target: str) -> TiledImage:
        layer = self.layer(layer_id)
        image = getattr(layer, target) if target in ("image", "mask") else None
        if not isinstance(image, TiledImage):
            raise TypeError(f"layer {layer.name!r} has no {target}")
        return image

    def _layers_changed(self, layer: Layer) -> None:
        self.layers_changed.emit()
        self._pixels_changed(_extent(layer))

    def _pixels_changed(self, region: Region) -> None:
        if not region.empty:
            self.pixels_changed.emit(region)

    def _all_changed(self) -> None:
        self.resized.emit()
        self.layers_changed.emit()
        self.selection_changed.emit()
        for layer in self.walk():
            if isinstance(layer, HintLayer):
                self.hints_changed.emit(layer.id)
        self.pixels_changed.emit(self.bounds)

    def _picture(self, layers: list[Layer]) -> Picture:
        channels = 1 if self.grey and self._neutral(layers) else 3
        pixels = np.empty((self.height, self.width, channels), self.dtype)
        alpha = np.empty((self.height, self.width), self.dtype)
        for band in self._bands():
            seen = composite_layers(layers, band, self.dtype)
            pixels[band.slices] = seen[..., :channels]
            alpha[band.slices] = seen[..., 3]
        opaque = (alpha == peak_of(self.dtype)).all()
        return Picture(pixels, None if opaque else alpha, self.icc, self.dpi, self.exif, self.xmp)

    def _neutral(self, layers: list[Layer]) -> bool:
        seen = (composite_layers(layers, band, self.dtype) for band in self._bands())
        return all((s[..., :1] == s[..., 1:3]).all() for s in seen)

    def _bands(self) -> Iterator[Region]:
        for y in range(0, self.height, TILE):
            yield Region(0, y, self.width, min(TILE, self.height - y))


def _extent(layer: Layer) -> Region:
    """Where a layer can be seen at all."""
    region = Region(0, 0, 0, 0)
    for inside in layer.walk():
        if isinstance(inside, RasterLayer):
            region = region.united(inside.image.extent)
    return region


def _placed_hints(hints: Hints, region: Region) -> Hints:
    """The hints that lie in a region, even if by one point only, as seen from its corner."""
    moved = (hint.moved(-region.x, -region.y) for hint in hints.points)
    points = tuple(hint for hint in moved if _touches(hint, region.width, region.height))
    keep_grey = hints.keep_grey
    if keep_grey is not None:
        whole = TiledImage.from_array(keep_grey[..., None]).placed(region)
        keep_grey = whole.read(whole.bounds)[..., 0]
    return Hints(points, keep_grey)


def _touches(hint: Hint, width: int, height: int) -> bool:
    return any(0 <= x <= width and 0 <= y <= height for x, y in hint.path)
