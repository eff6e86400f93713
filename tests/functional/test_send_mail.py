"""The outbox is emptied into a real mail server that goes away, refuses, and breaks off."""

import datetime
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.occasions import Occasion
from cms.models import Experience, Notification, NotificationChoice, Supplement
from cms.permissions import roles
from cms.services import background, mail_loop, send_mail
from cms.services.choose_notifications import choose_notifications
from cms.services.end_project import announce_end
from cms.services.grant_role import grant_role, revoke_roles
from cms.services.invite import invite
from cms.services.invite_to_comment import invite_to_comment
from cms.services.notify import notify
from cms.services.project_pages import ask_to_publish, create_news, create_steering_group
from cms.services.review import approve, return_entry
from cms.services.send_mail import MailServerAwayError, forget_old, outbox, send_due
from cms.services.submit import submit
from tests.factories.guide import ExperienceFactory, ProjectFactory, published_experience
from tests.functional.mail_server import MailServer
from tests.functional.test_notifications import somebody

ROOT = Path(__file__).resolve().parents[2]
Status = Notification.Status


@pytest.fixture
def server(settings):
    """A mail server that runs, and to which mails go."""
    one = MailServer()
    settings.EMAIL_BACKEND = "cms.services.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", one.port
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 5
    settings.WAGTAILADMIN_BASE_URL = "https://leitfaden.example.org"
    one.start()
    yield one
    one.stop()


@pytest.fixture
def office(db):
    return somebody(roles.OFFICE)


@pytest.fixture
def editor(project):
    return somebody(roles.EDITOR, project)


@pytest.fixture
def entry(project, editor):
    return ExperienceFactory(title="Sprechstunde im Waschsalon", project=project, revision=editor)


def time_passes() -> None:
    """What was put off, or claimed by somebody who died, is due again."""
    Notification.objects.filter(status__in=[Status.WAITING, Status.SENDING]).update(
        next_try_at=timezone.now() - datetime.timedelta(seconds=1)
    )


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def html_of(mail) -> str:
    return mail.get_body(("html",)).get_content()


# --- what a mail says ----------------------------------------------------------------------------


def test_a_mail_says_what_happened_by_whom_why_what_to_do_and_where(server, office, editor, entry):
    submit(entry, editor)
    return_entry(entry, office, "Bitte kürzer.\nUnd <ohne> Namen.")
    assert send_due().sent == 1
    [to_editor] = server.mails
    assert to_editor["To"] == editor.email
    assert to_editor["Subject"] == "Zurückgegeben: Sprechstunde im Waschsalon"
    for body in (text_of(to_editor), html_of(to_editor)):
        assert "„Sprechstunde im Waschsalon“ wurde von der Koordinierungsstelle" in body
        assert "Bitte kürzer." in body
        assert "reichen Sie den Eintrag dann wieder ein" in body
        assert f"https://leitfaden.example.org/admin/erfahrungen/edit/{entry.pk}/" in body
        assert "https://leitfaden.example.org/intern/benachrichtigungen/" in body
    assert "Und <ohne> Namen." in text_of(to_editor)
    assert "Und &lt;ohne&gt; Namen." in html_of(to_editor)
    assert "<img" not in html_of(to_editor)  # nothing tells that it was opened
    assert to_editor["Auto-Submitted"] == "auto-generated"
    assert to_editor["List-Unsubscribe"] == (
        "<https://leitfaden.example.org/intern/benachrichtigungen/>"
    )
    assert to_editor["Message-ID"].endswith("@example.org>")
    # The office has answered before its mail went out: there is nothing to review any more.
    assert Notification.objects.get(recipient=office).status == Status.DROPPED


def test_a_reviewer_is_led_to_the_review_and_a_reader_to_the_page(server, project, office, editor):
    entry = ExperienceFactory(title="Entwurf", project=project, revision=editor)
    submit(entry, editor)
    send_due()
    [to_office] = server.mails
    assert f"https://leitfaden.example.org/admin/pruefung/{entry.pk}/" in text_of(to_office)
    assert "von der Redaktion von ThINKA Musterstadt" in text_of(to_office)
    approve(entry, office, circle=Circle.PUBLIC.value)
    send_due()
    entry.refresh_from_db()
    to_editor = server.mails[-1]
    assert f"https://leitfaden.example.org{entry.get_absolute_url()}" in text_of(to_editor)


