"""A floor under what was reached; a kind that falls through it tells its worst queries.

Measured over the eighty texts, the same on both engines:

| kind | inflected | compound | typo | umlaut | prefix | question |
|---|---|---|---|---|---|---|
| R@10 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | .92 |
| nDCG@10 | .97 | .92 | 1.00 | 1.00 | 1.00 | .89 |
"""

import pytest

from search.engine import Engine
from tests.relevance.guide_texts import TEXTS
from tests.relevance.judged_queries import QUERIES
from tests.relevance.measure import ndcg, ranks, recall

# Kind: least R@10, least nDCG@10.
FLOORS = {
    "elastic": {
        "inflected": (0.99, 0.95),
        "compound": (0.99, 0.90),
        "typo": (0.99, 0.98),
        "umlaut": (0.99, 0.99),
        "prefix": (0.99, 0.98),
        "question": (0.91, 0.86),
    },
    "embedded": {
        "inflected": (0.99, 0.95),
        "compound": (0.99, 0.90),
        "typo": (0.99, 0.98),
        "umlaut": (0.99, 0.99),
        "prefix": (0.99, 0.98),
        "question": (0.91, 0.86),
    },
}


@pytest.mark.parametrize("kind", list(QUERIES))
def test_finds_as_well_as_it_did(loaded: tuple[str, Engine], kind: str) -> None:
    name, engine = loaded
    places = ranks(engine, kind)
    least_recall, least_ndcg = FLOORS[name][kind]
    worst = {query: place for query, place in places.items() if place != 1}
    assert recall(places) >= least_recall, worst
    assert ndcg(places) >= least_ndcg, worst


def test_the_judgements_are_whole() -> None:
    judged = [query for queries in QUERIES.values() for query, _ in queries]
    assert len(judged) == len(set(judged)) >= 60
    assert {wanted for queries in QUERIES.values() for _, wanted in queries} <= set(TEXTS)
    assert len(TEXTS) == 80
