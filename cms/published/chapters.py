"""A chapter of the guide: what it says about a topic and those below it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from cms import published
from cms.domain.kinds import Kind, OutcomeKind, OutcomeState
from cms.domain.reader import Reader
from cms.models import Experience, Outcome, TablePage


@dataclass
class Chapter:
    """What the guide says about one topic."""

    works: list[Experience]
    undecided: list[Experience]
    does_not_work: list[Experience]
    discussions: list[Experience]
    decisions: list[Outcome]
    follow_ups: list[Outcome]
    #: How many entries of each kind there are, also beyond the limit.
    totals: dict[str, int]

    @property
    def is_empty(self) -> bool:
        return not any(vars(self).values())


def chapter_of(topic_ids: Iterable[int], reader: Reader, limit: int | None = None) -> Chapter:
    """The chapter of these topics (a topic and those below it).

    With a limit: the newest so many of each kind, so that a chapter with thousands costs
    what one with a few does.
    """
    topic_ids = list(topic_ids)
    # A subquery instead of a join: an entry with two of the topics stands here once.
    tagged = Experience.topics.through.objects.filter(topic_id__in=topic_ids).values(
        "experience_id"
    )
    entries = published.experiences(reader).filter(pk__in=tagged)
    totals = dict(entries.order_by().values_list("kind").annotate(n=Count("pk")))
    if limit is not None:
        newest = Window(
            RowNumber(),
            partition_by="kind",
            order_by=[F("first_published_at").desc(), F("pk").desc()],
        )
        # Of ids alone: the database would sort whole entries, texts and all.
        numbered = entries.order_by().annotate(place=newest).filter(place__lte=limit)
        entries = published.experiences(reader).filter(
            pk__in=list(numbered.values_list("pk", flat=True))
        )
    by_kind: dict[str, list[Experience]] = defaultdict(list)
    for entry in published.with_details(entries, reader):
        by_kind[entry.kind].append(entry)
    of_tables = TablePage.topics.through.objects.filter(topic_id__in=topic_ids).values(
        "tablepage_id"
    )
    found = list(published.outcomes(reader).filter(table__in=of_tables))
    return Chapter(
        works=by_kind[Kind.GOOD],
        undecided=by_kind[Kind.NEUTRAL],
        does_not_work=by_kind[Kind.BAD],
        discussions=by_kind[Kind.DISCUSSION],
        decisions=[outcome for outcome in found if outcome.kind == OutcomeKind.DECISION],
        follow_ups=[
            outcome
            for outcome in found
            if outcome.kind == OutcomeKind.FOLLOW_UP and outcome.state != OutcomeState.DROPPED
        ],
        totals=totals,
    )
