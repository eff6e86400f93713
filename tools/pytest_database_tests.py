"""A pytest plugin for the run on PostgreSQL: keeps only the tests that use the database."""

import pytest

_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what would do the same again, whatever the database."""
    chosen: list[pytest.Item] = []
    rest: list[pytest.Item] = []
    for item in items:
        uses_database = item.get_closest_marker("django_db") is not None or (
            _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        )
        (chosen if uses_database else rest).append(item)
    config.hook.pytest_deselected(items=rest)
    items[:] = chosen
