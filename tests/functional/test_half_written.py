"""A request that dies at any of its writes has written nothing: each service is all or nothing."""

import datetime
import json
from base64 import b64encode
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from cms.models import Experience, WebhookEvent
from cms.permissions import roles
from cms.services import webhooks
from cms.services.comment import add_comment
from cms.services.submit import submit
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    event_page,
    person,
    published_experience,
    table_page,
)
from tests.functional.api_client import bearer, jwt_of
from tests.functional.matrix.owners import changes, snapshot

pytestmark = pytest.mark.django_db

MINUTES = "# 3. Erfahrungsaustausch\n\n## Tisch 1: Wohnen\n\n### Gute Erfahrungen\n\n- Eins\n- Zwei"
WRITES = ("INSERT", "UPDATE", "DELETE")
#: Wagtail writes it in a task of its own, which goes on whatever happens in it.
REFERENCES = "wagtailcore_referenceindex"


@dataclass
class Writes:
    """Counts the statements that write, and lets one of them fail."""

    fails_at: int | None = None
    count: int = 0

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(WRITES) and REFERENCES not in sql:
            self.count += 1
            if self.count == self.fails_at:
                raise OperationalError("the disk is full")
        return execute(sql, params, many, context)


class Undone(Exception):
    """Rolls back what a trial has done."""


@contextmanager
def undone():
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


class World:
    """What the requests are about; each person with a token."""

    def __init__(self) -> None:
        self.project, self.other = ProjectFactory(), ProjectFactory()
        self.office = person(roles.OFFICE, email="office@example.org")
        self.editor = person(roles.EDITOR, self.project, email="editor@example.org")
        self.partner = person(roles.PARTNER)
        self.live = published_experience(project=self.project, revision=self.editor)
        self.live.body = "<p>Neu.</p>"
        self.live.save_revision(user=self.editor)
        self.draft = ExperienceFactory(project=self.project, revision=self.editor)
        self.waiting = ExperienceFactory(project=self.project, revision=self.editor)
        submit(self.waiting, self.editor)
        self.comment = add_comment(self.draft, self.editor, "Ein Wort.")
        self.foreign = published_experience(project=self.other)
        event = event_page(live=False)
        table_page(event, live=False)
        self.event = event
        self.hook = webhooks.register(
            self.office, "Website", "https://example.org/", WebhookEvent.values
        )

    def path(self, entry: Experience) -> str:
        return f"/api/erfahrungen/{entry.slug}"


@dataclass(frozen=True)
class Case:
    """A request that writes."""

    method: str
    path: Callable[[World], str]
    data: Callable[[World], Any] = lambda world: {}
    who: str = "office"


def _of(name: str, rest: str = "") -> Callable[[World], str]:
    return lambda world: f"{world.path(getattr(world, name))}{rest}"


def _folder(name: str, rest: str = "") -> Callable[[World], str]:
    return lambda world: f"/api/projekte/{getattr(world, name).slug}{rest}"


def _sent(**data) -> Callable[[World], Any]:
    return lambda world: data


def _source(name: str) -> Callable[[World], Any]:
    return lambda world: {"source": world.path(getattr(world, name))}


def _until() -> str:
    return (timezone.localdate() + datetime.timedelta(days=9)).isoformat()


