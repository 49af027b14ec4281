"""OpenRaster's stack.xml: written from a manifest, read from any program's file.

Specification: https://www.openraster.org. The first child is the topmost layer.
"""

import math
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import numpy as np

from desktop.document.archive import ArchiveReader, damaged, unsafe
from desktop.document.document import Document
from desktop.document.layers import BlendMode, GroupLayer, Layer, RasterLayer
from desktop.document.manifest import (
    DEEPEST,
    LARGEST_SIDE,
    Entry,
    GroupEntry,
    HintEntry,
    Manifest,
    blend_mode,
)
from desktop.document.tiles import TiledImage
from inference.values import Array, Region, in_depth, peak_of

VERSION = "0.0.5"
LARGEST_XML = 4 << 20
MOST_LAYERS = 2000


def write_stack(manifest: Manifest) -> bytes:
    """stack.xml for the layers that have pixels; masks and hints cannot be told in it."""
    image = ET.Element("image", version=VERSION, w=str(manifest.width), h=str(manifest.height))
    if manifest.dpi:
        image.set("xres", str(round(manifest.dpi[0])))
        image.set("yres", str(round(manifest.dpi[1])))
    _write_children(ET.SubElement(image, "stack"), manifest.layers)
    data: bytes = ET.tostring(image, encoding="UTF-8", xml_declaration=True)
    return data


def _write_children(stack: ET.Element, entries: list[Entry]) -> None:
    for entry in reversed(entries):
        if isinstance(entry, HintEntry):
            continue
        if isinstance(entry, GroupEntry):
            element = ET.SubElement(stack, "stack", isolation="isolate")
            _write_children(element, entry.children)
        else:
            pixels = entry.pixels
            place = {"src": pixels.member, "x": str(pixels.x), "y": str(pixels.y)}
            element = ET.SubElement(stack, "layer", place)
        element.set("name", _plain_text(entry.name))
        element.set("opacity", repr(float(entry.opacity)))
        element.set("visibility", "visible" if entry.visible else "hidden")
        element.set("composite-op", entry.blend)
        if entry.locked:
            element.set("edit-locked", "true")


def _plain_text(text: str) -> str:
    """Without the characters that XML does not allow."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


def read_stack(archive: ArchiveReader, notes: list[str]) -> Document:
    """The document of an OpenRaster file that another program wrote. Raises Problem."""
    image = _parsed(archive)
    width, height = _number(archive, image, "w"), _number(archive, image, "h")
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise unsafe(archive.name, f"it claims to have {width:,} x {height:,} pixels")
    stack = image.find("stack")
    if stack is None:
        raise damaged(archive.name, "its stack.xml has no stack of layers")
    sources = [_source(archive, element) for element in image.iter("layer")]
    if len(sources) > MOST_LAYERS:
        raise unsafe(archive.name, f"it has {len(sources):,} layers")
    headers = [archive.header(source) for source in sources]
    deep = any(header.depth == 16 for header in headers)
    archive.check_memory(sum(header.pixels_bytes for header in headers) * (1 + deep))
    document = Document(width, height, np.uint16 if deep else np.uint8)
    document.dpi = _resolution(image)
    document.root.children = list(_layers(archive, document, stack, notes, 1))
    return document


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type, and with it all entities that could be expanded."""

    def doctype(self, _name: str, _pubid: str | None, _system: str | None) -> None:
        raise ValueError("a document type is not allowed")


def _parsed(archive: ArchiveReader) -> ET.Element:
    data = archive.read("stack.xml", LARGEST_XML)
    try:
        parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 - entities need a document type
        parser.feed(data)
        image = parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise damaged(archive.name, "its stack.xml cannot be read", str(error)) from error
    if not isinstance(image, ET.Element) or image.tag != "image":
        raise damaged(archive.name, "its stack.xml describes no image")
    return image


