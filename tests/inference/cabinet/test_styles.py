"""Styles with a name: found however they are spelt, the person's own among them."""

import numpy as np
import pytest

from inference.cabinet import styles
from inference.media.picture import read_picture, write_picture
from inference.values import Picture, Problem


def add_own(name):
    styles.user_folder().mkdir(parents=True, exist_ok=True)
    pixels = np.full((20, 30, 3), 90, np.uint8)
    write_picture(Picture(pixels), styles.user_folder() / f"{name}.png")


def test_at_least_twelve_paintings_come_with_it():
    found = styles.styles()
    assert len(found) >= 12
    assert [style.row for style in found] == list(range(len(found)))
    assert all(style.title and style.painter and style.year for style in found)


def test_every_painting_is_there_to_be_shown():
    for style in styles.styles():
        assert min(read_picture(style.picture).pixels.shape[:2]) >= 256
        assert style.name in (styles.BUNDLED / "SOURCES.md").read_text()


@pytest.mark.parametrize("spelt", ["starry_night", "Starry Night", "starry-night", "STARRYNIGHT"])
def test_spelling_does_not_matter(spelt):
    assert styles.style(spelt).name == "starry_night"


@pytest.mark.parametrize(
    ("wrong", "meant"), [("stary nigt", "starry_night"), ("wave", "great_wave")]
)
def test_an_unknown_name_is_told_its_neighbours(wrong, meant):
    with pytest.raises(Problem, match=f"Did you mean .*{meant}"):
        styles.style(wrong)


@pytest.mark.parametrize("wrong", ["qqq", "", "★"])
def test_a_name_like_no_other_is_told_where_to_look(wrong):
    with pytest.raises(Problem, match="Choose one of those"):
        styles.style(wrong)


def test_ones_own_come_last():
    add_own("my_cat")
    *_, last = styles.styles()
    assert (last.name, last.title, last.own) == ("my_cat", "my cat", True)
    assert styles.style("My Cat") == last


def test_ones_own_cannot_hide_a_bundled_one():
    add_own("the_scream")
    assert not styles.style("the_scream").own
    assert len({style.name for style in styles.styles()}) == len(styles.styles())
