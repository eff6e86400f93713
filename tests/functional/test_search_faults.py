"""What search must not tell, must not lose and must not stumble over."""

import json

import pytest
import tantivy
from django.core.management import call_command
from django.core.management.base import CommandError
from wagtail.models import Revision

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.models import Experience, ExperienceSource, IndexJob, Supplement, TablePage
from cms.permissions import roles
from cms.published import search_entries
from search import drift, feed, feed_thread, rebuild, service
from search.embedded_store import IndexFolders
from search.engine import IndexName
from search.queries import SearchRequest
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    person,
    published_experience,
    published_outcome,
    published_supplement,
    table_page,
)


def found(**asked) -> set[str]:
    results = service.search(SearchRequest(**asked), ANONYMOUS).objects
    return {str(obj) for _hit, obj in results}


def differing() -> list[drift.Drift]:
    return [one for one in drift.find(service.engine()) if not one.is_clean]


@pytest.fixture(params=["engine", "database"])
def answering(request, embedded_search, engine_away):
    """Feeds what is due; then the engine answers, or the database in its place."""

    def feed_all():
        embedded_search()
        if request.param == "database":
            engine_away()

    return feed_all


# --- what must not be told ---------------------------------------------------------------


def test_a_steering_groups_table_does_not_find_an_anonymous_entry(answering, client):
    project = ProjectFactory()
    steering = event_page("Steuerungsgruppe", project=project)
    table = table_page(steering, "Am Tisch")
    anonymous = {"project": project, "attribution": "anonymous", "source_id": "weimar-7"}
    published_experience(title="Ohne Namen", table=table, **anonymous)
    published_experience(title="Mit Namen", table=table, project=project)
    answering()
    address = f"{steering.slug}/{table.slug}"
    assert "Mit Namen" in (page := client.get("/suche/", {"tisch": address}).content.decode())
    assert "Ohne Namen" not in page
    items = client.get("/api/@search", {"tisch": address}).json()["items"]
    assert "Ohne Namen" not in {item["title"] for item in items}
    assert client.get("/api/@search", {"source_id": "weimar-7"}).json()["items"] == []
    assert "Ohne Namen" not in found(project_ids=(project.pk,))
    assert "Ohne Namen" in found(text="Ohne Namen")


def test_the_exchanges_table_finds_an_anonymous_entry(answering):
    table = table_page(event_page(), "Am Tisch")
    published_experience(title="Ohne Namen", table=table, attribution="anonymous")
    answering()
    assert "Ohne Namen" in found(table_ids=(table.pk,))


def test_an_event_that_becomes_a_steering_groups_hides_whose_entry_it_is(embedded_search):
    event = event_page()
    table = table_page(event, "Am Tisch")
    entry = published_experience(title="Ohne Namen", attribution="anonymous")
    ExperienceSource.objects.create(experience=entry, table=table, text="So", import_key="1")
    embedded_search()
    assert "Ohne Namen" in found(table_ids=(table.pk,))
    event.refresh_from_db()
    event.project = entry.project
    event.save_revision().publish()
    embedded_search()
    assert "Ohne Namen" not in found(table_ids=(table.pk,))


def test_suggestions_for_signed_in_people_are_theirs_alone(embedded_search, client):
    assert "private" not in client.get("/suche/vorschlag/?q=was").get("Cache-Control", "")
    client.force_login(person(roles.OFFICE))
    assert "private" in client.get("/suche/vorschlag/?q=was")["Cache-Control"]


# --- what must be found -----------------------------------------------------------------


def test_an_entry_is_found_at_every_table_where_it_was_said(answering):
    first, second = (table_page(event_page(title), "Tisch") for title in ("Erster", "Zweiter"))
    entry = published_experience(title="Doppelt gesagt", table=first)
    ExperienceSource.objects.create(experience=entry, table=second, text="So", import_key="2")
    published_experience(title="Woanders")
    answering()
    for table in (first, second):
        assert "Doppelt gesagt" in found(table_ids=(table.pk,))
        assert "Woanders" not in found(table_ids=(table.pk,))


