"""What a document is made of: plain values. Only the document's own methods change them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import uuid4

from desktop.document.modes import BlendMode
from desktop.document.tiles import TiledImage
from inference.values import Hints, Region

__all__ = [
    "BlendMode",
    "GeneratedLayer",
    "GroupLayer",
    "HintLayer",
    "Layer",
    "RasterLayer",
    "Recipe",
    "new_id",
]


def new_id() -> str:
    """A name for a layer that no other has."""
    return uuid4().hex


@dataclass(frozen=True)
class Recipe:
    """How a generated layer was made, so that it can be made again with the same pixels.

    source and hints are ids of layers, reference the name of a picture in
    `Document.references`; each is empty where there was none. settings are plain JSON values.
    regions: where each style that the settings name goes, in their order, as selections are kept;
    None goes wherever no other does. They are never written into.
    """

    feature: str
    settings: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    sha256: str = ""
    seed: int = 0
    source: str = ""
    hints: str = ""
    reference: str = ""
    device: str = "cpu"
    regions: tuple[TiledImage | None, ...] = ()

    def placed(self, region: Region) -> "Recipe":
        """For a document that is cut to a region, which may reach outside."""
        regions = tuple(each.placed(region) if each else None for each in self.regions)
        return replace(self, regions=regions)


@dataclass(eq=False, kw_only=True)
class Layer:
    """What all layers have. opacity is 0..1; mask has one channel, its peak shows the layer."""

    id: str = field(default_factory=new_id)
    name: str = ""
    visible: bool = True
    locked: bool = False
    opacity: float = 1.0
    blend: BlendMode = BlendMode.NORMAL
    mask: TiledImage | None = None

    def copied(self, *, keep_ids: bool = False) -> Self:
        """The same layer, independent from now on, pixels shared until written."""
        mask = self.mask.snapshot() if self.mask else None
        return replace(self, id=self.id if keep_ids else new_id(), mask=mask)

    def walk(self) -> "Iterator[Layer]":
        """This layer, or a group's children from bottom to top and then the group."""
        yield self


@dataclass(eq=False, kw_only=True)
class RasterLayer(Layer):
    """Pixels: RGBA with straight alpha, of the document's size and depth."""

    image: TiledImage

    def copied(self, *, keep_ids: bool = False) -> Self:
        """As for every layer."""
        return replace(super().copied(keep_ids=keep_ids), image=self.image.snapshot())


@dataclass(eq=False, kw_only=True)
class GeneratedLayer(RasterLayer):
    """Pixels that a network made, and how."""

    recipe: Recipe


@dataclass(eq=False, kw_only=True)
class HintLayer(Layer):
    """What a person said about colours; nothing of it is seen in the composite."""

    hints: Hints = field(default_factory=Hints)


@dataclass(eq=False, kw_only=True)
class GroupLayer(Layer):
    """Layers that are mixed among themselves first; children lie from bottom to top."""

    children: list[Layer] = field(default_factory=list)

    def copied(self, *, keep_ids: bool = False) -> Self:
        """As for every layer, with all that is inside."""
        children = [child.copied(keep_ids=keep_ids) for child in self.children]
        return replace(super().copied(keep_ids=keep_ids), children=children)

    def walk(self) -> Iterator[Layer]:
        """All that is inside, bottom to top, depth first, and then the group itself."""
        for child in self.children:
            yield from child.walk()
        yield self
