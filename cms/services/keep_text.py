"""Keeps what somebody typed and could not save, as a version that is not the latest one."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Revision
from wagtail.permissions import policy_registry

from cms.domain.errors import NotAllowedError

KEEP_ACTION = "cms.keep_text"


@transaction.atomic
def keep_text(draft, user, latest: Revision) -> Revision:
    """Keeps ``draft``, an unsaved state of the object that ``latest`` is the latest version of.

    Raises NotAllowedError for somebody who may not change that object.

    The kept version stands just before the latest one: nothing takes it for what is newest,
    and the history, a comparison and a redaction know it like every other version.
    """
    _require_may_change(user, latest.content_object)
    content = draft.serializable_data()
    # As the database gives it back, to find the same text that was sent twice.
    same = Revision.objects.filter(
        base_content_type=latest.base_content_type_id, object_id=latest.object_id, user=user
    )
    for revision in same.exclude(pk=latest.pk).order_by("-created_at")[:5]:
        if _typed(revision.content) == _typed(content):
            return revision
    kept = Revision.objects.create(
        content_type=latest.content_type,
        base_content_type=latest.base_content_type,
        object_id=latest.object_id,
        user=user,
        created_at=latest.created_at - datetime.timedelta(milliseconds=1),
        content=content,
        object_str=str(draft),
    )
    log(draft, KEEP_ACTION, user=user, revision=kept)
    return kept


def _require_may_change(user, obj) -> None:
    """Entries and pages have policies of their own, which ask ours."""
    if obj is None or not policy_registry.get(obj).user_has_permission_for_instance(
        user, "change", obj
    ):
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))


def _typed(content: dict) -> dict:
    """Without what Wagtail writes beside it; as text, since a stored date is text."""
    beside = ("latest_revision", "latest_revision_created_at", "has_unpublished_changes")
    return {name: str(value) for name, value in content.items() if name not in beside}
