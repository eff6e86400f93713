"""Conditions that are looked at in Python: the same that an index answers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from search.fitting import fits
from search.queries import SearchRequest

ENTRY = SearchEntry(
    ObjectType.EXPERIENCE, 7, Version.DRAFT, "Fest", "", Circle.PROJECT,
    project_id=3, kind="good", topic_ids=(1, 2), institution_ids=(4,), target_group_ids=(5,),
    event_ids=(8,), table_ids=(9,), date=date(2024, 3, 5), verdicts=("open",), is_open=True,
    modified_at=datetime(2024, 4, 1, 12, tzinfo=UTC), source_id="p-7",
)  # fmt: skip
MOMENT, SECOND = ENTRY.modified_at, timedelta(seconds=1)


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({}, True),
        ({"types": (ObjectType.SUPPLEMENT, ObjectType.EXPERIENCE)}, True),
        ({"types": (ObjectType.SUPPLEMENT,)}, False),
        ({"kinds": ("bad",)}, False),
        ({"kinds": ("bad", "good"), "project_ids": (3,)}, True),
        ({"project_ids": (4,)}, False),
        ({"topic_ids": (2, 99)}, True),
        ({"topic_ids": (99,)}, False),
        ({"institution_ids": (4,), "target_group_ids": (5,)}, True),
        ({"institution_ids": (5,)}, False),
        ({"event_ids": (8,), "table_ids": (9,)}, True),
        ({"table_ids": (8,)}, False),
        ({"verdicts": ("open",), "only_open": True}, True),
        ({"verdicts": ("proven",)}, False),
        ({"years": (2024,)}, True),
        ({"first_year": 2025}, False),
        ({"last_year": 2024}, True),
        ({"first_day": date(2024, 3, 5), "last_day": date(2024, 3, 5)}, True),
        ({"first_day": date(2024, 3, 6)}, False),
        ({"modified_from": MOMENT, "modified_before": MOMENT + SECOND}, True),
        ({"modified_before": MOMENT}, False),
        ({"modified_from": MOMENT + SECOND}, False),
        # It was never published.
        ({"published_from": datetime(2000, 1, 1, tzinfo=UTC)}, False),
        ({"source_id": "p-7"}, True),
        ({"source_id": "p-8"}, False),
        ({"keys": ("experience:7:draft",)}, True),
        ({"keys": ("experience:7:live",)}, False),
    ],
)
def test_each_condition_holds_or_not(conditions: dict, holds: bool) -> None:
    assert fits(ENTRY, SearchRequest(**conditions)) is holds


def test_what_has_no_day_lies_between_no_days() -> None:
    undated = replace(ENTRY, date=None, modified_at=None, is_open=False)
    for conditions in (
        {"years": (2024,)},
        {"first_year": 1},
        {"last_day": date.max},
        {"modified_before": datetime.max.replace(tzinfo=UTC)},
        {"only_open": True},
    ):
        assert not fits(undated, SearchRequest(**conditions))
