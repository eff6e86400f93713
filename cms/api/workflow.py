"""``@workflow``: states, history and transitions of an object, and making one, or many."""

import json
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction as database
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import Field, WithJsonSchema

from cms.api.addresses import address, api_prefix, api_root
from cms.api.contract import (
    HANDLED_ERRORS,
    ApiError,
    answer,
    answer_exception,
    body,
    held,
    listed,
    person,
    reader,
    require_match,
)
from cms.api.schemas import FieldError, Listing, sends
from cms.api.summaries import iso_time, review_state
from cms.api.traversal import Found, find
from cms.api.workflow_request import (
    MOST_AT_ONCE,
    Said,
    SaidOfMany,
    as_it_is_sent,
    refuse_unheeded,
    said_in,
    transition_in,
    wrong,
)
from cms.domain.errors import IncompleteError
from cms.domain.kinds import State
from cms.domain.transitions import Transition
from cms.models.choices import StateChoices, TransitionChoices
from cms.models.entry import Entry
from cms.services.access import locked
from cms.services.transitions import MODELS, Request, make, permitted
from cms.services.workflow_history import Step, steps_of

router = Router(tags=["workflow"])


class StateName(Schema):
    id: str | None
    title: str | None


class TransitionLink(Schema):
    id_: str = Field(alias="@id")
    title: str


class HistoryStep(Schema):
    action: str | None = Field(description="The transition; null for the beginning.")
    actor: str | None = Field(description="Null for those who may not see drafts.")
    comments: str
    review_state: str
    time: str
    title: str = Field(description="The state's title.")


class Workflow(Schema):
    id_: str = Field(alias="@id")
    state: StateName
    history: list[HistoryStep]
    transitions: list[TransitionLink] = Field(description="Those open to this person now.")


class BulkItem(Schema):
    id_: str = Field(alias="@id")
    status: int = Field(description="As if this one had been asked for alone.")
    action: str | None = None
    review_state: str | None = None
    type: str | None = None
    message: str | None = None
    errors: list[FieldError] | None = None


class BulkAnswer(Listing):
    items: list[BulkItem]


#: A text, so that an unknown one is answered with those that are open.
TransitionName = Annotated[str, WithJsonSchema({"type": "string", "enum": [*map(str, Transition)]})]
#: Beside what openapi.py adds to services of other methods.
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The ETag of what was read. If it is another version now: 412.",
    "schema": {"type": "string"},
}


@router.get("/@workflow", operation_id="home_workflow", response=Workflow)
def read_home_workflow(request: HttpRequest) -> HttpResponse:
    """The home page has no workflow: everything is empty."""
    return _answer_workflow(request, "")


@router.get("/{path:path}/@workflow", operation_id="workflow", response=Workflow)
def read_workflow(request: HttpRequest, path: str) -> HttpResponse:
    """The state, how it came to it, and what this person can do with it now."""
    return _answer_workflow(request, path)


@router.post(
    "/{path:path}/@workflow/{transition}",
    operation_id="make_transition",
    response=HistoryStep,
    openapi_extra={**sends(Said, required=False), "parameters": [_IF_MATCH]},
)
def make_transition(request: HttpRequest, path: str, transition: TransitionName) -> HttpResponse:
    """Makes a transition. ``If-Match`` names the version that was read."""
    said = said_in(body(request))
    obj = _with_workflow(find(path, request))
    known = _known(transition, obj, request)
    with held(request, obj) as row:
        made, row = _made(row, known, said, request)
    return answer(request, made, obj=row)


@router.post(
    "/@workflow",
    operation_id="make_transitions",
    response=BulkAnswer,
    openapi_extra=sends(SaidOfMany),
)
def make_transitions(request: HttpRequest) -> HttpResponse:
    """The same transition of many objects, by address: each succeeds or fails by itself."""
    if not person(request).is_authenticated:
        raise ApiError(401)
    data = body(request)
    transition, wanted, said = transition_in(data), _wanted(data), said_in(data)
    items = list(_make_each(wanted, transition, said, request))
    return answer(request, listed(request, f"{api_root(request)}/@workflow", items))


def workflow_info(found: Found, request: HttpRequest) -> dict[str, Any]:
    """State, history and transitions; for the service, and for ``expand=workflow``."""
    obj = found.obj
    if not isinstance(obj, MODELS):
        state = review_state(obj, request)
        title = state_title(State(state)) if state else None
        return {"state": {"id": state, "title": title}, "history": [], "transitions": []}
    state = State(review_state(obj, request))
    here = address(obj, request)
    return {
        "state": {"id": state.value, "title": state_title(state)},
        "history": [_step(step) for step in steps_of(obj, reader(request))],
        "transitions": [
            {"@id": f"{here}/@workflow/{name.value}", "title": transition_title(name)}
            for name in permitted(obj, person(request))
        ],
    }


