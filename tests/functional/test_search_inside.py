"""Search among drafts and comments: their own people find them, nobody else learns anything."""

import datetime
from functools import cache

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.redaction import Wording
from cms.models import Experience
from cms.permissions import roles
from cms.services.comment import add_comment, answer_comment
from cms.services.end_project import begin_end, pass_on_batch
from cms.services.grant_role import grant_role, revoke_role
from cms.services.hand_over import hand_over
from cms.services.invite_to_comment import invite_to_comment
from cms.services.redact import redact
from cms.services.review import approve, return_entry
from cms.services.submit import submit
from cms.services.supplement import create_supplement
from cms.services.trash import restore, trash
from cms.services.withdraw import withdraw
from search import service
from search.engine import EngineUnavailable, IndexName
from search.feed import drain
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)
from tests.functional.search.engines import KINDS, open_engine

INTERNAL, ADMIN = "/intern/suche/", "/admin/suche/"
pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture(params=KINDS)
def feed(request, tmp_path, monkeypatch):
    """Each engine with empty indices; returns a function that feeds what is due."""
    with open_engine(request.param, tmp_path) as engine:
        monkeypatch.setattr(service, "engine", cache(lambda: engine))

        def feed_all():
            drain(engine)
            for name in IndexName:
                engine.refresh(name)

        yield feed_all


@pytest.fixture
def feed_embedded(tmp_path, monkeypatch):
    """The same with the embedded engine alone: for what no engine decides."""
    with open_engine("embedded", tmp_path) as engine:
        monkeypatch.setattr(service, "engine", cache(lambda: engine))
        yield lambda: drain(engine)


@pytest.fixture
def away(monkeypatch):
    """Stops the engine."""

    def stop():
        def refuse(*args, **kwargs):
            raise EngineUnavailable("stopped")

        monkeypatch.setattr(service.engine(), "search", refuse)

    return stop


@pytest.fixture
def look(client):
    """Opens the search as somebody and returns the page's context."""

    def context(user, query="", address=INTERNAL, **chosen):
        client.force_login(user)
        response = client.get(address, {"q": query, **chosen})
        assert response.status_code == 200
        return response.context

    return context


@pytest.fixture
def titles(look):
    """The titles that somebody finds, in their order, with the total of the page."""

    def found(user, query="", **more):
        context = look(user, query, **more)
        rows = [plain(row["title"]) for row in context["rows"]]
        assert context["total"] == len(rows)
        return rows

    return found


def plain(title) -> str:
    return title.replace("<mark>", "").replace("</mark>", "")


def counts(context, heading) -> dict[str, int]:
    for group in context["facets"]:
        if group["heading"] == heading:
            return {row["title"]: row["count"] for row in group["rows"]}
    return {}


@pytest.fixture
def draft(project, editor):
    return ExperienceFactory(
        title="Sprechstunden im Waschsalon",
        body="<p>Jeden Dienstag kamen Familien aus dem Wohngebiet.</p>",
        project=project,
        revision=editor,
    )


