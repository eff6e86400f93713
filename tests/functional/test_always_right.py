"""Whatever happens between publishing and searching, on both engines: the index is right."""

import multiprocessing
import os
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from elasticsearch import Elasticsearch

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.domain.redaction import Wording
from cms.models import Experience, IndexJob
from cms.permissions import policies, roles
from cms.services.redact import redact
from cms.services.review import approve
from cms.services.trash import restore, trash
from cms.services.withdraw import withdraw
from search import alone as alone_module
from search import drift, feed, feed_thread, own_changes, rebuild, service
from search.alone import AnotherRuns, alone
from search.engine import Delete, IndexName, Write
from search.queries import SearchRequest
from tests.factories.guide import (
    ExperienceFactory,
    event_page,
    person,
    published_experience,
    published_outcome,
    table_page,
)
from tests.functional.search.engines import KINDS, elasticsearch_url

DEADLINE = 60.0


@pytest.fixture(params=KINDS)
def engine(request, db, settings, tmp_path):
    """The site's engine, of each kind, with fresh indices."""
    is_embedded = request.param == "embedded"
    settings.ELASTICSEARCH_URL = "" if is_embedded else elasticsearch_url(request.param)
    settings.SEARCH_FOLDER = tmp_path / "index"
    service.engine.cache_clear()
    engine = service.engine()
    rebuild.rebuild(engine)
    yield engine
    if not is_embedded:
        with Elasticsearch(settings.ELASTICSEARCH_URL) as client:
            ours = f"{settings.SEARCH_INDEX_PREFIX}-*"
            for index in client.indices.get(index=ours, allow_no_indices=True):
                client.indices.delete(index=index)


def found(text: str, reader=ANONYMOUS) -> set[str]:
    results = service.search(SearchRequest(text=text), reader).objects
    return {str(obj) for _hit, obj in results}


def keys(engine, name=IndexName.PUBLIC, concrete=None) -> set[str]:
    engine.refresh(name)
    return {one.key for one in engine.stored(name, concrete)}


def kept(engine) -> set[str]:
    return {concrete for _name, role, concrete in engine.layout() if role == "previous"}


def differing(engine) -> list[drift.Drift]:
    return [one for one in drift.find(engine) if not one.is_clean]


# --- late workers ------------------------------------------------------------------------


def test_a_late_worker_brings_nothing_back_into_an_index_that_knows_no_deletion(
    engine, monkeypatch
):
    """It read a draft and slept; the draft was deleted and the index built anew meanwhile."""
    entry = ExperienceFactory(title="Zwiebelfisch")
    key = f"experience:{entry.pk}:draft"
    write, is_first = engine.write, True

    def sleep_before_writing(operations, index, concrete=None):
        nonlocal is_first
        if is_first:
            is_first = False
            Experience.objects.get(pk=entry.pk).delete()
            rebuild.rebuild(engine)
        return write(operations, index, concrete)

    monkeypatch.setattr(engine, "write", sleep_before_writing)
    feed.drain(engine)
    monkeypatch.undo()
    assert not is_first
    assert key not in keys(engine, IndexName.INTERNAL)
    assert differing(engine) == []


def test_what_took_long_is_looked_at_again(engine, monkeypatch):
    entry = published_experience(title="Waschsalon")
    written = []
    write = engine.write

    def note(operations, index, concrete=None):
        written.append(index)
        return write(operations, index, concrete)

    monkeypatch.setattr(engine, "write", note)
    monkeypatch.setattr(feed, "LATE", feed.LATE * 0)
    result = feed.feed_batch(engine)
    assert result.failed and not result.done
    assert written == [*IndexName, *IndexName]  # at once, and then after a while
    job = IndexJob.objects.filter(object_id=entry.pk, object_type="experience").first()
    assert job.attempts == 1 and "late" in job.error
    monkeypatch.undo()
    feed.retry()
    feed.drain(engine)
    assert found("Waschsalon") == {"Waschsalon"} and differing(engine) == []


# --- one look serves all -----------------------------------------------------------------


def test_many_jobs_of_one_object_are_one_look(engine, monkeypatch):
    entry = published_experience(title="Waschsalon")
    IndexJob.objects.enqueue(ObjectType.EXPERIENCE, [entry.pk] * 500, "again")
    sent = []
    write = engine.write

    def note(operations, index, concrete=None):
        sent.extend(operation.key for operation in operations)
        return write(operations, index, concrete)

    monkeypatch.setattr(engine, "write", note)
    feed.feed_batch(engine)
    assert not IndexJob.objects.filter(object_type="experience").exists()
    assert sent.count(f"experience:{entry.pk}:live") == len(IndexName)


