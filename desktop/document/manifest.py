"""A document as plain values, for `grisaille.json` and for the autosave.

Where pixels and blocks of bytes are kept is the business of a Sink and a Source: members of a
zip, or files named by their content.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal, Protocol

import msgspec
import numpy as np

from desktop.document.document import Document
from desktop.document.film import Film
from desktop.document.layers import (
    BlendMode,
    GeneratedLayer,
    GroupLayer,
    HintLayer,
    Layer,
    RasterLayer,
    Recipe,
)
from desktop.document.tiles import TiledImage
from inference.media.hints import hints_from_json, hints_to_json
from inference.values import Cure, Hints, Problem

FORMAT = 1
LARGEST_SIDE = 100_000
DEEPEST = 64
"""How far groups may lie in groups."""

Side = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_SIDE)]
Name = Annotated[str, msgspec.Meta(max_length=1000)]
Identity = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_.-]{1,64}$")]


class _Value(msgspec.Struct, omit_defaults=True):
    """What all of them share."""


class Pixels(_Value, kw_only=True):
    """Where an image lies: a member with its top left corner, or tiles by "row,column"."""

    fill: list[Annotated[int, msgspec.Meta(ge=0, le=65535)]]
    depth: Literal[8, 16]
    member: str = ""
    x: int = 0
    y: int = 0
    tiles: dict[str, str] = {}

    def empty(self, width: int, height: int, channels: int) -> TiledImage:
        """An image of that size with the fill alone. Raises Problem where it does not fit."""
        if len(self.fill) != channels or max(self.fill) >= 1 << self.depth:
            raise Problem("A layer has another kind of pixels than it should.")
        dtype = np.uint8 if self.depth == 8 else np.uint16
        return TiledImage(width, height, channels, dtype, self.fill)


class _Entry(_Value, kw_only=True, tag_field="kind"):
    """What all layers share."""

    id: Identity
    name: Name
    visible: bool = True
    locked: bool = False
    opacity: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    blend: str = BlendMode.NORMAL.value
    mask: Pixels | None = None


class RasterEntry(_Entry, tag="raster", kw_only=True):
    """A layer of pixels."""

    pixels: Pixels


class GeneratedEntry(_Entry, tag="generated", kw_only=True):
    """Pixels that a network made, and how; the recipe's regions are told beside it."""

    pixels: Pixels
    recipe: Recipe
    regions: list[Pixels | None] = []


class HintEntry(_Entry, tag="hints", kw_only=True):
    """Hints, as `inference.media.hints` writes them."""

    points: list[Any] = []
    keep_grey: Pixels | None = None


class GroupEntry(_Entry, tag="group", kw_only=True):
    """Layers inside, bottom to top."""

    children: "list[RasterEntry | GeneratedEntry | HintEntry | GroupEntry]" = []


Entry = RasterEntry | GeneratedEntry | HintEntry | GroupEntry


class Manifest(_Value, kw_only=True):
    """All of a document but the pixels; layers from bottom to top."""

    format: int
    program: str
    width: Side
    height: Side
    depth: Literal[8, 16]
    layers: list[Entry]
    grey: bool = False
    dpi: tuple[float, float] | None = None
    icc: str = ""
    exif: str = ""
    xmp: str = ""
    selection: Pixels | None = None
    references: dict[str, str] = {}
    film: Film | None = None


class Sink(Protocol):
    """Where pixels and bytes go."""

    def put_image(self, image: TiledImage, kind: str) -> Pixels:
        """Keep an image; kind is "data", "masks" or "hints"."""

    def put_bytes(self, data: bytes, name: str) -> str:
        """Keep a block of bytes under a name like "metadata/profile.icc"; says where it is."""


class Source(Protocol):
    """Where they come from again. Raises Problem for what is not as it should be."""

    def get_image(self, pixels: Pixels, width: int, height: int, channels: int) -> TiledImage:
        """An image, of a size and number of channels that are known."""

    def get_bytes(self, place: str) -> bytes:
        """A block of bytes."""


def check_size(width: int, height: int) -> None:
    """Raise Problem on a picture that is larger than any that can be read back."""
    if max(width, height) > LARGEST_SIDE:
        raise Problem(
            f"A project holds up to {LARGEST_SIDE:,} pixels a side, this picture has more.",
            remedy="Write it as PNG or TIFF instead.",
            cure=Cure.EXPORT_ELSEWHERE,
        )