def transition_title(transition: Transition) -> str:
    """The German name of a transition."""
    return str(TransitionChoices(transition.value).label)


def state_title(state: State) -> str:
    return str(StateChoices(state.value).label)


def _step(step: Step) -> dict[str, Any]:
    return {
        "action": step.transition.value if step.transition else None,
        "actor": step.actor.get_username() if step.actor else None,
        "comments": step.words,
        "review_state": step.state.value,
        "time": iso_time(step.time),
        "title": state_title(step.state),
    }


def _answer_workflow(request: HttpRequest, path: str) -> HttpResponse:
    found = find(path, request)
    data = {"@id": f"{address(found.obj, request)}/@workflow", **workflow_info(found, request)}
    return answer(request, data, obj=found.obj)


# --- making one ----------------------------------------------------------------------------------


def _with_workflow(found: Found) -> Model:
    """What was found, if it goes from state to state. Raises Http404."""
    if not isinstance(found.obj, MODELS):
        raise Http404
    return found.obj


def _known(name: str, obj: Model, request: HttpRequest) -> Transition:
    """Raises ApiError (400), which names those that are open to this person now."""
    try:
        return Transition(name)
    except ValueError:
        open_now = ", ".join(permitted(obj, person(request))) or gettext("keiner")
        message = gettext("Diesen Schritt gibt es nicht. Offen für Sie: %(names)s.")
        raise ApiError(400, message % {"names": open_now}) from None


def _made(
    obj: Model, transition: Transition, said: Request, request: HttpRequest
) -> tuple[dict[str, Any], Model]:
    """Makes it, in the caller's transaction, and tells of it in Plone's shape; and the row then."""
    user = person(request)
    try:
        make(transition, obj, user, said)
    except (IncompleteError, ValidationError) as error:
        raise as_it_is_sent(error) from error
    # Asked last, since right and state come first; the transaction takes the step back.
    refuse_unheeded(obj, transition, said)
    row = locked(obj)
    state = row.state if isinstance(row, Entry) else State(review_state(row, request))
    step = Step(transition, timezone.now(), user, said.comment.strip(), said.deputy_reason, state)
    return _step(step), row


# --- many ----------------------------------------------------------------------------------------


def _wanted(data: dict[str, Any]) -> dict[str, str]:
    """Path -> the ETag of what was read there, or nothing. Raises ApiError (422)."""
    items = data.get("items")
    if not isinstance(items, list) or not all(map(_is_item, items)):
        message = gettext("Bitte eine Liste von Adressen angeben, oder von {„@id“, „etag“}.")
        raise wrong("items", message)
    if len(items) > MOST_AT_ONCE:
        message = gettext("Höchstens %(most)d auf einmal.") % {"most": MOST_AT_ONCE}
        raise wrong("items", message)
    named = [item if isinstance(item, dict) else {"@id": item} for item in items]
    return {_path(item["@id"]): item.get("etag", "") for item in named}


def _is_item(item: Any) -> bool:
    if isinstance(item, dict):
        return all(isinstance(text, str) for text in (item.get("@id"), item.get("etag", "")))
    return isinstance(item, str)


def _path(item: str) -> str:
    """``https://host/api/erfahrungen/x``, ``/api/erfahrungen/x``, ``/erfahrungen/x``: one path."""
    try:
        path = unquote(urlsplit(item).path)
    except ValueError:
        return item
    return path.removeprefix(api_prefix()).strip("/")


def _make_each(
    wanted: dict[str, str], transition: Transition, said: Request, request: HttpRequest
) -> Iterator[dict[str, Any]]:
    """What became of each. Events go before their tables, and both before entries."""
    for path in sorted(wanted, key=lambda path: (path.startswith("erfahrungen/"), path.count("/"))):
        here = f"{api_root(request)}/{path}"
        try:
            obj = _with_workflow(find(path, request))
            with database.atomic():
                row = locked(obj)
                require_match(request, row, wanted[path])
                made, _row = _made(row, transition, said, request)
        except HANDLED_ERRORS as error:
            refused = answer_exception(request, error)
            yield {"@id": here, "status": refused.status_code, **json.loads(refused.content)}
        else:
            yield {"@id": here, "status": 200, **made}
