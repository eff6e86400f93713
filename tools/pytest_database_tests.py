"""A pytest plugin for the run on PostgreSQL: keeps only the tests that use the database."""

from pathlib import Path

import pytest

_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
#: Rooms of tests that read a database, but compare answers with documents, or engines with
#: each other: the same again, whatever the database.
_COMPARING = (Path("tests/contract"), Path("tests/functional/search"))
#: Where the order matters in which database and Elasticsearch are written. Elsewhere the embedded
#: engine is enough beside another database.
_WITH_ELASTICSEARCH = (Path("tests/faults"), Path("tests/functional/test_always_right.py"))


def _depends_on_it(item: pytest.Item, config: pytest.Config) -> bool:
    place = item.path.relative_to(config.rootpath)
    if place.name.startswith("test_api_"):
        # They ask services, whose own tests run here; but for what many do at once.
        return place.name == "test_api_concurrency.py"
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if "elastic" in parameters:
        return any(place.is_relative_to(room) for room in _WITH_ELASTICSEARCH)
    return not any(place.is_relative_to(room) for room in _COMPARING)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what would do the same again, whatever the database."""
    chosen: list[pytest.Item] = []
    rest: list[pytest.Item] = []
    for item in items:
        uses_database = item.get_closest_marker("django_db") is not None or (
            _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        )
        (chosen if uses_database and _depends_on_it(item, config) else rest).append(item)
    config.hook.pytest_deselected(items=rest)
    items[:] = chosen
