"""``@diff``: what is different between two versions, in words, arguments, topics."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import address
from cms.api.contract import answer, parameter, query_parameter, sees_drafts_of
from cms.api.history import at_version, found_with_versions, number_of
from cms.api.summaries import iso_time
from cms.api.traversal import DRAFT, LIVE
from cms.domain.differences import BlockChange, Change, Difference, Run
from cms.published.versions import NumberedVersion
from cms.services.compare import FIELDS, compare, label_of

router = Router(tags=["history"])

#: What the public page shows of an older version.
READERS_FIELDS = (
    *("title", "kind", "verdict", "body", "text", "situation", "approach", "result"),
    *("arguments", "lesson", "date"),
)


class Compared(Schema):
    id_: str = Field(alias="@id")
    version: int
    time: str


class FieldChange(Schema):
    """One field, with ``runs``, ``blocks``, ``old`` and ``new``, or ``added`` and ``removed``."""

    model_config = ConfigDict(extra="allow")

    field: str
    title: str
    type: str = Field(description="`line`, `blocks`, `value`, `set` or `circle`.")


class DiffAnswer(Schema):
    id_: str = Field(alias="@id")
    from_: Compared = Field(alias="from")
    to: Compared
    items: list[FieldChange]
    items_total: int


@router.get(
    "/{path:path}/@diff",
    operation_id="diff",
    response=DiffAnswer,
    openapi_extra={
        "parameters": [
            query_parameter(
                "from",
                "string",
                "`live`, `draft` or a version's number. By default what is published, if `to` "
                "is the draft of it; otherwise the version before `to`.",
            ),
            query_parameter(
                "to",
                "string",
                "The same. By default the draft for those who may see it, or `live`.",
            ),
        ]
    },
)
def read_diff(request: HttpRequest, path: str) -> HttpResponse:
    """What changed from one version to another; what is equal is left out."""
    found, versions = found_with_versions(path, request)
    if not versions:
        raise Http404
    with_drafts = sees_drafts_of(found.obj, request)
    to_name = parameter(request, "to") or (DRAFT if with_drafts else LIVE)
    to = number_of(to_name, found, versions, request)
    from_name = parameter(request, "from")
    if not from_name:
        is_draft_of_live = with_drafts and to_name == DRAFT and found.obj.live
        from_name = LIVE if is_draft_of_live else str(max(to.number - 1, 0))
    start = number_of(from_name, found, versions, request)
    old = at_version(from_name, found, versions, path, request).obj
    new = at_version(to_name, found, versions, path, request).obj
    shown = None if with_drafts else READERS_FIELDS
    items = [
        {"field": name, "title": label_of(new, name), **change}
        for name, change in _in_order(_changes(compare(old, new)))
        if shown is None or name in shown
    ]
    here = address(found.obj, request)
    data = {
        "@id": f"{here}/@diff",
        "from": _compared(start, here),
        "to": _compared(to, here),
        "items": items,
        "items_total": len(items),
    }
    return answer(request, data, obj=found.obj)


def _compared(version: NumberedVersion, here: str) -> dict[str, Any]:
    return {
        "@id": f"{here}/@history/{version.number}",
        "version": version.number,
        "time": iso_time(version.time),
    }


def _changes(found: Difference) -> dict[str, dict[str, Any]]:
    """Each changed field as JSON."""
    changes: dict[str, dict[str, Any]] = {}
    if found.circle:
        changes["visibility"] = {
            "type": "circle",
            "old": found.circle.old.value,
            "new": found.circle.new.value,
            "wider": found.circle.is_wider,
        }
    for name, line in found.lines.items():
        changes[name] = {"type": "line", "runs": _runs(line.runs)}
    for name, blocks in found.blocks.items():
        changes[name] = {"type": "blocks", "blocks": [_block(block) for block in blocks]}
    for name, value in found.values.items():
        changes[name] = {"type": "value", "old": value.old, "new": value.new}
    for name, names in found.sets.items():
        changes[name] = {"type": "set", "added": names.added, "removed": names.removed}
    return changes


def _in_order(changes: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """In the order in which people read; of a page, as its columns stand."""
    places = {name: place for place, name in enumerate(FIELDS)}
    return sorted(changes.items(), key=lambda change: places.get(change[0], len(places)))


def _runs(runs: Iterable[Run]) -> list[dict[str, str]]:
    return [{"change": run.change.value, "text": run.text} for run in runs]


def _block(block: BlockChange) -> dict[str, Any]:
    """A paragraph, a point, an argument: its style, its words, and whether it stands elsewhere."""
    shown = block.new or block.old
    told = {
        "change": block.change.value,
        "moved": block.moved,
        "style": shown.style if shown else "",
        "runs": _runs(block.runs),
    }
    if block.change is Change.CHANGED and block.old and block.old.style != told["style"]:
        told["old_style"] = block.old.style
    return told
