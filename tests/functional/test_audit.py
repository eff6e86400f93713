"""The audit log: complete, append-only in the database, told in German, forgetful of names."""

import csv
import datetime
import json
import logging
import re
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import cms
from cms.admin.audit_sentences import ACTIONS, AREAS, lines
from cms.models import AuditEvent, GuideSettings, Project
from cms.models.audit_guard import KEPT_DAYS
from cms.permissions import roles
from cms.services.audit import record
from cms.services.grant_role import grant_role, revoke_role
from cms.services.load_experiences import load_experiences
from cms.services.review import approve, publish_outcome, return_entry
from cms.services.submit import submit
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    PASSWORD,
    ExperienceFactory,
    OutcomeFactory,
    ProjectFactory,
    UserFactory,
    event_page,
    person,
    published_experience,
)
from thinka_site.settings.json_log import JsonFormatter

pytestmark = pytest.mark.django_db
LOG = "/admin/protokoll/"


@pytest.fixture
def office(client):
    user = person(roles.OFFICE, username="buero")
    client.force_login(user)
    return user


def days_ago(number: int):
    past = timezone.now() - datetime.timedelta(days=number)
    return mock.patch("django.utils.timezone.now", return_value=past)


def event(action="entry.returned", days: int = 0, **fields) -> AuditEvent:
    with days_ago(days):
        record(action, **fields)
    return AuditEvent.objects.order_by("pk").last()


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def text(response) -> str:
    return response.content.decode()


