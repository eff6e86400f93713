"""What is said with a transition: read from the request, and refused where nobody would heed it."""

import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from ninja import Schema
from pydantic import Field

from cms.api.contract import ApiError
from cms.api.moments import as_moment, moment_of
from cms.domain.circles import Circle
from cms.domain.errors import IncompleteError
from cms.domain.transitions import Transition
from cms.services.transitions import Request, heeded

MOST_AT_ONCE = 100


class Said(Schema):
    """What is said with a transition; nothing of it has to be."""

    comment: str | None = Field(None, description="A word to the author, or the reason.")
    visibility: str | None = Field(
        None, description="Who reads it.", json_schema_extra={"enum": [*map(str, Circle), None]}
    )
    confirm_wider: bool = Field(False, description="More people than before will read it: yes.")
    deputy_reason: str | None = Field(
        None, description="Why nobody else can approve what you wrote last; or say it in `comment`."
    )
    publish_source: bool = Field(False, description="Its table and event, too (office).")
    effective: str | None = Field(
        None, description="From when it is to be read.", json_schema_extra=as_moment
    )
    expires: str | None = Field(
        None, description="Until when it is to be read.", json_schema_extra=as_moment
    )
    include_children: bool = Field(False, description="Of an event: its tables, too.")


class WantedItem(Schema):
    id_: str = Field(alias="@id")
    etag: str = ""


class SaidOfMany(Said):
    transition: str = Field(json_schema_extra={"enum": [*map(str, Transition)]})
    items: list[str | WantedItem] = Field(
        description="Addresses: `@id`, or the path; or `@id` with the `etag` of what was read.",
        max_length=MOST_AT_ONCE,
    )


#: What only some transitions heed: as it is sent -> as a Request has it.
_FIELDS = {
    "visibility": "circle",
    "effective": "go_live_at",
    "expires": "expire_at",
    "deputy_reason": "deputy_reason",
    "publish_source": "publish_source",
    "include_children": "with_tables",
}


def said_in(data: dict[str, Any]) -> Request:
    """What was said with a transition; names that no transition knows are left out.

    Raises ApiError (422).
    """
    return Request(
        comment=_text(data, "comment"),
        circle=_circle(data),
        go_live_at=_moment(data, "effective"),
        expire_at=_moment(data, "expires"),
        confirm_wider=_flag(data, "confirm_wider"),
        deputy_reason=_text(data, "deputy_reason"),
        publish_source=_flag(data, "publish_source"),
        with_tables=_flag(data, "include_children"),
    )


def refuse_unheeded(obj: Model, transition: Transition, said: Request) -> None:
    """Raises ApiError (422) for what this transition would not heed: nothing is just dropped."""
    known = heeded(transition, obj)
    names = [name for name, field in _FIELDS.items() if field not in known and getattr(said, field)]
    if names:
        message = gettext("Das gibt es bei diesem Schritt hier nicht.")
        raise ApiError(422, errors=[(name, message) for name in names])


def as_it_is_sent(error: IncompleteError | ValidationError) -> ApiError:
    """What is missing, by the names of what is sent; for four eyes, where to say the reason."""
    if isinstance(error, ValidationError):
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        error = IncompleteError(told)
    names = {NON_FIELD_ERRORS: ""} | {field: name for name, field in _FIELDS.items()}
    missing = [
        (names.get(field, field), text) for field, texts in error.fields.items() for text in texts
    ]
    if "deputy_reason" not in error.fields:
        return ApiError(422, str(error), missing)
    message = gettext(
        "Sie haben das zuletzt selbst bearbeitet. Bitte lassen Sie eine zweite Person freigeben, "
        "oder schreiben Sie in „comment“, warum das nicht möglich ist."
    )
    return ApiError(422, message, missing)


def wrong(field: str, message: str) -> ApiError:
    """That this field can't be so: 422."""
    return ApiError(422, errors=[(field, message)])


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong(name, gettext("Bitte einen Text angeben."))
    return value


def _flag(data: dict[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise wrong(name, gettext("Bitte true oder false angeben."))
    return value


def _circle(data: dict[str, Any]) -> str | None:
    value = data.get("visibility")
    if value is None:
        return None
    if value not in [circle.value for circle in Circle]:
        names = ", ".join(circle.value for circle in Circle)
        raise wrong("visibility", gettext("Bitte eines angeben: %(names)s.") % {"names": names})
    return value


def _moment(data: dict[str, Any], name: str) -> datetime.datetime | None:
    text = _text(data, name)
    if not text:
        return None
    found = moment_of(text)
    if found is None:
        raise wrong(name, gettext("Bitte Datum und Uhrzeit angeben, etwa 2026-03-02T08:00:00."))
    return found


def transition_in(data: dict[str, Any]) -> Transition:
    """The transition that is asked for of many. Raises ApiError (422)."""
    try:
        return Transition(data.get("transition"))
    except ValueError:
        names = ", ".join(name.value for name in Transition)
        message = gettext("Bitte eines angeben: %(names)s.") % {"names": names}
        raise wrong("transition", message) from None
