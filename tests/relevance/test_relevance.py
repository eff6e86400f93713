"""A floor under what was reached; a kind that falls through it tells its worst queries.

`make relevance` prints the figures.
"""

import pytest

from search.engine import Engine
from tests.relevance.distractors import DISTRACTORS
from tests.relevance.guide_texts import TEXTS
from tests.relevance.judged_queries import QUERIES
from tests.relevance.measure import measure

# Kind: least nDCG@10 for questions, least R@10 for what editors type.
FLOORS = {
    "inflected": 0.99,
    "compound": 0.97,
    "typo": 0.92,
    "umlaut": 0.99,
    "prefix": 0.99,
    "question": 0.50,
    "pair": 0.99,
    "phrase": 0.99,
    "exclusion": 0.99,
}


@pytest.mark.parametrize("kind", list(QUERIES))
def test_finds_as_well_as_it_did(loaded: tuple[str, Engine], kind: str) -> None:
    _name, engine = loaded
    places = measure(engine, kind)
    reached = places.ndcg if kind == "question" else places.recall
    assert reached >= FLOORS[kind], places.worst


def test_the_judgements_are_whole() -> None:
    judged = [query for queries in QUERIES.values() for query, _ in queries]
    assert len(judged) == len(set(judged)) >= 200
    assert len(QUERIES["question"]) >= 80
    assert {wanted for queries in QUERIES.values() for _, wanted in queries} <= set(TEXTS)
    assert len(TEXTS) == 120
    assert len(set(DISTRACTORS)) == 600
