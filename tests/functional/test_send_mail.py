"""The outbox is emptied into a real mail server that goes away, refuses, and breaks off."""

import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from cms.models import Notification
from cms.permissions import roles
from cms.services.review import return_entry
from cms.services.send_mail import send_due
from cms.services.submit import submit
from tests.factories.guide import ExperienceFactory, ProjectFactory
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
def project(db):
    return ProjectFactory(title="ThINKA Musterstadt")


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
    assert send_due().sent == 2
    by_address = {mail["To"]: mail for mail in server.mails}
    to_office, to_editor = by_address[office.email], by_address[editor.email]

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
    # Sent back before the mail went out: there is nothing to review any more.
    assert to_office["Subject"] != "Zur Prüfung: Sprechstunde im Waschsalon"
