"""Word lists kept in a file."""

from pathlib import Path

from search.analysis import word_file

LISTS = (frozenset({"arbeit", "straße"}), frozenset({"wohn"}), frozenset({"gehen"}))


def never() -> word_file.WordLists:
    raise AssertionError("made again")


def test_is_made_once_and_then_read(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    assert word_file.kept(folder, "1", lambda: LISTS) == LISTS
    assert word_file.kept(folder, "1", never) == LISTS


def test_another_version_replaces_the_file(tmp_path: Path) -> None:
    word_file.kept(tmp_path, "1", lambda: LISTS)
    newer = (frozenset({"amt"}), frozenset({"sprech"}), frozenset({"tun"}))
    assert word_file.kept(tmp_path, "2", lambda: newer) == newer
    assert [file.name for file in tmp_path.iterdir()] == ["words-2.txt"]


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "words-1.txt").write_text("arbeit", encoding="utf-8")
    assert word_file.kept(tmp_path, "1", lambda: LISTS) == LISTS
    assert word_file.kept(tmp_path, "1", never) == LISTS


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert word_file.kept(tmp_path / "file" / "index", "1", lambda: LISTS) == LISTS
