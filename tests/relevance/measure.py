"""The measures: where the text that is meant stands among the first ten hits."""

from dataclasses import dataclass
from math import log2

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.reader import Reader
from search.engine import Engine, Write
from search.queries import SearchRequest
from tests.relevance.distractors import DISTRACTORS
from tests.relevance.guide_texts import TEXTS
from tests.relevance.judged_queries import QUERIES

FIRST_DISTRACTOR = 1_000
ALL_TEXTS = {**TEXTS, **dict(enumerate(DISTRACTORS, FIRST_DISTRACTOR))}


def load(engine: Engine) -> None:
    """Put the judged texts and the others into the public index."""
    entries = [
        SearchEntry(ObjectType.EXPERIENCE, number, Version.LIVE, title, text, Circle.PUBLIC)
        for number, (title, text) in ALL_TEXTS.items()
    ]
    engine.write([Write(entry, 1) for entry in entries], "public")
    engine.refresh("public")


def found(engine: Engine, query: str) -> list[int]:
    """The numbers of the first ten texts."""
    return [hit.id for hit in engine.search(SearchRequest(text=query, size=10), Reader()).hits]


@dataclass(frozen=True)
class Places:
    """For each query of a kind the place of the text that is meant, from 1 on; None beyond 10."""

    places: dict[str, int | None]

    @property
    def recall(self) -> float:
        """R@10: the share of queries whose text is among the first ten."""
        return sum(place is not None for place in self.places.values()) / len(self.places)

    @property
    def ndcg(self) -> float:
        """nDCG@10, where exactly one text is right."""
        gains = (1 / log2(1 + place) for place in self.places.values() if place)
        return sum(gains) / len(self.places)

    @property
    def worst(self) -> dict[str, int | None]:
        """The queries whose text is not the first, the worst before the others."""
        missed = {query: place for query, place in self.places.items() if place != 1}
        return dict(sorted(missed.items(), key=lambda item: -(item[1] or 11)))


def measure(engine: Engine, kind: str) -> Places:
    """Asks all queries of a kind."""
    places: dict[str, int | None] = {}
    for query, wanted in QUERIES[kind]:
        ids = found(engine, query)
        places[query] = ids.index(wanted) + 1 if wanted in ids else None
    return Places(places)
