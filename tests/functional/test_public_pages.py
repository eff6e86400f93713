"""Who sees what on the public pages, and what stands there."""

import pytest
from django.test import Client

from cms.domain.circles import Circle
from cms.domain.kinds import Kind, OutcomeKind
from cms.models import Argument, ExperienceSource, InfoPage, Moderator, Publication
from cms.permissions import roles
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_outcome,
    table_page,
)

pytestmark = pytest.mark.django_db

TITLE = "Kaffee vor der Haustür öffnet Türen"
OWN, OTHER, OFFICE, PARTNER, PUBLIC = "own", "other", "office", "partner", "public"
READERS_OF = {
    Circle.PROJECT: {OWN, OFFICE},
    Circle.PROJECTS: {OWN, OTHER, OFFICE},
    Circle.NETWORK: {OWN, OTHER, OFFICE, PARTNER},
    Circle.PUBLIC: {OWN, OTHER, OFFICE, PARTNER, PUBLIC},
}


@pytest.fixture
def project():
    return ProjectFactory(title="Projekt am Musterberg", slug="musterberg")


def client_of(reader, project) -> Client:
    """A browser of that kind of reader."""
    client = Client()
    if reader == OWN:
        client.force_login(person(roles.EDITOR, project))
    elif reader == OTHER:
        client.force_login(person(roles.EDITOR, ProjectFactory()))
    elif reader == OFFICE:
        client.force_login(person(roles.OFFICE))
    elif reader == PARTNER:
        client.force_login(person(roles.PARTNER))
    return client


def text_of(client, address) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.parametrize("reader", [OWN, OTHER, OFFICE, PARTNER, PUBLIC])
@pytest.mark.parametrize("circle", list(Circle))
def test_an_entry_is_seen_in_its_circle_and_nowhere_else(circle, reader, project):
    topic = TopicFactory(title="Ansprache")
    table = table_page(event_page(), topics=[topic])
    entry = published_experience(circle, title=TITLE, project=project, topics=[topic], table=table)
    client = client_of(reader, project)
    sees = reader in READERS_OF[circle]

    assert client.get(entry.get_absolute_url()).status_code == (200 if sees else 404)
    assert client.get(f"/e/{entry.pk}/").status_code == (302 if sees else 404)
    lists = ["/", "/erfahrungen/", "/leitfaden/ansprache/", "/projekte/musterberg/", table.url]
    for address in lists:
        assert (TITLE in text_of(client, address)) is sees, address
    counted = '<span class="toc__count">1<' in text_of(client, "/leitfaden/")
    assert counted is sees


@pytest.mark.parametrize("reader", [OWN, OTHER, OFFICE, PARTNER, PUBLIC])
@pytest.mark.parametrize("circle", list(Circle))
def test_an_outcome_is_seen_in_its_circle_and_nowhere_else(circle, reader, project):
    topic = TopicFactory(title="Ansprache")
    event = event_page()
    table = table_page(event, topics=[topic])
    published_outcome(circle, title="Wir drucken Karten", project=project, table=table)
    published_outcome(
        circle, title="Wir fragen nach", project=project, event=event, kind=OutcomeKind.FOLLOW_UP
    )
    client = client_of(reader, project)
    sees = reader in READERS_OF[circle]
    assert ("Wir drucken Karten" in text_of(client, table.url)) is sees
    assert ("Wir drucken Karten" in text_of(client, "/leitfaden/ansprache/")) is sees
    assert ("Wir fragen nach" in text_of(client, event.url)) is sees


def test_what_may_not_be_seen_answers_like_what_does_not_exist(client, project):
    hidden = published_experience(Circle.PROJECTS, project=project)
    missing = client.get("/erfahrungen/gibt-es-nicht/")
    there = client.get(hidden.get_absolute_url())
    assert (there.status_code, there.content) == (404, missing.content)
    assert dict(there.headers) == dict(missing.headers)
    missing, there = client.get("/e/999999/"), client.get(f"/e/{hidden.pk}/")
    assert (there.status_code, there.content) == (404, missing.content)
    assert "nicht gefunden" in there.content.decode()