# --- poison ------------------------------------------------------------------------------


@pytest.fixture
def poisoned(engine, monkeypatch):
    """An entry over which the engine stumbles, its job set aside, beside a healthy one."""
    good, bad = published_experience(title="Waschsalon"), published_experience(title="Gift")
    write = engine.write

    def stumble(operations, index, concrete=None):
        operations = list(operations)
        if any(operation.key == f"experience:{bad.pk}:live" for operation in operations):
            raise TypeError("no such analyser")
        return write(operations, index, concrete)

    monkeypatch.setattr(engine, "write", stumble)
    for _attempt in range(feed.POISON_ATTEMPTS):
        feed.drain(engine)
        IndexJob.objects.update(next_try_at=IndexJob.objects.earliest("created_at").created_at)
    monkeypatch.undo()
    return good, bad


def test_what_the_engine_stumbles_over_is_set_aside_and_shown(poisoned, capsys, client):
    good, bad = poisoned
    assert found("Waschsalon") == {good.title}
    call_command("search_index", "status", "--json")
    told = capsys.readouterr().out
    assert f"experience:{bad.pk}" in told and "no such analyser" in told
    backlog = client.get("/healthz").json()["backlog"]
    assert backlog["set_aside"] >= 1 and backlog["oldest_seconds"] >= 0
    call_command("search_index", "feed", "--retry", "--json")
    assert feed.backlog() == {"waiting": 0, "oldest_seconds": 0, "set_aside": 0}
    assert found("Gift") == {"Gift"}


def test_a_new_save_heals_what_was_set_aside(engine, poisoned):
    _good, bad = poisoned
    IndexJob.objects.update(next_try_at=timezone.now() + feed.LONGEST_WAIT)
    bad.save_revision().publish()
    feed.drain(engine)
    assert feed.backlog()["set_aside"] == 0 and found("Gift") == {"Gift"}


def test_what_a_newer_release_asks_for_waits_and_stops_nothing(engine):
    IndexJob.objects.create(object_type="hologram", object_id=1, reason="from the future")
    published_experience(title="Waschsalon")
    feed.drain(engine)
    assert found("Waschsalon") == {"Waschsalon"}
    assert feed.backlog()["waiting"] == 1


# --- rebuild, rollback, leftovers --------------------------------------------------------


def test_what_an_interrupted_rebuild_left_disturbs_nobody_and_is_removed(engine):
    left = {engine.create_index(name) for name in IndexName}
    published_experience(title="Waschsalon")
    feed.drain(engine)
    assert found("Waschsalon") == {"Waschsalon"}
    assert set(feed_thread.clear_away(engine)) == left
    rebuild.rebuild(engine)
    assert differing(engine) == []


def test_an_interrupted_rebuild_is_not_removed_while_one_runs(engine):
    concrete = engine.create_index(IndexName.PUBLIC)
    with _in_another_thread(alone):
        assert feed_thread.clear_away(engine) == []
    assert concrete in {one for _name, _role, one in engine.layout()}


def test_a_second_rebuild_is_refused_with_a_sentence(engine):
    before = engine.layout()
    with _in_another_thread(alone), pytest.raises(CommandError, match="gerade schon neu gebaut"):
        call_command("search_index", "rebuild")
    assert engine.layout() == before
    rebuild.rebuild(engine)  # and then it goes


class _in_another_thread:
    """Holds a lock in a thread, which has a connection and an open file of its own."""

    def __init__(self, lock) -> None:
        self._lock, self._held, self._over = lock, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with self._lock():
                self._held.set()
                self._over.wait(DEADLINE)
        finally:
            connection.close()

    def __enter__(self) -> None:
        self._thread.start()
        assert self._held.wait(DEADLINE)

    def __exit__(self, *_error) -> None:
        self._over.set()
        self._thread.join()


def _hold_and_die(folder) -> None:
    alone_module.settings.SEARCH_FOLDER = folder
    with alone_module._in_folder():
        os._exit(9)


