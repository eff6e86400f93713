"""Minutes of an event are sent round for correction, until a date, to projects only."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.occasions import Occasion
from cms.models import (
    AuditEvent,
    ExperienceSource,
    MinutesCorrection,
    MinutesRound,
    Notification,
    Project,
)
from cms.permissions import roles
from cms.services.correct_minutes import suggest_correction
from cms.services.remind import remind_of_minutes
from cms.services.send_mail import send_due
from cms.services.send_minutes_round import projects_that_took_part, send_minutes_round
from tests.factories.guide import (
    ExperienceFactory,
    OutcomeFactory,
    ProjectFactory,
    event_page,
    person,
    table_page,
)
from tests.functional.test_notifications import somebody

pytestmark = pytest.mark.django_db


def said(event, table, text, **fields):
    """A draft that an import made of one line of the minutes."""
    entry = ExperienceFactory(title=f"Titel: {text}", table=table, **fields)
    ExperienceSource.objects.create(
        experience=entry, event=event, table=table, text=text, import_key=text[:60]
    )
    return entry


@pytest.fixture
def office():
    return somebody(roles.OFFICE)


@pytest.fixture
def weimar():
    return ProjectFactory(title="ThINKA Musterstadt")


@pytest.fixture
def jena():
    return ProjectFactory(title="ThINKA Beispielhausen")


@pytest.fixture
def editor(weimar):
    return somebody(roles.EDITOR, weimar)


@pytest.fixture
def event():
    return event_page("4. Erfahrungsaustausch", live=False, notes="<p>Nur unter uns.</p>")


@pytest.fixture
def table(event):
    return table_page(event, "Ehrenamt", live=False, number=1, summary="<p>Fester Tag.</p>")


@pytest.fixture
def minutes(event, table, weimar, jena):
    """The words of two projects and of the office, all drafts."""
    said(event, table, "Weimar sagt das", project=weimar)
    said(event, table, "Jena sagt jenes", project=jena)
    said(event, table, "Jena behält das für sich", project=jena, visibility="project")
    said(event, table, "Noch ohne Projekt", project=Project.objects.office())
    said(event, table, "Von einem Projekt", project=jena, attribution="anonymous")
    OutcomeFactory(title="Alle nennen eine Person", project=jena, event=event, table=table)
    return event


@pytest.fixture
def minutes_round(minutes, office, editor):
    return send_round(minutes, office)


def send_round(event, user, days=3, projects=None, message="Bitte bis dahin."):
    return send_minutes_round(
        event,
        user,
        projects=projects_that_took_part(event) if projects is None else projects,
        until=timezone.localdate() + datetime.timedelta(days=days),
        message=message,
    )


def address(minutes_round) -> str:
    return f"/intern/protokolle/{minutes_round.pk}/"


# --- who gets it ---------------------------------------------------------------------------------


def test_those_are_asked_who_write_for_a_project_of_which_something_stands_there(
    minutes, office, editor, weimar, jena
):
    in_jena, reader = somebody(roles.LEAD, jena), somebody(roles.READER, jena)
    elsewhere = somebody(roles.EDITOR, ProjectFactory())
    one = send_round(minutes, office)
    assert {recipient.user for recipient in one.recipients.all()} == {editor, in_jena}
    told = {row.recipient for row in Notification.objects.all()}
    assert told == {editor, in_jena}
    assert told.isdisjoint({reader, elsewhere, office})


def test_only_the_office_sends_it_and_only_to_somebody_and_for_a_time(minutes, office, editor):
    with pytest.raises(NotAllowedError):
        send_round(minutes, editor)
    with pytest.raises(RuleError, match="Vergangenheit"):
        send_round(minutes, office, days=-1)
    with pytest.raises(RuleError, match="niemanden"):
        send_round(minutes, office, projects=Project.objects.none())
    assert not MinutesRound.objects.exists()


def test_the_mail_leads_to_the_minutes_and_names_the_day(
    minutes_round, editor, mailoutbox, settings
):
    settings.WAGTAILADMIN_BASE_URL = "https://leitfaden.example.org"
    send_due()
    [message] = mailoutbox
    until = f"{minutes_round.until:%d.%m.%Y}"
    assert message.subject == f"Protokoll zur Korrektur bis {until}: 4. Erfahrungsaustausch"
    assert f"https://leitfaden.example.org{address(minutes_round)}" in message.body
    assert "Bitte bis dahin." in message.body


# --- who reads it --------------------------------------------------------------------------------


def test_the_projects_read_the_words_of_the_minutes_while_the_round_is_open(
    client, minutes_round, editor
):
    client.force_login(editor)
    page = client.get(address(minutes_round)).content.decode()
    for text in (
        *("4. Erfahrungsaustausch", "Tisch 1: Ehrenamt", "Fester Tag.", "Nur unter uns."),
        *("Weimar sagt das", "Jena sagt jenes", "Noch ohne Projekt", "Alle nennen eine Person"),
        *("Von einem Projekt", "Bitte bis dahin."),
    ):
        assert text in page, text
    assert "Jena behält das für sich" not in page
    assert page.count("selbst korrigieren</a>") == 1  # theirs
    assert address(minutes_round) in client.get("/intern/").content.decode()
    assert page.count("ThINKA Beispielhausen") == 1  # once named, once "ein Projekt"


def test_a_draft_written_since_stays_with_its_project(client, minutes_round, editor, jena):
    entry = jena.experiences.get(title="Titel: Jena sagt jenes")
    entry.title, entry.body = "Umgeschrieben", "<p>Noch nicht fertig.</p>"
    entry.save_revision()
    client.force_login(editor)
    page = client.get(address(minutes_round)).content.decode()
    assert "Umgeschrieben" not in page and "Noch nicht fertig" not in page
    entry.visibility = Circle.PROJECT.value
    entry.save_revision()
    assert "Jena sagt jenes" not in client.get(address(minutes_round)).content.decode()


def test_partners_strangers_and_the_public_never_read_it(client, minutes_round):
    where = address(minutes_round)
    assert client.get(where)["Location"] == f"/anmelden/?next={where}"
    for user in (somebody(roles.PARTNER), somebody()):
        client.force_login(user)
        for response in (client.get(where), client.post(where, {"action": "confirm"})):
            assert response.status_code == 404
            assert "4. Erfahrungsaustausch" not in response.content.decode()


def test_after_the_last_day_it_is_closed_for_everybody(client, minutes_round, editor, weimar):
    colleague = somebody(roles.READER, weimar)
    client.force_login(colleague)
    assert client.get(address(minutes_round)).status_code == 200  # was not asked, may read
    MinutesRound.objects.update(until=timezone.localdate() - datetime.timedelta(days=1))
    assert client.get(address(minutes_round)).status_code == 404
    client.force_login(editor)
    page = client.get(address(minutes_round)).content.decode()
    assert "Die Korrektur ist beendet" in page
    assert "Jena sagt jenes" not in page
    client.post(address(minutes_round), {"action": "suggest", "text": "Zu spät"})
    assert not MinutesCorrection.objects.exists()
    minutes_round.refresh_from_db()
    with pytest.raises(NotAllowedError):
        suggest_correction(minutes_round, editor, "Zu spät")


def test_a_correction_is_in_the_audit_log(minutes_round, minutes, editor):
    correction = suggest_correction(minutes_round, editor, "Es war Dienstag.")
    told = AuditEvent.objects.get(action="minutes.corrected")
    assert (told.actor_id, told.object_id) == (editor.pk, minutes.pk)
    assert told.data == {"correction": correction.pk}


def test_long_minutes_cost_as_many_queries_as_short_ones(
    client, minutes_round, minutes, table, editor, jena
):
    client.force_login(editor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(minutes_round)).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(6):
        other = table_page(minutes, f"Tisch {number + 2}", live=False)
        said(minutes, other, f"Noch etwas {number}", project=jena)
    assert queries() == few


# --- what comes back -----------------------------------------------------------------------------


def test_a_correction_is_kept_and_shown_to_the_office_which_settles_it(
    client, minutes_round, minutes, table, editor, office
):
    client.force_login(editor)
    where = address(minutes_round)
    page = client.post(where, {"action": "suggest", "text": " "}).content.decode()
    assert "Bitte schreiben Sie, was anders werden soll." in page
    answer = {"action": "suggest", "text": "Es war <Dienstag>.", "table": table.pk}
    assert "Ihr Vorschlag liegt" in client.post(where, answer, follow=True).content.decode()

    client.force_login(office)
    screen = f"/admin/veranstaltungen/{minutes.pk}/rundschicken/"
    page = client.get(screen).content.decode()
    assert "Es war &lt;Dienstag&gt;." in page and "Ehrenamt" in page
    assert "1/1" in page
    correction = MinutesCorrection.objects.get()
    settle = f"{screen}{correction.pk}/erledigt/"
    assert client.get(settle).status_code == 405
    assert "als erledigt gekennzeichnet" in client.post(settle, follow=True).content.decode()
    correction.refresh_from_db()
    assert correction.done_at


def test_a_click_says_that_it_is_right(client, minutes_round, editor):
    client.force_login(editor)
    assert "Passt so" in client.get(address(minutes_round)).content.decode()
    page = client.post(address(minutes_round), {"action": "confirm"}, follow=True).content.decode()
    assert "Danke" in page and "Sie haben am" in page
    assert minutes_round.recipients.get(user=editor).answered_at


def test_a_table_of_another_event_is_no_place_for_a_correction(client, minutes_round, editor):
    elsewhere = table_page(event_page("Andere"), "Fremd")
    client.force_login(editor)
    client.post(address(minutes_round), {"action": "suggest", "text": "Hm", "table": elsewhere.pk})
    assert not MinutesCorrection.objects.exists()


def test_who_has_not_answered_is_reminded_once_on_the_day_before(
    client, minutes, office, editor, jena, mailoutbox
):
    silent = somebody(roles.EDITOR, jena)
    one = send_round(minutes, office, days=1)
    suggest_correction(one, editor, "Es war Dienstag.")
    remind_of_minutes()
    assert not Notification.objects.filter(occasion=Occasion.MINUTES_REMINDER).exists()  # today's
    MinutesRound.objects.update(sent_at=timezone.now() - datetime.timedelta(days=5))
    for _ in range(2):
        remind_of_minutes()
    reminders = Notification.objects.filter(occasion=Occasion.MINUTES_REMINDER)
    assert [row.recipient for row in reminders] == [silent]
    send_due()
    assert any(message.subject.startswith("Nur noch bis") for message in mailoutbox)


# --- the office's screen -------------------------------------------------------------------------


def test_the_office_sends_it_from_the_event(client, minutes, office, editor, jena):
    somebody(roles.EDITOR, ProjectFactory(title="War nicht dabei"))
    client.force_login(office)
    screen = f"/admin/veranstaltungen/{minutes.pk}/rundschicken/"
    assert screen in client.get(f"/admin/pages/{minutes.pk}/edit/").content.decode()
    page = client.get(screen).content.decode()
    assert "ThINKA Beispielhausen, ThINKA Musterstadt (1 Person)" in page
    assert "alle Projekte, die laufen (2 Personen)" in page
    until = timezone.localdate() + datetime.timedelta(days=7)
    form = {"scope": "took_part", "until": f"{until:%d.%m.%Y}", "message": "Danke!"}
    page = client.post(screen, form, follow=True).content.decode()
    assert f"Das Protokoll geht an 1 Person, zur Korrektur bis {until:%d.%m.%Y}." in page
    assert "noch keine Antwort" in page
    page = client.post(screen, form | {"until": "irgendwann"}).content.decode()
    assert "Danke!" in page  # what was typed is still there
    assert MinutesRound.objects.count() == 1
    past = f"{timezone.localdate() - datetime.timedelta(days=1):%d.%m.%Y}"
    assert "Vergangenheit" in client.post(screen, form | {"until": past}).content.decode()


def test_nobody_else_opens_the_offices_screen(client, minutes_round, minutes, editor, weimar):
    correction = suggest_correction(minutes_round, editor, "Es war Dienstag.")
    screen = f"/admin/veranstaltungen/{minutes.pk}/rundschicken/"
    for user in (editor, person(roles.REVIEWER, weimar), person(roles.PARTNER)):
        client.force_login(user)
        for response in (
            client.get(screen),
            client.post(screen, {}),
            client.post(f"{screen}{correction.pk}/erledigt/"),
        ):
            assert response.status_code == 302
            assert response["Location"].startswith(("/admin/", "/anmelden/"))
            assert "rundschicken" not in response["Location"].split("?")[0]
    correction.refresh_from_db()
    assert correction.done_at is None
