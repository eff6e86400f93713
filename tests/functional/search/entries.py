"""A small guide for the tests of the engines: who may see what, under which facets."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.reader import Reader

WEIMAR, JENA = 1, 2
ANONYMOUS = Reader()
PARTNER = Reader(circle=Circle.NETWORK)
WEIMAR_EDITOR = Reader(circle=Circle.PROJECTS, project_ids=frozenset({WEIMAR}))
JENA_EDITOR = Reader(circle=Circle.PROJECTS, project_ids=frozenset({JENA}))
OFFICE = Reader(circle=Circle.PROJECTS, is_office=True)


def entry(number: int, title: str, text: str = "", **more: Any) -> SearchEntry:
    """A public, live experience of Weimar, unless said otherwise."""
    standard = {
        "type": ObjectType.EXPERIENCE,
        "version": Version.LIVE,
        "circle": Circle.PUBLIC,
        "project_id": WEIMAR,
        "kind": "good",
    }
    return SearchEntry(id=number, title=title, text=text, **{**standard, **more})


PUBLIC_WORK = entry(
    1,
    "Öffentlichkeitsarbeit mit Handzetteln",
    "Handzettel in allen Hauseingängen brachten mehr Besuch als die Zeitung.",
    topic_ids=(10, 11),
    institution_ids=(30,),
    event_ids=(50, 51),
    table_ids=(60, 61),
    date=date(2013, 7, 17),
    published_at=datetime(2013, 8, 1, 12, tzinfo=UTC),
    modified_at=datetime(2014, 1, 1, tzinfo=UTC),
    source_id="protokoll-1",
    verdicts=("proven", "open"),
    proven=3,
    is_open=True,
)
PARTY = entry(
    2,
    "Ein Fest im Wohngebiet",
    "Beim gemeinsamen Kochen kamen die Nachbarinnen ins Gespräch.",
    lesson="Wer zusammen kocht, redet miteinander.",
    kind="neutral",
    project_id=JENA,
    topic_ids=(10, 12),
    date=date(2014, 5, 3),
    published_at=datetime(2014, 6, 1, tzinfo=UTC),
)
WORD_OF_MOUTH = entry(
    3,
    "Mundpropaganda wirkt",
    "Die meisten Bürger:innen erfuhren von der Beratung durch Bekannte.",
    circle=Circle.PROJECTS,
    topic_ids=(11,),
    target_group_ids=(70,),
    date=date(2013, 7, 17),
    published_at=datetime(2013, 8, 2, tzinfo=UTC),
)
JOB_CENTRE = entry(
    4,
    "Absprachen mit dem Jobcenter",
    "Feste Ansprechpartner verkürzen die Wege für die Familien.",
    circle=Circle.NETWORK,
    kind="bad",
    institution_ids=(31,),
    date=date(2012, 1, 1),
)
OWN_NOTES = entry(
    5, "Interne Absprachen", "Nur für das eigene Team bestimmt.", circle=Circle.PROJECT
)
DRAFT = replace(PUBLIC_WORK, version=Version.DRAFT, title="Überarbeitung der Handzettel")
NEWS = entry(
    6,
    "Neue Sprechstunde im Stadtteilbüro",
    "Dienstags von neun bis elf Uhr beraten wir kostenfrei.",
    type=ObjectType.NEWS,
    kind=None,
    project_id=JENA,
    published_at=datetime(2015, 1, 1, tzinfo=UTC),
)
GUIDE = [PUBLIC_WORK, PARTY, WORD_OF_MOUTH, JOB_CENTRE, OWN_NOTES, DRAFT, NEWS]
