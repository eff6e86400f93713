"""Entries as documents."""

from dataclasses import replace
from datetime import UTC, date, datetime

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from search.analysis.chains import ANALYSIS
from search.analysis.compounds import default_splitter
from search.documents import LONGEST_KEPT, mapping, to_document
from search.embedded_documents import to_tantivy

FULL = SearchEntry(
    type=ObjectType.EXPERIENCE,
    id=7,
    version=Version.LIVE,
    title="Wohngebietsfest",
    text="Alle Bürger:innen kamen.",
    lesson="Früh einladen",
    circle=Circle.PUBLIC,
    project_id=3,
    kind="good",
    topic_ids=(1, 2),
    institution_ids=(4,),
    target_group_ids=(5,),
    event_ids=(8,),
    table_ids=(9, 10),
    date=date(2013, 7, 17),
    published_at=datetime(2013, 8, 1, 10, 30, tzinfo=UTC),
    modified_at=datetime(2014, 2, 1, 9, tzinfo=UTC),
    source_id="protokoll-7",
    verdicts=("proven", "open"),
    proven=2,
    is_open=True,
)


def test_only_what_is_made_of_short_texts_is_kept() -> None:
    splitter = default_splitter()
    file = replace(FULL, type=ObjectType.DOCUMENT, text="Ja. " * LONGEST_KEPT)
    assert to_document(FULL, splitter) is to_document(FULL, splitter)
    assert to_tantivy(FULL, 1, splitter) is to_tantivy(FULL, 1, splitter)
    assert to_document(file, splitter) is not to_document(file, splitter)
    assert to_tantivy(file, 1, splitter) is not to_tantivy(file, 1, splitter)


def test_everything_of_an_entry_is_in_its_document() -> None:
    assert to_document(FULL, default_splitter()) == {
        "title": "Wohngebietsfest",
        "lesson": "Früh einladen",
        "text": ["Wohngebietsfest", "Früh einladen", "Alle Bürgerinnen kamen."],
        "split": [
            "Wohngebietsfest",
            "Früh einladen",
            "Alle Bürgerinnen kamen.",
            "wohngebiet wohn gebiet fest burger kommen",
        ],
        "pairs": "fest_wohngebiet gebiet_wohn einlad_fruh burg_kam",
        "type": "experience",
        "object_id": 7,
        "version": "live",
        "circle": "public",
        "project_id": 3,
        "reader_project_ids": [3],
        "kind": "good",
        "topic_ids": [1, 2],
        "institution_ids": [4],
        "target_group_ids": [5],
        "event_ids": [8],
        "table_ids": [9, 10],
        "year": 2013,
        "date": "2013-07-17",
        "published_at": "2013-08-01T10:30:00+00:00",
        "modified_at": "2014-02-01T09:00:00+00:00",
        "title_order": "wohngebietsfest",
        "source_id": "protokoll-7",
        "verdicts": ["proven", "open"],
        "proven": 2,
        "is_open": "true",
        "checksum": FULL.checksum,
    }


def test_what_an_entry_has_not_is_not_in_its_document() -> None:
    entry = SearchEntry(ObjectType.TOPIC, 1, Version.LIVE, "Fest", "", Circle.PUBLIC)
    assert to_document(entry, default_splitter()) == {
        "title": "Fest",
        "text": ["Fest"],
        "split": ["Fest"],
        "type": "topic",
        "object_id": 1,
        "title_order": "fest",
        "version": "live",
        "circle": "public",
        "checksum": entry.checksum,
    }


def test_the_mapping_has_a_field_for_everything_and_takes_nothing_else() -> None:
    # The engine adds the version that it writes with.
    written = {*to_document(FULL, default_splitter()), "revision"}
    assert written == set(mapping()["properties"])
    assert mapping()["dynamic"] == "strict"


def test_every_analyser_of_the_mapping_is_a_chain() -> None:
    used = {
        field[key]
        for outer in mapping()["properties"].values()
        for field in (outer, *outer.get("fields", {}).values())
        for key in ("analyzer", "search_analyzer")
        if key in field
    }
    assert used == set(ANALYSIS["analyzer"])
