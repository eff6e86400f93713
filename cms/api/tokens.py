"""``@tokens``: personal API tokens. For a person who is signed in, never for a token's program."""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import api_root
from cms.api.authentication import credential, in_person
from cms.api.contract import ApiError, answer, body, held, listed, no_content, person
from cms.api.schemas import Error, Listing, sends
from cms.api.summaries import iso_time
from cms.models import ApiToken
from cms.permissions.scopes import SCOPE_NAMES
from cms.services import api_tokens

router = Router(tags=["authentication"])

_ERRORS = {401: Error, 403: Error, 429: Error}


class TokenData(Schema):
    """A token without its secret."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    id: str
    name: str
    beginning: str = Field(description="The first characters, to know it again.")
    scopes: list[str] = Field(description=f"Of {', '.join(SCOPE_NAMES)}.")
    created: str
    expires: str = Field(description="Its last day.")
    expired: bool
    last_used: str | None


class NewToken(TokenData):
    token: str = Field(description="The secret. It is shown this once.")


class Tokens(Listing):
    items: list[TokenData]


class TokenWish(Schema):
    name: str = Field(max_length=api_tokens.NAME_LENGTH)
    scopes: list[str]
    expires: datetime.date = Field(
        description=f"Its last day, at most {api_tokens.MOST_DAYS} days from today."
    )


@router.get("/@tokens", response={200: Tokens, **_ERRORS})
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's own tokens, the newest first."""
    items = [_data(token, request) for token in api_tokens.tokens_of(_owner(request))]
    return answer(request, listed(request, f"{api_root(request)}/@tokens", items))


@router.post(
    "/@tokens",
    response={201: NewToken, 400: Error, 422: Error, **_ERRORS},
    openapi_extra=sends(TokenWish),
)
def create_token(request: HttpRequest) -> HttpResponse:
    """A new token: what for, what it may do, until when."""
    owner = _owner(request)
    if credential(request) is None:
        raise ApiError(403, _("Im Browser legt man API-Schlüssel unter „Mein Konto“ an."))
    token, text = api_tokens.create(owner, *_wish(body(request)))
    data = _data(token, request)
    response = answer(request, {**data, "token": text}, status=201)
    response["Location"] = data["@id"]
    return response


@router.get("/@tokens/{int:token_id}", response={200: TokenData, 404: Error, **_ERRORS})
def token(request: HttpRequest, token_id: int) -> HttpResponse:
    """One of the person's own tokens."""
    return answer(request, _data(_token(request, token_id), request))


@router.delete("/@tokens/{int:token_id}", response={204: None, 404: Error, **_ERRORS})
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revokes a token: it is refused from now on."""
    found = _token(request, token_id)
    with held(request, found, lambda row: _data(row, request)) as row:
        api_tokens.revoke(person(request), row.pk)
    return no_content(request)


def _owner(request: HttpRequest):
    """Who is signed in. Raises ApiError: 401 without credentials, 403 for a personal token."""
    return in_person(
        request, _("API-Schlüssel verwaltet man selbst: nach @login oder unter „Mein Konto“.")
    )


def _token(request: HttpRequest, token_id: int) -> ApiToken:
    """The person's own token. Raises Http404, ApiError."""
    found = api_tokens.tokens_of(_owner(request)).filter(pk=token_id).first()
    if found is None:
        raise Http404
    return found


def _wish(sent: dict[str, Any]) -> tuple[str, list[str], datetime.date | None]:
    """Raises ApiError (400) for what is of another kind; the service looks at the rest."""
    name, scopes, expires = (sent.get(field) for field in ("name", "scopes", "expires"))
    wrong = []
    if not isinstance(name, str):
        wrong.append(("name", _("Bitte als Text angeben.")))
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        wrong.append(("scopes", _("Bitte als Liste von Wörtern angeben.")))
    try:
        expires_on = datetime.date.fromisoformat(expires)
    except (TypeError, ValueError):
        wrong.append(("expires", _("Bitte als Datum angeben: JJJJ-MM-TT.")))
    if wrong:
        raise ApiError(400, errors=wrong)
    return name, scopes, expires_on


def _data(token: ApiToken, request: HttpRequest) -> dict[str, Any]:
    return {
        "@id": f"{api_root(request)}/@tokens/{token.pk}",
        "id": str(token.pk),
        "name": token.name,
        "beginning": token.beginning,
        "scopes": token.scopes,
        "created": iso_time(token.created),
        "expires": token.expires.isoformat(),
        "expired": token.has_ended,
        "last_used": iso_time(token.last_used),
    }
