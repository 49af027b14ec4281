"""Every kind of film that can be written: killed and gone on with, it ends in the same bytes."""

import hashlib
from dataclasses import replace

import pytest

from inference.film import segments
from inference.film.export import FilmOrder, export
from inference.media.codecs import CODEC_NAMES
from inference.request import Cancelled, Context
from tests import filmed

SUFFIXES = {"vp9": ".webm", "prores": ".mov", "ffv1": ".mkv", "dnxhr": ".mov"}
KINDS = [
    *[(f"out{SUFFIXES.get(codec, '.mp4')}", codec, True) for codec in CODEC_NAMES],
    ("out.gif", None, True),
    ("out_%03d.png", None, True),
    ("out_%03d.png", None, False),
    ("out_%03d.jpg", None, True),
]


def digest(folder):
    """Of all files of a folder with their names."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return hashlib.sha256(b"".join(p.name.encode() + p.read_bytes() for p in files)).hexdigest()


@pytest.mark.parametrize(
    ("name", "codec", "keeps_light"),
    KINDS,
    ids=[(codec or name) + (not light) * ", painted" for name, codec, light in KINDS],
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
    order = FilmOrder(source, whole / name, filmed.tinted, "brown", keeps_light, codec=codec)
    export(order, Context())
    count = 0

    def stopping(picture, context):
        nonlocal count
        count += 1
        if count == 18:
            raise Cancelled
        return filmed.tinted(picture, context)

    order = replace(order, target=resumed / name)
    with pytest.raises(Cancelled):
        export(replace(order, task=stopping), Context())
    assert export(order, Context()).resumed > 0
    assert digest(resumed) == digest(whole)
