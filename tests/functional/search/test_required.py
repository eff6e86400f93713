"""A search in which every word is required, among given documents: what saved searches ask."""

import pytest

from search.engine import Engine
from search.queries import SearchRequest
from tests.functional.search.entries import ANONYMOUS, OFFICE


def found(engine: Engine, *required: tuple[str, ...], keys: tuple[str, ...] = ()) -> set[int]:
    text = " ".join(words[0] for words in required)
    synonyms = tuple(phrase for words in required for phrase in words[1:])
    request = SearchRequest(text=text, synonyms=synonyms, required=required, keys=keys)
    return {hit.id for hit in engine.search(request, OFFICE).hits}


@pytest.mark.parametrize(
    ("required", "wanted"),
    [
        ([("Jobcenter",)], {4}),
        ([("Jobcenters",), ("Absprache",)], {4}),
        ([("Jobcenter",), ("Kochen",)], set()),
        ([("Wohngebietsfest",)], {2}),
        ([("Mundpropoganda",)], {3}),
        ([("ARGE", "Jobcenter"), ("Absprachen",)], {4}),
        ([("ABC", "feste Ansprechpartner")], {4}),
        ([("ABC", "feste Sprechstunde")], set()),
    ],
)
def test_every_word_must_be_met_in_any_form_or_by_a_synonym(guide, required, wanted) -> None:
    assert found(guide, *required) == wanted


def test_only_the_given_documents_are_asked(guide: Engine) -> None:
    keys = ("experience:1:live", "experience:4:live", "news:99:live")
    assert found(guide, keys=keys) == {1, 4}
    assert found(guide, ("Absprachen",), keys=keys) == {4}
    request = SearchRequest(keys=keys)
    assert {hit.id for hit in guide.search(request, ANONYMOUS).hits} == {1}
