"""Photographs for training and measuring, read out of tar files with an index each."""

import csv
import io
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]  # (H, W, 3) sRGB

_ASIDE = 25  # one training photograph in so many is kept aside to choose constants on


@dataclass(frozen=True)
class Photograph:
    """One row of an index."""

    tar: Path
    name: str
    split: str  # train, aside (out of train, for choosing constants) or val
    collection: str
    subject: str


def find_photographs(folder: Path) -> list[Photograph]:
    """Every photograph of the tars in a folder, in a fixed order."""
    return [photo for tar in sorted(folder.glob("*.tar")) for photo in _index(tar)]


def _index(path: Path) -> Iterator[Photograph]:
    with tarfile.open(path) as tar:
        names = set(tar.getnames())
        file = tar.extractfile("index.csv") if "index.csv" in names else None
        if file is None:
            return
        for row in csv.DictReader(io.TextIOWrapper(file, "utf-8")):
            name = row.get("file") or row["photo"]
            if name in names:  # computed label maps name photographs of another tar
                yield Photograph(
                    path, name, _split(name, row["split"]), row["set"], row.get("class", "")
                )


def _split(name: str, split: str) -> str:
    stem = Path(name).stem.encode()  # the same choice whatever the pictures are packed as
    return "aside" if split == "train" and zlib.crc32(stem) % _ASIDE == 0 else split


def read_pictures(photos: Sequence[Photograph]) -> Iterator[tuple[Photograph, Pixels]]:
    """The photographs as RGB at their own size; each tar is opened once."""
    for path in dict.fromkeys(photo.tar for photo in photos):
        with tarfile.open(path) as tar:
            for photo in photos:
                if photo.tar == path:
                    yield photo, _decode(_bytes(tar, photo.name))


def read_squeezed(
    photos: Sequence[Photograph], side: int, threads: int
) -> tuple[Pixels, npt.NDArray[np.float32]]:
    """All of them squeezed to squares (N, 3, side, side), and their width over height (N,)."""
    packed = []
    for path in dict.fromkeys(photo.tar for photo in photos):
        with tarfile.open(path) as tar:
            packed += [_bytes(tar, photo.name) for photo in photos if photo.tar == path]
    order = _grouped(photos)
    pictures = np.empty((len(photos), 3, side, side), np.uint8)
    aspects = np.empty(len(photos), np.float32)

    def unpack(place: int) -> None:
        picture = _decode(packed[place])
        aspects[order[place]] = picture.shape[1] / picture.shape[0]
        square = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
        pictures[order[place]] = square.transpose(2, 0, 1)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(unpack, range(len(photos))))
    return pictures, aspects


def _grouped(photos: Sequence[Photograph]) -> list[int]:
    tars = dict.fromkeys(photo.tar for photo in photos)
    return [i for tar in tars for i, photo in enumerate(photos) if photo.tar == tar]


def _bytes(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    assert file is not None, name
    return file.read()


def _decode(data: bytes) -> Pixels:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("not a picture that OpenCV reads")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
