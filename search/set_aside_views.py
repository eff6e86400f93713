"""What could not be brought into the search: the office sees it and can have it tried again."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.components import Component

from cms.domain.indexing import ObjectType
from cms.permissions import policies
from cms.published.search_entries import MODELS
from search import feed
from search.presentation import TYPE_TITLES

SHOWN = 100


@dataclass(frozen=True)
class Row:
    """An object that the search lacks."""

    type_title: str
    title: str
    edit_url: str | None
    since: datetime
    error: str


class SetAsidePanel(Component):
    """On the office's home page, and only if there is something to tell."""

    name = "search_set_aside"
    template_name = "search/admin/set_aside_panel.html"
    order = 5

    def __init__(self, count: int) -> None:
        self.count = count

    def get_context_data(self, parent_context):
        return {"count": self.count}


def homepage_panels(request, panels) -> None:
    """For Wagtail's hook ``construct_homepage_panels``."""
    if policies.can(request.user, policies.OFFICE) and (count := feed.set_aside().count()):
        panels.insert(0, SetAsidePanel(count))


@require_safe
def listing(request):
    """What was set aside, and why."""
    _require_office(request)
    jobs = feed.set_aside()
    context = {"rows": _rows(jobs[:SHOWN], request.user), "count": jobs.count()}
    return TemplateResponse(request, "search/admin/set_aside.html", context)


@require_POST
def retry(request):
    """Makes it all due again; the feed does the rest."""
    _require_office(request)
    feed.retry()
    messages.success(
        request,
        "Das wird gleich noch einmal versucht. Was wieder nicht geht, steht später wieder hier.",
    )
    return redirect("guide_search_set_aside")


def _require_office(request) -> None:
    if not policies.can(request.user, policies.OFFICE):
        raise PermissionDenied


def _rows(jobs, user) -> list[Row]:
    """Each object once; a constant number of queries for each type."""
    by_type: dict[ObjectType, dict[int, tuple[datetime, str]]] = defaultdict(dict)
    for job in jobs:
        if job.object_type in set(ObjectType):
            by_type[ObjectType(job.object_type)].setdefault(
                job.object_id, (job.created_at, job.error)
            )
    find = AdminURLFinder(user).get_edit_url
    rows = []
    for object_type, told in by_type.items():
        objects = MODELS[object_type].objects.in_bulk(list(told))
        for pk, (since, error) in told.items():
            obj = objects.get(pk)
            title = str(obj) if obj else "(gelöscht)"
            url = find(obj) if obj else None
            rows.append(Row(TYPE_TITLES[object_type], title, url, since, error))
    return sorted(rows, key=lambda row: row.since)
