"""The review desk, the review of one entry, the homes, and the yearly list."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from cms.domain.circles import Circle
from cms.domain.kinds import Kind, Verdict
from cms.models import Argument, Experience, GuideSettings, Moderator, Supplement
from cms.permissions import policies, roles
from cms.permissions.readership import count_readers
from cms.services.create_experience import create_experience
from cms.services.grant_role import grant_role
from cms.services.review import approve, return_entry
from cms.services.submit import submit
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    InstitutionFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    person,
    published_experience,
    table_page,
)

pytestmark = pytest.mark.django_db

DESK = "/admin/pruefung/"


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, first_name="Rita", last_name="Redaktion")


@pytest.fixture
def office(client):
    user = person(roles.OFFICE)
    client.force_login(user)
    return user


def waiting(editor, project, title: str, days: int = 0, **fields) -> Experience:
    """An entry that was handed in ``days`` ago."""
    entry = create_experience(editor, project, title, **fields)
    submit(entry, editor)
    states = TaskState.objects.filter(workflow_state__in=entry.workflow_states.all())
    states.update(started_at=timezone.now() - datetime.timedelta(days=days))
    return entry


def waiting_supplement(editor, project, days: int = 0, **fields) -> Supplement:
    """A supplement of ``project`` to an experience of another, handed in ``days`` ago."""
    fields = {"verdict": Verdict.PROVEN.value, "text": "<p>Bei uns auch.</p>", **fields}
    experience = fields.pop("experience", None) or published_experience(title="Waschsalon")
    supplement = Supplement.objects.create(project=project, experience=experience, **fields)
    supplement.save_revision(user=editor)
    submit(supplement, editor)
    states = TaskState.objects.filter(workflow_state__in=supplement.workflow_states.all())
    states.update(started_at=timezone.now() - datetime.timedelta(days=days))
    return supplement


def text_of(client, address: str, **query) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def review_of(entry) -> str:
    name = "guide_review_supplement" if isinstance(entry, Supplement) else "guide_review"
    return reverse(name, args=[entry.pk])


def decide(client, entry, circle=Circle.PROJECTS, **data):
    """Sends an approval as the form does."""
    data = {
        "action": "approve",
        "circle": circle.value,
        "revision_id": type(entry).objects.get(pk=entry.pk).latest_revision_id,
        **data,
    }
    return client.post(review_of(entry), data)


def titles(response_text: str) -> list[str]:
    return [
        part.split(">", 1)[1].split("<", 1)[0]
        for part in response_text.split('class="guide-desk__title"')[1:]
    ]


# --- the desk ----------------------------------------------------------------------------


def test_what_waits_longest_stands_first_supplements_among_them(editor, project, office, client):
    waiting(editor, project, "Von gestern", days=1)
    waiting_supplement(editor, project, days=5)
    waiting(editor, project, "Von letzter Woche", days=9)
    assert titles(text_of(client, DESK)) == [
        "Von letzter Woche",
        "Ergänzung zu „Waschsalon“",
        "Von gestern",
    ]


def test_what_waits_too_long_is_overdue(editor, project, office, client):
    waiting(editor, project, "Alt", days=20)
    waiting(editor, project, "Neu", days=2)
    assert text_of(client, DESK).count("guide-tag--overdue") == 1
    assert titles(text_of(client, DESK, ueberfaellig="1")) == ["Alt"]
    GuideSettings.objects.update(review_days=30)
    assert "guide-tag--overdue" not in text_of(client, DESK)


def test_a_second_submission_waits_from_then_on(editor, project, office, client):
    entry = waiting(editor, project, "Zurück und wieder da", days=20)
    return_entry(entry, office, "Bitte ergänzen.")
    submit(entry, editor)
    assert "guide-tag--overdue" not in text_of(client, DESK)


def test_the_desk_is_narrowed_by_project_and_kind(editor, project, office, client):
    other = ProjectFactory(title="Anderswo")
    waiting(editor, project, "Eine gute", kind=Kind.GOOD)
    waiting(person(roles.EDITOR, other), other, "Eine schlechte", kind=Kind.BAD)
    waiting_supplement(editor, project)
    assert titles(text_of(client, DESK, projekt=other.pk)) == ["Eine schlechte"]
    assert titles(text_of(client, DESK, art="good")) == ["Eine gute"]
    assert titles(text_of(client, DESK, art="supplement")) == ["Ergänzung zu „Waschsalon“"]
    empty = text_of(client, DESK, projekt=other.pk, art="good")
    assert "In dieser Auswahl wartet nichts." in empty
    by_project = text_of(client, DESK, ordnung="projekt")
    assert titles(by_project)[0] == "Eine schlechte"
    assert by_project.count("guide-desk__project") == 2


def test_an_empty_desk_says_so(office, client):
    assert "Es wartet nichts." in text_of(client, DESK)


def test_a_reviewer_of_one_project_sees_its_entries_only(editor, project, client):
    waiting(editor, project, "Hier")
    other = ProjectFactory()
    elsewhere = waiting(person(roles.EDITOR, other), other, "Dort")
    client.force_login(person(roles.REVIEWER, project))
    assert titles(text_of(client, DESK)) == ["Hier"]
    assert client.get(review_of(elsewhere)).status_code == 302
    client.force_login(editor)
    assert client.get(DESK).status_code == 302


@pytest.mark.parametrize("address", ["/admin/pruefung/", "/admin/", "/intern/"])
def test_lists_cost_the_same_for_few_and_many(address, editor, project, office, client):
    def cost():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    def add(number):
        for _ in range(number):
            waiting(editor, project, "Wartet")
            waiting_supplement(editor, project)
            published_experience(project=project, revision=office)
            create_experience(office, project, "Entwurf")

    add(2)
    few = cost()
    add(4)
    assert cost() == few


# --- one entry ---------------------------------------------------------------------------


def test_the_review_shows_words_moved_arguments_topics_and_the_circle(
    editor, project, office, client
):
    old_topic, new_topic = TopicFactory(title="Kinder"), TopicFactory(title="Senioren")
    entry = published_experience(
        Circle.PROJECTS,
        title="Sprechstunde am Dienstag",
        project=project,
        kind=Kind.DISCUSSION,
        topics=[old_topic],
        arguments=[
            Argument(side="pro", text="Alle kommen gern vorbei"),
            Argument(side="pro", text="Der Ort ist bekannt"),
            Argument(side="contra", text="Es ist sehr laut"),
        ],
    )
    draft = entry.get_latest_revision_as_object()
    draft.title = "Sprechstunde am Mittwoch"
    draft.body = "<p>Das hat <b>gut</b> geklappt.</p>"
    draft.visibility = Circle.PUBLIC.value
    draft.topics.set([new_topic])
    draft.arguments.set(
        [
            Argument(side="contra", text="Es ist sehr laut", sort_order=0),
            Argument(side="pro", text="Alle kommen gern vorbei", sort_order=1),
            Argument(side="pro", text="Der Ort ist gut bekannt", sort_order=2),
        ]
    )
    draft.save_revision(user=editor)
    submit(entry, editor)
    page = text_of(client, review_of(entry))
    assert "</span>Dienstag<span" in page and "</span>Mittwoch<span" in page
    assert "verschoben" in page and "nur anders formatiert" in page
    assert "weiter: mehr Menschen lesen es" in page
    assert "</span>Kinder</del>" in page and "</span>Senioren</ins>" in page
    assert "&lt;b&gt;" not in page


def test_a_first_version_is_called_new(editor, project, office, client):
    page = text_of(client, review_of(waiting(editor, project, "Erstling")))
    assert "· neu" in page and "Was sich ändert" not in page


def test_the_review_names_and_counts_the_readers(editor, project, office, client):
    person(roles.READER, ProjectFactory())
    page = text_of(client, review_of(waiting(editor, project, "Wer liest mich?")))
    assert "alle 2 Projekte und die Koordinierungsstelle: 3 Personen" in page
    assert "ThINKA Musterstadt und die Koordinierungsstelle: 2 Personen" in page
    assert "alle, auch ohne Anmeldung" in page


@pytest.mark.parametrize("circle", list(Circle))
def test_the_count_of_readers_is_what_the_policy_says(circle, editor, project, office):
    person(roles.PARTNER)
    person(roles.READER, project)
    person(roles.LEAD, ProjectFactory())
    person()
    left = person(roles.EDITOR, project, is_active=False)
    ended = person()
    grant_role(ended, project, roles.EDITOR)
    ended.projectusergrant_set.update(until=timezone.localdate() - datetime.timedelta(days=1))
    get_user_model().objects.create_superuser("haupt", password="x")
    team = Group.objects.create(name="Team")
    team.user_set.add(person())
    grant_role(team, project, roles.READER)
    people = [
        user
        for user in get_user_model().objects.all()
        if policies.reader_for(user).may_see(circle, project.pk)
    ]
    assert left not in people or circle is Circle.PUBLIC
    expected = None if circle is Circle.PUBLIC else len(people)
    assert count_readers(circle, project.pk) == expected


def test_the_history_tells_who_did_what(editor, project, office, client):
    entry = waiting(editor, project, "Mit Geschichte")
    return_entry(entry, office, "Bitte noch: wie oft?")
    submit(entry, editor)
    approve(entry, office, note="Danke!")
    withdraw(entry, office, "Auf Wunsch")
    page = text_of(client, review_of(entry))
    for words in (
        "Rita Redaktion hat den Entwurf angelegt",
        "Rita Redaktion hat zur Prüfung eingereicht",
        "hat zurückgegeben",
        "Bitte noch: wie oft?",
        "Rita Redaktion hat noch einmal eingereicht",
        "Danke!",
        "Veröffentlicht. Wer das sieht: Alle Projekte und die Koordinierungsstelle",
        "Auf Wunsch",
    ):
        assert words in page, words


def test_personal_data_is_pointed_at(editor, project, office, client):
    LocationFactory(project=project, city="Musterstadt", telephone="03643 1234567")
    InstitutionFactory(title="Wohnungsgesellschaft Erika Muster")
    table = table_page(event_page())
    Moderator.objects.create(table=table, name="Martin Beispiel")
    entry = waiting(editor, project, "Besuch bei Frau Beispielmann")
    draft = entry.get_latest_revision_as_object()
    draft.table = table
    draft.body = "<p>Erika Muster, Martin Beispiel, 03643/1234567: alles bekannt.</p>"
    draft.lesson = "Eine Klientin mit Schulden, Tel. 0361 7654321."
    draft.save_revision(user=editor)
    page = text_of(client, review_of(entry))
    marked = [part.split("<", 1)[0] for part in page.split("<mark data-guide-finding>")[1:]]
    assert marked == ["Frau Beispielmann", "Schulden", "0361 7654321"]
    assert "Was wir daraus gelernt haben: Telefonnummer?" in page


def test_public_needs_the_confirmation(editor, project, office, client):
    entry = waiting(editor, project, "Für alle")
    refused = decide(client, entry, Circle.PUBLIC, note="Schöner Beitrag")
    page = refused.content.decode()
    assert refused.status_code == 200
    assert "Bitte bestätigen Sie das" in page and "Schöner Beitrag" in page
    assert not Experience.objects.get(pk=entry.pk).live
    assert decide(client, entry, Circle.PUBLIC, confirmed="on").status_code == 302
    assert Experience.objects.get(pk=entry.pk).visibility == Circle.PUBLIC


def test_more_readers_than_asked_for_need_the_confirmation(editor, project, office, client):
    entry = waiting(editor, project, "Nur für Projekte")
    assert decide(client, entry, Circle.NETWORK).status_code == 200
    assert decide(client, entry, Circle.PROJECTS).status_code == 302


def test_more_readers_than_before_a_withdrawal_need_it_and_then_it_goes(
    editor, project, office, client
):
    entry = waiting(editor, project, "Für wenige", visibility=Circle.PROJECT)
    approve(entry, office)
    withdraw(entry, office, "Auf Wunsch")
    entry.refresh_from_db()
    draft = entry.get_latest_revision_as_object()
    draft.visibility = Circle.PROJECTS.value
    draft.save_revision(user=editor)
    submit(entry, editor)
    assert decide(client, entry).status_code == 200
    assert decide(client, entry, confirmed="on").status_code == 302
    assert Experience.objects.get(pk=entry.pk).live


def test_what_was_saved_meanwhile_is_shown_before_it_is_approved(editor, project, office, client):
    entry = waiting(editor, project, "Gesehen")
    seen = Experience.objects.get(pk=entry.pk).latest_revision
    before = (seen.created_at - datetime.timedelta(seconds=1)).isoformat()
    page = decide(client, entry, seen_at=before).content.decode()
    assert "inzwischen geändert" in page and seen.created_at.isoformat() in page
    assert decide(client, entry, seen_at=seen.created_at.isoformat()).status_code == 302


def test_what_appears_later_is_said_so(editor, project, office, client):
    entry = waiting(editor, project, "Erst morgen")
    draft = entry.get_latest_revision_as_object()
    draft.go_live_at = timezone.now() + datetime.timedelta(days=1)
    draft.save_revision(user=editor)
    assert "erscheint erst am" in text_of(client, review_of(entry))
    page = client.get(decide(client, entry).url).content.decode()
    assert "ist freigegeben und erscheint am" in page
    assert not Experience.objects.get(pk=entry.pk).live


def test_a_change_of_what_is_public_needs_it_too(editor, project, office, client):
    entry = published_experience(Circle.PUBLIC, project=project)
    draft = entry.get_latest_revision_as_object()
    draft.body = "<p>Frau M. kam vorbei.</p>"
    draft.save_revision(user=editor)
    submit(entry, editor)
    assert decide(client, entry, Circle.PUBLIC).status_code == 200
    assert "Frau M." not in Experience.objects.get(pk=entry.pk).body


def test_after_an_answer_the_next_one_opens_and_then_the_desk(editor, project, office, client):
    first = waiting(editor, project, "Erste", days=3)
    second = waiting_supplement(editor, project, days=2)
    response = decide(client, first)
    assert response.url == review_of(second)
    page = client.get(response.url).content.decode()
    assert "„Erste“ ist veröffentlicht. Das sehen jetzt: alle 2 Projekte" in page
    data = {"action": "return", "reason": "Bitte genauer."}
    assert client.post(review_of(second), data).url == DESK


def test_returning_needs_a_reason(editor, project, office, client):
    entry = waiting(editor, project, "Ohne Grund")
    response = client.post(review_of(entry), {"action": "return", "reason": "  "})
    assert response.status_code == 200
    assert Experience.objects.with_state().get(pk=entry.pk).state_value == "in_review"


def test_later_goes_round_within_what_was_chosen(editor, project, office, client):
    other = ProjectFactory()
    first = waiting(editor, project, "Erste", days=3)
    waiting(person(roles.EDITOR, other), other, "Anderes Projekt", days=2)
    third = waiting(editor, project, "Dritte", days=1)
    query = f"?projekt={project.pk}"
    assert f'href="{review_of(third)}{query}"' in text_of(client, review_of(first) + query)
    assert f'href="{review_of(first)}{query}"' in text_of(client, review_of(third) + query)
    assert "Später" not in text_of(client, review_of(first), projekt=project.pk, art="bad")


def test_a_supplement_is_reviewed_like_an_experience(editor, project, office, client):
    supplement = waiting_supplement(editor, project)
    page = text_of(client, review_of(supplement))
    assert supplement.experience.get_absolute_url() in page and "bewährt" in page
    assert decide(client, supplement).status_code == 302
    assert Supplement.objects.get(pk=supplement.pk).live


def test_no_get_of_these_screens_writes(editor, project, office, client):
    entry = waiting(editor, project, "Nur lesen")
    for address in (DESK, review_of(entry), "/admin/jahresbericht/", "/admin/"):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        verbs = {query["sql"].lstrip("(").split(" ", 1)[0] for query in captured}
        # DECLARE: the cursor with which PostgreSQL reads many rows.
        assert verbs <= {"SELECT", "DECLARE", "SAVEPOINT", "RELEASE"}, address


# --- the homes ---------------------------------------------------------------------------


def lists_of(page: str) -> dict[str, str]:
    """The home page's lists: name -> HTML."""
    parts = page.split('<h2 id="guide-')[1:]
    return {part.split("-title", 1)[0]: part.split("</section>", 1)[0] for part in parts}


