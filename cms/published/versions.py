"""The versions of an entry: what was published when, and who may still read it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model, QuerySet
from wagtail.models import Page, Revision, RevisionMixin

from cms.domain.circles import Circle
from cms.domain.reader import Reader
from cms.kept_query import KeptObjects, KeptQuery, parameter
from cms.models import Experience, Publication, RedactedPlace
from cms.models.entry import Entry
from cms.models.publications import content_type_of

#: What a list of versions tells of a revision; its content is long.
REVISION_COLUMNS = ("id", "created_at", "user_id", "content_type_id", "object_id")
_PUBLICATIONS = KeptObjects(
    Publication,
    lambda: Publication.objects.filter(
        content_type=parameter("content_type"), object_id=parameter("object")
    ),
    {"revision": REVISION_COLUMNS, "published_by": None},
)
_OF_OBJECT = {"base_content_type": parameter("content_type"), "object_id": parameter("object")}
_REVISIONS = KeptObjects(
    Revision,
    lambda: Revision.objects.filter(**_OF_OBJECT).order_by("pk"),
    {"user": None},
    columns=REVISION_COLUMNS,
)
_BEGUN = KeptQuery(
    lambda: Revision.objects.filter(**_OF_OBJECT).order_by("pk").values_list("created_at")[:1]
)
_REDACTED = KeptQuery(
    lambda: RedactedPlace.objects.filter(
        **{f"revision__{name}": value for name, value in _OF_OBJECT.items()}
    ).values_list("revision_id")
)


def publications(obj: Model) -> list[Publication]:
    """All publications of ``obj``, the newest first, with who published."""
    return _PUBLICATIONS.all(content_type=content_type_of(obj).pk, object=obj.pk)


def saved_revisions(obj: RevisionMixin) -> list[Revision]:
    """All versions of ``obj`` in the order of :func:`numbered_revisions`, with their authors."""
    return _REVISIONS.all(**_object_of_revisions(obj))


def begun_at(obj: RevisionMixin) -> datetime | None:
    """When the first version of ``obj`` was saved."""
    return next((time for (time,) in _BEGUN.rows(**_object_of_revisions(obj))), None)


def _object_of_revisions(obj: RevisionMixin) -> dict[str, int | str]:
    return {"content_type": obj.get_base_content_type().pk, "object": str(obj.pk)}


def history(entry: Model, reader: Reader) -> list[Publication]:
    """The versions of ``entry`` that this reader may read, newest first.

    What lies before a withdrawal was taken from its readers: only the office still sees it. A
    hand-over publishes the same revision once more; here it stands once.
    """
    versions: list[Publication] = []
    end = None
    for publication in publications(entry):
        if versions and publication.withdrawn_at != end and not reader.is_office:
            break
        end = publication.published_at
        newer = versions[-1] if versions else None
        if newer and (newer.revision_id, newer.circle) == (
            publication.revision_id,
            publication.circle,
        ):
            newer.published_at = publication.published_at
        else:
            versions.append(publication)
    return [
        version
        for version in versions
        if reader.may_see(Circle(version.circle), version.project_id)
    ]


def numbered_revisions(obj: RevisionMixin) -> QuerySet[Revision]:
    """All versions of ``obj``, drafts too; a version's number is its place, from 0.

    In the order in which they were saved, so that a number never means another version later.
    """
    return obj.revisions.order_by("pk")


@dataclass(frozen=True)
class NumberedVersion:
    """A version as a reader knows it. ``author`` is told only to those who may see drafts."""

    number: int
    time: datetime
    revision_id: int | None
    author: AbstractBaseUser | None = None
    is_live: bool = False
    is_redacted: bool = False


def numbered_versions(obj: RevisionMixin, reader: Reader) -> list[NumberedVersion]:
    """The versions of ``obj`` that this reader may read, the oldest first. Two queries.

    Those who may see drafts know all that were saved. Others know those that they may read on
    the public page, and count them for themselves: how many drafts lay between is not theirs
    to know. Of a page they know what is published now.
    """
    if sees_drafts(obj, reader):
        revisions = saved_revisions(obj)
        found = [(revision.pk, revision.created_at, revision.user) for revision in revisions]
    else:
        published = history(obj, reader)[: 1 if isinstance(obj, Page) else None]
        found = [(version.revision_id, version.published_at, None) for version in published[::-1]]
    redacted = {pk for (pk,) in _REDACTED.rows(**_object_of_revisions(obj))}
    return [
        NumberedVersion(
            number, time, pk, author, pk == getattr(obj, "live_revision_id", None), pk in redacted
        )
        for number, (pk, time, author) in enumerate(found)
    ]


def sees_drafts(obj: Model, reader: Reader) -> bool:
    """May this reader see what is not published of ``obj``?"""
    return reader.may_see_draft(getattr(obj, "project_id", None))


def as_it_was(entry: Entry, revision: Revision) -> Entry:
    """The text of an older published version; who is named, and where, follows what holds today."""
    old = revision.as_object()
    old.project, old.visibility = entry.project, entry.visibility
    if isinstance(entry, Experience) and isinstance(old, Experience):
        old.attribution, old.table = entry.attribution, entry.table
        for name in ("topics", "target_groups", "institutions"):
            setattr(old, name, getattr(entry, name).all())
    return old
