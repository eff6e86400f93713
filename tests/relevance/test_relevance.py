"""A floor under what was reached; a kind that falls through it tells its worst queries.

`make relevance` prints the figures.
"""

import pytest

from search.analysis.compounds import default_splitter
from search.engine import Engine
from search.highlight import Highlighter
from tests.relevance.distractors import DISTRACTORS
from tests.relevance.guide_texts import TEXTS
from tests.relevance.judged_queries import QUERIES
from tests.relevance.measure import ALL_TEXTS, found, measure

# Kind: least nDCG@10 for questions, least R@10 for what editors type. Most questions share hardly
# a word with their text, on purpose: what is left to gain must show.
FLOORS = {
    "inflected": 0.99,
    "compound": 0.97,
    "typo": 0.92,
    "umlaut": 0.99,
    "prefix": 0.99,
    "question": 0.52,
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


@pytest.mark.parametrize("kind", [kind for kind in QUERIES if kind != "question"])
def test_every_hit_of_an_editors_query_is_marked(loaded: tuple[str, Engine], kind: str) -> None:
    _name, engine = loaded
    unmarked = []
    for query, _wanted in QUERIES[kind]:
        highlighter = Highlighter(query, default_splitter())
        for number in found(engine, query):
            pieces = [piece for text in ALL_TEXTS[number] for piece in highlighter.fragments(text)]
            if not any(is_hit for _text, is_hit in pieces):
                unmarked.append((query, ALL_TEXTS[number]))
    assert not unmarked


def test_the_judgements_are_whole() -> None:
    judged = [query for queries in QUERIES.values() for query, _ in queries]
    assert len(judged) == len(set(judged)) >= 200
    assert len(QUERIES["question"]) >= 80
    assert {wanted for queries in QUERIES.values() for _, wanted in queries} <= set(TEXTS)
    assert len(TEXTS) == 120
    assert len(set(DISTRACTORS)) == 600
