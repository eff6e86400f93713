"""Who holds an entry or a page just now: by hand, in review, for a day to come, or to write on it.

The lock of somebody who writes (over the API) keeps the others from writing, and from handing in
or throwing away what is half written. It never stops the office's answers, and ends by itself.
"""

import datetime
import secrets
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.locks import ScheduledForPublishLock, WorkflowLock

from cms.domain.errors import LockedError, NotAllowedError
from cms.domain.people import name_of
from cms.models import EditLock
from cms.models.publications import content_type_of
from cms.permissions import policies
from cms.services.access import AnyModel, allowed, refuse_if_locked_by_hand

DEFAULT_SECONDS, SHORTEST_SECONDS, LONGEST_SECONDS = 600, 10, 3600


class LockKind(StrEnum):
    """What holds an object."""

    EDIT = "edit"
    MANUAL = "manual"
    REVIEW = "review"
    SCHEDULE = "schedule"


@dataclass(frozen=True)
class Hold:
    """What holds an object for a person: a lock of theirs, or what keeps them from writing."""

    kind: LockKind
    message: str = ""
    edit: EditLock | None = None


def hold_of(obj: Model, user) -> Hold | None:
    """What holds ``obj`` just now, as far as it concerns ``user``, who may edit it.

    ``message`` is empty for a lock of their own. Two queries at most.
    """
    lock = obj.get_lock() if hasattr(obj, "get_lock") else None
    if lock is not None and lock.for_user(user):
        return _hold_of_wagtail(lock)
    edit = EditLock.objects.holding(obj)
    return Hold(LockKind.EDIT, _sentence(edit, user), edit) if edit else None


def _hold_of_wagtail(lock) -> Hold:
    if isinstance(lock, ScheduledForPublishLock):
        message = _("Das ist freigegeben und erscheint zu seinem Termin.")
        return Hold(LockKind.SCHEDULE, message)
    if isinstance(lock, WorkflowLock):
        message = _("Das ist in Prüfung. Zum Weiterschreiben muss es zurückgeholt werden.")
        return Hold(LockKind.REVIEW, message)
    return Hold(LockKind.MANUAL, _("Das ist gesperrt. Bitte lassen Sie es zuerst entsperren."))


def _sentence(edit: EditLock, user) -> str:
    if edit.user_id == user.pk:
        return ""
    return _("Hier schreibt gerade %(name)s; spätestens um %(time)s Uhr ist es wieder frei.") % {
        "name": name_of(edit.user),
        "time": date_format(timezone.localtime(edit.expires_at), "H:i"),
    }


def refuse_if_locked(obj: Model, user) -> None:
    """Asked before a draft is changed. Raises LockedError if ``user`` may not write on it now.

    The right to edit was asked before: the sentence tells who holds it.
    """
    hold = hold_of(obj, user)
    if hold and hold.message:
        raise LockedError(hold.message)


def refuse_without_token(obj: Model, user, token: str) -> None:
    """As :func:`refuse_if_locked`; of a lock of their own ``user`` must know the token, too.

    So that of two programs of one person only the one writes that has locked it.
    """
    hold = hold_of(obj, user)
    if hold is None:
        return
    if hold.message:
        raise LockedError(hold.message)
    if hold.edit and not secrets.compare_digest(hold.edit.token.encode(), token.encode()):
        message = _("Sie haben das selbst gesperrt. Zum Ändern gehört das Token der Sperre dazu.")
        raise LockedError(message)


def refuse_if_held(obj: Model, user) -> None:
    """Asked before a draft is handed in or thrown away. Raises LockedError.

    Neither locked by hand nor written on by somebody else.
    """
    refuse_if_locked_by_hand(obj, user)
    edit = EditLock.objects.holding(obj)
    if edit and edit.user_id != user.pk:
        raise LockedError(_sentence(edit, user))


def may_take_over(edit: EditLock, obj: Model, user) -> bool:
    """May ``user`` end this lock? Its holder may, and who reviews; if stealable, who may edit."""
    if edit.user_id == user.pk or policies.can(user, policies.REVIEW, obj):
        return True
    return edit.stealable and policies.can(user, policies.EDIT, obj)


@transaction.atomic
def lock(
    obj: AnyModel, user, *, seconds: int = DEFAULT_SECONDS, stealable: bool = True
) -> EditLock:
    """Locks ``obj`` for ``user``, or keeps a lock of theirs for longer.

    :param seconds: how long, if nobody unlocks it; within SHORTEST_ and LONGEST_SECONDS
    :param stealable: whoever else may edit can end it; if not, only who reviews
    :raises NotAllowedError, LockedError: somebody else holds it
    """
    obj = allowed(user, policies.EDIT, obj)
    refuse_if_locked(obj, user)
    now = timezone.now()
    seconds = min(max(seconds, SHORTEST_SECONDS), LONGEST_SECONDS)
    own = EditLock.objects.holding(obj)
    edit, _created = EditLock.objects.update_or_create(
        content_type=content_type_of(obj),
        object_id=obj.pk,
        defaults={
            "user": user,
            "token": own.token if own else secrets.token_urlsafe(16),
            "stealable": stealable,
            "timeout": seconds,
            "created_at": now,
            "expires_at": now + datetime.timedelta(seconds=seconds),
        },
    )
    return edit


@transaction.atomic
def unlock(obj: AnyModel, user, *, force: bool = False) -> None:
    """Ends the lock on ``obj``, if there is one.

    :param force: also that of somebody else, see :func:`may_take_over`
    :raises NotAllowedError: without the right
    :raises LockedError: it is somebody else's, and ``force`` was not asked for
    """
    obj = allowed(user, policies.EDIT, obj)
    edit = EditLock.objects.holding(obj)
    if edit and edit.user_id != user.pk:
        if not force:
            raise LockedError(_sentence(edit, user))
        if not may_take_over(edit, obj, user):
            raise NotAllowedError(_("Diese Sperre kann nur aufheben, wer prüft."))
    EditLock.objects.of(obj).delete()


def let_go(obj: Model, user) -> None:
    """Ends a lock of ``user``'s own: what they were writing is handed in."""
    EditLock.objects.of(obj).filter(user=user).delete()
