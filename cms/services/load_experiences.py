"""Loads many experiences at once, with their revisions, history and outbox rows."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, transaction
from django.db.models import CharField, OuterRef
from django.db.models.functions import Cast
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
from cms.published.topics import with_ancestors
from cms.services.access import require
from cms.services.audit import record

BATCH = 500
Choice = TypeVar("Choice", bound=StrEnum)
#: PostgreSQL takes neither NUL nor half a surrogate pair, and JSON can write both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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

    number: int
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
        _store(checked, user, report)
        if on_progress:
            on_progress(number * BATCH)
    data = {"created": report.created, "unchanged": report.unchanged, "bad": len(report.bad)}
    record("experiences.loaded", by=user, data=data)
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
            yield _read(number, text, projects)
        except BadLine as error:
            report.bad.append((number, str(error)))


def _read(number: int, text: str, projects: dict[str, int]) -> Line:
    row = _object(text)
    source_id = _text(row, "source_id").strip()
    if not source_id or len(source_id) > 255:
        raise BadLine(_("„source_id“ fehlt oder ist zu lang."))
    title = " ".join(_text(row, "title").split())
    if not title:
        raise BadLine(_("„title“ fehlt."))
    project = _text(row, "project")
    if project not in projects:
        raise BadLine(_("Das Projekt „%(slug)s“ gibt es nicht.") % {"slug": project})
    body = _text(row, "body")
    if len(title) > 255:
        body = f"{title}\n\n{body}"
        title = title[:254].rsplit(" ", 1)[0] + "…"
    return Line(
        number,
        source_id,
        projects[project],
        _choice(row, "kind", Kind.GOOD),
        title,
        to_rich_text(body.split("\n\n")),
        _topics(row),
        _date(row),
        _choice(row, "visibility", Circle.PUBLIC),
    )


def _object(text: str) -> dict:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadLine(_("Das ist kein JSON.")) from error
    if not isinstance(row, dict):
        raise BadLine(_("Das ist kein JSON-Objekt."))
    return row


def _text(row: dict, name: str) -> str:
    """A field's text, "" if it is missing; a number is taken as it is written."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadLine(_("„%(name)s“ muss ein Text sein.") % {"name": name})
    text = str(value)
    if _UNSTORABLE.search(text):
        raise BadLine(_("„%(name)s“ enthält ein ungültiges Zeichen.") % {"name": name})
    return text


def _choice(row: dict, name: str, default: Choice) -> Choice:
    choices = type(default)
    try:
        return choices(_text(row, name) or default)
    except ValueError as error:
        values = {"name": name, "allowed": ", ".join(choices)}
        raise BadLine(_("„%(name)s“ muss eines davon sein: %(allowed)s.") % values) from error


def _date(row: dict) -> date | None:
    text = _text(row, "date").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadLine(_("„date“ muss ein Tag sein, zum Beispiel 2024-05-31.")) from error


def _topics(row: dict) -> tuple[str, ...]:
    names = row.get("topics")
    if names is None:
        return ()
    if not isinstance(names, list):
        raise BadLine(_("„topics“ muss eine Liste sein."))
    texts = (" ".join(_text({"topics": name}, "topics").split()) for name in names)
    return tuple(text[:255] for text in texts if text)


def _store(lines: list[Line], user, report: LoadReport) -> None:
    """Creates the lines in one transaction; if the database refuses one, each in its own."""
    try:
        with transaction.atomic():
            created = _create(lines, user)
    except (IntegrityError, DataError):
        if len(lines) == 1:
            report.bad.append((lines[0].number, _("Die Datenbank nimmt diesen Eintrag nicht an.")))
            return
        for line in lines:
            _store([line], user, report)
        return
    report.created += created
    report.unchanged += len(lines) - created


def _create(lines: list[Line], user) -> int:
    """Publishes those whose ``source_id`` is new, the first of equal ones; how many."""
    known = set(
        Experience.with_trash.filter(source_id__in=[line.source_id for line in lines]).values_list(
            "source_id", flat=True
        )
    )
    first = {line.source_id: line for line in reversed(lines)}
    new = [line for line in lines if line is first[line.source_id] and line.source_id not in known]
    if not new:
        return 0
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
    parents = dict(Topic.objects.order_by().values_list("pk", "parent_id"))
    tagged = with_ancestors({pk for ids in topic_ids for pk in ids}, parents)
    IndexJob.objects.enqueue(ObjectType.TOPIC, sorted(tagged), "loaded")
    return len(rows)


def _slugs(titles: list[str]) -> list[str]:
    """An address for each title; equal titles are numbered on."""
    bases = [german_slug(title, "erfahrung") for title in titles]
    taken = set(Experience.with_trash.filter(slug__in=bases).values_list("slug", flat=True))
    slugs, following = [], {}
    for base in bases:
        slug = base
        if base in taken:
            number = following.get(base) or _next_number(base)
            while f"{base}-{number}" in taken:
                number += 1
            slug, following[base] = f"{base}-{number}", number + 1
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _next_number(base: str) -> int:
    """The first number after those of the addresses that already continue ``base``."""
    others = Experience.with_trash.filter(slug__startswith=f"{base}-").values_list(
        "slug", flat=True
    )
    tails = (other.removeprefix(f"{base}-") for other in others)
    return max((int(tail) for tail in tails if tail.isdigit()), default=1) + 1


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
    # One statement: bulk_update writes two conditions for each row and takes as long as the rest.
    revision = Revision.objects.filter(
        base_content_type=content_type, object_id=Cast(OuterRef("pk"), CharField())
    ).values("pk")[:1]
    Experience.objects.filter(pk__in=[row.pk for row in rows]).update(
        live_revision=revision, latest_revision=revision
    )
