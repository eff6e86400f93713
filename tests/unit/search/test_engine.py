"""The rules that both engines share."""

import pytest

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.reader import Reader
from search.engine import (
    Delete,
    Hit,
    IndexName,
    IndexStatus,
    ItemResult,
    Outcome,
    Write,
    allowed_in,
    facet_counts,
    index_for,
    index_name_of,
    status_of,
    timestamp,
)
from search.queries import Facet, SearchRequest


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        (Reader(), IndexName.PUBLIC),
        (Reader(user_id=5), IndexName.PUBLIC),
        (Reader(circle=Circle.NETWORK), IndexName.INTERNAL),
        (Reader(circle=Circle.PROJECTS), IndexName.INTERNAL),
        (Reader(project_ids=frozenset({1})), IndexName.INTERNAL),
        (Reader(is_office=True), IndexName.INTERNAL),
    ],
)
def test_only_those_who_see_more_ask_the_internal_index(reader: Reader, name: str) -> None:
    assert index_for(reader) is name


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("circle", Circle)
def test_the_public_index_takes_public_live_versions_only(circle: Circle, version: Version) -> None:
    write = Write(SearchEntry(ObjectType.NEWS, 1, version, "Titel", "", circle), 3)
    allowed = allowed_in("public", write)
    if (circle, version) == (Circle.PUBLIC, Version.LIVE):
        assert allowed is write
    else:
        assert allowed == Delete(f"news:1:{version}", 3)
    assert allowed_in("internal", write) is write


def test_a_hit_is_read_from_its_key() -> None:
    assert Hit.from_key("experience:12:draft", 1.5) == Hit(
        ObjectType.EXPERIENCE, 12, 1.5, Version.DRAFT
    )
    assert Hit.from_key("news:3:live", None).score == 0


def test_a_newer_version_in_the_index_is_no_failure() -> None:
    assert ItemResult("a", Outcome.SUPERSEDED).ok
    assert not ItemResult("a", Outcome.FAILED, "why").ok


def test_concrete_names_tell_their_index_and_sort_by_time() -> None:
    assert index_name_of(f"site-internal-{timestamp()}") is IndexName.INTERNAL
    assert index_name_of(f"public-{timestamp()}") is IndexName.PUBLIC
    assert timestamp() < timestamp()
    for other in ("", "public", "site-other-1"):
        with pytest.raises((ValueError, LookupError)):
            index_name_of(other)


def test_facets_are_sorted_and_keep_what_is_chosen() -> None:
    request = SearchRequest(kinds=("bad", "neutral"), facets=(Facet.KIND,))
    counted = {"kind": [("discussion", 2), ("good", 5), ("bad", 2)]}
    assert facet_counts(request, counted) == {
        "kind": [("good", 5), ("bad", 2), ("discussion", 2), ("neutral", 0)]
    }


def test_an_engine_without_its_indices_is_not_available() -> None:
    there = IndexStatus(IndexName.PUBLIC, "public-1", 3)
    missing = IndexStatus(IndexName.INTERNAL, None, 0)
    status = status_of("embedded", "1", (there, missing))
    assert (status.available, status.error) == (False, "no index yet: internal")
    assert status_of("embedded", "1", (there,)).available