def test_a_writers_home_sorts_entries_by_what_to_do(editor, project, client):
    office = person(roles.OFFICE)
    create_experience(editor, project, "Ein Entwurf")
    returned = waiting(editor, project, "Kam zurück")
    return_entry(returned, office, "Bitte noch: wie oft?")
    waiting(editor, project, "Liegt vor")
    done = waiting(editor, project, "Ist draußen")
    approve(done, office)
    gone = waiting(editor, project, "Wieder weg")
    approve(gone, office)
    withdraw(gone, office, "Auf Wunsch der Familie")
    changed = waiting(editor, project, "Draußen und neu geschrieben")
    approve(changed, office)
    changed.refresh_from_db()
    draft = changed.get_latest_revision_as_object()
    draft.title = "Draußen, neue Fassung"
    draft.save_revision(user=editor)
    create_experience(person(roles.EDITOR, project), project, "Vom Kollegen")
    create_experience(office, ProjectFactory(), "Fremd")

    client.force_login(editor)
    page = text_of(client, "/admin/")
    lists = lists_of(page)
    assert "Ein Entwurf" in lists["drafts"]
    assert "Draußen, neue Fassung" in lists["drafts"]
    assert "Änderung an Veröffentlichtem" in lists["drafts"]
    assert "Bitte noch: wie oft?" in lists["returned"]
    assert "Liegt vor" in lists["in-review"]
    assert "Ist draußen" in lists["published"] and "neu" not in lists["published"]
    assert "Auf Wunsch der Familie" in lists["withdrawn"]
    assert "Vom Kollegen" in lists["colleagues"] and "Ein Entwurf" not in lists["colleagues"]
    assert "Fremd" not in page
    assert reverse("guide_experiences:add") in page
    internal = text_of(client, "/intern/")
    assert "Draußen, neue Fassung" in internal and "Änderung noch nicht eingereicht" in internal


