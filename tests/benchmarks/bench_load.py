"""`load_experiences` with 10,000 lines, again, and again with changed lines; then feed and rebuild.

On the database and the engine of the environment: `make bench` runs it on SQLite and Elasticsearch;
with DATABASE_URL on PostgreSQL: `python -m tools.postgres` starts one.
Goal: at least 500 entries/s with their history and outbox rows.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import connection

from cms.models import IndexJob, Project
from cms.permissions import roles
from cms.services.load_experiences import LoadReport, load_experiences
from search import drift, service
from search.feed import drain
from search.rebuild import rebuild
from tests.benchmarks import texts
from tests.factories.guide import person

ENTRIES = 10_000
Result = TypeVar("Result")


def timed(what: str, count: int, do: Callable[[], Result]) -> Result:
    """Does it and prints how many of ``count`` a second."""
    begin, worked = time.perf_counter(), time.process_time()
    result = do()
    seconds, worked = time.perf_counter() - begin, time.process_time() - worked
    # What this process worked tells whether it had to wait for others on the same machine.
    print(f"{what}: {count / seconds:,.0f}/s ({seconds:.1f} s, {worked:.1f} s CPU)", flush=True)
    return result


def changed(lines: Iterable[str]) -> list[str]:
    """The same lines, each with another title."""
    rows = [json.loads(line) for line in lines]
    return [json.dumps({**row, "title": f"{row['title']} (neu)"}) for row in rows]


def main() -> None:
    """All of it, once."""
    for slug in texts.project_slugs():
        Project.objects.create(slug=slug, title=slug.capitalize())
    office = person(roles.OFFICE)
    lines = list(texts.experiences(ENTRIES))
    engine = service.engine()
    rebuild(engine)
    print(f"{connection.vendor}, {engine.name}")

    def load(wanted: list[str]) -> LoadReport:
        return load_experiences(wanted, office)

    assert timed("load_experiences", ENTRIES, lambda: load(lines)).created == ENTRIES
    assert timed("the same again", ENTRIES, lambda: load(lines)).unchanged == ENTRIES
    jobs = IndexJob.objects.count()
    timed(f"feed of {jobs} jobs", jobs, lambda: drain(engine))
    renewed = changed(lines)
    assert timed("all lines changed", ENTRIES, lambda: load(renewed)).updated == ENTRIES
    timed("feed", ENTRIES, lambda: drain(engine))
    built = timed("rebuild (entries)", ENTRIES, lambda: rebuild(engine))
    documents = built.public + built.internal
    drifts = timed("verify (documents)", documents, lambda: drift.find(engine))
    assert all(one.is_clean for one in drifts), drifts


if __name__ == "__main__":
    main()
