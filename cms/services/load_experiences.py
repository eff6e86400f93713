"""Loads many experiences at once, with their revisions, history and outbox rows.

The same file can be loaded as often as one likes: a line that is known is left alone, one that
was changed in the file becomes a new version, and what a person did to an entry in the guide
stays (decision 0060).
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, transaction
from django.db.models import CharField, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cms.domain.indexing import ObjectType
from cms.formats.experience_lines import BadLine, Line, batches, read_line
from cms.models import (
    Comment,
    Experience,
    IndexJob,
    LoadedExperience,
    Project,
    Publication,
    RedactedPlace,
    Supplement,
    Topic,
)
from cms.permissions import policies
from cms.published.topics import with_ancestors
from cms.services.access import require
from cms.services.audit import record
from cms.services.number_slugs import number_slugs

BATCH = 500


@dataclass
class LoadReport:
    """What became of the lines: counts, and the number and reason of each one that was not taken.

    ``kept``: the line was changed, but so was the entry in the guide. ``bad``: it can't be loaded.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "LoadReport") -> None:
        """Counts another report in."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.kept += other.kept
        self.bad += other.bad


@dataclass(frozen=True)
class _Load:
    """One load: by whom, and which one it is."""

    user: Any
    run: uuid.UUID = field(default_factory=uuid.uuid4)


def load_experiences(
    lines: Iterable[str | BadLine], user, *, on_progress: Callable[[int], None] | None = None
) -> LoadReport:
    """Publishes each line as an experience, or as the next version of one.

    Each batch is a transaction of its own: after an interruption the same call goes on where
    it was. ``on_progress`` is told the number of the last line. Raises NotAllowedError unless
    ``user`` is the office.
    """
    require(user, policies.OFFICE)
    report = LoadReport()
    load = _Load(user)
    projects = dict(Project.objects.values_list("slug", "pk"))
    for batch in batches(lines, BATCH):
        checked = list(_checked(batch, projects, report))
        if checked:
            report.add(_store(checked, load))
        if on_progress:
            on_progress(batch[-1][0])
    data = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
    data |= {"kept": len(report.kept), "bad": len(report.bad)}
    record("experiences.loaded", by=user, data=data)
    return report


def _checked(
    batch: list[tuple[int, str | BadLine]], projects: Mapping[str, int], report: LoadReport
) -> Iterator[Line]:
    for number, text in batch:
        try:
            yield read_line(number, text, projects)
        except BadLine as error:
            report.bad.append((number, str(error)))


def _store(lines: list[Line], load: _Load) -> LoadReport:
    """Stores the lines in one transaction; if the database refuses one, each in its own."""
    try:
        with transaction.atomic():
            return _stored(lines, load)
    except (IntegrityError, DataError):
        report = LoadReport()
        if len(lines) == 1:
            why = _("Die Datenbank nimmt diesen Eintrag nicht an.")
            report.bad.append((lines[0].number, why))
        else:
            for line in lines:
                report.add(_store([line], load))
        return report


def _stored(lines: list[Line], load: _Load) -> LoadReport:
    """Creates what is new, publishes what has changed, leaves alone what a person has changed."""
    report = LoadReport()
    first = _first_of_equal(lines, report)
    rows = Experience.with_trash.filter(source_id__in=list(first)).order_by()
    known = {row.source_id: row for row in rows.select_for_update(of=("self",))}
    loaded = LoadedExperience.objects.in_bulk([row.pk for row in known.values()])
    changed = []
    for line in (line for line in first.values() if line.source_id in known):
        row = known[line.source_id]
        before = loaded.get(row.pk)
        if before and before.digest == line.digest:
            report.unchanged += 1
        elif before and before.run == load.run:
            report.bad.append((line.number, _("„source_id“ steht schon weiter oben in der Datei.")))
        else:
            changed.append((line, row, before))
    LoadedExperience.objects.filter(pk__in=loaded).update(run=load.run)
    kept = _reasons_to_keep(changed)
    report.kept += [(line.number, kept[row.pk]) for line, row, _b in changed if row.pk in kept]
    updated = [(line, row) for line, row, _b in changed if row.pk not in kept]
    _update([line for line, _row in updated], [row for _line, row in updated], load)
    new = [line for line in first.values() if line.source_id not in known]
    _create(new, load)
    report.updated, report.created = len(updated), len(new)
    return report


def _first_of_equal(lines: list[Line], report: LoadReport) -> dict[str, Line]:
    """The first line with each ``source_id``; a later one that says something else is told."""
    first: dict[str, Line] = {}
    for line in lines:
        other = first.setdefault(line.source_id, line)
        if other is line:
            continue
        if other.digest == line.digest:
            report.unchanged += 1
        else:
            report.bad.append((line.number, _("„source_id“ steht schon weiter oben in der Datei.")))
    return first


def _reasons_to_keep(
    changed: list[tuple[Line, Experience, LoadedExperience | None]],
) -> dict[int, str]:
    """Why an entry is not overwritten by its changed line, by the entry's id."""
    pks = [row.pk for _line, row, _before in changed]
    content_type = ContentType.objects.get_for_model(Experience)
    redacted = set(
        RedactedPlace.objects.filter(content_type=content_type, object_id__in=pks).values_list(
            "object_id", flat=True
        )
    )
    revisions = Revision.objects.in_bulk(
        [before.revision_id for *_row, before in changed if before]
    )
    reasons = {}
    for _line, row, before in changed:
        revision = revisions.get(before.revision_id) if before else None
        if row.trashed_at:
            reasons[row.pk] = _("Der Eintrag liegt im Papierkorb.")
        elif row.pk in redacted:
            reasons[row.pk] = _("Aus dem Eintrag wurde etwas endgültig entfernt.")
        elif not row.live:
            reasons[row.pk] = _("Der Eintrag ist nicht (mehr) veröffentlicht.")
        elif revision is None or row.latest_revision_id != revision.pk or row.locked:
            reasons[row.pk] = _("Der Eintrag wurde inzwischen im Leitfaden bearbeitet.")
        elif row.project_id != revision.content["project"]:
            reasons[row.pk] = _("Der Eintrag wurde inzwischen einem anderen Projekt übergeben.")
    return reasons


