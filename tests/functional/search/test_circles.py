"""Nobody finds what is not meant for them."""

import itertools

import pytest

from cms.domain.circles import Circle
from cms.domain.indexing import SearchEntry, Version
from cms.domain.reader import Reader
from search.engine import Engine, Write
from search.queries import Facet, SearchRequest
from tests.functional.search.entries import (
    ANONYMOUS,
    GUIDE,
    JENA_EDITOR,
    OFFICE,
    PARTNER,
    WEIMAR,
    WEIMAR_EDITOR,
    entry,
)

BOTH = frozenset(Version)


@pytest.mark.parametrize(
    ("reader", "wanted"),
    [
        (ANONYMOUS, {1, 2, 6}),
        (PARTNER, {1, 2, 4, 6}),
        (JENA_EDITOR, {1, 2, 3, 4, 6}),
        (WEIMAR_EDITOR, {1, 2, 3, 4, 5, 6}),
        (OFFICE, {1, 2, 3, 4, 5, 6}),
    ],
)
def test_everybody_finds_their_circles(guide: Engine, reader: Reader, wanted: set[int]) -> None:
    results = guide.search(SearchRequest(), reader)
    assert {hit.id for hit in results.hits} == wanted
    assert results.total == len(wanted)
    assert {hit.version for hit in results.hits} == {Version.LIVE}


@pytest.mark.parametrize(
    ("reader", "drafts"),
    [(ANONYMOUS, 0), (PARTNER, 0), (JENA_EDITOR, 0), (WEIMAR_EDITOR, 1), (OFFICE, 1)],
)
def test_drafts_are_seen_by_their_project(guide: Engine, reader: Reader, drafts: int) -> None:
    request = SearchRequest(text="Überarbeitung", versions=frozenset({Version.DRAFT}))
    assert guide.search(request, reader).total == drafts


def test_facets_count_only_what_the_reader_may_see(guide: Engine) -> None:
    request = SearchRequest(facets=(Facet.KIND,))
    assert guide.search(request, ANONYMOUS).facets["kind"] == [("good", 1), ("neutral", 1)]
    assert ("bad", 1) in guide.search(request, PARTNER).facets["kind"]


def test_the_search_agrees_with_the_rules_of_the_reader(engine: Engine) -> None:
    """Every circle, version and project against every kind of reader, as `Reader` decides."""
    entries = [
        entry(number, "Gleicher Titel", circle=circle, version=version, project_id=project)
        for number, (circle, version, project) in enumerate(
            itertools.product(Circle, Version, (WEIMAR, 99, None)), 1
        )
    ]
    for name in ("public", "internal"):
        engine.write([Write(one, 1) for one in entries], name)
        engine.refresh(name)
    readers = [
        Reader(circle=circle, project_ids=projects, is_office=office)
        for circle, projects, office in itertools.product(
            Circle, (frozenset(), frozenset({WEIMAR})), (False, True)
        )
    ]
    for reader in readers:
        request = SearchRequest(text="Titel", versions=BOTH, size=100)
        got = {(hit.id, hit.version) for hit in engine.search(request, reader).hits}
        assert got == {(one.id, one.version) for one in entries if may_find(reader, one)}, reader


def may_find(reader: Reader, one: SearchEntry) -> bool:
    """The rule of `cms.domain.reader`, for one document."""
    if one.version is Version.DRAFT:
        return reader.may_see_draft(one.project_id)
    return reader.may_see(one.circle, one.project_id)


def test_the_public_index_takes_nothing_but_what_is_public(guide: Engine) -> None:
    keys = {key for key, *_ in guide.stored("public")}
    assert keys == {one.key for one in GUIDE if one.is_public}
    assert guide.count("internal") == len(GUIDE)


def test_what_is_narrowed_leaves_the_public_index(engine: Engine) -> None:
    engine.write([Write(entry(1, "Sichtbar"), 1)], "public")
    engine.write([Write(entry(1, "Sichtbar", circle=Circle.NETWORK), 2)], "public")
    engine.refresh("public")
    assert engine.count("public") == 0
    assert engine.search(SearchRequest(text="Sichtbar"), ANONYMOUS).hits == []
