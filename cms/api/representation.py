"""An object as one whole: its envelope and its own fields."""

from typing import Any

from django.http import HttpRequest
from wagtail.documents.models import AbstractDocument
from wagtail.models import DraftStateMixin

from cms.api.addresses import public_path
from cms.api.expanders import components
from cms.api.lock import lock_info
from cms.api.readers import sees_drafts_of
from cms.api.serializers import own_fields
from cms.api.summaries import ALL_METADATA, envelope_summary, iso_time
from cms.api.traversal import DRAFT, Found, Item, find, parent_of
from cms.api.workingcopy import working_copy_info
from cms.domain.kinds import State
from cms.models import Outcome
from cms.models.entry import Entry
from cms.published.versions import begun_at

#: Of whole objects, each of which takes a few queries, there are fewer in an answer.
FULL_BATCHES = {"max_size": 50}


def representation(found: Found, request: HttpRequest) -> dict[str, Any]:
    """All that an object says of itself, without what it holds."""
    return {**envelope(found, request), **own_fields(found.obj, request)}


def full_object(obj: Item, request: HttpRequest, version: str = "") -> dict[str, Any]:
    """An item of a listing as ``GET`` of its address answers it, without what it holds.

    What has no address of its own: all that is known of it in listings. ``version`` as in
    traversal.find.
    """
    if isinstance(obj, Outcome | AbstractDocument):
        return envelope_summary(obj, request, [ALL_METADATA])
    return representation(find(public_path(obj, request), request, version), request)


def envelope(found: Found, request: HttpRequest) -> dict[str, Any]:
    """What every object answers, in Plone's names."""
    metadata = ("UID", "created", "modified", "effective", "is_folderish")
    parent = parent_of(found, request)
    return {
        **envelope_summary(found.obj, request, metadata),
        "id": public_path(found.obj, request).rpartition("/")[2],
        **_state_of_draft(found),
        **_times(found, request),
        "parent": envelope_summary(parent, request, ("UID", "is_folderish")) if parent else {},
        "lock": lock_info(found.obj, request),
        **working_copy_info(found.obj, request, is_copy=found.version == DRAFT),
        "@components": components(found, request),
    }


def _state_of_draft(found: Found) -> dict[str, str]:
    """The newest draft of something published is one, whatever the object's own state is."""
    obj, revision = found.obj, found.revision
    if revision is None or not isinstance(obj, DraftStateMixin) or not obj.live:
        return {}
    is_newest = obj.has_unpublished_changes and revision.pk == obj.latest_revision_id
    state = getattr(obj, "state_value", State.PUBLISHED)
    return {"review_state": State.DRAFT.value} if is_newest and state == State.PUBLISHED else {}


def _times(found: Found, request: HttpRequest) -> dict[str, str | None]:
    """Of a draft: when it was begun and saved. The days to come are for those who see drafts."""
    obj, times = found.obj, {}
    if not isinstance(obj, Entry):
        return times
    if found.revision:
        times["modified"] = iso_time(found.revision.created_at)
    if obj.first_published_at is None:
        times |= {"created": iso_time(begun_at(obj)), "effective": iso_time(obj.go_live_at)}
    if sees_drafts_of(obj, request):
        times["expires"] = iso_time(obj.expire_at)
    return times
