"""The measures: where the text that is meant stands among the first ten hits."""

from math import log2

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.reader import Reader
from search.engine import Engine, Write
from search.queries import SearchRequest
from tests.relevance.guide_texts import TEXTS
from tests.relevance.judged_queries import QUERIES


def load(engine: Engine) -> None:
    """Put the texts into the public index."""
    entries = [
        SearchEntry(ObjectType.EXPERIENCE, number, Version.LIVE, title, text, Circle.PUBLIC)
        for number, (title, text) in TEXTS.items()
    ]
    engine.write([Write(entry, 1) for entry in entries], "public")
    engine.refresh("public")


def rank(engine: Engine, query: str, wanted: int) -> int | None:
    """The place of the wanted text among the first ten, from 1 on."""
    hits = engine.search(SearchRequest(text=query, size=10), Reader()).hits
    ids = [hit.id for hit in hits]
    return ids.index(wanted) + 1 if wanted in ids else None


def ranks(engine: Engine, kind: str) -> dict[str, int | None]:
    """The places for all queries of a kind."""
    return {query: rank(engine, query, wanted) for query, wanted in QUERIES[kind]}


def recall(places: dict[str, int | None], within: int = 10) -> float:
    """The share of queries whose text stands among the first so many."""
    return sum(place is not None and place <= within for place in places.values()) / len(places)


def ndcg(places: dict[str, int | None]) -> float:
    """nDCG@10, where exactly one text is right."""
    return sum(1 / log2(1 + place) for place in places.values() if place) / len(places)
