"""A pytest plugin for the run on PostgreSQL: keeps only the tests that use the database."""

from pathlib import Path

import pytest

_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
#: Rooms of tests that read a database, but compare answers with documents, or engines with
#: each other: the same again, whatever the database.
_COMPARING = (Path("tests/contract"), Path("tests/functional/search"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what would do the same again, whatever the database."""
    chosen: list[pytest.Item] = []
    rest: list[pytest.Item] = []
    for item in items:
        uses_database = item.get_closest_marker("django_db") is not None or (
            _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        )
        place = item.path.relative_to(config.rootpath)
        compares = any(place.is_relative_to(room) for room in _COMPARING)
        (chosen if uses_database and not compares else rest).append(item)
    config.hook.pytest_deselected(items=rest)
    items[:] = chosen