def test_drafts_stand_on_no_page(project):
    topic = TopicFactory(title="Ansprache")
    published_experience(topics=[topic])  # without it there is no chapter to look at
    draft = ExperienceFactory(title=TITLE, project=project, topics=[topic], visibility="public")
    for reader in (OWN, OFFICE):
        client = client_of(reader, project)
        assert client.get(draft.get_absolute_url()).status_code == 404
        for address in ("/", "/erfahrungen/", "/leitfaden/ansprache/", "/projekte/musterberg/"):
            assert TITLE not in text_of(client, address)


def test_an_unpublished_event_hides_its_tables_and_entries(client, project):
    topic = TopicFactory(title="Ansprache")
    event = event_page()
    table = table_page(event, topics=[topic])
    entry = published_experience(title=TITLE, project=project, topics=[topic], table=table)
    published_outcome(title="Wir drucken Karten", project=project, table=table)
    assert TITLE in text_of(client, table.url)

    event.unpublish()
    for address in (event.url, table.url, entry.get_absolute_url()):
        assert client.get(address).status_code == 404
    assert client.get("/leitfaden/ansprache/").status_code == 404
    published_experience(topics=[topic])
    chapter = text_of(client, "/leitfaden/ansprache/")
    assert TITLE not in chapter and "Wir drucken Karten" not in chapter
    assert event.title not in text_of(client, "/veranstaltungen/")


def test_who_wants_no_name_is_named_nowhere(project):
    topic = TopicFactory(title="Ansprache")
    event = event_page("Steuerungsgruppe am Musterberg", project=project, kind="steering_group")
    table = table_page(event)
    entry = published_experience(
        title=TITLE, project=project, topics=[topic], table=table, attribution="anonymous"
    )
    for reader in (PUBLIC, OTHER, PARTNER):
        client = client_of(reader, project)
        page = text_of(client, entry.get_absolute_url())
        assert "ein Projekt" in page and TITLE in page
        for address in (entry.get_absolute_url(), "/erfahrungen/", "/leitfaden/ansprache/"):
            text = text_of(client, address)
            assert TITLE in text
            assert "Musterberg" not in text and "musterberg" not in text, address
        assert TITLE not in text_of(client, "/projekte/musterberg/")
        assert TITLE not in text_of(client, table.url)
        assert "gute Erfahrung" not in text_of(client, event.url)


def test_notes_and_moderators_stay_among_the_projects(project):
    event = event_page(notes="<p>Wer was gesagt hat</p>")
    table = table_page(event, notes="<p>Noch offen geblieben</p>")
    Moderator.objects.create(table=table, name="Erika Beispiel", organisation="Musterverein")
    for reader, sees in {OWN: True, OFFICE: True, PARTNER: False, PUBLIC: False}.items():
        client = client_of(reader, project)
        for address in (event.url, table.url):
            assert ("Erika Beispiel" in text_of(client, address)) is sees
        assert ("Wer was gesagt hat" in text_of(client, event.url)) is sees
        assert ("Noch offen geblieben" in text_of(client, table.url)) is sees