def test_the_lock_dies_with_its_process(settings, tmp_path):
    settings.SEARCH_FOLDER = tmp_path
    dying = multiprocessing.get_context("fork").Process(target=_hold_and_die, args=[tmp_path])
    dying.start()
    dying.join(DEADLINE)
    assert dying.exitcode == 9
    with alone_module._in_folder(), pytest.raises(AnotherRuns), alone_module._in_folder():
        pass


def test_a_rollback_never_shows_what_was_withdrawn_since(engine):
    gone = published_experience(title="Waschsalon")
    feed.drain(engine)
    rebuild.rebuild(engine)
    withdraw(gone, person(roles.OFFICE))
    published_experience(title="Marktplatz")
    feed.drain(engine)
    (old,) = {one for name, role, one in engine.layout() if (name, role) == ("public", "previous")}
    call_command("search_index", "rollback")
    assert old in {one for _name, role, one in engine.layout() if role in ("read", "current")}
    assert f"experience:{gone.pk}:live" not in keys(engine)
    assert found("Marktplatz") == {"Marktplatz"} and differing(engine) == []


def test_a_redaction_removes_the_index_that_is_kept(engine):
    published_experience(title="Herr Mustermann hilft")
    feed.drain(engine)
    rebuild.rebuild(engine)
    assert kept(engine)
    redact(Wording(("Mustermann",)), person(roles.OFFICE), "Jemand ist erkennbar.")
    feed.drain(engine)
    assert not kept(engine)
    with pytest.raises(CommandError, match="kein früherer Index"):
        call_command("search_index", "rollback")
    assert differing(engine) == []


def test_a_rebuild_does_what_waits_and_a_redaction_that_waits_still_has_its_errand(engine):
    published_experience(title="Herr Mustermann hilft")
    feed.drain(engine)
    redact(Wording(("Mustermann",)), person(roles.OFFICE), "Jemand ist erkennbar.")
    published_experience(title="Krokodile im Park")
    rebuild.rebuild(engine)
    assert found("Krokodile") == {"Krokodile im Park"}
    assert not kept(engine)  # the index before this one held the name
    assert not IndexJob.objects.exists()
    assert differing(engine) == []


def test_the_kept_index_is_removed_after_a_while_or_on_request(engine, monkeypatch):
    rebuild.rebuild(engine)
    feed_thread.remove_outdated(engine)
    assert len(kept(engine)) == len(IndexName)
    monkeypatch.setattr(feed_thread, "KEPT", feed_thread.KEPT * 0)
    feed_thread.remove_outdated(engine)
    assert not kept(engine)
    rebuild.rebuild(engine)
    call_command("search_index", "tidy")
    assert not kept(engine) and differing(engine) == []


# --- verify ------------------------------------------------------------------------------


def test_verify_finds_and_mends_whatever_differs_in_both_indices(engine, capsys):
    lost, altered, gone = (published_experience(title=title) for title in ("A", "B", "C"))
    draft = ExperienceFactory(title="Entwurf")
    feed.drain(engine)
    version = feed.draw_version()
    (other,) = (
        one.entry
        for one in feed.operations(ObjectType.EXPERIENCE, [altered.pk], version)
        if isinstance(one, Write)
    )
    for name in IndexName:
        engine.write([Delete(f"experience:{lost.pk}:live", version)], name)
        engine.write([Write(type(other)(**{**vars(other), "title": "Falsch"}), version)], name)
    Experience.objects.filter(pk=gone.pk).update(live=False, has_unpublished_changes=False)
    Experience.objects.filter(pk=draft.pk).update(trashed_at=gone.last_published_at)
    by_index = {one.index: one for one in drift.find(engine)}
    public, internal = by_index[IndexName.PUBLIC], by_index[IndexName.INTERNAL]
    assert public.missing == [f"experience:{lost.pk}:live"] == internal.missing[:1]
    assert public.different == [f"experience:{altered.pk}:live"] == internal.different
    assert public.surplus == [f"experience:{gone.pk}:live"]
    assert f"experience:{draft.pk}:draft" in internal.surplus
    with pytest.raises(CommandError) as told:
        call_command("search_index", "verify", "--no-repair", "--json")
    assert told.value.returncode == 1
    capsys.readouterr()
    call_command("search_index", "verify", "--json")
    assert '"clean": true' in capsys.readouterr().out
    assert differing(engine) == []