def test_a_draft_title_is_read_only_by_those_who_see_drafts(server, project, office):
    entry = published_experience(Circle.PROJECTS, title="So veröffentlicht", project=project)
    entry.title = "Neu und noch geheim"
    entry.save_revision(user=office)
    elsewhere, own = somebody(roles.EDITOR, ProjectFactory()), somebody(roles.EDITOR, project)
    partner = somebody(roles.PARTNER)
    notify(Occasion.COMMENTED, entry, by=office, to=[elsewhere, own, partner])
    send_due()
    subjects = {mail["To"]: mail["Subject"] for mail in server.mails}
    assert subjects == {
        elsewhere.email: "Kommentar zu: So veröffentlicht",
        own.email: "Kommentar zu: Neu und noch geheim",
    }
    assert not any("geheim" in str(mail) for mail in server.mails if mail["To"] != own.email)


def test_who_wants_to_be_a_project_is_not_named_to_others(server, project, office, editor):
    entry = published_experience(Circle.NETWORK, project=project, attribution="anonymous")
    partner = somebody(roles.PARTNER)
    notify(Occasion.COMMENTED, entry, by=editor, to=[partner])
    notify(Occasion.COMMENTED, entry, by=editor, to=["fremd@example.org"])
    send_due()
    [to_partner] = server.mails  # and a stranger hears nothing of it at all
    assert to_partner["To"] == partner.email
    assert "Musterstadt" not in text_of(to_partner)


def test_rights_and_texts_are_read_again_when_the_mail_is_written(
    server, project, office, editor, entry
):
    colleague = somebody(roles.EDITOR, project)
    entry.save_revision(user=colleague)
    submit(entry, editor)
    return_entry(entry, office, "Bitte kürzer.")
    revoke_roles(colleague, project)
    Experience.objects.filter(pk=entry.pk).update(title="Geschwärzt")
    content = entry.latest_revision.content | {"title": "Geschwärzt"}
    type(entry.latest_revision).objects.filter(pk=entry.latest_revision_id).update(content=content)
    send_due()
    [to_editor] = server.mails
    assert (to_editor["To"], to_editor["Subject"]) == (editor.email, "Zurückgegeben: Geschwärzt")


def test_what_lies_in_the_trash_or_is_gone_is_not_mailed(server, office, editor, entry):
    submit(entry, editor)
    Experience.objects.filter(pk=entry.pk).update(trashed_at=timezone.now())
    assert vars(send_due()) == {"sent": 0, "put_off": 0, "dropped": 1, "failed": 0}
    assert server.mails == []


def test_roles_say_that_they_are_always_sent(server, project, office):
    newcomer = somebody()
    grant_role(newcomer, project, roles.EDITOR, by=office)
    send_due()
    [to_newcomer] = server.mails
    assert "Redaktion bei ThINKA Musterstadt" in text_of(to_newcomer)
    assert to_newcomer["List-Unsubscribe"] is None
    assert "wird immer geschickt" in text_of(to_newcomer)


def test_an_invited_partner_is_led_to_the_comments_of_the_draft(server, project, office, editor):
    partner = somebody(roles.PARTNER)
    entry = ExperienceFactory(title="Ein Titel", project=project, revision=editor)
    submit(entry, editor)
    invite_to_comment(entry, partner, by=office)
    send_due()
    [invitation] = [mail for mail in server.mails if mail["To"] == partner.email]
    assert reverse("cms:comments", args=[entry.pk]) in text_of(invitation)
    assert "nicht weiter" in text_of(invitation)


def test_the_end_of_a_project_is_told_with_its_day(server, project, office, editor):
    project.end = timezone.localdate() + datetime.timedelta(days=20)
    project.save()
    announce_end(project)
    send_due()
    told = next(mail for mail in server.mails if mail["To"] == editor.email)
    assert f"endet am {project.end:%d.%m.%Y}" in told["Subject"]


