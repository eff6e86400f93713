"""10,000 experiences loaded, indexed and searched; bare engine, page and API in one run.

The bare engine is asked what the page asks: the same query with the same facets, for the ids of
ten hits. ``/suche/`` and ``/api/@search`` go through the real web server. Goal: at most twice
the time of the bare engine.
"""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.models import Experience, Project
from cms.permissions import roles
from cms.published import search_entries
from cms.services.load_experiences import load_experiences
from search import service
from search.analysis.compounds import default_splitter
from search.documents import mapping, to_document
from search.elastic import CHUNK
from search.embedded import EmbeddedEngine
from search.engine import IndexName
from search.indices import READ
from search.parameters import FACETS
from search.queries import SearchRequest, build_query
from search.rebuild import rebuild
from tests.benchmarks import texts
from tests.benchmarks.figures import Figures
from tests.benchmarks.server import Browser, serving
from tests.factories.guide import person

ENTRIES = 10_000
WARM_ROUNDS, ROUNDS = 3, 15
FACETED = tuple(FACETS)

Ask = Callable[[str], object]


def load() -> None:
    """Loads the experiences as the command does."""
    for slug in texts.project_slugs():
        Project.objects.create(slug=slug, title=slug.capitalize())
    office = person(roles.OFFICE)
    lines = list(texts.experiences(ENTRIES))
    begin = time.perf_counter()
    report = load_experiences(lines, office)
    seconds = time.perf_counter() - begin
    assert report.created == ENTRIES, report
    print(f"load_experiences: {ENTRIES / seconds:,.0f} entries/s ({seconds:.1f} s)")


def build() -> None:
    """Builds both indices, and sends the same documents to an index without anything around."""
    engine = service.engine()
    begin = time.perf_counter()
    built = rebuild(engine)
    seconds = time.perf_counter() - begin
    documents = built.public + built.internal
    print(f"search_index rebuild: {documents / seconds:,.0f} documents/s ({seconds:.1f} s)")
    raw = raw_documents_per_second()
    print(f"bare streaming_bulk of such documents: {raw:,.0f} documents/s", end="")
    print(f" -> {raw * seconds / documents:.1f} times as fast")


def raw_documents_per_second() -> float:
    """How fast the server takes the same documents when they lie ready."""
    ids = list(Experience.objects.values_list("pk", flat=True))
    entries = search_entries.entries(ObjectType.EXPERIENCE, ids)
    name = f"{settings.SEARCH_INDEX_PREFIX}-bare"
    client = Elasticsearch(settings.ELASTICSEARCH_URL, request_timeout=60)
    client.indices.create(index=name, mappings=mapping(), settings=_index_settings(client))
    actions = [
        {"_index": name, "_id": entry.key, "_source": to_document(entry, default_splitter())}
        for entry in entries
    ]
    begin = time.perf_counter()
    sent = sum(1 for _ in streaming_bulk(client, actions, chunk_size=CHUNK))
    seconds = time.perf_counter() - begin
    client.indices.delete(index=name)
    return sent / seconds


def _index_settings(client: Elasticsearch) -> dict:
    """The settings of the guide's own index."""
    alias = f"{settings.SEARCH_INDEX_PREFIX}-{IndexName.INTERNAL}-{READ}"
    (found,) = client.indices.get_settings(index=alias).values()
    index = found["settings"]["index"]
    kept = ("analysis", "similarity", "number_of_shards", "number_of_replicas", "gc_deletes")
    return {"index": {name: index[name] for name in kept if name in index}}


def elasticsearch_itself() -> Ask:
    """Asks the server with the plain client."""
    client = Elasticsearch(settings.ELASTICSEARCH_URL)
    index = f"{settings.SEARCH_INDEX_PREFIX}-{IndexName.PUBLIC}-{READ}"
    split = default_splitter()

    def ask(text: str) -> object:
        return client.search(
            index=index,
            body=build_query(SearchRequest(text=text, facets=FACETED), ANONYMOUS, split),
        )

    return ask


def embedded_itself() -> Ask:
    """Asks tantivy, in this process."""
    engine = EmbeddedEngine(settings.SEARCH_FOLDER)
    return lambda text: engine.search(SearchRequest(text=text, facets=FACETED), ANONYMOUS)


def compare(title: str, bare: Ask, browser: Browser) -> None:
    """Asks each way in turn, query after query, and prints the figures."""
    figures = Figures()
    for number in range(WARM_ROUNDS + ROUNDS):
        if number == WARM_ROUNDS:
            figures.forget()
        for text in texts.QUERIES:
            begin = time.perf_counter()
            bare(text)
            figures.add("bare engine", time.perf_counter() - begin)
            page = "/suche/?" + urlencode({"q": text})
            figures.add("/suche/", browser.seconds(page))
            query = {"SearchableText": text, "b_size": 10}
            figures.add("/api/@search", browser.seconds("/api/@search?" + urlencode(query)))
            query["facets"] = 1
            figures.add("/api/@search, facets", browser.seconds("/api/@search?" + urlencode(query)))
    figures.show(title)


def main() -> None:
    """Everything, on Elasticsearch and then embedded."""
    load()
    build()
    with serving() as browser:
        compare("Elasticsearch", elasticsearch_itself(), browser)
    begin = time.perf_counter()
    embedded = EmbeddedEngine(settings.SEARCH_FOLDER)
    built = rebuild(embedded)
    seconds = time.perf_counter() - begin
    documents = built.public + built.internal
    print(f"\nembedded rebuild: {documents / seconds:,.0f} documents/s ({seconds:.1f} s)")
    with serving(ELASTICSEARCH_URL="", SEARCH_FEED_THREAD="false") as browser:
        compare("embedded (tantivy)", embedded_itself(), browser)


if __name__ == "__main__":
    main()
