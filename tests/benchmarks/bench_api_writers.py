"""Many who write over the API at once, on PostgreSQL: nothing fails, and nothing is lost.

Four clients make 2,000 requests: each creates an entry and changes it, again and again. Goals: none
fails, none takes 20 times the median. Then fifty clients change one entry: each gets its write or
a 412, and the history has every one.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from cms.models import Experience, Project
from cms.permissions import roles
from cms.permissions.scopes import READ, WRITE
from tests.benchmarks import rows, texts
from tests.benchmarks.bench_api import ENTRIES, changed, new, token_for
from tests.benchmarks.figures import Figures, percentile
from tests.benchmarks.server import Browser, serving
from tests.factories.guide import person

CLIENTS = 4
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "2000"))
CROWD = 50
TOO_SLOW = 20  # times the median

#: Method, seconds, status.
Made = tuple[str, float, int]


def at_once(number: int, do: Callable[[int], list[Made]]) -> list[Made]:
    """What ``do(0)`` ... answer, each in a thread of its own, begun together."""
    together = Barrier(number)

    def begin(which: int) -> list[Made]:
        together.wait()
        return do(which)

    with ThreadPoolExecutor(number) as threads:
        return [made for answers in threads.map(begin, range(number)) for made in answers]


def write(browser: Browser, token: str, folder: str, first: int, pairs: int) -> list[Made]:
    """Creates entries and changes each, as one client."""
    made = []
    for number in range(first, first + pairs):
        begin = time.perf_counter()
        status, headers, _body = browser.ask("POST", folder, token, new(number))
        made.append(("POST", time.perf_counter() - begin, status))
        path = headers.get("Location", folder)
        begin = time.perf_counter()
        status, _headers, _body = browser.ask("PATCH", path, token, changed(number + REQUESTS))
        made.append(("PATCH", time.perf_counter() - begin, status))
    return made


def four_clients(browser: Browser, tokens: list[str], folder: str) -> None:
    """2,000 requests of four clients at once."""
    pairs = REQUESTS // CLIENTS // 2

    def client(which: int) -> list[Made]:
        return write(browser.another(), tokens[which], folder, which * pairs, pairs)

    begin = time.perf_counter()
    made = at_once(CLIENTS, client)
    seconds = time.perf_counter() - begin
    figures = Figures()
    for method, took, _status in made:
        figures.add(method, took)
    figures.show(f"{connection.vendor}: {CLIENTS} clients at once")
    failed = [status for _method, _took, status in made if status not in (201, 204)]
    print(f"{len(made) / seconds:.1f} requests/s; failed: {len(failed)} of {len(made)}")
    for wanted in ("POST", "PATCH"):
        times = [took for method, took, _status in made if method == wanted]
        worst = max(times) / percentile(times, 50)
        print(f"worst {wanted}: {worst:.1f} times the median (goal: under {TOO_SLOW})")
    assert not failed, Counter(failed)


def one_entry(browser: Browser, token: str, entry: Experience) -> None:
    """Fifty clients change one entry, without and then with If-Match."""
    path = f"/api/erfahrungen/{entry.slug}"

    def client(which: int, **headers: str) -> list[Made]:
        begin = time.perf_counter()
        data = {"lesson": f"Fassung {which} {headers}"}
        status, _headers, _body = browser.another().ask("PATCH", path, token, data, **headers)
        return [("PATCH", time.perf_counter() - begin, status)]

    before = entry.revisions.count()
    statuses = Counter(status for *_, status in at_once(CROWD, client))
    lessons = {row.content.get("lesson") for row in entry.revisions.all()}
    kept = sum(f"Fassung {which} {{}}" in lessons for which in range(CROWD))
    print(f"{CROWD} clients, one entry: {dict(statuses)}; {kept} texts in the history")
    assert statuses == {204: CROWD}, statuses
    assert kept == entry.revisions.count() - before == CROWD
    tag = browser.ask("GET", path, token)[1]["ETag"]
    statuses = Counter(
        status for *_, status in at_once(CROWD, lambda which: client(which, **{"If-Match": tag}))
    )
    print(f"the same with If-Match: {dict(statuses)}")
    assert statuses == {204: 1, 412: CROWD - 1}, statuses
    assert entry.revisions.count() == before + CROWD + 1


def main() -> None:
    """All of it, beside 10,000 entries."""
    rows.insert(texts.experiences(ENTRIES), person(roles.OFFICE))
    project = Project.objects.get(slug=texts.project_slugs()[0])
    tokens = [token_for(roles.EDITOR, project, READ, WRITE) for _ in range(CLIENTS)]
    with serving(SEARCH_FEED_THREAD="false") as browser:
        four_clients(browser, tokens, f"/api/projekte/{project.slug}")
        one_entry(browser, tokens[0], Experience.objects.filter(project=project, live=True)[0])


if __name__ == "__main__":
    main()
