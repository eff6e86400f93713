"""The versions of an entry: what was published when, and who may still read it."""

from django.db.models import Model, QuerySet
from wagtail.models import Revision, RevisionMixin

from cms.domain.circles import Circle
from cms.domain.reader import Reader
from cms.models import Publication


def history(entry: Model, reader: Reader) -> list[Publication]:
    """The versions of ``entry`` that this reader may read, newest first.

    What lies before a withdrawal was taken from its readers: only the office still sees it. A
    hand-over publishes the same revision once more; here it stands once.
    """
    versions: list[Publication] = []
    end = None
    for publication in Publication.objects.of(entry).select_related("revision"):
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
