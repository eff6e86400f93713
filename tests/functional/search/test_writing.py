"""Writes and deletes come in any order, as often as they like, and while an index is built."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.domain.indexing import Version
from search.engine import Delete, Engine, EngineUnavailable, IndexName, Outcome, Write
from search.queries import SearchRequest
from tests.functional.search.entries import ANONYMOUS, GUIDE, PUBLIC_WORK, entry

FIRST = entry(1, "Erste Fassung")
SECOND = replace(FIRST, title="Zweite Fassung")
KEY = FIRST.key


def outcomes(engine: Engine, *operations: Write | Delete, concrete: str | None = None) -> list:
    """What became of operations on the public index, and everybody can see it."""
    results = engine.write(operations, "public", concrete)
    engine.refresh("public")
    assert [result.key for result in results] == [operation.key for operation in operations]
    return [result.outcome for result in results]


def finds(engine: Engine, text: str) -> bool:
    return engine.search(SearchRequest(text=text), ANONYMOUS).total > 0


def versions(engine: Engine, concrete: str | None = None) -> dict[str, int]:
    return {one.key: one.version for one in engine.stored("public", concrete)}


def test_a_newer_version_replaces_the_older(engine: Engine) -> None:
    assert outcomes(engine, Write(FIRST, 1), Write(SECOND, 2)) == [Outcome.DONE] * 2
    assert (finds(engine, "Erste."), finds(engine, "Zweite.")) == (False, True)
    assert versions(engine) == {KEY: 2}


def test_an_older_version_that_comes_late_changes_nothing(engine: Engine) -> None:
    outcomes(engine, Write(SECOND, 2))
    results = engine.write([Write(FIRST, 1), Delete(KEY, 1)], "public")
    assert [result.outcome for result in results] == [Outcome.SUPERSEDED] * 2
    assert all(result.ok for result in results)
    engine.refresh("public")
    assert (finds(engine, "Erste."), finds(engine, "Zweite.")) == (False, True)


def test_the_same_again_is_done_again(engine: Engine) -> None:
    for _ in range(2):
        assert outcomes(engine, Write(FIRST, 1)) == [Outcome.DONE]
    assert engine.count("public") == 1


def test_what_was_deleted_stays_deleted_for_a_late_worker(engine: Engine) -> None:
    outcomes(engine, Write(FIRST, 1), Delete(KEY, 3))
    assert outcomes(engine, Write(SECOND, 2)) == [Outcome.SUPERSEDED]
    assert not finds(engine, "Zweite.")
    assert versions(engine) == {}
    assert engine.count("public") == 0


def test_what_was_never_there_can_be_deleted_and_stays_away(engine: Engine) -> None:
    assert outcomes(engine, Delete(KEY, 3)) == [Outcome.DONE]
    assert outcomes(engine, Write(FIRST, 2)) == [Outcome.SUPERSEDED]
    assert outcomes(engine, Write(SECOND, 4)) == [Outcome.DONE]
    assert finds(engine, "Zweite.")


def test_nothing_to_write_is_no_work(engine: Engine) -> None:
    assert engine.write([], "public") == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_order_ends_in_the_newest_state(engine: Engine, data: st.DataObject) -> None:
    engine.swap("public", engine.create_index("public"))
    history = [
        operation
        for number in (1, 2)
        for operation in (
            Write(entry(number, "Anfang"), 1),
            Delete(entry(number, "").key, 2),
            Write(entry(number, "Mitte"), 3),
            Delete(entry(number, "").key, 4) if number == 1 else Write(entry(2, "Ende"), 4),
        )
    ]
    shuffled = data.draw(st.permutations(history + history[::2]))
    cut = data.draw(st.integers(0, len(shuffled)))
    outcomes(engine, *shuffled[:cut])
    outcomes(engine, *shuffled[cut:])
    assert versions(engine) == {entry(2, "").key: 4}
    assert [finds(engine, word) for word in ("Anfang.", "Mitte.", "Ende.")] == [False, False, True]


def test_live_and_draft_are_two_documents(engine: Engine) -> None:
    draft = replace(FIRST, version=Version.DRAFT)
    engine.write([Write(FIRST, 1), Write(draft, 1), Delete(FIRST.key, 2)], "internal")
    engine.refresh("internal")
    assert [(one.key, one.version) for one in engine.stored("internal")] == [(draft.key, 1)]


def test_what_is_stored_tells_whether_the_content_is_the_same(engine: Engine) -> None:
    outcomes(engine, Write(FIRST, 1))
    assert [one.checksum for one in engine.stored("public")] == [FIRST.checksum]
    outcomes(engine, Write(SECOND, 2))
    assert [one.checksum for one in engine.stored("public")] == [SECOND.checksum]
    assert FIRST.checksum != SECOND.checksum


def test_a_big_batch_is_walked_through_to_its_end(engine: Engine) -> None:
    many = [Write(entry(number, f"Eintrag {number}"), number) for number in range(1, 2_501)]
    assert set(outcomes(engine, *many)) == {Outcome.DONE}
    assert versions(engine) == {operation.key: operation.version for operation in many}
    assert engine.count("public") == 2_500


def test_an_index_is_built_beside_the_current_one(engine: Engine) -> None:
    outcomes(engine, Write(FIRST, 1))
    concrete = engine.create_index("public")
    outcomes(engine, Write(SECOND, 5), concrete=concrete)
    assert (finds(engine, "Erste."), finds(engine, "Zweite.")) == (True, False)
    assert (versions(engine), versions(engine, concrete)) == ({KEY: 1}, {KEY: 5})
    assert engine.count("public", concrete) == 1

    engine.swap("public", concrete)
    assert (finds(engine, "Erste."), finds(engine, "Zweite.")) == (False, True)


def test_what_is_published_during_a_rebuild_is_not_lost(engine: Engine) -> None:
    gone, late = entry(2, "Inzwischen fort"), entry(3, "Inzwischen neu")
    outcomes(engine, Write(FIRST, 1), Write(gone, 1))
    concrete = engine.create_index("public")
    outcomes(engine, Write(SECOND, 2), Delete(gone.key, 2), Write(late, 1))
    # The rebuild writes what it had read before.
    outcomes(engine, Write(FIRST, 1), Write(gone, 1), concrete=concrete)
    engine.swap("public", concrete)
    assert versions(engine) == {KEY: 2, late.key: 1}
    assert not finds(engine, "fort.")


def test_the_old_index_is_kept_for_a_rollback(engine: Engine) -> None:
    outcomes(engine, Write(FIRST, 1))
    (old,) = {status.concrete for status in engine.status().indices if status.name == "public"}
    new = engine.create_index("public")
    engine.swap("public", new)
    assert not finds(engine, "Erste.")

    assert engine.reopen("public") == old
    outcomes(engine, Write(entry(9, "Danach"), 1))  # to both, as while one is being built
    engine.swap("public", old)
    assert (finds(engine, "Erste."), finds(engine, "Danach.")) == (True, True)
    assert engine.reopen("public") == new
    engine.swap("public", new)
    assert (finds(engine, "Erste."), finds(engine, "Danach.")) == (False, True)


def test_what_is_left_unfinished_is_cleared_away(engine: Engine) -> None:
    outcomes(engine, Write(FIRST, 1))
    old = engine.create_index("public")
    engine.swap("public", old)
    engine.swap("public", engine.create_index("public"))
    left = engine.create_index("public")
    assert engine.tidy() == [left]
    assert engine.reopen("public") == old  # a rollback that is interrupted loses nothing
    assert engine.tidy() == []
    (status,) = (status for status in engine.status().indices if status.name == "public")
    assert (status.previous, status.building) == (old, None)
    assert outcomes(engine, Write(SECOND, 2)) == [Outcome.DONE]


def test_the_layout_changes_with_every_index(engine: Engine) -> None:
    seen = [engine.layout()]
    concrete = engine.create_index("public")
    seen.append(engine.layout())
    engine.swap("public", concrete)
    seen.append(engine.layout())
    engine.reopen("public")
    seen.append(engine.layout())
    assert len(set(seen)) == 4
    assert engine.layout() == seen[-1]


def test_single_documents_and_the_highest_version_are_told(engine: Engine) -> None:
    (current,) = {status.concrete for status in engine.status().indices if status.name == "public"}
    assert engine.highest_version("public", current) == 0
    second = entry(2, "Zweiter Eintrag")
    outcomes(engine, Write(FIRST, 7), Write(second, 9), Delete(entry(3, "Fort").key, 11))
    assert engine.highest_version("public", current) == 9
    keys = [second.key, "experience:404:live"]
    assert [one.key for one in engine.stored("public", keys=keys)] == [second.key]


def test_only_one_old_index_is_kept(engine: Engine) -> None:
    names = [engine.create_index("public")]
    engine.swap("public", names[0])
    for _ in range(2):
        names.append(engine.create_index("public"))
        engine.swap("public", names[-1])
    (status,) = (status for status in engine.status().indices if status.name == "public")
    assert (status.concrete, status.previous, status.building) == (names[2], names[1], None)
    with pytest.raises(EngineUnavailable):
        engine.count("public", names[0])


def test_without_an_old_index_there_is_no_rollback(engine: Engine) -> None:
    with pytest.raises(LookupError):
        engine.reopen("public")


def test_a_second_rebuild_takes_over_from_the_first(engine: Engine) -> None:
    first = engine.create_index("public")
    second = engine.create_index("public")
    for attempt in (
        lambda: engine.swap("public", first),
        lambda: engine.write([Write(FIRST, 1)], "public", first),
    ):
        with pytest.raises(LookupError):
            attempt()
    outcomes(engine, Write(FIRST, 1), concrete=second)
    engine.swap("public", second)
    assert finds(engine, "Erste.")


def test_an_abandoned_rebuild_can_be_dropped(engine: Engine) -> None:
    outcomes(engine, Write(FIRST, 1))
    concrete = engine.create_index("public")
    engine.drop(concrete)
    assert outcomes(engine, Write(SECOND, 2)) == [Outcome.DONE]
    assert [status.building for status in engine.status().indices] == [None, None]


def test_the_current_index_cannot_be_dropped(engine: Engine) -> None:
    current = next(status.concrete for status in engine.status().indices)
    with pytest.raises(ValueError, match="current"):
        engine.drop(current)


@pytest.mark.parametrize("stranger", ["", "public", "elsewhere", "a-b-c"])
def test_what_is_none_of_ours_cannot_be_dropped(engine: Engine, stranger: str) -> None:
    with pytest.raises((ValueError, LookupError)):
        engine.drop(stranger)


def test_status_counts_what_is_there(engine: Engine) -> None:
    for name in IndexName:
        engine.write([Write(one, 1) for one in GUIDE], name)
        engine.refresh(name)
    status = engine.status()
    assert status.available
    assert status.version
    assert {one.name: one.documents for one in status.indices} == {"public": 3, "internal": 7}


def test_indices_that_are_there_are_left_alone(engine: Engine) -> None:
    outcomes(engine, Write(PUBLIC_WORK, 1))
    engine.ensure_indices()
    assert engine.count("public") == 1
