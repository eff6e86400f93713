"""Every address x every role x own and foreign rows x every method: no leak, no write, no fault."""

import contextlib
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import QueryDict
from django.test import override_settings
from django.urls import Resolver404, resolve

from cms.models.entry import Entry
from cms.permissions import policies, roles
from search import service
from search.rebuild import rebuild
from tests.functional.matrix.browser import Browser
from tests.functional.matrix.filling import Filling, fillings
from tests.functional.matrix.forms import common_fields, form_fields
from tests.functional.matrix.owners import Judge, WriteWatcher, changes, snapshot, watching
from tests.functional.matrix.patterns import Pattern, all_patterns
from tests.functional.matrix.people import Person
from tests.functional.matrix.secrets import COMMON
from tests.functional.matrix.world import World, build_world

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.django_db,  # for its set-up: the world lives longer than one test
    # Wagtail leaves the files open that its upload forms refuse.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PATTERNS = all_patterns()

#: Addresses that another pattern answers first: ours, or one of the same view.
SHADOWED = ("api:read_content", "api:read_service", "wagtaildocs_serve")

#: Fail in Wagtail on a request without a field that every form has.
FAULTS_OF_WAGTAIL = ("wagtailadmin_choose_page_external_link", "wagtailadmin_pages:copy")

#: Between them they hold every right that a role on a project can hold: where one row stands for
#: the others already, these two try the rest.
STRONGEST = (roles.REVIEWER, roles.LEAD)

SAFE_SETTINGS = {
    "ELASTICSEARCH_URL": "",
    "STORAGES": settings.STORAGES
    | {"default": {"BACKEND": "tests.functional.matrix.storage.KeepingStorage"}},
}


@dataclass
class Trial:
    """The world, a client for each person, and what was found."""

    world: World
    clients: dict[str, Browser]
    before: dict

    def request(self, person: Person, method: str, path: str, data=None):
        """The answer, and what it wrote; the database is then as it was."""
        client = self.clients[person.name]
        cookies = client.cookies.copy()
        watcher = WriteWatcher()
        with transaction.atomic():
            point = transaction.savepoint()
            with watching(watcher):
                response = _send(client, method, path, data)
                text = _text_of(response)
            refused = self._forbidden(person) if watcher.wrote else []
            transaction.savepoint_rollback(point)
        client.cookies = cookies
        return response, text, refused

    def _forbidden(self, person: Person) -> list[str]:
        """What was written and is not this person's to write."""
        after = snapshot()
        judge = Judge(self.before, after)
        written = changes(self.before, after)
        return [str(change) for change in written if not judge.may_write(person.user, change)]


def _send(client: Browser, method: str, path: str, data):
    if method in ("GET", "HEAD", "OPTIONS"):
        return client.generic(method, path)
    if method == "POST" and path.startswith("/api/"):
        return client.generic(method, path, json.dumps(data, default=str), "application/json")
    if method == "POST":
        for value in data.values():
            if hasattr(value, "seek"):
                value.seek(0)
        return client.post(path, data)
    return client.generic(method, path, "{}", content_type="application/json")


def _text_of(response) -> str:
    """Headers and body, as the person who asked receives them."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    cookies = response.cookies.output()
    return f"{headers}\n{cookies}\n\n{body.decode('utf-8', 'replace')}"


@pytest.fixture(scope="module")
def trial(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world, built once and rolled back at the end."""
    folder = tmp_path_factory.mktemp("matrix")
    changed = override_settings(
        **SAFE_SETTINGS, SEARCH_FOLDER=folder / "index", MEDIA_ROOT=folder / "media"
    )
    with django_db_blocker.unblock(), changed, contextlib.suppress(_Done), transaction.atomic():
        world = build_world()
        service.engine.cache_clear()
        rebuild(service.engine())
        clients = {name: Browser() for name in world.people}
        for name, person in world.people.items():
            # Read once more, now that all are given; what a request gives is taken back.
            policies.forget_grants(person.user)
            if person.user.pk:
                _sign_in(clients[name], person.user)
        yield Trial(world, clients, snapshot())
        raise _Done
    service.engine.cache_clear()


def _sign_in(client: Browser, user) -> None:
    """With a session that is noted already: else each request would write it anew."""
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["noted"] = int(time.time()) + 86_400
    session.save()


class _Done(Exception):
    """Rolls the world back."""


def _id(pattern: Pattern) -> str:
    return f"{pattern.name or 'unnamed'} {pattern.route}"


