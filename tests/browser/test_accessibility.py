"""Every public page in a real browser: no axe violation, no sideways scrolling, suggestions."""

import pytest
from django.utils import timezone

from cms.domain.kinds import Kind, OutcomeKind
from cms.models import Argument, ExperienceSource, GuideSettings, MinutesRound, Moderator
from cms.permissions import roles
from tests.browser.barriers import check
from tests.factories.guide import (
    PASSWORD,
    ExperienceFactory,
    InstitutionFactory,
    LocationFactory,
    ProjectFactory,
    TargetGroupFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_outcome,
    table_page,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SIZES = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
    "small phone": {"width": 320, "height": 640},
}
PUBLIC = [
    "/",
    "/?ort=99423",
    "/?ort=Nirgends",
    "/leitfaden/",
    "/leitfaden/menschen/",
    "/leitfaden/menschen/ansprache/",
    "/erfahrungen/",
    "/erfahrungen/?art=gut&thema=ansprache",
    "/erfahrungen/soll-man-klingeln/",
    "/projekte/",
    "/projekte/?zeige=beendet",
    "/projekte/musterberg/",
    "/veranstaltungen/",
    "/veranstaltungen/austausch/",
    "/veranstaltungen/austausch/tisch/",
    "/aktuelles/",
    "/aktuelles/neues-buero/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/leichte-sprache/",
    "/barriere-melden/",
    "/barriere-melden/danke/",
    "/anmelden/",
    "/suche/?q=Klingeln",
    "/gibt-es-nicht/",
]
MEMBERS = [
    "/",
    "/intern/",
    "/intern/suche/",
    "/intern/suche/?q=Entwurf&status=entwurf",
    "/intern/suche/?q=Unterseeboot",
    "/intern/benachrichtigungen/",
    "/intern/protokolle/77/",
    "/erfahrungen/soll-man-klingeln/",
    "/veranstaltungen/austausch/tisch/",
]


@pytest.fixture
def editor(feed):
    """A guide with something of everything; returns an editor of its project."""
    project = ProjectFactory(
        title="Projekt am Musterberg",
        slug="musterberg",
        carrier="Musterverein",
        description="Beratung für alle.",
        start="2013-01-01",
    )
    LocationFactory(
        project=project,
        street="Musterstraße 1",
        postcode="99425",
        telephone="03643 000-1",
        opening_hours="Mo 9–12 Uhr\nDi 14–18 Uhr",
        languages="Deutsch, Arabisch",
        anonymous=True,
    )
    ProjectFactory(title="Altes Projekt", end="2012-12-31", successor=project)
    parent = TopicFactory(title="Menschen", introduction="Wie man sie erreicht.")
    topic = TopicFactory(title="Ansprache", parent=parent)
    event = event_page(
        "Austausch",
        slug="austausch",
        place="Musterstadt",
        introduction="<p>Worum es ging.</p>",
        programme="<ul><li>10 Uhr Kaffee</li></ul>",
        plenary="<h3>Am Ende</h3><p>Zusammengefasst.</p>",
        notes="<p>Notiz</p>",
    )
    table = table_page(event, title="Tisch", slug="tisch", topics=[topic], number=1)
    Moderator.objects.create(table=table, name="Erika Beispiel")
    for number in range(22):
        kind = list(Kind)[number % 4]
        published_experience(kind=kind, project=project, topics=[topic], table=table)
    published_experience(
        title="Soll man klingeln",
        kind=Kind.DISCUSSION,
        body="<p>Darüber wurde lange gesprochen.</p><ul><li>Ein Punkt</li></ul>",
        situation="Niemand kam.",
        lesson="Erst schreiben, dann klingeln.",
        project=project,
        topics=[topic],
        table=table,
        target_groups=[TargetGroupFactory()],
        institutions=[InstitutionFactory()],
        arguments=[Argument(side="pro", text="Dafür"), Argument(side="contra", text="Dagegen")],
    )
    for kind in OutcomeKind:
        published_outcome(kind=kind, project=project, table=table, text="Im Wortlaut.")
    news_page("Neues Büro", slug="neues-buero", teaser="Ab Mai.", project=project)
    site_settings = GuideSettings.objects.first() or GuideSettings(site_id=1)
    site_settings.funding_notice = "Gefördert aus Mitteln der Beispielstiftung."
    site_settings.save()
    user = person(roles.EDITOR, project)
    draft = ExperienceFactory(title="Mein Entwurf", project=project, revision=user, table=table)
    ExperienceSource.objects.create(
        experience=draft, event=event, table=table, text="So gesagt.", import_key="eins"
    )
    minutes_round = MinutesRound.objects.create(pk=77, event=event, until=timezone.localdate())
    minutes_round.recipients.create(user=user)
    feed()
    return user


@pytest.mark.parametrize("size", list(SIZES))
def test_public_pages(new_page, editor, size):
    page = new_page(SIZES[size])
    for address in PUBLIC:
        page.goto(address)
        check(page, f"{address} ({size})")
        assert page.locator("h1").count() == 1, address
    cookies = [cookie["name"] for cookie in page.context.cookies()]
    assert cookies == ["csrftoken"]  # from the page to sign in, and from no other


@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_members(new_page, editor, size):
    page = new_page(SIZES[size])
    page.goto("/anmelden/")
    for password in ("falsch", PASSWORD):
        check(page)
        page.get_by_label("Benutzername").fill(editor.username)
        page.get_by_label("Passwort").fill(password)
        page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/intern/")
    for address in MEMBERS:
        page.goto(address)
        check(page, f"{address} ({size})")


def test_keyboard_and_a_form_with_errors(new_page, editor):
    page = new_page()
    page.goto("/barrierefreiheit/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "id_text"
    page.get_by_role("button", name="Barriere melden").click()
    page.get_by_role("alert").wait_for()
    check(page, "/barriere-melden/ with errors")


def test_suggestions_are_a_combobox(new_page, editor):
    page = new_page()
    page.goto("/leitfaden/")
    field = page.get_by_role("combobox", name="Suchbegriff")
    option = page.get_by_role("option", name="Ansprache")
    field.press_sequentially("Anspr")
    option.wait_for()
    check(page, "/leitfaden/ with suggestions")
    field.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    field.press("Escape")
    assert not page.get_by_role("listbox").is_visible()
    field.press_sequentially("a")
    option.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/leitfaden/menschen/ansprache/")
