"""What only concerns the embedded engine: its folder, shared by processes, and its files."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from search.embedded import EmbeddedEngine
from search.engine import Delete, EngineUnavailable, Write
from search.queries import SearchRequest
from tests.functional.search.entries import ANONYMOUS, PUBLIC_WORK, entry

FORK = multiprocessing.get_context("spawn")


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    opened = EmbeddedEngine(tmp_path)
    opened.ensure_indices()
    return opened


def write_some(folder: Path, first: int, last: int) -> None:
    """The work of one writing process: each entry in a batch of its own."""
    engine = EmbeddedEngine(folder)
    for number in range(first, last):
        (result,) = engine.write([Write(entry(number, f"Eintrag {number}"), 1)], "public")
        assert result.ok


def write_and_die(folder: Path) -> None:
    """A process that dies while it holds the lock."""
    with EmbeddedEngine(folder)._folders.locked():
        multiprocessing.current_process().kill()


def run(*work) -> None:
    processes = [FORK.Process(target=target, args=arguments) for target, *arguments in work]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def test_processes_write_in_turn_and_nothing_is_lost(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    run((write_some, tmp_path, 1, 16), (write_some, tmp_path, 16, 31))
    assert engine.count("public") == 30
    assert engine.search(SearchRequest(text="Eintrag"), ANONYMOUS).total == 30


def test_a_reader_sees_what_another_commits_and_swaps(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    other = EmbeddedEngine(tmp_path)
    assert engine.count("public") == 0
    other.write([Write(PUBLIC_WORK, 1)], "public")
    assert engine.count("public") == 1
    for _ in range(3):
        other.swap("public", other.create_index("public"))
        assert engine.count("public") == 0


def test_a_writer_that_dies_gives_the_lock_back(engine: EmbeddedEngine, tmp_path: Path) -> None:
    run((write_and_die, tmp_path))
    assert engine.write([Write(PUBLIC_WORK, 1)], "public")[0].ok


def test_old_tombstones_are_forgotten(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write([Delete(PUBLIC_WORK.key, 5)], "public")
    assert engine.write([Write(PUBLIC_WORK, 4)], "public")[0].outcome == "superseded"
    monkeypatch.setattr("search.embedded.KEEP_TOMBSTONES", -1)
    engine.write([], "public")
    assert engine.write([Write(PUBLIC_WORK, 4)], "public")[0].outcome == "done"


def test_without_indices_everything_says_so(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "nothing")
    status = engine.status()
    assert (status.available, status.error) == (False, "no index yet: public, internal")
    for ask in (
        lambda: engine.search(SearchRequest(), ANONYMOUS),
        lambda: engine.write([Write(PUBLIC_WORK, 1)], "public"),
        lambda: engine.count("public"),
    ):
        with pytest.raises(EngineUnavailable):
            ask()


def test_a_broken_folder_is_unavailable_and_can_be_rebuilt(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    engine.write([Write(PUBLIC_WORK, 1)], "public")
    for file in tmp_path.glob("public-*/meta.json"):
        file.write_text("broken")
    fresh = EmbeddedEngine(tmp_path)
    with pytest.raises(EngineUnavailable):
        fresh.search(SearchRequest(), ANONYMOUS)
    assert not fresh.status().available
    concrete = fresh.create_index("public")
    fresh.write([Write(PUBLIC_WORK, 1)], "public", concrete)
    fresh.swap("public", concrete)
    assert fresh.count("public") == 1


def test_folders_that_nothing_names_are_removed(engine: EmbeddedEngine, tmp_path: Path) -> None:
    for _ in range(4):
        engine.swap("public", engine.create_index("public"))
    assert len(list(tmp_path.glob("public-*"))) == 2
    assert len(list(tmp_path.glob("internal-*"))) == 1


def test_texts_without_words_can_be_written(engine: EmbeddedEngine) -> None:
    empty = replace(PUBLIC_WORK, title="", text="…", lesson="")
    assert engine.write([Write(empty, 1)], "public")[0].ok
    assert engine.search(SearchRequest(), ANONYMOUS).total == 1
