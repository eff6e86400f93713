"""Search at 10,000 and 100,000 entries (BENCH_SIZES): bare engine, pages and API in one run.

The bare engine is asked what the page asks: the same query with the same facets, for the ids of
ten hits; and what the search field asks while somebody types. All ways take turns, query after
query, so that whatever else the machine does hits all of them. Pages go through the real web
server. Goals: at most 1.5 times the bare engine, p95 at the biggest size less than 3 times that
of the smallest, and a rebuild at least 0.7 times as fast as bare ``streaming_bulk``.
"""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from urllib.parse import urlencode

from django.conf import settings
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.models import Experience
from cms.permissions import roles
from cms.published import search_entries
from search import service
from search.analysis.compounds import default_splitter
from search.documents import to_document
from search.elastic import CHUNK
from search.embedded import EmbeddedEngine
from search.engine import IndexName
from search.indices import READ
from search.parameters import FACETS
from search.queries import SearchRequest, build_query
from search.rebuild import rebuild
from search.suggest import ROWS, Typed, build_suggest
from tests.benchmarks import rows, texts
from tests.benchmarks.figures import Figures
from tests.benchmarks.server import Browser, serving
from tests.factories.guide import person

SIZES = tuple(map(int, os.environ.get("BENCH_SIZES", "10000 100000").split()))
EMBEDDED_UP_TO = 10_000
COMPARED_WITH_RAW = 10_000  # of so many entries the documents are sent once more, bare
WARM_ROUNDS, ROUNDS = 3, 10
FACETED = tuple(FACETS)

Ask = Callable[[str], object]


def grow(lines: Iterator[str], size: int, user) -> None:
    """Inserts rows until there are ``size`` experiences."""
    number = size - Experience.objects.count()
    begin = time.perf_counter()
    rows.insert(islice(lines, number), user)
    seconds = time.perf_counter() - begin
    print(f"\n{size:,} entries ({number / seconds:,.0f} rows/s inserted in bulk)")


def build() -> None:
    """Builds both indices, and sends the same documents to an index without anything around.

    Bare before and after: a machine that gets slower meanwhile hits both.
    """
    engine = service.engine()
    engine.ensure_indices()
    before = raw_documents_per_second()
    begin = time.perf_counter()
    built = rebuild(engine)
    seconds = time.perf_counter() - begin
    raw = (before + raw_documents_per_second()) / 2
    speed = (built.public + built.internal) / seconds
    print(f"search_index rebuild: {speed:,.0f} documents/s ({seconds:.1f} s); ", end="")
    print(f"bare streaming_bulk: {raw:,.0f} documents/s -> {speed / raw:.2f} times as fast")
    sizes = Elasticsearch(settings.ELASTICSEARCH_URL).indices.stats(metric=["store", "docs"])
    for name, index in sizes["indices"].items():
        if name.startswith(f"{settings.SEARCH_INDEX_PREFIX}-") and index["total"]["docs"]["count"]:
            stored = index["total"]["store"]["size_in_bytes"]
            number = index["total"]["docs"]["count"]
            print(f"  {name}: {number:,} documents, {stored / number:,.0f} bytes each")


def raw_documents_per_second() -> float:
    """How fast the server takes such documents when they lie ready in memory."""
    ids = list(Experience.objects.order_by("pk").values_list("pk", flat=True)[:COMPARED_WITH_RAW])
    entries = search_entries.entries(ObjectType.EXPERIENCE, ids)
    name = f"{settings.SEARCH_INDEX_PREFIX}-bare"
    client = Elasticsearch(settings.ELASTICSEARCH_URL, request_timeout=60)
    client.indices.create(index=name, **_like_our_own(client))
    actions = [
        {"_index": name, "_id": entry.key, "_source": to_document(entry, default_splitter())}
        for entry in entries
    ]
    begin = time.perf_counter()
    sent = sum(1 for _ in streaming_bulk(client, actions, chunk_size=CHUNK))
    client.indices.refresh(index=name)
    seconds = time.perf_counter() - begin
    client.indices.delete(index=name)
    return sent / seconds


def _like_our_own(client: Elasticsearch) -> dict:
    """Mapping and settings of the guide's own index, as it is while it is being built."""
    alias = f"{settings.SEARCH_INDEX_PREFIX}-{IndexName.INTERNAL}-{READ}"
    (found,) = client.indices.get(index=alias).values()
    index = found["settings"]["index"]
    kept = ("analysis", "similarity", "number_of_shards", "number_of_replicas", "gc_deletes")
    own = {name: index[name] for name in kept if name in index}
    return {"mappings": found["mappings"], "settings": {"index": own | {"refresh_interval": "-1"}}}


