"""The clauses that rank, as data."""

import pytest

from search.analysis.compounds import CompoundSplitter, Vocabulary
from search.text_query import (
    MAX_WORDS,
    QueryText,
    required_clauses,
    small_words_clauses,
    text_clauses,
)


def clauses(text: str, *known: str) -> list[dict]:
    return text_clauses(QueryText.read(text), CompoundSplitter(Vocabulary(frozenset(known))))


def matched(text: str, *known: str) -> list[tuple[str, str, float]]:
    """Field, text and boost of every plain match."""
    return [
        (field, options["query"], options["boost"])
        for clause in clauses(text, *known)
        if "match" in clause
        for field, options in clause["match"].items()
        if "fuzziness" not in options
    ]


def test_a_question_is_the_measured_clauses() -> None:
    text = "Warum werden die neuen Angebote so selten bekannt?"
    words = "neuen Angebote selten bekannt"
    assert matched(text) == [
        ("split", words, 1.0),
        ("title", words, 0.1),
        ("lesson", words, 0.2),
        ("pairs", "angebot_neu angebot_selt bekannt_selt", 0.2),
        ("split", "Angebote", 0.3),
    ]


def test_the_small_words_of_a_question_rank_but_find_nothing() -> None:
    question = QueryText.read("Warum werden die neuen Angebote so selten bekannt?")
    (as_typed,) = small_words_clauses(question)
    assert as_typed["match"]["text.exact"]["query"] == (
        "Warum werden neuen Angebote so selten bekannt"
    )
    assert small_words_clauses(QueryText.read("neue Angebote")) == []
    only_small = "und was ist denn das"
    assert ("text.exact", only_small, 0.3) in matched(only_small)


def typos(text: str, *known: str) -> list[str]:
    """What is also looked for misspelt."""
    return [
        options["query"]
        for clause in clauses(text, *known)
        for options in clause.get("match", {}).values()
        if "fuzziness" in options
    ]


def test_the_nouns_names_and_numbers_of_a_question_weigh_more() -> None:
    text = "Wie viele Kinder hatte Ada Lovelace im Jahr 1840?"
    assert ("split", "Kinder Ada Lovelace Jahr 1840", 0.3) in matched(text)
    assert matched("wie viele kinder hatte sie im jahr")[-1][0] == "pairs"


def test_only_the_names_of_a_question_are_taken_for_typos() -> None:
    text = "Wie viele Kinder und Kindergruppen hatte Ada Lovlace im Jahr 1840?"
    assert typos(text, "kind", "gruppe", "jahr") == ["Ada Lovlace"]
    assert typos("Wie viele Kinder kommen im Jahr?", "kind", "jahr") == []


def test_a_few_words_also_match_beginnings_endings_and_typos() -> None:
    fuzzy, near, together, unfinished, beginnings, endings = clauses("Fest im Wohng", "fest")[-6:]
    assert fuzzy["match"]["text.exact"] == {
        "query": "Fest Wohng",
        "boost": 0.4,
        "fuzziness": "AUTO:5,8",
        "prefix_length": 1,
        "max_expansions": 50,
    }
    # What no dictionary knows is most likely misspelt by one letter.
    assert near["match"]["text.exact"] == {
        "query": "Wohng",
        "boost": 0.8,
        "fuzziness": 1,
        "prefix_length": 1,
        "max_expansions": 50,
    }
    assert together["match"]["split"] == {"query": "Fest Wohng", "boost": 1.5, "operator": "and"}
    assert unfinished == {
        "bool": {
            "boost": 1.2,
            "must": [
                {"match": {"text.prefix": {"query": "wohng", "boost": 1.0}}},
                {"match": {"split": {"query": "Fest", "boost": 1.0, "operator": "and"}}},
            ],
        }
    }
    assert beginnings["match"]["text.prefix"] == {"query": "fest wohng", "boost": 0.6}
    assert endings["match"]["text.suffix"] == {"query": "fest wohng", "boost": 1.0}


def test_compound_parts_and_lemmas_are_asked_for_only_if_there_are_some() -> None:
    assert ("split", "wohngebiet fest", 0.2) in matched("Wohngebietsfest", "wohngebiet", "fest")
    assert [field for field, _, _ in matched("Fest")].count("split") == 1


def test_phrases_must_and_exclusions_must_not_stand_there() -> None:
    query = QueryText.read('"drei Euro" Suppe -Verein -"im Saal"')
    assert query.words == ("drei", "Euro", "Suppe")
    phrase, without = required_clauses(query)
    assert phrase == {"match_phrase": {"text.exact": {"query": "drei Euro"}}}
    assert without["bool"]["must_not"] == [
        {"match_phrase": {"text.exact": {"query": "im Saal"}}},
        {"match": {"text": {"query": "Verein", "boost": 1.0}}},
    ]


@pytest.mark.parametrize("text", ["Fe", "Fest ", "Fest.", "Fest?", "Fest!", "Fest im W"])
def test_a_finished_or_short_last_word_is_no_beginning(text: str) -> None:
    assert not QueryText.read(text).unfinished


@pytest.mark.parametrize(("text", "fuzzy"), [("a b c d", True), ("a b c d e", False)])
def test_all_words_are_taken_for_typos_only_if_they_are_few(text: str, fuzzy: bool) -> None:
    assert bool(typos(text)) is fuzzy


def test_a_long_last_word_is_cut_as_the_index_cuts_it() -> None:
    assert QueryText.read("Öffentlichkeitsarbeit").unfinished == "offentlichkeits"


def test_long_input_is_cut() -> None:
    assert QueryText.read("wort " * 10_000).words == ("wort",) * MAX_WORDS
    assert len(QueryText.read("x" * 10_000).text) == 1_000


@pytest.mark.parametrize("text", ['"a" AND (b', "a\\b", "+a -b", "a* b?"])
def test_signs_are_no_syntax(text: str) -> None:
    assert set(QueryText.read(text).text) <= set("ab AND")
