"""Loads many experiences at once, with their revisions, history and outbox rows."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.kinds import Kind
from cms.domain.plain import to_rich_text
from cms.models import Experience, IndexJob, Project, Publication, Topic
from cms.models.slugs import german_slug
from cms.permissions import policies
from cms.services.access import require

BATCH = 500


class BadLine(Exception):
    """A line that can't be loaded; ``str()`` says why, in German."""


@dataclass
class LoadReport:
    """What became of the lines: counts, and the number and reason of each bad one."""

    created: int = 0
    unchanged: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One checked line."""

    source_id: str
    project_id: int
    kind: Kind
    title: str
    body: str
    topics: tuple[str, ...]
    date: date | None
    circle: Circle


def load_experiences(
    lines: Iterable[str], user, *, on_progress: Callable[[int], None] | None = None
) -> LoadReport:
    """Publishes each line as an experience; what has a known ``source_id`` is left as it is.

    Each batch is a transaction of its own: after an interruption the same call goes on where
    it was. Raises NotAllowedError unless ``user`` is the office.
    """
    require(user, policies.OFFICE)
    report = LoadReport()
    projects = dict(Project.objects.values_list("slug", "pk"))
    for number, chunk in enumerate(batched_lines(lines), start=1):
        checked = list(_checked(chunk, projects, report))
        with transaction.atomic():
            _create(checked, user, report)
        if on_progress:
            on_progress(number * BATCH)
    return report


def batched_lines(lines: Iterable[str]) -> Iterator[list[tuple[int, str]]]:
    """Numbered lines, from 1, without blank ones, in batches."""
    chunk: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            chunk.append((number, line))
        if len(chunk) == BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _checked(
    chunk: list[tuple[int, str]], projects: dict[str, int], report: LoadReport
) -> Iterator[Line]:
    for number, text in chunk:
        try:
            yield _read(text, projects)
        except BadLine as error:
            report.bad.append((number, str(error)))


def _read(text: str, projects: dict[str, int]) -> Line:
    try:
        row = json.loads(text)
    except ValueError as error:
        raise BadLine(_("Das ist kein JSON.")) from error
    if not isinstance(row, dict):
        raise BadLine(_("Das ist kein JSON-Objekt."))
    source_id, title = (
        str(row.get("source_id") or "").strip(),
        " ".join(str(row.get("title") or "").split()),
    )
    if not source_id or len(source_id) > 255:
        raise BadLine(_("„source_id“ fehlt oder ist zu lang."))
    if not title:
        raise BadLine(_("„title“ fehlt."))
    if row.get("project") not in projects:
        raise BadLine(_("Das Projekt „%(slug)s“ gibt es nicht.") % {"slug": row.get("project")})
    body = str(row.get("body") or "")
    if len(title) > 255:
        body = f"{title}\n\n{body}"
        title = title[:254].rsplit(" ", 1)[0] + "…"
    try:
        return Line(
            source_id,
            projects[row["project"]],
            Kind(row.get("kind") or Kind.GOOD),
            title,
            to_rich_text(body.split("\n\n")),
            tuple(
                " ".join(str(topic).split())[:255]
                for topic in row.get("topics") or ()
                if str(topic).strip()
            ),
            date.fromisoformat(row["date"]) if row.get("date") else None,
            Circle(row.get("visibility") or Circle.PUBLIC),
        )
    except (ValueError, TypeError) as error:
        raise BadLine(_("Ein Wert ist nicht erlaubt: %(error)s") % {"error": error}) from error


def _create(lines: list[Line], user, report: LoadReport) -> None:
    lines = list({line.source_id: line for line in lines}.values())
    known = set(
        Experience.objects.filter(source_id__in=[line.source_id for line in lines]).values_list(
            "source_id", flat=True
        )
    )
    new = [line for line in lines if line.source_id not in known]
    report.unchanged += len(lines) - len(new)
    if not new:
        return
    now = timezone.now()
    slugs = _slugs([line.title for line in new])
    rows = Experience.objects.bulk_create(
        Experience(
            source_id=line.source_id,
            project_id=line.project_id,
            kind=line.kind.value,
            title=line.title,
            body=line.body,
            date=line.date,
            visibility=line.circle.value,
            slug=slug,
            live=True,
            has_unpublished_changes=False,
            first_published_at=now,
            last_published_at=now,
        )
        for line, slug in zip(new, slugs, strict=True)
    )
    topic_ids = _set_topics(rows, new)
    _add_revisions(rows, topic_ids, user, now)
    content_type = ContentType.objects.get_for_model(Experience)
    Publication.objects.bulk_create(
        Publication(
            content_type=content_type,
            object_id=row.pk,
            revision_id=row.live_revision_id,
            project_id=row.project_id,
            title=row.title,
            circle=row.visibility,
            published_by=user,
            published_at=now,
        )
        for row in rows
    )
    IndexJob.objects.enqueue(ObjectType.EXPERIENCE, [row.pk for row in rows], "loaded")
    report.created += len(rows)


def _slugs(titles: list[str]) -> list[str]:
    """An address for each title; equal titles are numbered on."""
    bases = [german_slug(title, "erfahrung") for title in titles]
    taken = set(Experience.objects.filter(slug__in=bases).values_list("slug", flat=True))
    slugs, following = [], {}
    for base in bases:
        slug, number = base, following.get(base, 2)
        if base in taken and number == 2:
            numbered = Experience.objects.filter(slug__regex=rf"^{base}-[0-9]+$").values_list(
                "slug", flat=True
            )
            number = max((int(other.rsplit("-", 1)[1]) for other in numbered), default=1) + 1
        if base in taken:
            slug, following[base] = f"{base}-{number}", number + 1
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _set_topics(rows: list[Experience], lines: list[Line]) -> list[list[int]]:
    """Tags the rows; topics are found by slug or title, a new one is made if there is none."""
    wanted = {name for line in lines for name in line.topics}
    by_name = {
        name: pk
        for pk, title, slug in Topic.objects.values_list("pk", "title", "slug")
        for name in (title, slug)
    }
    for name in sorted(wanted - by_name.keys()):
        by_name[name] = Topic.objects.create(title=name).pk
    topic_ids = [sorted({by_name[name] for name in line.topics}) for line in lines]
    through = Experience.topics.through
    through.objects.bulk_create(
        through(experience_id=row.pk, topic_id=pk)
        for row, ids in zip(rows, topic_ids, strict=True)
        for pk in ids
    )
    return topic_ids


def _add_revisions(rows: list[Experience], topic_ids: list[list[int]], user, now) -> None:
    """The same revision that Wagtail would write, for each row."""
    content_type = ContentType.objects.get_for_model(Experience)
    contents = []
    for row, ids in zip(rows, topic_ids, strict=True):
        content = {
            field.name: field.value_from_object(row) for field in Experience._meta.concrete_fields
        }
        content = {
            **content,
            "pk": row.pk,
            "topics": ids,
            "target_groups": [],
            "institutions": [],
            "arguments": [],
        }
        del content["id"]
        contents.append(json.loads(json.dumps(content, cls=DjangoJSONEncoder)))
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=content_type,
            base_content_type=content_type,
            object_id=str(row.pk),
            created_at=now,
            user=user,
            object_str=row.title,
            content=content,
        )
        for row, content in zip(rows, contents, strict=True)
    )
    for row, revision in zip(rows, revisions, strict=True):
        row.live_revision, row.latest_revision = revision, revision
    Experience.objects.bulk_update(rows, ["live_revision", "latest_revision"])