# --- append-only in the database ------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.delete(),
        lambda rows: rows.update(action="nothing.happened"),
        lambda rows: rows.update(at=timezone.now()),
        lambda rows: rows.update(data={}),
        lambda rows: rows.update(object_id=7),
        lambda rows: rows.update(project_id=None),
        lambda rows: rows.update(personal={"actor": "jemand anders"}, actor_id=None),
        lambda rows: rows.update(personal={}, actor_id=None, data={}),
        lambda rows: rows.update(personal={}, actor_id=7),
        lambda rows: rows.update(personal={}, actor_id=None, object_id=None),
    ],
)
@pytest.mark.parametrize("days", [0, 400])
def test_no_event_is_changed_or_deleted(audit_guarded, change, days):
    entry = ExperienceFactory()
    told = event(days=days, by=UserFactory(), obj=entry, data={"x": 1})
    before = AuditEvent.objects.values().get(pk=told.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(AuditEvent.objects.filter(pk=told.pk))
    assert AuditEvent.objects.values().get(pk=told.pk) == before


def test_names_are_dropped_after_the_period_and_not_before(audit_guarded):
    old, young = (event(days=days, by=UserFactory()) for days in (KEPT_DAYS + 1, KEPT_DAYS - 1))
    assert AuditEvent.objects.filter(pk=old.pk).forget() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.filter(pk=young.pk).forget()
    old.refresh_from_db()
    assert (old.personal, old.actor_id) == ({}, None)


def test_a_redaction_drops_names_at_once_and_who_it_was_stays_a_number(audit_guarded):
    user = UserFactory(username="Erika Musterfrau")
    told = event(
        "role.granted", by=user, obj=ProjectFactory(), personal={"holder": "Erika Musterfrau"}
    )
    AuditEvent.objects.filter(pk=told.pk).update(personal={})
    told.refresh_from_db()
    assert (told.personal, told.actor_id) == ({}, user.pk)
    assert "Erika" not in lines([told])[0].sentence


@pytest.mark.postgres
def test_the_table_is_not_emptied_at_once(audit_guarded):
    event()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE cms_auditevent")
    assert AuditEvent.objects.exists()


def test_a_command_drops_names_that_are_older_than_the_office_says(audit_guarded):
    site_settings = GuideSettings.objects.first() or GuideSettings(site_id=1)
    site_settings.audit_months = 3
    site_settings.save()
    user, entry = UserFactory(username="ada"), ExperienceFactory()
    kept = event(days=80, by=user, obj=entry)
    old = event(days=100, by=user, obj=entry, data={"circle": "public"})
    sign_in = event("sign_in.done", days=100, by=user, obj=user)
    out = StringIO()
    with mock.patch("cms.services.audit.BATCH", 1):
        call_command("forget_personal_audit", stdout=out)
        call_command("forget_personal_audit", stdout=out)
    assert "2 Ereignisse" in out.getvalue() and "\n0 Ereignisse" in out.getvalue()
    for row in (kept, old, sign_in):
        row.refresh_from_db()
    assert kept.personal == {"actor": "ada"}
    assert (old.personal, old.actor_id, old.object_id) == ({}, None, entry.pk)
    assert old.data == {"circle": "public"}
    assert (sign_in.personal, sign_in.actor_id, sign_in.object_id) == ({}, None, None)
    assert "ada" not in str([line.sentence for line in lines([old, sign_in])])


# --- what is recorded -----------------------------------------------------------------------------


def test_transitions_grants_and_imports_are_recorded(tmp_path):
    project = ProjectFactory(slug="musterberg")
    editor, buero = person(roles.EDITOR, project), person(roles.OFFICE)
    entry = ExperienceFactory(project=project, revision=editor)
    AuditEvent.objects.all().delete()
    submit(entry, editor)
    return_entry(entry, buero, "Bitte kürzer.")
    submit(entry, editor)
    approve(entry, buero)
    withdraw(entry, buero)
    grant_role(UserFactory(username="neu"), project, roles.READER, by=buero)
    revoke_role(get_user_model().objects.get(username="neu"), project, roles.READER, by=buero)
    publish_outcome(OutcomeFactory(project=project), buero)
    line = {"source_id": "1", "project": "musterberg", "title": "Eins"}
    load_experiences([json.dumps(line), json.dumps(line | {"source_id": "2"})], buero)
    minutes = tmp_path / "protokoll.md"
    minutes.write_text(
        "# Austausch\n\n## Tisch 1: Ansprache\n\n### Gute Erfahrungen\n\n- Klingeln\n"
    )
    call_command("import_minutes", str(minutes), stdout=StringIO())
    call_command("import_minutes", str(minutes), "--dry-run", stdout=StringIO())
    assert actions() == [
        *("entry.submitted", "entry.returned", "entry.submitted", "entry.approved"),
        *("entry.withdrawn", "role.granted", "role.ended", "outcome.published"),
        *("experiences.loaded", "minutes.imported"),
    ]
    assert AuditEvent.objects.get(action="experiences.loaded").data["created"] == 2
    stored = str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert "Bitte kürzer" not in stored and "neu" not in stored


def test_wagtails_own_ways_are_recorded(client):
    chief = UserFactory(username="chefin", is_superuser=True)
    client.force_login(chief)
    page = event_page("Austausch", live=False)
    draft = event_page("Entwurf", live=False)
    AuditEvent.objects.all().delete()
    edit = f"/admin/pages/{page.pk}/"
    page.save_revision(user=chief).publish(user=chief)
    client.post(f"{edit}unpublish/")
    client.post(f"/admin/pages/{draft.pk}/delete/")
    account = {"username": "neu", "first_name": "N", "last_name": "N", "email": "n@example.org"}
    client.post("/admin/users/new/", account | {"password1": PASSWORD, "password2": PASSWORD})
    neu = get_user_model().objects.get(username="neu")
    client.post(f"/admin/users/edit/{neu.pk}/", account | {"is_active": "on", "last_name": "M"})
    client.post(f"/admin/users/delete/{neu.pk}/")
    form = {"programme_name": "Leitfaden", "review_days": "7", "audit_months": "12"}
    form |= {"require_second_factor": "office", "guide_introduction": "", "funding_notice": ""}
    form |= {"logos-TOTAL_FORMS": "0", "logos-INITIAL_FORMS": "0", "contact_email": ""}
    site_settings = GuideSettings.objects.first() or GuideSettings.objects.create(site_id=1)
    client.post(f"/admin/settings/cms/guidesettings/{site_settings.site_id}/", form)
    assert actions() == [
        *("page.published", "page.unpublished", "page.deleted"),
        *("account.created", "account.changed", "account.deleted", "settings.changed"),
    ]
    assert set(AuditEvent.objects.values_list("actor_id", flat=True)) == {chief.pk}


def test_a_list_that_is_taken_as_a_file_is_recorded(client, office):
    address = "/admin/reports/site-history/"
    assert client.get(address).status_code == 200
    assert "list.exported" not in actions()
    answer = client.get(address, {"export": "csv"})
    assert "attachment" in answer["Content-Disposition"]
    told = AuditEvent.objects.get(action="list.exported")
    assert (told.actor_id, told.data) == (office.pk, {"address": address})
    assert f"eine Liste heruntergeladen: {address}." in lines([told])[0].sentence


def test_each_event_is_a_line_of_json_after_the_commit_and_names_nobody(
    caplog, django_capture_on_commit_callbacks
):
    user = UserFactory(username="ada")
    with caplog.at_level(logging.INFO, logger="audit"):
        with django_capture_on_commit_callbacks(execute=True):
            record("sign_in.done", by=user, obj=user, personal={"network": "192.0.2.…"})
            assert caplog.records == []
        line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert (line["logger"], line["message"]) == ("audit", "sign_in.done")
    assert line["facts"]["actor_id"] == user.pk
    assert "ada" not in str(line) and "192.0.2" not in str(line)


# --- the report -----------------------------------------------------------------------------------


def test_every_action_has_an_area_and_a_sentence_that_can_be_filled():
    entry, user = ExperienceFactory(title="Klingeln"), UserFactory(username="ada")
    for action, (area, _sentence) in ACTIONS.items():
        assert area in AREAS
        [line] = lines([AuditEvent(action=action, at=timezone.now())])
        assert "{" not in line.sentence
    told = event("entry.approved", by=user, obj=entry, data={"circle": "public", "alone": True})
    assert lines([told])[0].sentence == (
        "ada hat veröffentlicht: „Klingeln“ (Kreis: Öffentlich, ohne zweite Person)."
    )
    [line] = lines([event("role.granted", by=user, obj=entry.project, data={"role": "reviewer"})])
    assert "die Rolle „Prüfung“ gegeben" in line.sentence
    assert "thing.unheard_of" in lines([event("thing.unheard_of", by=user)])[0].sentence


def test_every_action_that_our_code_records_has_its_sentence():
    code = [file.read_text() for file in Path(cms.__file__).parent.rglob("*.py")]
    found = re.compile(r'\b_?record(?:_about)?\(\s*"([a-z_]+\.[a-z_]+)"')
    recorded = {action for text in code for action in found.findall(text)}
    assert len(recorded) > 30
    assert recorded - ACTIONS.keys() == set()


def test_only_the_office_reads_it(client):
    event()
    for user in (person(roles.LEAD, ProjectFactory()), person(roles.REVIEWER, ProjectFactory())):
        client.force_login(user)
        assert client.get(LOG)["Location"] == "/admin/"
        assert client.post(f"{LOG}herunterladen/")["Location"] == "/admin/"
        assert LOG not in text(client.get("/admin/"))
    assert not AuditEvent.objects.filter(action="audit.exported").exists()


def test_it_is_filtered_by_period_area_project_person_and_object(client, office):
    project = ProjectFactory(title="Projekt am Musterberg")
    entry = ExperienceFactory(title="Klingeln", project=project)
    other = ExperienceFactory(title="Aushang")
    ada = UserFactory(username="ada", last_name="Beispiel")
    AuditEvent.objects.all().delete()
    event("entry.submitted", days=10, by=ada, obj=entry)
    event("entry.returned", by=office, obj=entry)
    event("entry.submitted", by=office, obj=other)
    event("sign_in.failed", obj=ada, personal={"account": "ada"})

    def found(**query) -> list[str]:
        page = client.get(LOG, query)
        return [line.event.action for line in page.context["lines"]]

    today = timezone.localdate()
    assert len(found()) == 4
    assert found(bis=today - datetime.timedelta(days=5)) == ["entry.submitted"]
    assert len(found(von=today - datetime.timedelta(days=5), bis=today)) == 3
    assert found(bereich="sign_in") == ["sign_in.failed"]
    assert found(projekt=project.pk) == ["entry.returned", "entry.submitted"]
    assert found(person="Beispiel") == ["sign_in.failed", "entry.submitted"]
    assert found(art="experience", nummer=other.pk) == ["entry.submitted"]
    for wrong in ({"von": "gestern"}, {"nummer": "x"}, {"projekt": "999999"}, {"art": "nichts"}):
        assert found(**wrong) == []
        assert "Bitte prüfen Sie die Angaben" in text(client.get(LOG, wrong))
    assert "Kein Ereignis passt" in text(client.get(LOG, {"person": "niemand"}))
    assert "&lt;b&gt;" in text(client.get(LOG, {"person": "<b>"}))


def test_its_pages_cost_the_same_however_many_events_there_are(client, office):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LOG, {"bereich": "entry"}).status_code == 200
        return len(captured)

    event(by=office, obj=ExperienceFactory())
    queries()
    few = queries()
    for _number in range(60):
        event(by=UserFactory(), obj=ExperienceFactory())
    assert queries() == few
    second = client.get(LOG, {"bereich": "entry", "p": 2})
    assert "Seite 2 von 2" in text(second) and "bereich=entry" in text(second)


def test_the_file_holds_what_the_filter_shows_and_calculates_nothing(client, office):
    evil = ExperienceFactory(project=ProjectFactory(title="=1+1"))
    AuditEvent.objects.all().delete()
    event("entry.returned", by=UserFactory(username="+49"), obj=evil)
    event("sign_in.failed")
    answer = client.post(f"{LOG}herunterladen/", {"bereich": "entry"})
    assert "attachment" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, row = csv.reader(StringIO(content), delimiter=";")
    assert header[-1] == "Was geschah"
    assert row[1:3] == ["entry.returned", "'+49"]
    assert row[5] == "'=1+1"
    assert row[-1].startswith("'+49 hat zurückgegeben")
    told = AuditEvent.objects.get(action="audit.exported")
    assert (told.actor_id, told.data) == (office.pk, {"rows": 1})
    assert client.get(f"{LOG}herunterladen/").status_code == 405


def test_a_published_entry_of_a_stranger_is_named_in_a_sentence_for_the_office(client, office):
    entry = published_experience(title="Klingeln hilft")
    event("entry.withdrawn", by=office, obj=entry)
    assert "buero hat zurückgezogen: „Klingeln hilft“." in text(client.get(LOG))
    assert Project.objects.office().title