CASES = {
    "create": Case(
        "POST",
        _folder("project"),
        _sent(title="Neu", kind="discussion", arguments=[{"side": "pro", "text": "Gut."}]),
        "editor",
    ),
    "supplement": Case("POST", _of("foreign"), _sent(verdict="proven", text="Ja."), "editor"),
    "news": Case("POST", lambda world: "/api/aktuelles", _sent(title="Neu"), "office"),
    "change": Case("PATCH", _of("draft"), _sent(title="Anders", lesson="Gelernt."), "editor"),
    "delete": Case("DELETE", _of("draft"), who="editor"),
    "submit": Case("POST", _of("draft", "/@workflow/submit"), _sent(comment="Bitte."), "editor"),
    "take back": Case("POST", _of("waiting", "/@workflow/take-back"), who="editor"),
    "publish": Case(
        "POST", _of("waiting", "/@workflow/publish"), _sent(visibility="public", comment="Gut.")
    ),
    "return": Case("POST", _of("waiting", "/@workflow/return"), _sent(comment="Noch nicht.")),
    "withdraw": Case("POST", _of("live", "/@workflow/withdraw"), _sent(comment="Falsch.")),
    "publish event": Case(
        "POST",
        lambda world: f"/api/veranstaltungen/{world.event.slug}/@workflow/publish",
        _sent(include_children=True),
    ),
    "revert": Case("PATCH", _of("live", "/@history"), _sent(version=0), "editor"),
    "lock": Case("POST", _of("draft", "/@lock"), who="editor"),
    "begin copy": Case("POST", _of("foreign", "/@workingcopy")),
    "check in": Case("PATCH", _of("live", "/@workingcopy"), who="editor"),
    "discard": Case("DELETE", _of("live", "/@workingcopy"), who="editor"),
    "comment": Case("POST", _of("draft", "/@comments"), _sent(text="Was ist das?")),
    "answer": Case(
        "POST",
        lambda world: f"{world.path(world.draft)}/@comments/{world.comment.pk}",
        _sent(text="Das."),
    ),
    "mend comment": Case(
        "PATCH",
        lambda world: f"{world.path(world.draft)}/@comments/{world.comment.pk}",
        _sent(text="Anders.", resolved=True),
        "editor",
    ),
    "share": Case(
        "POST",
        _folder("project", "/@sharing"),
        lambda world: {
            "entries": [
                {"id": world.partner.username, "roles": {"editor": True, "reader": True}},
                {"id": "neu@example.org", "roles": {"reader": True}, "until": _until()},
                {"id": world.editor.username, "roles": {"editor": False}},
            ]
        },
    ),
    "invite": Case(
        "POST",
        _of("waiting", "/@sharing"),
        lambda world: {"entries": [{"id": world.partner.username, "roles": {"commenter": True}}]},
    ),
    "copy": Case("POST", _folder("other", "/@copy"), _source("foreign")),
    "move": Case("POST", _folder("other", "/@move"), _source("live")),
    "aliases": Case(
        "POST", _of("live", "/@aliases"), _sent(items=[{"path": "/kurz"}, {"path": "/kuerzer"}])
    ),
    "preview": Case("POST", _of("draft", "/@preview"), who="editor"),
    "key": Case(
        "POST",
        lambda world: "/api/@tokens",
        lambda world: {"name": "Programm", "scopes": ["read"], "expires": _until()},
    ),
    "webhook": Case(
        "POST",
        lambda world: "/api/@webhooks",
        _sent(title="Zwei", url="https://example.org/", events=["published"]),
    ),
    "change webhook": Case(
        "PATCH", lambda world: f"/api/@webhooks/{world.hook.pk}", _sent(active=False)
    ),
    "remove webhook": Case("DELETE", lambda world: f"/api/@webhooks/{world.hook.pk}"),
}


def _ask(client: Client, case: Case, world: World, token: str, writes: Writes):
    content = json.dumps(case.data(world))
    with connection.execute_wrapper(writes):
        return client.generic(
            case.method, case.path(world), content, "application/json", **bearer(token)
        )


@pytest.mark.parametrize("name", CASES)
def test_what_dies_in_the_middle_has_written_nothing(name):
    world, case = World(), CASES[name]
    token = jwt_of(getattr(world, case.who))
    client = Client(raise_request_exception=False)
    with undone():
        whole = Writes()
        response = _ask(client, case, world, token, whole)
        assert response.status_code < 300, response.content
    assert whole.count
    before = snapshot()
    left = {}
    # Trying each of them takes minutes and has found nothing more: the last ones tell.
    for step in sorted({whole.count // 2 or 1, max(1, whole.count - 1), whole.count}):
        with undone():
            response = _ask(client, case, world, token, Writes(fails_at=step))
            assert response.status_code == 500, step
            left[step] = [str(change) for change in changes(before, snapshot())]
    assert {step: found for step, found in left.items() if found} == {}


def test_an_import_that_dies_goes_on_where_it_stopped():
    """Of its steps each is whole: what was created stays, and nothing is created twice."""
    world = World()
    client = Client(raise_request_exception=False)
    headers = bearer(jwt_of(world.office))
    data = b64encode(MINUTES.encode()).decode()
    sent = {"file": {"filename": "a.md", "data": data, "encoding": "base64"}}
    made = client.post("/api/@import", sent, content_type="application/json", **headers)
    assert made.status_code == 201
    path = f"{made['Location']}/run"
    count = Experience.objects.count()
    whole = Writes()
    with undone(), connection.execute_wrapper(whole):
        client.post(path, {"limit": 1}, content_type="application/json", **headers)
    before = snapshot()
    for step in (1, whole.count // 2, whole.count):
        with connection.execute_wrapper(Writes(fails_at=step)):
            response = client.post(path, {"limit": 1}, content_type="application/json", **headers)
        assert response.status_code == 500
        assert changes(before, snapshot()) == []
    for _step in range(3):
        client.post(path, {"limit": 1}, content_type="application/json", **headers)
    assert Experience.objects.count() == count + 2
