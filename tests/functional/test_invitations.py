"""Invitations by e-mail: a link for a week, for one person, as long as it is meant."""

import datetime
import re
from smtplib import SMTPServerDisconnected
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from cms.domain.errors import NotAllowedError, RuleError
from cms.models import AuditEvent, Invitation, Project, ProjectUserGrant
from cms.permissions import policies, roles
from cms.services.grant_role import revoke_role
from cms.services.invite import invite, invite_again, revoke_invitation, token_of
from tests.factories.guide import PASSWORD, ProjectFactory, UserFactory, person

pytestmark = pytest.mark.django_db

ADDRESS = "erika@example.org"
ACCOUNT = {
    "first_name": "Erika",
    "last_name": "Muster",
    "username": "e.muster",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


class BrokenRelay(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages):
        raise SMTPServerDisconnected


@pytest.fixture
def lead(project):
    return person(roles.LEAD, project, username="lea", first_name="Lea", last_name="Leitung")


@pytest.fixture
def invitation(project, lead):
    return invite(ADDRESS, project, roles.EDITOR, by=lead)


def link(invitation) -> str:
    invitation.refresh_from_db()
    return reverse("cms:invitation", args=[token_of(invitation)])


def is_gone(response) -> bool:
    return response.status_code == 404 and "gilt nicht (mehr)" in response.content.decode()


def test_an_unknown_address_is_invited_by_mail(
    project, lead, client, django_capture_on_commit_callbacks
):
    client.force_login(lead)
    data = {"who": ADDRESS, "role": roles.EDITOR, "until": "2099-12-31"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("guide_sharing", args=[project.pk]), data)
    [message] = mail.outbox
    [(html, _type)] = message.alternatives
    assert message.to == [ADDRESS]
    for text in (message.body, html):
        assert "Lea Leitung" in text
        assert "sehen und schreiben" in text
        assert "31.12.2099" in text
    address = re.search(r"http://\S+(/einladung/\S+/)", message.body)[1]
    client.logout()
    assert "Zugang anlegen" in client.get(address).content.decode()
    client.force_login(lead)
    page = client.get(reverse("guide_sharing", args=[project.pk])).content.decode()
    assert ADDRESS in page
    assert "verschickt am" in page


def test_a_new_account_is_made_signed_in_and_has_the_role(invitation, project, lead, client):
    address = link(invitation)
    response = client.post(address, ACCOUNT, follow=True)
    assert "Willkommen" in response.content.decode()
    user = get_user_model().objects.get(username="e.muster")
    assert (user.email, user.get_full_name()) == (ADDRESS, "Erika Muster")
    assert policies.can(user, policies.EDIT, project)
    assert not user.is_staff
    assert not user.is_superuser
    assert {row.granted_by for row in ProjectUserGrant.rows.filter(user=user)} == {lead}
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    client.logout()
    assert is_gone(client.get(address))
    assert is_gone(client.post(address, ACCOUNT | {"username": "zweite"}))
    assert not get_user_model().objects.filter(username="zweite").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password2": "Ein-anderes-Kennwort-8"}, "Passwörter sind nicht identisch"),
        ({"password1": "kurz", "password2": "kurz"}, "Passwort ist zu kurz"),
        ({"username": "LEA"}, "existiert bereits"),
        ({"username": "mit leer"}, "gültigen Benutzernamen"),
        ({"last_name": ""}, "Dieses Feld"),
        ({"password1": ADDRESS, "password2": ADDRESS}, "zu ähnlich"),
    ],
)
def test_a_wrong_account_loses_nothing_and_makes_nothing(invitation, client, wrong, sentence):
    response = client.post(link(invitation), ACCOUNT | wrong)
    page = response.content.decode()
    assert sentence in page
    assert 'value="Erika"' in page
    assert get_user_model().objects.count() == 1
    assert not invitation.__class__.objects.exclude(accepted_at=None).exists()


def test_the_form_says_what_a_password_needs(invitation, client, settings):
    name = "django.contrib.auth.password_validation.MinimumLengthValidator"
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": name, "OPTIONS": {"min_length": 14}}]
    assert "mindestens 14 Zeichen" in client.get(link(invitation)).content.decode()


def test_who_has_an_account_signs_in_and_accepts(invitation, project, client):
    erika = UserFactory(username="erika", email=ADDRESS.upper())
    address = link(invitation)
    page = client.get(address).content.decode()
    assert "gibt es schon einen Zugang" in page
    assert f"/anmelden/?next={quote(address)}" in page
    client.post(address, ACCOUNT)
    assert get_user_model().objects.count() == 2
    response = client.post(
        "/anmelden/", {"username": "erika", "password": PASSWORD, "next": address}, follow=True
    )
    assert "Als erika annehmen" in response.content.decode()
    assert not policies.can(erika, policies.EDIT, project)
    client.post(address)
    assert policies.can(get_user_model().objects.get(pk=erika.pk), policies.EDIT, project)
    assert is_gone(client.post(address))


def test_reading_the_page_accepts_nothing(invitation, project, client):
    user = UserFactory()
    client.force_login(user)
    client.get(link(invitation))
    assert not policies.can(user, policies.SEE, project)