def rewrite(entry, user, **fields):
    new = Experience.objects.get(pk=entry.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(new, name, value)
    new.save_revision(user=user)


# --- who finds what ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [INTERNAL, ADMIN])
def test_people_find_drafts_of_their_projects_in_other_forms_of_the_word(
    feed, titles, draft, project, office, address
):
    ExperienceFactory(title="Sprechstunde in der Schule")
    feed()
    for role in (roles.READER, roles.EDITOR, roles.REVIEWER, roles.LEAD):
        user = person(role, project)
        for query in ("Sprechstunde", "Salon", "Familie Wohngebiete", "Sprechstnude"):
            assert titles(user, query, address=address) == [draft.title], (role, query)
    found = titles(office, "Sprechstunde", address=address)
    assert set(found) == {draft.title, "Sprechstunde in der Schule"}


def test_nobody_else_finds_a_draft_or_a_count_of_it(feed, look, client, draft, editor, office):
    submit(draft, editor)
    partner = person(roles.PARTNER)
    invite_to_comment(draft, partner, by=office)
    feed()
    strangers = [person(), partner, person(roles.LEAD, ProjectFactory())]
    for stranger in strangers:
        for query in ("Waschsalon", "", "Sprechstunden im Waschsalon"):
            context = look(stranger, query)
            assert (context["rows"], context["total"], context["facets"]) == ([], 0, [])
    for closed in strangers[:2]:
        client.force_login(closed)
        assert client.get(ADMIN, {"q": "Waschsalon"}).status_code in (302, 403)
    client.logout()
    assert client.get(INTERNAL).url.startswith("/anmelden/")
    assert client.get(ADMIN).status_code == 302


def test_who_reviews_for_some_projects_finds_those_alone(feed, titles, draft, project):
    ExperienceFactory(title="Sprechstunde in der Schule")
    feed()
    assert titles(person(roles.REVIEWER, project), "Sprechstunde") == [draft.title]


def test_a_role_of_a_group_counts_until_it_ends(feed, titles, draft, project):
    user = person()
    group = Group.objects.create(name="Vertretung")
    group.user_set.add(user)
    grant_role(group, project, roles.READER)
    feed()
    assert titles(user, "Waschsalon") == [draft.title]
    group.user_set.remove(user)
    assert titles(user, "Waschsalon") == []


def test_every_state_is_found_and_counted(feed, look, project, editor, office):
    def entry(title):
        return ExperienceFactory(title=title, project=project, revision=editor)

    entry("Nachbarschaft am Montag")
    submit(entry("Nachbarschaft am Dienstag"), editor)
    returned = entry("Nachbarschaft am Mittwoch")
    submit(returned, editor)
    return_entry(Experience.objects.get(pk=returned.pk), office, "Bitte genauer.")
    changed = published_experience(title="Nachbarschaft am Donnerstag", project=project)
    rewrite(changed, editor, title="Nachbarschaft am Freitag")
    withdrawn = published_experience(title="Nachbarschaft am Samstag", project=project)
    withdraw(withdrawn, office)
    published_experience(title="Nachbarschaft am Sonntag", project=project)
    feed()
    context = look(editor, "Nachbarschaften")
    assert counts(context, "Stand") == {
        "Entwurf": 1,
        "in Prüfung": 1,
        "zurückgegeben": 1,
        "veröffentlicht, mit Änderungen": 1,
        "zurückgezogen": 1,
    }
    found = look(editor, "Nachbarschaften", status="geaendert")
    assert [plain(row["title"]) for row in found["rows"]] == ["Nachbarschaft am Freitag"]
    # A choice leaves the counts beside it.
    assert counts(found, "Stand") == counts(context, "Stand")
    assert found["total"] == 1


def test_supplements_and_comments_are_found_by_their_own_people(feed, titles, look, office, editor):
    theirs = published_experience(Circle.PROJECTS, title="Sprechstunde in der Schule")
    project = editor.projectusergrant_set.first().content_object
    supplement = create_supplement(editor, theirs, project, text="Bei uns im Waschsalon auch.")
    comment = add_comment(supplement, office, "Bitte die Öffnungszeiten ergänzen.")
    answer_comment(comment, editor, "Die Öffnungszeiten stehen jetzt dabei.")
    feed()
    about = "Ergänzung zu „Sprechstunde in der Schule“"
    assert titles(editor, "Waschsalons") == [about]
    assert titles(editor, "Öffnungszeit") == [about, about]
    rows = look(editor, "Öffnungszeit", typ="kommentar")["rows"]
    address = f"/intern/kommentieren/ergaenzung/{supplement.pk}/#kommentar-{comment.pk}"
    assert [row["url"] for row in rows] == [address, address]
    owner = person(roles.LEAD, theirs.project)
    assert titles(owner, "Waschsalons") == titles(owner, "Öffnungszeit") == []


def test_a_supplement_tells_no_title_that_its_project_reads_no_more(feed, look, editor, office):
    theirs = published_experience(Circle.PROJECTS, title="Sprechstunde in der Schule")
    project = editor.projectusergrant_set.first().content_object
    create_supplement(editor, theirs, project, text="Bei uns im Waschsalon auch.")
    withdraw(theirs, office)
    feed()
    rows = look(editor, "Waschsalon")["rows"]
    assert [plain(row["title"]) for row in rows] == ["Ergänzung zu einer zurückgezogenen Erfahrung"]
    assert look(editor, "Schule")["rows"] == []


# --- from that second on -------------------------------------------------------------------------
# The index is not fed between the deed and the question: it still holds what was.


def nothing_for(look, user):
    for query in ("Waschsalon", "Öffnungszeiten", ""):
        context = look(user, query)
        assert (context["rows"], context["total"], context["facets"]) == ([], 0, []), query
        assert context["last_page"] == 1


@pytest.fixture
def commented(draft, office):
    add_comment(draft, office, "Bitte die Öffnungszeiten ergänzen.")
    return draft


def test_a_revoked_role_finds_nothing(feed, look, titles, commented, project, editor):
    person(roles.LEAD, project)
    feed()
    assert len(titles(editor)) == 2
    revoke_role(editor, project, roles.EDITOR)
    nothing_for(look, editor)


def test_a_role_whose_last_day_is_over_finds_nothing(feed, look, titles, commented, project):
    user = person()
    today = timezone.localdate()
    grant_role(user, project, roles.EDITOR, until=today)
    feed()
    assert len(titles(user)) == 2
    user.projectusergrant_set.update(until=today - DAY)
    nothing_for(look, user)


def test_a_closed_account_finds_nothing(feed, client, titles, commented, editor):
    feed()
    assert len(titles(editor)) == 2
    editor.is_active = False
    editor.save()
    assert client.get(INTERNAL, {"q": "Waschsalon"}).url.startswith("/anmelden/")


def test_the_people_of_an_ended_project_find_nothing_and_its_heir_does(
    feed, look, titles, commented, project, editor, office
):
    heir = ProjectFactory()
    project.successor = heir
    project.save()
    feed()
    begin_end(project, by=office)
    project.refresh_from_db()
    nothing_for(look, editor)
    while pass_on_batch(project, by=office):
        pass
    nothing_for(look, editor)
    feed()
    assert len(titles(person(roles.READER, heir))) == 2
    assert titles(person(roles.READER, heir), "Waschsalon") == [commented.title]
    assert titles(person(roles.READER, heir), "Öffnungszeiten") == [commented.title]


def test_a_hand_over_takes_it_from_one_project_and_gives_it_to_the_other(
    feed, look, titles, commented, editor, office
):
    other = ProjectFactory()
    feed()
    hand_over(commented, other, office)
    nothing_for(look, editor)
    feed()
    nothing_for(look, editor)
    reader = person(roles.READER, other)
    assert titles(reader, "Waschsalon") == [commented.title]
    assert titles(reader, "Öffnungszeiten") == [commented.title]


def test_the_trash_holds_nothing_to_find_and_gives_it_back(
    feed, look, titles, commented, editor, office
):
    feed()
    trash(commented, editor)
    nothing_for(look, editor)
    nothing_for(look, office)
    feed()
    nothing_for(look, editor)
    restore(commented, editor)
    feed()
    assert titles(editor, "Waschsalon") == [commented.title]
    assert titles(editor, "Öffnungszeiten") == [commented.title]


def test_what_was_redacted_is_not_shown_and_then_not_found(feed, look, titles, draft, office):
    add_comment(draft, office, "Bitte Frau Beispielmann fragen.")
    rewrite(draft, office, lesson="Frau Beispielmann weiß das.")
    feed()
    assert len(titles(office, "Beispielmann")) == 2
    redact(Wording(("Beispielmann",)), office, "Wunsch der Person")
    page = look(office, "Beispielmann")
    assert "Beispielmann" not in "".join(row["fragment"] + row["title"] for row in page["rows"])
    feed()
    assert titles(office, "Beispielmann") == []
    assert titles(office, "Waschsalon") == [draft.title]


def test_what_is_published_leaves_the_search_among_drafts(feed, titles, draft, editor, office):
    feed()
    approve(draft, office, circle=Circle.PUBLIC)
    assert titles(editor, "Waschsalon") == []


# --- the public side -----------------------------------------------------------------------------

ODD = [
    {"version": "draft"},
    {"version": "draft", "versions": "draft", "status": "entwurf", "typ": "kommentar"},
    {"portal_type": "Comment"},
    {"portal_type": ["Experience", "Supplement", "Comment"], "review_state": "private"},
    {"index": "internal", "indices": "guide-internal-read", "alias": "*"},
    {"art": "gut", "projekt": "thinka-musterstadt", "metadata_fields": "_all", "facets": "1"},
    {"SearchableText": "version:draft Waschsalon", "q": "version:draft Waschsalon"},
    {"SearchableText": '*" OR version:draft OR "Waschsalon', "q": "status:entwurf Waschsalon"},
    {"circle": "project", "reader_project_ids": "1", "project_id": "1", "is_office": "true"},
]


def test_no_parameter_of_the_public_search_reaches_a_draft(feed, client, commented, office):
    published_experience(title="Ein Fest im Hof")
    feed()
    texts = {"q": "Waschsalon Öffnungszeiten", "SearchableText": "Waschsalon Öffnungszeiten"}
    for user in (None, person(roles.PARTNER), office):
        if user:
            client.force_login(user)
        for address in ("/suche/", "/suche/vorschlag/", "/api/@search"):
            for odd in (*ODD, *({**texts, **odd} for odd in ODD)):
                response = client.get(address, odd)
                assert response.status_code == 200
                told = response.content.decode()
                for secret in ("Sprechstunden im", "jeden Dienstag", "ergänzen"):
                    assert secret not in told, (user, address, odd)


# --- when the engine is away, and what was written just now ----------------------------------


def test_without_the_engine_the_database_answers_and_says_so(
    feed_embedded, away, look, titles, client, commented, editor, office
):
    feed_embedded()
    away()
    assert titles(editor, "dienstag wohngebiet") == [commented.title]
    assert titles(editor, "öffnungszeiten") == [commented.title]
    assert titles(person(roles.LEAD, ProjectFactory()), "Waschsalon") == []
    assert look(editor, "Waschsalon")["degraded"] is True
    assert "eingeschränkt" in client.get(INTERNAL, {"q": "Waschsalon"}).content.decode()


def test_without_the_engine_arguments_and_new_drafts_are_found(
    feed_embedded, away, titles, project, editor
):
    entry = ExperienceFactory(title="Über Türen", kind="discussion", project=project)
    entry.arguments.create(side="pro", text="Größere Räume")
    entry.save_revision(user=editor)
    away()
    assert titles(editor, "größere räume") == ["Über Türen"]


def test_who_has_just_saved_finds_it_before_the_feed_has_run(
    feed_embedded, titles, draft, editor, project, office
):
    assert titles(editor, "Waschsalons") == [draft.title]
    assert titles(editor, "Schwimmbad") == []
    feed_embedded()
    rewrite(draft, editor, title="Sprechstunden im Schwimmbad")
    comment = add_comment(draft, editor, "Öffnungszeiten fehlen noch.")
    assert titles(editor, "Schwimmbäder") == ["Sprechstunden im Schwimmbad"]
    assert titles(editor, "Öffnungszeit") == ["Sprechstunden im Schwimmbad"]
    comment.delete()
    assert titles(editor, "Öffnungszeit") == []


# --- the page ------------------------------------------------------------------------------------


def test_the_page_costs_the_same_however_much_there_is(
    feed_embedded, client, project, editor, office
):
    def more(number):
        for _ in range(number):
            entry = ExperienceFactory(title="Sprechstunde", project=project, revision=office)
            add_comment(entry, office, "Zur Sprechstunde: wie oft?")
            theirs = published_experience(Circle.PROJECTS)
            create_supplement(office, theirs, project, text="Auch eine Sprechstunde.")
        feed_embedded()

    def cost(address, query):
        client.force_login(editor)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address, {"q": query}).status_code == 200
        return len(queries)

    more(1)
    for address in (INTERNAL, ADMIN):
        cost(address, "Sprechstunde")  # what is read once for a process
    before = {(a, q): cost(a, q) for a in (INTERNAL, ADMIN) for q in ("Sprechstunde", "")}
    more(6)
    after = {(a, q): cost(a, q) for a in (INTERNAL, ADMIN) for q in ("Sprechstunde", "")}
    assert after == before


