"""Fixtures that many tests use."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.db import connection
from django.test import Client

from cms.models import audit_guard
from search import learnt_words, own_changes, service, synonyms
from search.analysis.compounds import default_splitter
from search.analysis.known_words import known_words
from search.feed import drain
from search.rebuild import rebuild
from tests import described


@pytest.fixture(scope="session")
def django_db_keepdb():
    """In `make test` a process finds its database migrated: see tools/test_data.py."""
    return bool(site_settings.TEST_DATA)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Puts a copy of that database where this process's own shall be; PostgreSQL does so itself."""
    if site_settings.TEST_DATA and connection.vendor == "sqlite":
        made = Path(site_settings.TEST_DATA) / "db.sqlite3"
        shutil.copy(made, connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A database that tests may empty after them: the audit log's own test puts its guard back."""
    with django_db_blocker.unblock():
        audit_guard.remove(connection)
    # Before a test has a search folder of its own, where they would be made anew (seconds).
    default_splitter()
    known_words()


@pytest.fixture
def audit_guarded(db):
    """The audit log is kept by the database as it is outside of tests."""
    audit_guard.install(connection)


@pytest.fixture(autouse=True)
def _fresh_engine(monkeypatch):
    """No test inherits another one's engine, its memory of an outage or its words."""
    # Tests count queries, however long they take: the list is read once.
    monkeypatch.setattr(synonyms, "FRESH_SECONDS", 600.0)
    service.engine.cache_clear()
    service.breaker.reset()
    synonyms.forget()
    monkeypatch.setattr(learnt_words, "FRESH_SECONDS", 600.0)
    learnt_words.forget()
    own_changes.forget()
    yield
    service.engine.cache_clear()


@pytest.fixture(autouse=True)
def _answers_are_described(request, monkeypatch):
    """What the tests of the API are answered stands in its OpenAPI document."""
    if "contract" not in request.path.parts and not request.path.name.startswith("test_api_"):
        yield
        return
    complaints = []
    ask = Client.request

    def listen(client, **environ):
        response = ask(client, **environ)
        complaints.extend(described.complaints(environ["REQUEST_METHOD"], response))
        return response

    monkeypatch.setattr(Client, "request", listen)
    yield
    assert list(dict.fromkeys(complaints)) == []


@pytest.fixture
def embedded_search(db, settings, tmp_path):
    """The embedded engine with fresh indices; returns a function that feeds what is due."""
    settings.ELASTICSEARCH_URL = ""
    settings.SEARCH_FOLDER = tmp_path / "index"
    service.engine.cache_clear()
    engine = service.engine()
    rebuild(engine)

    def feed():
        return drain(engine)

    return feed


@pytest.fixture
def engine_away(settings, tmp_path):
    """A function after which the engine is away, for real: its folder holds no index."""

    def leave():
        settings.ELASTICSEARCH_URL = ""
        settings.SEARCH_FOLDER = tmp_path / "no-index"
        service.engine.cache_clear()

    return leave
