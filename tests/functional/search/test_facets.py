"""Facets count, narrow, and stay."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cms.domain.indexing import ObjectType
from search.engine import Engine
from search.queries import IS_OPEN, Facet, SearchRequest
from tests.functional.search.entries import JENA, OFFICE, WEIMAR

BERLIN = ZoneInfo("Europe/Berlin")


def test_every_facet_counts(guide: Engine) -> None:
    facets = guide.search(SearchRequest(facets=tuple(Facet)), OFFICE).facets
    assert facets == {
        "type": [("experience", 5), ("news", 1)],
        "kind": [("good", 3), ("bad", 1), ("neutral", 1)],
        "topic": [(10, 2), (11, 2), (12, 1)],
        "project": [(WEIMAR, 4), (JENA, 2)],
        "institution": [(30, 1), (31, 1)],
        "target_group": [(70, 1)],
        "event": [(50, 1), (51, 1)],
        "table": [(60, 1), (61, 1)],
        "year": [(2013, 2), (2012, 1), (2014, 1)],
        "verdict": [("open", 1), ("proven", 1)],
        "open": [(IS_OPEN, 1)],
    }


@pytest.mark.parametrize(
    ("narrowed", "wanted"),
    [
        ({"types": (ObjectType.NEWS,)}, [6]),
        ({"kinds": ("good",)}, [3, 1, 5]),
        ({"kinds": ("good", "bad")}, [3, 1, 4, 5]),
        ({"topic_ids": (11,)}, [3, 1]),
        ({"topic_ids": (12, 11)}, [2, 3, 1]),
        ({"topic_ids": (11,), "target_group_ids": (70,)}, [3]),
        ({"project_ids": (JENA,)}, [2, 6]),
        ({"institution_ids": (31,)}, [4]),
        ({"event_ids": (50,)}, [1]),
        ({"table_ids": (60,)}, [1]),
        ({"event_ids": (51,)}, [1]),
        ({"table_ids": (61,)}, [1]),
        ({"years": (2013,), "kinds": ("good",)}, [3, 1]),
        ({"years": (1999,)}, []),
        ({"first_year": 2013}, [2, 3, 1]),
        ({"last_year": 2013}, [3, 1, 4]),
        ({"first_year": 2013, "last_year": 2013}, [3, 1]),
        ({"first_year": 2014, "last_year": 2012}, []),
        ({"first_year": -5, "last_year": 2**70}, [2, 3, 1, 4]),
        ({"first_day": date(2013, 7, 17)}, [2, 3, 1]),
        ({"first_day": date(2013, 7, 18)}, [2]),
        ({"last_day": date(2013, 7, 17)}, [3, 1, 4]),
        ({"last_day": date(2013, 7, 16)}, [4]),
        ({"first_day": date.min, "last_day": date.max}, [2, 3, 1, 4]),
        ({"published_from": datetime(2013, 8, 1, 12, tzinfo=UTC)}, [2, 3, 1, 6]),
        ({"published_from": datetime(2013, 8, 1, 12, 0, 1, tzinfo=UTC)}, [2, 3, 6]),
        ({"published_before": datetime(2013, 8, 1, 12, tzinfo=UTC)}, []),
        ({"published_before": datetime(2013, 8, 1, 14, 1, tzinfo=BERLIN)}, [1]),
        ({"modified_from": datetime(2014, 1, 1, tzinfo=UTC)}, [1]),
        ({"modified_before": datetime(2014, 1, 1, tzinfo=UTC)}, []),
        ({"modified_before": datetime(2014, 1, 2, tzinfo=UTC)}, [1]),
        ({"verdicts": ("proven",)}, [1]),
        ({"verdicts": ("proven", "partly")}, [1]),
        ({"verdicts": ("partly",)}, []),
        ({"only_open": True}, [1]),
        ({"target_group_ids": (70,)}, [3]),
        ({"topic_ids": (-1,)}, []),
        ({"topic_ids": (2**70,)}, []),
    ],
)
def test_choices_narrow_with_and_without_counts(guide: Engine, narrowed, wanted) -> None:
    for facets in ((), tuple(Facet)):
        results = guide.search(SearchRequest(facets=facets, **narrowed), OFFICE)
        assert [hit.id for hit in results.hits] == wanted
        assert results.total == len(wanted)


def test_a_facet_stays_whole_when_one_of_it_is_chosen(guide: Engine) -> None:
    request = SearchRequest(kinds=("bad",), facets=(Facet.KIND, Facet.PROJECT, Facet.YEAR))
    results = guide.search(request, OFFICE)
    assert results.total == 1
    assert results.facets["kind"] == [("good", 3), ("bad", 1), ("neutral", 1)]
    assert results.facets["project"] == [(WEIMAR, 1)]
    assert results.facets["year"] == [(2012, 1)]


def test_two_choices_narrow_each_other(guide: Engine) -> None:
    request = SearchRequest(
        kinds=("good",), years=(2013,), facets=(Facet.KIND, Facet.YEAR, Facet.PROJECT)
    )
    facets = guide.search(request, OFFICE).facets
    assert facets["kind"] == [("good", 2)]
    assert facets["year"] == [(2013, 2)]
    assert facets["project"] == [(WEIMAR, 2)]


def test_a_choice_without_hits_can_still_be_taken_back(guide: Engine) -> None:
    request = SearchRequest(text="Jobcenter", topic_ids=(12,), facets=(Facet.TOPIC,))
    assert (12, 0) in guide.search(request, OFFICE).facets["topic"]


def test_facets_follow_the_words(guide: Engine) -> None:
    request = SearchRequest(text="Mundpropaganda", facets=(Facet.TOPIC,))
    assert guide.search(request, OFFICE).facets["topic"] == [(11, 1)]
