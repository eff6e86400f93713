"""What was looked for and not found: counted without knowing who, shown to the office."""

import datetime
import sqlite3
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.domain.redaction import Wording
from cms.models import AuditEvent, MissedSearch
from cms.permissions import roles
from cms.services import missed_searches
from cms.services.missed_searches import count_missed, forget_missed_searches
from cms.services.redact import redact
from search import service
from search.engine import EngineUnavailable
from tests.factories.guide import LocationFactory, ProjectFactory, person, published_experience

pytestmark = pytest.mark.django_db
LIST = "guide_missed_searches"


@pytest.fixture
def office(client):
    user = person(roles.OFFICE)
    client.force_login(user)
    return user


@pytest.fixture
def guide(embedded_search):
    """A guide in which there is something to be found."""
    published_experience(title="Tauschbörse der Nachbarinnen")
    embedded_search()


def on_days(monkeypatch, number: int, search) -> None:
    """Does ``search`` on so many days, the last of them today."""
    today = timezone.localdate()
    for back in reversed(range(number)):
        day = today - datetime.timedelta(days=back)
        with monkeypatch.context() as clock:
            clock.setattr(missed_searches.timezone, "localdate", lambda day=day: day)
            search()


def texts() -> list[str]:
    return list(MissedSearch.objects.to_show().values_list("text", flat=True))


def test_what_was_missed_on_three_days_stands_in_the_offices_list(
    client, guide, office, monkeypatch
):
    on_days(monkeypatch, 2, lambda: client.get("/suche/?q=Hundeschule"))
    row = MissedSearch.objects.get()
    assert (row.text, row.count, row.days) == ("", 2, 2)
    assert "Hundeschule" not in row.key
    assert "Zurzeit fehlt nichts" in client.get(reverse(LIST)).content.decode()
    MissedSearch.objects.all().delete()

    typed = iter(["Hundeschule", "hundeschulen", " HUNDESCHULE "])
    on_days(monkeypatch, 3, lambda: client.get("/suche/", {"q": next(typed)}))
    assert texts() == ["HUNDESCHULE"]
    page = client.get(reverse(LIST)).content.decode()
    assert "<strong>HUNDESCHULE</strong>" in page and "3-mal gesucht, an 3 Tagen" in page


def test_one_day_is_one_day_however_often_one_searches(client, guide):
    for _ in range(5):
        client.get("/suche/?q=Hundeschule")
    row = MissedSearch.objects.get()
    assert (row.count, row.days, row.text) == (5, 1, "")


@pytest.mark.parametrize(
    "address",
    [
        "/suche/?q=Tauschbörse",
        "/suche/?q=Hundeschule&seite=2",
        "/suche/?q=Hundeschule&art=gut",
        "/suche/?q=Hundeschule&jahr=2013",
        "/suche/?q=Hundeschule&thema=gibt-es-nicht",
        "/suche/?q=?!",
        "/suche/?q=" + "Hundeschule+" * 20,
        "/suche/vorschlag/?q=Hundeschule",
    ],
)
def test_only_a_whole_search_without_an_answer_counts(client, guide, address):
    assert client.get(address).status_code == 200
    assert not MissedSearch.objects.exists()


@pytest.mark.parametrize(
    "agent",
    ["Mozilla/5.0 (compatible; Examplebot/2.1; +https://example.org/bot.html)", "curl/8.5.0",
     "ExampleSpider", "python-requests/2.32", "Mozilla/5.0 (compatible; AhCrawler)"],
)  # fmt: skip
def test_what_robots_look_for_is_nobodys_question(client, guide, agent):
    client.get("/suche/?q=Hundeschule", headers={"User-Agent": agent})
    assert not MissedSearch.objects.exists()
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.get("/suche/?q=Hundeschule", headers={"User-Agent": firefox})
    assert MissedSearch.objects.count() == 1


def test_a_program_that_looks_for_anything_fills_no_table(client, guide, monkeypatch):
    monkeypatch.setattr(missed_searches, "MOST_NEW_A_DAY", 3)
    for number in range(5):
        client.get(f"/suche/?q=Unsinn{number}")
    assert MissedSearch.objects.count() == 3
    client.get("/suche/?q=Unsinn1")  # what is there is counted all the same
    assert sorted(MissedSearch.objects.values_list("count", flat=True)) == [1, 1, 2]


def test_an_empty_guide_answers_an_empty_search_without_counting(client, embedded_search):
    client.get("/suche/")
    client.head("/suche/?q=Hundeschule")
    assert not MissedSearch.objects.exists()