def _create(lines: list[Line], load: _Load) -> None:
    """New experiences, published."""
    if not lines:
        return
    now = timezone.now()
    slugs = number_slugs([line.title for line in lines])
    rows = Experience.objects.bulk_create(
        Experience(
            source_id=line.source_id,
            slug=slug,
            live=True,
            has_unpublished_changes=False,
            first_published_at=now,
            last_published_at=now,
            **_columns(line),
        )
        for line, slug in zip(lines, slugs, strict=True)
    )
    topic_ids = _topic_ids(lines)
    _tag(rows, topic_ids)
    contents = [_content(row, ids) for row, ids in zip(rows, topic_ids, strict=True)]
    _add_revisions(rows, contents, load, now)
    _publish(lines, rows, topic_ids, load, now)


def _update(lines: list[Line], rows: list[Experience], load: _Load) -> None:
    """The next version of experiences whose lines have changed, published."""
    if not lines:
        return
    now = timezone.now()
    topic_ids = _topic_ids(lines)
    before = Revision.objects.in_bulk([row.latest_revision_id for row in rows])
    contents = []
    for line, row, ids in zip(lines, rows, topic_ids, strict=True):
        contents.append(before[row.latest_revision_id].content | _plain(_revised(line, ids)))
        for name, value in _columns(line).items():
            setattr(row, name, value)
        row.last_published_at = now
    # What is in the table is updated: ten times as quick as bulk_update.
    columns = ("project", "kind", "title", "body", "date", "visibility", "last_published_at")
    Experience.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["pk"], update_fields=columns
    )
    links = Experience.topics.through.objects.filter(experience__in=rows)
    left = list(links.values_list("topic", flat=True))
    links.delete()
    _tag(rows, topic_ids)
    _add_revisions(rows, contents, load, now)
    content_type = ContentType.objects.get_for_model(Experience)
    open_ones = Publication.objects.filter(content_type=content_type, withdrawn_at=None)
    open_ones.filter(object_id__in=[row.pk for row in rows]).update(withdrawn_at=now)
    _publish(lines, rows, [*topic_ids, left], load, now)
    _enqueue_belonging(rows)


def _enqueue_belonging(rows: list[Experience]) -> None:
    """Jobs for what only those read who read these entries: circle and project may be others."""
    content_type = ContentType.objects.get_for_model(Experience)
    ids = [row.pk for row in rows]
    belonging = {
        ObjectType.SUPPLEMENT: Supplement.objects.filter(experience__in=ids),
        ObjectType.COMMENT: Comment.objects.filter(content_type=content_type, object_id__in=ids),
    }
    for object_type, found in belonging.items():
        pks = found.order_by().values_list("pk", flat=True)
        IndexJob.objects.enqueue(object_type, pks, "entry loaded")


