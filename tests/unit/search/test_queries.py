"""The query bodies, as data."""

import pytest

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, Version
from cms.domain.reader import Reader
from search.analysis.compounds import CompoundSplitter, Vocabulary
from search.queries import (
    Facet,
    SearchRequest,
    Sort,
    build_query,
    chosen_values,
    visible,
)

NO_WORDS = CompoundSplitter(Vocabulary(frozenset()))


def test_no_text_is_everything_by_date_and_signs_are_nothing() -> None:
    everything = build_query(SearchRequest(text="  "), Reader(), NO_WORDS)
    assert everything["query"]["bool"]["must"] == [{"match_all": {}}]
    assert list(everything["sort"][0]) == ["date"]
    nothing = build_query(SearchRequest(text="?!"), Reader(), NO_WORDS)
    assert nothing["query"]["bool"]["must"] == [{"match_none": {}}]


def test_a_text_is_sorted_by_relevance_unless_said_otherwise() -> None:
    best = build_query(SearchRequest(text="Fest"), Reader(), NO_WORDS)
    assert list(best["sort"][0]) == ["_score"]
    oldest = build_query(SearchRequest(text="Fest", sort=Sort.OLDEST), Reader(), NO_WORDS)
    assert oldest["sort"][0] == {"date": {"order": "asc", "missing": "_last"}}


@pytest.mark.parametrize(
    ("offset", "size", "page"),
    [
        (0, 10, (0, 10)),
        (-5, 10, (0, 10)),
        (20, 5_000, (20, 5_000)),
        (20, 50_000, (20, 9_980)),
        (9_995, 10, (9_995, 5)),
        (10_000, 10, (0, 0)),
        (0, -1, (0, 0)),
    ],
)
def test_pages_stay_in_the_window(offset: int, size: int, page: tuple[int, int]) -> None:
    assert SearchRequest(offset=offset, size=size).page == page


def test_choices_are_counted_around_only_where_a_facet_is_wanted() -> None:
    request = SearchRequest(kinds=("good",), years=(2013,), facets=(Facet.KIND, Facet.TOPIC))
    body = build_query(request, Reader(), NO_WORDS)
    assert body["post_filter"] == {"bool": {"filter": [{"terms": {"kind": ["good"]}}]}}
    assert {"terms": {"year": [2013]}} in body["query"]["bool"]["filter"]
    assert body["aggs"]["kind"]["filter"] == {"match_all": {}}
    assert body["aggs"]["topic"]["filter"] == body["post_filter"]
    assert body["aggs"]["topic"]["aggs"]["values"]["terms"]["field"] == "topic_ids"


def test_without_facets_there_is_nothing_to_filter_afterwards() -> None:
    body = build_query(SearchRequest(types=(ObjectType.NEWS,)), Reader(), NO_WORDS)
    assert "post_filter" not in body
    assert "aggs" not in body


def test_a_source_is_a_filter() -> None:
    body = build_query(SearchRequest(source_id="a\ud800"), Reader(), NO_WORDS)
    assert {"term": {"source_id": "a?"}} in body["query"]["bool"]["filter"]


def test_values_that_no_index_can_hold_are_values_that_nothing_has() -> None:
    chosen = chosen_values(SearchRequest(topic_ids=(3, 2**63, -7), kinds=("\udfff",)))
    assert chosen == {Facet.KIND: ("?",), Facet.TOPIC: (3, -1, -1)}


def test_the_filter_of_visibility() -> None:
    reader = Reader(circle=Circle.PROJECTS, project_ids=frozenset({2, 1}))
    live, own, drafts = visible(reader, Version)["bool"]["should"]
    assert {"terms": {"circle": ["projects", "network", "public"]}} in live["bool"]["filter"]
    assert {"term": {"circle": "project"}} in own["bool"]["filter"]
    assert {"terms": {"reader_project_ids": [1, 2]}} in own["bool"]["filter"]
    assert {"term": {"version": "draft"}} in drafts["bool"]["filter"]
    assert {"terms": {"reader_project_ids": [1, 2]}} in drafts["bool"]["filter"]
    assert visible(reader, ()) == {"match_none": {}}


def test_the_ordinary_search_asks_for_live_versions_only() -> None:
    (visibility,) = build_query(SearchRequest(), Reader(is_office=True), NO_WORDS)["query"]["bool"][
        "filter"
    ]
    assert "draft" not in str(visibility)