def _expire(invitation, lead):
    Invitation.objects.update(issued_at=timezone.now() - datetime.timedelta(days=7, seconds=1))


def _revoke(invitation, lead):
    revoke_invitation(invitation, by=lead)


def _send_again(invitation, lead):
    invite_again(invitation, by=lead)


def _inviter_loses_the_right(invitation, lead):
    revoke_role(lead, invitation.project, roles.LEAD)


def _inviter_sleeps(invitation, lead):
    get_user_model().objects.filter(pk=lead.pk).update(is_active=False)


def _inviter_is_deleted(invitation, lead):
    lead.delete()


@pytest.mark.parametrize(
    "happening",
    [_expire, _revoke, _send_again, _inviter_loses_the_right, _inviter_sleeps, _inviter_is_deleted],
)
def test_a_link_that_is_no_longer_meant_gives_nothing(invitation, lead, client, happening):
    address = link(invitation)
    assert client.get(address).status_code == 200
    happening(invitation, lead)
    assert is_gone(client.get(address))
    assert is_gone(client.post(address, ACCOUNT))
    assert not get_user_model().objects.filter(username="e.muster").exists()
    client.force_login(UserFactory())
    assert is_gone(client.post(address))
    assert not ProjectUserGrant.rows.exclude(user=lead.pk).exists()


def test_links_cannot_be_made_up(invitation, client):
    address = link(invitation)
    for forged in (
        "/einladung/1/",
        "/einladung/WzEsMV0:1abcde:xyz/",
        address[:-5] + "AAAA/",
    ):
        assert is_gone(client.get(forged))


def test_sent_again_is_good_for_a_week_from_now(invitation, lead, client):
    _expire(invitation, lead)
    invite_again(invitation, by=lead)
    assert client.get(link(invitation)).status_code == 200


def test_inviting_twice_renews_instead_of_doubling(invitation, project, lead):
    old = link(invitation)
    again = invite(ADDRESS.upper(), project, roles.EDITOR, by=lead)
    assert Invitation.objects.count() == 1
    assert link(again) != old


def test_nobody_invites_to_more_than_they_hold(project, lead, invitation):
    for who in (lead, person(roles.EDITOR, project)):
        with pytest.raises(NotAllowedError):
            invite(ADDRESS, project, roles.REVIEWER, by=who)
    with pytest.raises(NotAllowedError):
        invite(ADDRESS, Project.objects.office(), roles.OFFICE, by=lead)
    other = person(roles.LEAD, ProjectFactory())
    for service in (invite_again, revoke_invitation):
        with pytest.raises(NotAllowedError):
            service(invitation, by=other)


def test_the_screen_sends_again_and_revokes_only_here(invitation, project, lead, client):
    client.force_login(lead)
    other = ProjectFactory()
    person(roles.LEAD, other)
    address = reverse("guide_invitation", args=[project.pk, invitation.pk])
    client.post(address, {"action": "again"})
    invitation.refresh_from_db()
    assert invitation.issue == 2
    client.post(address, {"action": "revoke"})
    invitation.refresh_from_db()
    assert invitation.revoked_at
    with pytest.raises(RuleError):
        invite_again(invitation, by=lead)
    client.force_login(person(roles.LEAD, other))
    foreign = reverse("guide_invitation", args=[other.pk, invitation.pk])
    assert client.post(foreign, {"action": "again"}).status_code == 404
    assert client.get(address).status_code == 405


def test_a_mail_server_that_is_away_is_told_and_can_be_tried_again(
    project, lead, client, settings, caplog, django_capture_on_commit_callbacks
):
    relay, settings.EMAIL_BACKEND = (
        settings.EMAIL_BACKEND,
        "tests.functional.test_invitations.BrokenRelay",
    )
    client.force_login(lead)
    address = reverse("guide_sharing", args=[project.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"who": ADDRESS, "role": roles.EDITOR})
    assert "could not be sent" in caplog.text
    assert "noch nicht verschickt" in client.get(address).content.decode()
    settings.EMAIL_BACKEND = relay
    again = reverse("guide_invitation", args=[project.pk, Invitation.objects.get().pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(again, {"action": "again"})
    assert len(mail.outbox) == 1
    assert "noch nicht verschickt" not in client.get(address).content.decode()


def test_a_line_break_in_a_projects_name_breaks_no_header(
    lead, project, django_capture_on_commit_callbacks
):
    project.title = "Zwei\nZeilen"
    project.save()
    with django_capture_on_commit_callbacks(execute=True):
        invite(ADDRESS, project, roles.EDITOR, by=lead)
    assert "Zwei Zeilen" in mail.outbox[0].subject


def test_invitations_are_in_the_audit_log_without_the_address_in_its_data(invitation, client):
    client.post(link(invitation), ACCOUNT)
    events = AuditEvent.objects.filter(action__startswith="invitation.")
    assert {event.action for event in events} == {"invitation.sent", "invitation.accepted"}
    for event in events:
        assert ADDRESS not in str(event.data)
        assert event.personal["email"] == ADDRESS