def _columns(line: Line) -> dict[str, Any]:
    """What a line says, by the columns of an experience."""
    return {
        "project_id": line.project,
        "kind": line.kind.value,
        "title": line.title,
        "body": line.body,
        "date": line.date,
        "visibility": line.circle.value,
    }


def _revised(line: Line, topic_ids: list[int]) -> dict[str, Any]:
    """What a line says, by the names of a revision's content."""
    columns = _columns(line)
    return {**columns, "project": columns.pop("project_id"), "topics": topic_ids}


def _publish(
    lines: list[Line],
    rows: list[Experience],
    topic_ids: list[list[int]],
    load: _Load,
    now: datetime,
) -> None:
    """History and outbox, and what the next load has to know."""
    LoadedExperience.objects.bulk_create(
        (
            LoadedExperience(
                experience=row, revision_id=row.live_revision_id, digest=line.digest, run=load.run
            )
            for row, line in zip(rows, lines, strict=True)
        ),
        update_conflicts=True,
        unique_fields=["experience"],
        update_fields=["revision_id", "digest", "run"],
    )
    content_type = ContentType.objects.get_for_model(Experience)
    Publication.objects.bulk_create(
        Publication(
            content_type=content_type,
            object_id=row.pk,
            revision_id=row.live_revision_id,
            project_id=row.project_id,
            title=row.title,
            circle=row.visibility,
            published_by=load.user,
            published_at=now,
        )
        for row in rows
    )
    IndexJob.objects.enqueue(ObjectType.EXPERIENCE, [row.pk for row in rows], "loaded")
    parents = dict(Topic.objects.order_by().values_list("pk", "parent_id"))
    tagged = with_ancestors({pk for ids in topic_ids for pk in ids}, parents)
    IndexJob.objects.enqueue(ObjectType.TOPIC, sorted(tagged), "loaded")


def _topic_ids(lines: list[Line]) -> list[list[int]]:
    """The topics of each line, found by slug or title; a new one is made if there is none."""
    wanted = {name for line in lines for name in line.topics}
    by_name = {
        name: pk
        for pk, title, slug in Topic.objects.values_list("pk", "title", "slug")
        for name in (title, slug)
    }
    for name in sorted(wanted - by_name.keys()):
        by_name[name] = Topic.objects.create(title=name).pk
    return [sorted({by_name[name] for name in line.topics}) for line in lines]


def _tag(rows: list[Experience], topic_ids: list[list[int]]) -> None:
    through = Experience.topics.through
    through.objects.bulk_create(
        through(experience_id=row.pk, topic_id=pk)
        for row, ids in zip(rows, topic_ids, strict=True)
        for pk in ids
    )


def _content(row: Experience, topic_ids: list[int]) -> dict[str, Any]:
    """A revision's content as Wagtail would write it, for an experience that was just made."""
    content = {
        field.name: field.value_from_object(row) for field in Experience._meta.concrete_fields
    }
    content |= {"pk": row.pk, "topics": topic_ids}
    content |= {"target_groups": [], "institutions": [], "arguments": []}
    del content["id"]
    return _plain(content)


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return plain


def _add_revisions(
    rows: list[Experience], contents: list[dict[str, Any]], load: _Load, now: datetime
) -> None:
    """The same revision that Wagtail would write, for each row; it is live from now on."""
    content_type = ContentType.objects.get_for_model(Experience)
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=content_type,
            base_content_type=content_type,
            object_id=str(row.pk),
            created_at=now,
            user=load.user,
            object_str=row.title,
            content=content,
        )
        for row, content in zip(rows, contents, strict=True)
    )
    for row, revision in zip(rows, revisions, strict=True):
        row.live_revision, row.latest_revision = revision, revision
    # One statement: bulk_update writes two conditions for each row and takes as long as the rest.
    newest = (
        Revision.objects.filter(
            base_content_type=content_type, object_id=Cast(OuterRef("pk"), CharField())
        )
        .order_by("-pk")
        .values("pk")[:1]
    )
    Experience.objects.filter(pk__in=[row.pk for row in rows]).update(
        live_revision=newest, latest_revision=newest
    )