def test_an_entry_is_found_at_every_event_where_it_was_said(embedded_search):
    first, second = event_page("Erster"), event_page("Zweiter")
    entry = published_experience(title="Doppelt gesagt", table=table_page(first, "Tisch"))
    ExperienceSource.objects.create(experience=entry, event=second, text="So", import_key="3")
    embedded_search()
    for event in (first, second):
        assert "Doppelt gesagt" in found(event_ids=(event.pk,))


def test_a_topic_that_moves_takes_its_entries_and_tables_along(embedded_search):
    old, new = TopicFactory(title="Alt"), TopicFactory(title="Neu")
    middle = TopicFactory(parent=old)
    leaf = TopicFactory(parent=middle)
    published_experience(title="Eintrag", topics=[leaf])
    table = table_page(event_page(), "Am Tisch")
    table.topics.set([middle])
    table.save_revision().publish()
    draft = ExperienceFactory(title="Entwurf")
    draft.topics.set([leaf])
    draft.save_revision()
    embedded_search()
    assert {"Eintrag", "Am Tisch"} <= found(topic_ids=(old.pk,))
    middle.parent = new
    middle.save()
    embedded_search()
    assert found(topic_ids=(old.pk,)) == set()
    assert {"Eintrag", "Am Tisch"} <= found(topic_ids=(new.pk,))
    assert differing() == []


def test_a_deleted_topic_leaves_its_entries(embedded_search):
    root = TopicFactory()
    leaf = TopicFactory(parent=root)
    published_experience(title="Eintrag", topics=[leaf])
    embedded_search()
    leaf.delete()
    embedded_search()
    assert "Eintrag" not in found(topic_ids=(root.pk,))
    assert differing() == []


def test_what_a_deleted_table_hid_is_found(embedded_search):
    table = table_page(event_page(), "Nie veröffentlicht", live=False)
    published_experience(title="Versteckt", table=table)
    published_outcome(title="Versteckter Beschluss", table=table)
    embedded_search()
    assert found(text="Versteckt") == set()
    TablePage.objects.get(pk=table.pk).delete()
    embedded_search()
    assert found(text="Versteckt") >= {"Versteckt", "Versteckter Beschluss"}
    assert differing() == []


# --- the index follows the database ------------------------------------------------------


def test_verify_finds_a_text_that_differs(embedded_search, capsys):
    entry = published_experience(title="Waschsalon")
    embedded_search()
    Experience.objects.filter(pk=entry.pk).update(title="Marktplatz")  # past every signal
    drifts = {one.index: one for one in differing()}
    assert drifts[IndexName.PUBLIC].different == [f"experience:{entry.pk}:live"]
    call_command("search_index", "verify", "--json")
    assert '"clean": true' in capsys.readouterr().out
    assert found(text="Marktplatz") == {"Marktplatz"}


def test_a_rollback_brings_back_no_old_text(embedded_search):
    entry = published_experience(title="Waschsalon")
    embedded_search()
    rebuild.rebuild(service.engine())
    entry.title = "Marktplatz"
    entry.save_revision().publish()
    embedded_search()
    call_command("search_index", "rollback")
    assert found(text="Marktplatz") == {"Marktplatz"}
    assert found(text="Waschsalon") == set()
    assert differing() == []


def test_an_index_of_another_database_is_built_anew(embedded_search):
    published_experience(title="Waschsalon")
    embedded_search()
    old = service.engine().status()
    entry = Experience.objects.get()
    for name in IndexName:  # the other database had drawn more versions
        version = feed.draw_version() + 5_000
        service.engine().write(feed.operations(ObjectType.EXPERIENCE, [entry.pk], version), name)
    Experience.objects.update(title="Marktplatz")  # what the new database holds instead
    feed_thread.ensure_index(service.engine())
    assert service.engine().status().indices[0].concrete != old.indices[0].concrete
    assert found(text="Marktplatz") == {"Marktplatz"}
    call_command("search_index", "rollback")
    assert found(text="Marktplatz") == {"Marktplatz"}