def describe(document: Document, sink: Sink) -> Manifest:
    """Put all pixels and blocks of a document into a sink; what comes back is the rest of it.

    References are kept where a recipe names them. Raises Problem on a document that is larger
    than any that can be read back.
    """
    check_size(document.width, document.height)

    def block(data: bytes | None, name: str) -> str:
        return sink.put_bytes(data, name) if data else ""

    selection = document.selection
    return Manifest(
        format=FORMAT,
        program="Grisaille",
        width=document.width,
        height=document.height,
        depth=8 if document.dtype == np.uint8 else 16,
        layers=[_entry(layer, sink) for layer in document.root.children],
        grey=document.grey,
        dpi=document.dpi,
        icc=block(document.icc, "metadata/profile.icc"),
        exif=block(document.exif, "metadata/exif.bin"),
        xmp=block(document.xmp, "metadata/xmp.xml"),
        selection=sink.put_image(selection, "masks") if selection else None,
        references={
            name: sink.put_bytes(document.references[name], f"references/{name}")
            for name in _used_references(document)
        },
        film=document.film,
    )


def rebuild(manifest: Manifest, source: Source, notes: list[str]) -> Document:
    """The document again. Raises Problem; what had to be changed is told in notes."""
    dtype = np.uint8 if manifest.depth == 8 else np.uint16
    document = Document(manifest.width, manifest.height, dtype)
    builder = _Builder(document, source, notes)
    document.root.children = builder.layers(manifest.layers)
    ids = [layer.id for layer in document.root.walk()]
    if len(set(ids)) < len(ids):
        raise Problem("Two layers have the same id.")
    if manifest.selection:
        document.selection = builder.image(manifest.selection, 1)
    document.grey, document.dpi = manifest.grey, manifest.dpi
    document.icc = source.get_bytes(manifest.icc) if manifest.icc else None
    document.exif = source.get_bytes(manifest.exif) if manifest.exif else None
    document.xmp = source.get_bytes(manifest.xmp) if manifest.xmp else None
    document.references = {n: source.get_bytes(p) for n, p in manifest.references.items()}
    if manifest.film is not None:
        document.film = _film_of(manifest.film, ids)
    return document


def _film_of(film: Film, ids: list[str]) -> Film:
    try:
        pace = film.pace
    except (ValueError, ZeroDivisionError) as error:
        raise Problem("The film that it belongs to has no rate of frames.") from error
    if film.layer not in ids or (pace is not None and not 0 < pace <= 1000):
        raise Problem("The film that it belongs to is not described as it should be.")
    return film


def encode(manifest: Manifest, *, pretty: bool = False) -> bytes:
    """As JSON."""
    data = msgspec.json.encode(manifest)
    return msgspec.json.format(data, indent=1) if pretty else data


def decode(data: bytes) -> Manifest:
    """From JSON. Raises Problem where it is not what it should be, or of a newer format."""
    try:
        version = msgspec.json.decode(data, type=_Version).format
        if version > FORMAT:
            raise Problem(
                f"It was saved by a newer Grisaille (format {version}, this one reads {FORMAT}).",
                remedy="Open it with the newer version.",
            )
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Problem("Its description cannot be understood.", detail=str(error)) from error
    for _ in _entries(manifest.layers, 1):
        pass  # the walk refuses what lies too deep
    return manifest


def images(manifest: Manifest) -> Iterator[Pixels]:
    """All images that a manifest names, as often as it names them."""
    found = [manifest.selection]
    for entry in _entries(manifest.layers, 1):
        found.append(entry.mask)
        found.append(entry.keep_grey if isinstance(entry, HintEntry) else None)
        found.append(entry.pixels if isinstance(entry, RasterEntry | GeneratedEntry) else None)
        found += entry.regions if isinstance(entry, GeneratedEntry) else []
    return (image for image in found if image is not None)


def blend_mode(word: str, layer_name: str, notes: list[str]) -> BlendMode:
    """The mode of an OpenRaster word; Normal, with a note, where there is none."""
    mode = {mode.value: mode for mode in BlendMode}.get(word)
    if mode is None:
        notes.append(
            f"Layer “{layer_name}” used the blend mode {word[:40]}, which Grisaille does not know; "
            "it is Normal now."
        )
    return mode or BlendMode.NORMAL