def test_the_entry_shows_its_parts_its_source_and_its_versions(client, project):
    event = event_page("Zweiter Austausch")
    table = table_page(event, title="Tisch zur Ansprache")
    again = table_page(event, title="Tisch zum Ehrenamt")
    hidden = table_page(event_page("Noch nicht fertig", live=False), title="Geheimer Tisch")
    entry = ExperienceFactory(
        title=TITLE,
        project=project,
        kind=Kind.DISCUSSION,
        visibility="projects",
        situation="Niemand kam.",
        approach="Wir gingen hinaus.",
        result="Nun kommen viele.",
        lesson="Fangt klein an.",
        table=table,
    )
    entry.arguments = [
        Argument(side="pro", text="Es kostet wenig"),
        Argument(side="contra", text="Es regnet oft"),
    ]
    entry.save_revision().publish()
    for number, source in enumerate((again, hidden)):
        ExperienceSource.objects.create(
            experience=entry, table=source, text="x", import_key=str(number)
        )
    entry.refresh_from_db()
    entry.visibility = "public"
    entry.save_revision().publish()

    page = text_of(client, entry.get_absolute_url())
    for text in ("Niemand kam.", "Wir gingen hinaus.", "Nun kommen viele.", "Fangt klein an."):
        assert text in page
    assert page.index("Dafür spricht") < page.index("Es kostet wenig")
    assert page.index("Dagegen spricht") < page.index("Es regnet oft")
    assert "Tisch zur Ansprache" in page and "Tisch zum Ehrenamt" in page
    assert "Geheimer Tisch" not in page and "Noch nicht fertig" not in page
    assert "Wer kann das sehen?" in page and "Alle, auch ohne Anmeldung" in page
    assert f"http://testserver/e/{entry.pk}/" in page
    # Members know of the first version, which was theirs alone; the public does not.
    members = text_of(client_of(OWN, project), entry.get_absolute_url())
    assert (page.count("<time datetime="), members.count("<time datetime=")) == (1, 2)
    assert "Alle Projekte und die Koordinierungsstelle" in members
    assert "Alle Projekte und die Koordinierungsstelle" not in page


def test_a_chapter_sorts_its_entries_and_leads_on(client):
    parent = TopicFactory(title="Menschen", sort_order=1)
    topic = TopicFactory(title="Ansprache", parent=parent, sort_order=2)
    after = TopicFactory(title="Räume", sort_order=3)
    published_experience(topics=[after])
    for kind in Kind:
        published_experience(title=f"Eintrag {kind}", kind=kind, topics=[topic])
    page = text_of(client, "/leitfaden/menschen/ansprache/")
    order = ["Was trägt", "Eintrag good", "Unentschieden", "Eintrag neutral", "Was nicht trägt"]
    order += ["Eintrag bad", "Diskussionen", "Eintrag discussion"]
    places = [page.rindex(text) for text in order]
    assert places == sorted(places)
    assert 'rel="prev" href="/leitfaden/menschen/"' in page
    assert f'rel="next" href="{after.get_absolute_url()}"' in page
    assert "Eintrag good" in text_of(client, "/leitfaden/menschen/")
    # An address from before the topic was moved.
    moved = client.get("/leitfaden/ansprache/")
    assert moved["Location"] == "/leitfaden/menschen/ansprache/"
    assert client.get("/leitfaden/ausgaben/").status_code == 404


def test_a_long_section_is_cut_and_can_be_read_whole(client):
    topic = TopicFactory(title="Ansprache")
    for number in range(22):
        published_experience(title=f"Nummer {number:02}", topics=[topic])
    page = text_of(client, "/leitfaden/ansprache/")
    assert page.count('<article class="card">') == 20
    assert 'href="/erfahrungen/?art=gut&amp;thema=ansprache"' in page
    assert text_of(client, "/leitfaden/ansprache/?alles").count('<article class="card">') == 22
    rest = text_of(client, "/erfahrungen/?art=gut&thema=ansprache&seite=2")
    assert rest.count('<article class="card">') == 2
    assert "Seite 2 von 2" in rest
    assert "Dazu gibt es noch keinen Eintrag" in text_of(client, "/erfahrungen/?art=schlecht")


