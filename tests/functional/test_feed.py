"""Outbox -> index: what is published is found, what is not is not, whatever happens between."""

from django.core.management import call_command

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.models import Experience, IndexJob
from cms.permissions import policies, roles
from cms.services.hand_over import hand_over
from cms.services.review import approve
from cms.services.withdraw import withdraw
from search import drift, feed, rebuild, service
from search.engine import IndexName, ItemResult, Outcome
from search.queries import SearchRequest
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    event_page,
    person,
    published_experience,
    table_page,
)


def titles(text: str, reader=ANONYMOUS) -> set[str]:
    return {str(obj) for _hit, obj in service.search(SearchRequest(text=text), reader).objects}


def test_published_is_found_and_withdrawn_is_not(embedded_search):
    office = person(roles.OFFICE)
    entry = ExperienceFactory(title="Sprechstunde im Waschsalon")
    embedded_search()
    assert titles("Waschsalon") == set()
    approve(entry, office, circle=Circle.PUBLIC)
    embedded_search()
    assert titles("Waschsalon") == {"Sprechstunde im Waschsalon"}
    withdraw(entry, office)
    embedded_search()
    assert titles("Waschsalon") == set()


def test_a_hit_is_asked_of_the_database_before_the_feed_has_run(embedded_search):
    office = person(roles.OFFICE)
    entry = published_experience(title="Sprechstunde im Waschsalon")
    embedded_search()
    withdraw(entry, office)
    assert titles("Waschsalon") == set()


def test_the_public_index_never_holds_a_draft_or_a_narrower_circle(embedded_search):
    ExperienceFactory(title="Entwurf", visibility=Circle.PUBLIC.value)
    for circle in (Circle.PROJECT, Circle.PROJECTS, Circle.NETWORK):
        published_experience(circle, title=f"Kreis {circle}")
    shown = published_experience(title="Für alle")
    changed = Experience.objects.get(pk=shown.pk)
    changed.title = "Für alle, neu geschrieben"
    changed.save_revision()
    embedded_search()
    keys = {key for key, *_ in service.engine().stored(IndexName.PUBLIC)}
    assert {key for key in keys if key.startswith("experience")} == {f"experience:{shown.pk}:live"}
    found = service.search(
        SearchRequest(text="neu geschrieben", types=(ObjectType.EXPERIENCE,)), ANONYMOUS
    )
    assert {str(obj) for _hit, obj in found.objects} <= {"Für alle"}


def test_circles_and_grants_are_looked_up_when_a_person_searches(embedded_search):
    project = ProjectFactory()
    published_experience(Circle.PROJECT, title="Waschsalon unter uns", project=project)
    embedded_search()
    user = person(roles.READER, project)
    assert titles("Waschsalon", policies.reader_for(user)) == {"Waschsalon unter uns"}
    user.projectusergrant_set.all().delete()
    policies.forget_grants(user)
    assert titles("Waschsalon", policies.reader_for(user)) == set()
    partner = policies.reader_for(person(roles.PARTNER))
    assert titles("Waschsalon", partner) == set()


def test_an_anonymous_entry_is_not_found_by_its_project(embedded_search):
    project = ProjectFactory()
    published_experience(title="Waschsalon ohne Namen", project=project, attribution="anonymous")
    embedded_search()
    found = service.search(SearchRequest(project_ids=(project.pk,)), ANONYMOUS)
    assert "Waschsalon ohne Namen" not in {str(obj) for _hit, obj in found.objects}
    assert titles("Waschsalon") == {"Waschsalon ohne Namen"}


def test_unpublishing_an_event_hides_what_is_below(embedded_search):
    event = event_page("Zweiter Erfahrungsaustausch")
    table = table_page(event, "Netzwerkarbeit am Tisch")
    published_experience(title="Runder Tisch mit allen", table=table)
    embedded_search()
    assert titles("Tisch") == {"Netzwerkarbeit am Tisch", "Runder Tisch mit allen"}
    event.refresh_from_db()
    event.unpublish()
    embedded_search()
    assert titles("Tisch") == set()
    assert drift_is_clean()