def test_while_the_engine_is_away_nothing_is_missed(client, guide, monkeypatch):
    def away(*_args):
        raise EngineUnavailable("away")

    monkeypatch.setattr(service.engine(), "search", away)
    assert "läuft gerade eingeschränkt" in client.get("/suche/?q=Hundeschule").content.decode()
    assert not MissedSearch.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "Frau Mustermann Mietschulden",
        "frau mustermann",
        "erika mustermann",
        "Erika Mustermann",
        "erika.mustermann@example.org",
        "03643 1234567",
        "geboren am 3.4.1990",
        "Musterstraße 12",
        "DE02120300000000202051",
    ],
)
def test_what_may_tell_of_a_person_is_never_kept(monkeypatch, text):
    on_days(monkeypatch, 5, lambda: count_missed(text, text.lower()))
    row = MissedSearch.objects.get()
    assert (row.text, row.count, row.is_checked) == ("", 5, True)


def test_names_of_projects_and_places_are_no_persons(monkeypatch):
    LocationFactory(project=ProjectFactory(title="Haus Martin Luther"), city="Bad Musterstadt")
    on_days(monkeypatch, 3, lambda: count_missed("Haus Martin Luther", "haus martin luther"))
    assert texts() == ["Haus Martin Luther"]


def test_no_column_tells_who_searched():
    columns = {column.name for column in MissedSearch._meta.get_fields()}
    assert columns == {
        "id", "key", "text", "is_checked", "count", "days", "first_day", "last_day", "done"
    }  # fmt: skip


def test_one_click_settles_a_line_or_leads_to_what_is_missing(client, guide, office, monkeypatch):
    on_days(monkeypatch, 3, lambda: client.get("/suche/?q=Hundeschule & Co"))
    row = MissedSearch.objects.get()
    row.text = "Hundeschule & Co"
    row.save()
    page = client.get(reverse(LIST)).content.decode()
    for name in ("guide_synonyms:add", "guide_experiences:add"):
        assert f"{reverse(name)}?" in page
    form = client.get(reverse("guide_synonyms:add"), {"term": row.text}).content.decode()
    assert 'value="Hundeschule &amp; Co"' in form
    form = client.get(reverse("guide_experiences:add"), {"title": row.text}).content.decode()
    assert "Hundeschule &amp; Co" in form

    done = reverse("guide_missed_search_done", args=[row.pk])
    assert client.get(done).status_code == 405
    client.post(done)
    assert texts() == []
    assert AuditEvent.objects.filter(action="missed_search.settled").count() == 1
    client.get("/suche/?q=Hundeschule & Co")
    assert texts() == []  # settled is settled


def test_only_the_office_sees_and_settles(client, monkeypatch):
    on_days(monkeypatch, 3, lambda: count_missed("Hundeschule", "hundeschul"))
    row = MissedSearch.objects.get()
    client.force_login(person(roles.LEAD, ProjectFactory()))
    assert client.get(reverse(LIST)).status_code == 302
    assert client.post(reverse("guide_missed_search_done", args=[row.pk])).status_code == 302
    assert texts() == ["Hundeschule"]


def test_what_nobody_looks_for_any_more_is_forgotten(monkeypatch):
    today = timezone.localdate()

    def row(key, text, days):
        last = today - datetime.timedelta(days=days)
        MissedSearch.objects.create(key=key, text=text, first_day=last, last_day=last)

    row("a", "", 31), row("b", "", 29), row("c", "Hundeschule", 179), row("d", "Katzen", 181)
    assert forget_missed_searches() == 2
    assert set(MissedSearch.objects.values_list("key", flat=True)) == {"b", "c"}


def test_removing_a_name_everywhere_looks_here_too(office):
    today = timezone.localdate()
    MissedSearch.objects.create(
        key="x", text="Sprechstunde bei Musterfrau", days=3, first_day=today, last_day=today
    )
    redact(Wording.from_lines("Musterfrau", whole_words=True), office, "Bitte der Person")
    assert texts() == ["Sprechstunde bei [entfernt]"]


def test_counting_costs_the_search_two_short_queries_and_a_hit_none(client, guide):
    client.get("/suche/?q=Hundeschule")
    with CaptureQueriesContext(connection) as captured:
        client.get("/suche/?q=Hundeschule")
    about = [query for query in captured if "cms_missedsearch" in query["sql"]]
    assert len(about) == 2
    with CaptureQueriesContext(connection) as captured:
        client.get("/suche/?q=Tauschbörse")
    assert not [query for query in captured if "cms_missedsearch" in query["sql"]]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.sqlite
def test_a_busy_sqlite_costs_the_count_and_not_the_page(client, guide):
    client.get("/suche/")  # whatever is made or loaded once
    name = connection.settings_dict["NAME"]
    other = sqlite3.connect(name, uri=str(name).startswith("file:"), timeout=0)
    try:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        page = client.get("/suche/?q=Hundeschule")
        assert page.status_code == 200 and "0 Treffer" in page.content.decode()
        # Others may write for 20 seconds (settings); a search does not wait for them.
        assert time.monotonic() - started < 10
    finally:
        other.rollback()
        other.close()
    assert not MissedSearch.objects.exists()
    client.get("/suche/?q=Hundeschule")
    assert MissedSearch.objects.count() == 1
