"""``@webhooks`` over the API and on the office's screen: who may, what is said when it is wrong."""

import json

import pytest

from cms.models import Webhook, WebhookDelivery
from cms.permissions import roles
from cms.services.deliver_webhooks import deliver_due
from tests.factories.guide import (
    ProjectFactory,
    person,
    published_experience,
    published_supplement,
)
from tests.functional.api_client import read, signed_in
from tests.functional.hook_receiver import Receiver

pytestmark = pytest.mark.django_db

WISH = {
    "title": "Website",
    "url": "https://example.org/haken",
    "events": ["withdrawn", "published"],
}


@pytest.fixture
def office():
    return signed_in(person(roles.OFFICE))


def send(client, method: str, path: str, data=None):
    return client.generic(method, path, json.dumps(data or {}), content_type="application/json")


def test_the_secret_is_told_once(office):
    created = send(office, "POST", "/api/@webhooks", WISH)
    assert created.status_code == 201
    data = created.json()
    secret = data.pop("secret")
    assert secret.startswith("whsec_")
    assert created["Cache-Control"] == "no-store"
    assert created["Location"] == data["@id"]
    assert data["events"] == ["published", "withdrawn"]
    assert read(office, data["@id"]) == data
    assert read(office, "/api/@webhooks") == {
        "@id": "http://testserver/api/@webhooks",
        "items": [data],
        "items_total": 1,
    }
    assert secret == Webhook.objects.get().secret


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "http://example.org/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": 7}, "url"),
        ({"url": "https://example.org/" + "x" * 500}, "url"),
        ({"title": ""}, "title"),
        ({"title": "x" * 200}, "title"),
        ({"events": []}, "events"),
        ({"events": ["published", "gelesen"]}, "events"),
        ({"events": "published"}, "events"),
    ],
)
def test_what_is_wrong_is_told_by_field(office, changed, field):
    answer = send(office, "POST", "/api/@webhooks", WISH | changed)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Webhook.objects.exists()


def test_there_is_an_end_to_it(office):
    for _ in range(20):
        assert send(office, "POST", "/api/@webhooks", WISH).status_code == 201
    assert send(office, "POST", "/api/@webhooks", WISH).status_code == 422


def test_changing_switching_and_removing(office):
    address = send(office, "POST", "/api/@webhooks", WISH).json()["@id"]
    assert send(office, "PATCH", address, {"title": "Neu", "active": False}).status_code == 204
    data = read(office, address)
    assert (data["title"], data["active"], data["url"]) == ("Neu", False, WISH["url"])
    assert send(office, "PATCH", address, dict.fromkeys(WISH) | {"active": None}).status_code == 204
    assert read(office, address) == data
    assert send(office, "PATCH", address, {"active": "ja"}).status_code == 422
    assert send(office, "DELETE", address).status_code == 204
    assert office.get(address).status_code == 404
    assert office.get("/api/@webhooks/99999999999999999999").status_code == 404


def test_the_log_and_once_more(office, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    receiver = Receiver()
    address = send(office, "POST", "/api/@webhooks", WISH | {"url": receiver.url}).json()["@id"]
    entry = published_experience()
    published_experience()
    deliver_due()
    log = read(office, f"{address}/deliveries?b_size=1&b_start=1")
    assert (log["items_total"], "prev" in log["batching"]) == (2, True)
    (row,) = log["items"]
    assert (row["event"], row["UID"], row["status"]) == (
        "published",
        f"experience-{entry.pk}",
        "sent",
    )
    assert (row["attempts"], row["response_status"], row["next_try"]) == (1, 200, None)
    assert send(office, "POST", row["@id"]).status_code == 204
    deliver_due()
    receiver.stop()
    ids = [message.headers["webhook-id"] for message in receiver.messages]
    assert ids.count(row["id"]) == 2


@pytest.mark.parametrize("role", [roles.EDITOR, roles.REVIEWER, roles.LEAD, roles.PARTNER, None])
def test_it_is_the_offices(client, role):
    hook = Webhook.objects.create(title="Website", url="https://example.org/", events=["published"])
    delivery = WebhookDelivery.objects.create(
        webhook=hook, event="published", object_type="experience", object_id=1
    )
    if role:
        client = signed_in(person(role, ProjectFactory()))
    expected = 403 if role else 401
    address = f"/api/@webhooks/{hook.pk}"
    for method, path in (
        ("GET", "/api/@webhooks"),
        ("POST", "/api/@webhooks"),
        ("GET", address),
        ("PATCH", address),
        ("DELETE", address),
        ("GET", f"{address}/deliveries"),
        ("POST", f"{address}/deliveries/{delivery.key}"),
        ("GET", "/api/@webhooks/4711"),
    ):
        assert send(client, method, path).status_code == expected, (method, path)
    assert Webhook.objects.get().title == "Website"


def test_the_screen_shows_the_secret_once_and_the_log(office):
    url = "/admin/webhooks/"
    assert "Noch erfährt kein anderes Programm" in office.get(url).content.decode()
    wrong = office.post(
        url, {"title": "Website", "url": "http://example.org", "events": "published"}
    )
    assert wrong.status_code == 422
    assert "muss mit https:// beginnen" in wrong.content.decode()
    created = office.post(url, {"title": "Website", "url": WISH["url"], "events": ["published"]})
    hook = Webhook.objects.get()
    assert hook.secret in created.content.decode()
    page = f"/admin/webhooks/{hook.pk}/"
    assert hook.secret not in office.get(page).content.decode()
    again = office.post(url, {"title": "Website", "url": WISH["url"], "events": ["published"]})
    assert "ist schon ein Webhook eingerichtet" in again.content.decode()
    assert Webhook.objects.count() == 1
    entry = published_experience(title="Sprechstunde im Waschsalon")
    published_supplement(entry, text="<p>Bei uns auch.</p>")
    text = office.get(page).content.decode()
    assert "veröffentlicht: Sprechstunde im Waschsalon" in text
    assert "veröffentlicht: Ergänzung zu „Sprechstunde im Waschsalon“" in text
    office.post(f"{page}schalten/")
    assert "ist abgeschaltet" in office.get(page).content.decode()
    office.post(page, {"title": "Anders", "url": WISH["url"], "events": ["redacted"]})
    hook.refresh_from_db()
    assert (hook.title, hook.events, hook.is_active) == ("Anders", ["redacted"], False)
    office.post(f"{page}entfernen/")
    assert not Webhook.objects.exists()