def test_an_index_with_the_fields_of_an_older_release_is_built_anew(embedded_search, settings):
    published_experience(title="Waschsalon")
    older = tantivy.SchemaBuilder()
    older.add_text_field("key", stored=True)
    folders = IndexFolders(settings.SEARCH_FOLDER, older.build())
    for name in IndexName:
        folders.swap(name, folders.create(name))
    assert not service.status().available
    assert service.search(SearchRequest(text="Waschsalon"), ANONYMOUS).degraded
    service.breaker.reset()
    feed_thread.ensure_index(service.engine())
    assert service.status().available
    assert found(text="Waschsalon") == {"Waschsalon"}
    assert differing() == []


def test_an_index_that_fits_is_left_alone(embedded_search):
    published_experience()
    embedded_search()
    old = service.engine().status()
    feed_thread.ensure_index(service.engine())
    assert service.engine().status() == old


# --- one that fails does not stop the others ---------------------------------------------


def unreadable(entry: Experience) -> None:
    """Its latest draft says something that no entry can be."""
    revision = Revision.objects.get(pk=entry.latest_revision_id)
    Revision.objects.filter(pk=revision.pk).update(
        content={**revision.content, "visibility": "everybody?"}
    )


def test_a_draft_from_before_a_field_existed_is_read(embedded_search):
    entry = ExperienceFactory(title="Alter Entwurf")
    revision = Revision.objects.get(pk=entry.latest_revision_id)
    kept = {name: revision.content[name] for name in ("pk", "title", "kind")}
    Revision.objects.filter(pk=revision.pk).update(content=kept)
    (draft,) = search_entries.entries(ObjectType.EXPERIENCE, [entry.pk])
    assert (draft.title, draft.lesson) == ("Alter Entwurf", "")


def test_what_cannot_be_read_is_put_off_alone(embedded_search):
    good, bad = published_experience(title="Waschsalon"), ExperienceFactory()
    unreadable(bad)
    result = feed.drain(service.engine())
    assert result.failed
    assert found(text=good.title) == {good.title}
    (job, *_) = waiting = IndexJob.objects.all()
    assert {one.object_id for one in waiting} == {bad.pk}
    assert job.attempts == 1 and "everybody?" in job.error and job.next_try_at > job.created_at
    assert not job.public_done and not job.internal_done


def test_a_rebuild_tells_of_a_draft_that_cannot_be_read(embedded_search):
    good, bad = published_experience(title="Waschsalon"), ExperienceFactory()
    unreadable(bad)
    built = rebuild.rebuild(service.engine())
    assert built.unreadable == 1
    assert found(text=good.title) == {good.title}
    (one, *_) = differing()
    assert one.unreadable == [f"experience:{bad.pk}"]


def test_a_broken_draft_takes_nothing_from_what_is_published(embedded_search, capsys):
    bad, _other = published_experience(title="Waschsalon"), published_experience(title="Garten")
    bad.save_revision()
    bad.refresh_from_db()
    unreadable(bad)
    Experience.objects.filter(pk=bad.pk).update(has_unpublished_changes=True)
    call_command("search_index", "rebuild", "--json")
    assert found(text="Waschsalon") == {"Waschsalon"}
    assert found(text="Garten") == {"Garten"}
    capsys.readouterr()
    call_command("search_index", "status", "--json")
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {one["object"] for one in problems} == {f"experience:{bad.pk}"}
    assert "everybody?" in problems[0]["error"]
    with pytest.raises(CommandError):  # for a monitor: something is wrong
        call_command("search_index", "verify", "--json")
    verified = json.loads(capsys.readouterr().out)["indices"]["public"]
    assert verified["unreadable"] == [f"experience:{bad.pk}"]
    assert (verified["missing"], verified["surplus"], verified["different"]) == ([], [], [])


