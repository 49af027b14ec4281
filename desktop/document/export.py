"""A document for other programs: one flat picture, or its layers."""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from desktop.document import manifest as plain
from desktop.document.archive import ArchiveWriter
from desktop.document.blend import composite_image
from desktop.document.document import Document
from desktop.document.layers import GroupLayer, HintLayer, Layer, RasterLayer
from desktop.document.openraster import write_stack
from desktop.document.project import MemberSink, save_project, write_views
from desktop.document.tiles import TiledImage
from inference.media.atomic import atomic_write, check_place
from inference.media.color import LumaReport, luma_report
from inference.media.picture import check_writable, read_picture, write_picture
from inference.media.profiles import srgb_profile
from inference.values import QUALITY, Problem, in_depth, peak_of

LAYERED = (".ora", ".tif", ".tiff")
_PAGE_NAME = 285
_CLASSIC_TIFF = 4_000_000_000  # bytes that its offsets can reach


def export_document(
    document: Document,
    path: Path | str,
    *,
    depth: Literal[8, 16] | None = None,
    quality: int = QUALITY,
    overwrite: bool = False,
    layered: bool = False,
) -> None:
    """Write what is seen, or with layered the layers; the suffix says how. Raises Problem.

    Flat: what inference.media writes, with the document's metadata. Layered: .ora, or .tif with a
    page for each layer, bottom first. depth is the document's unless given. .ora is always
    layered, .grisaille a project.
    """
    check_export(path, depth=depth, overwrite=overwrite, layered=layered)
    suffix = Path(path).suffix.lower()
    if suffix == ".grisaille":
        save_project(document, path, overwrite=overwrite)
    elif suffix == ".ora":
        _write_openraster(document, path, overwrite)
    elif layered:
        _write_pages(document, path, depth, overwrite)
    else:
        check_writable(Path(path), depth, (document.width, document.height))
        picture = document.flatten()
        write_picture(picture, Path(path), depth=depth, quality=quality, overwrite=overwrite)


def check_export(
    path: Path | str,
    *,
    depth: Literal[8, 16] | None = None,
    overwrite: bool = False,
    layered: bool = False,
) -> None:
    """Raise Problem, before any work, where `export_document` could not write there anyway."""
    target = Path(path)
    suffix = target.suffix.lower()
    check_place(target, overwrite)
    if suffix in (".grisaille", ".ora"):
        return
    if layered and suffix not in LAYERED:
        raise Problem(
            f"A {suffix or 'file without a suffix'} cannot hold layers.",
            remedy="Choose .ora or .tif, or export a flat picture.",
        )
    check_writable(target, depth)


def report_of(document: Document, written: Path) -> LumaReport | None:
    """A flat picture that was written, beside the lowest one of its document; None without one."""
    for layer in document.walk():
        if isinstance(layer, RasterLayer):
            return luma_report(document.layer_picture(layer.id), read_picture(written))
    return None


def _write_openraster(document: Document, path: Path | str, overwrite: bool) -> None:
    """Without our own part, masks laid into the pixels: other programs know none."""
    flat = Document(document.width, document.height, document.dtype)
    flat.root.children = _without_masks(flat, document.snapshot().root.children)
    flat.dpi = document.dpi
    with atomic_write(path, overwrite) as file, ArchiveWriter(file) as archive:
        described = plain.describe(flat, MemberSink(archive))
        archive.write("stack.xml", write_stack(described))
        write_views(archive, flat)


def _write_pages(document: Document, path: Path | str, depth: int | None, overwrite: bool) -> None:
    import tifffile

    layers = _without_masks(document, document.snapshot().root.children)
    pages = [layer for top in layers for layer in top.walk() if isinstance(layer, RasterLayer)]
    if not pages:
        raise Problem("There is no layer with pixels.", remedy="Add one, or save a project.")
    dtype = {None: document.dtype, 8: np.dtype(np.uint8), 16: np.dtype(np.uint16)}[depth]
    options: dict[str, Any] = {
        "photometric": "rgb",
        "extrasamples": ["unassalpha"],
        "compression": "adobe_deflate",
        "predictor": True,
        "iccprofile": srgb_profile(),
        "metadata": None,
    }
    if document.dpi:
        options |= {"resolution": document.dpi, "resolutionunit": "INCH"}
    large = len(pages) * document.width * document.height * 4 * dtype.itemsize > _CLASSIC_TIFF
    with (
        atomic_write(path, overwrite) as file,
        tifffile.TiffWriter(file, bigtiff=large) as tiff,
    ):
        for layer in pages:
            samples = in_depth(layer.image.read(layer.image.bounds), dtype)
            name = (_PAGE_NAME, "s", 0, layer.name.encode(), True)
            tiff.write(samples, extratags=[name], **options)


def _without_masks(document: Document, layers: list[Layer]) -> list[Layer]:
    """The same look for programs without masks; a masked group becomes one layer."""
    result: list[Layer] = []
    for layer in layers:
        if isinstance(layer, GroupLayer) and layer.mask is not None:
            layer = _as_one(document, layer)
        elif isinstance(layer, GroupLayer):
            layer.children = _without_masks(document, layer.children)
        if isinstance(layer, RasterLayer) and layer.mask is not None:
            _lay_in(layer.image, layer.mask)
            layer.mask = None
        if not isinstance(layer, HintLayer):
            result.append(layer)
    return result


def _as_one(document: Document, group: GroupLayer) -> RasterLayer:
    return RasterLayer(
        name=group.name,
        visible=group.visible,
        opacity=group.opacity,
        blend=group.blend,
        mask=group.mask,
        image=composite_image(document, group.children),
    )


def _lay_in(image: TiledImage, mask: TiledImage) -> None:
    """Multiply alpha by a mask."""
    for key in list(image.tiles):
        place = image.region_of(key)
        samples = image.read(place)
        shown = mask.read(place)[..., 0].astype(np.float32) / np.float32(peak_of(mask.dtype))
        samples[..., 3] = samples[..., 3] * shown + np.float32(0.5)
        image.write(place, samples)
