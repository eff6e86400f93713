"""An object as one whole: its envelope and its own fields."""

from typing import Any

from django.http import HttpRequest

from cms.api.addresses import public_path
from cms.api.expanders import components
from cms.api.lock import lock_info
from cms.api.serializers import own_fields
from cms.api.summaries import envelope_summary
from cms.api.traversal import Found


def representation(found: Found, request: HttpRequest) -> dict[str, Any]:
    """All that an object says of itself, without what it holds."""
    return {**envelope(found, request), **own_fields(found.obj, request)}


def envelope(found: Found, request: HttpRequest) -> dict[str, Any]:
    """What every object answers, in Plone's names."""
    metadata = ("UID", "created", "modified", "effective", "is_folderish")
    return {
        **envelope_summary(found.obj, request, metadata),
        "id": public_path(found.obj, request).rpartition("/")[2],
        "parent": envelope_summary(found.above[-1], request, ["UID", "is_folderish"])
        if found.above
        else {},
        "lock": lock_info(found.obj, request),
        "@components": components(found, request),
    }