def test_many_differences_are_looked_at_and_mended_in_parts(engine, monkeypatch):
    monkeypatch.setattr(drift, "SPAN", 2)
    lost = [f"experience:{published_experience().pk}:live" for _number in range(5)]
    feed.drain(engine)
    version = feed.draw_version()
    for name in IndexName:
        engine.write([Delete(key, version) for key in lost], name)
    found = drift.find(engine)
    assert [one.missing for one in found] == [lost, lost]
    assert drift.repair(engine, found) == len(lost)
    assert differing(engine) == []


def test_what_the_feed_is_about_to_write_is_no_drift(engine, monkeypatch):
    """Another worker holds the job: it is neither done nor due here."""
    published_experience(title="Waschsalon")
    monkeypatch.setattr(drift, "drain", lambda engine: None)
    monkeypatch.setattr(drift, "LOOKS", 2)
    assert differing(engine) == []
    IndexJob.objects.all().delete()
    assert {one.index for one in differing(engine)} == set(IndexName)


# --- what is above -----------------------------------------------------------------------


def test_an_event_takes_its_tables_and_entries_along_and_brings_them_back(engine):
    event = event_page("Zweiter Erfahrungsaustausch")
    table = table_page(event, "Am Tisch")
    below = {
        str(published_experience(title="Am Tisch gesagt", table=table)),
        str(published_outcome(title="Am Tisch beschlossen", table=table)),
        table.title,
    }
    published_experience(title="Woanders am Tisch")
    feed.drain(engine)
    assert below < found("Tisch")
    withdraw(event, person(roles.OFFICE))
    feed.drain(engine)
    assert found("Tisch") == {"Woanders am Tisch"}
    assert not {one for one in keys(engine) if one.startswith(("table:", "event:", "outcome:"))}
    event.refresh_from_db()
    event.get_latest_revision().publish()
    feed.drain(engine)
    assert below < found("Tisch") and differing(engine) == []


def test_the_trash_takes_a_draft_out_of_the_index_and_brings_it_back(engine):
    office = person(roles.OFFICE)
    draft = ExperienceFactory(title="Entwurf")
    key = f"experience:{draft.pk}:draft"
    feed.drain(engine)
    assert key in keys(engine, IndexName.INTERNAL)
    trash(draft, office)
    feed.drain(engine)
    assert key not in keys(engine, IndexName.INTERNAL)
    restore(Experience.with_trash.get(pk=draft.pk), office)
    feed.drain(engine)
    assert key in keys(engine, IndexName.INTERNAL) and differing(engine) == []


# --- the publisher -----------------------------------------------------------------------


def test_nobody_waits_who_published_nothing(engine):
    assert own_changes.wait_for(None) == 0
    assert own_changes.wait_for(person(roles.OFFICE).pk) == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_publisher_finds_it_with_the_next_search(engine, monkeypatch):
    monkeypatch.setattr(own_changes, "WAIT_SECONDS", DEADLINE)
    monkeypatch.setattr(own_changes, "RECENT", timedelta(hours=1))
    office = person(roles.OFFICE)
    entry = ExperienceFactory(title="Waschsalon")
    feed.drain(engine)
    approve(entry, office, circle=Circle.PUBLIC, confirm_wider=True)
    worker = threading.Timer(1, _feed_once, [engine])
    worker.start()
    try:
        own_changes.wait_for(office.pk)
        assert not IndexJob.objects.filter(object_type="experience").exists()
        assert found("Waschsalon", policies.reader_for(office)) == {"Waschsalon"}
    finally:
        worker.join()


def _feed_once(engine) -> None:
    try:
        feed.drain(engine)
    finally:
        connection.close()


def test_the_publisher_waits_only_for_a_moment(engine, monkeypatch):
    monkeypatch.setattr(own_changes, "RECENT", timedelta(hours=1))
    office = person(roles.OFFICE)
    approve(ExperienceFactory(), office, circle=Circle.PUBLIC, confirm_wider=True)
    assert own_changes.wait_for(office.pk) >= own_changes.WAIT_SECONDS
    assert own_changes.wait_for(office.pk) == 0, "a page asks several times: once is enough"
    assert own_changes.wait_for(person(roles.OFFICE).pk) == 0
    own_changes.forget()
    monkeypatch.setattr(own_changes, "RECENT", timedelta())
    assert own_changes.wait_for(office.pk) == 0