def test_every_occasion_has_words_for_people_and_for_drafts(server, project, office, editor):
    """Whatever somebody calls notify with, a mail comes of it."""
    entry = ExperienceFactory(title="Ein Titel", project=project, revision=editor)
    supplement = Supplement.objects.create(
        experience=published_experience(project=project), project=project, text="<p>Auch.</p>"
    )
    for obj in (entry, supplement):
        for occasion in Occasion:
            notify(occasion, obj, reason="Grund", to=[editor])
    Notification.objects.filter(occasion__in=["submitted", "overdue"]).delete()
    send_due()
    assert not Notification.objects.filter(status=Status.WAITING).exists()
    assert all("%(" not in text_of(mail) + mail["Subject"] for mail in server.mails)


def test_a_title_cannot_write_headers(server, project, office, editor):
    entry = ExperienceFactory(title="Eins\nBcc: x@example.org", project=project, revision=editor)
    submit(entry, editor)
    send_due()
    [to_office] = server.mails
    assert to_office["Subject"] == "Zur Prüfung: Eins Bcc: x@example.org"
    assert to_office["Bcc"] is None


# --- many at once --------------------------------------------------------------------------------


def test_many_of_a_kind_come_in_one_mail(server, project, office, editor):
    for number in range(3):
        submit(ExperienceFactory(title=f"Nr. {number}", project=project, revision=editor), editor)
    assert send_due().sent == 1
    [to_office] = server.mails
    assert to_office["Subject"] == "Zur Prüfung: Nr. 0 und 2 weitere"
    assert all(f"„Nr. {number}“" in text_of(to_office) for number in range(3))


def test_the_daily_mail_has_everything_and_comes_when_it_is_due(server, project, office, editor):
    choose_notifications(editor, entries="daily")
    for number in range(2):
        entry = ExperienceFactory(title=f"Nr. {number}", project=project, revision=editor)
        submit(entry, editor)
        return_entry(entry, office, f"Grund {number}")
    other = ExperienceFactory(title="Nr. 2", project=project, revision=editor)
    submit(other, editor)
    approve(other, office)
    send_due()
    assert editor.email not in {mail["To"] for mail in server.mails}
    server.mails.clear()
    time_passes()
    assert send_due().sent == 1
    [daily] = server.mails
    assert daily["Subject"] == "3 Nachrichten aus dem Leitfaden"
    for body in (text_of(daily), html_of(daily)):
        assert all(word in body for word in ("Nr. 0", "Grund 1", "„Nr. 2“ wurde"))


# --- the mail server goes away and comes back ----------------------------------------------------


def test_saving_does_not_notice_a_mail_server_that_is_away(server, client, project, office, editor):
    server.stop()
    entry = ExperienceFactory(title="Trotzdem", project=project, revision=editor)
    submit(entry, editor)
    with pytest.raises(MailServerAwayError):
        send_due()
    [row] = Notification.objects.all()
    assert (row.status, row.attempts) == (Status.WAITING, 1)
    assert row.next_try_at > timezone.now()
    assert "ConnectionRefused" in row.error
    assert outbox() == {"waiting": 1, "late": 0, "unclear": 0, "failed": 0}

    assert send_due().sent == 0  # not before its time
    server.start()
    time_passes()
    assert send_due().sent == 1
    row.refresh_from_db()
    assert (row.status, row.attempts, row.error) == (Status.SENT, 2, "")
    assert len(server.mails) == 1


def test_the_waits_grow_and_end(server, office, editor, entry):
    server.stop()
    submit(entry, editor)
    waits = []
    for _ in range(8):
        time_passes()
        with pytest.raises(MailServerAwayError):
            send_due()
        waits.append((Notification.objects.get().next_try_at - timezone.now()).total_seconds())
    assert waits[0] < 31 < waits[1] < 61 < waits[2]
    assert max(waits) <= 15 * 60
    Notification.objects.update(due_at=timezone.now() - datetime.timedelta(days=6))
    time_passes()
    with pytest.raises(MailServerAwayError):
        send_due()
    assert Notification.objects.get().status == Status.FAILED


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(server, office, editor, entry):
    server.mailbox.answers = ["451 come back later"]
    submit(entry, editor)
    assert send_due().put_off == 1
    time_passes()
    assert send_due().sent == 1
    server.mailbox.refused[editor.email] = "550 no such person"
    return_entry(entry, office, "Bitte kürzer.")
    assert send_due().failed == 1
    assert "550" in Notification.objects.get(recipient=editor).error
    assert outbox()["failed"] == 1