def test_drafts_of_colleagues_are_not_shown_to_other_projects(editor, project, client):
    create_experience(editor, project, "Vertraulich")
    client.force_login(person(roles.EDITOR, ProjectFactory()))
    assert "Vertraulich" not in text_of(client, "/admin/")


# --- the yearly list ---------------------------------------------------------------------

REPORT = "/admin/jahresbericht/"


def test_the_yearly_list_holds_what_the_project_did(editor, project, client):
    office = person(roles.OFFICE)
    done = waiting(editor, project, "=Unsere Erfahrung")
    approve(done, office)
    other = ProjectFactory(title="Nachbarprojekt")
    verdict = waiting_supplement(person(roles.EDITOR, other), other, experience=done)
    approve(verdict, office)
    hidden = waiting_supplement(
        person(roles.EDITOR, other), other, experience=done, visibility="project", verdict="open"
    )
    approve(hidden, office)
    own = waiting_supplement(editor, project)
    approve(own, office)
    today = timezone.localdate()
    event_page("Austausch bei uns", host_project=project, date=today, place="Musterstadt")
    event_page("Austausch anderswo", host_project=other, date=today)
    ExperienceFactory(project=project, title="Nur ein Entwurf")

    client.force_login(editor)
    page = text_of(client, REPORT)
    for words in ("Unsere Erfahrung", "Ergänzung zu „Waschsalon“", "Nachbarprojekt: bewährt"):
        assert words in page, words
    assert "Austausch bei uns" in page
    assert "Austausch anderswo" not in page and "Nur ein Entwurf" not in page
    assert "noch offen" not in page  # a verdict in the circle of the other project
    table = client.get(f"{REPORT}csv/").content.decode("utf-8-sig")
    assert "Erfahrung;" in table and "'=Unsere Erfahrung" in table and "Nachbarprojekt" in table
    before = text_of(client, REPORT, von="2012-01-01", bis="2012-12-31")
    assert "nichts von diesem Projekt veröffentlicht" in before


def test_the_yearly_list_is_for_ones_own_projects(editor, project, client):
    other = ProjectFactory(title="Nachbarprojekt")
    published_experience(Circle.PROJECT, project=other, title="Intern beim Nachbarn")
    client.force_login(editor)
    for address in (REPORT, f"{REPORT}csv/"):
        page = text_of(client, address, projekt=other.pk)
        assert "Intern beim Nachbarn" not in page and "Nachbarprojekt" not in page
    client.force_login(person(roles.OFFICE))
    assert "Intern beim Nachbarn" in text_of(client, REPORT, projekt=other.pk)
    client.force_login(person(roles.PARTNER))
    assert client.get(REPORT).status_code == 302


def test_a_period_that_ends_before_it_begins_is_explained(editor, client):
    client.force_login(editor)
    page = text_of(client, REPORT, von="2014-05-01", bis="2014-04-01")
    assert "Das Ende liegt vor dem Anfang." in page
