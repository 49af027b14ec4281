"""Every kind of film that can be written: killed and gone on with, it ends in the same bytes."""

import hashlib
from dataclasses import replace

import pytest

from inference.film import segments
from inference.film.export import export
from inference.media.codecs import CODECS
from inference.request import Cancelled, Context
from tests import filmed

SUFFIXES = {
    "vp9": ".webm",
    "prores": ".mov",
    "ffv1": ".mkv",
    "dnxhr": ".mov",
    "gif": ".gif",
    "png": "_%03d.png",
}
KINDS = [
    *[(f"out{SUFFIXES.get(codec.name, '.mp4')}", codec.name, True) for codec in CODECS],
    ("out_%03d.png", "png", False),
    ("out_%03d.jpg", "png", True),
]


def digest(folder):
    """Of all files of a folder with their names."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return hashlib.sha256(b"".join(p.name.encode() + p.read_bytes() for p in files)).hexdigest()


@pytest.mark.parametrize(
    ("name", "codec", "keeps_light"),
    KINDS,
    ids=[f"{codec}, {name}{', painted' * (not light)}" for name, codec, light in KINDS],
)
def test_a_film_that_was_killed_ends_in_the_same_bytes(
    name, codec, keeps_light, tmp_path, monkeypatch
):
    monkeypatch.setattr(segments.segments_of, "__defaults__", (8,))
    times = range(0, 20 * filmed.STEP, filmed.STEP)
    source = filmed.make_clip(tmp_path / "clip.mp4", times, size=(256, 128))
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    for folder in (whole, resumed):
        folder.mkdir()
    order = filmed.order(source, whole / name, keeps_light=keeps_light, codec=codec)
    export(order, Context())
    count = 0

    def stopping(picture, context):
        nonlocal count
        count += 1
        if count == 18:
            raise Cancelled
        return filmed.brown(picture, context)

    order = filmed.other(order, target=resumed / name)
    with pytest.raises(Cancelled):
        export(replace(order, task=stopping), Context())
    assert export(order, Context()).resumed > 0
    assert digest(resumed) == digest(whole)
