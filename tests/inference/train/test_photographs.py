"""Photographs come out of tars with their index, in order and in the right split."""

import csv
import io
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.train.photographs import find_photographs, read_pictures, read_squeezed


def pack(path: Path, rows: list[dict[str, str]], names: list[str]) -> None:
    with tarfile.open(path, "w") as tar:
        for number, name in enumerate(names):
            picture = np.full((30, 40, 3), (number * 20, 100, 200), np.uint8)
            add(tar, name, cv2.imencode(".png", picture)[1].tobytes())
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        add(tar, "index.csv", text.getvalue().encode())


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = [f"p{i:02}.png" for i in range(60)]
    rows = [
        {"file": n, "split": "val" if i < 5 else "train", "set": "s", "class": "sea"}
        for i, n in enumerate(names)
    ]
    pack(tmp_path / "photos.tar", rows, names)
    pairs = [
        {"photo": "q.png", "label": "q_map.png", "split": "train", "set": "m"},
        {"photo": "p07.png", "label": "elsewhere.png", "split": "train", "set": "m"},
    ]
    pack(tmp_path / "pairs.tar", pairs, ["q.png"])
    return tmp_path


def test_finds_each_photograph_once(folder):
    photos = find_photographs(folder)
    assert sorted(p.name for p in photos) == sorted(["q.png", *(f"p{i:02}.png" for i in range(60))])


def test_keeps_some_of_train_aside_and_none_of_val(folder):
    photos = find_photographs(folder)
    assert sum(p.split == "val" for p in photos) == 5
    assert 0 < sum(p.split == "aside" for p in photos) < 8


def test_reads_rgb_at_its_own_size(folder):
    photo, pixels = next(
        iter(read_pictures([p for p in find_photographs(folder) if p.name == "p03.png"]))
    )
    assert photo.collection == "s"
    assert pixels.shape == (30, 40, 3)
    assert pixels[0, 0].tolist() == [200, 100, 60]


def test_squeezed_ones_keep_the_order_of_the_list(folder):
    photos = [p for p in find_photographs(folder) if p.name in ("p01.png", "p09.png", "q.png")]
    photos = [photos[1], photos[0], photos[2]]
    pictures, aspects = read_squeezed(photos, 16, 2)
    blues = {"p01.png": 20, "p09.png": 180, "q.png": 0}
    assert pictures.shape == (3, 3, 16, 16)
    assert pictures[:, 2, 0, 0].tolist() == [blues[p.name] for p in photos]
    assert aspects == pytest.approx(40 / 30)
