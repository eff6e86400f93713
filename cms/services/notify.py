"""Tells people what concerns them: writes the outbox, which send_mail empties."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.domain.occasions import Occasion
from cms.models import Frequency, Notification, NotificationChoice, Project
from cms.permissions import policies, roles
from cms.services.concerned import concerned, may_be_told

#: When the daily mail goes out, local time (setting NOTIFICATION_DIGEST_TIME, "HH:MM").
DIGEST_TIME = "07:00"
#: What happens so shortly before waits a day: its transaction may still be running by then.
DIGEST_CLOSES = timedelta(minutes=5)


def notify(occasion: Occasion, obj, *, by=None, reason: str = "", to=None, once: str = "") -> None:
    """Queues a message about ``obj`` to those whom ``occasion`` concerns, never to ``by``.

    Written in the running transaction; sent after its commit. Only active people with an
    address who may see ``obj``. A constant number of queries, however many they are.

    :param to: these users, or addresses of people without an account, instead of those that
        the occasion's rule finds
    :param once: with the same word, nobody is told again of this occasion of this object
    """
    to = None if to is None else list(to)
    addresses = {one for one in to or () if isinstance(one, str)}
    people = _people(occasion, obj, by, to)
    if not people and not addresses:
        return
    model = Page if isinstance(obj, Page) else type(obj)
    content_type = ContentType.objects.get_for_model(model)
    choices = NotificationChoice.objects.filter(user__in=people)
    chosen = {choice.user_id: choice for choice in choices}
    shared = {
        "occasion": occasion.value,
        "content_type": content_type,
        "object_id": obj.pk,
        "by": role_words(by, obj),
        "reason": reason,
    }
    key = f"{occasion}:{content_type.pk}:{obj.pk}:{once or uuid4().hex}"
    rows = []
    for user in people:
        choice = chosen.get(user.pk) or NotificationChoice()
        frequency = choice.frequency(occasion)
        if frequency != Frequency.NEVER:
            due = next_digest() if frequency == Frequency.DAILY else timezone.now()
            rows.append(
                Notification(
                    **shared,
                    key=f"{key}:{user.pk}",
                    recipient=user,
                    is_digest=frequency == Frequency.DAILY,
                    due_at=due,
                    next_try_at=due,
                )
            )
    rows += [
        Notification(**shared, key=f"{key}:{address}"[:200], address=address)
        for address in sorted(addresses)
    ]
    Notification.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _people(occasion: Occasion, obj, by, to: list | None) -> list:
    users = get_user_model().objects.filter(is_active=True).exclude(email="")
    if to is None:
        users = users.filter(concerned(occasion, obj)).distinct()
    else:
        users = users.filter(pk__in=[one.pk for one in to if not isinstance(one, str)])
    people = list(users.exclude(pk=by.pk) if by is not None else users)
    policies.read_grants_of(people)
    return [user for user in people if may_be_told(user, occasion, obj)]


def next_digest(now: datetime | None = None) -> datetime:
    """When the next daily mail goes out that takes what happens now."""
    now = timezone.localtime(now)
    at = time.fromisoformat(getattr(settings, "NOTIFICATION_DIGEST_TIME", DIGEST_TIME))
    today = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if now < today - DIGEST_CLOSES:
        return today
    # By the calendar, not by 24 hours: the clock may change tonight.
    return datetime.combine(now.date() + timedelta(days=1), at, tzinfo=now.tzinfo)


def role_words(by, obj) -> str:
    """Who did it, as a role and not by name: goes after a verb in the passive."""
    if by is None or not by.is_authenticated:
        return ""
    grants = policies.grants_of(by)
    if grants.is_office:
        return _("von der Koordinierungsstelle")
    if not grants.by_project:
        return _("von einem Partner") if grants.is_partner else ""
    own = getattr(obj, "project_id", None) or (obj.pk if isinstance(obj, Project) else None)
    project_id = own if own in grants.by_project else min(grants.by_project)
    project = Project.objects.filter(pk=project_id).first()
    return _role(grants.by_project[project_id]) % {"project": project}


def _role(held: Iterable[str]) -> str:
    if roles.REVIEW_ENTRIES in held:
        return _("von der Prüfung von %(project)s")
    if roles.GRANT_ROLES in held:
        return _("von der Leitung von %(project)s")
    if roles.WRITE_ENTRIES in held:
        return _("von der Redaktion von %(project)s")
    return _("von %(project)s")
