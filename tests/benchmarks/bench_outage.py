"""How long a reader waits while the search engine is away, among 100,000 entries.

The site on its real web server is sent to an address where nobody listens, and to one that takes
every connection and never answers. "who tries" is the one reader who finds out whether the engine
is back; the goal is 1.5 s for everybody. DATABASE_URL chooses the database.
"""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

from django.db import connection

from cms.domain.reader import ANONYMOUS
from cms.permissions import roles
from search import fallback
from search.queries import SearchRequest
from search.suggest import ENTRY_TYPES, ROWS
from tests.benchmarks import rows, texts
from tests.benchmarks.figures import Figures
from tests.benchmarks.server import Browser, serving
from tests.factories.guide import person

ENTRIES = 100_000
ROUNDS = 5
PEOPLE = 10
#: Longer than the engine is ever left alone.
REST_IS_OVER = 31


@contextmanager
def nobody_listens() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
    yield address


@contextmanager
def never_answers() -> Iterator[str]:
    # Nobody accepts: the system takes the connections and keeps what is sent.
    with socket.create_server(("127.0.0.1", 0), backlog=1_000) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def search_the_database() -> None:
    """The fallback alone: every query, rare words and common ones."""
    figures = Figures()
    for text in ["", *texts.QUERIES, "Kaffeefahrtgesellschaft", "und die"]:
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            fallback.search(SearchRequest(text=text), ANONYMOUS)
            figures.add("without words" if not text else "with words", time.perf_counter() - begin)
            begin = time.perf_counter()
            fallback.suggest(text, ANONYMOUS, ROWS, ENTRY_TYPES)
            figures.add("suggestions", time.perf_counter() - begin)
    figures.show(f"database alone ({connection.vendor})")


def readers_wait(title: str, browser: Browser) -> None:
    """Ten people at once, each with a connection of their own, when it is tried again."""
    figures = Figures()
    pages = ["/suche/?" + urlencode({"q": text}) for text in texts.QUERIES[:PEOPLE]]
    for _ in range(2):
        time.sleep(REST_IS_OVER)
        crowd = [Browser(browser.port) for _ in pages]
        with ThreadPoolExecutor(PEOPLE) as people:
            seconds = sorted(people.map(Browser.seconds, crowd, pages), reverse=True)
        figures.add("ten at once: the slowest", seconds[0])
        figures.add("ten at once: the second", seconds[1])
    for page in pages:
        figures.add("one after the other", browser.seconds(page))
    figures.show(title)


def main() -> None:
    """Everything, on this database."""
    rows.insert(texts.experiences(ENTRIES), person(roles.OFFICE))
    search_the_database()
    for outage in (nobody_listens, never_answers):
        with outage() as address, serving(ELASTICSEARCH_URL=address) as browser:
            readers_wait(outage.__name__.replace("_", " "), browser)


if __name__ == "__main__":
    main()
