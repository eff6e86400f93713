"""Supplements as search entries, and what the verdicts in them say of an experience."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cms import published
from cms.domain.circles import Circle, Readership
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.kinds import Verdict
from cms.domain.verdicts import count_verdicts, latest_of_projects
from cms.models import Supplement
from cms.published.attribution import owners_of_unnamed
from cms.published.search_entries.common import SEES_ALL, date_of, text_of


@dataclass(frozen=True)
class Judged:
    """What the projects found: their verdicts, and how many say "bewährt"."""

    verdicts: tuple[str, ...] = ()
    proven: int = 0

    @property
    def is_open(self) -> bool:
        return Verdict.OPEN.value in self.verdicts


def judged_by_id(experience_ids: Iterable[int]) -> dict[int, Judged]:
    """The newest verdict of each project on these experiences. One query.

    A verdict counts only if whoever sees the experience may see it, so that no number and no
    facet tells of a narrower one.
    """
    rows = Supplement.objects.filter(experience__in=list(experience_ids), live=True)
    rows = rows.exclude(verdict="").select_related("experience")
    rows = rows.only(
        *("project_id", "verdict", "visibility", "last_published_at"),
        *("experience__project_id", "experience__visibility"),
    )
    by_experience: dict[int, list[Supplement]] = defaultdict(list)
    for row in rows.order_by():
        entry = Readership.of(row.experience.visibility, row.experience.project_id)
        if Readership.of(row.visibility, row.project_id).reaches(entry):
            by_experience[row.experience_id].append(row)
    found = {}
    for pk, supplements_ in by_experience.items():
        latest = latest_of_projects(supplements_)
        counts = count_verdicts(latest)
        said = tuple(verdict.value for verdict, number in counts.items() if number)
        found[pk] = Judged(said, counts[Verdict.PROVEN])
    return found


def supplements(ids: list[int]) -> Iterator[SearchEntry]:
    """The published version, and the draft for its own project."""
    rows = list(
        Supplement.objects.filter(pk__in=ids)
        .select_related("experience", "latest_revision")
        .order_by()
    )
    live = published.supplements(SEES_ALL).filter(pk__in=ids).order_by()
    live_ids = set(live.values_list("pk", flat=True))
    owners = owners_of_unnamed({row.experience for row in rows})
    for row in rows:
        if row.pk in live_ids:
            readers = published.readership_of(row)
            hides_project = row.project_id in owners[row.experience_id]
            yield SearchEntry(
                type=ObjectType.SUPPLEMENT,
                id=row.pk,
                version=Version.LIVE,
                title="",
                text=text_of(row.text),
                circle=readers.circle,
                reader_project_ids=tuple(sorted(readers.project_ids)),
                project_id=None if hides_project else row.project_id,
                verdicts=(row.verdict,) if row.verdict else (),
                is_open=row.verdict == Verdict.OPEN,
                date=date_of(None, row.first_published_at),
                published_at=row.first_published_at,
                modified_at=row.last_published_at,
                sort_title=row.experience.title,
            )
        if row.has_draft:
            content = row.latest_revision.content if row.latest_revision else {}
            verdict = content.get("verdict", row.verdict)
            yield SearchEntry(
                type=ObjectType.SUPPLEMENT,
                id=row.pk,
                version=Version.DRAFT,
                title="",
                text=text_of(content.get("text", row.text)),
                circle=Circle(content.get("visibility", row.visibility)),
                project_id=row.project_id,
                verdicts=(verdict,) if verdict else (),
                published_at=row.first_published_at,
                modified_at=row.latest_revision.created_at if row.latest_revision else None,
                sort_title=row.experience.title if row.is_of_a_reader else "",
            )
