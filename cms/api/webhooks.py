"""``@webhooks``: the office's hooks, and the log of what they were told."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field, WithJsonSchema

from cms.api.addresses import api_root
from cms.api.contract import (
    BATCH_PARAMETERS,
    ApiError,
    answer,
    batch,
    body,
    held,
    listed,
    no_content,
    person,
)
from cms.api.schemas import Error, Listing, Nothing, sends
from cms.api.summaries import iso_time
from cms.models import Webhook, WebhookDelivery, WebhookEvent
from cms.permissions import policies
from cms.services import webhooks
from cms.services.access import require

router = Router(tags=["webhooks"])

JSON = dict[str, Any]
_ERRORS = {401: Error, 403: Error}
#: http is for hosts of one's own net (setting WEBHOOK_PRIVATE_HOSTS).
_ADDRESS = "^https?://[!-~]+$"
Event = Annotated[str, WithJsonSchema({"type": "string", "enum": WebhookEvent.values})]


class WebhookData(Schema):
    """A webhook without its secret."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    title: str
    url: str
    events: list[Event]
    active: bool = Field(description="Switched off by itself after days without an answer.")
    created: str
    failing_since: str | None
    paused_until: str | None = Field(description="No message goes out before then.")


class NewWebhook(WebhookData):
    secret: str = Field(description="Signs the messages. It is shown this once.")


class Webhooks(Listing):
    items: list[WebhookData]


class WebhookWish(Schema):
    title: str = Field(min_length=1, max_length=120)
    url: str = Field(
        max_length=500, pattern=_ADDRESS, description="https, and not in a private net."
    )
    events: list[Event] = Field(min_length=1)


class WebhookChange(Schema):
    """What is not sent, or null, stays."""

    title: str | None = Field(None, min_length=1, max_length=120)
    url: str | None = Field(None, max_length=500, pattern=_ADDRESS)
    events: list[Event] | None = Field(None, min_length=1)
    active: bool | None = Field(None, description="Switching it on begins anew.")


class Delivery(Schema):
    """A message: `id` is its `Webhook-Id`."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    id: str
    event: str
    UID: str = Field(description="Of the object that it is about.")
    occurred: str
    status: str = Field(description="waiting, sent, dropped (nothing left to tell) or failed.")
    attempts: int
    next_try: str | None
    finished: str | None
    response_status: int | None
    error: str


class Deliveries(Listing):
    items: list[Delivery]


# --- hooks ---------------------------------------------------------------------------------------


@router.get("/@webhooks", response={200: Webhooks, 304: None, **_ERRORS})
def list_webhooks(request: HttpRequest) -> HttpResponse:
    """All webhooks. For the office."""
    require(person(request), policies.OFFICE)
    items = [_data(hook, request) for hook in Webhook.objects.all()]
    return answer(request, listed(request, f"{api_root(request)}/@webhooks", items))


@router.post(
    "/@webhooks",
    response={201: NewWebhook, 400: Error, 422: Error, **_ERRORS},
    openapi_extra=sends(WebhookWish),
)
def register_webhook(request: HttpRequest) -> HttpResponse:
    """A new webhook, with its secret."""
    require(person(request), policies.OFFICE)
    wish = _wish(body(request), ("title", "url", "events"))
    hook = webhooks.register(person(request), **wish)
    data = _data(hook, request)
    response = answer(request, {**data, "secret": hook.secret}, status=201)
    response["Location"] = data["@id"]
    return response


@router.get(
    "/@webhooks/{int:webhook_id}", response={200: WebhookData, 304: None, 404: Error, **_ERRORS}
)
def read_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One webhook."""
    return answer(request, _data(_hook(request, webhook_id), request))