def _entries(entries: list[Entry], depth: int) -> Iterator[Entry]:
    if depth > DEEPEST:
        raise Problem(f"Its groups lie in one another more than {DEEPEST} deep.")
    for entry in entries:
        yield entry
        if isinstance(entry, GroupEntry):
            yield from _entries(entry.children, depth + 1)


class _Version(msgspec.Struct):
    format: Annotated[int, msgspec.Meta(ge=1)]


def _entry(layer: Layer, sink: Sink) -> Entry:
    shared: dict[str, Any] = {
        "id": layer.id,
        "name": layer.name,
        "visible": layer.visible,
        "locked": layer.locked,
        "opacity": layer.opacity,
        "blend": layer.blend.value,
        "mask": sink.put_image(layer.mask, "masks") if layer.mask else None,
    }
    match layer:
        case GroupLayer():
            children = [_entry(child, sink) for child in layer.children]
            return GroupEntry(children=children, **shared)
        case HintLayer():
            grey = layer.hints.keep_grey
            kept = None if grey is None else TiledImage.from_array(grey[..., None])
            return HintEntry(
                points=hints_to_json(layer.hints.points),
                keep_grey=sink.put_image(kept, "hints") if kept else None,
                **shared,
            )
        case GeneratedLayer():
            pixels = sink.put_image(layer.image, "data")
            regions = [sink.put_image(r, "masks") if r else None for r in layer.recipe.regions]
            recipe = _without_regions(layer.recipe)
            return GeneratedEntry(pixels=pixels, recipe=recipe, regions=regions, **shared)
        case RasterLayer():
            return RasterEntry(pixels=sink.put_image(layer.image, "data"), **shared)
    raise TypeError(f"no entry for {type(layer).__name__}")


class _Builder:
    """Layers out of entries."""

    def __init__(self, document: Document, source: Source, notes: list[str]) -> None:
        self._document = document
        self._source = source
        self._notes = notes

    def image(self, pixels: Pixels, channels: int) -> TiledImage:
        document = self._document
        return self._source.get_image(pixels, document.width, document.height, channels)

    def layers(self, entries: list[Entry]) -> list[Layer]:
        return [self._layer(entry) for entry in entries]

    def _layer(self, entry: Entry) -> Layer:
        shared: dict[str, Any] = {
            "id": entry.id,
            "name": entry.name,
            "visible": entry.visible,
            "locked": entry.locked,
            "opacity": entry.opacity,
            "blend": blend_mode(entry.blend, entry.name, self._notes),
            "mask": self.image(entry.mask, 1) if entry.mask else None,
        }
        match entry:
            case GroupEntry():
                return GroupLayer(children=self.layers(entry.children), **shared)
            case HintEntry():
                return HintLayer(hints=self._hints(entry), **shared)
            case GeneratedEntry():
                regions = tuple(self._region(each) if each else None for each in entry.regions)
                recipe = replace(entry.recipe, regions=regions)
                return GeneratedLayer(image=self._pixels(entry.pixels), recipe=recipe, **shared)
            case RasterEntry():
                return RasterLayer(image=self._pixels(entry.pixels), **shared)

    def _pixels(self, pixels: Pixels) -> TiledImage:
        if pixels.depth != self._document.depth:
            raise Problem("A layer has another depth than its document.")
        return self.image(pixels, 4)

    def _region(self, pixels: Pixels) -> TiledImage:
        if pixels.depth != 8:
            raise Problem("The place of a style has another depth than it should.")
        return self.image(pixels, 1)

    def _hints(self, entry: HintEntry) -> Hints:
        grey = self.image(entry.keep_grey, 1) if entry.keep_grey else None
        kept = grey.read(grey.bounds)[..., 0] if grey else None
        return Hints(hints_from_json(entry.points), kept)


def _without_regions(recipe: Recipe) -> Recipe:
    """What of it is plain JSON."""
    return replace(recipe, regions=())


def _used_references(document: Document) -> list[str]:
    made = (layer for layer in document.walk() if isinstance(layer, GeneratedLayer))
    recipes = [_without_regions(layer.recipe) for layer in made]
    text = msgspec.json.encode(recipes).decode()
    return sorted(
        n for n in document.references if n in text
    )  # hashes: nothing else looks like one