def test_odd_addresses_are_no_errors(feed, look, draft, editor):
    feed()
    for odd in (
        {"seite": "-1"},
        {"seite": "9999999999999"},
        {"seite": "²"},
        {"status": "'; DROP TABLE"},
        {"projekt": "thinka-musterstadt\x00"},
        {"art": ["gut", "gut", "schlecht", ""]},
        {"typ": "kommentar", "status": "entwurf"},
    ):
        look(editor, "Waschsalon", **odd)
    for text in ("\x00", "((", '"', "-", "a" * 5000, "\ud800", "AND OR NOT", "🦔", "*:*"):
        look(editor, text.encode("utf-8", "replace").decode())


def test_empty_states_help(feed_embedded, client, project, editor):
    def page(user, **asked):
        client.force_login(user)
        return client.get(INTERNAL, asked).content.decode()

    assert "Noch keine Entwürfe" in page(editor)
    assert "/suche/?q=Waschsalon" in page(editor, q="Waschsalon")
    ExperienceFactory(title="Sprechstunde", project=project)
    assert "In dieser Auswahl steht nichts" in page(editor, status="pruefung")
    assert "Sie arbeiten zurzeit für kein Projekt" in page(person(roles.PARTNER))


def test_pages_and_choices_stay_in_the_address(feed_embedded, look, project, editor):
    for number in range(25):
        ExperienceFactory(title=f"Sprechstunde {number}", project=project)
    ExperienceFactory(title="Sprechstunde schlecht", kind="bad", project=project)
    feed_embedded()
    first = look(editor, "Sprechstunde", art="gut")
    assert (first["total"], first["last_page"], len(first["rows"])) == (25, 2, 20)
    assert first["next_url"] == "?q=Sprechstunde&art=gut&seite=2"
    second = look(editor, "Sprechstunde", art="gut", seite=2)
    assert len(second["rows"]) == 5
    assert counts(second, "Art") == {"Gute Erfahrungen": 25, "Schlechte Erfahrungen": 1}


