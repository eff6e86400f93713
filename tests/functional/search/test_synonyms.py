"""What the office says means the same is found on both engines, a little below the word itself."""

import pytest

from search.engine import Engine, Write
from search.queries import SearchRequest
from tests.functional.search.entries import ANONYMOUS, OFFICE, entry


def found(engine: Engine, text: str, *synonyms: str) -> list[int]:
    request = SearchRequest(text=text, synonyms=synonyms)
    return [hit.id for hit in engine.search(request, OFFICE).hits]


def test_a_synonym_finds_what_the_word_does_not(guide: Engine) -> None:
    assert found(guide, "ARGE") == []
    assert found(guide, "ARGE", "Jobcenter") == [4]
    assert found(guide, "arge", "Agentur", "Jobcentern") == [4]


def test_a_phrase_finds_only_what_holds_all_of_its_words(guide: Engine) -> None:
    assert found(guide, "ABC", "feste Ansprechpartner") == [4]
    assert found(guide, "ABC", "feste Sprechstunde") == []


def test_the_word_itself_comes_before_its_synonym(engine: Engine) -> None:
    word = entry(31, "Die ARGE im Stadtteil", "Regen kam erst spät")
    same = entry(32, "Die Agentur im Stadtteil", "Regen kam erst spät")
    engine.write([Write(word, 1), Write(same, 1)], "internal")
    engine.refresh("internal")
    assert found(engine, "ARGE", "Agentur") == [31, 32]
    assert found(engine, "Agentur", "ARGE") == [32, 31]


@pytest.mark.parametrize("odd", ['"', "(", "AND", "", "?!", "x" * 5_000, "漢字", "\x00"])
def test_no_synonym_is_an_error(guide: Engine, odd: str) -> None:
    assert isinstance(found(guide, "Jobcenter", odd), list)


def test_a_synonym_shows_nobody_more_than_they_may_see(guide: Engine) -> None:
    request = SearchRequest(text="ARGE", synonyms=("Jobcenter",))
    answer = guide.search(request, ANONYMOUS)
    assert (answer.hits, answer.total) == ([], 0)
