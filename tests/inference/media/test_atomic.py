"""A file is written whole or not at all, and nothing else is left in its folder."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from inference.media.atomic import atomic_write, check_place
from inference.values import Problem


def names(folder):
    return sorted(item.name for item in folder.iterdir())


def write(path, content=b"new", overwrite=False):
    with atomic_write(path, overwrite) as file:
        file.write(content)


def test_file_appears_with_all_its_content(tmp_path):
    write(tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == b"new"
    assert names(tmp_path) == ["a.bin"]


def test_file_is_not_there_before_the_end(tmp_path):
    with atomic_write(tmp_path / "a.bin") as file:
        file.write(b"half")
        assert not (tmp_path / "a.bin").exists()


def test_file_can_be_read_and_sought_while_it_is_written(tmp_path):
    with atomic_write(tmp_path / "a.bin") as file:
        file.write(b"abc")
        file.seek(1)
        assert file.read() == b"bc"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError, MemoryError])
def test_whatever_breaks_in_leaves_the_old_file(tmp_path, error):
    (tmp_path / "a.bin").write_bytes(b"old")

    def break_off():
        with atomic_write(tmp_path / "a.bin", overwrite=True) as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        break_off()
    assert (tmp_path / "a.bin").read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_existing_file_is_refused_and_kept(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"old")
    with pytest.raises(Problem, match="exists already"):
        write(tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == b"old"


def test_file_that_appeared_meanwhile_is_kept(tmp_path):
    with pytest.raises(Problem, match="exists already"), atomic_write(tmp_path / "a.bin"):
        (tmp_path / "a.bin").write_bytes(b"another's")
    assert (tmp_path / "a.bin").read_bytes() == b"another's"
    assert names(tmp_path) == ["a.bin"]


def test_overwritten_file_keeps_its_permissions(tmp_path):
    write(tmp_path / "a.bin")
    (tmp_path / "a.bin").chmod(0o640)
    write(tmp_path / "a.bin", overwrite=True)
    assert stat.S_IMODE((tmp_path / "a.bin").stat().st_mode) == 0o640


def test_link_goes_on_pointing_at_the_renewed_file(tmp_path):
    (tmp_path / "there").mkdir()
    write(tmp_path / "there" / "a.bin", b"old")
    (tmp_path / "link.bin").symlink_to(tmp_path / "there" / "a.bin")
    write(tmp_path / "link.bin", overwrite=True)
    assert (tmp_path / "link.bin").is_symlink()
    assert (tmp_path / "there" / "a.bin").read_bytes() == b"new"


WRITER = """
import sys
from inference.media.atomic import atomic_write
with atomic_write(sys.argv[1], overwrite=True) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    sys.stdin.readline()
    file.write(b" and half")
"""


@pytest.fixture
def writer(tmp_path):
    """Another process that is in the middle of writing a.bin."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "a.bin")],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout.readline() == b"writing\n"
    yield child
    child.kill()
    child.communicate()


def test_what_a_killed_process_left_is_removed_by_the_next_write(tmp_path, writer):
    writer.kill()
    writer.wait()
    assert len(names(tmp_path)) == 1
    write(tmp_path / "b.bin")
    assert len(names(tmp_path)) == 2  # it is of another file
    write(tmp_path / "a.bin")
    assert names(tmp_path) == ["a.bin", "b.bin"]


def test_what_a_living_process_writes_is_left_to_it(tmp_path, writer):
    write(tmp_path / "a.bin", overwrite=True)
    write(tmp_path / "a.bin", b"newer", overwrite=True)
    assert (tmp_path / "a.bin").read_bytes() == b"newer"
    writer.communicate(b"\n")
    assert (tmp_path / "a.bin").read_bytes() == b"half and half"
    assert names(tmp_path) == ["a.bin"]


def test_two_at_once_each_write_a_whole_file(tmp_path):
    with atomic_write(tmp_path / "a.bin") as first:
        with atomic_write(tmp_path / "a.bin") as second:
            second.write(b"second")
        assert (tmp_path / "a.bin").read_bytes() == b"second"
        (tmp_path / "a.bin").unlink()
        first.write(b"first")
    assert (tmp_path / "a.bin").read_bytes() == b"first"
    assert names(tmp_path) == ["a.bin"]


def test_hidden_files_of_others_are_left_alone(tmp_path):
    for name in (".a.bin.part", ".a.bin.12345678.part"):
        (tmp_path / name).write_bytes(b"another's")
    (tmp_path / ".a.bin.1.grisaille.part").mkdir()
    write(tmp_path / "a.bin")
    assert len(names(tmp_path)) == 4


def test_long_names_and_other_scripts_are_written(tmp_path):
    for name in ("ж" * 120 + ".png", "a" * 251 + ".png", "画" * 83 + ".png", "портрет 1907.png"):
        write(tmp_path / name)
        assert (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("folder", "is a folder"),
        ("missing/a.bin", "there is no folder"),
        ("file/a.bin", "there is no folder"),
        ("n" * 300, "too long"),
    ],
)
def test_impossible_places_are_told(tmp_path, name, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match=words):
        write(tmp_path / name, overwrite=True)
    with pytest.raises(Problem, match=words):
        check_place(tmp_path / name, overwrite=True)
    assert names(tmp_path) == ["file", "folder"]


def test_a_link_that_leads_in_a_circle_gives_way(tmp_path):
    (tmp_path / "a.bin").symlink_to("a.bin")
    write(tmp_path / "a.bin", overwrite=True)
    assert (tmp_path / "a.bin").read_bytes() == b"new"
