"""Writing drafts and asking for them, in tests of ``@search`` by ``review_state``."""

from django.test import Client

from cms.models import Experience
from tests.functional.api_client import read, signed_in, titles

PATH = "/api/@search"
DRAFT = "review_state=draft"


def rewrite(entry, user=None, **fields):
    new = Experience.objects.get(pk=entry.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(new, name, value)
    new.save_revision(user=user)


def found(user, query: str = DRAFT, path: str = PATH) -> list[str]:
    answer = read(signed_in(user) if user else Client(), f"{path}?{query}")
    assert answer["items_total"] == len(answer["items"])
    return titles(answer)
