"""Asking the API in tests."""

from django.test import Client

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


def titles(answer: dict) -> list[str]:
    """The titles of an answer's items."""
    return [item["title"] for item in answer["items"]]