@router.patch(
    "/@webhooks/{int:webhook_id}",
    response={204: None, 400: Error, 404: Error, 422: Error, **_ERRORS},
    openapi_extra=sends(WebhookChange, required=False),
)
def change_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Changes what is sent; the secret stays."""
    hook = _hook(request, webhook_id)
    sent = body(request)
    wish = _wish({name: sent[name] for name in sent if sent[name] is not None})
    if "active" in wish:
        wish["is_active"] = wish.pop("active")
    with held(request, hook, lambda row: _data(row, request)) as row:
        webhooks.change(row, person(request), **wish)
    return no_content(request)


@router.delete("/@webhooks/{int:webhook_id}", response={204: None, 404: Error, **_ERRORS})
def remove_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Removes a webhook with its log."""
    hook = _hook(request, webhook_id)
    with held(request, hook, lambda row: _data(row, request)) as row:
        webhooks.remove(row, person(request))
    return no_content(request)


# --- the log -------------------------------------------------------------------------------------


@router.get(
    "/@webhooks/{int:webhook_id}/deliveries",
    response={200: Deliveries, 304: None, 400: Error, 404: Error, **_ERRORS},
    openapi_extra={"parameters": BATCH_PARAMETERS},
)
def list_deliveries(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """What the hook was told or is to be told, the newest first."""
    hook = _hook(request, webhook_id)
    rows = hook.deliveries.all()
    wanted = batch(request, rows.count())
    items = [_delivery(row, hook, request) for row in wanted.of(rows)]
    return answer(request, listed(request, f"{_address(hook, request)}/deliveries", items, wanted))


@router.post(
    "/@webhooks/{int:webhook_id}/deliveries/{key}",
    response={204: None, 404: Error, 422: Error, **_ERRORS},
    openapi_extra=sends(Nothing, required=False),
)
def send_again(request: HttpRequest, webhook_id: int, key: str) -> HttpResponse:
    """Sends a message once more, with the facts of now and under its old id."""
    hook = _hook(request, webhook_id)
    try:
        delivery = get_object_or_404(hook.deliveries, key=UUID(key))
    except ValueError:
        raise Http404 from None
    webhooks.send_again(delivery, person(request))
    return no_content(request)


# --- parts ---------------------------------------------------------------------------------------


def _hook(request: HttpRequest, webhook_id: int) -> Webhook:
    require(person(request), policies.OFFICE)
    if webhook_id >= 2**63:
        raise Http404
    return get_object_or_404(Webhook, pk=webhook_id)


def _address(hook: Webhook, request: HttpRequest) -> str:
    return f"{api_root(request)}/@webhooks/{hook.pk}"


def _data(hook: Webhook, request: HttpRequest) -> JSON:
    return {
        "@id": _address(hook, request),
        "title": hook.title,
        "url": hook.url,
        "events": hook.events,
        "active": hook.is_active,
        "created": iso_time(hook.created_at),
        "failing_since": iso_time(hook.failing_since),
        "paused_until": iso_time(hook.paused_until),
    }


def _delivery(row: WebhookDelivery, hook: Webhook, request: HttpRequest) -> JSON:
    is_waiting = row.status == WebhookDelivery.Status.WAITING
    return {
        "@id": f"{_address(hook, request)}/deliveries/{row.key}",
        "id": str(row.key),
        "event": row.event,
        "UID": row.uid,
        "occurred": iso_time(row.occurred_at),
        "status": row.status,
        "attempts": row.attempts,
        "next_try": iso_time(row.next_try_at) if is_waiting else None,
        "finished": iso_time(row.finished_at),
        "response_status": row.response_status,
        "error": row.error,
    }


def _wish(sent: JSON, needed: tuple[str, ...] = ()) -> JSON:
    """What is sent, in its kinds. Raises ApiError (422) for what is of another one."""
    wrong = [
        (name, gettext("Bitte als Text angeben."))
        for name in ("title", "url")
        if (name in sent or name in needed) and not isinstance(sent.get(name), str)
    ]
    events = sent.get("events")
    is_list = isinstance(events, list) and all(isinstance(event, str) for event in events)
    if ("events" in sent or "events" in needed) and not is_list:
        wrong.append(("events", gettext("Bitte als Liste von Wörtern angeben.")))
    if "active" in sent and not isinstance(sent["active"], bool):
        wrong.append(("active", gettext("Bitte als true oder false angeben.")))
    if wrong:
        raise ApiError(422, errors=wrong)
    known = needed or ("title", "url", "events", "active")
    return {name: sent[name] for name in known if name in sent}
