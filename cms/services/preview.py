"""Lets somebody without an account read one draft version, by a signed link, for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.models import Experience, Publication, Redaction
from cms.permissions import policies
from cms.services.access import allowed
from cms.services.audit import record

USUAL_HOURS = 24
_SALT = "cms.preview"


@dataclass(frozen=True)
class Link:
    """What stands in the link, and until when it is good."""

    token: str
    expires: datetime


@dataclass(frozen=True)
class Preview:
    """The draft version behind a link."""

    version: Experience
    saved: datetime


def most_hours() -> int:
    """How long a link can be good at most; a setting of the site."""
    return getattr(settings, "PREVIEW_MAX_HOURS", 7 * 24)


@transaction.atomic
def make_preview(entry: Experience, user, hours: int | None = None) -> Link:
    """A link to the newest draft of ``entry``, as it is now: not to what is written afterwards.

    Raises NotAllowedError for who may not see it, RuleError without a draft or for more hours
    than the site allows.
    """
    entry = allowed(user, policies.SEE, entry)
    if not entry.has_draft or entry.latest_revision is None:
        raise RuleError(_("Diese Fassung ist schon veröffentlicht."))
    hours = min(USUAL_HOURS, most_hours()) if hours is None else hours
    if not 1 <= hours <= most_hours():
        message = _("Eine Vorschau gilt 1 bis %(most)d Stunden.")
        raise RuleError(message % {"most": most_hours()})
    now = timezone.now()
    expires = (now + timedelta(hours=hours)).replace(microsecond=0)
    revision = entry.latest_revision
    facts = [
        entry.pk,
        revision.pk,
        revision.created_at.isoformat(),
        user.pk,
        now.isoformat(),
        int(expires.timestamp()),
    ]
    data = {"revision": revision.pk, "until": expires.isoformat()}
    record("preview.created", by=user, obj=entry, data=data)
    return Link(signing.dumps(facts, salt=_SALT, compress=True), expires)


def open_preview(token: str) -> Preview | None:
    """The version behind a link, or None if the link is not good (any more): nothing tells why.

    It ends with its day; with the right of who made it; and when the version is written over, the
    entry is published, withdrawn, thrown away, or something in it is redacted.
    """
    try:
        pk, revision_pk, saved, user_pk, made, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    expires = datetime.fromtimestamp(until, tz=timezone.get_default_timezone())
    if expires <= timezone.now():
        return None
    entry = Experience.objects.select_related("project").filter(pk=pk).first()
    if entry is None or not _may_show(user_pk, entry):
        return None
    revision = entry.revisions.filter(pk=revision_pk, created_at=saved).first()
    if revision is None or _is_past(entry, datetime.fromisoformat(made)):
        return None
    version = entry.with_content_json(revision.content)
    version.project = entry.project
    return Preview(version, revision.created_at)


def _may_show(user_pk: int, entry: Experience) -> bool:
    user = get_user_model().objects.filter(pk=user_pk).first()
    return user is not None and policies.can(user, policies.SEE, entry)


def _is_past(entry: Experience, made: datetime) -> bool:
    """Was the entry published, withdrawn or redacted since?"""
    changed = Q(published_at__gte=made) | Q(withdrawn_at__gte=made)
    return (
        Publication.objects.of(entry).filter(changed).exists()
        or Redaction.objects.of(entry).filter(at__gte=made).exists()
    )