def test_one_mail_that_cannot_be_written_stops_no_other(server, project, office, editor, entry):
    submit(entry, editor)
    Notification.objects.update(occasion="nonsense")
    second = ExperienceFactory(title="Danach", project=project, revision=editor)
    submit(second, editor)
    result = send_due()
    assert (result.put_off, result.sent) == (1, 1)
    assert "„Danach“" in text_of(server.mails[0])


@pytest.mark.parametrize("create", [create_news, create_steering_group])
def test_the_office_is_asked_to_publish_a_page_with_a_link_to_its_edit_screen(
    create, server, office, editor, project
):
    page = create(editor, project, "Neuer Standort")
    ask_to_publish(page, editor)
    result = send_due()
    assert (result.sent, result.put_off) == (1, 0)
    [mail] = server.mails
    assert mail["To"] == office.email
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "„Neuer Standort“ wurde" in text_of(mail)
    assert f"https://leitfaden.example.org{edit}" in text_of(mail)


# --- never twice ---------------------------------------------------------------------------------


def test_a_mail_that_may_have_gone_out_is_not_sent_again_by_itself(server, office, editor, entry):
    """The server takes it and breaks off before it says so."""
    server.mailbox.on_accept = lambda session: session.transport.abort()
    submit(entry, editor)
    send_due()
    assert len(server.mails) == 1
    server.mailbox.on_accept = None
    time_passes()
    assert send_due().sent == 0
    assert len(server.mails) == 1
    assert outbox()["unclear"] == 1
    # Who knows that it did not arrive sends it again, under the same name.
    call_command("send_notifications", "--resend-unclear", stdout=StringIO())
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_an_invitation_that_may_have_gone_out_stays_and_is_no_error_of_the_page(
    server, office, project, django_capture_on_commit_callbacks
):
    server.mailbox.on_accept = lambda session: session.transport.abort()
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite("neu@example.org", project, roles.EDITOR, by=office)
    invitation.refresh_from_db()
    assert invitation.sent_at is None


def test_a_connection_that_breaks_before_the_mail_costs_nothing(server, office, editor, entry):
    async def breaks_off(server, session, envelope, address, options):
        server.transport.abort()
        return "250 OK"

    works = server.mailbox.handle_RCPT
    server.mailbox.handle_RCPT = breaks_off
    submit(entry, editor)
    with pytest.raises(MailServerAwayError):
        send_due()
    server.mailbox.handle_RCPT = works
    time_passes()
    assert send_due().sent == 1
    assert len(server.mails) == 1


def test_a_claim_that_ran_out_sends_nothing(server, office, editor, entry, monkeypatch):
    """A worker was asleep for longer than its claim, and another one took over."""
    submit(entry, editor)
    asleep = send_mail._claim()
    time_passes()
    assert send_due().sent == 1
    assert not send_mail._mark_handed_over(asleep)
    assert len(server.mails) == 1


WORKER = """
import os, sys, time
import django
django.setup()
from cms.services import send_mail
from cms.services.write_mail import write_mail

def stop_here(*args, **kwargs):
    print("here", flush=True)
    time.sleep(60)

if sys.argv[1] == "before":
    send_mail._mark_handed_over = stop_here
elif sys.argv[1] == "between":
    mine = send_mail._mine
    class Stopping:
        def __init__(self, rows): self.rows = rows
        def filter(self, **kwargs): return self.rows.filter(**kwargs)
        def update(self, **kwargs): stop_here()
    send_mail._mine = lambda claimed: Stopping(mine(claimed))
send_mail.send_due()
print("done", flush=True)
"""


def worker(server, how: str) -> subprocess.Popen:
    """A process of its own on the tests' database."""
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        options = connection.settings_dict
        password = f":{options['PASSWORD']}" if options["PASSWORD"] else ""
        url = f"postgres://{options['USER']}{password}@{options['HOST']}:{options['PORT']}/{name}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "thinka_site.settings.production",
        "SECRET_KEY": "only-for-this-test",
        "DATABASE_URL": url,
        "THINKA_DATA_DIR": str(django_settings.DATA_DIR),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(server.port),
        "EMAIL_USE_TLS": "false",
    }
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, how],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_at(server, how: str) -> None:
    process = worker(server, how)
    while (line := process.stdout.readline()) and line != "here\n":
        pass
    assert line == "here\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_killed_before_it_sends_is_relieved_by_another(server):
    submitted()
    kill_at(server, "before")
    assert server.mails == []
    assert send_due().sent == 0  # the claim of the dead one holds for a while
    time_passes()
    assert send_due().sent == 1
    assert len(server.mails) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_killed_between_sending_and_noting_it_sends_nothing_twice(server):
    submitted()
    kill_at(server, "between")
    assert len(server.mails) == 1
    time_passes()
    assert send_due().sent == 0
    assert len(server.mails) == 1
    assert outbox()["unclear"] == 1


