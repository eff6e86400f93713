"""The two engines, for tests that both must pass; and drafts for them to find."""

import datetime
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from cms.models import Experience
from cms.permissions import roles
from cms.services.review import return_entry
from cms.services.submit import submit
from cms.services.withdraw import withdraw
from search import service
from search.engine import Engine, IndexName, Write
from search.feed import drain
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)
from tests.functional.search.drafts import rewrite
from tests.functional.search.engines import KINDS, open_engine
from tests.functional.search.entries import GUIDE


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with empty indices, for tests that write."""
    with open_engine(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module", params=KINDS)
def guide(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine that holds the small guide of ``entries.py``, for tests that read."""
    with open_engine(request.param, tmp_path_factory.mktemp("guide")) as opened:
        for name in IndexName:
            results = opened.write([Write(entry, 1) for entry in GUIDE], name)
            assert all(result.ok for result in results)
            opened.refresh(name)
        yield opened


@pytest.fixture(params=KINDS)
def fed(
    request: pytest.FixtureRequest, tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Engine]]:
    """The site searches with this engine; returns what feeds it what is due, and gives it."""
    with open_engine(request.param, tmp_path) as opened:
        monkeypatch.setattr(service, "engine", cache(lambda: opened))

        def feed() -> Engine:
            drain(opened)
            for name in IndexName:
                opened.refresh(name)
            return opened

        yield feed


@pytest.fixture(params=[*KINDS, "database"])
def feed(request, tmp_path, db, monkeypatch, engine_away):
    """Makes what was written findable; the last time there is no engine: the database answers."""
    if request.param == "database":
        engine_away()
        yield lambda: None
        return
    with open_engine(request.param, tmp_path) as engine:
        monkeypatch.setattr(service, "engine", cache(lambda: engine))

        def feed_all():
            drain(engine)
            for name in IndexName:
                engine.refresh(name)

        yield feed_all


# --- drafts, for test_drafts_*.py ----------------------------------------------------------------


@pytest.fixture
def project():
    return ProjectFactory(title="ThINKA Musterstadt", slug="musterstadt")


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project)


@pytest.fixture
def office():
    return person(roles.OFFICE)


@pytest.fixture
def draft(project):
    """Written by somebody else, so that only the index or the database brings it."""
    return ExperienceFactory(
        title="Sprechstunden im Waschsalon",
        body="<p>Jeden Dienstag kamen Familien.</p>",
        project=project,
        date=datetime.date(2024, 3, 5),
    )


@pytest.fixture
def every_state(project, editor, office):
    """An entry of each state, its title named after it."""

    def entry(title):
        return ExperienceFactory(title=title, project=project, revision=office)

    entry("Entwurf")
    submit(entry("Prüfung"), editor)
    returned = entry("Zurück")
    submit(returned, editor)
    return_entry(Experience.objects.get(pk=returned.pk), office, "Bitte genauer.")
    rewrite(published_experience(title="Alte Fassung", project=project), office, title="Geändert")
    withdraw(published_experience(title="Zurückgezogen", project=project), office)
    published_experience(title="Fertig", project=project)
