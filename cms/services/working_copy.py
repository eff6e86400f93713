"""The draft beside a published version: begun, thrown away, handed in."""

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, log
from wagtail.models import Revision

from cms.domain.errors import ExistsError, RuleError
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import AnyModel, allowed
from cms.services.locks import refuse_if_locked
from cms.services.publish_page import publish_page
from cms.services.submit import end_review, submit

DISCARD_ACTION = "cms.discard_draft"


@transaction.atomic
def begin(obj: AnyModel, user) -> Revision:
    """A draft that says what is published, to go on from.

    Raises NotAllowedError, LockedError, ExistsError if there is a draft already, RuleError if
    nothing is published: then the draft itself is written on.
    """
    obj = allowed(user, policies.EDIT, obj)
    refuse_if_locked(obj, user)
    if not obj.live:
        raise RuleError(_("Das ist nicht veröffentlicht: Schreiben Sie am Entwurf selbst weiter."))
    if obj.has_unpublished_changes:
        raise ExistsError(_("Es gibt schon einen Entwurf neben der veröffentlichten Fassung."))
    return obj.get_latest_revision_as_object().save_revision(user=user)


@transaction.atomic
def discard(obj: AnyModel, user) -> None:
    """Throws the draft beside the published version away; the history keeps it as a version.

    A return by the office ends with it. Raises NotAllowedError, LockedError (in review: it is
    taken back first), RuleError if there is no such draft.
    """
    obj = allowed(user, policies.EDIT, obj)
    refuse_if_locked(obj, user)
    if not obj.live or not obj.has_unpublished_changes:
        raise RuleError(_("Neben der veröffentlichten Fassung gibt es keinen Entwurf."))
    discarded = obj.latest_revision
    with LogContext(user=user):
        if isinstance(obj, Entry):
            end_review(obj, user)
            obj.refresh_from_db()
        # Nothing is written anew: the newest version is again the one that is read.
        obj.latest_revision = obj.live_revision or obj.latest_revision
        obj.has_unpublished_changes = False
        columns = ["latest_revision", "has_unpublished_changes"]
        if hasattr(obj, "latest_revision_created_at"):
            obj.latest_revision_created_at = obj.latest_revision.created_at
            obj.draft_title = obj.title
            columns += ["latest_revision_created_at", "draft_title"]
        obj.save(update_fields=columns)
        log(obj, DISCARD_ACTION, user=user, revision=discarded)


def check_in(obj: AnyModel, user) -> None:
    """Hands the draft in: an entry's goes to review, a page's is published by who may.

    Raises what those services raise.
    """
    if isinstance(obj, Entry):
        submit(obj, user)
    else:
        publish_page(obj, user)