def _layers(
    archive: ArchiveReader, document: Document, stack: ET.Element, notes: list[str], depth: int
) -> Iterator[Layer]:
    if depth > DEEPEST:
        raise unsafe(archive.name, f"its groups lie in one another more than {DEEPEST} deep")
    for element in reversed(stack):
        if element.tag == "stack":
            children = list(_layers(archive, document, element, notes, depth + 1))
            group = GroupLayer(children=children)
            _describe(group, element, notes)
            _note_isolation(group, element, notes)
            yield group
        elif element.tag == "layer":
            layer = RasterLayer(image=_image(archive, document, element))
            _describe(layer, element, notes)
            yield layer
        else:
            notes.append(f"A part of the kind “{str(element.tag)[:40]}” was left out.")


def _image(archive: ArchiveReader, document: Document, element: ET.Element) -> TiledImage:
    pixels = rgba(archive.picture(_source(archive, element)), document.dtype)
    x, y = _number(archive, element, "x", "0"), _number(archive, element, "y", "0")
    image = document.empty_image()
    write_sparsely(image, Region(x, y, pixels.shape[1], pixels.shape[0]), pixels)
    return image


def write_sparsely(image: TiledImage, region: Region, pixels: Array) -> None:
    """Write, but make no tile where there is nothing but the fill."""
    for key in image.keys(region):
        place = image.region_of(key).clipped(region)
        moved = Region(place.x - region.x, place.y - region.y, place.width, place.height)
        part = pixels[moved.slices]
        if (part != image.fill).any():
            image.write(place, part)


def rgba(pixels: Array, dtype: np.dtype[np.generic]) -> Array:
    """(h, w, 1 to 4) samples as (h, w, 4) of a depth."""
    pixels = in_depth(pixels, dtype)
    channels = pixels.shape[2]
    if channels == 4:
        return pixels
    result = np.full((*pixels.shape[:2], 4), peak_of(dtype), dtype)
    result[..., :3] = pixels[..., :3] if channels == 3 else pixels[..., :1]
    if channels == 2:
        result[..., 3] = pixels[..., 1]
    return result


def _describe(layer: Layer, element: ET.Element, notes: list[str]) -> None:
    kind = "Group" if isinstance(layer, GroupLayer) else "Layer"
    layer.name = element.get("name", kind)[:1000]
    layer.visible = element.get("visibility", "visible") != "hidden"
    layer.locked = element.get("edit-locked") == "true"
    word = element.get("composite-op", BlendMode.NORMAL.value)
    layer.blend = blend_mode(word, layer.name, notes)
    try:
        opacity = float(element.get("opacity", "1"))
    except ValueError:
        opacity = 1.0
    layer.opacity = min(max(opacity, 0.0), 1.0) if math.isfinite(opacity) else 1.0


def _note_isolation(group: GroupLayer, element: ET.Element, notes: list[str]) -> None:
    mixes = any(child.blend is not BlendMode.NORMAL for child in group.children)
    plain = group.opacity == 1 and group.blend is BlendMode.NORMAL  # others are always isolated
    if mixes and plain and element.get("isolation", "auto") != "isolate":
        notes.append(
            f"The layers of group “{group.name}” mixed with what lies below the group; "
            "in Grisaille they mix among themselves first."
        )


def _source(archive: ArchiveReader, element: ET.Element) -> str:
    source = element.get("src", "")
    if source not in archive:
        raise damaged(archive.name, f"its part {source[:80]!r} is missing")
    return source


def _number(archive: ArchiveReader, element: ET.Element, name: str, default: str = "") -> int:
    text = element.get(name, default)
    try:
        value = int(float(text))
    except (ValueError, OverflowError) as error:
        raise damaged(archive.name, f"its stack.xml says {name}={text[:20]!r}") from error
    if abs(value) > LARGEST_SIDE * 10:
        raise unsafe(archive.name, f"its stack.xml says {name}={value}")
    return value


def _resolution(image: ET.Element) -> tuple[float, float] | None:
    try:
        dpi = float(image.get("xres", "")), float(image.get("yres", ""))
    except ValueError:
        return None
    return dpi if all(math.isfinite(v) and v > 0 for v in dpi) else None