@pytest.mark.parametrize("pattern", PATTERNS, ids=_id)
def test_nobody_sees_or_changes_what_is_not_theirs(pattern, trial):
    problems = []
    form = {}
    for number, filling in enumerate(fillings(pattern, trial.world)):
        problems += _arrives(pattern, filling)
        if number < 2:
            form = _form(filling, trial)
        for person in _who_tries(pattern, trial.world, number):
            for method, path, data in _requests(pattern, filling, person, trial.world, form):
                if method == "POST" and number > 1 and not pattern.is_admin:
                    continue
                problems += _judge(trial, pattern, filling, person, method, path, data)
            if number == 0 and person.name in (*STRONGEST, "anonymous", "no role"):
                for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"):
                    problems += _judge(trial, pattern, filling, person, method, filling.path, None)
        if len(problems) > 20:
            break
    assert not problems, "\n".join(problems[:20])


def _arrives(pattern: Pattern, filling: Filling) -> list[str]:
    """The address leads to the pattern's own view: else the matrix tries something else."""
    try:
        match = resolve(filling.path)
    except Resolver404:
        # A file that is not served at all is tried too.
        return [] if not pattern.is_named else [f"{filling.path} leads nowhere"]
    if match.view_name == pattern.name or not pattern.is_named or pattern.name in SHADOWED:
        return []
    return [f"{filling.path} leads to {match.view_name}, not to {pattern.name}"]


def _who_tries(pattern: Pattern, world: World, number: int) -> list[Person]:
    """Everybody tries the first rows (one foreign, one own), the strongest try all."""
    if number < 2 or not pattern.is_admin:
        return list(world.people.values())
    return [world.people[name] for name in STRONGEST]


def _requests(pattern: Pattern, filling: Filling, person: Person, world: World, form: dict):
    """Method, path and data of what this person tries here."""
    turned_away = pattern.is_admin and not person.opens_admin
    yield "GET", filling.path, None
    if not pattern.parameters and not turned_away:
        for query in _queries(world):
            yield "GET", f"{filling.path}?{query}", None
    if person.name == "office":
        return
    if not form or turned_away or not pattern.parameters:
        yield "POST", filling.path, common_fields(world)
    if form and not turned_away:
        yield "POST", filling.path, form
        if not pattern.parameters:
            foreign = {"project": world.other.pk, "next": "//evil.example"}
            yield "POST", filling.path, form | foreign


def _queries(world: World) -> list[str]:
    """Searches, filters and choices that ask for the other project's."""
    foreign = [row.obj for row in _entries(world) if row.project == world.other]
    project = str(world.other.pk)
    ids = [str(entry.pk) for entry in foreign]
    return [
        f"q={COMMON}&next=//evil.example/",
        _query({"id": ids, "next": ["//evil.example/"]}),
        _query({"project": [project], "projekt": [world.other.slug], "export": ["csv"]}),
        _query({"p": ["1"], "page_type": ["wagtailcore.page"], "user": ids, "export": ["csv"]}),
    ]


def _entries(world: World):
    return [row for model, rows in world.rows.items() if issubclass(model, Entry) for row in rows]


def _query(values: dict[str, list[str]]) -> str:
    query = QueryDict(mutable=True)
    for name, several in values.items():
        query.setlist(name, several)
    return query.urlencode()


def _form(filling: Filling, trial: Trial) -> dict:
    """The fields of the form that the office gets on this address."""
    response, text, _refused = trial.request(trial.world.people["office"], "GET", filling.path)
    return form_fields(text.split("\n\n", 1)[1]) if response.status_code == 200 else {}


def _judge(trial, pattern, filling, person, method, path, data) -> list[str]:
    where = f"{person.name}: {method} {path}"
    try:
        response, text, refused = trial.request(person, method, path, data)
    except Exception as error:
        if pattern.name in FAULTS_OF_WAGTAIL:
            return []
        if connection.needs_rollback:
            raise
        return [f"{where} fails: {type(error).__name__}: {error}"]
    sent = path + _words(data)
    problems = [
        f"{where} ({response.status_code}) tells {leak} {_around(text, leak)}"
        for leak in trial.world.secrets.leaked(text, person.reader, sent)
    ]
    problems += [f"{where} ({response.status_code}) writes {change}" for change in refused]
    location = urlsplit(response.headers.get("Location", ""))
    if location.netloc not in ("", "testserver", "localhost"):
        problems.append(f"{where} leads away to {location.netloc}")
    if response.status_code >= 500:
        problems.append(f"{where} fails with {response.status_code}")
    if pattern.is_admin and response.status_code == 200 and _is_foreign_entry(filling, person):
        problems.append(f"{where} is answered, though it is about {filling.label}")
    return problems


def _words(data) -> str:
    return " ".join(str(value) for value in (data or {}).values())


def _around(text: str, leak: str) -> str:
    word = leak.rsplit("(", 1)[1].rstrip(")")
    found = text.lower().find(word)
    return "…" + " ".join(text[max(found - 60, 0) : found + 40].split()) + "…"


def _is_foreign_entry(filling: Filling, person: Person) -> bool:
    row = filling.row
    if row is None or not isinstance(row.obj, Entry):
        return False
    return not person.reader.may_see_draft(row.project.pk)