def submitted(count: int = 1) -> None:
    project = ProjectFactory()
    somebody(roles.OFFICE)
    for number in range(count):
        editor = somebody(roles.EDITOR, project)
        entry = ExperienceFactory(title=f"Nr. {number}", project=project, revision=editor)
        submit(entry, editor)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_send_each_mail_once(server):
    project = ProjectFactory()
    people = [somebody(roles.EDITOR, project) for _ in range(12)]
    for user in people[:6]:
        choose_notifications(user, entries="daily")
    entry = published_experience(project=project)
    for _ in range(3):
        notify(Occasion.COMMENTED, entry, reason="Hm.", to=people)
    time_passes()
    start = Barrier(3)

    def work():
        try:
            start.wait()
            for _ in range(5):
                send_due()
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Notification.objects.exclude(status=Status.SENT).count() == 0
    names = [mail["Message-ID"] for mail in server.mails]
    assert len(names) == len(set(names))
    said = [text_of(mail).count("kommentiert") for mail in server.mails]
    assert sum(said) == 36
    # A daily mail is one mail, whoever sends it.
    daily = {user.email for user in people[:6]}
    assert sorted(mail["To"] for mail in server.mails if mail["To"] in daily) == sorted(daily)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nothing_is_sent_of_what_was_rolled_back(server):
    project = ProjectFactory()
    somebody(roles.OFFICE)
    editor = somebody(roles.EDITOR, project)
    entry = ExperienceFactory(project=project, revision=editor)
    with pytest.raises(RuntimeError), transaction.atomic():
        submit(entry, editor)
        raise RuntimeError
    assert send_due().sent == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_thread_of_the_web_process_sends(server, monkeypatch):
    submitted()
    ended = []

    def idle(seconds):
        ended.append(seconds)
        if len(server.mails) == 1 and len(ended) > 2:
            raise SystemExit

    monkeypatch.setattr(background.time, "sleep", idle)

    def work():
        with suppress(SystemExit):
            mail_loop.run()

    thread = Thread(target=work)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert len(server.mails) == 1


# --- for the operator ----------------------------------------------------------------------------


def test_the_command_sends_and_tells_what_waits(server, office, editor, entry):
    submit(entry, editor)
    out = StringIO()
    call_command("send_notifications", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["sent"], answer["waiting"]) == (1, 0)
    server.stop()
    return_entry(entry, office, "Bitte kürzer.")
    with pytest.raises(CommandError, match="Der Mailserver antwortet nicht"):
        call_command("send_notifications", stdout=StringIO())
    Notification.objects.update(due_at=timezone.now() - datetime.timedelta(hours=2))
    with pytest.raises(CommandError, match="länger als eine Stunde"):
        call_command("send_notifications", "--status", stdout=StringIO())


def test_what_was_sent_long_ago_is_deleted_but_overdue_is_remembered(
    server, settings, office, editor, entry
):
    submit(entry, editor)
    notify(Occasion.OVERDUE, entry, once="task1")
    send_due()
    long_ago = timezone.now() - datetime.timedelta(days=31)
    Notification.objects.update(created_at=long_ago)
    settings.NOTIFICATION_KEEP_DAYS = 40
    assert forget_old() == 0
    settings.NOTIFICATION_KEEP_DAYS = 30
    notify(Occasion.SUBMITTED, entry)  # waits
    Notification.objects.update(created_at=long_ago)
    assert forget_old() == 1
    assert set(Notification.objects.values_list("occasion", "status")) == {
        ("overdue", "sent"),
        ("submitted", "waiting"),
    }
    assert not NotificationChoice.objects.exists()
