"""Lets somebody without an account read one draft version, by a signed link, for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import published
from cms.domain.errors import RuleError
from cms.domain.reader import ANONYMOUS
from cms.models import (
    ExchangeEventPage,
    Experience,
    InfoPage,
    NewsPage,
    Publication,
    Redaction,
    Supplement,
    TablePage,
)
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import allowed
from cms.services.audit import record

USUAL_HOURS = 24
_SALT = "cms.preview"
#: What has drafts, by the name that stands in a link.
_MODELS: dict[str, type[Model]] = {
    model._meta.model_name: model
    for model in (Experience, Supplement, NewsPage, ExchangeEventPage, TablePage, InfoPage)
}
PREVIEWED = tuple(_MODELS.values())


@dataclass(frozen=True)
class Link:
    """What stands in the link, and until when it is good."""

    token: str
    expires: datetime


@dataclass(frozen=True)
class Preview:
    """The draft version behind a link."""

    version: Model
    saved: datetime


def most_hours() -> int:
    """How long a link can be good at most; a setting of the site."""
    return getattr(settings, "PREVIEW_MAX_HOURS", 7 * 24)


@transaction.atomic
def make_preview(obj: Model, user, hours: int | None = None) -> Link:
    """A link to the newest draft of ``obj``, as it is now: not to what is written afterwards.

    Raises NotAllowedError for who may not see it, RuleError without a draft, for more hours
    than the site allows, or for a supplement to something that not everybody may read.
    """
    obj = allowed(user, policies.SEE, obj)
    if not may_be_previewed(obj):
        raise RuleError(_("Diese Fassung ist schon veröffentlicht."))
    if not _is_to_something_public(obj):
        raise RuleError(_("Die Erfahrung, zu der das gehört, lesen nicht alle."))
    hours = min(USUAL_HOURS, most_hours()) if hours is None else hours
    if not 1 <= hours <= most_hours():
        message = _("Eine Vorschau gilt 1 bis %(most)d Stunden.")
        raise RuleError(message % {"most": most_hours()})
    now = timezone.now()
    expires = (now + timedelta(hours=hours)).replace(microsecond=0)
    revision = obj.latest_revision
    facts = [
        obj._meta.model_name,
        obj.pk,
        revision.pk,
        revision.created_at.isoformat(),
        user.pk,
        now.isoformat(),
        int(expires.timestamp()),
    ]
    data = {"revision": revision.pk, "until": expires.isoformat()}
    record("preview.created", by=user, obj=obj, data=data)
    return Link(signing.dumps(facts, salt=_SALT, compress=True), expires)


def open_preview(token: str) -> Preview | None:
    """The version behind a link, or None if the link is not good (any more): nothing tells why.

    It ends with its day; with the right of who made it; and when the version is written over, the
    object is published, withdrawn, thrown away, or something in it is redacted.
    """
    try:
        kind, pk, revision_pk, saved, user_pk, made, until = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    expires = datetime.fromtimestamp(until, tz=timezone.get_default_timezone())
    if expires <= timezone.now():
        return None
    obj = _MODELS[kind].objects.filter(pk=pk).first()
    if obj is None or not _may_show(user_pk, obj) or not _is_to_something_public(obj):
        return None
    revision = obj.revisions.filter(pk=revision_pk, created_at=saved).first()
    if revision is None or _is_past(obj, datetime.fromisoformat(made)):
        return None
    version = obj.with_content_json(revision.content)
    if isinstance(obj, Entry):
        version.project = obj.project
    return Preview(version, revision.created_at)


def may_be_previewed(obj: Model) -> bool:
    """Is there something that its readers don't see yet?"""
    is_draft = isinstance(obj, PREVIEWED) and (not obj.live or obj.has_unpublished_changes)
    return is_draft and obj.latest_revision_id is not None


def _is_to_something_public(obj: Model) -> bool:
    """The title of a supplement is that of its experience."""
    if not isinstance(obj, Supplement):
        return True
    return published.experiences(ANONYMOUS).filter(pk=obj.experience_id).exists()


def _may_show(user_pk: int, obj: Model) -> bool:
    user = get_user_model().objects.filter(pk=user_pk).first()
    return user is not None and policies.can(user, policies.SEE, obj)


def _is_past(obj: Model, made: datetime) -> bool:
    """Was it published, withdrawn or redacted since?"""
    changed = Q(published_at__gte=made) | Q(withdrawn_at__gte=made)
    return (
        Publication.objects.of(obj).filter(changed).exists()
        or Redaction.objects.of(obj).filter(at__gte=made).exists()
    )
