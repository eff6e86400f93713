"""What the projects found when they tried the same: one verdict for each project."""

import datetime
from collections.abc import Iterable
from typing import Protocol, TypeVar

from cms.domain.kinds import Verdict


class Judgement(Protocol):
    """What is read of a supplement."""

    pk: int
    project_id: int
    verdict: str
    last_published_at: datetime.datetime


Judged = TypeVar("Judged", bound=Judgement)


def latest_of_projects(supplements: Iterable[Judged]) -> list[Judged]:
    """Of each project the supplement with its newest verdict, best verdicts first."""
    latest = {}
    for supplement in sorted(supplements, key=lambda row: (row.last_published_at, row.pk)):
        if supplement.verdict:
            latest[supplement.project_id] = supplement
    order = [verdict.value for verdict in Verdict]
    return sorted(latest.values(), key=lambda row: order.index(row.verdict))


def count_verdicts(latest: Iterable[Judgement]) -> dict[Verdict, int]:
    """How many projects say what; every verdict is there, also with 0."""
    said = [supplement.verdict for supplement in latest]
    return {verdict: said.count(verdict.value) for verdict in Verdict}