def test_projects_are_found_by_place_and_the_ended_ones_apart(client, project):
    LocationFactory(project=project, city="Neustadt", postcode="99999")
    ended = ProjectFactory(
        title="Altes Projekt", start="2012-01-01", end="2013-12-31", successor=project
    )
    running = text_of(client, "/projekte/")
    assert project.title in running and ended.title not in running
    assert "Koordinierungsstelle" in running
    over = text_of(client, "/projekte/?zeige=beendet")
    assert ended.title in over and "weitergeführt von" in over
    assert project.title in text_of(client, "/projekte/?ort=neust")
    assert "Kein Projekt passt" in text_of(client, "/projekte/?ort=%00Nirgends")
    page = text_of(client, ended.get_absolute_url())
    assert "beendet" in page and project.get_absolute_url() in page


def test_the_nearest_office_is_found_by_postcode_and_by_name(client, project):
    office = {"opening_hours": "Mo 9–12 Uhr\nDi 14–18 Uhr", "languages": "Deutsch, Arabisch"}
    LocationFactory(
        project=project, city="Nahdorf", postcode="99425", telephone="03643 / 12 34", **office
    )
    far = ProjectFactory(title="Projekt Fern", other_names="Fernberg")
    LocationFactory(project=far, city="Ferndorf", postcode="07545", anonymous=True)
    page = text_of(client, "/?ort=99423")
    assert page.index("Nahdorf") < page.index("Ferndorf")
    assert 'href="tel:+4936431234"' in page and "Di 14–18 Uhr" in page and "kostenfrei" in page
    page = text_of(client, "/?ort=Fernberg")
    assert page.index("Ferndorf") < page.index("Nahdorf")
    assert "Wir kennen keinen Ort" in text_of(client, "/?ort=Nirgendwo")
    assert "&lt;script&gt;" in text_of(client, "/?ort=<script>")


def test_news_and_text_pages_are_read(client, project):
    item = news_page("Neues Büro", teaser="Ab Mai", body="<p>Am Markt</p>", project=project)
    news_page("Noch geheim", live=False)
    assert "Ab Mai" in text_of(client, "/aktuelles/")
    assert "Noch geheim" not in text_of(client, "/aktuelles/")
    assert "Am Markt" in text_of(client, item.url)
    assert "Neues Büro" in text_of(client, "/")
    assert "Neues Büro" in text_of(client, "/projekte/musterberg/")
    for page in InfoPage.objects.all():
        assert page.title in text_of(client, page.url)
        assert f'href="{page.url}"' in text_of(client, "/")


def test_an_empty_site_says_what_will_be_there(client):
    for address in ("/", "/leitfaden/", "/erfahrungen/", "/veranstaltungen/", "/aktuelles/"):
        assert 'class="empty"' in text_of(client, address)
    assert "Noch ist kein Projekt eingetragen" in text_of(client, "/projekte/")


def test_strange_addresses_are_not_found(client):
    for address in ("/e/99999999999999999999/", "/leitfaden/a//b/", "/erfahrungen/%00/"):
        assert client.get(address).status_code == 404
    assert client.get("/erfahrungen/?seite=999&art=x&thema=%00").status_code == 200


def test_older_versions_can_be_read_until_the_entry_is_withdrawn(client):
    office = person(roles.OFFICE)
    entry = published_experience(title="Erste Fassung")
    entry.title = "Zweite Fassung"
    entry.save_revision().publish()
    page = client.get(entry.get_absolute_url()).content.decode()
    first = Publication.objects.of(entry).last()
    link = f"?fassung={first.pk}"
    assert link in page
    assert "frühere Fassung" in client.get(entry.get_absolute_url() + link).content.decode()

    withdraw(entry, office, "Ein Name stand darin")
    entry.refresh_from_db()
    entry.title = "Dritte Fassung"
    entry.save_revision().publish()
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "Erste Fassung" not in page and "Zweite Fassung" not in page
    assert client.get(entry.get_absolute_url() + link).status_code == 404
    for odd in ("?fassung=x", "?fassung=999999", "?fassung=²"):
        assert client.get(entry.get_absolute_url() + odd).status_code == 404
    client.force_login(office)
    assert "Erste Fassung" in client.get(entry.get_absolute_url()).content.decode()
