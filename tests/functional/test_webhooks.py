"""Webhooks: what is told to whom, signed, tried again, and never through the back door."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.errors import RuleError
from cms.domain.redaction import Wording
from cms.models import Webhook, WebhookDelivery
from cms.permissions import roles
from cms.services import safe_post, webhooks
from cms.services.deliver_webhooks import deliver_due, forget_old_deliveries
from cms.services.hand_over import hand_over
from cms.services.redact import redact
from cms.services.safe_post import UnreachableError, check_address, post
from cms.services.send_mail import send_due
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    event_page,
    person,
    published_experience,
    published_supplement,
    table_page,
)
from tests.functional.hook_receiver import Receiver

pytestmark = pytest.mark.django_db

ALL = ["published", "changed", "withdrawn", "redacted"]


@pytest.fixture
def office():
    return person(roles.OFFICE, email="buero@example.org")


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    started = Receiver()
    yield started
    started.stop()


@pytest.fixture
def hook(office, receiver) -> Webhook:
    return webhooks.register(office, "Website", receiver.url, ALL)


def told(receiver) -> list[tuple[str, str]]:
    """Sends what is due; event and UID of what has arrived since the last time."""
    deliver_due()
    found = [json.loads(message.content) for message in receiver.messages]
    receiver.messages.clear()
    return [(message["type"], message["data"]["UID"]) for message in found]


def later(monkeypatch, **by):
    """The clock goes on."""
    now = timezone.now() + timedelta(**by)
    monkeypatch.setattr(timezone, "now", lambda: now)


# --- what is told --------------------------------------------------------------------------------


def test_a_message_says_what_everybody_may_read_and_who_sent_it(hook, receiver):
    entry = published_experience(title="Tee & Kekse", project=ProjectFactory(title="Musterprojekt"))
    deliver_due()
    (message,) = receiver.messages
    assert message.path == "/haken?von=leitfaden"
    data = json.loads(message.content)
    assert data == {
        "type": "published",
        "timestamp": data["timestamp"],
        "data": {
            "UID": f"experience-{entry.pk}",
            "@type": "Experience",
            "@id": f"http://127.0.0.1:8000/api/erfahrungen/{entry.slug}",
            "url": f"http://127.0.0.1:8000/erfahrungen/{entry.slug}/",
            "title": "Tee & Kekse",
            "modified": entry.last_published_at.isoformat(timespec="seconds"),
        },
    }
    # As any library for Standard Webhooks checks it.
    key, timestamp = message.headers["webhook-id"], message.headers["webhook-timestamp"]
    secret = base64.b64decode(hook.secret.removeprefix("whsec_"))
    signed = f"{key}.{timestamp}.".encode() + message.content
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert message.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(timestamp) - timezone.now().timestamp()) < 600


def test_the_life_of_an_entry(hook, receiver, office):
    entry = published_experience()
    uid = f"experience-{entry.pk}"
    assert told(receiver) == [("published", uid)]
    entry.title = "Neuer Titel"
    entry.save_revision()
    assert told(receiver) == []  # a draft
    entry.get_latest_revision().publish()
    assert told(receiver) == [("changed", uid)]
    entry.refresh_from_db()
    hand_over(entry, ProjectFactory(), office)
    assert told(receiver) == [("changed", uid)]
    withdraw(entry, office)
    assert told(receiver) == [("withdrawn", uid)]


def test_nothing_is_told_of_what_not_everybody_may_read(hook, receiver, office):
    ExperienceFactory()
    entry = published_experience(Circle.NETWORK)
    published_supplement(entry)
    withdraw(entry, office)
    hidden = published_experience(table=table_page(event_page(live=False), live=False))
    withdraw(hidden, office)
    assert told(receiver) == []
    assert not WebhookDelivery.objects.exclude(status="dropped").exists()


def test_a_narrowed_circle_is_a_withdrawal(hook, receiver):
    entry = published_experience()
    supplement = published_supplement(entry)
    told(receiver)
    entry.visibility = Circle.PROJECTS.value
    entry.save_revision().publish()
    assert told(receiver) == [
        ("withdrawn", f"experience-{entry.pk}"),
        ("withdrawn", f"supplement-{supplement.pk}"),
    ]


def test_what_hangs_on_a_table_comes_and_goes_with_it(hook, receiver, office):
    table = table_page(event_page(), live=False)
    entry = published_experience(table=table)
    assert ("published", f"experience-{entry.pk}") not in told(receiver)
    table.get_latest_revision().publish()
    both = {f"table-{table.pk}", f"experience-{entry.pk}"}
    assert set(told(receiver)) == {("published", uid) for uid in both}
    table.refresh_from_db()
    withdraw(table, office)
    assert set(told(receiver)) == {("withdrawn", uid) for uid in both}


def test_a_message_never_says_what_was_hidden_meanwhile(hook, receiver, office):
    entry = published_experience(title="Nicht für alle")
    withdraw(entry, office)
    deliver_due()
    (message,) = receiver.messages
    assert json.loads(message.content)["data"] == {
        "UID": f"experience-{entry.pk}",
        "@type": "Experience",
    }
    log = dict(WebhookDelivery.objects.values_list("event", "status"))
    assert log == {"published": "dropped", "withdrawn": "sent"}


def test_copies_elsewhere_hear_of_a_redaction(hook, receiver, office):
    entry = published_experience(body="<p>Erika Beispiel hat geholfen.</p>")
    unknown = ExperienceFactory(body="<p>Auch Erika Beispiel.</p>")
    told(receiver)
    redact(Wording.from_lines("Erika Beispiel", whole_words=True), office, "Auf Wunsch.")
    found = told(receiver)
    assert ("redacted", f"experience-{entry.pk}") in found
    assert ("redacted", f"experience-{unknown.pk}") not in found


def test_a_hook_hears_only_of_the_events_it_asked_for(office, receiver):
    webhooks.register(office, "Nur Rückzüge", receiver.url, ["withdrawn"])
    entry = published_experience()
    assert told(receiver) == []
    withdraw(entry, office)
    assert told(receiver) == [("withdrawn", f"experience-{entry.pk}")]


def test_what_is_undone_is_not_told(hook, receiver):
    with transaction.atomic():
        published_experience()
        transaction.set_rollback(True)
    assert told(receiver) == []


# --- trying again --------------------------------------------------------------------------------


def test_who_does_not_answer_is_asked_later_and_later(hook, receiver, monkeypatch):
    receiver.answers = [500, 302, 200]
    published_experience()
    published_experience()
    assert len(told(receiver)) == 1  # after a failure the whole hook rests
    hook.refresh_from_db()
    first_rest = hook.paused_until - hook.failing_since
    assert first_rest == timedelta(seconds=30)
    log = WebhookDelivery.objects.order_by("pk").first()
    assert (log.status, log.attempts, log.response_status) == ("waiting", 1, 500)
    assert told(receiver) == []
    later(monkeypatch, seconds=31)
    assert len(told(receiver)) == 1  # the redirect is not followed, and no success
    later(monkeypatch, minutes=3)
    assert len(told(receiver)) == 2
    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since, hook.paused_until) == (0, None, None)
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"sent"}


def test_each_try_has_the_same_id_and_its_own_time(hook, receiver, monkeypatch):
    receiver.answers = [503]
    published_experience()
    deliver_due()
    later(monkeypatch, minutes=2)
    deliver_due()
    first, second = (message.headers for message in receiver.messages)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) > int(first["webhook-timestamp"])
    assert first["webhook-signature"] != second["webhook-signature"]


def test_after_days_without_an_answer_it_is_switched_off_and_the_office_told(
    hook, receiver, monkeypatch, office
):
    receiver.answers = [500] * 99
    published_experience()
    for _ in range(8):
        deliver_due()
        later(monkeypatch, days=1)
    hook.refresh_from_db()
    assert not hook.is_active
    assert WebhookDelivery.objects.get().status == "failed"
    send_due()
    (message,) = mail.outbox
    assert message.subject == "Webhook abgeschaltet: Website"
    assert f"/admin/webhooks/{hook.pk}/" in message.body
    count = WebhookDelivery.objects.count()
    published_experience()
    assert WebhookDelivery.objects.count() == count
    webhooks.change(hook, office, is_active=True)
    receiver.answers.clear()
    receiver.messages.clear()
    entry = published_experience()
    assert told(receiver) == [("published", f"experience-{entry.pk}")]


def test_who_says_gone_is_asked_no_more(hook, receiver):
    receiver.answers = [410]
    published_experience()
    deliver_due()
    hook.refresh_from_db()
    assert not hook.is_active


def test_one_can_send_again(hook, receiver, office):
    published_experience()
    assert len(told(receiver)) == 1
    delivery = WebhookDelivery.objects.get()
    webhooks.send_again(delivery, office)
    assert len(told(receiver)) == 1
    with pytest.raises(RuleError):
        webhooks.send_again(delivery, person(roles.PARTNER))


def test_the_log_is_kept_for_some_time(hook, receiver, settings, monkeypatch):
    published_experience()
    deliver_due()
    assert forget_old_deliveries() == 0
    later(monkeypatch, days=31)
    assert forget_old_deliveries() == 1


def test_a_server_that_stays_silent_holds_nobody_up(hook, receiver, monkeypatch):
    monkeypatch.setattr(safe_post, "DEADLINE", 0.3)
    receiver.answers = ["silence"]
    published_experience()
    deliver_due()
    delivery = WebhookDelivery.objects.get()
    assert delivery.status == "waiting"
    assert delivery.error


# --- where it may go -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://127.0.0.1/", "https://10.0.0.8/",
     "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/", "https://0.0.0.0/",
     "https://[64:ff9b::7f00:1]/", "https://nutzer:wort@example.org/", "https://example.org/#teil",
     "https://", "kein Ort", "https://exa mple.org/", "https://example.org:99999/",
     "https://224.0.0.1/", "https://100.64.0.1/"],
)  # fmt: skip
def test_addresses_that_are_refused(url):
    with pytest.raises(RuleError):
        check_address(url)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1"])
def test_names_that_mean_this_machine_are_refused_when_it_is_sent(host):
    with pytest.raises(UnreachableError, match="internen Netz"):
        post(f"https://{host}/", b"{}", {})


def test_a_name_is_looked_up_once_and_the_checked_address_is_taken(receiver, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["haken.example.org"]
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    url = f"http://haken.example.org:{receiver.port}/"
    assert post(url, b"{}", {}, resolve) == 200
    assert asked == ["haken.example.org"]
    assert receiver.messages[0].headers["host"] == f"haken.example.org:{receiver.port}"


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0", "fd00::1"])
def test_one_inner_address_among_others_is_enough_to_refuse(inside):
    with pytest.raises(UnreachableError, match="internen Netz"):
        post("https://example.org/", b"{}", {}, lambda host, port: ["93.184.216.34", inside])
