"""Webhooks: as recorded, and as docs/api/webhooks.md shows them."""

import pytest

from cms.models import Webhook, WebhookDelivery
from cms.permissions import roles
from tests.factories.guide import person

WISH = {
    "title": "Website des Programms",
    "url": "https://programm.example.org/haken",
    "events": ["published", "changed", "withdrawn", "redacted"],
}


@pytest.fixture
def office(db):
    return person(roles.OFFICE, username="koordination")


@pytest.fixture
def hook(office):
    return Webhook.objects.create(**WISH, secret="whsec_" + "x" * 44)


def test_registering_is_as_recorded(exchange, office):
    exchange("register", "/api/@webhooks", "POST", WISH, user=office)
    wrong = WISH | {"url": "http://10.0.0.8/", "events": []}
    exchange("refused", "/api/@webhooks", "POST", wrong, user=office)


def test_those_that_there_are_are_as_recorded(exchange, office, hook):
    exchange("hooks", "/api/@webhooks", user=office)
    exchange("hook", f"/api/@webhooks/{hook.pk}", user=office)


def test_the_log_is_as_recorded(exchange, office, hook):
    delivery = WebhookDelivery.objects.create(
        webhook=hook,
        event="published",
        object_type="experience",
        object_id=1,
        attempts=2,
        response_status=503,
    )
    log = f"/api/@webhooks/{hook.pk}/deliveries"
    exchange("log", log, user=office)
    exchange("again", f"{log}/{delivery.key}", "POST", user=office)


def test_switching_it_on_is_as_recorded(exchange, office, hook):
    exchange("change", f"/api/@webhooks/{hook.pk}", "PATCH", {"active": True}, user=office)
