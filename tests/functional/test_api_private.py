"""What is meant for one person is kept by no proxy, whichever service answers and however."""

import re

import pytest
from django.test import Client

from cms.permissions import roles
from tests.described import document
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)
from tests.functional.api_client import bearer, jwt_of, signed_in

pytestmark = pytest.mark.django_db


def _addresses(target):
    """Every service that is read, at this object."""
    for path, operations in document()["paths"].items():
        if "get" in operations:
            named = path.replace("{path}", target).replace("{number}", "0")
            yield re.sub(r"\{\w+\}", "1", named)


def _wrong(response, *, is_private: bool) -> str:
    """What the headers lack; empty if they say what they must."""
    control, vary = response.get("Cache-Control", ""), response.get("Vary", "")
    keeps_away = "private" in control or "no-store" in control
    varies = {"Cookie", "Authorization"} <= set(vary.split(", "))
    return "" if varies and (keeps_away or not is_private) else f"{control!r}, {vary!r}"


def test_no_answer_for_somebody_is_kept_for_others(embedded_search):
    project = ProjectFactory()
    live, draft = published_experience(project=project), ExperienceFactory(project=project)
    embedded_search()
    editor = person(roles.EDITOR, project)
    # The last one leads to an address that is made of the draft's title.
    paths = [*_addresses(f"erfahrungen/{live.slug}"), f"/api/e/{draft.pk}"]
    found = {}
    for who, client, headers in (
        ("nobody", Client(), {}),
        ("session", signed_in(editor), {}),
        ("token", Client(), bearer(jwt_of(editor))),
    ):
        for path in paths:
            response = client.get(path, **headers)
            wrong = _wrong(response, is_private=who != "nobody")
            if wrong:
                found[who, path, response.status_code] = wrong
    assert found == {}
