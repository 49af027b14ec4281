"""Cards: bundled ones and the person's own, read anew each time, with what is wrong with them."""

import json
import sys

import pytest

from inference.cabinet import catalog
from inference.values import Problem

CARD = {
    "id": "sepia",
    "title": "Sepia",
    "family": "colorizer",
    "file": "sepia.safetensors",
    "sha256": "ab" * 32,
    "licence": "CC0-1.0",
    "summary": "Everything brown.",
    "figures": {"psnr": 23.5},
}


@pytest.fixture(autouse=True)
def bundled(tmp_path, monkeypatch):
    folder = tmp_path / "bundled"
    folder.mkdir()
    monkeypatch.setattr(catalog, "BUNDLED", folder)
    return folder


@pytest.fixture
def own():
    folder = catalog.user_folder()
    folder.mkdir(parents=True)
    return folder


def put(folder, name="sepia", weights=b"12345", **changes):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(CARD | changes))
    if weights is not None:
        (folder / f"{name}.safetensors").write_bytes(weights)


def test_without_models_there_are_no_cards():
    assert catalog.cards() == ()


def test_a_card_tells_what_its_file_says(bundled):
    put(bundled)
    (card,) = catalog.cards()
    assert (card.id, card.title, card.family, card.licence) == (
        "sepia",
        "Sepia",
        "colorizer",
        "CC0-1.0",
    )
    assert card.figures == {"psnr": 23.5}
    assert card.path == bundled / "sepia.safetensors"
    assert (card.file, card.size, card.bundled, card.trouble) == ("sepia.safetensors", 5, True, "")


def test_entries_that_are_not_known_yet_are_no_trouble(bundled):
    put(bundled, written_by="a later version")
    assert catalog.card("sepia").trouble == ""


def test_a_file_put_into_the_persons_folder_is_there_without_restart(own):
    assert catalog.cards() == ()
    (own / "mine").mkdir()
    (own / "mine" / "old.pth").write_bytes(b"123")
    (card,) = catalog.cards()
    assert (card.id, card.family, card.bundled, card.size) == ("mine/old", "", False, 3)


def test_a_folder_that_nobody_may_read_is_empty(own, monkeypatch):
    def forbidden(*_):
        raise PermissionError

    monkeypatch.setattr(type(own), "rglob", forbidden)
    assert catalog.cards() == ()


def test_other_files_are_no_models(own):
    (own / "readme.txt").write_text("hello")
    assert catalog.cards() == ()


def test_a_bundled_model_cannot_be_replaced_by_one_of_the_same_id(bundled, own):
    put(bundled)
    put(own, title="Other")
    assert [card.title for card in catalog.cards()] == ["Sepia"]


def test_a_card_without_its_weights_says_so(bundled):
    put(bundled, weights=None)
    card = catalog.card("sepia")
    assert card.trouble == "Its file sepia.safetensors is missing beside sepia.json."


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": 1}', '{"id": "a"}', "\xff"])
def test_a_card_that_cannot_be_read_is_listed_with_the_reason(own, text):
    (own / "broken.json").write_text(text, encoding="latin-1")
    (card,) = catalog.cards()
    assert card.id == "broken"
    assert card.trouble.startswith("Its card broken.json cannot be read")


def test_a_card_cannot_point_outside_of_its_folder(own):
    (own.parent / "secret.bin").write_bytes(b"secret")
    put(own, weights=None, file="../secret.bin")
    assert catalog.card("sepia").path.parent == own
    assert catalog.card("sepia").trouble


def test_an_unknown_id_is_a_problem_that_names_the_folder():
    with pytest.raises(Problem, match="'nothing'") as problem:
        catalog.card("nothing")
    assert str(catalog.user_folder()) in problem.value.remedy


@pytest.mark.skipif(sys.platform != "linux", reason="folders differ by system")
def test_the_persons_folder_is_where_the_system_keeps_data(own_folders):
    assert catalog.user_folder() == own_folders / "data" / "Grisaille" / "models"


def test_bundled_cards_are_complete(monkeypatch):
    monkeypatch.undo()
    for card in catalog.cards():
        assert card.trouble == ""
        assert all((card.id, card.title, card.family, card.licence, card.summary, card.failings))
        assert len(card.sha256) == 64
        assert card.size < 30e6