def test_the_admins_search_field_leads_to_drafts(client, editor):
    client.force_login(editor)
    assert '"_args": ["/admin/suche/"]' in client.get("/admin/").content.decode()


# --- the search field of the admin's lists ---------------------------------------------------


LISTS = {"experience": "/admin/erfahrungen/", "supplement": "/admin/ergaenzungen/"}


@pytest.fixture
def listed(client):
    def keys(user, kind, query):
        client.force_login(user)
        response = client.get(LISTS[kind], {"q": query})
        assert response.status_code == 200
        return [entry.pk for entry in response.context["object_list"]]

    return keys


def test_the_list_of_experiences_looks_at_the_newest_draft(listed, client, draft, editor):
    rewrite(draft, editor, title="Sprechstunden im Schwimmbad", lesson="Früh öffnen.")
    for query in ("Schwimmbad", "früh", "schwimm ÖFFNEN", "dienstag"):
        assert listed(editor, "experience", query) == [draft.pk], query
    assert listed(editor, "experience", "Waschsalon") == []
    assert (
        "/admin/suche/?q=Waschsalon"
        in client.get(LISTS["experience"], {"q": "Waschsalon"}).content.decode()
    )
    assert listed(person(roles.EDITOR, ProjectFactory()), "experience", "Schwimmbad") == []


def test_the_list_of_supplements_tells_no_title_that_its_project_reads_no_more(
    listed, project, editor
):
    theirs = published_experience(Circle.PROJECTS, title="Sprechstunde in der Schule")
    supplement = create_supplement(editor, theirs, project, text="Bei uns im Waschsalon auch.")
    assert listed(editor, "supplement", "waschsalon schule") == [supplement.pk]
    narrowed = Experience.objects.get(pk=theirs.pk)
    narrowed.visibility = Circle.PROJECT.value
    narrowed.save_revision().publish()
    assert listed(editor, "supplement", "Schule") == []
    assert listed(editor, "supplement", "Waschsalon") == [supplement.pk]