def drift_is_clean() -> bool:
    return [one for one in drift.find(service.engine()) if not one.is_clean] == []


def test_feeding_twice_and_in_any_order_changes_nothing(embedded_search):
    entries = [published_experience() for _ in range(3)]
    embedded_search()
    for entry in reversed(entries):
        IndexJob.objects.enqueue("experience", [entry.pk, entry.pk], "again")
    embedded_search()
    assert drift_is_clean()


def test_a_worker_that_slept_brings_nothing_back(embedded_search):
    """It drew its version and read the entry, then slept while the entry was withdrawn."""
    entry = published_experience(title="Sprechstunde im Waschsalon")
    embedded_search()
    version = feed.draw_version()
    asleep = feed.operations("experience", [entry.pk], version)
    withdraw(entry, person(roles.OFFICE))
    embedded_search()
    for name in IndexName:
        service.engine().write(asleep, name)
    assert titles("Waschsalon") == set()
    assert drift_is_clean()


def test_a_row_that_fails_is_put_off_and_does_not_stop_others(embedded_search, monkeypatch):
    good, bad = published_experience(title="Waschsalon"), published_experience()
    engine = service.engine()
    real_write = engine.write

    def write(operations, index, concrete=None):
        operations = list(operations)
        key = f"experience:{bad.pk}:live"
        results = real_write([op for op in operations if op.key != key], index, concrete)
        return [*results, ItemResult(key, Outcome.FAILED, "disk full")]

    monkeypatch.setattr(engine, "write", write)
    result = feed.feed_batch(engine)
    assert result.failed
    waiting = IndexJob.objects.filter(object_type="experience", object_id=bad.pk)
    assert waiting.exists() and all("disk full" in job.error for job in waiting)
    assert titles(good.title) == {good.title}
    monkeypatch.undo()
    IndexJob.objects.update(next_try_at=IndexJob.objects.order_by("created_at").first().created_at)
    embedded_search()
    assert drift_is_clean()


def test_verify_finds_and_repairs(embedded_search, capsys):
    entry = published_experience(title="Waschsalon")
    embedded_search()
    Experience.objects.filter(pk=entry.pk).update(live=False)  # past every signal
    call_command("search_index", "verify", "--json")
    assert '"clean": true' in capsys.readouterr().out
    assert titles(entry.title) == set()


def test_rebuild_loses_nothing_and_keeps_the_old_index_for_a_rollback(embedded_search):
    for _ in range(3):
        published_experience()
    ExperienceFactory()
    embedded_search()
    before = service.engine().count(IndexName.INTERNAL)
    built = rebuild.rebuild(service.engine())
    assert built.internal == before
    call_command("search_index", "rollback")
    assert drift_is_clean()


def test_while_the_engine_is_away_the_database_answers_and_says_so(
    embedded_search, engine_away, client
):
    published_experience(title="Sprechstunde im Waschsalon")
    published_experience(Circle.PROJECTS, title="Waschsalon, intern")

    engine_away()
    found = service.search(SearchRequest(text="waschsalon"), ANONYMOUS)
    assert found.degraded
    assert [str(obj) for _hit, obj in found.objects] == ["Sprechstunde im Waschsalon"]
    answer = client.get("/suche/", {"q": "waschsalon"})
    assert "eingeschränkt" in answer.content.decode()
    assert client.get("/healthz").status_code == 200


def test_hand_over_changes_the_project_that_the_facet_counts(embedded_search):
    office, other = person(roles.OFFICE), ProjectFactory()
    entry = published_experience()
    hand_over(entry, other, office)
    embedded_search()
    found = service.search(SearchRequest(project_ids=(other.pk,)), ANONYMOUS)
    assert entry in [obj for _hit, obj in found.objects]
