"""Asking the API in tests."""

import datetime
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cms.api.authentication import jwt_for
from cms.domain.client import Client as Program
from cms.services import api_sessions, api_tokens
from tests.factories.guide import PASSWORD

NOT_FOUND = {"type": "NotFound", "message": "Unter dieser Adresse gibt es nichts."}


def signed_in(user) -> Client:
    """A client with the session of ``user``."""
    client = Client()
    client.force_login(user)
    return client


def read(client: Client, path: str, status: int = 200) -> dict:
    """The answer at ``path`` as data, after a look at its status."""
    response = client.get(path)
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/json"
    return response.json()


def send(
    client: Client,
    method: str,
    path: str,
    data: Any = None,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Any:
    """Sends ``data`` as JSON (None: an empty form, as Plone's client); the answer's data."""
    content = json.dumps(data).encode() if data is not None else b""
    kind = "application/json" if data is not None else "application/x-www-form-urlencoded"
    response = client.generic(method, path, content, kind, headers=headers)
    assert response.status_code == status, response.content.decode()
    return response.json() if response.content else None


def titles(answer: dict) -> list[str]:
    """The titles of an answer's items."""
    return [item["title"] for item in answer["items"]]


def jwt_of(user) -> str:
    """A token as ``@login`` gives it to ``user``, who has the factories' password."""
    session = api_sessions.begin(user.get_username(), PASSWORD, "", Program())
    return jwt_for(session)


def token_of(user, *scopes: str) -> str:
    """A personal API token of ``user``; without scopes for reading."""
    day = timezone.localdate() + datetime.timedelta(days=30)
    return api_tokens.create(user, "Auswertung", list(scopes or ["read"]), day)[1]


def bearer(text: str) -> dict[str, str]:
    """The header that sends this token: ``client.get(path, **bearer(text))``."""
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def write(
    client: Client,
    method: str,
    path: str,
    data: Any = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Sends ``data`` as JSON; the whole answer, after a look at its status."""
    response = ask(client, method, path, data, headers)
    assert response.status_code == status, response.content.decode()
    return response


def ask(
    client: Client, method: str, path: str, data: Any = None, headers: dict[str, str] | None = None
) -> HttpResponse:
    """The same, whatever the status is."""
    content = b"" if data is None else json.dumps(data)
    return client.generic(method, path, content, content_type="application/json", headers=headers)
