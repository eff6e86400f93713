"""Both engines find the same for the same words."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from search.engine import Engine, Hit, Write
from search.queries import Facet, SearchRequest, Sort
from search.suggest import Typed, build_suggest
from tests.functional.search.entries import ANONYMOUS, OFFICE, WEIMAR, WEIMAR_EDITOR, entry

ODD = [
    '"', "'", "AND", "OR NOT", "-", "+", "(", "((", "title:", "a:b:c", "*", "?", "~", "^", "\\",
    "/x/", "[1 TO",
    "{", "}", "<script>", "%", "\x00", "\ud800", "😀", "漢字かなカナ", "한국어", "ไทย",
    "e\u0301" * 50, "ß" * 300, "a " * 5_000, "x" * 10_000, "漢" * 10_000, "1,2,3.4", "_", "…",
    "der die das", "\u202e abc", "\ufeff", "'; DROP TABLE", "ſt", "İstanbul", "ς", "a\nb\tc",
]  # fmt: skip


def found(engine: Engine, text: str, **more) -> list[int]:
    """The ids that the office finds for a text, best first."""
    return [hit.id for hit in engine.search(SearchRequest(text=text, **more), OFFICE).hits]


def suggested(engine: Engine, typed: str, reader: Reader, size: int = 8) -> list[Hit]:
    """The entries that are suggested for what is typed so far, best first."""
    return engine.hits(build_suggest(Typed.read(typed), reader, size), reader)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Öffentlichkeitsarbeit", 1),
        ("oeffentlichkeitsarbeit", 1),
        ("OFFENTLICHKEITSARBEIT", 1),
        ("O\u0308ffentlichkeitsarbeit", 1),
        ("Arbeit", 1),
        ("Öffentlichkeit", 1),
        ("Handzettels", 1),
        ("Wohngebietsfest", 2),
        ("Wohngebiete", 2),
        ("Nachbarin", 2),
        ("Mundpropoganda", 3),
        ("Mundprop", 3),
        ("Bürgerinnen", 3),
        ("Bürger", 3),
        ("Wie komme ich an das Jobcenter heran?", 4),
        ("Jobcentr", 4),
        ("Ansprechpartnern", 4),
        ("Stunde im Stadtteil", 6),
        ("stadtteilb", 6),
        ("kostenfreie Beratung", 6),
    ],
)
def test_finds_first_what_is_meant(guide: Engine, text: str, wanted: int) -> None:
    assert found(guide, text)[:1] == [wanted]


def test_title_weighs_more_than_body(engine: Engine) -> None:
    in_body = entry(21, "Regen am Abend", "Sonne kam erst spät")
    in_title = entry(22, "Sonne am Abend", "Regen kam erst spät")
    engine.write([Write(in_body, 1), Write(in_title, 1)], "internal")
    engine.refresh("internal")
    assert found(engine, "Sonne.") == [22, 21]


def test_lesson_weighs_more_than_body(engine: Engine) -> None:
    in_body = entry(21, "Titel", "Sonne kam erst spät", lesson="Regen am Abend")
    in_lesson = entry(22, "Titel", "Regen kam erst spät", lesson="Sonne am Abend")
    engine.write([Write(in_body, 1), Write(in_lesson, 1)], "internal")
    engine.refresh("internal")
    assert found(engine, "Sonne.") == [22, 21]


def test_recent_and_confirmed_entries_come_first_among_their_equals(engine: Engine) -> None:
    texts = ("Sonne am Abend", "Es war schön")
    plain = entry(21, *texts)
    recent = entry(22, *texts, date=date.today())
    proven = entry(23, *texts, date=date.today(), proven=1)
    often = entry(24, *texts, date=date.today(), proven=3)
    engine.write([Write(one, 1) for one in (plain, recent, proven, often)], "internal")
    engine.refresh("internal")
    assert found(engine, "Sonne.") == [24, 23, 22, 21]


def test_finds_longer_words_by_their_beginning_or_end(guide: Engine) -> None:
    assert sorted(found(guide, "", part="wohngebiet")) == [2]
    assert sorted(found(guide, "", part="arbeit")) == [1]
    assert sorted(found(guide, "", part="propaganda")) == [3]
    assert found(guide, "", part="zettelchen") == []


def test_nothing_typed_gives_everything_newest_first(guide: Engine) -> None:
    everything = guide.search(SearchRequest(text="  "), OFFICE)
    assert [hit.id for hit in everything.hits] == [2, 3, 1, 4, 6, 5]
    assert everything.total == 6


def test_oldest_first_leaves_the_undated_last(guide: Engine) -> None:
    assert found(guide, "", sort=Sort.OLDEST)[:4] == [4, 1, 3, 2]


def test_publications_are_sorted_whatever_the_date_of_the_entry(engine: Engine) -> None:
    moments = {31: (2024, 2021), 32: (2023, 2022), 33: (2022, 2023), 34: (None, 2024)}
    for number, (published, dated) in moments.items():
        moment = datetime(published, 5, 1, tzinfo=UTC) if published else None
        one = entry(number, "Fest", date=date(dated, 5, 1), published_at=moment)
        engine.write([Write(one, 1)], "internal")
    engine.refresh("internal")
    assert found(engine, "Fest", sort=Sort.LATEST) == [31, 32, 33, 34]
    assert found(engine, "Fest", sort=Sort.EARLIEST) == [33, 32, 31, 34]


def test_titles_are_sorted_as_people_do_and_what_has_none_comes_last(engine: Engine) -> None:
    titles = {41: "Zirkus", 42: "Äpfel", 43: "fest am Ufer", 44: "Fest", 45: "", 46: "Fest"}
    for number, title in titles.items():
        engine.write([Write(entry(number, title, "Wagen"), 1)], "internal")
    borrowed = entry(47, "", "Wagen", type=ObjectType.SUPPLEMENT, sort_title="Garten")
    engine.write([Write(borrowed, 1)], "internal")
    engine.refresh("internal")
    assert found(engine, "Wagen", sort=Sort.A_TO_Z) == [42, 44, 46, 43, 47, 41, 45]
    assert found(engine, "Wagen", sort=Sort.Z_TO_A) == [41, 47, 43, 46, 44, 42, 45]
    assert found(engine, "Wagen", sort=Sort.A_TO_Z, offset=1, size=2) == [44, 46]


def test_changes_are_sorted_and_what_never_changed_comes_last(engine: Engine) -> None:
    for number, day in {51: 2, 52: None, 53: 3, 54: 1}.items():
        moment = datetime(2024, 5, day, tzinfo=UTC) if day else None
        engine.write([Write(entry(number, "Fest", modified_at=moment), 1)], "internal")
    engine.refresh("internal")
    assert found(engine, "", sort=Sort.JUST_CHANGED) == [53, 51, 54, 52]
    assert found(engine, "Fest", sort=Sort.LONG_UNCHANGED) == [54, 51, 53, 52]


def test_a_text_may_be_sorted_by_date(guide: Engine) -> None:
    results = guide.search(SearchRequest("Absprachen Handzettel", sort=Sort.NEWEST), OFFICE)
    assert [hit.id for hit in results.hits] == [1, 4, 5]
    assert {hit.score for hit in results.hits} == {0.0}


def test_pages_do_not_overlap(guide: Engine) -> None:
    pages = [found(guide, "", offset=offset, size=2) for offset in (0, 2, 4, 6)]
    assert pages == [[2, 3], [1, 4], [6, 5], []]


@pytest.mark.parametrize(("offset", "size"), [(0, 0), (9_999, 10), (10_000_000, 10), (0, -1)])
def test_pages_beyond_the_end_are_empty(guide: Engine, offset: int, size: int) -> None:
    results = guide.search(SearchRequest(offset=offset, size=size), OFFICE)
    assert (results.hits, results.total) == ([], 6)


def test_total_counts_all_pages(guide: Engine) -> None:
    assert guide.search(SearchRequest(text="Absprachen", size=1), OFFICE).total == 2


@pytest.mark.parametrize("text", ODD)
def test_odd_input_is_only_text(guide: Engine, text: str) -> None:
    results = guide.search(SearchRequest(text=text, facets=tuple(Facet)), OFFICE)
    assert results.total <= 6
    assert len(suggested(guide, text, OFFICE)) <= 6


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=300), source=st.none() | st.text(max_size=20))
def test_any_input_is_only_text(guide: Engine, text: str, source: str | None) -> None:
    results = guide.search(SearchRequest(text=text, source_id=source), OFFICE)
    assert results.total <= 6
    assert len(suggested(guide, text, OFFICE)) <= 6


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(number=st.integers(), kind=st.text(max_size=20))
def test_any_filter_is_only_a_filter(guide: Engine, number: int, kind: str) -> None:
    request = SearchRequest(
        topic_ids=(number,), years=(number,), kinds=(kind,), offset=number, facets=tuple(Facet)
    )
    assert guide.search(request, OFFICE).total == 0


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(alphabet=st.sampled_from('"„“-: aäFestß\n?+*()'), max_size=60))
def test_signs_of_the_syntax_in_any_order_are_no_error(guide: Engine, text: str) -> None:
    assert guide.search(SearchRequest(text=text, facets=tuple(Facet)), OFFICE).total <= 6


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('"Absprachen mit dem"', [4]),
        ("„absprachen mit dem“", [4]),
        ('"mit dem Absprachen"', []),
        ('"Absprachen"', [4, 5]),
        ('Absprachen "eigene Team"', [5]),
        ("Absprachen -Jobcenter", [5]),
        ('Absprachen -"mit dem"', [5]),
        ("Absprachen -Familie", [5]),
        ("Absprachen -der", [4, 5]),
        ("Gibt es Absprachen -Jobcenter?", [4, 5]),
    ],
)
def test_phrases_and_exclusions(guide: Engine, text: str, wanted: list[int]) -> None:
    assert sorted(found(guide, text)) == wanted


def test_an_exclusion_alone_leaves_the_rest(guide: Engine) -> None:
    assert sorted(found(guide, "-Absprachen")) == [1, 2, 3, 6]


@pytest.mark.parametrize("text", ["!!!", "???", "..."])
def test_signs_alone_find_nothing(guide: Engine, text: str) -> None:
    assert found(guide, text) == []


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("öff", 1),
        ("oeffentlichkeitsarb", 1),
        ("Handzettel h", 1),
        ("Handzettel ", 1),
        ("Fest im Wohn", 2),
        ("ein fest", 2),
        ("jobc", 4),
    ],
)
def test_suggests_while_typing(guide: Engine, typed: str, wanted: int) -> None:
    assert [hit.id for hit in suggested(guide, typed, OFFICE)][:1] == [wanted]


@pytest.mark.parametrize("typed", ["", "   ", "h", "Handzettel Wohngebiet"])
def test_suggests_nothing_where_nothing_fits(guide: Engine, typed: str) -> None:
    assert suggested(guide, typed, OFFICE) == []


def test_suggests_at_most_as_many_as_wanted(guide: Engine) -> None:
    assert len(suggested(guide, "absp", OFFICE)) == 2
    assert len(suggested(guide, "absp", OFFICE, size=1)) == 1


def test_suggests_only_what_the_reader_may_see(guide: Engine) -> None:
    assert suggested(guide, "mundprop", ANONYMOUS) == []
    assert [hit.id for hit in suggested(guide, "mundprop", WEIMAR_EDITOR)] == [3]


def test_hits_name_their_object(guide: Engine) -> None:
    (hit,) = guide.search(SearchRequest(text="Sprechstunde"), ANONYMOUS).hits
    assert hit == Hit(ObjectType.NEWS, 6, hit.score)
    assert hit.score > 0


def test_finds_by_source(guide: Engine) -> None:
    assert found(guide, "", source_id="protokoll-1") == [1]
    assert found(guide, "", source_id="protokoll") == []
    assert found(guide, "", project_ids=(WEIMAR,), source_id="protokoll-1") == [1]