@pytest.fixture
def broken(embedded_search):
    """Something published that cannot be read: a verdict that nobody knows stands on it."""
    entry = published_experience(title="Waschsalon")
    supplement = published_supplement(entry, verdict="proven")
    Supplement.objects.filter(pk=supplement.pk).update(verdict="kaputt")
    return entry


def test_what_is_published_and_broken_stops_no_rebuild(broken):
    published_experience(title="Garten")
    built = rebuild.rebuild(service.engine())
    assert built.unreadable >= 1
    assert found(text="Garten") == {"Garten"}
    assert f"experience:{broken.pk}" in {
        f"{job.object_type}:{job.object_id}" for job in feed.set_aside()
    }
    Supplement.objects.update(verdict="proven")
    feed.retry()
    feed.drain(service.engine())
    assert found(text="Waschsalon") == {"Waschsalon"}
    assert feed.backlog()["set_aside"] == 0


def test_more_of_them_are_a_fault_of_the_release_and_stop_it(broken, monkeypatch):
    monkeypatch.setattr(rebuild, "MOST_LOST", 0)
    other = published_experience()
    before = service.engine().status().indices
    with pytest.raises(rebuild.RebuildFailed):
        rebuild.rebuild(service.engine())
    assert service.engine().status().indices == before
    jump = feed.draw_version() + 5_000  # another database's index: the feed has to build its own
    service.engine().write(feed.operations(ObjectType.EXPERIENCE, [other.pk], jump), "internal")
    assert feed_thread.Feed().step() == feed_thread.FAILED_REBUILD_SECONDS


def test_an_index_that_is_done_is_not_written_again(embedded_search, monkeypatch):
    entry = published_experience()
    IndexJob.objects.update(public_done=True)
    engine, written = service.engine(), []
    write = engine.write

    def note(operations, index, concrete=None):
        written.append(index)
        return write(operations, index, concrete)

    monkeypatch.setattr(engine, "write", note)
    embedded_search()
    assert set(written) == {IndexName.INTERNAL}
    assert IndexJob.objects.filter(object_id=entry.pk).count() == 0


@pytest.mark.parametrize("nonsense", ["%00", "%ED%A0%80", "a%00b"])
def test_nonsense_is_no_error_for_the_database(answering, client, nonsense):
    published_experience(title="Waschsalon")
    answering()
    answer = client.get(f"/api/@search?source_id={nonsense}&tisch={nonsense}&projekt={nonsense}")
    assert answer.status_code == 200
    assert answer.json()["items"] == []
    for parameter in ("q", "tisch", "thema", "projekt", "institution", "art", "jahr", "seite"):
        assert client.get(f"/suche/?{parameter}={nonsense}").status_code == 200


# --- decisions have an address ------------------------------------------------------------


def test_a_decision_leads_to_its_place(embedded_search, client):
    table = table_page(event_page(), "Am Tisch")
    outcome = published_outcome(title="Mehr Handzettel", table=table)
    lonely = published_outcome(title="Weniger Handzettel")
    embedded_search()
    page = client.get("/suche/", {"q": "Handzettel"}).content.decode()
    assert 'href=""' not in page
    assert f'href="{table.get_url()}#beschluss-{outcome.pk}"' in page
    assert f'href="{lonely.project.get_absolute_url()}"' in page
    assert f'id="beschluss-{outcome.pk}"' in client.get(table.get_url()).content.decode()
    items = client.get("/api/@search", {"SearchableText": "Mehr Handzettel"}).json()["items"]
    assert any(item["@id"].endswith(f"#beschluss-{outcome.pk}") for item in items)


def test_the_project_circle_keeps_the_office_and_the_project(embedded_search):
    entry = published_experience(Circle.PROJECT, attribution="anonymous", source_id="a-1")
    (indexed,) = search_entries.entries(ObjectType.EXPERIENCE, [entry.pk])
    assert (indexed.project_id, indexed.source_id) == (entry.project_id, "a-1")
