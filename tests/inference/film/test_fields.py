"""Frames woven of two half pictures are found, whatever the file says; others are not."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from inference.film.export import export
from inference.film.fields import combs
from inference.film.shots import survey
from inference.media.film import open_film, probe_film
from inference.request import Context
from inference.values import Problem
from tests import filmed


def blobs(number, width, height, step=4):
    """Soft things (height, width) that move over others that stand still."""
    chance = np.random.default_rng(1)
    ground = cv2.resize(chance.uniform(40, 200, (9, 12)).astype(np.float32), (width, height))
    x = 20 + int(step * number) % (width - 40)
    thing = cv2.resize(chance.uniform(0, 255, (8, 6)).astype(np.float32), (30, height // 2))
    ground[height // 4 : height // 4 + height // 2, x - 15 : x + 15] = thing
    return np.clip(ground, 0, 255).astype(np.uint8)


def woven(number, width, height):
    frame = blobs(number, width, height)
    frame[1::2] = blobs(number + 0.5, width, height)[1::2] if number else frame[1::2]
    return frame


def noise(number, width, height):
    grey = np.random.default_rng(number).normal(120, 40, (height, width))
    return np.clip(grey, 0, 255).astype(np.uint8)


def film(folder, picture, count=40):
    return filmed.make_clip(
        folder / "clip.mkv",
        range(0, 40 * count, 40),
        size=(160, 120),
        codec="ffv1",
        pixels="gray",
        base=Fraction(1, 1000),
        picture=lambda number, *size: np.repeat(picture(number, *size)[..., None], 3, 2),
    )


@pytest.mark.parametrize(("picture", "found"), [(blobs, False), (woven, True), (noise, False)])
def test_woven_frames_are_told_by_their_look(picture, found, tmp_path):
    reader = open_film(probe_film(film(tmp_path, picture)))
    assert survey(reader, Context()).interlaced is found
    reader.close()


def test_they_are_asked_about_and_made_whole(tmp_path):
    source, target = film(tmp_path, woven, 16 + 8), tmp_path / "out.mkv"
    with pytest.raises(Problem, match=r"interlaced.*Switch Deinterlace on"):
        export(filmed.order(source, target), Context())
    whole = filmed.order(source, target, interlaced=True, codec="ffv1", coherence=0)
    assert export(whole, Context()).frames == 24
    frames = [frame.luma() for frame in open_film(probe_film(target)).frames()]
    assert combs(frames[9], frames[10]) < 1


def test_a_still_film_says_nothing():
    still = blobs(0, 160, 120)
    assert combs(still, still) is None
    assert combs(still[:2], still[:2]) is None
