"""The query bodies, as data."""

import pytest

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, Version
from cms.domain.reader import Reader
from search.queries import (
    MAX_WORDS,
    Facet,
    QueryText,
    SearchRequest,
    Sort,
    build_query,
    chosen_values,
    text_clauses,
    visible,
)


def no_parts(_text: str) -> list[str]:
    return []


def clauses(text: str, parts: list[str] | None = None) -> list[dict]:
    return text_clauses(QueryText.read(text), lambda _text: parts or [])


def matched(text: str, parts: list[str] | None = None) -> list[tuple[str, str, float]]:
    """Field, text and boost of every plain match."""
    return [
        (field, options["query"], options["boost"])
        for clause in clauses(text, parts)
        if "match" in clause
        for field, options in clause["match"].items()
        if "fuzziness" not in options
    ]


def test_a_question_is_the_measured_clauses() -> None:
    text = "Wie machen wir unsere Angebote bekannt?"
    words = "Wie machen wir unsere Angebote bekannt"
    assert matched(text) == [
        ("split", words, 1.0),
        ("text.exact", words, 0.3),
        ("title", words, 0.3),
        ("lesson", words, 0.2),
        ("text.pairs", words, 0.2),
    ]
    assert len(clauses(text)) == 5


def test_a_few_words_also_match_beginnings_and_typos() -> None:
    assert ("text.prefix", "wohng", 0.4) in matched("Fest im Wohng")
    together, fuzzy = clauses("Fest im Wohng")[-2:]
    assert together == {
        "bool": {
            "boost": 0.6,
            "must": [
                {"match": {"text.prefix": {"query": "wohng", "boost": 1.0}}},
                {"match": {"split": {"query": "Fest", "boost": 1.0, "operator": "and"}}},
            ],
        }
    }
    assert fuzzy["match"]["text.exact"] == {
        "query": "Fest im Wohng",
        "boost": 0.15,
        "fuzziness": "AUTO:5,9",
        "prefix_length": 1,
        "max_expansions": 30,
    }


def test_compound_parts_are_asked_for_only_if_something_splits() -> None:
    assert ("split", "wohngebiet fest", 0.4) in matched("Wohngebietsfest", ["wohngebiet", "fest"])
    assert [field for field, _, _ in matched("Fest")].count("split") == 1


@pytest.mark.parametrize("text", ["Fe", "Fest ", "Fest.", "Fest?", "Fest!", "Fest im W"])
def test_a_finished_or_short_last_word_is_no_beginning(text: str) -> None:
    assert not any(field == "text.prefix" for field, _, _ in matched(text))


@pytest.mark.parametrize(("text", "fuzzy"), [("a b c d", True), ("a b c d e", False)])
def test_only_a_few_words_are_taken_for_typos(text: str, fuzzy: bool) -> None:
    assert any("fuzziness" in str(clause) for clause in clauses(text)) is fuzzy


def test_a_long_last_word_is_cut_as_the_index_cuts_it() -> None:
    assert QueryText.read("Öffentlichkeitsarbeit").unfinished == "offentlichkeits"


def test_long_input_is_cut() -> None:
    assert QueryText.read("wort " * 10_000).words == ("wort",) * MAX_WORDS
    assert len(QueryText.read("x" * 10_000).text) == 1_000


@pytest.mark.parametrize("text", ['"a" AND (b', "a\\b", "+a -b", "a* b?"])
def test_signs_are_no_syntax(text: str) -> None:
    assert set(QueryText.read(text).text) <= set("ab AND")


def test_no_text_is_everything_by_date_and_signs_are_nothing() -> None:
    everything = build_query(SearchRequest(text="  "), Reader(), no_parts)
    assert everything["query"]["bool"]["must"] == [{"match_all": {}}]
    assert list(everything["sort"][0]) == ["date"]
    nothing = build_query(SearchRequest(text="?!"), Reader(), no_parts)
    assert nothing["query"]["bool"]["must"] == [{"match_none": {}}]


def test_a_text_is_sorted_by_relevance_unless_said_otherwise() -> None:
    best = build_query(SearchRequest(text="Fest"), Reader(), no_parts)
    assert list(best["sort"][0]) == ["_score"]
    oldest = build_query(SearchRequest(text="Fest", sort=Sort.OLDEST), Reader(), no_parts)
    assert oldest["sort"][0] == {"date": {"order": "asc", "missing": "_last"}}


@pytest.mark.parametrize(
    ("offset", "size", "page"),
    [
        (0, 10, (0, 10)),
        (-5, 10, (0, 10)),
        (20, 5_000, (20, 1_000)),
        (9_995, 10, (9_995, 5)),
        (10_000, 10, (0, 0)),
        (0, -1, (0, 0)),
    ],
)
def test_pages_stay_in_the_window(offset: int, size: int, page: tuple[int, int]) -> None:
    assert SearchRequest(offset=offset, size=size).page == page


def test_choices_are_counted_around_only_where_a_facet_is_wanted() -> None:
    request = SearchRequest(kinds=("good",), years=(2013,), facets=(Facet.KIND, Facet.TOPIC))
    body = build_query(request, Reader(), no_parts)
    assert body["post_filter"] == {"bool": {"filter": [{"terms": {"kind": ["good"]}}]}}
    assert {"terms": {"year": [2013]}} in body["query"]["bool"]["filter"]
    assert body["aggs"]["kind"]["filter"] == {"match_all": {}}
    assert body["aggs"]["topic"]["filter"] == body["post_filter"]
    assert body["aggs"]["topic"]["aggs"]["values"]["terms"]["field"] == "topic_ids"


def test_without_facets_there_is_nothing_to_filter_afterwards() -> None:
    body = build_query(SearchRequest(types=(ObjectType.NEWS,)), Reader(), no_parts)
    assert "post_filter" not in body
    assert "aggs" not in body


def test_a_source_is_a_filter() -> None:
    body = build_query(SearchRequest(source_id="a\ud800"), Reader(), no_parts)
    assert {"term": {"source_id": "a?"}} in body["query"]["bool"]["filter"]


def test_values_that_no_index_can_hold_are_values_that_nothing_has() -> None:
    chosen = chosen_values(SearchRequest(topic_ids=(3, 2**63, -7), kinds=("\udfff",)))
    assert chosen == {Facet.KIND: ("?",), Facet.TOPIC: (3, -1, -1)}


def test_the_filter_of_visibility() -> None:
    reader = Reader(circle=Circle.PROJECTS, project_ids=frozenset({2, 1}))
    live, own, drafts = visible(reader, Version)["bool"]["should"]
    assert {"terms": {"circle": ["projects", "network", "public"]}} in live["bool"]["filter"]
    assert {"term": {"circle": "project"}} in own["bool"]["filter"]
    assert {"terms": {"project_id": [1, 2]}} in own["bool"]["filter"]
    assert {"term": {"version": "draft"}} in drafts["bool"]["filter"]
    assert {"terms": {"project_id": [1, 2]}} in drafts["bool"]["filter"]
    assert visible(reader, ()) == {"match_none": {}}


def test_the_ordinary_search_asks_for_live_versions_only() -> None:
    (visibility,) = build_query(SearchRequest(), Reader(is_office=True), no_parts)["query"]["bool"][
        "filter"
    ]
    assert "draft" not in str(visibility)