def elasticsearch_itself(kind: str) -> Ask:
    """Asks the server with the plain client: "search" or "suggest"."""
    client = Elasticsearch(settings.ELASTICSEARCH_URL)
    index = f"{settings.SEARCH_INDEX_PREFIX}-{IndexName.PUBLIC}-{READ}"
    bodies = {
        "search": lambda text: build_query(
            SearchRequest(text=text, facets=FACETED), ANONYMOUS, default_splitter()
        ),
        "suggest": lambda text: build_suggest(Typed.read(text), ANONYMOUS, ROWS),
    }
    body = bodies[kind]
    return lambda text: client.search(index=index, body=body(text))


def embedded_itself(kind: str) -> Ask:
    """Asks tantivy, in this process."""
    engine = EmbeddedEngine(settings.SEARCH_FOLDER)
    asks: dict[str, Ask] = {
        "search": lambda text: engine.search(SearchRequest(text=text, facets=FACETED), ANONYMOUS),
        "suggest": lambda text: engine.hits(
            build_suggest(Typed.read(text), ANONYMOUS, ROWS), ANONYMOUS
        ),
    }
    return asks[kind]


def searches(bare: Ask, browser: Browser) -> dict[str, Ask]:
    """The ways to search: the bare engine first."""

    def api(text: str, **more: str) -> object:
        query = {"SearchableText": text, "b_size": 10, **more}
        return browser.get("/api/@search?" + urlencode(query))

    return {
        "bare engine": bare,
        "/suche/": lambda text: browser.get("/suche/?" + urlencode({"q": text})),
        "/api/@search": api,
        "/api/@search, facets": partial(api, facets="1"),
    }


def suggestions(bare: Ask, browser: Browser) -> dict[str, Ask]:
    """The ways to be suggested something while typing."""
    address = "/suche/vorschlag/?"
    return {
        "bare engine": bare,
        "/suche/vorschlag/": lambda text: browser.get(address + urlencode({"q": text})),
    }


def compare(title: str, ways: dict[str, Ask], queries: tuple[str, ...]) -> Figures:
    """Asks each way in turn, query after query, and prints the figures."""
    figures = Figures()
    for number in range(WARM_ROUNDS + ROUNDS):
        if number == WARM_ROUNDS:
            figures.forget()
        for text in queries:
            for name, ask in ways.items():
                begin = time.perf_counter()
                ask(text)
                figures.add(name, time.perf_counter() - begin)
    figures.show(title)
    return figures


def measure(engine: str, itself: Callable[[str], Ask], **environment: str) -> Figures:
    """Searches and suggestions of one engine; the figures of the searches."""
    with serving(**environment) as browser:
        found = compare(f"{engine}: search", searches(itself("search"), browser), texts.QUERIES)
        compare(f"{engine}: suggestions", suggestions(itself("suggest"), browser), texts.BEGINNINGS)
    return found


def build_embedded() -> None:
    """Builds the embedded indices."""
    begin = time.perf_counter()
    built = rebuild(EmbeddedEngine(settings.SEARCH_FOLDER))
    seconds = time.perf_counter() - begin
    documents = built.public + built.internal
    print(f"\nembedded rebuild: {documents / seconds:,.0f} documents/s ({seconds:.1f} s)")


def clear_away() -> None:
    """Removes the indices of this run; the server may be somebody's own."""
    client = Elasticsearch(settings.ELASTICSEARCH_URL)
    for name in client.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*"):
        client.indices.delete(index=name)


def main() -> None:
    """Every size on Elasticsearch, the smallest embedded too, and how p95 grows."""
    service.warm_up()
    office = person(roles.OFFICE)
    lines = texts.experiences(max(SIZES))
    by_size: dict[int, Figures] = {}
    try:
        for size in sorted(SIZES):
            grow(lines, size, office)
            build()
            by_size[size] = measure(f"Elasticsearch, {size:,}", elasticsearch_itself)
            if size <= EMBEDDED_UP_TO:
                build_embedded()
                alone = {"ELASTICSEARCH_URL": "", "SEARCH_FEED_THREAD": "false"}
                measure(f"embedded, {size:,}", embedded_itself, **alone)
    finally:
        clear_away()
    smallest, biggest = by_size[min(by_size)].p95(), by_size[max(by_size)].p95()
    print(f"\np95 at {max(by_size):,} entries, compared with {min(by_size):,}:")
    for name, late in biggest.items():
        print(f"  {name:<32} {late / smallest[name]:.2f} times")


if __name__ == "__main__":
    main()
